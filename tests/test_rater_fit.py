"""Learning the rater model: the exact likelihood, its maximum, what is known and what is not."""

import datetime as dt
import pickle

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence import rater_fit, rater_layout
from skillbalance.numeric.evidence.rater_layout import Ratings, lay_out
from skillbalance.numeric.evidence.rater_likelihood import evaluate

KINDS = np.array(["self", "peer", "supervisor", "test"])
TRUTH = sb.RaterModel(
    kinds={
        "self": sb.RaterNoise(own_variance=1.2, severity_part=0.4, leniency=0.5),
        "peer": sb.RaterNoise(own_variance=0.6, severity_part=0.5, shared_variance=0.2),
        "supervisor": sb.RaterNoise(own_variance=0.4, severity_part=0.2, shared_variance=0.1),
        "test": sb.RaterNoise(own_variance=0.2, severity_part=0.0),
    },
    prior_sd=0.1,
    ageing_per_year=0.001,
)


def simulate(
    rng: np.random.Generator,
    *,
    n_people: int = 60,
    n_skills: int = 5,
    raters: tuple[int, ...] = (1, 3, 2, 1),
    max_age: float = 0.0,
    keep: float = 1.0,
    truth: sb.RaterModel = TRUTH,
) -> dict[str, np.ndarray]:
    """
    Draw an organization from the model: people rate themselves, peers at random, teams of ten.

    `raters` says how many of each kind rate a person; tests are nameless.
    """
    rows = []
    for kind, n_raters in enumerate(raters):
        for turn in range(n_raters):
            people = np.arange(n_people)
            if kind == 0:
                who = people
            elif kind == 1:
                who = rng.integers(max(n_people // 2, 2), size=n_people)
            else:
                who = people // 10 * 2 + turn
            one = np.stack([people, who, np.full(n_people, kind)])
            rows.append(np.repeat(one, n_skills, axis=1))
            rows[-1] = np.vstack([rows[-1], np.tile(np.arange(n_skills), n_people)])
    person, rater, kind, skill = np.concatenate(rows, axis=1)
    kept = rng.random(len(person)) < keep
    person, rater, kind, skill = person[kept], rater[kept], kind[kept], skill[kept]
    unit = truth.prior_sd**2
    noise = [truth.kinds[name] for name in KINDS]
    own = np.array([one.own_variance for one in noise]) * unit
    part = np.array([one.severity_part for one in noise])
    shared = np.array([one.shared_variance for one in noise]) * unit
    lenient = np.array([one.leniency for one in noise]) * truth.prior_sd
    level = 0.5 + 0.02 * np.arange(n_skills)
    theta = rng.normal(0.0, truth.prior_sd, (n_people, n_skills))
    beta = rng.normal(size=(4, n_people * 2)) * np.sqrt(part * own)[:, None]
    u = rng.normal(size=(n_people, n_skills, 4)) * np.sqrt(shared)
    age = rng.uniform(0.0, max_age, len(person)) if max_age else np.zeros(len(person))
    spread = np.sqrt(((1.0 - part) * own)[kind] + truth.ageing_per_year * age)
    rating = level[skill] + theta[person, skill] + beta[kind, rater] + u[person, skill, kind]
    rating += lenient[kind] + rng.normal(size=len(person)) * spread
    columns = {
        "person_id": person,
        "skill_id": np.array([f"skill {i}" for i in range(n_skills)])[skill],
        "rater_id": np.array([f"rater {i}" for i in range(n_people * 2)], dtype=object)[rater],
        "rater_kind": KINDS[kind],
        "rating": np.clip(rating, 0.0, 1.0),
        "age_years": age,
    }
    columns["rater_id"][kind == 3] = ""
    return columns


def flat(truth: sb.RaterModel = TRUTH) -> dict[tuple[str, str | None], float]:
    """The numbers of a model by name and kind."""
    numbers: dict[tuple[str, str | None], float] = {
        ("prior_sd", None): truth.prior_sd,
        ("ageing_per_year", None): truth.ageing_per_year,
    }
    for kind, noise in truth.kinds.items():
        for name in ("own_variance", "shared_variance", "severity_part", "leniency"):
            numbers[name, kind] = getattr(noise, name)
    return numbers


# --- the likelihood -------------------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn) -> tuple[Ratings, np.ndarray]:
    """Draw positions of any pattern, and variances."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = draw(st.integers(12, 60))
    n_skills, n_raters = draw(st.integers(1, 4)), draw(st.integers(2, 25))
    person = rng.integers(draw(st.integers(1, 12)), size=k)
    skill, rater = rng.integers(n_skills, size=k), rng.integers(n_raters, size=k)
    skill, rater = (np.unique(x, return_inverse=True)[1] for x in (skill, rater))
    kind = rng.integers(3, size=n_raters)[rater]
    ratings = Ratings(
        rating=rng.normal(0.5, 0.2, k),
        age=rng.random(k),
        person=np.unique(person, return_inverse=True)[1],
        cell=np.unique(person * n_skills + skill, return_inverse=True)[1],
        rater=rater,
        kind=kind,
        level=skill,
        offset=kind - 1,
        n_kinds=3,
        n_levels=int(skill.max()) + 1,
        n_offsets=2,
        severe=np.array([True, True, False]),
    )
    return ratings, rng.uniform(0.003, 0.05, 11)


class Dense:
    """The same from the covariance of all ratings: one dense inverse, no block, no elimination."""

    def __init__(self, ratings: Ratings, variances: np.ndarray) -> None:
        r, k = ratings, len(ratings.rating)
        cell, kind, rater = (x[:, None] == x for x in (r.cell, r.kind, r.rater))
        of_kind = [(r.kind == s)[:, None] for s in range(r.n_kinds)]
        parts = [cell * 1.0]
        parts += [cell * kind * own * 1.0 for own in of_kind]
        parts += [rater * own * float(on) for own, on in zip(of_kind, r.severe, strict=True)]
        parts += [np.diag((r.kind == s) * 1.0) for s in range(r.n_kinds)]
        parts += [np.diag(r.age)]
        x = np.zeros((k, r.n_fixed))
        x[np.arange(k), r.level] = 1.0
        known = np.flatnonzero(r.offset >= 0)
        x[known, r.n_levels + r.offset[known]] = 1.0
        self.full_rank = np.linalg.matrix_rank(x) == r.n_fixed
        if not self.full_rank:
            return
        total = sum(a * b for a, b in zip(variances, parts, strict=True))
        inverse = np.linalg.inv(total)
        self.fixed_covariance = np.linalg.inv(x.T @ inverse @ x)
        p = inverse - inverse @ x @ self.fixed_covariance @ x.T @ inverse
        projected = p @ r.rating
        self.log_likelihood = -0.5 * (
            np.linalg.slogdet(total)[1]
            - np.linalg.slogdet(self.fixed_covariance)[1]
            + r.rating @ projected
        )
        self.score = [0.5 * (projected @ part @ projected - np.sum(p * part)) for part in parts]
        self.information = [[0.5 * projected @ a @ p @ b @ projected for a in parts] for b in parts]
        self.fixed = self.fixed_covariance @ x.T @ inverse @ r.rating
        by_rater = (r.rater[:, None] == np.arange(r.rater.max() + 1)) * 1.0
        kind_of_rater = np.zeros(by_rater.shape[1], int)
        kind_of_rater[r.rater] = r.kind
        self.severe = r.severe[kind_of_rater]
        n = r.n_kinds
        own = variances[1 + n : 1 + 2 * n][kind_of_rater]
        self.severity = own * (by_rater.T @ projected)
        self.severity_variance = own - own**2 * np.diag(by_rater.T @ p @ by_rater)


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([3, 256]), st.sampled_from([2, 64]))
def test_likelihood_equals_the_dense_formula(problem, most_ratings, small_triangle):
    """Likelihood, score, information, levels and severities are those of one dense inverse."""
    ratings, variances = problem
    dense = Dense(ratings, variances)
    assume(dense.full_rank)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rater_layout, "_MOST_RATINGS", most_ratings)
        patch.setattr(
            "skillbalance.numeric.evidence.rater_likelihood._SMALL_TRIANGLE", small_triangle
        )
        found = evaluate(lay_out(ratings), variances)
    for name in ("log_likelihood", "score", "information", "fixed", "fixed_covariance"):
        np.testing.assert_allclose(
            getattr(found, name), getattr(dense, name), rtol=1e-8, atol=1e-8, err_msg=name
        )
    for name in ("severity", "severity_variance"):
        np.testing.assert_allclose(
            getattr(found, name)[dense.severe], getattr(dense, name)[dense.severe], atol=1e-9
        )


def test_a_cut_organization_is_the_sum_of_its_pieces(monkeypatch):
    """Raters above the limit become several: the likelihood is that of renamed raters."""
    rng = np.random.default_rng(5)
    k, n_raters = 400, 40
    person, rater = rng.integers(80, size=k), rng.integers(n_raters, size=k)
    ratings = Ratings(
        rating=rng.normal(0.5, 0.2, k), age=np.zeros(k), person=person,
        cell=np.unique(person, return_inverse=True)[1], rater=rater, kind=np.zeros(k, int),
        level=np.zeros(k, int), offset=np.full(k, -1), n_kinds=1, n_levels=1, n_offsets=0,
        severe=np.array([True]),
    )  # fmt: skip
    variances = np.array([0.02, 0.01, 0.01, 0.02, 0.0])
    monkeypatch.setattr(rater_layout, "_MOST_LINKING", 20)
    monkeypatch.setattr(rater_layout, "_PART_LINKING", 15)
    layout = lay_out(ratings)
    assert layout.n_cut > 0
    assert max(columns.stop - columns.start for columns, _ in layout.parts) <= 15
    found = evaluate(layout, variances)
    renamed = ratings._replace(rater=np.unique(layout.piece, return_inverse=True)[1])
    dense = Dense(renamed, variances)
    assert found.log_likelihood == pytest.approx(dense.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(found.score, dense.score, rtol=1e-8, atol=1e-8)


# --- the maximum ----------------------------------------------------------------------------------


def test_steps_are_counted(monkeypatch):
    """As many steps as the likelihood was computed for, the start among them."""
    computed = []

    def counted(layout, variances):
        computed.append(variances)
        return evaluate(layout, variances)

    monkeypatch.setattr(rater_fit, "evaluate", counted)
    columns = simulate(np.random.default_rng(2), n_people=40, n_skills=4)
    assert sb.fit_rater_model(columns).n_steps == len(computed) > 1


def test_the_maximum_is_one():
    """Moving any learned number from where it was found lowers the likelihood."""
    columns = simulate(np.random.default_rng(2), n_people=40, n_skills=4)
    found = sb.fit_rater_model(columns)
    assert found.converged
    everything = ("prior_sd", "ageing_per_year", "own_variance", "shared_variance", "severity_part")
    model = found.rater_model

    def at(**changes: object) -> float:
        moved = sb.RaterModel(
            kinds=changes.get("kinds", model.kinds),
            prior_sd=changes.get("prior_sd", model.prior_sd),
            ageing_per_year=model.ageing_per_year,
        )
        return sb.fit_rater_model(columns, rater_model=moved, hold=everything).log_likelihood

    best = at()
    assert best == pytest.approx(found.log_likelihood, abs=1e-6)
    learned = [one for one in found.parameters if one.status == "learned"]
    assert len(learned) >= 8
    for one in learned:
        if one.name == "leniency":
            continue
        for step in (-0.2, 0.2):
            value = one.value * (1.0 + step)
            if one.rater_kind is None:
                # Ratios stay, so the whole of the noise moves with it.
                assert at(prior_sd=value) < best
                continue
            noise = model.kinds[one.rater_kind]
            moved = {
                name: getattr(noise, name)
                for name in ("own_variance", "shared_variance", "severity_part", "leniency")
            } | {one.name: value}
            assert at(kinds={**model.kinds, one.rater_kind: sb.RaterNoise(**moved)}) < best


def test_standard_errors_are_those_of_the_curvature():
    """They agree with the numerical curvature of the likelihood in the model's own numbers."""
    columns = simulate(np.random.default_rng(12), n_people=100, n_skills=4, raters=(0, 3, 2, 0))
    found = sb.fit_rater_model(columns, hold=("ageing_per_year", "severity_part"))
    learned = [
        one for one in found.parameters if one.status == "learned" and one.name != "leniency"
    ]
    assert len(learned) == 5
    everything = ("prior_sd", "ageing_per_year", "own_variance", "shared_variance", "severity_part")

    def likelihood(values: np.ndarray) -> float:
        numbers = flat(found.rater_model)
        for one, value in zip(learned, values, strict=True):
            numbers[one.name, one.rater_kind] = value
        names = ("own_variance", "shared_variance", "severity_part", "leniency")
        kinds = {
            kind: sb.RaterNoise(**{name: numbers[name, kind] for name in names})
            for kind in found.rater_model.kinds
        }
        model = sb.RaterModel(kinds=kinds, prior_sd=numbers["prior_sd", None], ageing_per_year=0.01)
        return sb.fit_rater_model(columns, rater_model=model, hold=everything).log_likelihood

    best = np.array([one.value for one in learned])
    error = np.array([one.standard_error for one in learned])
    n = len(best)
    curvature = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            a, b = 0.1 * error[i] * np.eye(n)[i], 0.1 * error[j] * np.eye(n)[j]
            corners = [likelihood(best + x * a + y * b) for x in (1, -1) for y in (1, -1)]
            second = corners[0] - corners[1] - corners[2] + corners[3]
            curvature[i, j] = curvature[j, i] = -second / (0.04 * error[i] * error[j])
    expected = np.sqrt(np.diag(np.linalg.inv(curvature)))
    np.testing.assert_allclose(error, expected, rtol=0.04)


def test_estimates_lie_within_their_standard_errors():
    """In 60 simulated organizations the errors are standard normal in units of what is stated."""
    rng = np.random.default_rng(7)
    z: dict[tuple[str, str | None], list[float]] = {}
    truth = flat()
    for _ in range(60):
        found = sb.fit_rater_model(simulate(rng, n_people=50, n_skills=4), rater_model=TRUTH)
        for one in found.parameters:
            if one.status == "learned":
                assert one.standard_error is not None
                key = (one.name, one.rater_kind)
                error = (one.value - truth[key]) / one.standard_error
                z.setdefault(key, []).append(error)
    assert len(z) >= 10
    everything = np.concatenate(list(z.values()))
    assert abs(everything.mean()) < 0.15
    assert 0.85 < everything.std() < 1.15
    assert 0.91 < np.mean(np.abs(everything) < 1.96) < 0.98
    for key, values in z.items():
        if len(values) >= 40:
            assert abs(np.mean(values)) < 0.6, key
            assert 0.7 < np.std(values) < 1.4, key


def test_raters_are_told_apart():
    """Severities are found: as far off as they say, and near the truth where much was heard."""
    rng = np.random.default_rng(3)
    columns = simulate(rng, n_people=100, n_skills=8, raters=(1, 3, 1, 0))
    # A second organization of the same people and raters, in which peer 3 gives 0.2 less.
    harsh = (columns["rater_kind"] == "peer") & (columns["rater_id"] == "rater 3")
    changed = columns | {"rating": np.where(harsh, columns["rating"] - 0.2, columns["rating"])}
    before, after = (sb.fit_rater_model(one, scale=sb.Scale(minimum=-1, maximum=2))
                     for one in (columns, changed))  # fmt: skip
    at = (before.raters.rater_kind == "peer") & (before.raters.rater_id == "rater 3")
    moved = (after.raters.leniency - before.raters.leniency) * 3.0
    assert moved[at].item() == pytest.approx(-0.2, abs=0.05)
    assert np.abs(moved[~at]).max() < 0.05
    assert before.raters.n_ratings[at].item() == harsh.sum()


def test_ageing_is_learned_where_it_is_asked_for():
    """What a year adds is recovered within its standard error, and held unless asked for."""
    old = sb.RaterModel(kinds=TRUTH.kinds, prior_sd=0.1, ageing_per_year=0.003)
    columns = simulate(np.random.default_rng(4), n_people=150, max_age=4.0, truth=old)
    found = sb.fit_rater_model(columns, rater_model=TRUTH, hold=())
    one = found.parameter("ageing_per_year")
    assert one.status == "learned"
    assert abs(one.value - 0.003) < 3.0 * one.standard_error < 0.0015
    held = sb.fit_rater_model(columns, rater_model=TRUTH).parameter("ageing_per_year")
    assert (held.value, held.standard_error, held.reason) == (0.001, None, "held on request")


def test_no_severity_is_found_where_there_is_none():
    """A variance that is not there ends at its limit: no standard error, and it says so."""
    noise = sb.RaterNoise(own_variance=0.4, severity_part=0.0)
    none = sb.RaterModel(
        kinds=dict.fromkeys(KINDS.tolist(), noise), prior_sd=0.1, ageing_per_year=0.0
    )
    statuses = []
    for seed in range(4):
        columns = simulate(np.random.default_rng(seed), raters=(1, 3, 0, 0), truth=none)
        one = sb.fit_rater_model(columns).parameter("severity_part", "peer")
        assert one.value < 0.03
        statuses.append(one.status)
        if one.status == "at limit":
            assert one.value == 0.0
            assert one.standard_error is None
            assert "as small as" in one.reason
    assert "at limit" in statuses


# --- what cannot be known -------------------------------------------------------------------------


def statuses(found: sb.RaterFit) -> dict[tuple[str, str | None], str]:
    """Status of each parameter."""
    return {(one.name, one.rater_kind): one.status for one in found.parameters}


def test_what_one_rater_per_skill_cannot_tell_is_held():
    """Self-ratings and lone supervisors share nothing that could be seen: held, with the reason."""
    found = sb.fit_rater_model(simulate(np.random.default_rng(1), raters=(1, 3, 1, 0)))
    status = statuses(found)
    assert status["shared_variance", "peer"] == "learned"
    for kind in ("self", "supervisor"):
        one = found.parameter("shared_variance", kind)
        assert one.status == "held"
        assert one.standard_error is None
        assert one.reason.startswith(f"too few {kind} ratings of skills that two of the kind")
    assert status["own_variance", "self"] == "learned"


def test_nameless_raters_have_no_severity_that_shows():
    """Who rates once cannot be told from noise: the severity part is held, the sum is learned."""
    columns = simulate(np.random.default_rng(1), raters=(1, 3, 0, 0))
    columns["rater_id"] = np.array([""] * len(columns["rating"]))
    found = sb.fit_rater_model(columns)
    assert statuses(found)["severity_part", "peer"] == "held"
    assert found.rater_model.kinds["peer"].severity_part == 0.3
    assert statuses(found)["own_variance", "peer"] == "learned"
    assert statuses(found)["severity_part", "self"] == "learned"
    assert set(found.raters.rater_kind) == {"self"}


def test_one_kind_alone_holds_what_it_shares_and_its_leniency():
    """Peers without anybody else: levels take up leniency, people what peers share."""
    found = sb.fit_rater_model(simulate(np.random.default_rng(1), raters=(0, 3, 0, 0)))
    status = statuses(found)
    assert status["shared_variance", "peer"] == status["leniency", "peer"] == "held"
    assert status["prior_sd", None] == status["own_variance", "peer"] == "learned"
    assert found.reference == "peer"


def test_one_rating_each_tells_nothing_but_the_whole():
    """Only the sum of everything is seen: ratios are held, the spread of people follows it."""
    columns = simulate(np.random.default_rng(1), raters=(0, 1, 0, 0))
    columns["rater_id"] = np.array([""] * len(columns["rating"]))
    found = sb.fit_rater_model(columns)
    default = sb.fit_rater_model(columns, hold=("prior_sd", "own_variance", "shared_variance"))
    for name in ("own_variance", "shared_variance", "severity_part"):
        assert statuses(found)[name, "peer"] == "held"
    assert statuses(found)["prior_sd", None] == "learned"
    ratio = 1.0 + sum(
        getattr(found.rater_model.kinds["peer"], name)
        for name in ("own_variance", "shared_variance")
    )
    residual = columns["rating"] - np.array([
        columns["rating"][columns["skill_id"] == one].mean() for one in columns["skill_id"]
    ])  # fmt: skip
    variance = residual @ residual / (len(residual) - 5)
    assert found.rater_model.prior_sd**2 * ratio == pytest.approx(variance, rel=1e-4)
    assert default.rater_model.prior_sd == 0.2


def test_few_ratings_hold_their_kind():
    """Four ratings by supervisors are used, and teach nothing about supervisors."""
    columns = simulate(np.random.default_rng(1), raters=(1, 3, 1, 0))
    supervisors = np.flatnonzero(columns["rater_kind"] == "supervisor")
    kept = np.setdiff1d(np.arange(len(columns["rating"])), supervisors[4:])
    found = sb.fit_rater_model({name: column[kept] for name, column in columns.items()})
    for name in ("own_variance", "shared_variance", "severity_part", "leniency"):
        assert statuses(found)[name, "supervisor"] == "held"
    assert found.n_ratings == len(kept)


def test_kinds_that_never_meet_are_not_compared():
    """Leniency is told within a skill only: kinds on other skills than the reference are held."""
    columns = simulate(np.random.default_rng(1), raters=(1, 3, 0, 1), n_skills=4)
    late = np.isin(columns["skill_id"], ["skill 2", "skill 3"])
    kept = np.where(late, columns["rater_kind"] == "test", columns["rater_kind"] != "test")
    found = sb.fit_rater_model({name: column[kept] for name, column in columns.items()})
    assert found.reference == "test"
    assert statuses(found)["leniency", "self"] == "learned"  # against the peers
    assert statuses(found)["leniency", "peer"] == "held"
    assert found.rater_model.kinds["self"].leniency == pytest.approx(0.5, abs=0.3)


def test_reference_and_hold_are_kept():
    """What is asked to be held stays, and leniency is told against the kind that was chosen."""
    columns = simulate(np.random.default_rng(6))
    tests = sb.fit_rater_model(columns, rater_model=TRUTH)
    assert tests.reference == "test"
    peers = sb.fit_rater_model(columns, rater_model=TRUTH, reference="peer")
    assert peers.rater_model.kinds["peer"].leniency == 0.0
    ours, theirs = (
        [one.rater_model.kinds[kind].leniency for kind in ("self", "peer", "test")]
        for one in (tests, peers)
    )
    np.testing.assert_allclose(np.diff(ours), np.diff(theirs), atol=1e-5)
    held = sb.fit_rater_model(columns, rater_model=TRUTH, hold=("prior_sd", "leniency"))
    assert held.rater_model.prior_sd == 0.1
    for kind, noise in held.rater_model.kinds.items():
        assert noise.leniency == pytest.approx(TRUTH.kinds[kind].leniency, rel=1e-12)
    assert held.parameter("leniency", "self").reason == "held on request"


@pytest.mark.parametrize(
    "hold",
    [
        ("severity_part",),
        ("shared_variance", "severity_part"),
        ("own_variance",),
        ("prior_sd", "severity_part"),
        ("prior_sd", "own_variance", "shared_variance", "leniency"),
    ],
)
def test_what_is_held_is_what_the_likelihood_saw(hold):
    """Held at the model that was found, everything has the likelihood that was found."""
    columns = simulate(np.random.default_rng(13), n_people=30)
    found = sb.fit_rater_model(columns, hold=("ageing_per_year", *hold))
    everything = ("prior_sd", "ageing_per_year", "own_variance", "shared_variance", "severity_part")
    leniency = ("leniency",) if "leniency" in hold else ()
    again = sb.fit_rater_model(
        columns, rater_model=found.rater_model, hold=(*everything, *leniency)
    )
    assert again.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    for name in hold:
        for one in found.parameters:
            if one.name == name:
                assert one.status == "held"
                assert one.reason in {
                    "held on request",
                    "the others' leniency is told against it",
                    "by default the kind has no severity",
                }


def test_a_held_leniency_is_taken_off():
    """Self-ratings that are 0.03 higher with a leniency of 0.03 more say the same."""
    columns = simulate(np.random.default_rng(14), n_people=30)
    columns["rating"] = 0.2 + 0.6 * columns["rating"]
    higher = columns["rating"] + 0.03 * (columns["rater_kind"] == "self")
    kinds = dict(TRUTH.kinds)
    more = sb.RaterNoise(own_variance=1.2, severity_part=0.4, leniency=0.8)
    model = sb.RaterModel(kinds=kinds | {"self": more}, prior_sd=0.1, ageing_per_year=0.001)
    hold = ("leniency", "ageing_per_year")
    one = sb.fit_rater_model(columns, rater_model=TRUTH, hold=hold)
    other = sb.fit_rater_model(columns | {"rating": higher}, rater_model=model, hold=hold)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    assert other.rater_model.prior_sd == pytest.approx(one.rater_model.prior_sd, rel=1e-5)


# --- what must not matter -------------------------------------------------------------------------


def numbers(found: sb.RaterFit) -> list[float]:
    """Every number of a fit."""
    listed = [x for one in found.parameters for x in (one.value, one.standard_error or 0.0)]
    return [*listed, found.log_likelihood, *found.raters.leniency, *found.raters.sd]


def test_order_changes_not_a_bit():
    """The same ratings in another order give the same fit, to the last bit."""
    rng = np.random.default_rng(8)
    columns = simulate(rng, n_people=30)
    order = rng.permutation(len(columns["rating"]))
    mixed = {name: column[order] for name, column in columns.items()}
    assert numbers(sb.fit_rater_model(mixed)) == numbers(sb.fit_rater_model(columns))


def test_prior_means_only_move_the_shift():
    """Expected levels that are all higher by 0.1 make people 0.1 lower, and nothing else."""
    columns = simulate(np.random.default_rng(9), n_people=40)
    one, other = (
        sb.fit_rater_model(columns | {"prior_mean": np.full(len(columns["rating"]), mean)})
        for mean in (0.5, 0.6)
    )
    assert one.level_shift - other.level_shift == pytest.approx(0.1, abs=1e-9)
    assert dict(one.levels) == {}
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-7, atol=1e-9)
    assert sb.fit_rater_model(columns).level_shift is None


def test_dates_are_ages():
    """Dates and a day give the ages in years; what was said later is left out."""
    columns = simulate(np.random.default_rng(9), n_people=20)
    days = np.random.default_rng(1).integers(0, 1000, len(columns["rating"]))
    today = np.datetime64("2026-01-05")
    by_age = sb.fit_rater_model(columns | {"age_years": days / 365.25})
    del columns["age_years"]
    by_date = sb.fit_rater_model(columns | {"assessed_on": today - days}, as_of=dt.date(2026, 1, 5))
    assert numbers(by_date) == numbers(by_age)
    later = {name: np.append(column, column[:1]) for name, column in columns.items()}
    later["assessed_on"] = np.append(today - days, today + np.timedelta64(1, "D"))
    again = sb.fit_rater_model(later, as_of=dt.date(2026, 1, 5))
    assert numbers(again) == numbers(by_date)
    assert again.n_ratings == len(days)


def test_the_fit_is_a_rater_model():
    """What was learned goes where a preset goes; kinds that did not rate keep their defaults."""
    found = sb.fit_rater_model(simulate(np.random.default_rng(1), raters=(1, 2, 0, 0)))
    assert set(found.rater_model.kinds) == {kind.value for kind in sb.RaterKind}
    person = sb.Profile(
        id="ada",
        field="nursing",
        stage="mid",
        skills=[sb.Skill(id="triage", kind="hard")],
        assessments=[
            sb.Assessment(
                skill_id="triage", rating=0.9, assessed_on=dt.date(2026, 1, 5), rater_kind=kind
            )
            for kind in ("self", "client")
        ],
    )
    estimates = sb.estimate_proficiency(
        person, as_of=dt.date(2026, 1, 5), rater_model=found.rater_model
    )
    assert estimates["triage"].sd < found.rater_model.prior_sd


def test_a_fit_survives_writing_and_reading():
    """Columns of ids, kinds and counts come back as they were, beside those of numbers."""
    rng = np.random.default_rng(4)
    found = sb.fit_rater_model(
        {
            "person_id": [f"p{i % 20}" for i in range(200)],
            "skill_id": [f"s{i % 3}" for i in range(200)],
            "rater_kind": ["peer" if i % 2 else "supervisor" for i in range(200)],
            "rater_id": [f"r{i * 7 % 11}" for i in range(200)],
            "rating": rng.uniform(0.2, 0.8, 200),
            "age_years": np.zeros(200),
        }
    )
    again = sb.from_json(sb.to_json(found), sb.RaterFit)
    assert again.rater_model == found.rater_model
    for name, column in found.raters.as_dict().items():
        assert getattr(again.raters, name).tolist() == column.tolist()
        assert not getattr(again.raters, name).flags.writeable


def test_results_are_read_only_and_pickle():
    """Columns cannot be written to, and a fit survives a pickle."""
    found = sb.fit_rater_model(simulate(np.random.default_rng(1), n_people=15))
    for column in found.raters.as_dict().values():
        assert not column.flags.writeable
    again = pickle.loads(pickle.dumps(found))
    assert numbers(again) == numbers(found)
    assert len(found.raters) == len(found.raters.sd)


# --- refusals -------------------------------------------------------------------------------------

GOOD = {
    "person_id": ["ada", "ada", "bob"],
    "skill_id": ["sql", "sql", "sql"],
    "rater_kind": ["self", "peer", "peer"],
    "rating": [0.5, 0.6, 0.7],
}


def test_three_ratings_teach_nothing():
    """So few ratings hold everything at the defaults, and say so."""
    found = sb.fit_rater_model(GOOD)
    assert {one.status for one in found.parameters} == {"held"}
    assert found.rater_model.prior_sd == 0.2
    assert found.rater_model.kinds["self"].own_variance == pytest.approx(1.5)
    assert found.rater_model.kinds["self"].leniency == pytest.approx(0.32)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"rating": [0.5, 1.6, 0.7]}, r"^rating\[1\] must be in \[0, 1\], got 1.6"),
        ({"rating": [2.0, np.nan, 0.7]}, r"^rating\[0\] must be .* \(2 rows are not: 0, 1\)"),
        ({"rating": ["a", "b", "c"]}, r"^rating must be an array of numbers"),
        ({"rating": [0.5]}, r"^person_id must be of shape \(1,\), got \(3,\)"),
        ({"rater_kind": ["self", "boss", "peer"]}, r"^rater_kind\[1\] must be one of 'self'"),
        ({"rater_kind": [0, 7, 1]}, r"^rater_kind\[1\] must be a position below 7, got 7"),
        ({"person_id": ["ada", "", "bob"]}, r"^person_id\[1\] must be an id, got ''"),
        ({"person_id": ["ada", None, "bob"]}, r"^person_id\[1\] must be an id, got None"),
        ({"skill_id": [1.5, 2.5, 3.5]}, r"^skill_id must be an array of strings or integers"),
        ({"age_years": [0.0, -1.0, 0.0]}, r"^age_years\[1\] must be at least 0, got -1.0"),
        ({"prior_mean": [0.5, np.inf, 0.5]}, r"^prior_mean\[1\] must be a finite number"),
        ({"raters": [1, 2, 3]}, r"^ratings must be made of the columns .*nearest: 'rater_id'"),
        ({"assessed_on": ["2026-01-05"] * 3}, r"^as_of must be a datetime.date, got None"),
        (
            {"assessed_on": ["2026-01-05"] * 3, "age_years": [0.0] * 3},
            r"^ratings must be with assessed_on or age_years, not both",
        ),
    ],
)  # fmt: skip
def test_bad_columns_are_refused(changes, match):
    """A fault is named with its column and the first rows that have it."""
    with pytest.raises(InvalidValueError, match=match):
        sb.fit_rater_model(GOOD | changes)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"hold": "prior_sd"}, r"^hold must be a collection of names"),
        ({"hold": ("tau",)}, r"^hold must be made of 'prior_sd'"),
        ({"reference": "boss"}, r"^reference must be one of 'self'"),
        ({"reference": "client"}, r"^reference must be a kind that rated: 'self', 'peer', got"),
        ({"rater_model": "best"}, r"^rater_model must be a RaterModel or one of"),
        ({"scale": "stars"}, r"^scale must be a Scale or one of"),
    ],
)
def test_bad_options_are_refused(options, match):
    """Each option says what it may be."""
    with pytest.raises(InvalidValueError, match=match):
        sb.fit_rater_model(GOOD, **options)


def test_missing_tables_and_rows_are_refused():
    """A table without ratings, or no table at all, is refused by name."""
    with pytest.raises(InvalidValueError, match=r"^ratings must be columns with 'rating' among"):
        sb.fit_rater_model({name: GOOD[name] for name in ("person_id", "skill_id", "rater_kind")})
    with pytest.raises(InvalidValueError, match=r"^ratings must be a mapping"):
        sb.fit_rater_model([GOOD])
    later = GOOD | {"assessed_on": ["2027-01-01"] * 3}
    with pytest.raises(InvalidValueError, match=r"^ratings must be of at least one row"):
        sb.fit_rater_model(later, as_of=dt.date(2026, 1, 5))
    with pytest.raises(InvalidValueError, match=r"^assessed_on must be an array of dates"):
        sb.fit_rater_model(GOOD | {"assessed_on": ["soon"] * 3}, as_of=dt.date(2026, 1, 5))
    with pytest.raises(InvalidValueError, match=r"^parameter must be one of 'prior_sd'"):
        sb.fit_rater_model(GOOD).parameter("tau")
