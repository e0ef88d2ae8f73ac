"""
The tools over the Model Context Protocol, on standard input and output.

Run as ``skillbalance mcp``, or ``python -m skillbalance.agents.mcp_server``; needs the extra
``mcp``.
"""

import asyncio
import json
from typing import Any

from skillbalance.agents.tools import agent_tools, call_tool
from skillbalance.errors import MissingExtraError

__all__ = ["make_server", "serve"]

_INSTRUCTIONS = (
    "Plan the weekly hours of a person over hard and soft skills. Put a profile together "
    "(check_profile names every fault), then plan_time; explain a plan by its text. Give the "
    "day as as_of."
)


def make_server() -> Any:
    """
    Make the server, without starting it.

    Returns
    -------
    mcp.server.Server
        One tool per entry of :func:`skillbalance.agent_tools`. A call that has to be mended comes
        back as a result with ``is_error``, its faults in text and structure.

    Raises
    ------
    MissingExtraError
        If the extra ``mcp`` is not installed.
    """
    try:
        from mcp import types
        from mcp.server import Server
    except ImportError:
        raise MissingExtraError("mcp", "mcp") from None

    async def list_tools(_context: object, _request: object) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool["name"],
                    description=tool["description"],
                    input_schema=tool["parameters"],
                )
                for tool in agent_tools()
            ]
        )

    async def call(_context: object, request: types.CallToolRequestParams) -> types.CallToolResult:
        answer = call_tool(request.name, request.arguments or {})
        # First what a person would read; the structure says the same to the last digit.
        text = answer.get("text") or json.dumps(answer, ensure_ascii=False, indent=1)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)],
            structured_content=answer,
            is_error="error" in answer,
        )

    return Server(
        "skillbalance", instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call
    )


def serve() -> None:
    """
    Serve on standard input and output until the client hangs up.

    Raises
    ------
    MissingExtraError
        If the extra ``mcp`` is not installed.
    """
    server = make_server()

    async def run() -> None:
        from mcp.server.stdio import stdio_server

        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run())


if __name__ == "__main__":
    serve()
