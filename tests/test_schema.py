"""JSON Schema: a document loads exactly when its schema accepts it."""

import copy
import inspect
import json
import re
import textwrap
import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs
import jsonschema
import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.errors import InvalidDocumentError, InvalidValueError
from skillbalance.formats import _schema, _types, from_json, to_json
from skillbalance.formats.documents import BEYOND_SCHEMA, json_schema

RECORDS = {
    sb.Skill: strategies.skills(),
    sb.Goal: strategies.goals(),
    sb.Scale: strategies.scales(),
    sb.Assessment: strategies.assessments(),
    sb.FeedbackItem: strategies.feedback_items(),
    sb.Occupation: strategies.occupations(),
    sb.Profile: strategies.profiles() | strategies.profiles_with_occupation(),
    sb.TimeBudget: strategies.budgets(),
    sb.PracticeRecord: strategies.practice_records(),
    sb.PlanDocument: strategies.plan_documents(),
}
# The complaints that belong to each rule no schema can say, in the order of BEYOND_SCHEMA.
BEYOND = [
    r"must be unique \((skills|goals)\[",
    r"must be (for )?a skill of the profile|must be the id of a skill",
    r"must be a number in \[|rating.* must be in \[",
    r"must be greater than the minimum|a finite distance from|must be empty or two or more",
    r"must be at least soft_share\[0\]",
    r"must be the id of the occupation",
    r"must be an integer, got -?[0-9.e+]+$",
    r"rectangular array",
    r"given more than once|whole Unicode",
]


