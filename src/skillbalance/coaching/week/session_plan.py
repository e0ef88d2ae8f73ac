"""What each session of a week is for, who is asked for feedback, and its id in a calendar."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.week.free_time import FreeTime, first_day
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import Activity
from skillbalance.model.profile import Profile
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import Session
from skillbalance.numeric.week.activity import ACTIVITIES, activity_mix, choose_activities
from skillbalance.numeric.week.slots import Placed
from skillbalance.reference.defaults import OWN_VARIANCE

_FEEDBACK: Final = ACTIVITIES.index("feedback")

Rater = tuple[RaterKind | None, str]


class Sessions:
    """
    Makes the sessions of one week.

    Parameters
    ----------
    plan : TimePlan
        The skills and their levels.
    profile : Profile or None
        Who has said something.
    free : FreeTime
        The clock of the week.
    monday : datetime.date
        Its first day.
    previous : sequence of Session
        Earlier sessions, whose ids stay with those that did not move.
    """

    def __init__(
        self,
        plan: TimePlan,
        profile: Profile | None,
        free: FreeTime,
        monday: dt.date,
        previous: Sequence[Session],
    ) -> None:
        self._plan, self._profile, self._free = plan, profile, free
        self._monday, self._previous = monday, previous
        # Weeks since the plan: activities and raters take turns without a memory.
        self._week = (monday - first_day(plan.as_of)).days // DAYS_PER_WEEK

    def planned(self, placed: Sequence[Placed]) -> list[Session]:
        """Make the sessions of the planned hours."""
        of_skill: dict[int, list[Placed]] = defaultdict(list)
        for one in sorted(placed, key=lambda one: one.start):
            of_skill[one.skill].append(one)
        made = []
        for skill, sessions in of_skill.items():
            activities = self._activities(skill, sessions)
            uids = self._uids(skill, sessions, is_review=False)
            raters = self._raters(self._plan.items[skill].skill_id)
            asked = 0
            for one, activity, uid in zip(sessions, activities, uids, strict=True):
                rater: Rater = (None, "")
                if activity is Activity.FEEDBACK and raters:
                    rater = raters[(self._week + asked) % len(raters)]
                    asked += 1
                made.append(self._session(one, activity, uid, rater))
        return made

    def review(self, one: Placed) -> Session:
        """Make a review: a short practice that keeps a skill from fading."""
        (uid,) = self._uids(one.skill, [one], is_review=True)
        return self._session(one, Activity.PRACTICE, uid, (None, ""), is_review=True)

    def _session(
        self,
        one: Placed,
        activity: Activity,
        uid: str,
        rater: Rater,
        *,
        is_review: bool = False,
    ) -> Session:
        item = self._plan.items[one.skill]
        return Session(
            start=self._free.moment(one.start),
            end=self._free.moment(one.start + one.minutes),
            skill_id=item.skill_id,
            name=item.name,
            kind=item.kind,
            activity=activity,
            rater_kind=rater[0],
            rater_id=rater[1],
            is_review=is_review,
            uid=uid,
        )

    def _activities(self, skill: int, sessions: Sequence[Placed]) -> list[Activity]:
        """Give each session of a skill its activity; a soft skill with two has feedback in one."""
        item = self._plan.items[skill]
        soft = item.kind is SkillKind.SOFT
        shares = activity_mix(item.proficiency_now, soft)
        count = len(sessions)
        if not soft or count < 2:
            first = self._week * count
            chosen = choose_activities(shares.tolist(), first=first, count=count)
            return [Activity(ACTIVITIES[one]) for one in chosen]
        others = shares[:_FEEDBACK] / shares[:_FEEDBACK].sum()
        first = self._week * (count - 1)
        chosen = choose_activities(others.tolist(), first=first, count=count - 1)
        # The shortest, and of these the last: there is something to talk about by then.
        feedback = min(range(count), key=lambda k: (sessions[k].minutes, -k))
        chosen.insert(feedback, _FEEDBACK)
        return [Activity(ACTIVITIES[one]) for one in chosen]

    def _raters(self, skill_id: str) -> list[Rater]:
        """
        List who can be asked about a skill, the most reliable kind and the latest word first.

        Whoever spoke of the skill; only if nobody did, whoever spoke of another one.
        """
        if self._profile is None:
            return []
        said = [
            (one.rater_kind, one.rater_id, one.assessed_on, one.skill_id == skill_id)
            for one in self._profile.assessments
        ]
        said += [
            (one.rater_kind, one.rater_id, one.given_on, skill_id in one.skill_ids)
            for one in self._profile.feedback
        ]
        people = [
            one for one in said if one[1].strip() and one[0] not in {RaterKind.SELF, RaterKind.TEST}
        ]
        near = [one for one in people if one[3]] or people
        noise = OWN_VARIANCE["specific"]
        near.sort(key=lambda one: (noise[one[0]].value, -one[2].toordinal(), one[1]))
        return list(dict.fromkeys((kind, name) for kind, name, _, _ in near))

    def _uids(self, skill: int, sessions: Sequence[Placed], *, is_review: bool) -> list[str]:
        """Give ids by skill, week and ordinal; a session that did not move keeps the one it has."""
        skill_id = self._plan.items[skill].skill_id
        before = {
            (self._free.minute(one.start), self._free.minute(one.end)): one.uid
            for one in self._previous
            if one.skill_id == skill_id and one.is_review == is_review
        }
        ids = [
            self._uid(skill_id, ordinal, is_review=is_review)
            for ordinal in range(len(sessions) + len(before))
        ]
        kept = [before.get((one.start, one.start + one.minutes)) for one in sessions]
        kept = [uid if uid in ids else None for uid in kept]
        left = (uid for uid in ids if uid not in kept)
        return [uid or next(left) for uid in kept]

    def _uid(self, skill_id: str, ordinal: int, *, is_review: bool) -> str:
        # Loaded here: most programs that import skillbalance make no schedule.
        import hashlib

        # Not readable: a calendar is shared more widely than a profile. A separator that no id
        # can hold twice in the same way: lengths come first.
        parts = [self._plan.profile_id, skill_id, self._monday.isoformat(), str(ordinal)]
        parts.append("review" if is_review else "session")
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@skillbalance"
