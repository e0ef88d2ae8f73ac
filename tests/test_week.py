"""A week of sessions: all placed where it fits, spread, stable, and honest where it does not."""

import datetime as dt
import itertools
import math
import pickle
from collections import Counter, defaultdict

import attrs
import numpy as np
import pytest
import strategies
from hypothesis import event, given, settings
from hypothesis import strategies as st
from week_oracles import can_stay, largest_by_milp, mean_wait, random_placement

import skillbalance as sb
from skillbalance.coaching.week.free_time import FreeTime, first_day
from skillbalance.coaching.week.reviews import find_reviews
from skillbalance.display.text.columns import display_width
from skillbalance.display.text.documents import week_text
from skillbalance.errors import InvalidValueError, ScheduleError
from skillbalance.numeric.week import activity, packing, sessions, slots

MONDAY = dt.date(2026, 1, 5)
EVENINGS = [
    sb.TimeWindow(weekday=day, start="18:00", end="20:30")
    for day in ("monday", "tuesday", "wednesday", "thursday", "saturday")
]
BERLIN = sb.Availability(time_zone="Europe/Berlin", windows=EVENINGS)
KINDS = ["hard", "soft", "hard", "hard", "soft", "soft", "hard"]


def make_plan(hours, *, kinds=None, now=0.4, idle=None, weight=None, horizon_weeks=26.0):
    """A plan with the given hours; all that a schedule does not look at is zero."""
    n = len(hours)
    kinds = kinds or list(itertools.islice(itertools.cycle(KINDS), n))
    now = np.broadcast_to(now, n)
    idle = now if idle is None else np.broadcast_to(idle, n)
    weight = np.full(n, 1 / max(n, 1)) if weight is None else weight
    items = [
        sb.PlannedSkill(
            skill_id=f"s{i}",
            name=f"Skill {i}",
            kind=sb.SkillKind(kinds[i]),
            hours_per_week=float(hours[i]),
            weight=float(weight[i]),
            proficiency_now=float(now[i]),
            proficiency_then=float(now[i]),
            proficiency_idle=float(idle[i]),
            target=1.0,
            horizon_weeks=horizon_weeks,
            marginal_return=0.0,
            binding="",
        )
        for i in range(n)
    ]
    zeros = {
        field.name: 0.0
        for field in attrs.fields(sb.TimePlan)
        if field.init and field.name not in {"items", "profile_id", "as_of", "overdue_goals"}
    }
    zeros |= {"soft_share_limits": (0.0, 1.0), "shadow_price_range": (0.0, 0.0)}
    zeros |= {"hours_per_week": float(sum(hours)), "horizon_weeks": horizon_weeks}
    return sb.TimePlan(
        items=tuple(items), profile_id="ada", as_of=MONDAY, overdue_goals=(), **zeros
    )


def random_windows(rng, *, most=8, longest=130):
    """A few windows, often too short for a session or for two."""
    day = np.sort(rng.integers(0, 7, rng.integers(1, most + 1)))
    length = rng.integers(15, longest, len(day))
    start = 1440 * day + np.array([150 * np.sum(day[:j] == day[j]) for j in range(len(day))])
    return slots.Windows(
        tuple(start.tolist()), tuple((start + length).tolist()), tuple(day.tolist())
    )


def random_minutes(rng, windows, n, share):
    """Minutes of skills that together take about a share of the windows."""
    total = sum(windows.end) - sum(windows.start)
    minutes = rng.dirichlet(np.full(n, 3.0)) * share * total
    return [max(30, round(one)) for one in minutes]


