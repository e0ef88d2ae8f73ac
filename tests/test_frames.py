"""Frames: long tables of people and skills in, the same plans out as one at a time."""

import datetime as dt

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats import frames
from skillbalance.formats._frames_read import COLUMNS

pytest.importorskip("narwhals", reason="needs the extra frames")
pd = pytest.importorskip("pandas", reason="one of the three kinds of frames")
pl = pytest.importorskip("polars", reason="one of the three kinds of frames")
pa = pytest.importorskip("pyarrow", reason="one of the three kinds of frames")

DAY = dt.date(2026, 3, 2)
KINDS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def columns_of(frame):
    """A frame of any kind as lists."""
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    lists = (
        frame.to_dict("list") if isinstance(frame, pd.DataFrame) else frame.to_dict(as_series=False)
    )
    return {name: list(one) for name, one in lists.items()}


@st.composite
def people(draw):
    """A few people with ragged numbers of skills, ratings and budgets of their own."""
    made = []
    for i in range(draw(st.integers(1, 4))):
        skills = [
            sb.Skill(
                id=f"s{j}",
                kind=draw(st.sampled_from(sb.SkillKind)),
                half_gap_hours=draw(st.floats(5, 500)),
                upkeep=draw(st.sampled_from([0.0, 0.5])),
                elements=draw(st.sampled_from([(), ("2.A.1.b",), ("2.B.3.e", "2.A.1.a")])),
            )
            for j in range(draw(st.integers(1, 4)))
        ]
        said = [
            sb.Assessment(
                skill_id=skill.id,
                rating=draw(st.sampled_from([0.0, 25.0, 80.0])),
                scale="percent",
                assessed_on=DAY - dt.timedelta(days=draw(st.integers(-5, 400))),
                rater_kind=draw(st.sampled_from(sb.RaterKind)),
                rater_id=draw(st.sampled_from(["", "kim"])),
            )
            for skill in skills
            if draw(st.booleans())
        ]
        profile = sb.Profile(
            id=f"p{i}",
            field=draw(st.sampled_from(["nursing", "management"])),
            stage=draw(st.sampled_from(["entry", "lead"])),
            skills=skills,
            assessments=said,
        )
        budget = sb.TimeBudget(
            hours_per_week=draw(st.floats(0, 12)),
            horizon_weeks=draw(st.sampled_from([8.0, 26.0])),
            max_hours={skills[0].id: 2.0} if draw(st.booleans()) else {},
            soft_share=draw(st.sampled_from([None, (0.0, 1.0)])),
        )
        made.append((profile, budget))
    return made


def tables_of(made, shuffle):
    """The three tables of some people as lists of rows, rows of skills and ratings shuffled."""
    rows = {"skills": [], "people": [], "ratings": []}
    for profile, budget in made:
        low, high = budget.soft_share or (None, None)
        rows["people"].append(
            {
                "person_id": profile.id,
                "field": profile.field,
                "stage": profile.stage.value,
                "hours_per_week": budget.hours_per_week,
                "horizon_weeks": budget.horizon_weeks,
                "soft_share_low": low,
                "soft_share_high": high,
            }
        )
        rows["skills"] += [
            {
                "person_id": profile.id,
                "skill_id": skill.id,
                "kind": skill.kind.value,
                "half_gap_hours": skill.half_gap_hours,
                "upkeep": skill.upkeep or None,
                "elements": "; ".join(skill.elements),
                "max_hours": budget.max_hours.get(skill.id),
            }
            for skill in profile.skills
        ]
        rows["ratings"] += [
            {
                "person_id": profile.id,
                "skill_id": said.skill_id,
                "rating": said.rating,
                "scale": "percent",
                "assessed_on": said.assessed_on,
                "rater_kind": said.rater_kind.value,
                "rater_id": said.rater_id or None,
            }
            for said in profile.assessments
        ]
    # Rows of one person keep their order, people are mixed.
    shuffle.shuffle(rows["people"])
    order = [row["person_id"] for row in rows["skills"]]
    shuffle.shuffle(order)
    left = {
        profile.id: [row for row in rows["skills"] if row["person_id"] == profile.id]
        for profile, _ in made
    }
    rows["skills"] = [left[one].pop(0) for one in order]
    return rows


