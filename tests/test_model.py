"""Records: what they accept, what they refuse and in which words, and that they never change."""

import copy
import datetime as dt
import math
import pickle
import re
from collections.abc import Mapping

import attrs
import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from skillbalance import model
from skillbalance._checks import rule_of
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model import (
    Activity,
    Assessment,
    CareerStage,
    FeedbackItem,
    Goal,
    GoalDomain,
    Outcome,
    PlanDocument,
    PracticeRecord,
    Profile,
    RaterKind,
    Scale,
    Skill,
    SkillKind,
    TimeBudget,
    Tone,
    scales,
)
from skillbalance.model._items import FrozenMapping, ItemsBySkill, freeze

DAY = dt.date(2026, 1, 5)
SKILL = {"id": "sql", "kind": "hard"}
GOAL = {"id": "lead"}
RATING = {"skill_id": "sql", "rating": 0.5, "assessed_on": DAY, "rater_kind": "peer"}
FEEDBACK = {"skill_ids": ["sql"], "tone": "growth", "given_on": DAY, "rater_kind": "mentor"}
PROFILE = {"id": "ana", "field": "nursing", "stage": "mid"}
BUDGET = {"hours_per_week": 4}
PRACTICE = {"skill_id": "sql", "on": DAY, "hours": 1, "activity": "learn"}
SCALE = {"minimum": 0, "maximum": 10}
SQL = Skill(**SKILL)
LARGE = 10**400

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
anything = st.one_of(RECORDS.values())


@given(anything)
def test_record_survives_copies_and_pickles(record):
    """A copy, a deep copy, a pickle and a rebuilt record are equal and hash alike."""
    rebuilt = type(record)(**attrs.asdict(record, recurse=False))
    pickled = pickle.loads(pickle.dumps(record))
    for other in (copy.copy(record), copy.deepcopy(record), pickled, rebuilt):
        assert other == record
        assert hash(other) == hash(record)
        assert repr(other) == repr(record)


