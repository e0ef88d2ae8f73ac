"""The verbs as tools: what a language model may call, and what it hears when it errs."""

import datetime as dt
import json
import re
from pathlib import Path

import jsonschema
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb

EXAMPLE = Path(__file__).parent.parent / "examples" / "profiles" / "software_engineer.json"
DAY = "2026-01-05"


@pytest.fixture(name="document")
def _document():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_every_tool_is_described_and_its_parameters_are_a_schema():
    """Each argument has a description; the schema is one that stands alone."""
    for tool in sb.agent_tools():
        assert tool["description"].endswith(".")
        jsonschema.Draft202012Validator.check_schema(tool["parameters"])
        assert all(value["description"] for value in tool["parameters"]["properties"].values())
        json.dumps(tool)
    names = [tool["name"] for tool in sb.agent_tools()]
    assert len(set(names)) == len(names)


def test_a_tool_gives_what_the_verb_gives(document):
    """The answer holds the very plan, to the last digit, and says it in words."""
    answer = sb.call_tool("plan_time", {**arguments(document), "as_of": DAY})
    read = sb.from_json(json.dumps(document), sb.PlanDocument)
    plan = sb.plan_time(read.profile, read.budget, as_of=dt.date.fromisoformat(DAY))
    assert answer["result"] == json.loads(sb.to_json(plan))
    assert "Proof" in answer["text"]


def arguments(document):
    """The parts of a plan document as arguments."""
    return {"profile": document["profile"], "budget": document["budget"]}


def test_arguments_may_be_json_text(document):
    """Most providers hand over the text a model wrote."""
    given_ = {**arguments(document), "as_of": DAY}
    assert sb.call_tool("plan_time", json.dumps(given_)) == sb.call_tool("plan_time", given_)


@pytest.mark.parametrize("name", [tool["name"] for tool in sb.agent_tools()])
def test_every_tool_can_be_called_on_a_shipped_profile(name, document):
    """What the schema requires is enough, and the answer is JSON."""
    everything = {
        **arguments(document),
        "as_of": DAY,
        "hours": {"python": 2},
        "skill_id": "python",
        "by": "2026-06-30",
        "availability": {
            "time_zone": "Europe/Berlin",
            "windows": [
                {"weekday": day, "start": "17:00", "end": "21:00"}
                for day in ("monday", "wednesday", "friday")
            ],
        },
        "stages": [{"from_on": "2027-01-04", "field": "software_engineering", "stage": "lead"}],
    }
    schema = next(tool for tool in sb.agent_tools() if tool["name"] == name)["parameters"]
    given_ = {key: everything[key] for key in schema["required"]}
    if name == "compare_contexts":
        given_["stage"] = "lead"  # that or a field
    jsonschema.validate(given_, schema)
    answer = sb.call_tool(name, given_)
    assert "error" not in answer
    json.dumps(answer, allow_nan=False)


def test_every_fault_is_named_at_once(document):
    """A model mends its call in one go: paths, rules, nearest names."""
    profile = {**document["profile"], "stage": "midd", "knid": 1}
    answer = sb.call_tool("plan_time", {"profile": profile, "bugdet": {}, "as_of": "today"})
    faults = {fault["path"]: fault["message"] for fault in answer["error"]["faults"]}
    assert set(faults) == {
        "$.profile.stage",
        "$.profile.knid",
        "$.bugdet",
        "$.budget",
        "$.as_of",
    }
    assert "nearest: 'budget'" in faults["$.bugdet"]
    assert faults["$.budget"] == "missing"


def test_contradicting_limits_come_with_a_way_out(document):
    """Each limit of the smallest conflict is named with the change that would do."""
    budget = {"hours_per_week": 1, "min_hours": {"python": 2}}
    answer = sb.call_tool(
        "plan_time", {"profile": document["profile"], "budget": budget, "as_of": DAY}
    )
    faults = {fault["path"]: fault["message"] for fault in answer["error"]["faults"]}
    assert faults == {
        '$.budget.min_hours["python"]': "2 is in conflict; 1 would do",
        "$.budget.hours_per_week": "1 is in conflict; 2 would do",
    }


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("plan_tiem", {}, "there is no tool 'plan_tiem'.*nearest: 'plan_time'"),
        ("list_fields", "{", "the arguments have faults"),
        ("list_fields", "[]", "the arguments have faults"),
        ("list_fields", {"day": dt.date(2026, 1, 5)}, "the arguments are no JSON"),
        ("list_fields", '{"a": 1, "a": 2}', "the arguments have faults"),
    ],
)
def test_nonsense_is_answered_not_raised(name, arguments, message):
    """An unknown tool, broken text, the wrong kind of thing: an error the model can read."""
    error = sb.call_tool(name, arguments)["error"]
    assert re.search(message, error["message"])


@settings(max_examples=50)
@given(st.data())
def test_no_arguments_make_a_tool_raise(data):
    """Whatever a model sends, it gets a dict back."""
    tool = data.draw(st.sampled_from(sb.agent_tools()))
    given_ = {
        key: data.draw(
            st.one_of(
                strategies.ODD_JSON,
                strategies.profiles().map(lambda one: json.loads(sb.to_json(one))),
            )
        )
        for key in tool["parameters"]["properties"]
        if data.draw(st.booleans())
    }
    answer = sb.call_tool(tool["name"], given_)
    assert answer.keys() <= {"result", "text"} or answer.keys() == {"error"}