def frame(kind, rows):
    """Rows as a frame; none where there are none."""
    if not rows:
        return None
    return KINDS[kind]({name: [row[name] for row in rows] for name in rows[0]})


@settings(max_examples=20)
@given(people(), st.sampled_from(list(KINDS)), st.randoms())
def test_frames_give_what_people_alone_get_to_the_last_bit(made, kind, random):
    """Hours, levels and readiness of each person are those of their own plan."""
    rows = tables_of(made, random)
    given_frames = {name: frame(kind, of_table) for name, of_table in rows.items()}
    plans = sb.plan_frame(**given_frames, as_of=DAY)
    assert type(plans.skills) is type(plans.people) is type(given_frames["skills"])
    assert columns_of(plans.bad_rows)["row"] == []
    skills, whole = columns_of(plans.skills), columns_of(plans.people)
    assert whole["person_id"] == [row["person_id"] for row in rows["people"]]
    alone = {profile.id: sb.plan_time(profile, budget, as_of=DAY) for profile, budget in made}
    for i, person_id in enumerate(whole["person_id"]):
        plan = alone[person_id]
        assert whole["status"][i] == "solved"
        assert whole["readiness_then"][i] == plan.readiness_then
        assert whole["hours_per_week"][i] == plan.hours_per_week
        mine = [j for j, one in enumerate(skills["person_id"]) if one == person_id]
        for name in ("skill_id", "hours_per_week", "weight", "proficiency_now", "target"):
            assert [skills[name][j] for j in mine] == [getattr(item, name) for item in plan.items]
    profiles = sb.profiles_from_frames(**given_frames)
    assert {one.id: one for one in profiles} == {profile.id: profile for profile, _ in made}


def small(**changes):
    """Two people, three skills, as columns."""
    skills = {
        "person_id": [7, 8, 7],
        "skill_id": ["sql", "sql", "talk"],
        "kind": ["hard", "hard", "soft"],
    }
    return {**skills, **changes}


