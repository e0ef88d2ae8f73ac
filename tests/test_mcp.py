"""The tools over the Model Context Protocol, called by a real client."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

import skillbalance as sb

mcp = pytest.importorskip("mcp", reason="needs the extra mcp")

EXAMPLE = Path(__file__).parent.parent / "examples" / "profiles" / "nurse.json"


def connection(how):
    """What a client connects to: the server in this process, or one of its own over stdio."""
    if how == "in process":
        from skillbalance.agents.mcp_server import make_server

        return make_server()
    return mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "skillbalance", "mcp"], env=dict(os.environ)
    )


@pytest.mark.parametrize("how", ["in process", "stdio"])
def test_a_client_lists_and_calls_the_tools(how):
    """The plan over the protocol is the plan of the library, to the last digit."""
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    given = {"profile": document["profile"], "budget": document["budget"], "as_of": "2026-01-05"}

    async def talk():
        async with mcp.Client(connection(how)) as client:
            tools = await client.list_tools()
            good = await client.call_tool("plan_time", given)
            bad = await client.call_tool("plan_time", {**given, "as_of": "soon"})
            return tools.tools, good, bad

    tools, good, bad = asyncio.run(talk())
    assert [tool.name for tool in tools] == [tool["name"] for tool in sb.agent_tools()]
    assert tools[0].input_schema["type"] == "object"
    answer = sb.call_tool("plan_time", given)
    assert good.structured_content == json.loads(json.dumps(answer))
    assert (good.is_error, good.content[0].text) == (False, answer["text"])
    assert bad.is_error
    assert "$.as_of" in bad.content[0].text
