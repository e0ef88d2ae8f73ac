"""One result of every verb for a person with so many skills, names harmless or hostile."""

import datetime as dt
import functools
import random
from types import MappingProxyType

import attrs
import numpy as np

import skillbalance as sb
from skillbalance.model._record import Result

AS_OF = dt.date(2026, 1, 5)
NAMES = (
    "SQL and data modelling",
    "Negotiating scope with stakeholders",
    "Statistics",
    "Mentoring and code review",
    "Cloud operations and troubleshooting",
    "Active listening",
    "Secure coding",
    "Delegating work",
)
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "a \"quoted\" & 'single' <b>name</b>",
    "مهارات التواصل",
    "x" * 200,
    "🧑‍💻 pairing 🎉",
    "right-to-left \u202eoverride",
    "$x_1$ and [bold]rich[/]",
    "<!-- --> ]]> </style></svg>",
)
KINDS = ("self", "peer", "supervisor", "mentor", "report")


def sample_profile(n_skills: int, *, hostile: bool = False) -> sb.Profile:
    """Make an engineer with rated skills and three goals, one of them overdue."""
    draw = random.Random(n_skills)
    names = HOSTILE_NAMES if hostile else NAMES
    skills = [
        sb.Skill(
            id=f"{names[n % len(names)]} {n}" if hostile else f"skill_{n}",
            kind="soft" if n % 2 else "hard",
            name=names[n % len(names)] + ("" if n < len(names) else f" {n}"),
            half_gap_hours=draw.choice([40.0, 120.0]),
        )
        for n in range(n_skills)
    ]
    raters = ("kim <i>", "lee", "max") if hostile else ("kim", "lee", "max")
    ratings = [
        sb.Assessment(
            skill_id=skill.id,
            rating=round(draw.uniform(0.2, 0.8), 2),
            assessed_on=AS_OF - dt.timedelta(days=draw.randrange(400)),
            rater_kind=kind,
            rater_id="" if kind == "self" else rater,
            evidence="said so <b>twice</b>" if hostile else "said so twice",
        )
        for skill in skills[: n_skills - 1]
        for kind in KINDS
        for rater in (raters if kind == "peer" else raters[:1])
    ]
    first, second, *_, last = (skill.id for skill in skills)
    goals = [
        sb.Goal(
            id=f"{names[0]} goal",
            description=names[0],
            targets={first: 0.7, second: 0.65},
            due_on=AS_OF + dt.timedelta(weeks=30),
        ),
        sb.Goal(id="calm", targets={last: 0.7}, due_on=AS_OF + dt.timedelta(weeks=16)),
        sb.Goal(id="old", targets={second: 0.5}, due_on=AS_OF - dt.timedelta(weeks=3)),
    ]
    return sb.Profile(
        id=names[0],
        field="software_engineering",
        stage="mid",
        skills=skills,
        assessments=ratings,
        goals=goals,
    )