# --- whether it fits ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_room_is_found_exactly_where_an_integer_program_finds_it(seed):
    """Feasible or not, and how much fits at most: as scipy's branch and bound has it."""
    rng = np.random.default_rng(seed)
    n_fit = 0
    for _ in range(12):
        caps = slots.Caps(
            skill_day=int(rng.choice([45, 90, 120])), all_day=int(rng.choice([90, 240]))
        )
        windows = random_windows(rng)
        n = int(rng.integers(1, 6))
        minutes = random_minutes(rng, windows, n, rng.uniform(0.3, 1.0))
        soft = [False] * n
        most = largest_by_milp(minutes, windows, caps)
        placed = sessions.place_sessions(minutes, soft, windows, caps=caps)
        assert (placed is not None) == (most == sum(minutes))
        found = sessions.explain_misfit(minutes, windows, caps=caps)
        assert found.proved
        assert sum(map(sum, found.minutes)) == most
        n_fit += placed is not None
        loads = Counter()
        for one in placed or ():
            loads[one.day] += one.minutes
            loads[one.day, one.skill] += one.minutes
        assert all(
            load <= (caps.skill_day if isinstance(key, tuple) else caps.all_day)
            for key, load in loads.items()
        )
    assert 0 < n_fit < 12


def test_the_search_says_when_it_gave_up():
    """With too few steps the answer is not called proved; with enough it is."""
    # Two sessions of 40 minutes go into each window, and no such session can be cut in two.
    room = packing.Room([100] * 3, range(3), [240] * 7, [[120] * 7] * 7, 30)
    demand = [40] * 7
    assert not packing.pack(demand, room, most_nodes=1).proved
    assert packing.pack(demand, room) == (None, True)
    assert packing.largest_flow(demand, room) == sum(demand)


@given(
    st.integers(30, 600),
    st.integers(1, 7),
    st.booleans(),
    st.sampled_from([slots.Caps(), slots.Caps(shortest=20, usual=45, longest=50)]),
)
def test_minutes_are_cut_into_sessions_without_rest(minutes, n_days, soft, caps):
    """The parts add up, each between the shortest and the longest, and only as many as needed."""
    parts = slots.split_minutes(minutes, n_days=n_days, soft=soft, caps=caps)
    assert sum(parts) == minutes
    assert all(caps.shortest <= part <= caps.longest for part in parts)
    assert len(parts) <= max(n_days, math.ceil(minutes / caps.longest) + soft)
    if soft and n_days > 1 and minutes >= 2 * caps.shortest:
        assert len(parts) >= 2


# --- schedules ------------------------------------------------------------------------------------


