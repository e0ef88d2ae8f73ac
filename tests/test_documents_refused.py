"""Documents that are wrong, large or random: every mistake is named, nothing else happens."""

import copy
import json
import math
import time
from typing import Any

import attrs
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillbalance.errors import Fault, InvalidDocumentError
from skillbalance.formats import documents, from_json, to_json
from skillbalance.formats._fast import STUMBLES, quick_reader_of, quickly_parsed
from skillbalance.formats._parse import parse
from skillbalance.formats._read import Reader, reader_of
from skillbalance.model import (
    Assessment,
    FeedbackItem,
    Goal,
    PlanDocument,
    PracticeRecord,
    Profile,
    Scale,
    Skill,
    TimeBudget,
)

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


def changed(*path: object, value: object = ...) -> str:
    """Text of the good document with one place set, or without it."""
    document = copy.deepcopy(GOOD)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document)


def faults_of(source: object, cls: type = PlanDocument) -> list[tuple[str, str]]:
    """Path and message of every fault in a document that must be refused."""
    with pytest.raises(InvalidDocumentError, match="in the document") as caught:
        from_json(source, cls)
    assert str(caught.value).startswith(f"{len(caught.value.faults)} fault")
    return [(fault.path, fault.message) for fault in caught.value.faults]


def attempt(source: object, cls: type) -> tuple[object, tuple[Fault, ...]]:
    """Give the record and no faults, or no record and the faults."""
    try:
        return from_json(source, cls), ()
    except InvalidDocumentError as error:
        # Printing it is a part of refusing it.
        return None, error.faults if str(error).startswith(f"{len(error.faults)} fault") else ()


# --- documents that are wrong ---------------------------------------------------------------------

