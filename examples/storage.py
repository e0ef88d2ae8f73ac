# %%
"""What to store: profiles as documents, assessments as history, plans as results."""

# A profile is one document. Assessments are history: they are added, never changed, so they get
# rows of their own, and a profile of any day can be put together again. Plans are results: keep
# the ones somebody acted on, as documents, with the ids and dates you look them up by.

# %%
import contextlib
import datetime as dt
import json
import sqlite3

import skillbalance as sb

SCHEMA = """
CREATE TABLE IF NOT EXISTS profiles (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL                  -- without its assessments
);
CREATE TABLE IF NOT EXISTS assessments (
    profile_id TEXT NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
    assessed_on TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (profile_id, document)           -- the same answer sent twice is one
);
CREATE INDEX IF NOT EXISTS assessments_by_day ON assessments (profile_id, assessed_on);
CREATE TABLE IF NOT EXISTS plans (
    profile_id TEXT NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
    as_of TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (profile_id, as_of)
);
"""


# %%
def save_profile(database: sqlite3.Connection, profile: sb.Profile) -> None:
    """Store a profile and those of its assessments that are new."""
    document = sb.to_data(profile)
    assessments = document.pop("assessments")
    with database:
        database.execute(
            "INSERT INTO profiles VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            (profile.id, json.dumps(document)),
        )
        database.executemany(
            "INSERT OR IGNORE INTO assessments VALUES (?, ?, ?)",
            [(profile.id, said["assessed_on"], json.dumps(said)) for said in assessments],
        )


def load_profile(database: sqlite3.Connection, profile_id: str) -> sb.Profile:
    """Put a profile together again, every assessment ever given included."""
    row = database.execute("SELECT document FROM profiles WHERE id = ?", (profile_id,)).fetchone()
    if row is None:
        raise KeyError(profile_id)
    rows = database.execute(
        "SELECT document FROM assessments WHERE profile_id = ? ORDER BY assessed_on, rowid",
        (profile_id,),
    )
    document = {**json.loads(row[0]), "assessments": [json.loads(said) for (said,) in rows]}
    return sb.from_data(document, sb.Profile)


def save_plan(database: sqlite3.Connection, plan: sb.TimePlan) -> None:
    """Store a plan that somebody will act on; one a day."""
    with database:
        database.execute(
            "INSERT OR REPLACE INTO plans VALUES (?, ?, ?)",
            (plan.profile_id, plan.as_of.isoformat(), sb.to_json(plan, indent=None)),
        )


def latest_plan(database: sqlite3.Connection, profile_id: str) -> sb.TimePlan | None:
    """Find the newest plan of a person."""
    row = database.execute(
        "SELECT document FROM plans WHERE profile_id = ? ORDER BY as_of DESC LIMIT 1",
        (profile_id,),
    ).fetchone()
    return None if row is None else sb.from_json(row[0], sb.TimePlan)


# %%
if __name__ == "__main__":
    from pathlib import Path

    shipped = Path(__file__).parent / "profiles" / "nurse.json"
    given = sb.from_json(shipped, sb.PlanDocument)
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(SCHEMA)
        save_profile(connection, given.profile)
        read = load_profile(connection, given.profile.id)
        plan = sb.plan_time(read, given.budget, as_of=dt.date(2026, 1, 5))
        save_plan(connection, plan)
        print(latest_plan(connection, given.profile.id) == plan)
