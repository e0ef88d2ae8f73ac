"""Occupations from the user's own O*NET release, and skills that an occupation asks for."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Final, Self

import attrs

from skillbalance._checks import as_member, instance, integer_in, member
from skillbalance.errors import InvalidValueError, UnknownFieldError
from skillbalance.model._items import FrozenMapping
from skillbalance.model.occupation import Occupation
from skillbalance.model.profile import CareerStage
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.reference.context import importance, rated_elements
from skillbalance.reference.elements import Element, elements

__all__ = ["OnetRelease", "read_onet", "suggest_skills"]

_FILES: Final = ("Skills.txt", "Knowledge.txt", "Work Styles.txt")
_TITLES: Final = "Occupation Data.txt"
_OLDEST: Final = 25
# The largest file that is read here has 13 MB in release 29.3; a zip may claim anything.
_MOST_BYTES: Final = 200_000_000
_LONGEST_LINE: Final = 100_000
_RELEVANT: Final = 0.5


@attrs.frozen(kw_only=True, eq=False)
class OnetRelease:
    """
    The occupations of an O*NET release that carry every element of the reference table.

    Attributes
    ----------
    version : str
        ``"29.3"``, as its ``Read Me.txt`` says; empty where there is none.
    titles : mapping of str to str
        Title by O*NET-SOC code, in order of the codes.
    """

    version: str
    titles: Mapping[str, str]
    _made: Callable[[str], Occupation] = attrs.field(repr=False, alias="made")

    def __len__(self) -> int:
        """Count the occupations."""
        return len(self.titles)

    def occupation(self, name: str) -> Occupation:
        """
        Give one occupation, by its code or its title.

        Parameters
        ----------
        name : str
            ``"29-1141.00"`` or ``"Registered Nurses"``, in any case.

        Returns
        -------
        Occupation
            With the code as its id.

        Raises
        ------
        UnknownFieldError
            If there is no such occupation, or it lacks an element; names the nearest ones.
        """
        if name in self.titles:
            return self._made(name)
        wanted = str(name).casefold()
        for code, title in self.titles.items():
            if title.casefold() == wanted:
                return self._made(code)
        raise UnknownFieldError(str(name), (*self.titles.values(), *self.titles))


def read_onet(path: str | os.PathLike[str]) -> OnetRelease:
    """
    Read an O*NET release: its skills, knowledge areas and work styles, by occupation.

    Parameters
    ----------
    path : path or str
        The folder of the text files, or the zip they come in (``db_29_3_text.zip``). The columns
        are those of the text release, or of the spreadsheet release saved as tab-separated text;
        they are found by name.

    Returns
    -------
    OnetRelease
        Occupations that lack an element are left out: 879 are left of release 29.3.

    Raises
    ------
    InvalidValueError
        If files or columns are missing, a value is off its scale, the release is older than 25,
        or rates by other scales than importance (IM, 1 to 5) and level (LV, 0 to 7), as releases
        after 29 do for Work Styles.
    OSError
        If there is nothing at *path*.

    Notes
    -----
    Nothing is written and nothing fetched. Ratings flagged Recommend Suppress are kept, as in the
    built-in fields. The release is under CC BY 4.0: name O*NET where you show what comes of it.

    Examples
    --------
    >>> read_onet("no such folder")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no such folder'
    """
    from decimal import Decimal

    from skillbalance.formats._onet_rows import (
        RELEASE_COLUMNS,
        OnetFault,
        Values,
        rated_values,
        rows_of,
        soft_part,
    )

    shown = os.fspath(path)
    of_importance: Values = {}
    of_level: Values = {}
    tables = {"IM": of_importance, "LV": of_level}
    with _Source(path) as source:
        version = _version(source, shown)
        try:
            _check_scales(source)
            for name in _FILES:
                rows = rows_of(source.lines(name), name, RELEASE_COLUMNS, "\t")
                rated_values(rows, name, rated_elements("importance"), tables)
                if name == _FILES[-1]:
                    _check_styles(of_importance, source)
            found = rows_of(source.lines(_TITLES), _TITLES, ("O*NET-SOC Code", "Title"), "\t")
            titles = {code: title for _, (code, title) in found}
        except OnetFault as fault:
            raise InvalidValueError("path", f"an O*NET release ({fault})", shown) from None
    wanted, with_level = rated_elements("importance"), rated_elements("level")
    complete = sorted(
        code
        for code, given in of_importance.items()
        if given.keys() >= wanted.keys() and of_level.get(code, {}).keys() >= with_level.keys()
    )
    if not complete:
        rule = "an O*NET release with occupations that carry every element of the table"
        raise InvalidValueError("path", rule, shown)
    by_kind = {
        kind: [one.element_id for one in elements() if one.kind == kind and _has_level(one)]
        for kind in ("soft", "hard")
    }

    def made(code: str) -> Occupation:
        share = soft_part(of_importance[code], by_kind["soft"], by_kind["hard"])
        if share is None:
            # Nothing is relevant: the most important element stands for its kind, as in a field.
            soft, hard = (max(of_importance[code][one] for one in ids) for ids in by_kind.values())
            share = soft / (soft + hard) if soft + hard else Decimal("0.5")
        return Occupation(
            id=code,
            name=titles.get(code, code),
            importance={one: float(of_importance[code][one]) for one in wanted},
            level={one: float(of_level[code][one]) for one in with_level},
            soft_share=float(share),
        )

    return OnetRelease(
        version=version,
        titles=FrozenMapping({code: titles.get(code, code) for code in complete}),
        made=made,
    )


def suggest_skills(
    work: Occupation | str, *, limit: int = 12, kind: SkillKind | str | None = None
) -> tuple[Skill, ...]:
    """
    Suggest the skills that an occupation or a field asks for, the most important first.

    Parameters
    ----------
    work : Occupation or str
        An occupation of :func:`read_onet`, or a built-in field.
    limit : int
        The most skills to suggest.
    kind : SkillKind or str, optional
        Hard skills alone, or soft ones.

    Returns
    -------
    tuple of Skill
        One per O*NET skill or knowledge area whose importance is at least 0.5, with its element;
        ties in the order of the table. Cognitive elements and Work Styles are no skills to plan.

    Raises
    ------
    UnknownFieldError
        If there is no such field.
    InvalidValueError
        If an argument is not what it has to be.

    Examples
    --------
    >>> [skill.name for skill in suggest_skills("nursing", limit=3)]
    ['Medicine and Dentistry', 'Psychology', 'English Language']
    >>> suggest_skills("nursing", limit=1, kind="soft")[0].elements
    ('2.A.1.b',)
    """
    if not isinstance(work, str):
        instance("work", work, Occupation)
    integer_in("limit", limit, 1)
    kinds: tuple[str, ...] = ("hard", "soft")
    if kind is not None:
        kinds = (member("kind", as_member(SkillKind, kind), SkillKind).value,)
    rated = [
        (importance(work, CareerStage.MID, elements=[one.element_id], kind=SkillKind.HARD), one)
        for one in elements()
        if one.kind in kinds and _has_level(one)
    ]
    rated.sort(key=lambda pair: -pair[0])
    chosen: dict[str, Skill] = {}
    for value, one in rated[:limit]:
        if value < _RELEVANT:
            break
        key = re.sub(r"[^a-z0-9]+", "_", one.name.casefold()).strip("_")
        # "Mathematics" is a skill and a knowledge area.
        key = f"{key}_{one.domain}" if key in chosen else key
        chosen[key] = Skill(id=key, kind=one.kind, name=one.name, elements=(one.element_id,))
    return tuple(chosen.values())


def _has_level(element: Element) -> bool:
    return element.domain != "workstyle"


# --- files ----------------------------------------------------------------------------------------


class _Source:
    """A folder of text files, or a zip of them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        import zipfile
        from pathlib import Path

        self._path = Path(path)
        self._zip: zipfile.ZipFile | None = None
        if self._path.is_dir():
            return
        if self._path.suffix.casefold() == ".xlsx":
            rule = "the text release (db_..._text.zip): spreadsheets are not read"
            raise InvalidValueError("path", rule, str(path))
        try:
            self._zip = zipfile.ZipFile(self._path)
        except zipfile.BadZipFile:
            rule = "a folder of an O*NET release, or the zip it comes in"
            raise InvalidValueError("path", rule, str(path)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def has(self, name: str) -> bool:
        """Say whether a file is there."""
        return self._member(name) is not None if self._zip else (self._path / name).is_file()

    def lines(self, name: str) -> Iterator[str]:
        """Give the lines of a file, which may be in a folder of the zip."""
        import io
        import zipfile
        import zlib

        from skillbalance.formats._onet_rows import OnetFault

        if not self.has(name):
            raise OnetFault(f"{name} is missing")
        try:
            left = _MOST_BYTES
            with self._open(name) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
                # A line at a time, and no longer one than any of O*NET: a zip may claim anything.
                while line := text.readline(_LONGEST_LINE):
                    left -= len(line)
                    if left < 0 or len(line) == _LONGEST_LINE:
                        raise OnetFault(f"{name} is too large for a file of O*NET")
                    yield line
        except (
            UnicodeDecodeError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            # How zipfile asks for a password, and with its subclass NotImplementedError
            # refuses a compression that it does not know.
            RuntimeError,
        ) as error:
            raise OnetFault(f"{name} cannot be read: {error}") from None

    def _open(self, name: str) -> IO[bytes]:
        if self._zip is None:
            return (self._path / name).open("rb")
        return self._zip.open(self._member(name) or name)

    def _member(self, name: str) -> str | None:
        names = self._zip.namelist() if self._zip else []
        return next((one for one in names if one.rpartition("/")[2] == name), None)


def _version(source: _Source, shown: str) -> str:
    """Return the version; refuse what is older than can be read."""
    from skillbalance.formats._onet_rows import OnetFault

    try:
        first = next(iter(source.lines("Read Me.txt")), "")
    except OnetFault:
        return ""
    found = re.search(r"O\*NET (\d{1,3})\.(\d{1,3})", first)
    if found is None:
        return ""
    if int(found[1]) < _OLDEST:
        rule = f"an O*NET release of version {_OLDEST} or later: older ones have other occupations"
        raise InvalidValueError("path", rule, shown)
    return f"{found[1]}.{found[2]}"


def _check_scales(source: _Source) -> None:
    """Refuse a release whose scales have other ends."""
    from skillbalance.formats._onet_rows import SCALES, OnetFault, rows_of

    name = "Scales Reference.txt"
    if not source.has(name):
        return
    for _, (scale, low, high) in rows_of(
        source.lines(name), name, ("Scale ID", "Minimum", "Maximum"), "\t"
    ):
        if scale in SCALES and (low, high) != tuple(map(str, SCALES[scale])):
            raise OnetFault(f"its scale {scale} runs from {low} to {high}, which has changed")


def _check_styles(found: Mapping[str, Mapping[str, object]], source: _Source) -> None:
    """Refuse a release that rates work styles in another way, with the reason."""
    from skillbalance.formats._onet_rows import OnetFault, rows_of

    styles = rated_elements("importance").keys() - rated_elements("level").keys()
    if any(styles <= given.keys() for given in found.values()):
        return
    name = _FILES[-1]
    scales = sorted(
        {scale for _, (scale,) in rows_of(source.lines(name), name, ("Scale ID",), "\t")}
    )
    raise OnetFault(
        f"{name} lacks the importance (IM) of the {len(styles)} styles of releases 25 to 29; "
        f"its scales are {', '.join(scales[:9]) or 'none'}"
    )
