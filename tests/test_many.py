"""Many people at once get what each gets alone, whatever the batches, and no one spoils it."""

import datetime as dt
import gc
import inspect
import pickle
import sys
import weakref

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import plan_documents

import skillbalance as sb
from skillbalance.coaching.planning.batches import COLUMNS
from skillbalance.coaching.planning.many import plan_batches, plan_many
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.errors import (
    InfeasibleError,
    InvalidValueError,
    MissingExtraError,
    SkillbalanceError,
    UnknownFieldError,
)
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.profile import Profile
from skillbalance.model.skill import Skill
from skillbalance.numeric import BINDING, STATUS, allocate_hours

TODAY = dt.date(2026, 1, 5)
SOLVED, INVALID, INFEASIBLE = map(STATUS.index, ("solved", "invalid", "infeasible"))

# Attributes of a plan that are columns of the same name.
OF_PEOPLE = (
    "hours_per_week",
    "unused_hours",
    "soft_share_recommended",
    "readiness_now",
    "readiness_then",
    "readiness_idle",
    "shadow_price",
    "optimality_gap",
    "rounding_cost",
    "price_of_balance",
)
OF_SKILLS = (
    "skill_id",
    "hours_per_week",
    "weight",
    "proficiency_now",
    "proficiency_then",
    "proficiency_idle",
    "target",
    "horizon_weeks",
    "marginal_return",
)


def person(n_skills=4, **budget):
    """A person with some skills, every second one soft, and a budget."""
    profile = Profile(
        id=f"person with {n_skills}",
        field="nursing",
        stage="mid",
        skills=[
            Skill(id=f"skill{i}", kind=("hard", "soft")[i % 2], half_gap_hours=50.0 + 30.0 * i)
            for i in range(n_skills)
        ],
    )
    return profile, TimeBudget(**{"hours_per_week": 4.0, **budget})


def columns(n_people=5, n_skills=6, seed=0, **others):
    """Columns of random people."""
    rng = np.random.default_rng(seed)
    shape = (n_people, n_skills)
    return {
        "weight": rng.uniform(0.05, 1.0, shape),
        "soft": np.arange(n_skills) % 2 == 1,
        "proficiency": rng.uniform(0.0, 0.9, shape),
        "learning_rate": rng.uniform(0.002, 0.02, shape),
        "forgetting_rate": 0.01,
        "horizon_weeks": rng.uniform(4.0, 52.0, (n_people, 1)),
        "target": rng.uniform(0.5, 1.0, shape),
        "budget": rng.uniform(1.0, 12.0, n_people),
        **others,
    }


def assert_same(one, other):
    """Two results hold the same bits."""
    for ours, theirs in ((one.people, other.people), (one.skills, other.skills)):
        for name, column in ours.as_dict().items():
            np.testing.assert_array_equal(column, theirs.as_dict()[name], err_msg=name)


def plan_or_error(profile, budget):
    """What planning for one person alone gives."""
    try:
        return plan_time(profile, budget, as_of=TODAY)
    except SkillbalanceError as error:
        return error


def assert_as_alone(plans, i, profile, budget):
    """What stands in the columns for a person is what planning for them alone gives."""
    rows = plans.rows_of(i)
    assert plans.people.person_id[i] == profile.id
    assert plans.skills.skill_id[rows].tolist() == [skill.id for skill in profile.skills]
    assert plans.people.n_skills[i] == len(profile.skills) == rows.stop - rows.start
    plan = plan_or_error(profile, budget)
    if isinstance(plan, SkillbalanceError):
        error = plan
        assert plans.people.fault[i] == str(error)
        expected = INFEASIBLE if isinstance(error, InfeasibleError) else INVALID
        assert plans.people.status[i] == expected
        for name in OF_PEOPLE:
            assert np.isnan(getattr(plans.people, name)[i]), name
        for name in OF_SKILLS[1:]:
            assert np.isnan(getattr(plans.skills, name)[rows]).all(), name
        return
    assert (plans.people.status[i], plans.people.fault[i]) == (SOLVED, "")
    for name in OF_PEOPLE:
        assert getattr(plans.people, name)[i] == getattr(plan, name), name
    limits = plans.people.soft_share_low[i], plans.people.soft_share_high[i]
    assert limits == plan.soft_share_limits
    share = plans.people.soft_share_hours[i]
    assert (None if np.isnan(share) else share) == plan.soft_share_hours
    for name in OF_SKILLS:
        expected = [getattr(item, name) for item in plan.items]
        assert getattr(plans.skills, name)[rows].tolist() == expected, name
    bound = [BINDING[code] for code in plans.skills.binding[rows]]
    assert bound == [item.binding for item in plan.items]