SKILL = ("profile", "skills", 0)
SAID = ("profile", "assessments", 0)
WRONG = [
    # form
    ("[]", "$", "must be an object (PlanDocument), got an array"),
    ("null", "$", "must be an object (PlanDocument), got null"),
    ("{} {}", "$", "not JSON: Extra data at line 1, column 4"),
    ('{"a": }', "$", "not JSON: Expecting value at line 1, column 7"),
    ("", "$", "not JSON: Expecting value at line 1, column 1"),
    (b"\xff\xfe{", "$", "not UTF-8 text: invalid start byte at byte 0"),
    ("[" * 100_000, "$", "nested deeper than 64 levels"),
    ('{"a":' * 100_000, "$", "nested deeper than 64 levels"),
    # keys
    (changed("schema_version"), "$.schema_version", "missing"),
    (changed("budget"), "$.budget", "missing"),
    (changed(*SKILL, "kind"), "$.profile.skills[0].kind", "missing"),
    (
        changed("profil", value=1),
        "$.profil",
        "unknown key (nearest: 'profile')",
    ),
    (
        changed(*SKILL, "half_gap_hour", value=40),
        "$.profile.skills[0].half_gap_hour",
        "unknown key (nearest: 'half_gap_hours')",
    ),
    (changed(*SKILL, "!?", value=40), '$.profile.skills[0]["!?"]', "unknown key"),
    (
        json.dumps(GOOD).replace('"id": "ana"', '"id": "ana", "id": "ben"'),
        "$.profile.id",
        "given more than once",
    ),
    (
        json.dumps(GOOD).replace('{"sql": 1}', '{"sql": 1, "sql": 2}'),
        '$.budget.min_hours["sql"]',
        "given more than once",
    ),
    # types
    (
        changed(*SKILL, "upkeep", value="0.5"),
        "$.profile.skills[0].upkeep",
        "must be a finite number, got '0.5'",
    ),
    (
        changed(*SKILL, "upkeep", value=True),
        "$.profile.skills[0].upkeep",
        "must be a finite number, got true",
    ),
    (
        changed(*SKILL, "upkeep", value=None),
        "$.profile.skills[0].upkeep",
        "must be a finite number, got null",
    ),
    (
        changed("schema_version", value=True),
        "$.schema_version",
        "must be an integer, got true",
    ),
    (changed("schema_version", value=1.0), "$.schema_version", "must be an integer, got 1.0"),
    (
        changed("budget", "max_skills", value=2.5),
        "$.budget.max_skills",
        "must be an integer, got 2.5",
    ),
    (changed("profile", "id", value=7), "$.profile.id", "must be a string, got 7"),
    (changed("profile", "skills", value={}), "$.profile.skills", "must be an array, got an object"),
    (
        changed(*SKILL, value="sql"),
        "$.profile.skills[0]",
        "must be an object (Skill), got 'sql'",
    ),
    (
        changed(*SKILL, "elements", value="2.B.3.e"),
        "$.profile.skills[0].elements",
        "must be an array, got '2.B.3.e'",
    ),
    (
        changed("budget", "min_hours", value=[]),
        "$.budget.min_hours",
        "must be an object, got an array",
    ),
    (
        changed("budget", "soft_share", value=[0.5]),
        "$.budget.soft_share",
        "must be an array of 2, got an array",
    ),
    (
        changed("budget", "soft_share", value=[0.2, "0.6"]),
        "$.budget.soft_share[1]",
        "must be a finite number, got '0.6'",
    ),
    # numbers that are none
    (
        changed(*SKILL, "upkeep", value=math.nan),
        "$.profile.skills[0].upkeep",
        "must be a finite number, got NaN",
    ),
    (
        changed("budget", "min_hours", "sql", value=-math.inf),
        '$.budget.min_hours["sql"]',
        "must be a finite number, got -Infinity",
    ),
    (
        json.dumps(GOOD).replace('"hours_per_week": 4', '"hours_per_week": 1e999'),
        "$.budget.hours_per_week",
        "must be a finite number, got 1e999",
    ),
    (
        json.dumps(GOOD).replace('"hours_per_week": 4', '"hours_per_week": ' + "9" * 400),
        "$.budget.hours_per_week",
        "must be a finite number, got " + "9" * 120 + "...",
    ),
    (
        json.dumps(GOOD).replace('"hours_per_week": 4', '"hours_per_week": -' + "9" * 5000),
        "$.budget.hours_per_week",
        "must be a finite number, got an integer of 5000 digits",
    ),
    # values
    (changed("schema_version", value=2), "$.schema_version", "must be 1, got 2"),
    (
        changed("profile", "stage", value="snior"),
        "$.profile.stage",
        (
            "must be one of 'student', 'entry', 'mid', 'senior', 'lead', 'manager', 'executive'"
            " (nearest: 'senior'), got 'snior'"
        ),
    ),
    (
        changed(*SKILL, "kind", value=1),
        "$.profile.skills[0].kind",
        "must be one of 'hard', 'soft', got 1",
    ),
    (
        changed(*SKILL, "half_gap_hours", value=-3),
        "$.profile.skills[0].half_gap_hours",
        "must be at least 1e-06, got -3.0",
    ),
    (
        changed("profile", "goals", 0, "targets", "listening", value=7),
        '$.profile.goals[0].targets["listening"]',
        "must be in [0, 1], got 7.0",
    ),
    (
        changed("profile", "goals", 0, "due_on", value="30.6.2026"),
        "$.profile.goals[0].due_on",
        "must be a date written YYYY-MM-DD, got '30.6.2026'",
    ),
    (
        changed(*SAID, "assessed_on", value="20251120"),
        "$.profile.assessments[0].assessed_on",
        "must be a date written YYYY-MM-DD, got '20251120'",
    ),
    (
        changed(*SAID, "assessed_on", value="2025-02-30"),
        "$.profile.assessments[0].assessed_on",
        "must be a date written YYYY-MM-DD, got '2025-02-30'",
    ),
    (
        changed(*SAID, "rating", value=6),
        "$.profile.assessments[0].rating",
        "must be in [1, 5], got 6.0",
    ),
    (
        changed(*SAID, "rating", value=None),
        "$.profile.assessments[0].rating",
        "must be a finite number or a string, got null",
    ),
    (
        changed(*SAID, "rating", value=math.nan),
        "$.profile.assessments[0].rating",
        "must be a finite number or a string, got NaN",
    ),
    (
        changed(*SAID, "scale", value="cerf"),
        "$.profile.assessments[0].scale",
        (
            "must be a Scale or one of 'unit', 'percent', 'one_to_five', 'dreyfus', 'sfia',"
            " 'onet_level', 'cefr' (nearest: 'cefr'), got 'cerf'"
        ),
    ),
    (
        changed(*SAID, "scale", value={"minimum": 5, "maximum": 1}),
        "$.profile.assessments[0].scale.maximum",
        "must be greater than the minimum, 5, got 1.0",
    ),
    (
        changed(*SKILL, "name", value="\ud800"),
        "$.profile.skills[0].name",
        "must be a string of whole Unicode characters, got '\\ud800'",
    ),
    (
        changed("budget", "soft_share", value=[0.6, 0.2]),
        "$.budget.soft_share[1]",
        "must be at least soft_share[0], 0.6, got 0.2",
    ),
    # ids and names
    (
        changed("profile", "skills", 1, "id", value="sql"),
        "$.profile.skills[1].id",
        "must be unique (skills[0].id has it already), got 'sql'",
    ),
    (
        changed(*SAID, "skill_id", value="sqll"),
        "$.profile.assessments[0].skill_id",
        "must be the id of a skill of the profile (nearest: 'sql'), got 'sqll'",
    ),
    (
        changed("profile", "feedback", 0, "skill_ids", value=["sql", "lisening"]),
        "$.profile.feedback[0].skill_ids[1]",
        "must be the id of a skill of the profile (nearest: 'listening'), got 'lisening'",
    ),
    (
        changed("profile", "goals", 0, "targets", "quilting", value=0.5),
        '$.profile.goals[0].targets["quilting"]',
        "must be the id of a skill of the profile, got 'quilting'",
    ),
    (
        changed("budget", "max_hours", value={"sq": 1}),
        '$.budget.max_hours["sq"]',
        "must be for a skill of the profile (nearest: 'sql'), got 'sq'",
    ),
    (
        changed("budget", "max_hours", value={"": 1}),
        '$.budget.max_hours[""]',
        "must be keyed by a non-empty string, got ''",
    ),
    (
        changed("profile", "field", value="nursng"),
        "$.profile.field",
        "must be a field that skillbalance.fields() lists (nearest: 'nursing'), got 'nursng'",
    ),
    (
        changed(*SKILL, "elements", value=["2.B.3.e", "2.B.9.z"]),
        "$.profile.skills[0].elements[1]",
        (
            "must be the id of an O*NET element in the reference table, such as '2.A.1.b',"
            " got '2.B.9.z'"
        ),
    ),
]


