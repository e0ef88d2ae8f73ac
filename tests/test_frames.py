"""Frames: long tables of people and skills in, the same plans out as one at a time."""

import datetime as dt
import math
import tracemalloc

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats import _frames_plan, _frames_read, frames
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
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if kind == "pandas":
        return pd.DataFrame(columns)
    # The other kinds have columns of one type.
    for name, column in columns.items():
        types = {type(one) for one in column} - {type(None)}
        if len(types) > 1:
            other = float if float in types else str
            columns[name] = [one if type(one) in {other, type(None)} else None for one in column]
    return KINDS[kind](columns)


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
    assert bad["message"][1] == "person_id must be there once, got 'b2'"
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


# --- batches --------------------------------------------------------------------------------------


NEEDED = ("assessed_on", "rater_kind")
# What breaks a rule, by column.
WRONG = {
    "person_id": [None, " ", "zed", 7],
    "skill_id": [None, " ", "s0", 7, "s9"],
    "kind": [None, "hrad", 1],
    "name": ["", 1],
    "elements": ["9.Z", "2.A.1.b 2.A.1.b", 1],
    "field": [None, "nursery", " ", 1],
    "stage": [None, "boss", 1],
    "hours_per_week": [None, -1.0, 169.0],
    "half_gap_hours": [0.0, float("inf"), "5", True],
    "upkeep": [2.0, -0.1],
    "proficiency": [1.5, -0.5, True],
    "weight": [None, -1.0, float("inf"), 0.0],
    "min_hours": [169.0, 12.0],
    "max_skills": [0.0, 1.5],
    "soft_share_low": [0.9, 1.5],
    "rating": [None, 1.5],
    "rater_kind": ["boss", None],
}


@st.composite
def long_tables(draw):
    """Tables of a few people, up to three cells of them wrong, and rows in any order."""
    level = st.sampled_from([0.0, 0.2, 0.45, 0.7, 1.0])
    hours = st.sampled_from([5.0, 40.5, 333.3])
    makers = {
        "skills": {
            "kind": st.sampled_from(["hard", "soft"]),
            "name": st.sampled_from([None, "SQL", "Übung"]),
            "elements": st.sampled_from([None, "", "2.A.1.b", "2.B.3.e;2.A.1.a"]),
            "half_gap_hours": st.none() | hours,
            "half_life_weeks": st.none() | hours,
            "upkeep": st.none() | level,
            "retained_share": st.none() | level,
            "proficiency": st.none() | level,
            "target": st.none() | level,
            "weight": st.sampled_from([0.5, 3.0, 60.0]),
            "min_hours": st.sampled_from([None, 0.5]),
            "max_hours": st.sampled_from([None, 0.5, 2.0]),
        },
        "people": {
            "field": st.sampled_from(["nursing", "management"]),
            "stage": st.sampled_from(["entry", "mid", "executive"]),
            "hours_per_week": st.sampled_from([0.0, 1.0, 2.75, 6.0]),
            "horizon_weeks": st.sampled_from([None, 1.0, 20.0]),
            "block_hours": st.sampled_from([None, 0.25, 1.0]),
            "max_skills": st.sampled_from([None, 1.0, 3.0]),
            "soft_share_low": st.sampled_from([None, 0.0, 0.2]),
            "soft_share_high": st.sampled_from([None, 0.6, 1.0]),
        },
        "ratings": {
            "rating": level,
            "assessed_on": st.sampled_from([DAY - dt.timedelta(days=n) for n in (-3, 0, 400)]),
            "rater_kind": st.sampled_from(["self", "peer"]),
            "rater_id": st.sampled_from([None, "kim", "li"]),
        },
    }
    kept = {
        table: {
            name: maker
            for name, maker in of_table.items()
            if name in (*COLUMNS[table][:4], *NEEDED) or draw(st.booleans())
        }
        for table, of_table in makers.items()
    }
    rows = {"skills": [], "people": [], "ratings": []}

    def add(table, **ids):
        rows[table].append({**ids, **{name: draw(one) for name, one in kept[table].items()}})

    for i in range(draw(st.integers(1, 6))):
        add("people", person_id=f"p{i}")
        for j in range(draw(st.integers(0, 4))):
            add("skills", person_id=f"p{i}", skill_id=f"s{j}")
            if draw(st.sampled_from([False, False, False, True])):
                add("ratings", person_id=f"p{i}", skill_id=f"s{j}")
    for table in draw(st.lists(st.sampled_from(sorted(rows)), max_size=3)):
        if rows[table]:
            row = draw(st.sampled_from(rows[table]))
            name = draw(st.sampled_from(sorted(row.keys() & WRONG.keys())))
            row[name] = draw(st.sampled_from(WRONG[name]))
    # A person's rows follow each other, or lie anywhere.
    if draw(st.booleans()):
        rows = {name: draw(st.permutations(of_table)) for name, of_table in rows.items()}
    return rows


