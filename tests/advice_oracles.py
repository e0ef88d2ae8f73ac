"""What advice must say and come to, recomputed by public functions alone."""

import datetime as dt
import math
from functools import cached_property

import attrs
import pytest

import skillbalance as sb
from skillbalance.numeric.week.activity import activity_mix
from skillbalance.reference.demand import RISING

TODAY = dt.date(2026, 1, 5)
Kind = sb.ActionKind


class Scene:
    """Somebody, their plan and what the advice is made of."""

    def __init__(self, profile, budget, *, plan=None, availability=None, practice=()):
        self.profile, self.budget = profile, budget
        self.availability, self.practice = availability, practice
        self.best = sb.plan_time(profile, budget, as_of=TODAY)
        self.plan = self.best if plan is None else plan
        self.advice = sb.suggest_actions(
            profile,
            self.plan,
            as_of=TODAY,
            budget=budget,
            availability=availability,
            practice=practice,
        )

    @cached_property
    def questions(self):
        """What could be asked."""
        return sb.ask_next(self.profile, self.budget, as_of=TODAY)

    @cached_property
    def estimates(self):
        """Where the person stands."""
        return sb.estimate_proficiency(self.profile, as_of=TODAY)

    @cached_property
    def balance(self):
        """Gaps and indices."""
        return sb.measure_balance(self.profile, as_of=TODAY)

    @cached_property
    def weights(self):
        """What matters."""
        return sb.weigh_skills(self.profile)

    def skill(self, action):
        """The first skill of an action."""
        (found,) = (one for one in self.profile.skills if one.id == action.skill_ids[0])
        return found

    def of(self, kind):
        """The actions of a kind."""
        return self.advice.of_kind(kind)

    def judge(self, hours, profile=None):
        """Readiness that some hours lead to, no limit held against them."""
        wide = sb.TimeBudget(
            hours_per_week=168, horizon_weeks=self.budget.horizon_weeks, block_hours=None
        )
        return sb.evaluate_plan(profile or self.profile, wide, hours, as_of=TODAY)

    def at(self, skill_id, hours, days):
        """Level of a skill after some days at some hours, by the curve itself."""
        (skill,) = (one for one in self.profile.skills if one.id == skill_id)
        now = self.estimates[skill_id].mean
        return sb.numeric.proficiency_after(
            now,
            hours,
            learning_rate=math.log(2) / skill.half_gap_hours,
            forgetting_rate=math.log(2) / skill.half_life_weeks * (1 - skill.upkeep),
            weeks=days / 7,
            floor=skill.retained_share * now,
        )


def hours_of(plan):
    """Hours by skill id."""
    return {item.skill_id: item.hours_per_week for item in plan}


# --- what an action comes to ----------------------------------------------------------------------


def own_word(profile, skill_id):
    """The profile with nothing said of a skill but by the person."""
    others = [
        attrs.evolve(one, skill_ids=left)
        for one in profile.feedback
        if (left := [named for named in one.skill_ids if named != skill_id])
    ]
    return attrs.evolve(
        profile,
        assessments=tuple(
            one
            for one in profile.assessments
            if one.skill_id != skill_id or one.rater_kind is sb.RaterKind.SELF
        ),
        feedback=others,
    )


def scheduled(scene):
    """Why the week has no room."""
    with pytest.raises(sb.ScheduleError, match="find no place") as caught:
        sb.schedule_week(scene.plan, scene.availability, week_of=TODAY, profile=scene.profile)
    return caught.value


def realized(action, scene):
    """What doing an action really adds to readiness, by public functions alone."""
    profile, best = scene.profile, scene.best.readiness_then
    current = hours_of(scene.plan)
    if action.goals:
        changed = action.changed(profile)
        after = sb.plan_time(changed, scene.budget, as_of=TODAY).readiness_then
        return after - scene.judge(hours_of(scene.best), changed).readiness_then
    if action.kind in {Kind.PRIORITIZE, Kind.REPLAN}:
        return best - scene.judge(current).readiness_then
    if action.kind in {Kind.SCHEDULE, Kind.SLIPPAGE}:
        if action.kind is Kind.SCHEDULE:
            lost = dict(scheduled(scene).missing)
            kept = {one: current[one] - lost.get(one, 0.0) for one in current}
        else:
            review = sb.review_progress(scene.plan, scene.practice, profile, as_of=TODAY)
            kept = {one: review.adherence * current[one] for one in current}
        after = sb.plan_time(profile, action.budget, as_of=TODAY).readiness_then
        return after - scene.judge(kept).readiness_then
    if action.budget is not None:
        return sb.plan_time(profile, action.budget, as_of=TODAY).readiness_then - best
    if action.kind in {Kind.LEARNING_GOAL, Kind.SOFT_PRACTICE}:
        without = {**current, action.skill_ids[0]: 0.0}
        return scene.judge(current).readiness_then - scene.judge(without).readiness_then
    if action.kind in {Kind.BLIND_SPOT, Kind.HIDDEN_STRENGTH}:
        misled = sb.plan_time(own_word(profile, action.skill_ids[0]), scene.budget, as_of=TODAY)
        return best - scene.judge(hours_of(misled)).readiness_then
    return question_of(action, scene).value