@settings(max_examples=40)
@given(
    documents=st.lists(plan_documents(), max_size=6),
    batch_rows=st.integers(1, 7),
    as_pairs=st.booleans(),
)
def test_everyone_gets_what_they_get_alone(documents, batch_rows, as_pairs):
    """Each person's columns equal `plan_time` to the last bit, refusals in the same words."""
    people = [(one.profile, one.budget) if as_pairs else one for one in documents]
    plans = plan_many(people, as_of=TODAY, batch_rows=batch_rows)
    assert len(plans) == len(people)
    for i, document in enumerate(documents):
        assert_as_alone(plans, i, document.profile, document.budget)


def test_larger_people_get_what_they_get_alone():
    """Twenty skills, where sums are added in blocks, change no bit either."""
    people = [
        person(n, hours_per_week=hours, block_hours=block, soft_share=share)
        for n in (8, 9, 20)
        for hours in (1.0, 5.3)
        for block in (None, 0.5)
        for share in (None, (0.1, 0.2))
    ]
    plans = plan_many(people, as_of=TODAY)
    for i, (profile, budget) in enumerate(people):
        assert_as_alone(plans, i, profile, budget)


@settings(max_examples=20)
@given(
    documents=st.lists(plan_documents(), min_size=2, max_size=4),
    hours=st.sampled_from([0.0, 0.3, 0.5, 1.0, 2.2]),
    model=st.sampled_from(["specific", "job_performance"]),
)
def test_few_hours_and_other_rater_models_change_nothing_of_that(documents, hours, model):
    """Where blocks hardly reach the band, and for any rater model, all get what they get alone."""
    people = [(one.profile, TimeBudget(hours_per_week=hours, block_hours=0.5)) for one in documents]
    plans = plan_many(people, as_of=TODAY, rater_model=model).people
    for i, (profile, budget) in enumerate(people):
        alone = plan_time(profile, budget, as_of=TODAY, rater_model=model)
        assert plans.readiness_then[i] == alone.readiness_then
        assert plans.readiness_now[i] == alone.readiness_now
        assert (plans.soft_share_low[i], plans.soft_share_high[i]) == alone.soft_share_limits


def test_a_band_that_yields_to_the_number_of_skills_yields_alike():
    """People whose few skills cannot be of both kinds are planned as alone, with no fault left."""
    people = [
        person(max_skills=1),
        person(max_skills=2, min_hours={"skill0": 0.5, "skill2": 0.5}),
        person(max_skills=2),
    ]
    plans = plan_many(people, as_of=TODAY)
    assert plans.people.status.tolist() == [SOLVED] * 3
    for i, (profile, budget) in enumerate(people):
        assert_as_alone(plans, i, profile, budget)