@pytest.mark.parametrize(
    ("source", "path", "message"), WRONG, ids=[str(number) for number in range(len(WRONG))]
)
def test_wrong_document_is_refused_where_it_is_wrong(source, path, message):
    """Each mistake is named at its place in words that say what to do about it."""
    assert (path, message) in faults_of(source)


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [one for one in WRONG if "skills[1].id" not in one[1]],
    ids=[str(n) for n, one in enumerate(WRONG) if "skills[1].id" not in one[1]],
)
def test_one_mistake_is_one_fault(source, path, message):
    """Nothing is reported that follows from the one mistake."""
    assert faults_of(source) == [(path, message)]


def test_the_good_document_is_good():
    """Else the documents made from it would be refused for nothing."""
    assert from_json(json.dumps(GOOD), PlanDocument).profile.id == "ana"


def test_five_mistakes_are_five_faults():
    """All at once: a misspelt key, a wrong type, a range, a missing key, an unknown skill."""
    document = copy.deepcopy(GOOD)
    document["profile"]["skills"][0]["half_gap_hour"] = 40
    document["profile"]["skills"][1]["upkeep"] = "0.5"
    document["profile"]["goals"][0]["priority"] = -1
    del document["profile"]["assessments"][0]["rater_kind"]
    document["budget"]["max_hours"] = {"listning": 2}
    assert faults_of(json.dumps(document)) == [
        ("$.profile.skills[0].half_gap_hour", "unknown key (nearest: 'half_gap_hours')"),
        ("$.profile.skills[1].upkeep", "must be a finite number, got '0.5'"),
        ("$.profile.goals[0].priority", "must be greater than 0, got -1.0"),
        ("$.profile.assessments[0].rater_kind", "missing"),
        (
            '$.budget.max_hours["listning"]',
            "must be for a skill of the profile (nearest: 'listening'), got 'listning'",
        ),
    ]


def test_every_mistake_within_one_collection_is_named():
    """A list or an object does not stop at its first bad member, whatever is wrong with it."""
    document = copy.deepcopy(GOOD)
    document["profile"]["skills"][0]["elements"] = ["", 3, "2.A.1.b", "2.A.1.b", "x"]
    document["profile"]["goals"][0]["targets"] = {"sql": 7, "listening": None, "": 2, "css": 1}
    document["profile"]["feedback"][0]["skill_ids"] = ["sql", ["sql"], "css", "sql"]
    document["budget"]["soft_share"] = [-1, 2]
    paths = [path for path, _ in faults_of(json.dumps(document))]
    goals = "$.profile.goals[0].targets"
    assert sorted(paths) == sorted(
        [f"$.profile.skills[0].elements[{n}]" for n in (0, 1, 3, 4)]
        + [f'{goals}["{key}"]' for key in ("sql", "listening", "", "css")]
        + [f"$.profile.feedback[0].skill_ids[{n}]" for n in (1, 2, 3)]
        + ["$.budget.soft_share[0]", "$.budget.soft_share[1]"]
    )


