"""Documents: what was written is read back equal, whatever record it is and wherever it lies."""

import datetime as dt
import io
import json
import math
import os
import stat
import sys
from pathlib import Path
from typing import Generic, Literal, TypeVar

import attrs
import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillbalance.errors import Fault, InvalidDocumentError, InvalidValueError
from skillbalance.formats import from_json, to_json
from skillbalance.formats._write import plain
from skillbalance.formats.documents import from_data, to_data
from skillbalance.model import (
    Assessment,
    FeedbackItem,
    Goal,
    PlanDocument,
    PracticeRecord,
    Profile,
    Scale,
    Skill,
    SkillKind,
    TimeBudget,
    scales,
)
from skillbalance.model._items import FrozenMapping, ItemsBySkill

RECORDS = {
    Skill: strategies.skills(),
    Goal: strategies.goals(),
    Scale: strategies.scales(),
    Assessment: strategies.assessments(),
    FeedbackItem: strategies.feedback_items(),
    Profile: strategies.profiles(),
    TimeBudget: strategies.budgets(),
    PracticeRecord: strategies.practice_records(),
    PlanDocument: strategies.plan_documents(),
}

GOOD = {
    "schema_version": 1,
    "profile": {
        "id": "ana",
        "field": "nursing",
        "stage": "mid",
        "skills": [
            {"id": "sql", "kind": "hard", "elements": ["2.B.3.e"], "half_gap_hours": 40},
            {"id": "listening", "kind": "soft", "upkeep": 0.5},
        ],
        "goals": [{"id": "talk", "targets": {"listening": 0.7}, "due_on": "2026-06-30"}],
        "assessments": [
            {
                "skill_id": "sql",
                "rating": 3,
                "scale": "one_to_five",
                "assessed_on": "2025-11-20",
                "rater_kind": "peer",
            }
        ],
        "feedback": [
            {
                "skill_ids": ["listening"],
                "tone": "growth",
                "given_on": "2025-11-20",
                "rater_kind": "mentor",
            }
        ],
    },
    "budget": {"hours_per_week": 4, "min_hours": {"sql": 1}, "soft_share": [0.2, 0.6]},
}


def faults_of(source: object, cls: type = PlanDocument) -> list[tuple[str, str]]:
    """Path and message of every fault in a document that must be refused."""
    with pytest.raises(InvalidDocumentError, match="in the document") as caught:
        from_json(source, cls)
    assert str(caught.value).startswith(f"{len(caught.value.faults)} fault")
    return [(fault.path, fault.message) for fault in caught.value.faults]


def exact(value: object) -> object:
    """A value with every type in it spelt out, for `1 == 1.0 == True` says too little."""
    if attrs.has(type(value)):
        return type(value), exact(attrs.asdict(value, recurse=False))
    if isinstance(value, tuple):
        return tuple, [exact(one) for one in value]
    if isinstance(value, (FrozenMapping, dict)):
        return type(value), [(exact(key), exact(one)) for key, one in value.items()]
    return type(value), value


# --- round trips ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_record_is_read_back_equal(cls, data):
    """For every record: equal, of the same types throughout, and written the same again."""
    record = data.draw(RECORDS[cls])
    text = to_json(record)
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    back = from_json(text, cls)
    assert back == record
    assert exact(back) == exact(record)
    assert to_json(back) == text


@attrs.frozen(kw_only=True)
class Part:
    """An item of a result, with everything a document can hold."""

    skill_id: str
    kind: SkillKind | None
    level: Literal["none", "single"]
    value: float | None
    interval: tuple[float, float]
    counts: tuple[int, ...]
    shares: dict[str, float] = attrs.field(converter=FrozenMapping)
    either: float | str
    flag: bool | None


@attrs.frozen(kw_only=True)
class Whole(ItemsBySkill[Part]):
    """A result over skills, with an array and a nested record."""

    as_of: dt.date
    scale: Scale | None
    covariance: NDArray[np.float64] = attrs.field(eq=False)


