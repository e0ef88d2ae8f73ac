"""Many people's estimates at once: each as alone, whatever the order and the company."""

import datetime as dt
import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.coaching.evidence.rating_columns import COLUMNS
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence import many_ratings, many_stacks
from skillbalance.numeric.evidence.fusion import fuse_ratings
from skillbalance.numeric.evidence.robust import weigh_ratings

TODAY = dt.date(2026, 1, 5)
KINDS = [kind.value for kind in sb.RaterKind]
MODEL = sb.RaterModel(
    kinds={
        kind: sb.RaterNoise(
            own_variance=0.3 + 0.2 * i,
            shared_variance=0.1 * i,
            severity_part=0.0 if kind == "test" else 0.4,
            leniency=0.3 if kind == "self" else 0.0,
        )
        for i, kind in enumerate(KINDS)
    },
    prior_sd=0.2,
    ageing_per_year=0.01,
)
NUMBERS = ("mean", "sd", "low", "high", "n_ratings")


@st.composite
def tables(draw: st.DrawFn, most_ratings: int = 60) -> dict[str, np.ndarray]:
    """Draw ratings of a few people: repeated, nameless, wild and old ones among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = draw(st.integers(1, most_ratings))
    skill = rng.integers(draw(st.integers(1, 5)), size=k)
    kind = rng.integers(7, size=k)
    return {
        "person_id": np.array([f"p{i}" for i in range(8)])[rng.integers(8, size=k)],
        "skill_id": np.array([f"s{i}" for i in range(5)])[skill],
        "rater_id": np.array(["", "ann", "bob", "cy", "di"])[rng.integers(5, size=k)],
        "rater_kind": np.array(KINDS)[kind],
        # Few values, so that there are ties.
        "rating": rng.integers(0, 11, size=k) / 10.0,
        "age_years": rng.integers(0, 3, size=k) * 1.0,
        "prior_mean": 0.3 + 0.1 * skill,
    }


def alone(table: dict[str, np.ndarray], person: str, model: sb.RaterModel) -> dict[str, np.ndarray]:
    """What the exact layer says of one person, positions made by hand from ids."""
    own = table["person_id"] == person
    skill_ids, skill = np.unique(table["skill_id"][own], return_inverse=True)
    kinds = [KINDS.index(kind) for kind in table["rater_kind"][own]]
    names = [
        # The person is one rater; the nameless are each a new one.
        (kind, "" if kind == 0 else rater_id or f"nameless {row}")
        for row, (kind, rater_id) in enumerate(zip(kinds, table["rater_id"][own], strict=True))
    ]
    raters = sorted(set(names))
    noise = [model.kinds[kind] for kind in KINDS]
    unit = model.prior_sd**2
    prior = np.array([
        table["prior_mean"][own][skill == i][0] for i in range(len(skill_ids))
    ])  # fmt: skip
    arguments = {
        "skill": skill,
        "rater": [raters.index(name) for name in names],
        "kind": kinds,
        "rating": table["rating"][own],
        "noise_variance": np.array([
            (1.0 - noise[kind].severity_part) * noise[kind].own_variance * unit for kind in kinds
        ]) + model.ageing_per_year * table["age_years"][own],
        "severity_mean": [noise[kind].leniency * model.prior_sd for kind, _ in raters],
        "severity_variance": [
            noise[kind].severity_part * noise[kind].own_variance * unit for kind, _ in raters
        ],
        "shared_variance": [one.shared_variance * unit for one in noise],
    }  # fmt: skip
    weight = weigh_ratings(
        prior, model.prior_sd, threshold=model.huber_threshold, **arguments
    ).weight
    arguments["noise_variance"] = arguments["noise_variance"] / weight
    fusion = fuse_ratings(prior, model.prior_sd, **arguments)
    sd = np.sqrt(fusion.variance)
    return {
        "skill_id": skill_ids,
        "mean": fusion.mean.clip(0.0, 1.0),
        "sd": sd,
        "low": (fusion.mean - 1.6448536269514722 * sd).clip(0.0, 1.0),
        "high": (fusion.mean + 1.6448536269514722 * sd).clip(0.0, 1.0),
        "n_ratings": np.bincount(skill),
        "prior": fusion.prior_share,
        **{kind: fusion.kind_share[:, i] for i, kind in enumerate(KINDS)},
    }


def assert_same_bits(one: sb.EstimateColumns, other: sb.EstimateColumns) -> None:
    """Two results hold the same bits."""
    theirs = other.as_dict()
    for name, column in one.as_dict().items():
        np.testing.assert_array_equal(column, theirs[name], err_msg=name)


# --- each as alone --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([None, 1.5]), st.sampled_from([0, 3, 64]))
def test_everybody_gets_what_the_fusion_gives_them_alone(table, threshold, most_dense):
    """Means, spreads, intervals and shares equal the exact layer's to 1e-12, on either path."""
    model = sb.RaterModel(
        kinds=MODEL.kinds, prior_sd=0.2, ageing_per_year=0.01, huber_threshold=threshold
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many_ratings, "_MOST_DENSE", most_dense)
        patch.setattr(many_stacks, "_BATCH_RATINGS", 10 * most_dense)
        result = sb.estimate_many(table, rater_model=model)
    assert set(result.person_id) == set(table["person_id"])
    for person in set(table["person_id"]):
        rows = result.person_id == person
        expected = alone(table, person, model)
        assert result.skill_id[rows].tolist() == expected["skill_id"].tolist()
        for name in NUMBERS:
            np.testing.assert_allclose(
                getattr(result, name)[rows], expected[name], rtol=0, atol=1e-12, err_msg=name
            )
        for source in ("prior", *KINDS):
            np.testing.assert_allclose(
                result.shares[source][rows], expected[source], rtol=0, atol=1e-12, err_msg=source
            )
    assert result.faults == ()
    assert set(result.fault) == {""}


