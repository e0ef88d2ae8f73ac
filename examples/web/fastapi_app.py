"""
A planning service: records are bodies and answers as they are, faults come with their location.

Run it with ``uvicorn fastapi_app:app`` in this folder; it needs fastapi and uvicorn.
"""

import datetime as dt
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import JSONResponse

import skillbalance as sb

app = FastAPI(title="Plan a week", version="1")


@app.exception_handler(sb.InfeasibleError)
async def explain_conflict(_request, error):
    """Limits that contradict each other: the smallest set, and what each would have to be."""
    conflicts = [
        {"limit": conflict.limit, "value": conflict.value, "would_do": conflict.relaxed}
        for conflict in error.conflicts
    ]
    return JSONResponse({"detail": conflicts}, status_code=409)


@app.post("/plans")
def make_plan(document: Annotated[sb.PlanDocument, Body()], as_of: dt.date) -> sb.TimePlan:
    """Plan the week of a profile. A faulty document is answered with 422 and every location."""
    return sb.plan_time(document.profile, document.budget, as_of=as_of)


@app.post("/balance")
def measure(profile: Annotated[sb.Profile, Body()], as_of: dt.date) -> sb.Balance:
    """Measure where somebody stands."""
    return sb.measure_balance(profile, as_of=as_of)


@app.get("/fields/{field_id}")
def show_field(field_id: str) -> sb.Field:
    """Show one field of work."""
    for field in sb.fields():
        if field.field == field_id:
            return field
    raise HTTPException(404, f"there is no field {field_id!r}")