def _is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def values_of(plans):
    """All that a call gave, as lists; NaN as text, so that it equals itself."""
    tables = {
        "people": columns_of(plans.people),
        "skills": columns_of(plans.skills),
        "bad_rows": columns_of(plans.bad_rows),
        "of people": {name: x.tolist() for name, x in plans.columns.people.as_dict().items()},
        "of skills": {name: x.tolist() for name, x in plans.columns.skills.as_dict().items()},
    }
    return {
        (table, name): ["nan" if _is_nan(one) else one for one in column]
        for table, columns in tables.items()
        for name, column in columns.items()
    }


def plan_rows_of(rows, kind="pandas", **options):
    """Plan the rows of three tables."""
    made = {name: frame(kind, of_table) for name, of_table in rows.items()}
    return sb.plan_frame(**made, as_of=DAY, **options)


def plan_rows_as_records(rows, **options):
    """Plan the rows of three tables, a record for every skill."""
    read_plain = _frames_plan.read_plain

    def nobody(batch, defaults):
        people, plain = read_plain(batch, defaults)
        return people, np.zeros_like(plain)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_frames_plan, "read_plain", nobody)
        return plan_rows_of(rows, **options)


@settings(max_examples=40, deadline=None)
@given(long_tables())
def test_columns_give_the_bits_of_records(rows):
    """Whoever is planned as columns gets what records would give, and no fault is passed over."""
    assume(rows["skills"])
    assert values_of(plan_rows_of(rows)) == values_of(plan_rows_as_records(rows))


def right_tables():
    """Three people, one of them rated, with a value in every column, all of them right."""
    skill = {
        "kind": "hard",
        "name": "SQL",
        "elements": "2.B.3.e",
        "half_gap_hours": 40.0,
        "half_life_weeks": 30.0,
        "upkeep": 0.5,
        "retained_share": 0.25,
        "proficiency": 0.3,
        "target": 0.7,
        "weight": 2.0,
        "min_hours": 0.0,
        "max_hours": 2.0,
    }
    own = {
        "field": "nursing",
        "stage": "mid",
        "hours_per_week": 4.0,
        "horizon_weeks": 20.0,
        "block_hours": 0.25,
        "max_skills": 3.0,
        "soft_share_low": 0.0,
        "soft_share_high": 1.0,
    }
    said = {"rating": 0.4, "assessed_on": DAY, "rater_kind": "peer", "rater_id": "kim"}
    return {
        "skills": [{"person_id": p, "skill_id": s, **skill} for p in "abc" for s in ("s0", "s1")],
        "people": [{"person_id": p, **own} for p in "abc"],
        "ratings": [{"person_id": "b", "skill_id": "s0", **said}],
    }


@pytest.mark.parametrize(
    ("table", "name", "wrong"),
    [
        (table, name, wrong)
        for table, names in COLUMNS.items()
        for name, all_wrong in WRONG.items()
        if name in names
        for wrong in all_wrong
    ],
)
def test_one_wrong_value_is_found_as_records_find_it(table, name, wrong):
    """Each rule by itself: the same bad rows, messages and plans of the others."""
    rows = right_tables()
    # Of the second skill, that there may be a twin of the first.
    rows[table][-1][name] = wrong
    found = values_of(plan_rows_of(rows))
    assert found == values_of(plan_rows_as_records(rows))
    assert found["people", "status"][0] == "solved"


