"""The verbs as tools for a language model: descriptions, schemas, a call that never raises."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["agent_tools", "call_tool"]


def agent_tools() -> list[dict[str, Any]]:
    """
    List the verbs as tools, in a form that any provider's own list is made from.

    Returns
    -------
    list of dict
        One per tool: ``name``, ``description``, and ``parameters``, the JSON Schema (2020-12)
        of its arguments; new at each call.

    Notes
    -----
    Nothing here is of one provider: rename the keys as yours wants them (``input_schema``,
    ``function``...). Descriptions are those of the records, with units.

    Examples
    --------
    >>> import skillbalance as sb
    >>> [tool["name"] for tool in sb.agent_tools()][:3]
    ['list_fields', 'check_profile', 'weigh_skills']
    """
    from skillbalance.agents._tools import TOOLS, parameters_of

    return [
        {"name": name, "description": tool.description, "parameters": parameters_of(tool)}
        for name, tool in TOOLS.items()
    ]


def call_tool(name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    """
    Call a tool with what a language model said, and give what it can read.

    Parameters
    ----------
    name : str
        Name of the tool.
    arguments : mapping or str
        Its arguments as plain JSON values, or the JSON text itself.

    Returns
    -------
    dict
        ``{"result": ..., "text": ...}`` with the result as a document and, where there is one,
        as a person reads it; or ``{"error": {"message": ..., "faults": [...]}}``, every fault
        with its ``path`` and what it must be, so that the model can mend its call.

    Notes
    -----
    Whatever a model says comes back as such an error; only a bug raises. Nothing is read but the
    arguments: no file, no network, and no clock, so the day is an argument.

    Examples
    --------
    >>> import skillbalance as sb
    >>> profile = {"id": "ada", "field": "nursing", "stage": "midd"}
    >>> answer = sb.call_tool("weigh_skills", {"profile": profile})
    >>> answer["error"]["faults"][0]["path"]
    '$.profile.stage'
    """
    from skillbalance.agents._tools import answer

    if isinstance(arguments, str):
        return answer(name, arguments)
    try:
        text = json.dumps(arguments)
    except (TypeError, ValueError, RecursionError) as error:
        return {"error": {"message": f"the arguments are no JSON: {error}", "faults": []}}
    return answer(name, text)