@given(anything, st.data())
def test_record_never_changes(record, data):
    """No attribute can be set, added or deleted, and no mapping inside can."""
    name = data.draw(st.sampled_from([field.name for field in attrs.fields(type(record))]))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(record, name, None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(record, name)
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(record, "another", 1)
    value = getattr(record, name)
    if isinstance(value, Mapping):
        with pytest.raises(TypeError):
            value["sql"] = 1.0
    assert not isinstance(value, (list, dict, set))


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_record_takes_keywords_only(cls):
    """No record can be built by position."""
    with pytest.raises(TypeError, match="positional"):
        cls("sql")


REFUSED = [
    # identifiers and texts
    (Skill, {**SKILL, "id": ""}, r"^id must be a non-empty string, got ''$"),
    (Skill, {**SKILL, "id": "  "}, r"^id must be a non-empty string, got '  '$"),
    (Skill, {**SKILL, "id": 3}, r"^id must be a non-empty string, got 3$"),
    (Skill, {**SKILL, "id": "\ud800"}, r"^id must be a string of whole Unicode characters"),
    (Skill, {**SKILL, "name": ""}, r"^name must be a non-empty string"),
    (Goal, {**GOAL, "description": None}, r"^description must be a string, got None$"),
    (Assessment, {**RATING, "rater_id": 7}, r"^rater_id must be a string, got 7$"),
    # enums
    (Skill, {**SKILL, "kind": "hrad"}, r"^kind must be one of 'hard', 'soft', got 'hrad'$"),
    (Skill, {**SKILL, "kind": "HARD"}, r"^kind must be one of 'hard', 'soft', got 'HARD'$"),
    (Skill, {**SKILL, "kind": None}, r"^kind must be one of 'hard', 'soft', got None$"),
    (Skill, {**SKILL, "kind": Tone.GROWTH}, r"^kind must be one of 'hard', 'soft', got <Tone"),
    (Goal, {**GOAL, "domain": "work"}, r"^domain must be one of 'career', 'personal', got 'work'"),
    (Profile, {**PROFILE, "stage": "boss"}, r"^stage must be one of 'student', .* got 'boss'$"),
    (Assessment, {**RATING, "rater_kind": "x"}, r"^rater_kind must be one of 'self', 'peer'"),
    (FeedbackItem, {**FEEDBACK, "tone": "bad"}, r"^tone must be one of 'strength'"),
    (PracticeRecord, {**PRACTICE, "activity": "x"}, r"^activity must be one of 'learn'"),
    (PracticeRecord, {**PRACTICE, "outcome": "x"}, r"^outcome must be one of 'done'"),
    # numbers
    (Skill, {**SKILL, "half_gap_hours": 0}, r"^half_gap_hours must be at least 1e-06, got 0"),
    (Skill, {**SKILL, "half_gap_hours": True}, r"^half_gap_hours must be a finite number, got T"),
    (Skill, {**SKILL, "half_gap_hours": "40"}, r"^half_gap_hours must be a finite number, got '4"),
    (Skill, {**SKILL, "half_gap_hours": None}, r"^half_gap_hours must be a finite number, got N"),
    (Skill, {**SKILL, "half_gap_hours": LARGE}, r"^half_gap_hours must be a finite number, got 1"),
    (Skill, {**SKILL, "half_life_weeks": -1}, r"^half_life_weeks must be at least 1e-06, got -1"),
    (Skill, {**SKILL, "half_life_weeks": math.inf}, r"^half_life_weeks must be a finite number"),
    (Skill, {**SKILL, "upkeep": math.nan}, r"^upkeep must be a finite number, got nan$"),
    (Skill, {**SKILL, "upkeep": 1.01}, r"^upkeep must be in \[0, 1\], got 1\.01$"),
    (Skill, {**SKILL, "upkeep": np.True_}, r"^upkeep must be a finite number"),
    (Skill, {**SKILL, "retained_share": -0.1}, r"^retained_share must be in \[0, 1\], got -0\.1$"),
    (Goal, {**GOAL, "priority": 0}, r"^priority must be greater than 0"),
    (TimeBudget, {"hours_per_week": 169}, r"^hours_per_week must be in \[0, 168\], got 169"),
    (TimeBudget, {"hours_per_week": -1}, r"^hours_per_week must be in \[0, 168\], got -1"),
    (
        TimeBudget,
        {**BUDGET, "horizon_weeks": 0.5},
        r"^horizon_weeks must be in \[1, 10000\]",
    ),
    (TimeBudget, {**BUDGET, "horizon_weeks": None}, r"^horizon_weeks must be a finite number"),
    (
        TimeBudget,
        {**BUDGET, "block_hours": 0},
        r"^block_hours must be in \[0\.0166667, 168\]",
    ),
    (TimeBudget, {**BUDGET, "max_skills": 0}, r"^max_skills must be at least 1, got 0$"),
    (TimeBudget, {**BUDGET, "max_skills": 2.0}, r"^max_skills must be an integer, got 2\.0$"),
    (TimeBudget, {**BUDGET, "max_skills": True}, r"^max_skills must be an integer, got True$"),
    (PracticeRecord, {**PRACTICE, "hours": 25}, r"^hours must be in \[0, 24\], got 25"),
    # dates
    (Goal, {**GOAL, "due_on": "2026-01-05"}, r"^due_on must be a datetime\.date, got '2026"),
    (Goal, {**GOAL, "due_on": dt.datetime(2026, 1, 5, tzinfo=dt.UTC)}, r"^due_on must be a dat"),
    (Assessment, {**RATING, "assessed_on": None}, r"^assessed_on must be a datetime\.date"),
    # tuples
    (Skill, {**SKILL, "elements": "2.A.1.b"}, r"^elements must be an iterable of strings, got"),
    (Skill, {**SKILL, "elements": 3}, r"^elements must be an iterable of strings, got 3$"),
    (Skill, {**SKILL, "elements": ["a", ""]}, r"^elements\[1\] must be a non-empty string"),
    (Skill, {**SKILL, "elements": ["a", "b", "a"]}, r"^elements\[2\] must be unique \(elements\[0"),
    (FeedbackItem, {**FEEDBACK, "skill_ids": []}, r"^skill_ids must be of length 1 or more"),
    (FeedbackItem, {**FEEDBACK, "skill_ids": "sql"}, r"^skill_ids must be an iterable of strings"),
    (Profile, {**PROFILE, "skills": SQL}, r"^skills must be an iterable of Skill, got Skill\("),
    (Profile, {**PROFILE, "skills": [SQL, "css"]}, r"^skills\[1\] must be a Skill, got 'css'$"),
    (Profile, {**PROFILE, "assessments": [1]}, r"^assessments\[0\] must be an Assessment, got 1$"),
    # mappings
    (Goal, {**GOAL, "targets": {"sql": 7}}, r'^targets\["sql"\] must be in \[0, 1\], got 7'),
    (Goal, {**GOAL, "targets": {"": 0.5}}, r'^targets\[""\] must be keyed by a non-empty string'),
    (Goal, {**GOAL, "targets": {3: 0.5}}, r"^targets\[3\] must be keyed by a non-empty string"),
    (Goal, {**GOAL, "targets": {"\ud800": 0.5}}, r"must be a string of whole Unicode characters"),
    (Goal, {**GOAL, "targets": [("sql", 1)]}, r"^targets must be a mapping of skill ids to num"),
    (TimeBudget, {**BUDGET, "min_hours": {"a": -1}}, r'^min_hours\["a"\] must be in \[0, 168\]'),
    (TimeBudget, {**BUDGET, "max_hours": {"a": "1"}}, r'^max_hours\["a"\] must be a finite number'),
    # one value against another
    (
        TimeBudget,
        {**BUDGET, "soft_share": 0.5},
        r"^soft_share must be a lowest and a highest share",
    ),
    (TimeBudget, {**BUDGET, "soft_share": (0.1,)}, r"^soft_share must be a lowest and a highest"),
    (TimeBudget, {**BUDGET, "soft_share": (0, 2)}, r"^soft_share\[1\] must be in \[0, 1\], got 2"),
    (TimeBudget, {**BUDGET, "soft_share": (0.9, 0.1)}, r"^soft_share\[1\] must be at least soft_s"),
    (Scale, {"minimum": 1, "maximum": 1}, r"^maximum must be greater than the minimum, 1, got 1"),
    (Scale, {"minimum": -1e308, "maximum": 1e308}, r"^maximum must be a finite distance from"),
    (Scale, {**SCALE, "labels": ["only"]}, r"^labels must be empty or two or more"),
    (Scale, {**SCALE, "labels": ["a", "a"]}, r"^labels\[1\] must be unique"),
    (Assessment, {**RATING, "rating": 1.5}, r"^rating must be in \[0, 1\], got 1\.5$"),
    (Assessment, {**RATING, "rating": True}, r"^rating must be a finite number, got True$"),
    (
        Assessment,
        {**RATING, "rating": "B2"},
        r"^rating must be a number in \[0, 1\] \(the scale ha",
    ),
    (
        Assessment,
        {**RATING, "rating": "b2", "scale": "cefr"},
        r"^rating must be a number in \[0, 6\] or one of 'pre-A1', .* \(nearest: 'B2'\), got 'b2'$",
    ),
    (
        Assessment,
        {**RATING, "scale": "cerf"},
        r"^scale must be a Scale or one of 'unit', .* \(nearest: 'cefr'\), got 'cerf'$",
    ),
    (Assessment, {**RATING, "scale": 5}, r"^scale must be a Scale or one of 'unit'"),
    # ids against each other
    (
        Profile,
        {**PROFILE, "skills": [SQL, SQL]},
        r"^skills\[1\]\.id must be unique \(skills\[0\]\.id",
    ),
    (Profile, {**PROFILE, "goals": [Goal(id="g")] * 2}, r"^goals\[1\]\.id must be unique"),
    (
        Profile,
        {**PROFILE, "skills": [SQL], "goals": [Goal(id="g", targets={"sqll": 0.5})]},
        r'^goals\[0\]\.targets\["sqll"\] must be the id of a skill .* \(nearest: \'sql\'\), got',
    ),
    (
        Profile,
        {**PROFILE, "assessments": [Assessment(**RATING)]},
        r"^assessments\[0\]\.skill_id must be the id of a skill of the profile, got 'sql'$",
    ),
    (
        Profile,
        {**PROFILE, "feedback": [FeedbackItem(**FEEDBACK)]},
        r"^feedback\[0\]\.skill_ids\[0\] must be the id of a skill of the profile, got 'sql'$",
    ),
    (
        PlanDocument,
        {
            "profile": Profile(**PROFILE, skills=[SQL]),
            "budget": TimeBudget(**BUDGET, max_hours={"sql": 1, "css": 1}),
        },
        r'^budget\.max_hours\["css"\] must be for a skill of the profile, got \'css\'$',
    ),
    (
        PlanDocument,
        {"schema_version": 2, "profile": Profile(**PROFILE), "budget": TimeBudget(**BUDGET)},
        r"^schema_version must be 1, got 2$",
    ),
    (PlanDocument, {"profile": 3, "budget": TimeBudget(**BUDGET)}, r"^profile must be a Profile"),
    (PlanDocument, {"profile": Profile(**PROFILE), "budget": {}}, r"^budget must be a TimeBudget"),
]


@pytest.mark.parametrize(("cls", "values", "message"), REFUSED)
def test_record_refuses(cls, values, message):
    """Each rule is kept and said as name, rule and value."""
    with pytest.raises(InvalidValueError, match=message):
        cls(**values)


@pytest.mark.parametrize(
    ("cls", "values", "name", "value"),
    [
        (Skill, {**SKILL, "half_gap_hours": 40}, "half_gap_hours", 40.0),
        (Skill, {**SKILL, "upkeep": np.float32(0.5)}, "upkeep", 0.5),
        (Skill, {**SKILL, "upkeep": np.int8(1)}, "upkeep", 1.0),
        (Skill, {**SKILL, "elements": iter(["a", "b"])}, "elements", ("a", "b")),
        (Goal, {**GOAL, "targets": {"sql": 1}}, "targets", {"sql": 1.0}),
        (TimeBudget, {**BUDGET, "soft_share": [0, 1]}, "soft_share", (0.0, 1.0)),
        (TimeBudget, {**BUDGET, "soft_share": (0.5, 0.5)}, "soft_share", (0.5, 0.5)),
        (TimeBudget, {**BUDGET, "max_skills": np.int64(3)}, "max_skills", 3),
        (TimeBudget, {**BUDGET, "block_hours": None}, "block_hours", None),
        (TimeBudget, {**BUDGET, "block_hours": 1}, "block_hours", 1.0),
        (Assessment, {**RATING, "rating": 1}, "rating", 1.0),
        (Assessment, {**RATING, "rating": "C2", "scale": "cefr"}, "rating", 6.0),
        (Assessment, {**RATING, "scale": "percent"}, "scale", scales.PERCENT),
    ],
)
def test_converters_widen(cls, values, name, value):
    """An int becomes a float, an iterable a tuple, a label its number, each of the exact type."""
    got = getattr(cls(**values), name)
    assert got == value
    assert isinstance(got, Mapping) or type(got) is type(value)
    if isinstance(value, tuple):
        assert [type(one) for one in got] == [type(one) for one in value]


@pytest.mark.parametrize(
    ("cls", "values", "name", "choices"),
    [
        (Skill, SKILL, "kind", SkillKind),
        (Goal, GOAL, "domain", GoalDomain),
        (Assessment, RATING, "rater_kind", RaterKind),
        (FeedbackItem, FEEDBACK, "tone", Tone),
        (FeedbackItem, FEEDBACK, "rater_kind", RaterKind),
        (Profile, PROFILE, "stage", CareerStage),
        (PracticeRecord, PRACTICE, "activity", Activity),
        (PracticeRecord, PRACTICE, "outcome", Outcome),
    ],
)
def test_enums_are_given_as_member_or_value(cls, values, name, choices):
    """Either spelling builds the same record, which holds the member."""
    for choice in choices:
        by_member, by_value = (cls(**{**values, name: one}) for one in (choice, choice.value))
        assert by_member == by_value
        assert getattr(by_value, name) is choice


def test_defaults_are_those_of_the_contract():
    """What a record says when told no more (the other apps build on it)."""
    assert attrs.asdict(SQL, recurse=False) == {
        "id": "sql",
        "kind": SkillKind.HARD,
        "name": "sql",
        "elements": (),
        "half_gap_hours": 120.0,
        "half_life_weeks": 48.0,
        "upkeep": 0.0,
        "retained_share": 0.5,
    }
    assert attrs.astuple(Goal(id="g"), recurse=False) == (
        "g",
        {},
        "",
        1.0,
        None,
        GoalDomain.CAREER,
    )
    assert attrs.astuple(TimeBudget(hours_per_week=4), recurse=False) == (
        4.0,
        26.0,
        0.5,
        {},
        {},
        None,
        None,
    )
    rating = Assessment(**RATING)
    assert (rating.scale, rating.rater_id, rating.evidence) == (scales.UNIT, "", "")
    assert PracticeRecord(**PRACTICE).outcome is Outcome.DONE
    empty = Profile(**PROFILE)
    assert empty.skills == empty.goals == empty.assessments == empty.feedback == ()


def test_field_is_looked_up_only_when_used():
    """A profile may name a field that nobody knows yet."""
    assert Profile(id="ana", field="lunar mining", stage="mid").field == "lunar mining"


def test_contradicting_limits_are_left_to_planning():
    """A maximum below a minimum and minima above the budget make a record, not a plan."""
    budget = TimeBudget(hours_per_week=1, min_hours={"a": 3}, max_hours={"a": 2})
    assert budget.min_hours["a"] > budget.max_hours["a"]


# --- scales ---------------------------------------------------------------------------------


@given(strategies.scales(), st.data())
def test_proficiency_is_where_the_rating_lies(scale, data):
    """0 at the minimum, 1 at the maximum, in [0, 1] and growing in between."""
    assert scale.proficiency(scale.minimum) == 0.0
    assert scale.proficiency(scale.maximum) == 1.0
    ratings = st.floats(scale.minimum, scale.maximum)
    lower, higher = sorted((data.draw(ratings), data.draw(ratings)))
    assert 0.0 <= scale.proficiency(lower) <= scale.proficiency(higher) <= 1.0


@given(strategies.scales())
def test_labels_are_evenly_spaced_ratings(scale):
    """The first label is the minimum, the last the maximum exactly, the steps equal."""
    numbers = [scale.number(label) for label in scale.labels]
    if numbers:
        assert numbers[0] == scale.minimum
        assert numbers[-1] == scale.maximum
        step = (scale.maximum - scale.minimum) / (len(numbers) - 1)
        assert np.diff(numbers) == pytest.approx(step, rel=1e-9)


@given(strategies.scales(), st.floats(allow_nan=True, allow_infinity=True))
def test_rating_outside_its_scale_is_never_clipped(scale, rating):
    """A number is on the scale, or refused."""
    if scale.minimum <= rating <= scale.maximum:
        assert scale.number(rating) == rating
    else:
        with pytest.raises(InvalidValueError, match=r"^rating must be "):
            scale.number(rating)


@pytest.mark.parametrize(
    ("scale", "rating", "proficiency"),
    [
        (scales.UNIT, 0.3, 0.3),
        (scales.PERCENT, 94, 0.94),
        (scales.ONE_TO_FIVE, 4, 0.75),
        (scales.DREYFUS, "novice", 0.0),
        (scales.DREYFUS, "proficient", 0.75),
        (scales.SFIA, "enable", 0.5),
        (scales.SFIA, 7, 1.0),
        (scales.ONET_LEVEL, 3.5, 0.5),
        (scales.CEFR, "pre-A1", 0.0),
        (scales.CEFR, "A2", 2 / 6),
        (scales.CEFR, "C2", 1.0),
    ],
)
def test_ready_made_scales(scale, rating, proficiency):
    """Known ratings on known scales."""
    assert scale.proficiency(rating) == pytest.approx(proficiency, abs=1e-15)
    said = Assessment(**{**RATING, "rating": rating, "scale": scale})
    assert said.proficiency == pytest.approx(proficiency, abs=1e-15)


def test_every_ready_made_scale_has_a_name():
    """The names of a document are the constants of the module in lower case."""
    assert {name.upper(): scale for name, scale in scales.BY_NAME.items()} == {
        name: scale for name, scale in vars(scales).items() if isinstance(scale, Scale)
    }


# --- checks of fields ------------------------


@pytest.mark.parametrize(
    ("cls", "name"),
    [(cls, field.name) for cls in RECORDS for field in attrs.fields(cls) if field.validator],
    ids=lambda value: getattr(value, "__name__", value),
)
@given(value=st.one_of(strategies.ODD_JSON, st.tuples(strategies.ODD_JSON, strategies.ODD_JSON)))
def test_a_constructor_raises_the_first_fault_of_the_rule(cls, name, value):
    """What a constructor says of a value and what the reader of documents says is one thing."""
    field = getattr(attrs.fields(cls), name)
    rule = rule_of(field.validator)
    faults = list(rule.faults(name, value))
    if faults:
        with pytest.raises(InvalidValueError, match=re.escape(str(faults[0]))):
            field.validator(None, field, value)
    else:
        field.validator(None, field, value)


# --- mappings and items ------------------------


@given(st.dictionaries(st.text(), st.floats(allow_nan=False)), st.randoms(use_true_random=False))
def test_frozen_mapping_is_its_content(content, rng):
    """Equal and alike in hash whatever the order, in which it is kept; nothing changes it."""
    mapping = FrozenMapping(content)
    keys = list(content)
    rng.shuffle(keys)
    shuffled = FrozenMapping((key, content[key]) for key in keys)
    assert mapping == content == shuffled
    assert hash(mapping) == hash(shuffled)
    assert list(shuffled) == keys
    assert len(mapping) == len(content)
    assert repr(mapping) == repr(content)
    assert list(mapping.items()) == list(content.items())
    assert list(mapping.values()) == list(content.values())
    assert type(pickle.loads(pickle.dumps(mapping))) is FrozenMapping
    content["one more"] = 1.0
    assert len(mapping) == len(keys)
    for change in (setattr, lambda *args: delattr(*args[:2])):
        with pytest.raises(AttributeError, match="read-only"):
            change(mapping, "_content", {})


def test_freeze_leaves_what_is_no_mapping():
    """A converter does not complain; the check that knows the name does."""
    assert freeze(3) == 3


@attrs.frozen(kw_only=True)
class Hours:
    """An item as results hold them."""

    skill_id: str
    hours: float


@attrs.frozen(kw_only=True)
class Result(ItemsBySkill[Hours]):
    """A result over skills."""

    total: float = 0.0


@given(st.lists(st.text(), unique=True))
def test_items_are_found_by_skill_id(skill_ids):
    """Indexing, iteration, length and membership agree, in order."""
    result = Result(items=tuple(Hours(skill_id=one, hours=1.0) for one in skill_ids))
    assert [item.skill_id for item in result] == skill_ids
    assert len(result) == len(skill_ids)
    assert [result[one] for one in skill_ids] == list(result.items)
    assert all(one in result for one in skill_ids)
    assert "not there, surely" not in result
    assert pickle.loads(pickle.dumps(result)) == result
    assert hash(result) == hash(Result(items=result.items))
    assert "_positions" not in repr(result)


def test_unknown_item_names_the_nearest():
    """A misspelt id is answered with the id meant."""
    result = Result(items=(Hours(skill_id="sql", hours=1.0),))
    with pytest.raises(UnknownSkillError, match=r"^no skill has the id 'sqll' \(nearest: 'sql'\)$"):
        result["sqll"]


def test_two_items_of_one_skill_are_refused():
    """Of two items the look-up could give but one."""
    items = (Hours(skill_id="sql", hours=1.0), Hours(skill_id="sql", hours=2.0))
    with pytest.raises(InvalidValueError, match=r"^items\[1\]\.skill_id must be unique"):
        Result(items=items)


def test_nouns_are_listed():
    """The package of nouns shows each in order."""
    assert list(model.__all__) == sorted(set(model.__all__))
    assert all(hasattr(model, name) for name in model.__all__)