def test_records_and_columns_agree():
    """A profile's ratings as columns, its expected levels as a table: the same estimates."""
    rng = np.random.default_rng(0)
    skills = [sb.Skill(id=f"s{i}", kind=("hard", "soft")[i % 2]) for i in range(6)]
    assessments = [
        sb.Assessment(
            skill_id=f"s{rng.integers(5)}",
            rating=int(rng.integers(101)),
            scale="percent",
            assessed_on=TODAY - dt.timedelta(days=int(rng.integers(-100, 900))),
            rater_kind=KINDS[rng.integers(7)],
            rater_id=("", "ann", "bob")[rng.integers(3)],
        )
        for _ in range(40)
    ]
    profile = sb.Profile(
        id="ada", field="nursing", stage="mid", skills=skills, assessments=assessments
    )
    expected = sb.estimate_proficiency(profile, as_of=TODAY)
    unrated = sb.Profile(id="ada", field="nursing", stage="mid", skills=skills)
    levels = sb.estimate_proficiency(unrated, as_of=TODAY)
    result = sb.estimate_many(
        {
            "person_id": ["ada"] * 40,
            "skill_id": [said.skill_id for said in assessments],
            "rater_id": [said.rater_id for said in assessments],
            "rater_kind": [said.rater_kind for said in assessments],
            "rating": [said.rating for said in assessments],
            "assessed_on": [said.assessed_on for said in assessments],
        },
        skills={
            "person_id": ["ada"] * 6,
            "skill_id": [skill.id for skill in skills],
            "prior_mean": [item.mean for item in levels.items],
        },
        as_of=TODAY,
        scale="percent",
    )
    assert result.skill_id.tolist() == [skill.id for skill in skills]
    for i, item in enumerate(expected.items):
        assert result.mean[i] == pytest.approx(item.mean, abs=1e-12)
        assert result.sd[i] == pytest.approx(item.sd, abs=1e-12)
        assert (result.low[i], result.high[i]) == pytest.approx(item.interval, abs=1e-12)
        assert result.n_ratings[i] == item.evidence.n_ratings
        for source, share in result.shares.items():
            assert share[i] == pytest.approx(item.shares.get(source, 0.0), abs=1e-12)
    # Nobody rated the last one.
    assert result.shares["prior"][5] == 1.0