def validator(cls: type) -> jsonschema.Draft202012Validator:
    """An independent judge of a record's documents."""
    return jsonschema.Draft202012Validator(
        json_schema(cls), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def complaints(text: str, cls: type) -> list[str]:
    """What the reader of documents says of one."""
    try:
        from_json(text, cls)
    except InvalidDocumentError as error:
        return [f"{fault.path} {fault.message}" for fault in error.faults]
    return []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, the whole included."""
    members: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    return [path, *(place for key, one in members for place in places(one, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[type, Any]:
    """A record class and a good document of it with up to three changes somewhere."""
    cls = draw(st.sampled_from(list(RECORDS)))
    document = json.loads(to_json(draw(RECORDS[cls])))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from(places(document)))
        if not place:
            document = draw(strategies.ODD_JSON) if draw(st.integers(0, 9)) == 0 else document
            continue
        holder = document
        for key in place[:-1]:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "replace", "drop", "rename", "double", "add"]))
        if change == "replace":
            holder[place[-1]] = draw(strategies.ODD_JSON)
        elif change == "drop":
            del holder[place[-1]]
        elif change == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["", " ", "\u2003", "\x1f", "sql"]))] = holder.pop(
                place[-1]
            )
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[place[-1]]))
        else:
            holder[draw(st.sampled_from(["id", "knid", "skills", "rating"]))] = draw(
                strategies.ODD_JSON
            )
    return cls, document


@given(mutated())
def test_a_document_loads_exactly_when_the_schema_accepts_it(case):
    """Whatever the schema refuses is refused, and what it lets pass fails by a listed rule only."""
    cls, document = case
    accepted = validator(cls).is_valid(document)
    faults = complaints(json.dumps(document), cls)
    if accepted:
        beyond = re.compile("|".join(BEYOND))
        assert [fault for fault in faults if not beyond.search(fault)] == []
    else:
        assert faults


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_every_schema_is_a_schema_and_says_what_each_key_means(cls):
    """The schema is valid itself; each property of each record is described."""
    schema = json_schema(cls)
    jsonschema.Draft202012Validator.check_schema(schema)
    for record in [schema, *schema.get("$defs", {}).values()]:
        assert record["description"]
        assert [
            key for key, value in record["properties"].items() if "description" not in value
        ] == []


RESULTS = [
    value
    for value in (getattr(sb, name) for name in sb.__all__)
    if isinstance(value, type) and attrs.has(value) and value not in RECORDS
]


@pytest.mark.parametrize("cls", RESULTS, ids=lambda cls: cls.__name__)
def test_every_record_of_the_front_door_has_a_schema(cls):
    """Results have documents too; a record that has none would be missing from every app."""
    jsonschema.Draft202012Validator.check_schema(json_schema(cls))


def test_each_rule_beyond_the_schema_is_real():
    """For each rule listed the schema accepts some document that the reader does not."""
    skill = {"id": "sql", "kind": "hard"}
    profile = {"id": "ana", "field": "nursing", "stage": "mid"}
    scale = {"minimum": 0, "maximum": 1}
    said = {"skill_id": "sql", "assessed_on": "2026-01-05", "rater_kind": "peer"}
    occupation = json.loads(to_json(strategies.field_as_occupation("nursing", "29-1141.00")))
    examples = [
        (sb.Profile, {**profile, "skills": [skill, skill]}),
        (sb.Profile, {**profile, "goals": [{"id": "g", "targets": {"css": 1}}]}),
        (sb.Assessment, {**said, "rating": 2}),
        (sb.Scale, {**scale, "labels": ["one"]}),
        (sb.TimeBudget, {"hours_per_week": 1, "soft_share": [0.5, 0.4]}),
        (sb.Profile, {**profile, "occupation": occupation}),
        (sb.TimeBudget, {"hours_per_week": 1, "max_skills": 5.0}),
    ]
    for (cls, document), pattern, rule in zip(examples, BEYOND, BEYOND_SCHEMA, strict=False):
        assert validator(cls).is_valid(document), rule
        (fault,) = complaints(json.dumps(document), cls)
        assert re.search(pattern, fault), rule
    assert len(BEYOND) == len(BEYOND_SCHEMA)


def test_a_schema_is_made_anew():
    """What a caller does to a schema changes no other."""
    json_schema(sb.Goal)["properties"].clear()
    assert "targets" in json_schema(sb.Goal)["properties"]


def test_only_records_have_a_schema():
    """Anything else is refused by name."""
    with pytest.raises(InvalidValueError, match="type must be a record class"):
        json_schema(int)


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u2003", "\x1f"])
@pytest.mark.parametrize(
    ("cls", "document", "key"),
    [
        (sb.Goal, {"id": "g", "targets": {}}, "targets"),
        (sb.TimeBudget, {"hours_per_week": 1, "min_hours": {}}, "min_hours"),
        (sb.TimeBudget, {"hours_per_week": 1, "max_hours": {}}, "max_hours"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_blank_id_is_no_key(name, cls, document, key):
    """Where skills are keys, the schema and the reader both refuse one that shows nothing."""
    good = {**document, key: {"sql": 1}}
    assert validator(cls).is_valid(good)
    assert complaints(json.dumps(good), cls) == []
    blank = {**document, key: {name: 1}}
    assert not validator(cls).is_valid(blank)
    assert complaints(json.dumps(blank), cls)


@pytest.mark.parametrize("cls", [*RECORDS, *RESULTS], ids=lambda cls: cls.__name__)
def test_a_pattern_is_asked_of_text_alone(cls):
    """A pattern lets whatever is no text pass, so each stands beside the type it is meant for."""

    def check(schema):
        if isinstance(schema, dict):
            if isinstance(schema.get("pattern"), str):
                assert schema["type"] == "string"
            schema = list(schema.values())
        if isinstance(schema, list):
            for one in schema:
                check(one)

    check(json_schema(cls))


# --- what depends on the Python ---------------------------------------------------------------


def test_an_alias_is_what_it_stands_for():
    """Types that newer Pythons and NumPys write as aliases are read as what they mean, anywhere."""
    item = typing.TypeVar("item")

    class Alias:
        __value__ = np.ndarray[typing.Any, np.dtype[item]]

    alias = types.GenericAlias(Alias(), (np.float64,))
    meant = np.ndarray[typing.Any, np.dtype[np.float64]]
    for wrap in (
        lambda hint: hint,
        lambda hint: Mapping[str, hint],
        lambda hint: tuple[hint, ...] | None,
        lambda hint: typing.Optional[hint],  # noqa: UP045
    ):
        assert _types._written_out(wrap(alias)) == wrap(meant)
        assert _types._written_out(wrap(meant)) == wrap(meant)


@pytest.mark.parametrize("cls", [sb.Skill, sb.TimeBudget, sb.Profile], ids=lambda one: one.__name__)
def test_the_indentation_of_docstrings_does_not_matter(cls):
    """Python 3.13 takes it away when it compiles; descriptions are the same with and without."""
    flat = type("Flat", (), {"__doc__": inspect.cleandoc(cls.__doc__)})
    deep = type("Deep", (), {"__doc__": "\n" + textwrap.indent(flat.__doc__, "    ") + "\n    "})
    found = _schema._descriptions(flat)
    assert found == _schema._descriptions(deep) == _schema._descriptions(cls)
    assert set(found[1]) == {field.name for field in attrs.fields(cls)}