floats = st.floats(allow_nan=False, allow_infinity=False)
parts = st.builds(
    Part,
    skill_id=strategies.ids,
    kind=st.none() | st.sampled_from(SkillKind),
    level=st.sampled_from(["none", "single"]),
    value=st.none() | floats,
    interval=st.tuples(floats, floats),
    counts=st.lists(st.integers()).map(tuple),
    shares=st.dictionaries(strategies.texts, floats),
    either=floats | strategies.texts,
    flag=st.none() | st.booleans(),
)


@given(
    st.builds(
        Whole,
        items=st.lists(parts, max_size=3, unique_by=lambda item: item.skill_id).map(tuple),
        as_of=strategies.dates,
        scale=st.none() | strategies.scales(),
        covariance=st.lists(floats, max_size=4).map(lambda row: np.array([row, row])),
    )
)
def test_any_frozen_record_is_read_back_equal(result):
    """The reader follows the type hints, generic bases included; it knows no class by name."""
    text = to_json(result, indent=None)
    assert text == json.dumps(json.loads(text), ensure_ascii=False)
    back = from_json(text, Whole)
    assert back == result
    assert exact(attrs.evolve(back, covariance=0)) == exact(attrs.evolve(result, covariance=0))
    assert np.array_equal(back.covariance, result.covariance)
    assert back.covariance.dtype == np.float64
    assert not back.covariance.flags.writeable


Content = TypeVar("Content")


@attrs.frozen
class Box(Generic[Content]):
    """A record whose type is not yet said."""

    content: Content


@attrs.frozen
class NumberBox(Box[float]):
    """A record that says it."""


def test_type_parameters_are_those_of_the_class():
    """What a subclass puts in the place of a type parameter is what is read."""
    assert exact(from_json('{"content": 1}', NumberBox)) == exact(NumberBox(1.0))
    assert faults_of('{"content": "1"}', NumberBox) == [
        ("$.content", "must be a finite number, got '1'")
    ]
    with pytest.raises(InvalidValueError, match=r"no document can hold ~Content"):
        from_json('{"content": 1}', Box)


def test_keys_are_the_attributes_and_values_are_plain():
    """A document is what the contract shows: enums by value, ISO dates, lists and objects."""
    document = from_json(json.dumps(GOOD), PlanDocument)
    written = json.loads(to_json(document))
    assert list(written) == ["schema_version", "profile", "budget", "availability"]
    assert list(written["profile"]) == [field.name for field in attrs.fields(Profile)]
    assert written["profile"]["skills"][0]["kind"] == "hard"
    assert written["profile"]["goals"][0]["due_on"] == "2026-06-30"
    assert written["budget"]["soft_share"] == [0.2, 0.6]
    assert written["budget"]["max_skills"] is None


# What a text can hold and JSON is made of.
AWKWARD = st.text('",:[]{}\\/ \n\x00\x7f\u2028é\U0001f600N') | st.sampled_from(
    ["NaN", "-Infinity", ", ", "[]", '"]', "\\", '\\", {']
)


@given(
    st.builds(
        Goal,
        id=AWKWARD.map("x{}".format),
        description=AWKWARD,
        targets=st.dictionaries(AWKWARD.filter(str.strip), st.floats(0, 1), max_size=3),
    ),
    st.none() | st.integers(0, 5),
)
def test_text_is_laid_out_as_python_lays_it_out(goal, indent):
    """Whatever stands in the texts, every sign is where Python's own writer puts it."""
    text = to_json(goal, indent=indent)
    assert text == json.dumps(json.loads(text), indent=indent, ensure_ascii=False)
    assert from_json(text, Goal) == goal


def test_equal_scales_are_written_as_they_are():
    """A minus before a zero is kept, though another scale, equal to this one, has none."""
    for _ in range(2):
        for minimum, written in ((0.0, "0.0"), (-0.0, "-0.0")):
            text = to_json(Scale(minimum=minimum, maximum=1), indent=None)
            assert text == f'{{"minimum": {written}, "maximum": 1.0, "labels": []}}'


@attrs.frozen
class ByPosition:
    """A record with a mapping that is keyed by something else than ids."""

    faults: dict[object, str]


