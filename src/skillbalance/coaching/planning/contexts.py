"""Compare a person in two contexts: what a move to another field or stage would change."""

import datetime as dt

import attrs
import numpy as np

from skillbalance._checks import as_member, calendar_date, identifier, instance, member
from skillbalance.coaching.planning.inputs import gather_inputs
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.coaching.weights import weigh_skills
from skillbalance.errors import InvalidValueError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.contexts import ContextComparison, ContextSkill
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.reference.defaults import RaterPreset


def moved(profile: Profile, field: str, stage: CareerStage) -> Profile:
    """Give a profile in a field and a stage; an occupation of one's own stays with its field."""
    occupation = profile.occupation if field == profile.field else None
    return attrs.evolve(profile, field=field, stage=stage, occupation=occupation)


def compare_contexts(
    profile: Profile,
    *,
    field: str | None = None,
    stage: CareerStage | str | None = None,
    as_of: dt.date,
    budget: TimeBudget | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> ContextComparison:
    """
    Say what a move to another field or stage changes: weights, expected levels, gaps, hours.

    Parameters
    ----------
    profile : Profile
        The person where they are now.
    field : str, optional
        The field after the move; the same where none is given.
    stage : CareerStage or str, optional
        The stage after the move; the same where none is given.
    as_of : datetime.date
        The day; later ratings are not used.
    budget : TimeBudget, optional
        Hours a week and limits: with it, both contexts are planned.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    ContextComparison
        One item per skill, in profile order. Goals go along.

    Raises
    ------
    UnknownFieldError, UnknownElementError
        If a field or an element is not in the reference table.
    InvalidValueError
        If neither *field* nor *stage* is given, or an argument is not what it has to be.
    InfeasibleError, UnknownSkillError
        As :func:`~skillbalance.plan_time` raises them.

    Notes
    -----
    Levels are today's estimates in the context of today on both sides. A skill nobody has rated
    counts at what the field of today expects, and moving does not teach it.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> move = sb.compare_contexts(profile, stage="lead", as_of=dt.date(2026, 3, 2))
    >>> round(move.soft_share_before, 2), round(move.soft_share_after, 2)
    (0.24, 0.4)
    >>> round(move["feedback"].gap_after, 3)
    0.036
    """
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    if field is None and stage is None:
        raise InvalidValueError("field", "given, or stage", None)
    if budget is not None:
        instance("budget", budget, TimeBudget)
    there = moved(
        profile,
        profile.field if field is None else identifier("field", field),
        profile.stage
        if stage is None
        else member("stage", as_member(CareerStage, stage), CareerStage),
    )
    limits = budget or TimeBudget(hours_per_week=0)
    here_inputs, there_inputs = (
        gather_inputs(person, limits, as_of=as_of, rater_model=rater_model)
        for person in (profile, there)
    )
    # People do not change by moving, though the prior of what nobody rated would.
    there_inputs = there_inputs._replace(
        proficiency=here_inputs.proficiency, floor=here_inputs.floor
    )
    before, after = weigh_skills(profile), weigh_skills(there)
    plans = [
        plan_inputs(person, budget, inputs, as_of=as_of) if budget is not None else None
        for person, inputs in ((profile, here_inputs), (there, there_inputs))
    ]
    hours = [
        None if plan is None else np.array([item.hours_per_week for item in plan.items])
        for plan in plans
    ]
    levels = here_inputs.proficiency.tolist()
    items = tuple(
        ContextSkill(
            skill_id=skill.id,
            name=skill.name,
            kind=skill.kind,
            proficiency=level,
            weight_before=before[skill.id].weight,
            weight_after=after[skill.id].weight,
            expected_level_before=before[skill.id].expected_level,
            expected_level_after=after[skill.id].expected_level,
            target_before=here_target,
            target_after=there_target,
            gap_before=here_target - level,
            gap_after=there_target - level,
            hours_before=None if plans[0] is None else plans[0][skill.id].hours_per_week,
            hours_after=None if plans[1] is None else plans[1][skill.id].hours_per_week,
        )
        for skill, level, here_target, there_target in zip(
            profile.skills,
            levels,
            here_inputs.target.tolist(),
            there_inputs.target.tolist(),
            strict=True,
        )
    )
    return ContextComparison(
        items=items,
        profile_id=profile.id,
        as_of=as_of,
        field_before=profile.field,
        field_after=there.field,
        stage_before=profile.stage,
        stage_after=there.stage,
        soft_share_before=before.recommended_soft_share,
        soft_share_after=after.recommended_soft_share,
        readiness_before=here_inputs.readiness_at(here_inputs.proficiency),
        readiness_after=there_inputs.readiness_at(there_inputs.proficiency),
        readiness_then_before=None if plans[0] is None else plans[0].readiness_then,
        readiness_then_after=None if plans[1] is None else plans[1].readiness_then,
        hours_moved=None
        if hours[0] is None or hours[1] is None
        else float(0.5 * np.abs(hours[1] - hours[0]).sum()),
    )