def test_targets_that_leave_hours_unused_widen_the_band_alike():
    """Where a free plan does not use its hours the band is found from those it uses."""
    given_ = columns(n_people=30, n_skills=3, target=0.4, beyond=0.0, budget=40.0, block_hours=0.5)
    plans = plan_many(given_).people
    assert (plans.unused_hours > 1.0).all()
    assert (plans.status == SOLVED).all()
    free = allocate_hours(**given_)
    np.testing.assert_allclose(
        plans.price_of_balance, free.readiness - plans.readiness_then, atol=1e-12
    )
    # An invalid neighbor takes the guess of the band away from all: the bits stay.
    broken = given_["weight"].copy()
    broken[3] = np.nan
    several = {"budget": np.linspace(1.0, 12.0, 30), "max_hours": [np.inf, 0.1, 0.7]}
    for changes in ({}, several, {**several, "block_hours": None, "beyond": 0.25}):
        whole = plan_many({**given_, **changes}).people
        beside = plan_many({**given_, **changes, "weight": broken}).people
        assert beside.status[3] == INVALID
        for name in OF_PEOPLE:
            kept = np.delete(getattr(beside, name), 3)
            np.testing.assert_array_equal(kept, np.delete(getattr(whole, name), 3), err_msg=name)


def test_bad_people_are_marked_and_harm_no_one():
    """Whatever is wrong with a person is said in their place, and their neighbors are planned."""
    good = person()
    bad = {
        "a PlanDocument or a pair": "nobody",
        "no field is called 'nursng'": (attrs.evolve(good[0], field="nursng"), good[1]),
        "no skill has the id 'skil1'": person(min_hours={"skil1": 1.0}),
        'min_hours["skill1"] = 9': person(min_hours={"skill1": 9.0}),
        "soft_share[0] = 1": person(min_hours={"skill0": 1.0}, soft_share=(1.0, 1.0)),
    }
    people = [one for pair in bad.values() for one in (good, pair)] + [good]
    plans = plan_many(people, as_of=TODAY)
    for i, fault in enumerate(bad):
        assert fault in plans.people.fault[2 * i + 1]
    assert plans.people.status.tolist() == [
        *[SOLVED, INVALID] * 3,
        *[SOLVED, INFEASIBLE] * 2,
        SOLVED,
    ]
    alone = plan_many([good], as_of=TODAY)
    for i in range(0, len(people), 2):
        np.testing.assert_array_equal(
            plans.skills.hours_per_week[plans.rows_of(i)], alone.skills.hours_per_week
        )
        assert plans.people.readiness_then[i] == alone.people.readiness_then[0]


def test_a_document_holds_plans_but_nobody_marked():
    """Columns are written and read back equal; with a marked person the document says where."""
    good, bad = person(), person(min_hours={"skill1": 9.0})
    plans = plan_many([good, good], as_of=TODAY)
    back = sb.from_json(sb.to_json(plans), sb.PlanColumns)
    for one, other in ((back.people, plans.people), (back.skills, plans.skills)):
        for name, column in other.as_dict().items():
            np.testing.assert_array_equal(one.as_dict()[name], column, err_msg=name)
    with pytest.raises(sb.InvalidValueError, match=r"^\$\.people\.hours_per_week\[1\] must be a "):
        sb.to_json(plan_many([good, bad], as_of=TODAY))


def test_raising_says_who_it_was():
    """With `errors="raise"` the first bad person raises what they raise alone, with a note."""
    people = [person(), person(min_hours={"skill1": 9.0}), (person()[0], None)]
    with pytest.raises(InfeasibleError, match="skill1") as caught:
        plan_many(people, as_of=TODAY, errors="raise")
    assert caught.value.__notes__ == ["person 1 ('person with 4') of those given"]
    with pytest.raises(InvalidValueError, match=r"people\[2\] must be a PlanDocument") as caught:
        plan_many([people[0], people[0], people[2]], as_of=TODAY, errors="raise", batch_rows=2)
    assert caught.value.__notes__ == ["person 2 of those given"]


def test_no_one_at_all():
    """No people make empty columns of the usual types, and no batches."""
    some, none = plan_many([person()], as_of=TODAY), plan_many([], as_of=TODAY)
    assert len(none) == 0
    for full, empty in ((some.people, none.people), (some.skills, none.skills)):
        for name, column in empty.as_dict().items():
            assert column.shape == (0,)
            assert column.dtype == full.as_dict()[name].dtype
    assert list(plan_batches([], as_of=TODAY)) == []