@functools.cache
def sample_results(n_skills: int, *, hostile: bool = False) -> MappingProxyType[str, Result]:
    """Ask every verb about one person."""
    person, budget = sample_profile(n_skills, hostile=hostile), sb.TimeBudget(hours_per_week=6)
    plan = sb.plan_time(person, budget, as_of=AS_OF)
    first, second = person.skills[0].id, person.skills[1].id
    later = AS_OF + dt.timedelta(weeks=6)
    evenings = ("monday", "tuesday", "wednesday", "thursday")
    availability = sb.Availability(
        time_zone="Europe/Berlin",
        windows=[
            sb.TimeWindow(weekday=day, start=dt.time(18), end=dt.time(21)) for day in evenings
        ],
    )
    log = [
        sb.PracticeRecord(
            skill_id=item.skill_id,
            on=AS_OF + dt.timedelta(days=7 * week + 2),
            hours=item.hours_per_week,
            activity="practice",
            outcome="missed" if week == 1 else "done",
        )
        for week in range(6)
        for item in plan.items
        if item.hours_per_week > 0
    ]
    news = sb.Assessment(skill_id=first, rating=0.8, assessed_on=later, rater_kind="test")
    newer = attrs.evolve(person, assessments=(*person.assessments, news))
    review = sb.review_progress(plan, log, newer, as_of=later)
    path = [
        sb.CareerStep(from_on=AS_OF, field="software_engineering", stage="mid"),
        sb.CareerStep(from_on=dt.date(2027, 1, 1), field="sales", stage="manager"),
    ]
    days = [AS_OF - dt.timedelta(days=100 * n) for n in range(4)]
    rng = np.random.default_rng(1)
    results = {
        "advice": _advice(min(n_skills, 8), hostile=hostile),
        "balance": sb.measure_balance(person, as_of=AS_OF),
        "contexts": sb.compare_contexts(person, stage="manager", as_of=AS_OF, budget=budget),
        "earliest_date": sb.earliest_date(person, first, hours_per_week=2, as_of=AS_OF),
        "estimates": sb.estimate_proficiency(person, as_of=AS_OF),
        "forecast": sb.forecast(plan, person),
        "frontier": sb.frontier(person, budget, as_of=AS_OF, hours=[0, 1, 2.5, 6, 10]),
        "history": sb.estimate_history(person, dates=days),
        "hours_needed": sb.hours_needed(person, first, by=later, target=0.99, as_of=AS_OF),
        "least_hours": sb.least_hours(person, as_of=AS_OF),
        "plan": plan,
        "questions": sb.ask_next(person, budget, as_of=AS_OF),
        "rater_fit": sb.fit_rater_model(_organization(), as_of=AS_OF),
        "replan": sb.replan(plan, review, newer, budget, as_of=later),
        "review": review,
        "roadmap": sb.roadmap(person, path, budget, as_of=AS_OF),
        "robustness": sb.assess_robustness(person, budget, as_of=AS_OF, rng=rng, n_draws=40),
        "sources": sb.break_down_sources(person, as_of=AS_OF),
        "transfer": sb.plan_with_transfer(person, budget, {first: {second: 0.3}}, as_of=AS_OF),
        "week": sb.schedule_week(plan, availability, week_of=AS_OF, profile=person),
        "weights": sb.weigh_skills(person),
    }
    return MappingProxyType(results)


@functools.cache
def _advice(n_skills: int, *, hostile: bool) -> sb.Advice:
    """Give advice to somebody with few skills: for 30 it takes seconds, and shows no more."""
    person = sample_profile(n_skills, hostile=hostile)
    plan = sb.plan_time(person, sb.TimeBudget(hours_per_week=6), as_of=AS_OF)
    return sb.suggest_actions(person, plan, as_of=AS_OF)


@functools.cache
def _organization() -> MappingProxyType[str, list]:
    """Make the ratings of twenty people on three skills."""
    draw = random.Random(1)
    rows = [
        (f"person {person}", skill, kind, f"{kind} {(person + which) % 7}", draw.random())
        for person in range(20)
        for skill in ("sql", "listening", "writing")
        for kind, which in (("peer", 0), ("peer", 1), ("supervisor", 0))
    ]
    names = ("person_id", "skill_id", "rater_kind", "rater_id", "rating")
    parts = zip(*rows, strict=True)
    columns = {name: list(part) for name, part in zip(names, parts, strict=True)}
    columns["assessed_on"] = [dt.date(2025, 12, 1)] * len(rows)
    return MappingProxyType(columns)


RESULTS = (
    "advice",
    "balance",
    "contexts",
    "earliest_date",
    "estimates",
    "forecast",
    "frontier",
    "history",
    "hours_needed",
    "least_hours",
    "plan",
    "questions",
    "rater_fit",
    "replan",
    "review",
    "roadmap",
    "robustness",
    "sources",
    "transfer",
    "week",
    "weights",
)