def question_of(action, scene):
    """The question of ``ask_next`` that an action asks."""
    (question,) = (
        one
        for one in scene.questions.about(action.skill_ids[0])
        if (one.rater_kind, one.rater_id) == (action.rater_kind, action.rater_id)
    )
    return question


# --- the numbers of an action ---------------------------------------------------------------------


def numbers_of(action, scene):
    """Every number that the reason of an action may have, by name."""
    found = {"value": realized(action, scene)}
    if action.skill_ids:
        item = scene.best[action.skill_ids[0]]
        found |= {"level_now": item.proficiency_now, "target": item.target}
        assert item.proficiency_now == scene.estimates[item.skill_id].mean
    if action.budget is not None:
        found["hours_more"] = action.budget.hours_per_week - scene.budget.hours_per_week
    if action.rater_kind is not None:
        return found | asked_numbers(action, scene)
    return found | OF_KIND[action.kind](action, scene)


def asked_numbers(action, scene):
    """The numbers of a question."""
    question = question_of(action, scene)
    names = ("expected_answer", "answer_sd", "sd_now", "sd_then", "hours_moved", "days_since_heard")
    return {name: getattr(question, name) for name in names} | {"session_hours": 0.5}


def bottleneck(action, scene):
    """The skill whose closed gap lifts readiness most."""
    first = scene.balance.bottlenecks[0]
    assert action.skill_ids == (first,)
    return {"lift": scene.balance[first].lift}


def cross_training(action, scene):
    """The best skill of the kind behind, and what it does to the kind ahead."""
    skill_id, *lifted = action.skill_ids
    chance, behind = scene.balance.hard_ahead_probability, scene.best[skill_id].kind
    rivals = [item.marginal_return for item in scene.best if item.kind is behind]
    assert scene.best[skill_id].marginal_return == max(rivals)
    hours = hours_of(scene.best)
    before = scene.judge(hours)
    after = scene.judge({**hours, skill_id: hours[skill_id] + action.hours_per_week})
    ratios = [after[one].marginal_return / before[one].marginal_return for one in lifted]
    assert ratios == pytest.approx([ratios[0]] * len(ratios))
    assert all(scene.best[one].kind is not behind for one in lifted)
    partners = sb.find_partners(scene.profile, kind=behind, limit=1)
    return {
        "probability": chance if behind is sb.SkillKind.SOFT else 1.0 - chance,
        "marginal_return": max(rivals),
        "lift": ratios[0] - 1.0,
        "correlation": partners[0].nearest_correlation if partners else None,
    }


def rising_demand(action, scene):
    """A skill of the list that the plan has no time for."""
    assert scene.best[action.skill_ids[0]].hours_per_week == 0.0
    named = scene.skill(action).elements
    return {"rank": min(one.rank for one in RISING if set(one.elements) & set(named))}


def fading_skill(action, scene):
    """When a skill is below its target, and what keeps it."""
    item = scene.best[action.skill_ids[0]]
    last = TODAY + dt.timedelta(days=round(7 * item.horizon_weeks))
    needed = sb.hours_needed(scene.profile, item.skill_id, by=last, as_of=TODAY)
    gone = (action.due_on - TODAY).days
    assert scene.at(item.skill_id, item.hours_per_week, gone) < item.target
    assert scene.at(item.skill_id, item.hours_per_week, gone - 1) >= item.target
    return {
        "hours": item.hours_per_week,
        "level_then": item.proficiency_then,
        "hours_needed": needed.hours_per_week,
    }


def personal_time(action, scene):
    """The time that a personal goal has and takes."""
    (aim,) = (one for one in scene.profile.goals if one.id == action.goal_id)
    assert aim.domain is sb.GoalDomain.PERSONAL
    alone = attrs.evolve(scene.profile, goals=(aim,))
    planned = sum(scene.best[one].hours_per_week for one in aim.targets)
    horizon = {"horizon_weeks": scene.budget.horizon_weeks}
    return {
        "weight": sum(scene.weights[one].goal_parts[aim.id] for one in aim.targets),
        "hours": planned,
        "hours_share": planned / scene.best.hours_per_week,
        "hours_needed": sb.least_hours(alone, as_of=TODAY, **horizon).hours_per_week,
    }


