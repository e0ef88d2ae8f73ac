"""Plans of long tables: as columns where every value is plainly right, else as records."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from skillbalance.coaching.planning.batches import KnownPerson, plan_records
from skillbalance.coaching.planning.known import LEFT_OUT, interleave, plan_known
from skillbalance.errors import SkillbalanceError
from skillbalance.formats._frames_plain import read_plain
from skillbalance.formats._frames_read import BadRow, Batch
from skillbalance.model.columns import PlanColumns
from skillbalance.model.estimates import RaterModel
from skillbalance.numeric import STATUS
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.reference.defaults import RaterPreset

__all__ = ["Planning"]

_SOLVED: Final = STATUS.index("solved")


class Planning(NamedTuple):
    """How the people of frames are planned: what they leave out, and who is told of bad rows."""

    defaults: Mapping[str, object]
    note: Callable[[BadRow], object]
    as_of: dt.date
    rater_model: RaterModel | RaterPreset
    errors: OnError

    def plan(self, batches: Iterator[Batch]) -> Iterator[PlanColumns]:
        """Plan batch by batch."""
        for batch in batches:
            yield self._plan_batch(batch)

    def _plan_batch(self, batch: Batch) -> PlanColumns:
        """
        Plan the people of a batch as columns, and as records where columns will not do.

        Records know every rule and say what is wrong in its words. So whoever has anything that
        columns do not know to be right is read once more as records, and so is whoever turns out
        to have no plan.
        """
        people, plain = read_plain(batch, self.defaults)
        rated = np.zeros_like(plain)
        if "ratings" in batch.parts:
            rated = np.diff(batch.parts["ratings"].first) > 0
        made = {
            i: batch.person(i, self.defaults, self.note)
            for i in np.flatnonzero(rated | ~plain).tolist()
        }
        plain &= [isinstance(made.get(i), KnownPerson | None) for i in range(len(plain))]
        at = np.flatnonzero(plain)
        planned = plan_known(
            people.take(plain),
            {
                place: person.profile
                for place, i in enumerate(at.tolist())
                if isinstance(person := made.get(i), KnownPerson)
            },
            as_of=self.as_of,
            rater_model=self.rater_model,
        )
        solved = planned.people.status == _SOLVED
        if solved.all() and plain.all():
            return planned
        plain[at] = solved
        others = np.flatnonzero(~plain)
        for i in others.tolist():
            if i not in made:
                made[i] = batch.person(i, self.defaults, self.note)
        rest = self._plan_records(batch, made, others.tolist())
        return interleave(planned, np.where(solved, at, LEFT_OUT), rest, others)

    def _plan_records(
        self, batch: Batch, made: Mapping[int, object], others: Sequence[int]
    ) -> PlanColumns:
        options: Any = {"as_of": self.as_of, "rater_model": self.rater_model, "start": batch.start}
        try:
            return plan_records([made[i] for i in others], errors=self.errors, **options)
        except SkillbalanceError:
            # Among all people of the batch once more, so that the note counts from its first.
            everybody = [
                made[i] if i in made else batch.person(i, self.defaults, self.note)
                for i in range(len(batch.ids))
            ]
            return plan_records(everybody, errors=self.errors, **options)