def test_people_without_skills():
    """A person without skills has a plan without hours."""
    plans = plan_many([person(0), person(2)], as_of=TODAY)
    assert plans.people.status.tolist() == [SOLVED, SOLVED]
    assert plans.people.unused_hours.tolist() == [4.0, 0.0]
    assert plans.rows_of(0) == slice(0, 0)


def test_a_generator_is_not_held():
    """While people come from a generator, no more than a batch of them is alive."""
    alive, most = weakref.WeakSet(), 0

    def people():
        nonlocal most
        for _ in range(40):
            profile, budget = person()
            document = Tracked(profile=profile, budget=budget)
            alive.add(document)
            most = max(most, len(alive))
            yield document
            del document

    gc.collect()
    plans = plan_many(people(), as_of=TODAY, batch_rows=5)
    assert len(plans) == 40
    # Those of the batch being gathered, and the one in the generator's hands.
    assert most <= 6


@attrs.frozen(kw_only=True, weakref_slot=True, eq=False)
class Tracked(PlanDocument):
    """A document that can be watched."""


def test_ids_are_kept_once():
    """A thousand people with the same skills share the strings of their ids."""
    plans = plan_many((person(3) for _ in range(30)), as_of=TODAY, batch_rows=7)
    assert len({id(name) for name in plans.skills.skill_id}) == 3


def test_batches_are_the_whole_in_parts():
    """Batches, laid one after the other, are what planning for all gives."""
    people = [person(n) for n in (1, 2, 3, 4, 2)]
    whole = plan_many(people, as_of=TODAY)
    parts = list(plan_batches(people, as_of=TODAY, batch_rows=2))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert [part.skills.person[0] for part in parts] == [0, 0, 0]
    for name, column in whole.people.as_dict().items():
        joined = np.concatenate([part.people.as_dict()[name] for part in parts])
        np.testing.assert_array_equal(joined, column)
    hours = np.concatenate([part.skills.hours_per_week for part in parts])
    np.testing.assert_array_equal(hours, whole.skills.hours_per_week)


def test_results_are_read_only_and_pickle():
    """Columns cannot be written to, find a person's rows, and survive a pickle."""
    plans = plan_many([person(2), person(3)], as_of=TODAY)
    with pytest.raises(ValueError, match="read-only"):
        plans.people.hours_per_week[0] = 1.0
    assert plans.rows_of(-1) == slice(2, 5)
    with pytest.raises(IndexError, match="out of range"):
        plans.rows_of(2)
    copied = pickle.loads(pickle.dumps(plans))
    assert_same(copied, plans)


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_columns_with_limits_are_allocated_as_they_are(block_hours):
    """Columns that limit the soft share get what `allocate_hours` gives for them."""
    given_ = columns(soft_share=(0.2, 0.4), block_hours=block_hours)
    plans = plan_many(given_, batch_rows=2)
    direct = allocate_hours(**given_)
    np.testing.assert_array_equal(plans.skills.hours_per_week.reshape(5, 6), direct.hours)
    np.testing.assert_array_equal(plans.people.readiness_then, direct.readiness)
    np.testing.assert_array_equal(plans.people.shadow_price, direct.shadow_price)


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_columns_without_limits_keep_the_default_band(block_hours):
    """Columns without a soft share are planned near the share of the weights, as records are."""
    given_ = columns(n_people=40, block_hours=block_hours)
    plans = plan_many(given_).people
    of_soft = (given_["weight"] * given_["soft"]).sum(axis=1) / given_["weight"].sum(axis=1)
    np.testing.assert_allclose(plans.soft_share_recommended, of_soft, rtol=1e-12)
    assert (plans.soft_share_low <= np.maximum(of_soft - 0.1, 0.0) + 1e-12).all()
    assert (plans.soft_share_hours >= plans.soft_share_low - 1e-9).all()
    assert (plans.soft_share_hours <= plans.soft_share_high + 1e-9).all()
    assert (plans.price_of_balance >= 0.0).all()
    assert plans.price_of_balance.max() > 0.0
    assert (plans.rounding_cost > 0.0).any() == (block_hours is not None)


