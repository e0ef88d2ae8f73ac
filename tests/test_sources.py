"""What each source says: what is shown, and that no attack finds what is not."""

import datetime as dt

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.errors import InvalidValueError

TODAY = dt.date(2026, 6, 1)
SKILLS = ("sql", "listening")
PROTECTED = ("peer", "report", "client")
OPEN = ("self", "supervisor", "mentor", "test")


def rated(kind: str, rating: float, by: str = "", *, skill: str = "sql", **more) -> sb.Assessment:
    """Make a rating on the unit scale."""
    details = {"assessed_on": TODAY} | more
    return sb.Assessment(skill_id=skill, rating=rating, rater_kind=kind, rater_id=by, **details)


def profile(*assessments: sb.Assessment, feedback: tuple[sb.FeedbackItem, ...] = ()) -> sb.Profile:
    """Make an engineer with two skills and these ratings."""
    return sb.Profile(
        id="ada",
        field="software_engineering",
        stage="mid",
        skills=[sb.Skill(id=skill, kind="hard") for skill in SKILLS],
        assessments=assessments,
        feedback=feedback,
    )


def views(person: sb.Profile, **options) -> dict[tuple[str, ...], sb.SourceView]:
    """Break the first skill down, groups by the values of their kinds."""
    found = sb.break_down_sources(person, as_of=TODAY, **options)["sql"].views
    return {tuple(kind.value for kind in view.kinds): view for view in found}


ratings = st.builds(
    rated,
    st.sampled_from(OPEN + PROTECTED),
    st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]),
    st.sampled_from(["", "ann", "bob", "cy", "dee"]),
    skill=st.sampled_from(SKILLS),
    assessed_on=st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    evidence=st.sampled_from(["", "saw it", "heard of it"]),
)
profiles = st.lists(ratings, max_size=25).map(lambda found: profile(*found))


# --- what is shown --------------------------------------------------------------------------------


def test_three_peers_are_shown_by_their_mean():
    """From three different raters on a group has its size, mean and words, without names."""
    peers = [rated("peer", r, by, evidence=f"{by} says") for r, by in
             [(0.3, "cy"), (0.5, "ann"), (0.7, "bob")]]  # fmt: skip
    (view,) = views(profile(*peers)).values()
    assert (view.n_raters, view.latest_on) == (3, TODAY)
    assert view.mean == pytest.approx(0.5, abs=1e-15)
    assert view.words == ("ann says", "bob says", "cy says")


@pytest.mark.parametrize("kind", PROTECTED)
def test_two_are_too_few(kind):
    """Two raters of a protected kind are withheld, however often they rated."""
    person = profile(*(rated(kind, 0.5, by) for by in ("ann", "bob", "ann", "bob")))
    (sql, listening) = sb.break_down_sources(person, as_of=TODAY)
    assert (sql.views, sql.withheld) == ((), (sb.RaterKind(kind),))
    assert (listening.views, listening.withheld) == ((), ())


@pytest.mark.parametrize("kind", OPEN)
def test_self_supervisor_mentor_and_test_are_always_shown(kind):
    """A single one of these is shown with what they said."""
    (view,) = views(profile(rated(kind, 0.75, "kim", evidence="review"))).values()
    assert (view.n_raters, view.mean, view.words) == (1, 0.75, ("review",))


def test_small_groups_are_put_together():
    """Two peers and a client are three people: shown as one group, neither alone."""
    person = profile(rated("peer", 0.2, "a"), rated("peer", 0.4, "b"), rated("client", 0.9, "c"))
    found = views(person)
    assert list(found) == [("peer", "client")]
    assert found["peer", "client"].mean == pytest.approx(0.5, abs=1e-15)
    assert sb.break_down_sources(person, as_of=TODAY)["sql"].withheld == ()


def test_a_group_large_enough_stays_by_itself():
    """Three peers are shown alone; the client beside them is withheld, not mixed in."""
    peers = [rated("peer", 0.5, by) for by in ("ann", "bob", "cy")]
    person = profile(*peers, rated("client", 0.9, "dee"))
    assert list(views(person)) == [("peer",)]
    assert sb.break_down_sources(person, as_of=TODAY)["sql"].withheld == (sb.RaterKind.CLIENT,)


