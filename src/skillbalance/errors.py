"""One family of errors: each names what is wrong, the rule, and the value that broke it."""

from collections.abc import Iterable

import attrs

__all__ = [
    "Conflict",
    "Fault",
    "InfeasibleError",
    "InvalidDocumentError",
    "InvalidValueError",
    "MissingExtraError",
    "ScheduleError",
    "SkillbalanceError",
    "SkillbalanceWarning",
    "UnknownElementError",
    "UnknownFieldError",
    "UnknownSkillError",
]

# A refused 5 MB document must not become a 5 MB message: the facts stay whole on
# the error object, the text is cut.
_LONGEST_VALUE = 120
_LONGEST_LIST = 50
# difflib compares in quadratic time; no name worth suggesting is longer.
_LONGEST_NAME = 64


def shorten(value: object) -> str:
    """
    Show a value in a message, at most some 120 characters of it.

    Examples
    --------
    >>> shorten("a" * 500)[-8:]
    "aaaa...'"
    >>> shorten(10**5000)
    'an integer of more than 4300 digits'
    """
    try:
        if isinstance(value, str) and len(value) > _LONGEST_VALUE:
            return repr(value[:_LONGEST_VALUE] + "...")
        # Without the "np.float64(...)" of NumPy, whose number is a float too.
        shown = repr(float(value)) if isinstance(value, float) else repr(value)
    except (ValueError, RecursionError):
        # Python refuses to print integers beyond its digit limit, and nested containers
        # beyond its stack.
        if isinstance(value, int):
            return "an integer of more than 4300 digits"
        return f"a {type(value).__name__} too large to show"
    return shown if len(shown) <= _LONGEST_VALUE + 10 else shown[:_LONGEST_VALUE] + "..."