def test_no_fault_is_made_up_where_an_id_is_unknown():
    """If a skill's id cannot be read, nobody can say that a rating names none."""
    document = copy.deepcopy(GOOD)
    document["profile"]["skills"][0]["id"] = 3
    assert faults_of(json.dumps(document)) == [
        ("$.profile.skills[0].id", "must be a string, got 3")
    ]


def test_faulty_skill_still_counts_as_there():
    """A skill with a bad rate is a skill: what names it does not dangle."""
    document = copy.deepcopy(GOOD)
    document["profile"]["skills"][0]["upkeep"] = 3
    assert faults_of(json.dumps(document)) == [
        ("$.profile.skills[0].upkeep", "must be in [0, 1], got 3.0")
    ]


def test_name_of_a_file_is_not_its_content():
    """Who passes a name gets told how to pass a path."""
    (fault,) = faults_of("plans/ana.json")
    assert fault[1].endswith("(a file is read by its path: pathlib.Path('plans/ana.json'))")


# --- size -----------------------------------------------------------------------------------------


def large(n: int) -> dict[str, Any]:
    """Build a document of n skills, each rated, each in a goal and a limit."""
    ids = [f"skill {number}" for number in range(n)]
    said = {"rating": 0.5, "assessed_on": "2026-01-05", "rater_kind": "peer"}
    return {
        "schema_version": 1,
        "profile": {
            "id": "ana",
            "field": "nursing",
            "stage": "mid",
            "skills": [{"id": one, "kind": "hard", "elements": ["2.B.3.e"]} for one in ids],
            "goals": [{"id": "all", "targets": dict.fromkeys(ids, 0.5)}],
            "assessments": [{"skill_id": one, **said} for one in ids],
        },
        "budget": {"hours_per_week": 4, "max_hours": dict.fromkeys(ids, 1)},
    }


def spoil_nothing(document):
    """Leave it."""


def spoil_ids(document):
    """Let every rating name a skill that is not there."""
    for said in document["profile"]["assessments"]:
        said["skill_id"] += "x"


def spoil_keys(document):
    """Misspell a key of every skill, each in its own way."""
    for number, skill in enumerate(document["profile"]["skills"]):
        skill[f"upkep{number}"] = 0.5


def spoil_top(document):
    """Add a hundred thousand keys to one object."""
    document.update(dict.fromkeys((f"budge{n}" for n in range(100_000)), 1))


def spoil_choices(document):
    """Misspell an enum of every skill."""
    for skill in document["profile"]["skills"]:
        skill["kind"] = "hrad"


def spoil_uniqueness(document):
    """Give all skills one id."""
    for skill in document["profile"]["skills"]:
        skill["id"] = "skill 0"


def spoil_names(document):
    """Make every name very long."""
    for said in document["profile"]["assessments"]:
        said["skill_id"] *= 50


@pytest.mark.parametrize(
    ("spoil", "fewest"),
    [
        (spoil_nothing, 0),
        (spoil_ids, 10_000),
        (spoil_keys, 10_000),
        (spoil_top, 100_000),
        (spoil_choices, 10_000),
        (spoil_uniqueness, 9_999),
        (spoil_names, 10_000),
    ],
)
def test_ten_thousand_skills_are_read_or_refused_in_seconds(spoil, fewest):
    """Whatever is wrong with each, every fault is there and nothing takes quadratic time."""
    document = large(10_000)
    spoil(document)
    text = json.dumps(document)
    before = time.process_time()
    if fewest:
        faults = faults_of(text)
        assert len(faults) >= fewest
    else:
        read = from_json(text, PlanDocument)
        assert len(read.profile.skills) == 10_000
        assert from_json(to_json(read), PlanDocument) == read
    # Twenty times what it takes; a quadratic step takes minutes.
    assert time.process_time() - before < 60


