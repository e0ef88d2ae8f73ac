"""A company's own framework in CSV: a ladder of roles, and the level each asks of each skill."""

import contextlib
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from skillbalance import _checks
from skillbalance.errors import Fault, InvalidDocumentError, InvalidValueError, UnknownFieldError
from skillbalance.formats._facts import reference_faults
from skillbalance.model._items import freeze
from skillbalance.model._record import Record
from skillbalance.model.goal import Goal
from skillbalance.model.scales import UNIT, Scale, as_scale, check_scale
from skillbalance.model.skill import Skill

__all__ = ["Framework", "FrameworkRole", "read_framework"]

_NUMBERS: Final = ("half_gap_hours", "half_life_weeks", "upkeep", "retained_share")
_KNOWN: Final = ("skill_id", "kind", "name", "elements", *_NUMBERS)
_MOST_BYTES: Final = 20_000_000


@attrs.frozen(kw_only=True)
class FrameworkRole(Record):
    """
    One step of a ladder.

    Attributes
    ----------
    id : str
        What the column is called.
    levels : mapping of str to float
        Proficiency in [0, 1] that the role asks for, by skill id; skills it does not ask for are
        left out.
    """

    id: str = attrs.field(validator=_checks.by(_checks.identifier))
    levels: Mapping[str, float] = attrs.field(
        converter=freeze, validator=_checks.by(_checks.numbers_by_id, 0, 1)
    )


def _as_skills(value: Iterable[Skill]) -> tuple[Skill, ...]:
    return _checks.as_tuple(value)


def _as_roles(value: Iterable[FrameworkRole]) -> tuple[FrameworkRole, ...]:
    return _checks.as_tuple(value)


@attrs.frozen(kw_only=True)
class Framework(Record):
    """
    The skills of a company, and what its roles ask of them.

    Attributes
    ----------
    skills : tuple of Skill
        In the order of the file.
    roles : tuple of FrameworkRole
        In the order of the columns.

    Raises
    ------
    InvalidValueError
        If two skills or two roles share an id.
    """

    skills: tuple[Skill, ...] = attrs.field(
        converter=_as_skills, validator=_checks.by(_checks.instances, Skill)
    )
    roles: tuple[FrameworkRole, ...] = attrs.field(
        converter=_as_roles, validator=_checks.by(_checks.instances, FrameworkRole)
    )

    def __attrs_post_init__(self) -> None:
        """Check the ids against each other."""
        for error in self._faults(attrs.asdict(self, recurse=False)):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        for name in ("skills", "roles"):
            ids = [getattr(one, "id", None) for one in values.get(name) or ()]
            yield from _checks.unique(name, ids, ".id")

    def role(self, role_id: str) -> FrameworkRole:
        """
        Give one role.

        Raises
        ------
        UnknownFieldError
            If there is none of this id; names the nearest ones.
        """
        for role in self.roles:
            if role.id == role_id:
                return role
        raise UnknownFieldError(role_id, (role.id for role in self.roles))

    def skills_of(self, role_id: str) -> tuple[Skill, ...]:
        """
        Give the skills that a role asks for, in the order of the framework.

        Raises
        ------
        UnknownFieldError
            If there is no such role.
        """
        levels = self.role(role_id).levels
        return tuple(skill for skill in self.skills if skill.id in levels)

    def goal(self, role_id: str, *, due_on: dt.date | None = None, priority: float = 1.0) -> Goal:
        """
        Give the goal of meeting a role: its levels as targets.

        Parameters
        ----------
        role_id : str
            The role; the id of the goal too.
        due_on : datetime.date, optional
            By when.
        priority : float
            How much it counts beside other goals.

        Raises
        ------
        UnknownFieldError
            If there is no such role.

        Notes
        -----
        The target of a skill is then the level of the role, in the place of what field and stage
        expect. As every goal it also moves weight to the skills it names.
        """
        levels = self.role(role_id).levels
        return Goal(id=role_id, targets=levels, due_on=due_on, priority=priority)


def read_framework(
    path: str | os.PathLike[str], *, scale: Scale | str = UNIT, delimiter: str = ","
) -> Framework:
    r"""
    Read a framework of skills and roles from a CSV file.

    One row per skill. The columns ``skill_id`` and ``kind`` are needed; ``name``, ``elements``
    (O*NET ids, parted by blanks or semicolons), ``half_gap_hours``, ``half_life_weeks``, ``upkeep``
    and ``retained_share`` may be there; every other column is a role, with the level it asks for.
    An empty cell is the default, and no level where the role does not ask for the skill.

    Parameters
    ----------
    path : path or str
        The file, in UTF-8.
    scale : Scale or str
        The scale of the levels; cells hold its numbers or its labels.
    delimiter : str
        What parts the cells: one character.

    Returns
    -------
    Framework
        Skills and roles.

    Raises
    ------
    InvalidDocumentError
        With every fault of the file, each with its line and column.
    InvalidValueError
        If *scale* is no scale or *delimiter* not one character.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> text = "skill_id,kind,engineer,senior\nsql,hard,2,4\nfeedback,soft,,3\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "ladder.csv")
    ...     _ = path.write_text(text)
    ...     ladder = read_framework(path, scale=Scale(minimum=0, maximum=5))
    >>> dict(ladder.role("senior").levels)
    {'sql': 0.8, 'feedback': 0.6}
    >>> [skill.id for skill in ladder.skills_of("engineer")]
    ['sql']
    """
    found = check_scale("scale", as_scale(scale))
    whatever: object = delimiter
    if not isinstance(whatever, str) or len(delimiter) != 1 or delimiter in '"\r\n':
        raise InvalidValueError("delimiter", "one character, no quote and no line break", delimiter)
    return _Sheet(found).read(_rows(path, delimiter))


