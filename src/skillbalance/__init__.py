"""
Balance hard and soft skills: what to work on this week, and why.

>>> import datetime as dt
>>> import skillbalance as sb
>>> profile = sb.Profile(
...     id="ada",
...     field="software_engineering",
...     stage="mid",
...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
... )
>>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
>>> plan.hours_per_week
4.0
"""

from skillbalance._door import open_by_name

# The names, and where they live, are listed in `__init__.pyi`.
__getattr__, __dir__, __all__ = open_by_name(__name__)