def test_one_person_under_two_kinds_is_one_person():
    """A peer who is a client too does not make two people three."""
    person = profile(
        rated("peer", 0.2, "ann"), rated("peer", 0.4, "bob"), rated("client", 0.9, "ann")
    )
    assert views(person) == {}
    bigger = attrs.evolve(person, assessments=(*person.assessments, rated("report", 0.5)))
    (view,) = views(bigger).values()
    assert view.n_raters == 3


def test_each_rater_has_one_voice_the_latest():
    """Who rated ten times counts once, as last heard; two ratings of one day by their mean."""
    old = dt.date(2025, 1, 1)
    often = [rated("peer", 0.0, "ann", assessed_on=old + dt.timedelta(days=i)) for i in range(9)]
    last = [rated("peer", 0.6, "ann"), rated("peer", 0.8, "ann")]
    (view,) = views(
        profile(*often, *last, rated("peer", 0.5, "bob"), rated("peer", 0.3, "cy"))
    ).values()
    assert (view.n_raters, view.latest_on) == (3, TODAY)
    assert view.mean == pytest.approx(0.5, abs=1e-15)


def test_feedback_is_a_voice_too():
    """Praise and its comment count as what the tone stands for; a nameless item is one person."""
    praise = sb.FeedbackItem(
        skill_ids=SKILLS, tone="strength", given_on=TODAY, rater_kind="peer", comment="sharp"
    )
    person = profile(rated("peer", 0.5, "ann"), rated("peer", 0.5, "bob"), feedback=(praise,))
    (view,) = views(person).values()
    expected = sb.estimate_proficiency(profile(), as_of=TODAY)["sql"].mean
    assert view.mean == pytest.approx((1.0 + expected + 0.15) / 3, abs=1e-12)
    assert (view.n_raters, view.words) == (3, ("sharp",))


def test_view_of_finds_the_group_of_a_kind():
    """A kind leads to the group it is shown in, to nothing if it is withheld or silent."""
    person = profile(
        rated("peer", 0.2, "a"), rated("client", 0.4, "b"), rated("report", 0.9, "c"),
        rated("self", 0.5), rated("peer", 0.5, "a", skill="listening"),
    )  # fmt: skip
    sql, listening = sb.break_down_sources(person, as_of=TODAY)
    assert sql.view_of("peer") is sql.view_of(sb.RaterKind.CLIENT) is sql.views[-1]
    assert sql.view_of("self").mean == 0.5
    assert listening.view_of("peer") is listening.view_of("mentor") is None
    with pytest.raises(sb.InvalidValueError, match=r"^kind must be one of 'self', .* got 'boss'$"):
        sql.view_of("boss")


@settings(max_examples=50, deadline=None)
@given(profiles, st.randoms(use_true_random=False))
def test_order_and_the_future_change_nothing(person, rng):
    """Shuffled ratings give an equal breakdown, and so do those that come later."""
    before = sb.break_down_sources(person, as_of=TODAY)
    past = [a for a in person.assessments if a.assessed_on <= TODAY]
    shuffled = attrs.evolve(person, assessments=rng.sample(past, len(past)))
    assert sb.break_down_sources(shuffled, as_of=TODAY) == before


@settings(max_examples=50, deadline=None)
@given(profiles)
def test_everybody_who_spoke_is_shown_or_withheld(person):
    """Kinds of views and kinds withheld are, each once, the kinds that spoke."""
    for item in sb.break_down_sources(person, as_of=TODAY):
        spoke = {
            a.rater_kind
            for a in person.assessments
            if a.skill_id == item.skill_id and a.assessed_on <= TODAY
        }
        listed = [kind for view in item.views for kind in view.kinds] + list(item.withheld)
        assert sorted(listed, key=str) == sorted(spoke, key=str)
        assert all(0.0 <= view.mean <= 1.0 for view in item.views)


# --- attacks --------------------------------------------------------------------------------------


def _hidden(person: sb.Profile, said: sb.Assessment) -> bool:
    """Say whether a rating belongs to what its breakdown withholds."""
    item = sb.break_down_sources(person, as_of=TODAY)[said.skill_id]
    return said.rater_kind in item.withheld