# --- what must not matter -------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_order_and_company_change_not_a_bit(table, random):
    """Ratings in any order, and people in any piece of the table, give the same bits."""
    whole = sb.estimate_many(table, rater_model=MODEL)
    order = random.sample(range(len(table["rating"])), len(table["rating"]))
    mixed = {name: column[order] for name, column in table.items()}
    assert_same_bits(sb.estimate_many(mixed, rater_model=MODEL), whole)
    people = sorted(set(table["person_id"]))
    some = people[: max(1, len(people) // 2)]
    kept = np.isin(table["person_id"], some)
    part = sb.estimate_many({n: x[kept] for n, x in table.items()}, rater_model=MODEL)
    rows = np.isin(whole.person_id, some)
    for name, column in part.as_dict().items():
        np.testing.assert_array_equal(column, whole.as_dict()[name][rows], err_msg=name)


def test_stacks_change_not_a_bit(monkeypatch):
    """How many people are solved together changes nothing."""
    rng = np.random.default_rng(1)
    table = {
        "person_id": np.repeat(np.arange(50), 6),
        "skill_id": rng.integers(3, size=300),
        "rater_kind": rng.integers(7, size=300),
        "rater_id": rng.integers(4, size=300),
        "rating": rng.random(300),
    }
    together = sb.estimate_many(table, prior_mean=0.5)
    monkeypatch.setattr(many_ratings, "_STACK_ENTRIES", 1)
    assert_same_bits(sb.estimate_many(table, prior_mean=0.5), together)


def test_ids_may_be_of_any_sort():
    """Strings, small and huge integers and kinds in three spellings mean the same."""
    rng = np.random.default_rng(2)
    person, skill, rater, kind = (rng.integers(n, size=60) for n in (7, 3, 5, 7))
    base = {
        "person_id": person, "skill_id": skill, "rater_id": rater, "rater_kind": kind,
        "rating": rng.random(60),
    }  # fmt: skip
    expected = sb.estimate_many(base, prior_mean=0.5)
    others = base | {
        "person_id": person * 10**14,
        "skill_id": np.array(["a", "b", "c"], dtype=object)[skill],
        "rater_id": [f"r{i}" for i in rater],
        "rater_kind": [list(sb.RaterKind)[i] for i in kind],
    }
    found = sb.estimate_many(others, prior_mean=0.5)
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    by_value = base | {"rater_kind": [KINDS[i] for i in kind]}
    assert_same_bits(sb.estimate_many(by_value, prior_mean=0.5), expected)


def test_keys_too_large_for_one_number_sort_the_same(monkeypatch):
    """Where ids are too many for one sorting key, several keys give the same order."""
    rng = np.random.default_rng(3)
    table = {
        "person_id": rng.integers(5, size=80), "skill_id": rng.integers(2, size=80),
        "rater_kind": rng.integers(7, size=80), "rating": rng.integers(3, size=80) / 2.0,
    }  # fmt: skip
    expected = sb.estimate_many(table, prior_mean=0.5)
    monkeypatch.setattr("skillbalance.coaching.evidence.estimate_many._LARGEST_KEY", 1)
    assert_same_bits(sb.estimate_many(table, prior_mean=0.5), expected)


# --- faults ---------------------------------------------------------------------------------------

GOOD = {
    "person_id": ["ada", "ada", "bob", "cy"],
    "skill_id": ["sql", "css", "sql", "sql"],
    "rater_kind": ["self", "peer", "peer", "test"],
    "rating": [0.5, 0.6, 0.7, 0.4],
}


def test_one_bad_rating_marks_its_person_alone():
    """A fault is told at its person and in the list; everybody else is estimated as before."""
    expected = sb.estimate_many(GOOD, prior_mean=0.5)
    found = sb.estimate_many(GOOD | {"rating": [0.5, np.nan, 0.7, 0.4]}, prior_mean=0.5)
    ada = found.person_id == "ada"
    for name in ("mean", "sd", "low", "high"):
        assert np.isnan(getattr(found, name)[ada]).all()
        np.testing.assert_array_equal(getattr(found, name)[~ada], getattr(expected, name)[~ada])
    assert set(found.fault[ada]) == {"rating[1] must be in [0, 1], got nan"}
    assert set(found.fault[~ada]) == {""}
    assert found.faults == ("rating[1] must be in [0, 1], got nan",)
    with pytest.raises(InvalidValueError, match=r"^rating\[1\] must be in \[0, 1\], got nan"):
        sb.estimate_many(GOOD | {"rating": [0.5, np.nan, 0.7, 0.4]}, prior_mean=0.5, errors="raise")


def test_the_first_of_several_faults_is_shown():
    """A person with several bad rows is explained by the first fault and its first row."""
    changes = {"rating": [2.0, 3.0, 0.7, 0.4], "rater_kind": ["self", "boss", "peer", "test"]}
    found = sb.estimate_many(GOOD | changes, prior_mean=0.5)
    assert found.fault[0].startswith("rater_kind[1] must be one of 'self'")
    assert len(found.faults) == 2
    assert found.faults[1] == "rating[0] must be in [0, 1] (2 rows are not: 0, 1), got 2.0"


def test_strangers_to_the_table_of_skills_are_told():
    """A rating of an unknown person, or of a skill that person does not have, is a fault."""
    skills = {
        "person_id": ["ada", "ada", "bob", "dee"],
        "skill_id": ["sql", "css", "css", "sql"],
        "prior_mean": [0.5, 0.4, 0.3, 0.2],
    }
    found = sb.estimate_many(GOOD, skills=skills)
    assert found.person_id.tolist() == skills["person_id"]
    assert found.faults == (
        "person_id[3] must be in the table of skills, got 'cy'",
        "skill_id[2] must be in the table of skills with that person, got 'sql'",
    )
    assert found.fault.tolist() == ["", "", found.faults[1], ""]
    assert found.mean[3] == 0.2  # nobody rated dee
    with pytest.raises(InvalidValueError, match=r"^person_id\[3\] must be in the table"):
        sb.estimate_many(GOOD, skills=skills, errors="raise")


def test_a_missing_id_belongs_to_nobody():
    """A row without a person spoils no person, and is listed."""
    found = sb.estimate_many(GOOD | {"person_id": ["ada", "ada", None, "cy"]}, prior_mean=0.5)
    assert found.person_id.tolist() == ["ada", "ada", "cy"]
    assert np.isfinite(found.mean).all()
    assert found.faults == ("person_id[2] must be an id, got None",)


def test_expected_levels_that_contradict_each_other_are_told():
    """Two prior means for one person and skill cannot both be meant."""
    table = GOOD | {"skill_id": ["sql"] * 4, "prior_mean": [0.5, 0.4, 0.3, 0.3]}
    found = sb.estimate_many(table)
    assert found.fault[0].startswith("prior_mean[0] must be the same in all ratings")
    assert found.fault[1] == ""


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({}, r"^prior_mean must be given once"),
        ({"prior_mean": 0.5, "skills": {}}, r"^prior_mean must be given once"),
        ({"prior_mean": np.nan}, r"^prior_mean must be a finite number"),
        ({"prior_mean": 0.5, "errors": "ignore"}, r"^errors must be 'mark' or 'raise'"),
        ({"prior_mean": 0.5, "rater_model": "best"}, r"^rater_model must be a RaterModel or one"),
        (
            {"prior_mean": 0.5, "rater_model": sb.RaterModel(
                kinds={"self": MODEL.kinds["self"]}, prior_sd=0.2, ageing_per_year=0.0)},
            r"^kinds must be a mapping with 'peer'",
        ),
        ({"skills": {"person_id": ["ada"]}}, r"^skills must be columns with 'skill_id' among"),
        (
            {"skills": {"person_id": [1, 1], "skill_id": [2, 2], "prior_mean": [0.5, 0.5]}},
            r"^skills.skill_id\[1\] must be there once for each person, got 2",
        ),
        (
            {"skills": {"person_id": [1], "skill_id": [2], "prior_mean": [np.nan]}},
            r"^skills.prior_mean\[0\] must be a finite number",
        ),
        ({"skills": {"persons": [1]}}, r"^skills must be made of the columns .*'person_id'"),
    ],
)  # fmt: skip
def test_bad_options_are_refused(options, match):
    """Each option says what it may be."""
    with pytest.raises(InvalidValueError, match=match):
        sb.estimate_many(GOOD, **options)