def learning_goal(action, scene):
    """What the hours of a skill reach, and what they are for."""
    item = scene.judge(hours_of(scene.plan))[action.skill_ids[0]]
    planned = scene.plan[item.skill_id].hours_per_week
    mix = activity_mix(item.proficiency_now, item.kind is sb.SkillKind.SOFT) * planned
    names = ("hours_learn", "hours_practice", "hours_apply", "hours_feedback")
    return {
        "level_then": item.proficiency_then,
        "level_idle": item.proficiency_idle,
        "hours": planned,
        **dict(zip(names, mix, strict=True)),
    }


def self_image(action, scene):
    """How far a person and the others are apart, and the hours of either."""
    skill_id = action.skill_ids[0]
    spot = scene.estimates[skill_id].blind_spot
    misled = sb.plan_time(own_word(scene.profile, skill_id), scene.budget, as_of=TODAY)
    assert (spot.value > 0.0) == (action.kind is Kind.BLIND_SPOT)
    return {
        "apart": abs(spot.value),
        "standard_error": spot.standard_error,
        "hours_by_own_word": misled[skill_id].hours_per_week,
        "hours": scene.best[skill_id].hours_per_week,
    }


def better_hours(action, scene):
    """Where hours move from and to."""
    assert (action.kind is Kind.REPLAN) == (scene.plan.as_of < TODAY)
    found = {}
    for skill, word in zip(action.skill_ids, ("up", "down"), strict=False):
        found |= {
            f"hours_{word}_from": scene.plan[skill].hours_per_week,
            f"hours_{word}_to": scene.best[skill].hours_per_week,
            f"weight_{word}": scene.weights[skill].weight,
        }
    return found


def costly_limit(action, scene):
    """The limit that the new budget lacks."""
    freed = sb.plan_time(scene.profile, action.budget, as_of=TODAY)
    moved = sum(
        abs(item.hours_per_week - scene.best[item.skill_id].hours_per_week) for item in freed
    )
    (changed,) = (
        field
        for field in ("max_hours", "min_hours", "max_skills", "soft_share")
        if getattr(action.budget, field) != getattr(scene.budget, field)
    )
    limit = getattr(scene.budget, changed)
    found = {"hours_moved": moved / 2}
    if changed == "soft_share":
        return found | dict(zip(("limit", "limit_high"), limit, strict=True))
    return found | {"limit": limit if changed == "max_skills" else limit[action.skill_ids[0]]}


def schedule(action, scene):
    """What finds no place in the week."""
    error = scheduled(scene)
    fits = action.budget.hours_per_week
    assert fits <= error.planned_hours - error.missing_hours + 1e-9
    return {
        "hours_missing": error.missing_hours,
        "hours_planned": error.planned_hours,
        "hours_fit": fits,
    }


def overload(action, scene):
    """The most hours without a warning, to the block."""

    def warnings(budget):
        plan = sb.plan_time(scene.profile, budget, as_of=TODAY)
        return sb.schedule_week(plan, scene.availability, week_of=TODAY).warnings

    fits = action.budget.hours_per_week
    assert not warnings(action.budget)
    assert warnings(attrs.evolve(action.budget, hours_per_week=fits + 0.5))
    first = sb.schedule_week(scene.plan, scene.availability, week_of=TODAY).warnings[0]
    return {
        "hours_planned": scene.plan.hours_per_week,
        "hours_fit": fits,
        "allowed": first.allowed,
        "actual": first.actual,
    }


def slippage(_action, scene):
    """What a review finds of the hours done."""
    review = sb.review_progress(scene.plan, scene.practice, scene.profile, as_of=TODAY)
    likely = review.adherence * scene.plan.hours_per_week
    return {
        "hours_planned": review.hours.planned,
        "hours_done": review.hours.done,
        "adherence": review.adherence,
        "hours_likely": likely,
        "hours_fit": math.floor(2 * likely) / 2,
    }


def missing_goal(action, scene):
    """The heaviest skill that no goal names and that falls short."""
    named = {one for goal in scene.profile.goals for one in goal.targets}
    short = [item for item in scene.balance if item.skill_id not in named and item.shortfall > 0.01]
    (found,) = (item for item in short if item.skill_id == action.skill_ids[0])
    assert found.weight == max(item.weight for item in short)
    return {"weight": found.weight}