def nearest_names(name: str, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """
    Give the known names most like a misspelt one, best first.

    Parameters
    ----------
    name : str
        The name that was not found.
    known : iterable of str
        The names that exist.
    limit : int
        How many to give at most.

    Returns
    -------
    tuple of str
        Possibly empty: a name unlike all others gets no suggestion.

    Examples
    --------
    >>> nearest_names("nursng", ["nursing", "sales", "teaching"])
    ('nursing',)
    """
    # Loaded here: needed only once something went wrong.
    import difflib

    if len(name) > _LONGEST_NAME:
        return ()
    # Case is the most common slip and the one difflib weighs most; compare without it.
    folded: dict[str, list[str]] = {}
    for candidate in known:
        if len(candidate) <= _LONGEST_NAME:
            folded.setdefault(candidate.casefold(), []).append(candidate)
    matches = difflib.get_close_matches(name.casefold(), folded, n=limit, cutoff=0.6)
    return tuple(original for match in matches for original in folded[match])[:limit]


def suggestion(names: Iterable[str]) -> str:
    """
    Phrase the nearest names as an addition to a message, or nothing if there are none.

    Examples
    --------
    >>> suggestion(("sql", "sqlite"))
    " (nearest: 'sql', 'sqlite')"
    >>> suggestion(())
    ''
    """
    shown = ", ".join(repr(name) for name in names)
    return f" (nearest: {shown})" if shown else ""


class SkillbalanceError(Exception):
    """
    Base of every error this package raises on purpose.

    Two errors of one class and the same facts compare equal, and every error pickles.
    """

    def __eq__(self, other: object) -> bool:
        """Compare by class and facts, so that an error survives a pickle unchanged."""
        if not isinstance(other, SkillbalanceError) or type(self) is not type(other):
            return NotImplemented
        return self.args == other.args

    def __hash__(self) -> int:
        """Hash by class and the text, which follow from the facts (values may be unhashable)."""
        return hash((type(self), str(self)))


class InvalidValueError(SkillbalanceError, ValueError):
    """
    A value lies outside the set its name allows.

    Attributes
    ----------
    name : str
        The argument or attribute, with its place: ``targets["sql"]``, ``skills[2].id``.
    rule : str
        What it must be.
    value : object
        What was given.

    Examples
    --------
    >>> print(InvalidValueError("upkeep", "in [0, 1]", 7))
    upkeep must be in [0, 1], got 7
    """

    def __init__(self, name: str, rule: str, value: object) -> None:
        super().__init__(name, rule, value)
        self.name = name
        self.rule = rule
        self.value = value

    def __str__(self) -> str:
        """Say the name, the rule and the value."""
        return f"{self.name} {self.complaint}"

    @property
    def complaint(self) -> str:
        """The message without the name, for where the place is already said."""
        return f"must be {self.rule}, got {shorten(self.value)}"


class UnknownSkillError(SkillbalanceError, KeyError):
    """
    A skill id that the profile or the result does not hold.

    Attributes
    ----------
    skill_id : str
        The id asked for.
    known : tuple of str
        The ids there are.

    Examples
    --------
    >>> print(UnknownSkillError("sqll", ("sql", "python")))
    no skill has the id 'sqll' (nearest: 'sql')
    """

    def __init__(self, skill_id: str, known: Iterable[str]) -> None:
        known = tuple(known)
        super().__init__(skill_id, known)
        self.skill_id = skill_id
        self.known = known

    def __str__(self) -> str:
        """Name the id and the nearest ones (``KeyError`` would only quote its arguments)."""
        near = suggestion(nearest_names(self.skill_id, self.known))
        return f"no skill has the id {shorten(self.skill_id)}{near}"


class UnknownFieldError(SkillbalanceError, KeyError):
    """
    A field of work that is not among the built-in ones.

    Attributes
    ----------
    field : str
        The field asked for.
    known : tuple of str
        The fields there are.

    Examples
    --------
    >>> print(UnknownFieldError("nursng", ("nursing", "sales")))
    no field is called 'nursng' (nearest: 'nursing')
    """

    def __init__(self, field: str, known: Iterable[str]) -> None:
        known = tuple(known)
        super().__init__(field, known)
        self.field = field
        self.known = known

    def __str__(self) -> str:
        """Name the field and the nearest ones."""
        near = suggestion(nearest_names(self.field, self.known))
        return f"no field is called {shorten(self.field)}{near}"


class UnknownElementError(SkillbalanceError, KeyError):
    """
    An O*NET element id that the reference table does not hold.

    Attributes
    ----------
    element_id : str
        The id asked for.
    known : tuple of str
        The ids there are.

    Examples
    --------
    >>> print(UnknownElementError("2.A.1.z", ("2.A.1.a", "2.A.1.b")))
    no O*NET element has the id '2.A.1.z' (nearest: '2.A.1.b', '2.A.1.a')
    """

    def __init__(self, element_id: str, known: Iterable[str]) -> None:
        known = tuple(known)
        super().__init__(element_id, known)
        self.element_id = element_id
        self.known = known

    def __str__(self) -> str:
        """Name the element and the nearest ones."""
        near = suggestion(nearest_names(self.element_id, self.known))
        return f"no O*NET element has the id {shorten(self.element_id)}{near}"


@attrs.frozen
class Fault:
    """
    One thing that is wrong in a document.

    Attributes
    ----------
    path : str
        Where, from the root ``$``: ``$.profile.skills[2].half_gap_hours``.
    message : str
        What is wrong there.

    Examples
    --------
    >>> print(Fault("$.profile.id", "missing"))
    $.profile.id: missing
    """

    path: str
    message: str

    def __str__(self) -> str:
        """Say where and what, in one line."""
        return f"{self.path}: {self.message}"


class InvalidDocumentError(SkillbalanceError, ValueError):
    """
    A document that cannot be read, with every fault in it.

    The text lists the first fifty; ``faults`` holds them all.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault: of each record its own first, then those between its parts.

    Examples
    --------
    >>> print(InvalidDocumentError((Fault("$.id", "missing"),)))
    1 fault in the document
      $.id: missing
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        faults = tuple(faults)
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """List the faults, one line each."""
        plural = "fault" if len(self.faults) == 1 else "faults"
        lines = [f"{len(self.faults)} {plural} in the document"]
        lines += [f"  {fault}" for fault in self.faults[:_LONGEST_LIST]]
        if len(self.faults) > _LONGEST_LIST:
            lines.append(f"  and {len(self.faults) - _LONGEST_LIST} more")
        return "\n".join(lines)


@attrs.frozen
class Conflict:
    """
    One limit of a set that no plan can meet together.

    Attributes
    ----------
    limit : str
        The limit as the user names it: ``hours_per_week``, ``min_hours["sql"]``.
    value : float
        Its value as given.
    relaxed : float
        The nearest value that would do if this limit alone were relaxed; NaN if none would.

    Examples
    --------
    >>> print(Conflict("hours_per_week", 4.0, 6.0))
    hours_per_week = 4 would have to be 6
    """

    limit: str
    value: float
    relaxed: float

    def __str__(self) -> str:
        """Say what the limit is and what it would have to be."""
        if self.relaxed != self.relaxed:
            return f"{self.limit} = {self.value:.6g} (relaxing it alone would not do)"
        return f"{self.limit} = {self.value:.6g} would have to be {self.relaxed:.6g}"

    # NaN differs from itself, so the generated comparison would call a conflict unequal to
    # its own pickle.
    def __eq__(self, other: object) -> bool:
        """Compare by content, NaN equal to NaN."""
        if not isinstance(other, Conflict):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self._key())

    def _key(self) -> tuple[str, float, float | None]:
        return self.limit, self.value, None if self.relaxed != self.relaxed else self.relaxed


class InfeasibleError(SkillbalanceError, ValueError):
    """
    Limits that no plan can meet together.

    Attributes
    ----------
    conflicts : tuple of Conflict
        The smallest set of limits in conflict, each with the relaxation that alone would do.

    Examples
    --------
    >>> print(InfeasibleError((Conflict("hours_per_week", 4.0, 6.0),)))
    no plan meets these limits together
      hours_per_week = 4 would have to be 6
    """

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        conflicts = tuple(conflicts)
        super().__init__(conflicts)
        self.conflicts = conflicts

    def __str__(self) -> str:
        """List the limits, one line each."""
        lines = ["no plan meets these limits together"]
        lines += [f"  {conflict}" for conflict in self.conflicts[:_LONGEST_LIST]]
        if len(self.conflicts) > _LONGEST_LIST:
            lines.append(f"  and {len(self.conflicts) - _LONGEST_LIST} more")
        return "\n".join(lines)


class ScheduleError(InfeasibleError):
    """
    A week that has no room for all that is planned.

    Attributes
    ----------
    planned_hours : float
        What was to be placed. [h]
    missing : tuple of (str, float)
        Skill ids, each with the hours that find no place in the fullest week there is. [h]
    conflicts : tuple of Conflict
        The limits that leave no room, each with the value that would do if it alone changed.
    proved : bool
        Whether it is certain that no week holds more: the search for one stops after some
        thousands of steps, which very tight weeks can reach.

    Examples
    --------
    >>> print(ScheduleError(6.0, [("sql", 1.5)], [Conflict("free hours", 4.5, 6.0)]))
    1.5 of 6 planned hours find no place in the week
      missing: sql 1.5 h
      free hours = 4.5 would have to be 6
    """

    def __init__(
        self,
        planned_hours: float,
        missing: Iterable[tuple[str, float]],
        conflicts: Iterable[Conflict],
        proved: bool = True,  # noqa: FBT001, FBT002  (a pickle passes it by place)
    ) -> None:
        missing = tuple(missing)
        super().__init__(conflicts)
        self.proved = proved
        self.planned_hours = planned_hours
        self.missing = missing
        # What a pickle hands to the constructor again.
        self.args = (planned_hours, missing, self.conflicts, proved)

    @property
    def missing_hours(self) -> float:
        """Hours that find no place, over all skills. [h]"""
        return sum(hours for _, hours in self.missing)

    def __str__(self) -> str:
        """Say how much is missing, of what, and what stands in the way, one line each."""
        short = f"{self.missing_hours:.4g} of {self.planned_hours:.4g} planned hours"
        doubt = "" if self.proved else ", as far as was searched"
        lines = [f"{short} find no place in the week{doubt}"]
        if self.missing:
            listed = [f"{skill} {hours:.4g} h" for skill, hours in self.missing[:_LONGEST_LIST]]
            lines.append(f"  missing: {', '.join(listed)}")
        lines += [f"  {conflict}" for conflict in self.conflicts[:_LONGEST_LIST]]
        return "\n".join(lines)


class MissingExtraError(SkillbalanceError, ImportError):
    """
    An optional package is needed and not installed.

    Attributes
    ----------
    package : str
        The package that is missing.
    extra : str
        The extra of skillbalance that installs it.

    Examples
    --------
    >>> print(MissingExtraError("matplotlib", "plot"))
    matplotlib is not installed; install it with: pip install 'skillbalance[plot]'
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        """Say what is missing and how to get it."""
        return (
            f"{self.package} is not installed; install it with: "
            f"pip install 'skillbalance[{self.extra}]'"
        )


class SkillbalanceWarning(UserWarning):
    """Base of every warning this package gives."""