def test_a_second_row_of_a_person_is_a_fault():
    """Nobody is in the table of people twice, even with the same values."""
    rows = right_tables()
    rows["people"].insert(1, rows["people"][0])
    found = values_of(plan_rows_of(rows))
    assert found == values_of(plan_rows_as_records(rows))
    assert found["people", "status"] == ["invalid", "solved", "solved"]
    assert found["bad_rows", "row"] == [1]


def test_who_was_rated_by_a_kind_that_the_model_lacks_has_no_plan():
    """What estimates refuse, frames refuse, of those who were rated alone."""
    known = sb.find_rater_model("specific")
    model = attrs.evolve(known, kinds={"self": known.kinds["self"]})
    rows = right_tables()
    found = values_of(plan_rows_of(rows, rater_model=model))
    assert found == values_of(plan_rows_as_records(rows, rater_model=model))
    assert found["people", "status"] == ["solved", "invalid", "solved"]


@settings(max_examples=20, deadline=None)
@given(long_tables(), st.integers(1, 5), st.sampled_from(list(KINDS)))
def test_batches_change_nothing(rows, size, kind):
    """However many people are planned together, frames and bad rows are the same."""
    assume(rows["skills"])
    whole = plan_rows_of(rows, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_frames_read, "_PEOPLE_AT_A_TIME", size)
        patch.setattr(_frames_read, "_ROWS_AT_A_TIME", size)
        cut = plan_rows_of(rows, kind)
    assert values_of(cut) == values_of(whole)


@settings(max_examples=20, deadline=None)
@given(people(), st.sampled_from(list(KINDS)), st.randoms())
def test_where_rows_lie_changes_nothing(made, kind, random):
    """People whose rows are scattered get what they get when their rows follow each other."""
    rows = tables_of(made, random)
    scattered = values_of(plan_rows_of(rows, kind))
    place = {row["person_id"]: i for i, row in enumerate(rows["people"])}
    for name in ("skills", "ratings"):
        rows[name].sort(key=lambda row: place[row["person_id"]])
    assert values_of(plan_rows_of(rows, kind)) == scattered


@pytest.mark.parametrize("kind", KINDS)
def test_bad_rows_of_later_batches_keep_their_numbers(kind, monkeypatch):
    """Rows are counted in the frame, whichever batch their people are in and wherever they lie."""
    monkeypatch.setattr(_frames_read, "_PEOPLE_AT_A_TIME", 3)
    n_people, n_rows = 20, 100
    own = [f"p{i % n_people}" for i in range(n_rows)]
    skills = {
        "person_id": own,
        "skill_id": [f"s{i // n_people}" for i in range(n_rows)],
        "kind": ["hard"] * n_rows,
        "proficiency": [1.5 if i in {3, 47, 99} else 0.5 for i in range(n_rows)],
    }
    found = sb.plan_frame(KINDS[kind](skills), as_of=DAY, **PEOPLE)
    bad, whole = columns_of(found.bad_rows), columns_of(found.people)
    assert bad["row"] == [3, 47, 99]
    assert bad["person_id"] == ["p3", "p7", "p19"]
    assert set(bad["message"]) == {"proficiency must be in [0, 1], got 1.5"}
    status = dict(zip(whole["person_id"], whole["status"], strict=True))
    assert {one for one in status if status[one] == "invalid"} == {"p3", "p7", "p19"}
    assert len(columns_of(found.skills)["person_id"]) == 5 * 17


