"""One profile through every door of the library: the same plan, to the last digit."""

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import skillbalance as sb
from skillbalance.model import scales

EXAMPLES = Path(__file__).parent.parent / "examples"
PATHS = sorted((EXAMPLES / "profiles").glob("*.json"))
DAY = dt.date(2026, 1, 5)
NUMBERS = ("half_gap_hours", "half_life_weeks", "upkeep", "retained_share")
LIMITS = ("hours_per_week", "horizon_weeks", "block_hours", "max_skills")


@pytest.fixture(name="path", params=PATHS, ids=lambda path: path.stem)
def _path(request):
    return request.param


@pytest.fixture(name="document")
def _document(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(name="plan")
def _plan(path):
    """The plan as Python gives it, as JSON values."""
    read = sb.from_json(path, sb.PlanDocument)
    return sb.to_data(sb.plan_time(read.profile, read.budget, as_of=DAY))


def test_the_shell_gives_the_plan(path, plan):
    """`skillbalance plan --json`, in a process of its own."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "skillbalance",
            "plan",
            str(path),
            "--as-of",
            "2026-01-05",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert json.loads(result.stdout) == plan


def test_http_gives_the_plan(document, plan):
    """The example service, body and answer being the records themselves."""
    pytest.importorskip("fastapi", reason="the service is FastAPI's")
    httpx = pytest.importorskip("httpx", reason="the client is httpx")
    import runpy

    app = runpy.run_path(str(EXAMPLES / "web" / "fastapi_app.py"))["app"]

    async def ask():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/plans", params={"as_of": "2026-01-05"}, json=document)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()) == (200, plan)


def test_tools_give_the_plan(document, plan):
    """What a language model calls, through JSON text."""
    given = {"profile": document["profile"], "budget": document["budget"], "as_of": "2026-01-05"}
    assert sb.call_tool("plan_time", json.dumps(given))["result"] == plan


def test_mcp_gives_the_plan(document, plan):
    """The server over its standard input and output, asked by a client by others."""
    mcp = pytest.importorskip("mcp", reason="needs the extra mcp")
    given = {"profile": document["profile"], "budget": document["budget"], "as_of": "2026-01-05"}
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "skillbalance", "mcp"], env=dict(os.environ)
    )

    async def ask():
        async with mcp.Client(server) as client:
            return await client.call_tool("plan_time", given)

    assert asyncio.run(ask()).structured_content["result"] == plan


def test_documents_give_the_plan(path, plan):
    """A profile that was stored and read again, as text and as values."""
    read = sb.from_json(path, sb.PlanDocument)
    stored = sb.from_data(sb.to_data(read), sb.PlanDocument)
    assert sb.to_data(sb.plan_time(stored.profile, stored.budget, as_of=DAY)) == plan


def test_batches_give_the_plan(path, plan):
    """Planned among others, the hours of a person are the hours they get alone."""
    read = sb.from_json(path, sb.PlanDocument)
    columns = sb.plan_many([(read.profile, read.budget)] * 3, as_of=DAY)
    hours = columns.skills.hours_per_week.tolist()
    assert hours == [item["hours_per_week"] for item in plan["items"]] * 3


def test_frames_give_the_plan(path):
    """Rows of a long table; goals and words, which the tables have no columns for, left out."""
    pd = pytest.importorskip("pandas", reason="the frames are pandas'")
    pytest.importorskip("narwhals", reason="needs the extra frames")
    read = sb.from_json(path, sb.PlanDocument)
    profile, budget = attrs.evolve(read.profile, goals=(), feedback=()), read.budget
    names = {scale: name for name, scale in scales.BY_NAME.items()}
    skills = pd.DataFrame(
        [
            {"person_id": "one", "skill_id": skill.id, "kind": skill.kind.value, "name": skill.name}
            | {name: getattr(skill, name) for name in NUMBERS}
            | {"elements": " ".join(skill.elements)}
            | {"min_hours": budget.min_hours.get(skill.id)}
            | {"max_hours": budget.max_hours.get(skill.id)}
            for skill in profile.skills
        ]
    )
    low, high = budget.soft_share or (None, None)
    people = pd.DataFrame(
        [
            {"person_id": "one", "field": profile.field, "stage": profile.stage.value}
            | {name: getattr(budget, name) for name in LIMITS}
            | {"soft_share_low": low, "soft_share_high": high}
        ]
    )
    ratings = pd.DataFrame(
        [
            {"person_id": "one", "skill_id": said.skill_id, "rating": said.rating}
            | {"assessed_on": said.assessed_on, "rater_kind": said.rater_kind.value}
            | {"rater_id": said.rater_id, "scale": names[said.scale]}
            for said in profile.assessments
        ]
    )
    plan = sb.plan_time(profile, budget, as_of=DAY)
    given = sb.plan_frame(skills, people, ratings=ratings, as_of=DAY)
    assert len(given.bad_rows) == 0
    for name in ("hours_per_week", "proficiency_now", "proficiency_then", "weight"):
        assert given.skills[name].tolist() == [getattr(item, name) for item in plan], name
    assert given.people["readiness_then"].tolist() == [plan.readiness_then]