def test_limits_may_be_given_for_some():
    """NaN in the columns of the soft share stands for the default band of that person."""
    low = np.array([0.2, np.nan, 0.2, np.nan, np.nan])
    high = np.array([0.4, np.nan, 0.4, np.nan, 1.0])
    plans = plan_many(columns(soft_share=(low, high)))
    own = plan_many(columns(soft_share=(0.2, 0.4)))
    default = plan_many(columns())
    for i, other in enumerate((own, default, own, default)):
        assert plans.people.readiness_then[i] == other.people.readiness_then[i]
    assert plans.people.status.tolist() == [0, 0, 0, 0, INVALID]
    assert "soft_share" in plans.people.fault[4]


def test_rows_and_batches_change_no_bit():
    """Columns give the same bits in one batch, in many, and in any order of people."""
    given_ = columns(n_people=23, block_hours=0.5)
    whole = plan_many(given_)
    assert_same(plan_many(given_, batch_rows=4), whole)
    order = np.random.default_rng(1).permutation(23)
    shuffled = {
        name: x[order] if isinstance(x, np.ndarray) and x.shape[:1] == (23,) else x
        for name, x in given_.items()
    }
    again = plan_many(shuffled)
    np.testing.assert_array_equal(again.people.readiness_then, whole.people.readiness_then[order])


def test_bad_rows_are_marked_and_harm_no_one():
    """A row that is invalid or infeasible is explained, and the others keep their bits."""
    good = columns()
    weight, lower = good["weight"].copy(), np.zeros((5, 6))
    weight[1, 2] = np.nan
    lower[3, 0] = 100.0
    plans = plan_many({**good, "weight": weight, "min_hours": lower}, batch_rows=2)
    assert plans.people.status.tolist() == [SOLVED, INVALID, SOLVED, INFEASIBLE, SOLVED]
    assert "weight" in plans.people.fault[1]
    assert "min_hours[0] = 100" in plans.people.fault[3]
    untouched = plan_many(good)
    for i in (0, 2, 4):
        rows = plans.rows_of(i)
        np.testing.assert_array_equal(
            plans.skills.hours_per_week[rows], untouched.skills.hours_per_week[rows]
        )
    assert np.isnan(plans.skills.hours_per_week[plans.rows_of(1)]).all()


def test_bad_rows_raise_if_asked():
    """With `errors="raise"` the first bad row raises, in whatever batch it is."""
    lower = np.zeros((5, 6))
    lower[3, 0] = 100.0
    with pytest.raises(InfeasibleError, match="min_hours") as caught:
        plan_many(columns(min_hours=lower), errors="raise", batch_rows=2)
    assert caught.value.__notes__ == ["person 3 of those given"]
    with pytest.raises(InvalidValueError, match="proficiency"):
        plan_many(columns(proficiency=1.5), errors="raise")


def test_ids_of_columns():
    """Columns carry ids if they are given, and positions if not."""
    plans = plan_many(columns(2, 3))
    assert plans.people.person_id.tolist() == [0, 1]
    assert plans.skills.skill_id.tolist() == [0, 1, 2, 0, 1, 2]
    named = columns(2, 3, person_id=["ada", "ben"], skill_id=["sql", "css", "law"])
    plans = plan_many(named)
    assert plans.people.person_id.tolist() == ["ada", "ben"]
    assert plans.skills.skill_id.tolist() == ["sql", "css", "law"] * 2


def test_columns_are_those_of_allocate_hours():
    """Every argument of `allocate_hours` is a column, and only the ids come on top."""
    arguments = set(inspect.signature(allocate_hours).parameters) - {"errors"}
    assert set(COLUMNS) == arguments | {"person_id", "skill_id"}