def next_stage(action, scene):
    """What the next stage expects."""
    stages = list(sb.CareerStage)
    stage = stages[stages.index(scene.profile.stage) + 1]
    there = sb.weigh_skills(attrs.evolve(scene.profile, stage=stage))
    return {
        "target_after": there[action.skill_ids[0]].expected_level,
        "soft_share_before": scene.weights.recommended_soft_share,
        "soft_share_after": there.recommended_soft_share,
    }


def least(scene, *goals):
    """The fewest hours a week that reach some goals."""
    alone = attrs.evolve(scene.profile, goals=goals)
    return sb.least_hours(alone, as_of=TODAY).hours_per_week


def the_goal(action, scene):
    """The goal that an action is about."""
    (aim,) = (one for one in scene.profile.goals if one.id == action.goal_id)
    return aim


def a_day_earlier(goal):
    """The goal, due a day earlier."""
    return attrs.evolve(goal, due_on=goal.due_on - dt.timedelta(days=1))


def unreachable_goal(action, scene):
    """What a goal takes and what is the most that can be reached; the way out is the nearest."""
    aim, (new,) = the_goal(action, scene), action.goals
    in_all, skill_id = scene.budget.hours_per_week, action.skill_ids[0]
    assert least(scene, new) <= in_all + 1e-9
    if new.due_on != aim.due_on:
        assert least(scene, a_day_earlier(new)) > in_all
    found = {
        "hours_available": in_all,
        "hours_needed": least(scene, aim),
        "hours_then": least(scene, new),
        "old_target": aim.targets[skill_id],
        "new_target": new.targets[skill_id],
    }
    for name, target in aim.targets.items():
        most = min(in_all, scene.budget.max_hours.get(name, in_all))
        answer = sb.hours_needed(
            scene.profile, name, target=target, by=aim.due_on, as_of=TODAY, max_hours=most
        )
        if not answer.reachable and abs(answer.ceiling - action.numbers["ceiling"]) < 1e-9:
            found |= {"target": target, "ceiling": answer.ceiling, "ceiling_hours": most}
    return found


def conflicting_goals(action, scene):
    """What two goals take together; one day less of delay would not do."""
    aim = the_goal(action, scene)
    (kept,) = (one for one in scene.profile.goals if one.id != aim.id)
    in_all, together = scene.budget.hours_per_week, least(scene, aim, kept)
    assert max(least(scene, aim), least(scene, kept)) <= in_all < together
    found = {
        "hours_available": in_all,
        "hours_together": together,
        "hours_short": together - in_all,
    }
    if action.goals:
        (new,) = action.goals
        assert least(scene, new, kept) <= in_all < least(scene, a_day_earlier(new), kept)
        delay = (new.due_on - aim.due_on).days
        # The other goal moved by as much for its priority would not do.
        other = dt.timedelta(days=math.ceil(delay * aim.priority / kept.priority) - 1)
        assert least(scene, aim, attrs.evolve(kept, due_on=kept.due_on + other)) > in_all
        return found | {"weeks_later": delay / 7}
    assert action.budget.hours_per_week - 0.5 < together <= action.budget.hours_per_week
    return found


def vague_goal(action, scene):
    """What a goal lacks."""
    (new,), skill_id = action.goals, action.skill_ids[0]
    hours = scene.best[skill_id].hours_per_week
    return {
        "target": new.targets[skill_id],
        "lift": scene.balance[skill_id].lift,
        "hours": hours,
        "level_then": scene.at(skill_id, hours, (new.due_on - TODAY).days),
    }


OF_KIND = {
    Kind.UNREACHABLE_GOAL: unreachable_goal,
    Kind.CONFLICTING_GOALS: conflicting_goals,
    Kind.VAGUE_GOAL: vague_goal,
    Kind.MISSING_GOAL: missing_goal,
    Kind.BOTTLENECK: bottleneck,
    Kind.BLIND_SPOT: self_image,
    Kind.HIDDEN_STRENGTH: self_image,
    Kind.PRIORITIZE: better_hours,
    Kind.COSTLY_LIMIT: costly_limit,
    Kind.FADING_SKILL: fading_skill,
    Kind.SOFT_PRACTICE: learning_goal,
    Kind.PERSONAL_TIME: personal_time,
    Kind.OVERLOAD: overload,
    Kind.CROSS_TRAINING: cross_training,
    Kind.REPLAN: better_hours,
    Kind.RISING_DEMAND: rising_demand,
    Kind.NEXT_STAGE: next_stage,
    Kind.LEARNING_GOAL: learning_goal,
    Kind.SCHEDULE: schedule,
    Kind.SLIPPAGE: slippage,
}
