"""The shell, mostly in process; pipes, encodings and the module door through processes."""

import datetime as dt
import io
import json
import os
import re
import runpy
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import skillbalance as sb
from skillbalance import cli
from skillbalance.cli import _commands
from skillbalance.display.text.columns import display_width

PROFILES = Path(__file__).parent.parent / "examples" / "profiles"
ENGINEER = str(PROFILES / "software_engineer.json")
NURSE = str(PROFILES / "nurse.json")
AS_OF = ["--as-of", "2026-01-05"]


@pytest.fixture
def document():
    """A small plan document as plain data, free to spoil."""
    return {
        "schema_version": 1,
        "profile": {
            "id": "ada",
            "field": "data_science",
            "stage": "mid",
            "skills": [
                {"id": "sql", "kind": "hard", "name": "SQL"},
                {"id": "talks", "kind": "soft", "name": "Giving talks"},
            ],
            "goals": [{"id": "meeting", "targets": {"talks": 0.7}, "due_on": "2026-06-30"}],
            "assessments": [
                {
                    "skill_id": "sql",
                    "rating": 62,
                    "scale": "percent",
                    "assessed_on": "2025-12-01",
                    "rater_kind": "test",
                }
            ],
        },
        "budget": {"hours_per_week": 3},
    }


@pytest.fixture
def write(tmp_path):
    """A function that writes plain data to a file and returns the path."""

    def to_file(data):
        path = tmp_path / "document.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return str(path)

    return to_file