@settings(max_examples=40, deadline=None)
@given(profiles, st.data())
def test_nothing_depends_on_what_is_withheld(person, data):
    """
    Change every withheld rating, its day and its words: the whole result stays equal.

    So no attacker, whatever they know and compute, learns anything of it but that its kind spoke.
    """
    before = sb.break_down_sources(person, as_of=TODAY)
    changed = [
        attrs.evolve(
            said,
            rating=data.draw(st.floats(0.0, 1.0)),
            assessed_on=data.draw(st.dates(dt.date(2025, 1, 1), TODAY)),
            evidence=data.draw(st.text(max_size=3)),
        )
        if said.assessed_on <= TODAY and _hidden(person, said)
        else said
        for said in person.assessments
    ]
    after = sb.break_down_sources(attrs.evolve(person, assessments=changed), as_of=TODAY)
    assert after == before


@settings(max_examples=60, deadline=None)
@given(profiles, st.integers(2, 4))
def test_no_combination_of_all_numbers_gives_away_a_few(person, min_raters):
    """
    Linear attack with everything the result has, the attacker knowing all open ratings.

    Every mean is linear in the ratings. Of each combination of all means, open ratings taken off,
    at least min_raters protected raters are left: no difference isolates fewer, be it one rater or
    a hidden group.
    """
    protected = [
        place
        for place, said in enumerate(person.assessments)
        if said.rater_kind.value in PROTECTED and said.assessed_on <= TODAY
    ]

    def means(assessments: list[sb.Assessment]) -> np.ndarray:
        found = sb.break_down_sources(
            attrs.evolve(person, assessments=assessments), as_of=TODAY, min_raters=min_raters
        )
        return np.array([view.mean for item in found for view in item.views])

    middle = [attrs.evolve(said, rating=0.5) for said in person.assessments]
    base = means(middle)
    jacobian = np.zeros((len(base), len(protected)))
    for column, place in enumerate(protected):
        moved = list(middle)
        moved[place] = attrs.evolve(moved[place], rating=0.75)
        jacobian[:, column] = (means(moved) - base) / 0.25
    # No rating is in two means, so a combination leaves all raters of each mean it uses.
    assert ((np.abs(jacobian) > 1e-9).sum(axis=0) <= 1).all()
    for row in jacobian:
        who = {
            person.assessments[p].rater_id or p
            for p in np.array(protected, dtype=int)[np.abs(row) > 1e-9]
        }
        assert not who or len(who) >= min_raters


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 0.9), min_size=3, max_size=6), st.floats(-0.1, 0.1))
def test_within_a_group_the_mean_is_all_there_is(values, step):
    """Moving one rater up and another down by as much leaves the result as it was."""
    moved = [values[0] + step, values[1] - step, *values[2:]]
    before, after = (
        views(profile(*(rated("peer", value, str(i)) for i, value in enumerate(group))))
        for group in (values, moved)
    )
    one, two = before["peer",], after["peer",]
    assert two.mean == pytest.approx(one.mean, abs=1e-12)
    assert attrs.evolve(two, mean=one.mean) == one


def test_no_total_is_given_from_which_to_subtract():
    """Beside a group of five peers two reports stay hidden: the numbers are the peers' alone."""
    peers = [rated("peer", 0.5, str(i)) for i in range(5)]
    results = [
        sb.break_down_sources(
            profile(*peers, rated("report", low, "r"), rated("report", high, "s")), as_of=TODAY
        )
        for low, high in ((0.0, 0.1), (0.9, 1.0))
    ]
    assert results[0] == results[1]
    assert [view.kinds for view in results[0]["sql"].views] == [(sb.RaterKind.PEER,)]


# --- options --------------------------------------------------------------------------------------


def test_the_size_of_a_group_is_an_option():
    """One shows all, four hides three."""
    person = profile(*(rated("peer", 0.5, by) for by in ("ann", "bob", "cy")))
    assert len(views(person, min_raters=1)) == len(views(person)) == 1
    assert views(person, min_raters=4) == {}
    assert sb.break_down_sources(person, as_of=TODAY).min_raters == 3


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, None, "3"])
def test_a_bad_size_is_refused(wrong):
    """The smallest group is an integer of at least 1."""
    with pytest.raises(InvalidValueError, match=r"^min_raters must be"):
        sb.break_down_sources(profile(), as_of=TODAY, min_raters=wrong)


def test_wrong_arguments_are_refused():
    """A profile must be one, a day a date."""
    with pytest.raises(InvalidValueError, match=r"^profile must be a Profile"):
        sb.break_down_sources({"id": "ada"}, as_of=TODAY)
    with pytest.raises(InvalidValueError, match=r"^as_of must be a datetime\.date"):
        sb.break_down_sources(profile(), as_of="2026-06-01")