def test_no_ratings_at_all():
    """Nobody rated: the table of skills comes back with what was expected, or nothing does."""
    empty = {name: np.array([], dtype=np.array(column).dtype) for name, column in GOOD.items()}
    assert len(sb.estimate_many(empty, prior_mean=0.5)) == 0
    skills = {"person_id": ["ada"], "skill_id": ["sql"], "prior_mean": [0.5]}
    found = sb.estimate_many(empty, skills=skills)
    assert (found.mean[0], found.shares["prior"][0], found.n_ratings[0]) == (0.5, 1.0, 0)
    assert found.sd[0] == pytest.approx(0.2, rel=1e-15)


def test_a_document_holds_estimates_but_nobody_marked():
    """Columns are written and read back equal; with a marked person the document says where."""
    found = sb.estimate_many(GOOD, prior_mean=0.5)
    back = sb.from_json(sb.to_json(found), sb.EstimateColumns)
    assert_same_bits(back, found)
    assert back.faults == found.faults
    marked = sb.estimate_many(GOOD | {"rating": [2.0, 0.6, 0.7, 0.4]}, prior_mean=0.5)
    first = np.flatnonzero(np.isnan(marked.mean))[0]
    with pytest.raises(InvalidValueError, match=rf"^\$\.mean\[{first}\] must be a finite number"):
        sb.to_json(marked)


def test_results_are_read_only_and_documented():
    """Columns cannot be written to, go into a data frame by name, and are all documented."""
    found = sb.estimate_many(GOOD, prior_mean=0.5)
    columns = found.as_dict()
    assert {len(column) for column in columns.values()} == {4}
    assert "share_prior" in columns
    for column in columns.values():
        assert not column.flags.writeable
    for name in COLUMNS:
        assert f"``{name}``" in inspect.getdoc(sb.estimate_many)