def run_process(arguments, *, stdin=b"", **variables):
    """The result of `python -m skillbalance`, in bytes."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "skillbalance", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | variables,
    )


# --- plan -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.json")), ids=lambda path: path.stem)
def test_plan_prints_table_summary_and_reasons_within_100_columns(path, capsys):
    """A plan names every skill twice, says where the person gets to, and fits the terminal."""
    assert cli.main(["plan", str(path), *AS_OF]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert max(map(display_width, printed.out.splitlines())) <= 100
    profile = sb.from_json(path, sb.PlanDocument).profile
    table, reasons = printed.out.split("\nReasons\n")
    for skill in profile.skills:
        assert f"\n{skill.name[:30]}" in table
        assert skill.name in " ".join(reasons.split())
    for label in ("Time", "Balance", "Readiness", "More time", "Proof"):
        assert re.search(rf"^{label}  ", table, flags=re.MULTILINE)
    assert "score" not in printed.out


def test_the_table_agrees_with_the_plan(capsys):
    """Hours, levels and weights printed are those of `plan_time`, most hours first."""
    cli.main(["plan", NURSE, *AS_OF])
    lines = capsys.readouterr().out.splitlines()
    document = sb.from_json(Path(NURSE), sb.PlanDocument)
    plan = sb.plan_time(document.profile, document.budget, as_of=dt.date(2026, 1, 5))
    rows = lines[4 : 4 + len(plan.items)]
    hours = []
    for row in rows:
        cells = re.split(r"\s{2,}", row)
        item = next(item for item in plan.items if item.name.startswith(cells[0].rstrip("…")))
        hours.append(item.hours_per_week)
        assert (cells[2] == "-") == (item.hours_per_week == 0)
        levels = item.proficiency_now, item.proficiency_then, item.proficiency_idle
        assert cells[3:6] == [f"{round(100 * level)} %" for level in levels]
        assert cells[6] == f"{item.horizon_weeks:.0f}"
        assert cells[7:9] == [f"{round(100 * share)} %" for share in (item.target, item.weight)]
    assert hours == sorted(hours, reverse=True)


def test_plan_as_json_is_the_plan(capsys):
    """`--json` prints what `to_json` gives, and nothing else."""
    assert cli.main(["plan", ENGINEER, *AS_OF, "--json"]) == 0
    document = sb.from_json(Path(ENGINEER), sb.PlanDocument)
    plan = sb.plan_time(document.profile, document.budget, as_of=dt.date(2026, 1, 5))
    assert json.loads(capsys.readouterr().out) == json.loads(sb.to_json(plan))


def test_hours_and_weeks_replace_those_of_the_document(capsys):
    """The plan is made for the hours and weeks of the command line."""
    cli.main(["plan", ENGINEER, *AS_OF, "--hours", "2.5", "--weeks", "10", "--json"])
    plan = json.loads(capsys.readouterr().out)
    assert plan["horizon_weeks"] == 10
    planned = sum(item["hours_per_week"] for item in plan["items"])
    assert planned + plan["unused_hours"] == pytest.approx(2.5)


@pytest.mark.parametrize("command", ["plan", "balance"])
def test_the_day_is_today_unless_given(command, capsys, write, document):
    """Without `--as-of` the shell reads the clock."""
    before = dt.date.today()  # noqa: DTZ011  (as the shell reads it)
    assert cli.main([command, write(document)]) == 0
    after = dt.date.today()  # noqa: DTZ011  (as the shell reads it)
    printed = capsys.readouterr().out
    assert any(day.isoformat() in printed for day in (before, after))


def test_an_overdue_goal_is_said(capsys, write, document):
    """A goal whose date has passed is named, not silently planned for."""
    assert cli.main(["plan", write(document), "--as-of", "2026-07-01"]) == 0
    assert re.search(r"^Overdue +meeting: due before", capsys.readouterr().out, flags=re.MULTILINE)


def test_long_names_are_cut_in_the_table_only(capsys, write, document):
    """The table keeps its width; the reasons give the whole name."""
    name = "Explaining uncertain results to people who have to decide by Friday and know no SQL"
    document["profile"]["skills"][1]["name"] = name
    assert cli.main(["plan", write(document), *AS_OF]) == 0
    table, reasons = capsys.readouterr().out.split("\nReasons\n")
    assert max(map(len, table.splitlines())) <= 100
    assert name not in table
    assert "…" in table
    assert name in " ".join(reasons.split())


@pytest.mark.parametrize(
    "name", ["交渉力", "Fu\u0308hrung", "ＳＱＬ", "a\x1b[31mb\nc", "می\u200cخواهم", "x" * 300]
)
@pytest.mark.parametrize("command", ["plan", "balance"])
def test_names_of_any_script_keep_the_columns_aligned(command, name, capsys, write, document):
    """Wide, combining and control characters move no column and start no line."""
    document["profile"]["skills"][1]["name"] = name
    assert cli.main([command, write(document), *AS_OF]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b" not in "".join(lines)
    rule = lines[3]
    ends = [match.end() for match in re.finditer("-+", rule)]
    for row in lines[4:6]:
        for position, end in enumerate(ends[1:2], start=1):
            start = end - len(rule.split("  ")[position])
            cut = next(n for n in range(len(row) + 1) if display_width(row[:n]) == start)
            assert row[cut:].startswith(("hard", "soft"))


def test_a_profile_without_skills_is_planned(capsys, write, document):
    """Nothing to plan is said in the same words, not met with a traceback."""
    document["profile"] |= {"skills": [], "goals": [], "assessments": []}
    path = write(document)
    for command in ("plan", "balance"):
        assert cli.main([command, path, *AS_OF]) == 0
    assert cli.main(["check", path]) == 0
    printed = capsys.readouterr()
    assert "3 h unused" in printed.out
    assert "Reasons" not in printed.out
    assert printed.err == ""


# --- check, balance, fields -----------------------------------------------------------------------


def test_check_counts_what_it_read(capsys, write, document):
    """A document without fault is confirmed by its counts."""
    document["profile"]["feedback"] = [
        {"skill_ids": ["sql"], "tone": "growth", "given_on": "2025-12-01", "rater_kind": "peer"}
    ]
    assert cli.main(["check", write(document)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert re.sub(" +", " ", printed.out).splitlines()[2:] == [
        "Skills 2: 1 hard, 1 soft",
        "Goals 1: 1 career, 0 personal",
        "Ratings 1: 1 test",
        "Feedback 1 item",
        "Budget 3 h a week for 26 weeks",
        "Not rated Giving talks",
    ]


def test_balance_names_bottlenecks_and_blind_spots(capsys):
    """Indices, shares, the skills that hold readiness back, and who overrates himself at what."""
    assert cli.main(["balance", str(PROFILES / "sales_representative.json"), *AS_OF]) == 0
    printed = capsys.readouterr().out
    document = sb.from_json(PROFILES / "sales_representative.json", sb.PlanDocument)
    balance = sb.measure_balance(document.profile, as_of=dt.date(2026, 1, 5))
    assert f"hard {balance.hard_index:.3f}, soft {balance.soft_index:.3f}" in printed
    assert printed.count("reaching its target would add") == len(balance.bottlenecks) > 0
    assert re.search(r"Giving feedback: own rating 0\.\d\d above the others'", printed)
    assert max(map(display_width, printed.splitlines())) <= 100


def test_balance_names_hidden_strengths(capsys, write, document):
    """Who rates himself far below everybody else is told so."""
    rating = {"skill_id": "talks", "scale": "one_to_five", "assessed_on": "2025-12-01"}
    document["profile"]["assessments"] += [
        rating | {"rating": 1, "rater_kind": "self"},
        *({"rating": 5, "rater_kind": kind} | rating for kind in ("test", "supervisor", "peer")),
    ]
    assert cli.main(["balance", write(document), *AS_OF]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^Hidden strengths +Giving talks: own rating ", printed, flags=re.MULTILINE)
    assert "none clear of the noise" in printed


def test_check_says_the_limits(capsys, write, document):
    """Limits are read back in words, so that a slip in them is seen."""
    document["budget"] |= {
        "min_hours": {"sql": 0.5},
        "max_hours": {"sql": 2, "talks": 1.5},
        "soft_share": [0.4, 0.7],
        "max_skills": 1,
    }
    assert cli.main(["check", write(document)]) == 0
    assert re.sub(" +", " ", capsys.readouterr().out).splitlines()[7:11] == [
        "At least SQL 30 min",
        "At most SQL 2 h, Giving talks 1 h 30",
        "Soft share 40 % to 70 % of the planned hours",
        "Focus 1 skill at most",
    ]


def test_fields_lists_every_field(capsys):
    """One line per field with its id, name, soft share and number of occupations."""
    assert cli.main(["fields"]) == 0
    rows = [re.split(r"\s{2,}", line) for line in capsys.readouterr().out.splitlines()[2:]]
    assert rows == [
        [field.field, field.name, f"{round(100 * field.soft_share)} %", str(field.n_occupations)]
        for field in sb.fields()
    ]


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["plan", "check", "balance"])
def test_every_fault_is_a_line_on_standard_error(command, capsys, write, document):
    """Five mistakes give five lines, `path: message`, status 1 and no output."""
    document["profile"]["stage"] = "mdi"
    document["profile"]["field"] = "data_sience"
    document["profile"]["skills"][0]["half_gap_hour"] = 40
    document["profile"]["assessments"][0]["rating"] = 620
    document["budget"]["hours_per_week"] = "three"
    assert cli.main([command, write(document)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert len(lines) == 5
    for place in (
        "profile.stage",
        "profile.field",
        "profile.skills[0].half_gap_hour",
        "profile.assessments[0].rating",
        "budget.hours_per_week",
    ):
        assert any(re.match(rf"\$\.{re.escape(place)}: \S", line) for line in lines)
    assert "'data_science'" in printed.err
    assert "half_gap_hours" in printed.err


def test_a_fault_cannot_write_to_the_terminal(capsys, write, document):
    """Control characters in a key are shown escaped, each fault on one line."""
    document["profile"]["\x1b[31m\nid"] = 1
    assert cli.main(["check", write(document)]) == 1
    complaint = capsys.readouterr().err
    assert "\x1b" not in complaint
    assert complaint.count("\n") == 1


def test_infeasible_limits_name_each_limit_and_a_way_out(capsys, write, document):
    """Minima above the budget are refused with what each would have to be."""
    document["budget"]["min_hours"] = {"sql": 2, "talks": 2}
    assert cli.main(["plan", write(document), *AS_OF]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert any(re.match(r"\$\.budget\.hours_per_week: 3 .*; 4 would do$", line) for line in lines)
    assert any(
        re.match(r'\$\.budget\.min_hours\["sql"\]: 2 .*; 1 would do$', line) for line in lines
    )
    assert cli.main(["check", write(document)]) == 0
    assert cli.main(["plan", write(document), *AS_OF, "--hours", "4"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["plam", ENGINEER], "invalid choice: 'plam'"),
        (["plan"], "required: FILE"),
        (["plan", ENGINEER, "--as-of", "05.01.2026"], "must be a date like 2026-01-05"),
        (["plan", ENGINEER, "--as-of", "2026-02-30"], "must be a day of the calendar"),
        (["plan", ENGINEER, "--hours", "many"], "must be a number, got 'many'"),
        (["plan", ENGINEER, "--hours", "-1"], "hours_per_week must be"),
        (["plan", ENGINEER, "--hours", "nan"], "hours_per_week must be"),
        (["plan", ENGINEER, "--weeks", "0"], "horizon_weeks must be"),
        (["plan", ENGINEER, "--week", "4"], "unrecognized arguments"),
        (["fields", "sales"], "unrecognized arguments"),
    ],
)
def test_a_wrong_command_line_is_usage(arguments, message, capsys):
    """Status 2, the rule on standard error, nothing on standard output."""
    with pytest.raises(SystemExit, match=r"^2$"):
        cli.main(arguments)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read_is_usage(name, capsys, tmp_path):
    """An absent file and a folder are named with the reason, status 2."""
    path = str(tmp_path / name)
    assert cli.main(["check", path]) == 2
    assert re.fullmatch(
        rf"skillbalance: cannot read {re.escape(path)}: .+\n", capsys.readouterr().err
    )


def test_help_tells_the_commands_and_the_statuses(capsys):
    """`--help` is enough to use the shell."""
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main(["--help"])
    printed = capsys.readouterr().out
    for word in ("plan", "check", "balance", "fields", "exit status"):
        assert word in printed


def test_a_refusal_of_another_kind_is_a_line_too(capsys, monkeypatch, write, document):
    """Whatever the library refuses on purpose is one line on standard error, status 1."""

    def refuse(*_, **__):
        raise sb.InvalidValueError("horizon_weeks", "at most 1000000", 1e300)

    monkeypatch.setattr(_commands, "plan_time", refuse)
    assert cli.main(["plan", write(document), *AS_OF]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "$: horizon_weeks must be at most 1000000, got 1e+300\n"


def test_a_limit_that_no_change_of_its_own_can_mend_says_so(capsys, monkeypatch, write, document):
    """Where relaxing one limit alone would not do, no number is promised."""

    def refuse(*_, **__):
        raise sb.InfeasibleError([sb.Conflict("soft_share[0]", 0.5, float("nan"))])

    monkeypatch.setattr(_commands, "plan_time", refuse)
    assert cli.main(["plan", write(document), *AS_OF]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("$.budget.soft_share[0]: 0.5 cannot be met")
    assert complaint.endswith("; changing it alone would not do\n")


# --- streams and processes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"), [(b'{"schema_version": 1}', 1), (b"\xff\xfe{}", 1), (b"", 1), (None, 2)]
)
def test_standard_input_is_read_as_a_file_is(data, status, capsys, monkeypatch):
    """`-` is standard input; what is no document there is refused, a closed one is usage."""
    stdin = None if data is None else io.TextIOWrapper(io.BytesIO(data))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert cli.main(["check", "-"]) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


def test_the_module_is_the_command():
    """`python -m skillbalance plan -` plans what it reads from standard input."""
    result = run_process(["plan", "-", *AS_OF], stdin=Path(NURSE).read_bytes())
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.startswith(b"Plan: amara")


def test_the_module_passes_the_status_on(capsys, monkeypatch, write):
    """A refused document ends the process with status 1."""
    monkeypatch.setattr(sys, "argv", ["skillbalance", "check", write({})])
    with pytest.raises(SystemExit, match=r"^1$"):
        runpy.run_module("skillbalance", run_name="__main__")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("$")


def test_json_is_escaped_where_the_output_lacks_a_letter(monkeypatch, write, document):
    """JSON to an ASCII output is the same document, spelt with escapes."""
    document["profile"]["skills"][0]["name"] = "Gesprächsführung"
    output = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(output, encoding="ascii"))
    assert cli.main(["plan", write(document), *AS_OF, "--json"]) == 0
    printed = output.getvalue().decode("ascii")
    assert json.loads(printed)["items"][0]["name"] == "Gesprächsführung"


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_ascii_terminal_shows_everything(options, write, document):
    """In the C locale, without UTF-8 mode, foreign letters are escaped and columns aligned."""
    document["profile"]["skills"][0]["name"] = "Gesprächsführung"
    document["profile"]["skills"][1] |= {"id": "交渉", "name": "交渉力 " * 20}
    document["profile"]["goals"][0]["targets"] = {"交渉": 0.7}
    result = run_process(
        ["plan", write(document), *AS_OF, *options],
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING="",
    )
    assert (result.returncode, result.stderr) == (0, b"")
    text = result.stdout.decode("ascii")
    if options:
        assert [item["skill_id"] for item in json.loads(text)["items"]] == ["sql", "交渉"]
    else:
        assert r"Gespr\xe4chsf\xfchrung" in text
        assert "... " in text


@pytest.mark.skipif(os.name != "posix", reason="closing a pipe early is a POSIX matter")
@pytest.mark.parametrize(("closed", "status"), [("stdout", 0), ("stderr", 1)])
def test_a_closed_pipe_is_no_fault(closed, status, capsys, monkeypatch, write):
    """`skillbalance fields | head -0` ends quietly, whichever stream was closed."""
    reading, writing = os.pipe()
    os.close(reading)
    arguments = ["fields"] if closed == "stdout" else ["check", write({})]
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, closed, pipe)
        assert cli.main(arguments) == status
        # What the interpreter does at its end.
        pipe.flush()
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


@pytest.mark.skipif(os.name != "posix", reason="closing a pipe early is a POSIX matter")
def test_a_process_ends_quietly_when_its_reader_is_gone():
    """Nothing is left for the end of the interpreter to stumble over."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "skillbalance", "fields"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_without_a_traceback(capsys, monkeypatch):
    """Output that cannot be written is told in one line, status 2."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert cli.main(["fields"]) == 2
    assert re.fullmatch(r"skillbalance: cannot write: .+\n", capsys.readouterr().err)


def test_schema_prints_the_schema_of_a_document(capsys):
    """Without a name it is that of a plan document; an unknown name is a mistake of usage."""
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == sb.json_schema(sb.PlanDocument)
    assert cli.main(["schema", "TimePlan"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "TimePlan"
    with pytest.raises(SystemExit, match="2"):
        cli.main(["schema", "TimePlna"])
    assert "must be one of PlanDocument, Profile" in capsys.readouterr().err


# --- week -----------------------------------------------------------------------------------------


@pytest.fixture
def document_with_time(document):
    """The same document with evenings that are free."""
    windows = [
        {"weekday": day, "start": "18:00", "end": "20:00"}
        for day in ("monday", "wednesday", "friday")
    ]
    return {**document, "availability": {"time_zone": "Europe/Berlin", "windows": windows}}


def test_week_prints_the_sessions_of_the_plan(write, document_with_time, capsys):
    """The week printed is that of `schedule_week`, in any week asked for, within the terminal."""
    path = write(document_with_time)
    read = sb.from_json(Path(path), sb.PlanDocument)
    plan = sb.plan_time(read.profile, read.budget, as_of=dt.date(2026, 1, 5))
    for options, date in (([], dt.date(2026, 1, 5)), (["--week-of", "2026-01-20"], None)):
        assert cli.main(["week", path, *AS_OF, *options]) == 0
        printed = capsys.readouterr().out
        week = sb.schedule_week(
            plan, read.availability, week_of=date or dt.date(2026, 1, 20), profile=read.profile
        )
        assert max(map(display_width, printed.splitlines())) <= 100
        assert printed.count("SQL  ") + printed.count("Giving talks  ") == len(week.sessions)
        assert " ".join(week.summary().split()) in " ".join(printed.split())
        assert cli.main(["week", path, *AS_OF, *options, "--json"]) == 0
        assert sb.from_json(capsys.readouterr().out, sb.Week) == week


def test_week_without_availability_or_room_says_so(write, document, document_with_time, capsys):
    """What is missing is told with its place, one line each, status 1."""
    assert cli.main(["week", write(document), *AS_OF]) == 1
    assert capsys.readouterr().err == "$.availability: missing; a week needs it\n"
    assert cli.main(["week", write(document_with_time), *AS_OF, "--hours", "8"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("$.availability: 2 of 8 planned hours find no place in the week: ")
    assert lines[1].startswith("$.budget.hours_per_week: 8 cannot be met")
    assert lines[1].endswith("; 6 would do")
    assert lines[2].startswith("$.availability.windows: 6 cannot be met")


def test_a_calendar_file_is_written_and_brought_up_to_date(
    write, document_with_time, capsys, tmp_path
):
    """`--ics` writes the week; the next call renews the events and moves as few as it can."""
    pytest.importorskip("icalendar", reason="needs the extra calendar")
    out = tmp_path / "week.ics"
    before = ()
    for sequence, command in enumerate(["week", "plan", "week"]):
        path = write(document_with_time)
        assert cli.main([command, path, *AS_OF, "--ics", str(out), "--alarm", "5"]) == 0
        text = out.read_bytes().decode()
        assert f"SEQUENCE:{sequence}\r\n" in text
        assert "TRIGGER:-PT5M\r\n" in text
        found = sb.read_calendar(out)
        assert sum(one.hours for one in found) == 3.0
        if sequence:
            assert found == before
        before = found
    capsys.readouterr()
    document_with_time["availability"]["windows"][0]["start"] = "18:30"
    assert cli.main(["week", write(document_with_time), *AS_OF, "--ics", str(out)]) == 0
    printed = capsys.readouterr().out
    after = sb.read_calendar(out)
    moved = set(before) - set(after)
    assert {one.uid for one in before} == {one.uid for one in after}
    assert 0 < len(moved) < len(before)
    assert f" {len(moved)} session" in printed
    assert " moved." in printed


def test_a_calendar_file_that_is_none_or_nowhere(write, document_with_time, capsys, tmp_path):
    """A file of another kind is left as it is, and one that cannot be written is told."""
    pytest.importorskip("icalendar", reason="needs the extra calendar")
    other = tmp_path / "notes.txt"
    other.write_text("keep me", encoding="utf-8")
    assert cli.main(["week", write(document_with_time), *AS_OF, "--ics", str(other)]) == 1
    assert other.read_text(encoding="utf-8") == "keep me"
    assert "not a calendar" in capsys.readouterr().err
    nowhere = tmp_path / "none" / "week.ics"
    assert cli.main(["week", write(document_with_time), *AS_OF, "--ics", str(nowhere)]) == 2
    assert capsys.readouterr().err.startswith(f"skillbalance: cannot write {nowhere}: ")
    assert cli.main(["week", write(document_with_time), *AS_OF, "--ics", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"skillbalance: cannot read {tmp_path}: ")
    for minutes in ("1.5", "-1", "99999", "soon"):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["week", "-", "--alarm", minutes])
        capsys.readouterr()


def test_version_is_that_of_the_installed_package(capsys, monkeypatch):
    """`--version` says what a bug report needs, from a folder of sources too."""
    monkeypatch.setattr(metadata, "version", lambda _: "1.2.3")
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == "skillbalance 1.2.3\n"

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == "skillbalance (not installed)\n"