@pytest.mark.parametrize(
    ("others", "match"),
    [
        ({"wieght": 1.0}, "nearest: 'weight'"),
        ({"weight": np.ones((4, 6))}, r"\(5, 6\)|\(4, 6\)"),
        ({"weight": ["a"]}, "weight must be an array of numbers"),
        ({"weight": [[1.0], [1.0, 2.0]]}, "weight must be a rectangular array"),
        ({"soft": 1.0}, "soft must be an array of booleans"),
        ({"budget": np.ones((5, 1))}, "budget must be of a shape"),
        ({"soft_share": 0.5}, "soft_share must be a pair"),
        ({"person_id": ["ada"] * 4}, "person_id must be of a shape"),
    ],
)
def test_columns_that_do_not_go_together_are_refused(others, match):
    """A column that is unknown, not numeric or of the wrong shape is named."""
    with pytest.raises(InvalidValueError, match=match):
        plan_many(columns(**others))


@pytest.mark.parametrize("missing", ["soft", "weight", "budget", "horizon_weeks"])
def test_missing_columns_are_named(missing):
    """A column without a default must be there."""
    given_ = columns()
    del given_[missing]
    with pytest.raises(InvalidValueError, match=f"columns with '{missing}'"):
        plan_many(given_)


@pytest.mark.parametrize(
    ("people", "options", "match"),
    [
        ([], {}, "as_of must be a datetime.date"),
        (columns(), {"as_of": TODAY}, "as_of must be left out"),
        (7, {"as_of": TODAY}, "people must be an iterable"),
        ([], {"as_of": TODAY, "errors": "ignore"}, "errors must be 'mark' or 'raise'"),
        ([], {"as_of": TODAY, "progress": "loud"}, "progress must be a callable"),
        ([], {"as_of": TODAY, "batch_rows": 0}, "batch_rows must be at least 1"),
        ([], {"as_of": TODAY, "rater_model": "x"}, "rater_model must be a RaterModel or one of"),
        (columns(), {"rater_model": "job_performance"}, "rater_model must be left out"),
        (columns(block_hours=0.0), {}, "block_hours must be"),
        (columns(max_skills=0), {}, "max_skills must be at least 1"),
    ],
)
def test_options_are_checked_at_the_call(people, options, match):
    """A wrong option is refused before anybody is asked for, in batches too."""
    for verb in (plan_many, plan_batches):
        with pytest.raises(InvalidValueError, match=match):
            verb(people, **options)


@pytest.mark.parametrize(("as_generator", "total"), [(False, 5), (True, None)])
def test_progress_is_told(as_generator, total):
    """The callback hears after each batch how many are done, and of how many if that is known."""
    people = [person(2)] * 5
    told = []
    plan_many(
        iter(people) if as_generator else people,
        as_of=TODAY,
        batch_rows=2,
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(2, total), (4, total), (5, total)]


def test_progress_of_columns_knows_the_total():
    """Columns know how many people there are."""
    told = []
    plan_many(columns(), batch_rows=3, progress=lambda *numbers: told.append(numbers))
    assert told == [(3, 5), (5, 5)]


def test_the_bar_reaches_the_end(capsys):
    """A bar on standard error counts to the last person."""
    pytest.importorskip("tqdm", reason="the extra `progress` is not installed")
    plan_many([person(2)] * 5, as_of=TODAY, batch_rows=2, progress="bar")
    out, err = capsys.readouterr()
    assert out == ""
    assert "5.00/5.00" in err


def test_the_bar_names_its_extra(monkeypatch):
    """Without tqdm a bar raises at once, before any work, and says what to install."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(MissingExtraError, match=r"skillbalance\[progress\]"):
        plan_batches([], as_of=TODAY, progress="bar")


def test_unknown_fields_are_refused_as_alone():
    """The error raised for a person is of the class that planning for them alone raises."""
    profile, budget = person()
    with pytest.raises(UnknownFieldError, match="nursng"):
        plan_many([(attrs.evolve(profile, field="nursng"), budget)], as_of=TODAY, errors="raise")