def _rows(path: str | os.PathLike[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with the line each ends on."""
    import csv
    import io
    from pathlib import Path

    with Path(path).open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _refused("file", f"larger than {_MOST_BYTES // 10**6} MB")
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except UnicodeDecodeError as error:
        raise _refused("file", f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    except csv.Error as error:
        raise _refused("file", f"not CSV: {error}") from None


def _refused(place: str, message: str) -> InvalidDocumentError:
    return InvalidDocumentError((Fault(place, message),))


class _Sheet:
    """One pass over the rows, every fault collected."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._faults: list[Fault] = []

    def read(self, rows: list[tuple[int, list[str]]]) -> Framework:
        """Give the framework, or raise every fault."""
        if not rows:
            raise _refused("file", "empty")
        (head_line, head), *body = rows
        names = [name.strip() for name in head]
        self._check_head(head_line, names)
        roles: dict[str, dict[str, float]] = {
            name: {} for name in names if name and name not in _KNOWN
        }
        skills: dict[str, Skill] = {}
        for line, row in body:
            if len(row) != len(names):
                self._refuse(line, "row", f"has {len(row)} cells, the first row {len(names)}")
                continue
            cells = dict(zip(names, map(str.strip, row), strict=True))
            skill = self._skill(line, cells, skills)
            for role, levels in roles.items():
                level = self._level(line, role, cells[role])
                if skill is not None and level is not None:
                    levels[skill.id] = level
        if self._faults:
            raise InvalidDocumentError(self._faults)
        return Framework(
            skills=skills.values(),
            roles=[FrameworkRole(id=role, levels=levels) for role, levels in roles.items()],
        )

    def _refuse(self, line: int, column: str, message: str) -> None:
        self._faults.append(Fault(f"line {line}, {column}", message))

    def _check_head(self, line: int, names: list[str]) -> None:
        for name in ("skill_id", "kind"):
            if name not in names:
                near = _checks.NameFinder(names).suggest(name)
                self._refuse(line, name, f"column is missing{near}")
        for place, name in enumerate(names, 1):
            if not name:
                self._refuse(line, f"column {place}", "has no name")
            elif name in names[: place - 1]:
                self._refuse(line, name, "column is there twice")
        if self._faults:
            raise InvalidDocumentError(self._faults)

    def _skill(self, line: int, cells: Mapping[str, str], known: dict[str, Skill]) -> Skill | None:
        given: dict[str, Any] = {name: cells[name] for name in ("kind", "name") if cells.get(name)}
        before = len(self._faults)
        for name in _NUMBERS:
            if cells.get(name):
                given[name] = self._number(line, name, cells[name])
        ids = cells.get("elements", "").replace(";", " ").split()
        for error in reference_faults(Skill, {"elements": ids}):
            self._refuse(line, "elements", error.complaint)
        if not cells["kind"]:
            self._refuse(line, "kind", "must be 'hard' or 'soft', got nothing")
        if cells["skill_id"] in known:
            self._refuse(line, "skill_id", f"{_checks.shorten(cells['skill_id'])} is there twice")
        if len(self._faults) > before:
            return None
        try:
            skill = Skill(id=cells["skill_id"], elements=ids, **given)
        except InvalidValueError as error:
            self._refuse(line, "skill_id" if error.name == "id" else error.name, error.complaint)
            return None
        known[skill.id] = skill
        return skill

    def _number(self, line: int, column: str, text: str) -> float | None:
        try:
            return float(text)
        except ValueError:
            self._refuse(line, column, InvalidValueError("", "a number", text).complaint)
            return None

    def _level(self, line: int, role: str, text: str) -> float | None:
        if not text:
            return None
        rating: float | str = text
        if text not in self._scale.labels:
            with contextlib.suppress(ValueError):
                rating = float(text)
        try:
            return self._scale.proficiency(self._scale.number(rating))
        except InvalidValueError as error:
            # A column that is not known is a role: perhaps it was meant to be another one.
            near = _checks.NameFinder(_KNOWN).suggest(role)
            hint = f"; {role!r} is taken for a role{near}" if near else ""
            self._refuse(line, role, error.complaint + hint)
            return None