PEOPLE = {"field": "nursing", "stage": "mid", "hours_per_week": 4.0}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_takes_the_place_of_what_would_be_inferred(kind):
    """Levels, targets and weights are used as given; missing ones are estimated."""
    known = small(proficiency=[0.1, None, 0.5], target=[None, 0.9, 0.7], weight=[30.0, None, 10.0])
    found = sb.plan_frame(KINDS[kind](known), as_of=DAY, **PEOPLE)
    skills = columns_of(found.skills)
    assert skills["person_id"] == [7, 7, 8]
    plain = columns_of(sb.plan_frame(KINDS[kind](small()), as_of=DAY, **PEOPLE).skills)
    assert skills["proficiency_now"] == [0.1, 0.5, plain["proficiency_now"][2]]
    assert skills["target"] == [plain["target"][0], 0.7, 0.9]
    assert skills["weight"] == [0.75, 0.25, 1.0]
    assert columns_of(found.people)["soft_share_recommended"] == [0.25, 0.0]
    # What is retained is a share of the level given, not of the one that was inferred.
    for name in ("proficiency_idle", "proficiency_then"):
        assert skills[name][0] < plain["proficiency_now"][0]
    slow = small(proficiency=[0.8, 0.8, 0.8], half_life_weeks=[0.1] * 3, retained_share=[0.25] * 3)
    idle = columns_of(sb.plan_frame(KINDS[kind](slow), as_of=DAY, **PEOPLE).skills)
    assert idle["proficiency_idle"] == pytest.approx([0.2] * 3)
    # Saying what is inferred anyway changes nothing.
    again = small(proficiency=[plain["proficiency_now"][i] for i in (0, 2, 1)])
    again["target"] = [plain["target"][i] for i in (0, 2, 1)]
    assert columns_of(sb.plan_frame(KINDS[kind](again), as_of=DAY, **PEOPLE).skills) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_bad_rows_are_listed_and_the_others_planned(kind):
    """Each row that breaks a rule is named; only people with one have no plan."""
    skills = {
        "person_id": ["a", "a", "b", "c", "d", None, "x"],
        "skill_id": ["sql", "sql", "sql", "sql", "", "sql", "sql"],
        "kind": ["hard", "hard", "hard", "hrad", "hard", "hard", "hard"],
        "half_gap_hours": [40.0, 40.0, None, 40.0, 40.0, 40.0, 40.0],
    }
    own = {
        "person_id": ["a", "b", "c", "d", "e", "b2", "b2"],
        "hours_per_week": [4.0, 4.0, 4.0, 4.0, 169.0, 1.0, 1.0],
    }
    ratings = {
        "person_id": ["b", "b2"],
        "skill_id": ["sql", "sqll"],
        "rating": [0.5, 0.5],
        "assessed_on": [DAY, DAY],
        "rater_kind": ["peer", "peer"],
    }
    make = KINDS[kind]
    options = {"as_of": DAY, "field": "nursing", "stage": "mid"}
    found = sb.plan_frame(make(skills), make(own), ratings=make(ratings), **options)
    whole, bad = columns_of(found.people), columns_of(found.bad_rows)
    assert dict(zip(whole["person_id"], whole["status"], strict=True)) == {
        "a": "invalid",
        "b": "solved",
        "c": "invalid",
        "d": "invalid",
        "e": "invalid",
        "b2": "invalid",
    }
    assert list(zip(bad["table"], bad["row"], strict=True)) == [
        ("people", 4),
        ("people", 6),
        ("ratings", 1),
        ("skills", 1),
        ("skills", 3),
        ("skills", 4),
        ("skills", 5),
        ("skills", 6),
    ]
    assert bad["message"][0] == "hours_per_week must be in [0, 168], got 169.0"
    assert bad["message"][3] == "skill_id must be there once for each person, got 'sql'"
    assert bad["message"][7] == "person_id must be the id of somebody in people, got 'x'"
    assert columns_of(found.skills)["person_id"] == ["b"]
    refused = r"skills\[5\].person_id must be an id, got (None|nan)"
    with pytest.raises(sb.InvalidValueError, match=refused):
        sb.plan_frame(make(skills), make(own), errors="raise", **options)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"half_gap_hour": [1.0] * 3}, r"got 'half_gap_hour'"),
        ({"half_gap_hour": [1.0] * 3}, r"\(nearest: 'half_gap_hours'\)"),
        ({"team": ["x"] * 3}, r"skills must be made of the columns person_id, skill_id.*'team'"),
        ({"kind": None, "knid": ["hard"] * 3}, r"a column 'kind' \(nearest: 'knid'\)"),
        ({"person_id": None}, r"skills must be a frame with a column 'person_id'"),
    ],
)
def test_missing_and_misspelt_columns_are_named(changes, message):
    """The error says which column, and what it is nearest to."""
    columns = {name: one for name, one in small(**changes).items() if one is not None}
    with pytest.raises(sb.InvalidValueError, match=message):
        sb.plan_frame(pl.DataFrame(columns), as_of=DAY, **PEOPLE)


def test_what_is_no_frame_is_refused():
    """A list, a lazy frame and a missing budget are refused by name."""
    for wrong in ([1, 2], None, pl.LazyFrame(small())):
        with pytest.raises(sb.InvalidValueError, match="skills must be a data frame of pandas"):
            sb.plan_frame(wrong, as_of=DAY)
    found = sb.plan_frame(pl.DataFrame(small()), as_of=DAY, field="nursing", stage="mid")
    (first, _) = columns_of(found.bad_rows)["message"]
    assert first == "hours_per_week must be given in a column of people or as an argument, got None"


def test_a_missing_extra_says_how_to_get_it(monkeypatch):
    """Without narwhals, or pyarrow for streams, the error names the extra."""
    import sys

    plans = sb.plan_frame(pl.DataFrame(small()), as_of=DAY, **PEOPLE)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(sb.MissingExtraError, match=r"skillbalance\[arrow\]"):
        plans.columns.people.__arrow_c_stream__()
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(sb.MissingExtraError, match=r"skillbalance\[frames\]"):
        sb.plan_frame(pl.DataFrame(small()), as_of=DAY, **PEOPLE)