def test_who_has_no_plan_is_counted_over_all_batches(monkeypatch):
    """With errors="raise" the note says which of all people it was, in the words of one alone."""
    monkeypatch.setattr(_frames_read, "_PEOPLE_AT_A_TIME", 4)
    skills = pl.DataFrame({"person_id": range(10), "skill_id": ["sql"] * 10, "kind": ["hard"] * 10})
    limits = [9.0 if i == 6 else None for i in range(10)]
    with pytest.raises(sb.InfeasibleError, match="min_hours") as caught:
        sb.plan_frame(
            skills.with_columns(min_hours=pl.Series(limits)), as_of=DAY, errors="raise", **PEOPLE
        )
    assert caught.value.__notes__ == ["person 6 ('6') of those given"]
    with pytest.raises(sb.InvalidValueError, match="errors must be 'mark' or 'raise'"):
        sb.plan_frame(skills, as_of=DAY, errors="ignore", **PEOPLE)


def test_progress_knows_how_many_people_there_are(monkeypatch):
    """It is told after each batch, of how many in all."""
    monkeypatch.setattr(_frames_read, "_PEOPLE_AT_A_TIME", 4)
    skills = pl.DataFrame({"person_id": range(10), "skill_id": ["sql"] * 10, "kind": ["hard"] * 10})
    told = []
    sb.plan_frame(skills, as_of=DAY, progress=lambda *done: told.append(done), **PEOPLE)
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_frames_may_be_written_to():
    """A frame of pandas shares no memory with the read-only columns."""
    plans = sb.plan_frame(pd.DataFrame(small()), as_of=DAY, **PEOPLE)
    for table, name in ((plans.skills, "weight"), (plans.people, "shadow_price")):
        table.loc[0, name] = 7.0
        assert table[name].tolist()[0] == 7.0
    assert plans.columns.skills.weight[0] != 7.0
    made = plans.columns.skills.to_frame()
    made.loc[0, "weight"] = 7.0
    assert plans.columns.skills.weight[0] != 7.0


def test_memory_goes_into_the_result(monkeypatch):
    """What is needed besides frames and result grows by some bytes a person, not by their rows."""
    monkeypatch.setattr(_frames_read, "_PEOPLE_AT_A_TIME", 64)
    monkeypatch.setattr(_frames_read, "_ROWS_AT_A_TIME", 640)

    def beyond(n_people, n_skills):
        table = pl.DataFrame(
            {
                "person_id": np.repeat(np.arange(n_people), n_skills),
                "skill_id": [f"s{i}" for i in range(n_skills)] * n_people,
                "kind": ["hard", "soft"] * (n_people * n_skills // 2),
            }
        )
        tracemalloc.start()
        try:
            plans = sb.plan_frame(table, as_of=DAY, **PEOPLE)
            left, peak = tracemalloc.get_traced_memory()
            assert len(plans.columns) == n_people
        finally:
            tracemalloc.stop()
        return peak - left

    beyond(64, 10)
    few, many = beyond(400, 10), beyond(4000, 10)
    # Ten rows a person: not even one number of eight bytes a row is kept twice.
    assert many - few < 80 * 3600


def test_frames_have_the_columns_of_their_records_and_no_others():
    """Positions and codes are of use to arrays alone: in frames ids and words stand for them."""
    found = sb.plan_frame(pd.DataFrame(small()), as_of=DAY, **PEOPLE)
    of_people = {field.name for field in attrs.fields(sb.PeopleColumns)}
    of_skills = {field.name for field in attrs.fields(sb.SkillColumns)} - {"person"}
    assert set(found.people.columns) == {"person_id", *of_people}
    assert set(found.skills.columns) == {"person_id", *of_skills}
    assert set(found.bad_rows.columns) == {"table", "row", "person_id", "message"}


def test_a_skill_without_a_kind_is_refused_by_the_name_of_its_column():
    """The row is marked, and the message names the column and both kinds."""
    skills = small() | {"kind": ["hard", None, "hard"]}
    found = sb.plan_frame(pd.DataFrame(skills), as_of=DAY, **PEOPLE)
    (message,) = columns_of(found.bad_rows)["message"]
    assert message.startswith("kind must be 'hard' or 'soft', got ")
