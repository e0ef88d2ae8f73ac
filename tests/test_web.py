"""Records as bodies and answers of web frameworks, over real HTTP."""

import datetime as dt
import json
import runpy
import sys
import threading
import time
from pathlib import Path

import attrs
import httpx
import jsonschema
import pydantic
import pytest
import strategies
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats._pydantic import flat_schema_of

EXAMPLES = Path(__file__).parent.parent / "examples"
DOCUMENT = json.loads((EXAMPLES / "profiles" / "nurse.json").read_text(encoding="utf-8"))


@pytest.fixture(name="client", scope="module")
def _client():
    """A client of the example application, served on a free port of this machine."""
    app = runpy.run_path(str(EXAMPLES / "web" / "fastapi_app.py"))["app"]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.should_exit = True
    thread.join(timeout=20)


def planned():
    """The plan the library itself makes of the document."""
    read = sb.from_data(DOCUMENT, sb.PlanDocument)
    return sb.to_data(sb.plan_time(read.profile, read.budget, as_of=read_day()))


def read_day():
    """The day of these tests."""
    return dt.date(2026, 1, 5)


def test_a_plan_over_http_is_the_plan_of_the_library(client):
    """The body is read and the answer written by the records themselves, to the last digit."""
    answer = client.post("/plans", params={"as_of": "2026-01-05"}, json=DOCUMENT)
    assert (answer.status_code, answer.json()) == (200, planned())


def test_faults_come_back_with_their_locations(client):
    """Status 422, every fault at once, each at the key it is about."""
    profile = {**DOCUMENT["profile"], "stage": "midd"}
    profile["skills"] = [{**profile["skills"][0], "upkeep": 7}, *profile["skills"][1:]]
    answer = client.post(
        "/plans", params={"as_of": "soon"}, json={**DOCUMENT, "profile": profile, "bugdet": 1}
    )
    assert answer.status_code == 422
    told = {tuple(fault["loc"]): fault["msg"] for fault in answer.json()["detail"]}
    assert set(told) == {
        ("query", "as_of"),
        ("body", "profile", "stage"),
        ("body", "profile", "skills", 0, "upkeep"),
        ("body", "bugdet"),
    }
    assert told["body", "profile", "skills", 0, "upkeep"] == "must be in [0, 1], got 7.0"


def test_a_conflict_of_limits_is_answered_as_one(client):
    """Status 409 with the smallest set and the change of each that would do."""
    skill = DOCUMENT["profile"]["skills"][0]["id"]
    budget = {"hours_per_week": 1, "min_hours": {skill: 2}}
    answer = client.post(
        "/plans", params={"as_of": "2026-01-05"}, json={**DOCUMENT, "budget": budget}
    )
    assert answer.status_code == 409
    assert {fault["would_do"] for fault in answer.json()["detail"]} == {1.0, 2.0}


def test_the_api_describes_the_records(client):
    """OpenAPI holds the schema of the body, with no reference that leads nowhere."""
    description = client.get("/openapi.json").json()
    text = json.dumps(description)
    assert "Hours of practice that halve the distance to mastery" in text
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        place = description
        for step in reference.split("/"):
            place = place[step]


@settings(max_examples=25)
@given(strategies.plan_documents())
def test_pydantic_reads_and_writes_what_the_library_does(document):
    """A model with a record in it goes to JSON and back, equal; its JSON is the document."""

    class Body(pydantic.BaseModel):
        document: sb.PlanDocument

    body = Body(document=document)
    assert body.document is document
    assert Body.model_validate_json(body.model_dump_json()) == body
    assert json.loads(body.model_dump_json())["document"] == sb.to_data(document)


def test_faults_of_pydantic_are_those_of_the_reader():
    """Each fault at its own location, under the name of this library."""
    wrong = {**DOCUMENT, "budget": {"hours_per_week": 200, "min_hours": {"sql": -1}}}
    with pytest.raises(sb.InvalidDocumentError, match="2 faults") as ours:
        sb.from_data(wrong, sb.PlanDocument)
    with pytest.raises(pydantic.ValidationError, match="2 validation errors") as theirs:
        pydantic.TypeAdapter(sb.PlanDocument).validate_python(wrong)
    found = theirs.value.errors()
    assert {one["type"] for one in found} == {"skillbalance"}
    assert [one["msg"] for one in found] == [one.message for one in ours.value.faults]
    assert [one["loc"] for one in found] == [
        ("budget", "hours_per_week"),
        ("budget", "min_hours", "sql"),
    ]


@settings(max_examples=25)
@given(strategies.plan_documents(), st.data())
def test_the_schema_for_pydantic_judges_as_the_other(document, data):
    """Written out in its places, each part says what it says by reference."""
    cls = sb.PlanDocument
    judges = [jsonschema.Draft202012Validator(one(cls)) for one in (flat_schema_of, sb.json_schema)]
    assert "$ref" not in json.dumps(judges[0].schema)
    content = sb.to_data(document)
    assert all(judge.is_valid(content) for judge in judges)
    part = data.draw(st.sampled_from(sorted(content["profile"])))
    content["profile"][part] = data.draw(strategies.ODD_JSON)
    assert judges[0].is_valid(content) == judges[1].is_valid(content)


def test_every_record_is_a_type_of_pydantic():
    """No record of the front door is left out, but for what is no document: a fault, a folder."""
    named = [getattr(sb, name) for name in sb.__all__]
    records = [value for value in named if isinstance(value, type) and attrs.has(value)]
    for record in records:
        if record not in {sb.Conflict, sb.Fault, sb.OnetRelease}:
            pydantic.TypeAdapter(record).json_schema()


def test_the_django_recipe_plans_and_stores():
    """The same documents through Django: a plan, a row, and faults with status 422."""
    django_app = runpy.run_path(str(EXAMPLES / "web" / "django_app.py"), run_name="django_app")
    sys.modules["django_app"] = type(sys)("django_app")
    vars(sys.modules["django_app"]).update(django_app)
    from django.db import connection
    from django.test import Client

    stored = django_app["StoredProfile"]
    with connection.schema_editor() as editor:
        editor.create_model(stored)
    client = Client()
    good = client.post("/plans?as_of=2026-01-05", json.dumps(DOCUMENT), "application/json")
    assert (good.status_code, good.json()) == (200, planned())
    (row,) = stored.objects.all()
    assert sb.from_data(row.document, sb.Profile).id == row.profile_id
    bad = client.post("/plans?as_of=2026-01-05", "{}", "application/json")
    assert bad.status_code == 422
    assert {fault["path"] for fault in bad.json()["faults"]} == {
        "$.schema_version",
        "$.profile",
        "$.budget",
    }
    assert client.post("/plans", "{}", "application/json").status_code == 400
    connection.close()