@pytest.mark.parametrize("backend", KINDS)
def test_results_become_frames(backend):
    """One row per item, enums by their values, columns the same for every result of a type."""
    profile = sb.Profile(
        id="ada",
        field="nursing",
        stage="mid",
        skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="talk", kind="soft")],
    )
    plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=DAY)
    for result in (plan, sb.measure_balance(profile, as_of=DAY), sb.weigh_skills(profile)):
        made = columns_of(result.to_frame(backend))
        assert made["skill_id"] == ["sql", "talk"]
        for name, column in made.items():
            given_values = [getattr(item, name) for item in result.items]
            assert column == [getattr(one, "value", one) for one in given_values]
        bare = attrs.evolve(profile, skills=())
    empty = sb.weigh_skills(bare).to_frame(backend)
    assert list(columns_of(empty)) == list(columns_of(sb.weigh_skills(profile).to_frame(backend)))
    with pytest.raises(sb.InvalidValueError, match="backend must be one of 'pandas'"):
        plan.to_frame("dask")
    with pytest.raises(sb.InvalidValueError, match="record must be a result with items"):
        frames.frame_of(profile, backend)


def test_columns_are_frames_and_arrow_streams():
    """The columns of many plans become any frame, and polars takes them as they are."""
    plans = sb.plan_frame(pl.DataFrame(small()), as_of=DAY, **PEOPLE).columns
    for table in (plans.people, plans.skills, plans):
        seen = pl.DataFrame(table)
        assert seen.equals(table.to_frame("polars"), null_equal=True)
        of_table = table.skills if table is plans else table
        for name, column in of_table.as_dict().items():
            np.testing.assert_array_equal(seen[name].to_numpy(), column)


def test_estimates_and_raters_are_frames_and_arrow_streams():
    """What ratings of many people teach becomes any frame, marked people included."""
    ratings = {
        "person_id": ["ada", "ada", "bob"],
        "skill_id": ["sql", "talk", "sql"],
        "rater_id": ["grace", "grace", "grace"],
        "rater_kind": ["peer", "peer", "peer"],
        "rating": [0.4, 0.6, 2.0],
    }
    estimates = sb.estimate_many(ratings, prior_mean=0.5)
    good = {name: column[:2] for name, column in ratings.items()}
    for columns in (estimates, sb.fit_rater_model(good).raters):
        seen = pl.DataFrame(columns)
        assert seen.equals(columns.to_frame("polars"), null_equal=True)
        assert seen.columns == list(columns.as_dict())
        assert len(seen) == len(columns)
        for name, column in columns.as_dict().items():
            np.testing.assert_array_equal(seen[name].to_numpy(), column)


@settings(max_examples=30)
@given(st.data())
def test_any_values_are_planned_or_listed(data):
    """Whatever stands in the cells, people are planned or their rows are named."""
    odd = st.sampled_from([None, "", "hard", "sql", "soft", 7, -1, 0.5, float("nan"), True, b"x"])
    odd |= st.sampled_from([float("inf"), 10**30, [1], ["2.A.1.a"], {"a": 1}, DAY])
    n = data.draw(st.integers(0, 5))
    names = data.draw(st.lists(st.sampled_from(COLUMNS["skills"][3:]), unique=True))
    table = pd.DataFrame(
        {
            "person_id": data.draw(st.lists(odd, min_size=n, max_size=n)),
            "skill_id": data.draw(st.lists(odd, min_size=n, max_size=n)),
            "kind": ["hard"] * n,
            **{name: data.draw(st.lists(odd, min_size=n, max_size=n)) for name in names},
        },
        dtype=object,
    )
    found = sb.plan_frame(table, as_of=DAY, **PEOPLE)
    bad = set(columns_of(found.bad_rows)["person_id"])
    whole = columns_of(found.people)
    for person_id, status, fault in zip(
        whole["person_id"], whole["status"], whole["fault"], strict=True
    ):
        assert status == "solved" or str(person_id) in bad or fault
