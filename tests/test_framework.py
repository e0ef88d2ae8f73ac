"""A company's framework in CSV: skills, roles and levels, every fault with its line."""

import contextlib
import csv
import datetime as dt
import io

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats.framework_csv import read_framework

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
COLUMNS = {"skill_id", "kind", "name", "elements", "upkeep", "retained_share"}
COLUMNS |= {"half_gap_hours", "half_life_weeks"}


def ladder(path, text, **options):
    """Write a file and read it as a framework."""
    file = path / "ladder.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_framework(file, **options)


@st.composite
def tables(draw):
    """Skills, roles and levels, with the cells they are written in."""
    trimmed = NAMES.map(str.strip).filter(bool)
    ids = draw(st.lists(trimmed, max_size=5, unique=True))
    roles = draw(st.lists(trimmed.filter(lambda x: x not in COLUMNS), max_size=4, unique=True))
    skills = [
        sb.Skill(
            id=one,
            kind=draw(st.sampled_from(["hard", "soft"])),
            elements=draw(
                st.lists(st.sampled_from(strategies.ELEMENT_IDS), max_size=2, unique=True)
            ),
            half_gap_hours=draw(st.floats(1, 500)),
        )
        for one in ids
    ]
    levels = {
        role: draw(st.dictionaries(st.sampled_from(ids), st.floats(0, 1)) if ids else st.just({}))
        for role in roles
    }
    return skills, levels


@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["", "\ufeff"]), st.randoms())
def test_what_is_written_is_read(tmp_path_factory, table, delimiter, mark, random):
    """Skills, roles and levels come back in order, whatever the order of the columns."""
    skills, levels = table
    columns = ["skill_id", "kind", "elements", "half_gap_hours", *levels]
    random.shuffle(columns)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for skill in skills:
        cells = {
            "skill_id": skill.id,
            "kind": skill.kind.value,
            "elements": ";".join(skill.elements),
            "half_gap_hours": repr(skill.half_gap_hours),
            **{role: repr(of[skill.id]) if skill.id in of else "" for role, of in levels.items()},
        }
        writer.writerow([cells[name] for name in columns])
    found = ladder(tmp_path_factory.mktemp("ladder"), mark + text.getvalue(), delimiter=delimiter)
    assert found.skills == tuple(skills)
    assert {role.id: dict(role.levels) for role in found.roles} == levels
    assert [role.id for role in found.roles] == [name for name in columns if name in levels]
    assert sb.from_json(sb.to_json(found), sb.Framework) == found


LADDER = "skill_id,kind,name,engineer,senior\nsql,hard,SQL,B1,C1\nfeedback,soft,,,B2\n"


def test_a_role_gives_a_goal_and_its_skills(tmp_path):
    """Targets are the levels of the role on the scale of the file, and stand in the plan."""
    found = ladder(tmp_path, LADDER, scale="cefr")
    assert [skill.name for skill in found.skills] == ["SQL", "feedback"]
    assert [skill.id for skill in found.skills_of("engineer")] == ["sql"]
    goal = found.goal("senior", due_on=dt.date(2027, 1, 1), priority=2)
    assert dict(goal.targets) == {
        "sql": sb.scales.CEFR.proficiency(sb.scales.CEFR.number("C1")),
        "feedback": sb.scales.CEFR.proficiency(sb.scales.CEFR.number("B2")),
    }
    assert (goal.id, goal.priority, goal.due_on) == ("senior", 2.0, dt.date(2027, 1, 1))
    person = sb.Profile(id="ada", field="nursing", stage="mid", skills=found.skills, goals=[goal])
    plan = sb.plan_time(person, sb.TimeBudget(hours_per_week=3), as_of=dt.date(2026, 3, 2))
    assert {item.skill_id: item.target for item in plan.items} == goal.targets
    with pytest.raises(sb.UnknownFieldError, match="nearest: 'senior'"):
        found.role("senor")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["file: empty"]),
        ("\n\n", ["file: empty"]),
        (b"\xff\xfe", ["file: not UTF-8 text: invalid start byte at byte 0"]),
        ('skill_id,kind\n"sql,hard\n', ["file: not CSV: unexpected end of data"]),
        (
            "skil_id,kind,kind,\n",
            [
                "line 1, skill_id: column is missing (nearest: 'skil_id')",
                "line 1, kind: column is there twice",
                "line 1, column 4: has no name",
            ],
        ),
        ("skill_id,kind\nsql\n", ["line 2, row: has 1 cells, the first row 2"]),
        ("skill_id,kind\nsql,hrad\n", ["line 2, kind: must be one of 'hard', 'soft', got 'hrad'"]),
        ("skill_id,kind\nsql,\n", ["line 2, kind: must be 'hard' or 'soft', got nothing"]),
        ("skill_id,kind\n ,hard\n", ["line 2, skill_id: must be a non-empty string, got ''"]),
        ("skill_id,kind\na,hard\na,soft\n", ["line 3, skill_id: 'a' is there twice"]),
        (
            "skill_id,kind,upkeep,elements\na,hard,x,2.A.1.z\nb,hard,7,\n",
            [
                "line 2, upkeep: must be a number, got 'x'",
                (
                    "line 2, elements: must be the id of an O*NET element in the reference table, "
                    "such as '2.A.1.b', got '2.A.1.z'"
                ),
                "line 3, upkeep: must be in [0, 1], got 7.0",
            ],
        ),
        (
            "skill_id,kind,elemnts\na,hard,2.A.1.a\n",
            [
                (
                    "line 2, elemnts: must be a number in [0, 1] (the scale has no labels), got "
                    "'2.A.1.a'; 'elemnts' is taken for a role (nearest: 'elements')"
                ),
            ],
        ),
        (
            "skill_id,kind,junior\na,hard,1.5\nb,hard,nan\n",
            [
                "line 2, junior: must be in [0, 1], got 1.5",
                "line 3, junior: must be a finite number, got nan",
            ],
        ),
    ],
)
def test_every_fault_is_named_with_its_line(tmp_path, text, faults):
    """One error lists all that is wrong in a file."""
    with pytest.raises(sb.InvalidDocumentError) as caught:
        ladder(tmp_path, text)
    assert [str(fault) for fault in caught.value.faults] == faults


@given(st.binary(max_size=60) | st.text(' ,;"\nskill_idknhar01.5', max_size=80).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory, content):
    """No bytes make another error than the one that lists faults."""
    path = tmp_path_factory.mktemp("ladder")
    for text in (content, b"skill_id,kind,mid\n" + content):
        with contextlib.suppress(sb.InvalidDocumentError):
            ladder(path, text)


def test_options_are_checked(tmp_path):
    """Scale and delimiter are refused by name."""
    with pytest.raises(sb.InvalidValueError, match="scale must be"):
        ladder(tmp_path, LADDER, scale="cerf")
    for delimiter in ("", "::", '"', "\n", None):
        with pytest.raises(sb.InvalidValueError, match="delimiter must be one character"):
            ladder(tmp_path, LADDER, delimiter=delimiter)


def test_roles_and_skills_are_there_once():
    """A framework made by hand follows the rules of one that was read."""
    role = sb.FrameworkRole(id="mid", levels={})
    with pytest.raises(sb.InvalidValueError, match="unique"):
        sb.Framework(skills=[], roles=[role, role])