@st.composite
def schedules(draw):
    """A plan, when the person has time, and a week near the change of clocks."""
    date = draw(st.sampled_from([dt.date(2026, 3, 25), dt.date(2026, 10, 28), MONDAY]))
    near = st.dates(date - dt.timedelta(days=6), date + dt.timedelta(days=6))
    usual = [
        sb.TimeWindow(weekday=day, start=dt.time(hour), end=dt.time(hour + length))
        for day, hour, length in draw(
            st.lists(
                st.tuples(st.sampled_from(sb.Weekday), st.integers(0, 20), st.integers(1, 3)),
                min_size=3,
                max_size=9,
            )
        )
    ]
    drawn = draw(strategies.availabilities(near))
    availability = attrs.evolve(
        drawn, windows=(*usual, *drawn.windows), min_session_hours=0.5, max_session_hours=2.0
    )
    free = FreeTime(availability, first_day(date)).windows()
    per_day = Counter()
    for start, end, day in zip(*free, strict=True):
        per_day[day] += end - start
    room = sum(min(minutes, 240) for minutes in per_day.values())
    step = draw(st.sampled_from([30, 30, 30, 1]))
    n = draw(st.integers(1, 6))
    share = draw(st.sampled_from([0.3, 0.6, 0.85, 1.0]))
    parts = np.array(draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)), dtype=float)
    minutes = [max(30, int(one // step) * step) for one in share * room * parts / parts.sum()]
    zero = draw(st.integers(0, 2))
    plan = make_plan([*(one / 60 for one in minutes), *[0.0] * zero], now=0.5, idle=0.4)
    return plan, availability, date


def intervals_of(week):
    """Start and end of sessions in minutes of the universal calendar."""
    origin = dt.datetime.combine(week.starts_on, dt.time(), dt.UTC)
    minute = dt.timedelta(minutes=1)
    return [
        (
            int((one.start.astimezone(dt.UTC) - origin) / minute),
            int((one.end.astimezone(dt.UTC) - origin) / minute),
        )
        for one in week.sessions
    ]


def check_rules(week, plan, availability):
    """All that a schedule promises, however it was found."""
    windows = FreeTime(availability, week.starts_on).windows()
    intervals = intervals_of(week)
    for (_, end), (start, _) in itertools.pairwise(intervals):
        assert end <= start
    for start, end in intervals:
        assert any(
            low <= start and end <= high
            for low, high in zip(windows.start, windows.end, strict=True)
        )
        assert 30 <= end - start <= 120
    minutes = Counter()
    of_day = Counter()
    of_skill_day = Counter()
    for one, (start, end) in zip(week.sessions, intervals, strict=True):
        assert one.hours == (end - start) / 60
        if not one.is_review:
            minutes[one.skill_id] += end - start
        of_day[one.start.date()] += end - start
        of_skill_day[one.skill_id, one.start.date()] += end - start
    assert all(minutes[item.skill_id] == round(60 * item.hours_per_week) for item in plan.items)
    assert all(total <= 240 for total in of_day.values())
    assert all(total <= 120 for total in of_skill_day.values())
    assert len({one.uid for one in week.sessions}) == len(week.sessions)


@given(schedules())
@settings(max_examples=60)
def test_a_week_keeps_every_rule_or_does_not_exist(case):
    """No overlap, inside windows, hours exact, caps kept; refused only what no week can hold."""
    plan, availability, date = case
    free = FreeTime(availability, first_day(date)).windows()
    minutes = [round(60 * item.hours_per_week) for item in plan.items]
    most = largest_by_milp(minutes, free, slots.Caps())
    if most < sum(minutes):
        with pytest.raises(ScheduleError, match="planned hours find no place") as caught:
            sb.schedule_week(plan, availability, week_of=date)
        error = caught.value
        if error.proved:
            assert error.missing_hours == pytest.approx((sum(minutes) - most) / 60)
        assert error.missing_hours >= (sum(minutes) - most) / 60 - 1e-9
        assert pickle.loads(pickle.dumps(error)) == error
        return
    try:
        week = sb.schedule_week(plan, availability, week_of=date)
    except ScheduleError as error:
        # The search gave up in a week that is full to the minute, and must say so.
        event("gave up")
        if error.proved or sum(minutes) < 0.9 * sum(np.subtract(free.end, free.start)):
            raise
        return
    check_rules(week, plan, availability)
    assert sb.schedule_week(plan, availability, week_of=date) == week
    assert sb.from_json(sb.to_json(week), sb.Week) == week
    text = week_text(week)
    assert max(map(display_width, text.splitlines())) <= 100
    check_warnings(week, availability)


def check_warnings(week, availability):
    """Each limit of well-being is kept, or there is a warning with the right numbers."""
    planned = [one for one in week.sessions if not one.is_review]
    hours = sum(one.hours for one in planned)
    given_up = {one.limit: one for one in week.warnings}
    free = availability.load_warning * week.free_hours
    assert ("load" in given_up) == (hours > free + 1e-9)
    cap = availability.max_hours_per_week
    assert ("max_hours_per_week" in given_up) == (cap is not None and hours > cap + 1e-9)
    rests = 7 - len({one.start.date() for one in planned})
    assert ("rest_days" in given_up) == (rests < availability.rest_days)
    if "rest_days" in given_up:
        assert given_up["rest_days"].actual == rests
    latest = availability.latest_end
    if latest is not None and latest != dt.time():
        late = [
            one for one in planned if one.end.time() > latest or one.end.date() > one.start.date()
        ]
        assert ("latest_end" in given_up) == bool(late)
    reviews = sum(one.hours for one in week.sessions if one.is_review)
    assert reviews <= max(0.1 * hours, 0.5) + 1e-9
    if reviews:
        assert hours + reviews <= free + 1e-9
        assert cap is None or hours + reviews <= cap + 1e-9


def test_sessions_are_spread_at_least_as_evenly_as_at_random():
    """Over random weeks the mean wait for the next practice is never above a random placement's."""
    rng = np.random.default_rng(5)
    caps = slots.Caps()
    ours, theirs = [], []
    for _ in range(60):
        windows = random_windows(rng, most=10, longest=260)
        n = int(rng.integers(1, 6))
        minutes = random_minutes(rng, windows, n, rng.uniform(0.2, 0.8))
        soft = (rng.random(n) < 0.5).tolist()
        placed = sessions.place_sessions(minutes, soft, windows, caps=caps)
        if placed is None:
            continue
        parts = [(one.skill, one.minutes) for one in placed]
        days = defaultdict(list)
        for one in placed:
            days[one.skill].append(one.day)
        wait = sum(mean_wait(days[i]) for i in range(n))
        for _ in range(5):
            other = random_placement(rng, parts, windows, caps)
            if other is not None:
                at_random = sum(mean_wait(other[i]) for i in range(n))
                assert wait <= at_random + 1e-9
                ours.append(wait)
                theirs.append(at_random)
    assert len(ours) > 100
    assert np.mean(ours) < 0.95 * np.mean(theirs)


def test_unevenness_is_the_wait():
    """For every set of days the sum of squared gaps is 14 times the mean wait."""
    for size in range(1, 8):
        for days in itertools.combinations(range(7), size):
            assert slots.unevenness(days) / 14 == pytest.approx(mean_wait(days), abs=0.01)


@given(st.lists(st.booleans(), max_size=9), st.none() | st.booleans())
def test_kinds_take_turns(kinds, last_soft):
    """Within a window no order of the same sessions has fewer neighbors of one kind."""
    items = [slots.Item(i, 30) for i in range(len(kinds))]
    ordered = slots.in_turn(items, kinds, last_soft=last_soft)
    assert sorted(ordered) == items
    in_order = [kinds[item.skill] for item in ordered]
    alike = sum(a == b for a, b in itertools.pairwise(in_order))
    soft = sum(kinds)
    assert alike == max(abs(2 * soft - len(kinds)) - 1, 0)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_a_year_of_weeks_across_both_changes_of_clocks(zone):
    """52 weeks, nights included: every rule holds and the hours are those that pass."""
    nights = [
        sb.TimeWindow(weekday="sunday", start="01:00", end="04:00"),
        sb.TimeWindow(weekday="saturday", start="23:00", end="00:00"),
    ]
    availability = sb.Availability(time_zone=zone, windows=[*EVENINGS[:2], *nights])
    plan = make_plan([1.5, 2.0, 1.0, 2.5])
    local = set()
    for week_number in range(52):
        date = MONDAY + dt.timedelta(weeks=week_number)
        week = sb.schedule_week(plan, availability, week_of=date)
        check_rules(week, plan, availability)
        assert week.free_hours in {8.0, 9.0, 10.0}
        local.add(week.free_hours)
        assert all(one.start.tzinfo.key == zone for one in week.sessions)
    assert local == {8.0, 9.0, 10.0}


# --- stability ------------------------------------------------------------------------------------


def test_the_same_week_moves_nothing():
    """Scheduling again, with more free time or less of what is not used, keeps every session."""
    plan = make_plan([2.0, 1.5, 1.0])
    week = sb.schedule_week(plan, BERLIN, week_of=MONDAY)
    more = attrs.evolve(
        BERLIN,
        windows=[*EVENINGS, sb.TimeWindow(weekday="sunday", start="9:00".zfill(5), end="12:00")],
    )
    for availability in (BERLIN, more):
        again = sb.schedule_week(plan, availability, week_of=MONDAY, previous=week.sessions)
        assert again.sessions == week.sessions
        assert again.n_moved == 0


@pytest.mark.parametrize("seed", range(4))
def test_moving_a_window_moves_as_few_sessions_as_can_be(seed):
    """No larger set of the old sessions could stay, as an integer program says of each."""
    rng = np.random.default_rng(seed)
    caps = slots.Caps()
    n_moved = []
    for _ in range(8):
        windows = random_windows(rng, most=5, longest=200)
        minutes = random_minutes(rng, windows, 3, rng.uniform(0.4, 0.8))
        soft = [False, True, False]
        before = sessions.place_sessions(minutes, soft, windows, caps=caps)
        if before is None or len(before) > 7:
            continue
        j = int(rng.integers(len(windows.day)))
        shift = int(rng.choice([-60, 45, 90]))
        moved = [
            (s + shift * (k == j), e + shift * (k == j), d)
            for k, (s, e, d) in enumerate(zip(*windows, strict=True))
        ]
        if any(e > s2 for (_, e, _), (s2, _, _) in itertools.pairwise(moved)) or moved[0][0] < 0:
            continue
        changed = slots.Windows(*zip(*moved, strict=True))
        after = sessions.replace_sessions(minutes, soft, changed, caps=caps, previous=before)
        if after is None:
            continue
        kept = len(set(before) & set(after))
        n_moved.append(len(before) - kept)
        for larger in itertools.combinations(before, kept + 1):
            assert not can_stay(larger, minutes, changed, caps)
    assert sum(n_moved) > 0


def test_a_session_that_moves_keeps_its_id():
    """What stays keeps its own id, and what moves takes the one that is free."""
    plan = make_plan([2.0, 1.5, 1.0])
    week = sb.schedule_week(plan, BERLIN, week_of=MONDAY)
    busy = sb.DatedException(
        kind="busy", on=week.sessions[0].start.date(), start="18:00", end="20:30"
    )
    other = sb.schedule_week(
        plan,
        attrs.evolve(BERLIN, exceptions=[busy]),
        week_of=MONDAY,
        previous=week.sessions,
    )
    assert other.n_moved > 0
    ids = {one.uid: one for one in week.sessions}
    assert {one.uid for one in other.sessions} == set(ids)
    for one in other.sessions:
        assert ids[one.uid].skill_id == one.skill_id
        same = [old for old in week.sessions if old.start == one.start and old.end == one.end]
        if same and same[0].skill_id == one.skill_id:
            assert same[0].uid == one.uid


def test_sessions_of_other_weeks_and_skills_are_no_burden():
    """Earlier weeks and skills that are no longer planned are passed over."""
    plan = make_plan([2.0, 1.5])
    last = sb.schedule_week(make_plan([1.0] * 4), BERLIN, week_of=MONDAY)
    week = sb.schedule_week(
        plan, BERLIN, week_of=MONDAY + dt.timedelta(weeks=1), previous=last.sessions
    )
    assert week.n_moved == 0
    assert week == sb.schedule_week(plan, BERLIN, week_of=MONDAY + dt.timedelta(weeks=1))


# --- what does not fit ----------------------------------------------------------------------------


def fits(plan, availability):
    """Whether there is a week."""
    try:
        sb.schedule_week(plan, availability, week_of=MONDAY)
    except ScheduleError:
        return False
    return True


def daily(start, end, **limits):
    """The same window on every day."""
    windows = [sb.TimeWindow(weekday=day, start=start, end=end) for day in sb.Weekday]
    return sb.Availability(time_zone="UTC", windows=windows, **limits)


@pytest.mark.parametrize(
    ("hours", "availability", "limit"),
    [
        ([15.0], daily("08:00", "12:00"), "skill_day_hours"),
        ([10.0, 10.0, 10.0], daily("08:00", "14:00"), "day_hours"),
        ([0.25, 1.0], daily("08:00", "12:00"), "min_session_hours"),
        ([1.0], daily("08:00", "08:20"), "min_session_hours free"),
        ([6.0, 4.0], daily("08:00", "09:00"), "free hours"),
    ],
)
def test_the_error_names_the_limit_and_the_value_that_would_do(hours, availability, limit):
    """The limit in the way is named; its new value does, and five minutes less do not."""
    plan = make_plan(hours)
    with pytest.raises(ScheduleError, match=r"find no place in the week") as caught:
        sb.schedule_week(plan, availability, week_of=MONDAY)
    conflicts = {one.limit: one for one in caught.value.conflicts}
    # Longer windows would do as well where none holds a session.
    free = {"free hours"} if limit.endswith(" free") else set()
    limit = limit.removesuffix(" free")
    assert set(conflicts) == {"hours_per_week", limit, *free}
    assert conflicts["hours_per_week"].relaxed == pytest.approx(
        sum(hours) - caught.value.missing_hours
    )
    needed = conflicts[limit].relaxed
    if limit == "free hours":
        assert needed == pytest.approx(conflicts[limit].value + caught.value.missing_hours)
        return
    assert fits(plan, attrs.evolve(availability, **{limit: needed}))
    step = -1 / 60 if needed < conflicts[limit].value else 1 / 12
    assert not fits(plan, attrs.evolve(availability, **{limit: needed - step}))


def test_two_limits_in_the_way_are_both_named():
    """Where no single change would do, each limit says so."""
    plan = make_plan([20.0])
    with pytest.raises(ScheduleError, match="relaxing it alone would not do") as caught:
        sb.schedule_week(plan, daily("08:00", "10:00"), week_of=MONDAY)
    assert {"skill_day_hours", "free hours"} <= {one.limit for one in caught.value.conflicts}


def test_no_time_at_all_is_an_error_only_if_there_are_hours():
    """Without windows nothing fits, and nothing needs no room."""
    nowhere = sb.Availability(time_zone="UTC")
    with pytest.raises(ScheduleError, match=r"^2 of 2 planned hours") as caught:
        sb.schedule_week(make_plan([2.0]), nowhere, week_of=MONDAY)
    assert caught.value.missing == (("s0", 2.0),)
    week = sb.schedule_week(make_plan([0.0]), nowhere, week_of=MONDAY)
    assert week.sessions == ()
    assert week.summary() == "Week of 2026-01-05: no sessions."
    assert not week.warnings


def test_arguments_of_another_kind_are_refused():
    """Each argument that is not what it has to be is named."""
    plan = make_plan([1.0])
    good = {"week_of": MONDAY}
    with pytest.raises(InvalidValueError, match="plan must be a TimePlan"):
        sb.schedule_week(None, BERLIN, **good)
    with pytest.raises(InvalidValueError, match="availability must be an Availability"):
        sb.schedule_week(plan, EVENINGS, **good)
    with pytest.raises(InvalidValueError, match=r"week_of must be a datetime\.date"):
        sb.schedule_week(plan, BERLIN, week_of="2026-01-05")
    with pytest.raises(InvalidValueError, match="profile must be a Profile"):
        sb.schedule_week(plan, BERLIN, **good, profile="ada")
    with pytest.raises(InvalidValueError, match=r"practice\[0\] must be a PracticeRecord"):
        sb.schedule_week(plan, BERLIN, **good, practice=["sql"])
    with pytest.raises(InvalidValueError, match=r"previous\[0\] must be a Session"):
        sb.schedule_week(plan, BERLIN, **good, previous=[1])


# --- limits of well-being -------------------------------------------------------------------------


def test_rest_days_and_the_latest_hour_are_kept_where_they_can_be():
    """With room enough the week keeps both, and says nothing."""
    availability = attrs.evolve(BERLIN, rest_days=4, latest_end=dt.time(20))
    week = sb.schedule_week(make_plan([2.0, 1.5, 1.0]), availability, week_of=MONDAY)
    assert week.warnings == ()
    assert len({one.start.date() for one in week.sessions}) <= 3
    assert max(one.end.time() for one in week.sessions) <= dt.time(20)


def test_the_latest_hour_is_given_up_before_a_rest_day_and_by_little():
    """What does not fit goes on later by as few half hours as will do, and the week says so."""
    plan = make_plan([2.0, 2.0, 2.0])
    availability = attrs.evolve(BERLIN, rest_days=4, latest_end=dt.time(19), load_warning=1.0)
    week = sb.schedule_week(plan, availability, week_of=MONDAY)
    (warning,) = week.warnings
    assert warning.limit == "latest_end"
    assert str(warning) == "3 h lie after 19:00"
    assert max(one.end.time() for one in week.sessions) == dt.time(20)
    fuller = sb.schedule_week(make_plan([3.0, 3.0, 3.0]), availability, week_of=MONDAY)
    assert {one.limit for one in fuller.warnings} == {"latest_end", "rest_days"}


# --- what sessions are for ------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.booleans())
def test_learning_falls_and_applying_rises_with_the_level(levels, soft):
    """Learning falls and applying rises; shares sum to 1, with more feedback for a soft skill."""
    ordered = np.sort(levels)
    mix = activity.activity_mix(ordered, soft)
    assert (mix >= 0).all()
    np.testing.assert_allclose(mix.sum(axis=-1), 1.0)
    assert (np.diff(mix[:, 0]) <= 1e-12).all()
    assert (np.diff(mix[:, 2]) >= -1e-12).all()
    assert activity.activity_mix(0.5, True)[3] > activity.activity_mix(0.5, False)[3] > 0


@given(
    st.lists(st.floats(0.05, 1), min_size=2, max_size=4), st.integers(-50, 50), st.integers(50, 90)
)
def test_in_the_long_run_activities_meet_their_shares(parts, first, count):
    """Any run of sessions has each activity by its share, give or take a few sessions."""
    shares = np.array(parts) / sum(parts)
    chosen = activity.choose_activities(shares.tolist(), first=first, count=count)
    found = np.bincount(chosen, minlength=len(shares))
    assert np.abs(found - shares * count).max() <= 4
    apart = [
        activity.choose_activities(shares.tolist(), first=first + k, count=1) for k in range(count)
    ]
    assert sorted(itertools.chain(*apart)) == chosen


def test_every_soft_skill_with_two_sessions_has_feedback():
    """In each of 20 weeks the shortest session of such a skill is for feedback."""
    plan = make_plan([1.0, 2.5, 1.0, 1.5, 0.5], kinds=["soft", "soft", "hard", "hard", "soft"])
    singles = Counter()
    for k in range(20):
        week = sb.schedule_week(plan, BERLIN, week_of=MONDAY + dt.timedelta(weeks=k))
        for skill_id in ("s0", "s1"):
            own = [one for one in week.sessions if one.skill_id == skill_id]
            asked = [one for one in own if one.activity is sb.Activity.FEEDBACK]
            assert [one.hours for one in asked] == [min(one.hours for one in own)]
        singles += Counter(one.activity for one in week.sessions if one.skill_id == "s4")
    assert singles[sb.Activity.FEEDBACK] == pytest.approx(4, abs=1)


def test_feedback_names_who_knows_the_skill_and_takes_turns():
    """Who rated the skill is asked in turn, the most reliable kind first, and a test never."""

    def rated(skill_id, kind, name):
        return sb.Assessment(
            skill_id=skill_id, rating=0.5, assessed_on=MONDAY, rater_kind=kind, rater_id=name
        )

    profile = sb.Profile(
        id="ada",
        field="nursing",
        stage="mid",
        skills=[sb.Skill(id="s0", kind="soft"), sb.Skill(id="s1", kind="soft")],
        assessments=[
            rated("s0", "peer", "kim"),
            rated("s0", "supervisor", "ines"),
            rated("s0", "self", "ada"),
            rated("s0", "test", "exam"),
            rated("s0", "peer", ""),
        ],
    )
    plan = make_plan([1.0, 1.0], kinds=["soft", "soft"])
    asked = defaultdict(list)
    for k in range(4):
        week = sb.schedule_week(
            plan, BERLIN, week_of=MONDAY + dt.timedelta(weeks=k), profile=profile
        )
        for one in week.sessions:
            assert (one.rater_kind is None) == (one.rater_id == "")
            assert bool(one.rater_id) == (one.activity is sb.Activity.FEEDBACK)
            if one.rater_id:
                asked[one.skill_id].append((one.rater_kind.value, one.rater_id))
    ines, kim = ("supervisor", "ines"), ("peer", "kim")
    assert asked["s0"] == [ines, kim, ines, kim]
    assert set(asked["s1"]) == {ines, kim}  # nobody spoke of it, but they know the person


# --- reviews --------------------------------------------------------------------------------------


def test_the_review_gap_is_that_of_the_study():
    """0.593 D^0.649: the optimum of Cepeda et al. 2008 within their own range of gaps."""
    delays = np.array([7.0, 35.0, 70.0, 350.0])
    gaps = activity.review_gap(delays)
    np.testing.assert_allclose(np.log(gaps), np.log(0.593) + 0.649 * np.log(delays))
    # The best gap is a falling part of the delay: 20 to 40 % for a week, 5 to 10 % for a year.
    assert 0.2 <= gaps[0] / 7 <= 0.4
    assert 0.05 <= gaps[3] / 350 <= 0.1


def test_reviews_come_a_gap_after_practice_and_in_the_right_week():
    """Without a log reviews repeat from the day of the plan; each falls into one week."""
    plan = make_plan([2.0, 0.0], now=[0.5, 0.5], idle=[0.4, 0.4])
    gap = 0.593 * (26 * 7) ** 0.649
    days = []
    for k in range(26):
        monday = MONDAY + dt.timedelta(weeks=k)
        week = sb.schedule_week(plan, BERLIN, week_of=monday)
        (review,) = week.reviews
        assert review.skill_id == "s1"
        assert review.gap_days == pytest.approx(gap)
        assert review.due_on >= monday
        made = [one for one in week.sessions if one.is_review]
        assert review.is_scheduled == bool(made) == (review.due_on < monday + dt.timedelta(7))
        for one in made:
            assert (one.skill_id, one.hours) == ("s1", 0.5)
            assert one.start.date() >= review.due_on or review.due_on.weekday() >= 4
            days.append(review.due_on)
        assert week.hours == {"s0": 2.0}
    steps = [(later - day).days for day, later in itertools.pairwise([MONDAY, *days])]
    assert set(steps) <= {math.floor(gap), math.ceil(gap)}
    assert len(steps) == math.floor(26 * 7 / gap)


def test_a_log_says_when_a_review_is_due():
    """The last practice done counts, not one missed; what a log lacks is overdue until done."""
    plan = make_plan([0.0, 0.0, 0.0], now=0.5, idle=[0.4, 0.4, 0.495])
    record = {"skill_id": "s0", "hours": 1, "activity": "practice"}
    log = [
        sb.PracticeRecord(on=MONDAY + dt.timedelta(days=30), **record),
        sb.PracticeRecord(on=MONDAY + dt.timedelta(days=2), **record),
        sb.PracticeRecord(on=MONDAY + dt.timedelta(days=40), outcome="missed", **record),
    ]
    monday = MONDAY + dt.timedelta(weeks=6)
    first, second = find_reviews(plan, log, monday=monday, practised=())
    assert (first.skill.skill_id, first.last_on) == ("s0", MONDAY + dt.timedelta(days=30))
    assert first.due_on == MONDAY + dt.timedelta(days=47)
    assert second.skill.skill_id == "s1"
    assert second.due_on < monday  # the third loses too little
    assert [
        one.skill.skill_id for one in find_reviews(plan, log, monday=monday, practised=["s0"])
    ] == ["s1"]


def test_reviews_take_little_time_and_what_is_at_stake_comes_first():
    """At most a tenth of the planned hours, the largest weighted loss first, the rest reported."""
    plan = make_plan(
        [5.0, 0.0, 0.0, 0.0],
        now=0.5,
        idle=[0.5, 0.45, 0.3, 0.4],
        weight=[0.4, 0.2, 0.2, 0.2],
        horizon_weeks=4.0,
    )
    week = sb.schedule_week(plan, BERLIN, week_of=MONDAY)
    assert [one.skill_id for one in week.reviews] == ["s2", "s3", "s1"]
    assert [one.is_scheduled for one in week.reviews] == [True, False, False]
    (warning,) = week.warnings
    assert (warning.limit, warning.allowed, warning.actual) == ("review", 1.0, 3.0)
    assert "Skill 3, Skill 1" in str(warning)