def test_positions_are_written_as_texts():
    """Keys of objects are texts in JSON; what is neither text nor position is refused."""
    faults = {0: "none", 12: "two"}
    assert json.loads(to_json(ByPosition(faults))) == {"faults": {"0": "none", "12": "two"}}
    for key in ((0, 1), dt.date(2026, 1, 5), 0.5):
        with pytest.raises(InvalidValueError, match=r"^\$\.faults must be of a type that a doc"):
            to_json(ByPosition({key: "none"}))


def test_plain_values_may_be_no_numbers():
    """Frames and web frameworks have words of their own for what JSON has none for."""
    numbers = np.array([math.inf, -math.inf, math.nan])
    assert repr(plain({"numbers": numbers})) == repr({"numbers": numbers.tolist()})
    assert repr(plain(tuple(numbers))) == repr(numbers.tolist())


def test_integers_stand_for_numbers():
    """`"hours_per_week": 4` is the float 4.0, as in the constructor."""
    document = from_json(json.dumps(GOOD), PlanDocument)
    assert type(document.budget.hours_per_week) is float
    assert type(document.budget.min_hours["sql"]) is float
    assert type(document.profile.assessments[0].rating) is float
    assert type(document.schema_version) is int


@pytest.mark.parametrize(
    ("scale", "rating", "number"),
    [
        ("cefr", "B2", 4.0),
        (attrs.asdict(scales.CEFR), "B2", 4.0),
        ({"minimum": 0, "maximum": 6, "labels": ["low", "high"]}, "high", 6.0),
        ("percent", 94, 94.0),
    ],
)
def test_rating_may_be_a_label_and_scale_a_name(scale, rating, number):
    """Either way of saying it is read; a number and an object are written."""
    said = {"skill_id": "a", "rating": rating, "scale": scale}
    said |= {"assessed_on": "2026-01-05", "rater_kind": "peer"}
    assessment = from_json(json.dumps(said), Assessment)
    assert assessment.rating == number
    written = json.loads(to_json(assessment))
    assert written["rating"] == number
    assert written["scale"]["maximum"] == assessment.scale.maximum
    assert from_json(to_json(assessment), Assessment) == assessment


# --- sources and files ----------------------------------------------------------------------------

BUDGET = TimeBudget(hours_per_week=4, min_hours={"français": 1})


@pytest.mark.parametrize(
    "make",
    [
        lambda text, _: text,
        lambda text, _: "\ufeff" + text,
        lambda text, _: text.encode(),
        lambda text, _: b"\xef\xbb\xbf" + text.encode(),
        lambda text, _: io.StringIO(text),
        lambda text, _: io.BytesIO(text.encode()),
        lambda _, path: path,
        lambda _, path: path.open("rb"),
        lambda _, path: path.open(encoding="utf-8"),
    ],
    ids=[
        "text",
        "marked text",
        "bytes",
        "marked bytes",
        "text file",
        "byte file",
        "path",
        "opened bytes",
        "opened text",
    ],
)
def test_source_may_be_text_bytes_path_or_file(make, tmp_path):
    """Whatever it comes from, the record is the same."""
    path = tmp_path / "budget.json"
    source = make(to_json(BUDGET, path), path)
    try:
        assert from_json(source, TimeBudget) == BUDGET
    finally:
        if hasattr(source, "close"):
            source.close()


def test_path_like_is_a_path(tmp_path):
    """Any object that stands for a path will do."""
    to_json(BUDGET, tmp_path / "budget.json")

    class Entry(os.PathLike):
        def __fspath__(self) -> str:
            return str(tmp_path / "budget.json")

    assert from_json(Entry(), TimeBudget) == BUDGET

    class Name(str, os.PathLike):
        __slots__ = ()
        __fspath__ = str.__str__

    assert from_json(Name(tmp_path / "budget.json"), TimeBudget) == BUDGET


@pytest.mark.parametrize("make", [tuple, list])
@pytest.mark.parametrize("record", [scales.CEFR, BUDGET], ids=lambda record: type(record).__name__)
def test_data_of_pairs_is_no_object(make, record):
    """Pairs of keys and values are not taken for an object, known as the object may be."""
    good, cls = to_data(record), type(record)
    assert from_json(json.dumps(good), cls) == from_data(good, cls) == record
    with pytest.raises(InvalidDocumentError, match=r"\$: must be an object"):
        from_data(make(good.items()), cls)