# --- fuzzing --------------------------------------------------------------------------------------

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["sql", "listening", "hard", "peer", "cefr", "B2", "2026-01-05", 10**400])
)
keys = st.sampled_from(
    sorted({field.name for cls in RECORDS for field in attrs.fields(cls)})
) | st.text(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place in a document, the root aside."""
    inside: list[tuple[Any, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [one for step, part in inside for one in [(*path, step), *places(part, (*path, step))]]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(places(GOOD)), values), min_size=1, max_size=4))
def test_no_change_of_a_document_gets_another_error(changes):
    """A document with anything anywhere is read, or refused with its faults; nothing else."""
    document = copy.deepcopy(GOOD)
    for path, value in changes:
        place: Any = document
        try:
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    record, faults = attempt(json.dumps(document), PlanDocument)
    if faults:
        assert len({fault.path for fault in faults}) == len(faults)
        assert all(fault.path.startswith("$") and fault.message for fault in faults)
    else:
        assert from_json(to_json(record), PlanDocument) == record


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
@given(value=values)
def test_any_json_is_read_or_refused(cls, value):
    """So is any value that is JSON at all, as any record."""
    record, faults = attempt(json.dumps(value), cls)
    assert faults or from_json(to_json(record), cls) == record


@given(st.text() | st.binary())
def test_any_text_is_read_or_refused(source):
    """So is any text and any bytes."""
    with pytest.raises(InvalidDocumentError, match="in the document"):
        from_json(source, Skill)


@given(st.integers(1, len(json.dumps(GOOD)) - 1), st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_damaged_text_is_read_or_refused(length, data):
    """So is a document cut short, or with a few letters changed."""
    text = json.dumps(GOOD)
    with pytest.raises(InvalidDocumentError, match=r"\$: not JSON"):
        from_json(text[:length], PlanDocument)
    letters = list(text)
    for _ in range(3):
        letters[data.draw(st.integers(0, len(text) - 1))] = data.draw(
            st.sampled_from('{}[]",:0e-.') | st.characters()
        )
    record, faults = attempt("".join(letters), PlanDocument)
    assert bool(faults) == (record is None)


@given(st.data())
def test_the_short_way_and_the_long_way_agree(data):
    """A document without faults gives equal records both ways; the short way takes no other."""
    cls = data.draw(st.sampled_from(list(RECORDS)))
    document = json.loads(to_json(data.draw(RECORDS[cls])))
    if isinstance(document, dict) and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(document)))
        document[key] = data.draw(strategies.ODD_JSON)
    text = json.dumps(document)
    reader = Reader()
    slowly = reader_of(cls)(reader, parse(text), "$")
    try:
        quickly = quick_reader_of(cls)(quickly_parsed(text))
    except STUMBLES:
        # Nothing is lost by stumbling over a good document but time; it should not happen.
        assert reader.faults
    else:
        assert reader.faults == []
        assert (quickly, repr(quickly)) == (slowly, repr(slowly))


def test_a_document_met_with_hardly_any_stack_left_is_refused():
    """Whoever calls the reader at the end of the stack is told of the depth, not of the stack."""

    def as_deep_as_it_goes():
        try:
            return as_deep_as_it_goes()
        except RecursionError:
            return parse("[" * 60 + "]" * 60)

    with pytest.raises(InvalidDocumentError, match="nested too deeply to be read"):
        as_deep_as_it_goes()


_SHAPES = st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=3), max_leaves=8)


@given(st.integers(50, 70), _SHAPES, _SHAPES)
def test_depth_is_that_of_the_deepest_value(n_levels, before, after):
    """What was closed again counts for nothing, on whatever level it stands."""

    def depth_of(value):
        return 1 + max(map(depth_of, value), default=0)

    document = [before, after]
    for _ in range(n_levels):
        document = [before, document, after]
    text = json.dumps(document)
    if depth_of(document) > 64:
        with pytest.raises(InvalidDocumentError, match="nested deeper than 64 levels"):
            parse(text)
    else:
        assert parse(text) == document


def test_a_field_is_not_blamed_while_the_occupation_cannot_be_read():
    """An occupation takes the field's place: what is wrong with it is said, and nothing else."""
    document = copy.deepcopy(GOOD)
    document["profile"] |= {"field": "my own", "occupation": {"code": 1}}
    assert {path.split(".")[2] for path, _ in faults_of(json.dumps(document))} == {"occupation"}


def test_a_good_document_never_takes_the_long_way(monkeypatch):
    """With or without a byte order mark; the long way is for documents with faults."""
    good = json.dumps(GOOD)
    expected = from_json(good, PlanDocument)
    monkeypatch.setattr(documents, "_read_with_faults", None)
    for source in (good, "\ufeff" + good, good.encode(), b"\xef\xbb\xbf" + good.encode()):
        assert from_json(source, PlanDocument) == expected