@pytest.mark.parametrize("source", [None, 3, {"hours_per_week": 4}, ["{}"], io.StringIO])
def test_source_of_another_kind_is_refused(source):
    """A dict is no document: what it holds need not be JSON."""
    with pytest.raises((InvalidValueError, TypeError), match=r"^source must be JSON text|read"):
        from_json(source, TimeBudget)


@pytest.mark.parametrize("cls", [dict, int, "Skill", BUDGET, None])
def test_type_must_be_a_record_class(cls):
    """Only records are read."""
    with pytest.raises(InvalidValueError, match=r"^type must be a record class"):
        from_json("{}", cls)


@attrs.frozen
class Unheard:
    """A record that no document can hold."""

    value: complex


@attrs.frozen
class Ambiguous:
    """A record whose type a document cannot tell."""

    value: int | float


@attrs.frozen
class Listed:
    """A record with a container that records do not use."""

    value: list[int]


@pytest.mark.parametrize("cls", [Unheard, Ambiguous, Listed])
def test_type_that_no_document_holds_is_refused(cls):
    """A class that cannot be read is refused before its document is looked at."""
    with pytest.raises(InvalidValueError, match=r"^type must be a class of records \("):
        from_json("not JSON", cls)


def test_missing_file_is_a_missing_file(tmp_path):
    """What the system says about a file is left as it is."""
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        from_json(tmp_path / "absent.json", TimeBudget)


def test_faulty_file_names_its_faults(tmp_path):
    """A file is held to the same rules as a string."""
    path = tmp_path / "budget.json"
    path.write_bytes(b'{"hours_per_week": "4"}')
    assert faults_of(path, TimeBudget) == [("$.hours_per_week", "must be a finite number, got '4'")]


def test_written_file_holds_the_returned_text(tmp_path):
    """The file ends in a newline, names are written as they are, and no draft is left behind."""
    path = tmp_path / "budget.json"
    text = to_json(BUDGET, str(path))
    assert path.read_text(encoding="utf-8") == text + "\n"
    assert "français" in text
    assert [file.name for file in tmp_path.iterdir()] == ["budget.json"]


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    """If anything goes wrong on the way the old content stays and the draft is removed."""
    path = tmp_path / "budget.json"
    path.write_text("old", encoding="utf-8")

    def fail(_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        to_json(BUDGET, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["budget.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links as on POSIX")
def test_replaced_file_keeps_its_permissions_and_links(tmp_path):
    """A private file stays private, a link still leads to the file."""
    path, link = tmp_path / "budget.json", tmp_path / "link.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    link.symlink_to(path)
    to_json(BUDGET, link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert from_json(path, TimeBudget) == BUDGET


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_number_that_is_none_is_not_written(value, tmp_path):
    """A result that holds one names its place, and no file is made."""
    part = Part(
        skill_id="sql",
        kind=None,
        level="none",
        value=0.0,
        interval=(0.0, value),
        counts=(),
        shares={},
        either="",
        flag=False,
    )
    message = r"^\$\.interval\[1\] must be a finite number to be written, got -?(nan|inf)$"
    with pytest.raises(InvalidValueError, match=message):
        to_json(part, tmp_path / "part.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("record", [{"hours_per_week": 4}, 3, None, TimeBudget])
def test_only_records_are_written(record):
    """A dict or a class is no record."""
    with pytest.raises(InvalidValueError, match=r"^record must be a record of skillbalance"):
        to_json(record)


def test_value_of_an_unknown_type_is_not_written():
    """What no document can hold is refused by its place, not written as text."""
    with pytest.raises(InvalidValueError, match=r"^\$\.value must be of a type that a document"):
        to_json(Unheard(1j))


@pytest.mark.parametrize(
    ("array", "path", "message"),
    [
        ([[1, 2], [3]], "$.covariance", "must be a rectangular array, got an array"),
        ([[1, "2"]], "$.covariance[0][1]", "must be a finite number, got '2'"),
        ([[[[[1]]]]], "$.covariance[0][0][0][0]", "must be a finite number, got an array"),
    ],
)
def test_wrong_array_is_refused(array, path, message):
    """Arrays are lists of numbers, rectangular, of a few dimensions."""
    document = {"items": [], "as_of": "2026-01-05", "scale": None, "covariance": array}
    assert faults_of(json.dumps(document), Whole) == [(path, message)]


def test_wrong_result_is_refused():
    """Documents of results are held to their types like any other."""
    part = {
        "skill_id": "sql",
        "kind": "tough",
        "level": "some",
        "value": True,
        "interval": [0, 1, 2],
        "counts": [1, 1.5],
        "shares": {"a": None, "\udfff": 1},
        "either": [],
        "flag": 1,
    }
    assert faults_of(json.dumps(part), Part) == [
        ("$.kind", "must be one of 'hard', 'soft', got 'tough'"),
        ("$.level", "must be one of 'none', 'single', got 'some'"),
        ("$.value", "must be a finite number, got true"),
        ("$.interval", "must be an array of 2, got an array"),
        ("$.counts[1]", "must be an integer, got 1.5"),
        ('$.shares["\udfff"]', "must be a string of whole Unicode characters, got '\\udfff'"),
        ('$.shares["a"]', "must be a finite number, got null"),
        ("$.either", "must be a finite number or a string, got an array"),
        ("$.flag", "must be true or false, got 1"),
    ]


def test_constructor_has_the_last_word():
    """What only the constructor of a result finds is a fault at its place."""
    part = json.loads(to_json(from_json(json.dumps(PART), Part)))
    document = {"items": [part, part], "as_of": "2026-01-05", "scale": None, "covariance": [1]}
    assert faults_of(json.dumps(document), Whole) == [
        ("$.items[1].skill_id", "must be unique (items[0].skill_id has it already), got 'sql'")
    ]


PART = {
    "skill_id": "sql",
    "kind": None,
    "level": "none",
    "value": None,
    "interval": [0, 1],
    "counts": [],
    "shares": {},
    "either": 0,
    "flag": True,
}


@attrs.frozen
class Fussy:
    """A result whose constructor was not written for strangers."""

    value: int

    def __attrs_post_init__(self) -> None:
        """Fail on zero."""
        _ = 1 // self.value


def test_constructor_may_fail_in_its_own_way():
    """An arithmetic error inside a constructor is a fault of the document, not a crash."""
    assert from_json('{"value": 1}', Fussy) == Fussy(1)
    assert faults_of('{"value": 0}', Fussy) == [
        ("$", "integer division or modulo by zero"),
    ]


def test_reading_from_a_path_is_not_reading_a_string(tmp_path):
    """A path in a `pathlib.Path` is opened, the same in a string is JSON text."""
    path = tmp_path / "budget.json"
    to_json(BUDGET, path)
    assert from_json(Path(path), TimeBudget) == BUDGET
    with pytest.raises(InvalidDocumentError, match="not JSON"):
        from_json(str(path), TimeBudget)


def test_faults_are_facts():
    """The error holds each fault as a record with path and message."""
    with pytest.raises(InvalidDocumentError) as caught:
        from_json("{}", Skill)
    assert caught.value.faults == (Fault("$.id", "missing"), Fault("$.kind", "missing"))


@attrs.frozen(kw_only=True)
class Numbers:
    """Numbers by name, and in a row."""

    of_skill: dict[str, float]
    in_turn: tuple[float, ...] = ()


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (Numbers(of_skill={"sql": 1.0, "css": math.nan}), r'\$\.of_skill\["css"\]'),
        (Numbers(of_skill={"a b": math.inf}), r'\$\.of_skill\["a b"\]'),
        (Numbers(of_skill={}, in_turn=(1.0, math.nan)), r"\$\.in_turn\[1\]"),
    ],
)
def test_a_number_that_no_document_holds_is_named_by_its_place(record, place):
    """The key or the position of the first one, and the number."""
    with pytest.raises(InvalidValueError, match=place + " must be .*got (nan|inf)"):
        to_json(record)
