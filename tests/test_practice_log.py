"""The practice log: written, appended, broken, read; every fault by its line."""

import datetime as dt
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from tests import strategies

SESSION = sb.PracticeRecord(skill_id="sql", on=dt.date(2026, 1, 5), hours=1, activity="practice")
GOOD = sb.write_practice_log([SESSION])

logs = st.lists(strategies.practice_records(), max_size=8)


@given(logs)
def test_what_is_written_is_read_back_equal(records):
    """Text, bytes and file give the records back, types included, and find no fault."""
    text = sb.write_practice_log(records)
    for source in (text, text.encode(), io.StringIO(text), io.BytesIO(text.encode())):
        log = sb.read_practice_log(source)
        assert (log.records, log.faults) == (tuple(records), ())
        assert [type(record.hours) for record in log] == [float] * len(records)
    assert text.count("\n") == len(records)


@settings(max_examples=40)
@given(st.lists(logs, max_size=4))
def test_appending_in_parts_is_writing_at_once(tmp_path_factory, parts):
    """A log appended to in any number of parts is the log written in one."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    for part in parts:
        sb.append_practice(path, part)
    whole = [record for part in parts for record in part]
    assert path.exists() is bool(whole)
    if whole:
        assert path.read_text(encoding="utf-8") == sb.write_practice_log(whole)


@settings(max_examples=60)
@given(st.lists(strategies.practice_records(), min_size=1, max_size=4), st.data())
def test_a_log_cut_anywhere_loses_one_line_at_most(records, data):
    """However a log is cut off, all whole lines are kept and the cut one is reported as such."""
    content = sb.write_practice_log(records).encode()
    cut = data.draw(st.integers(0, len(content)))
    log = sb.read_practice_log(content[:cut])
    whole = content[:cut].count(b"\n")
    rest = content[:cut].rpartition(b"\n")[2]
    # A line that lacks nothing but its end is whole.
    complete = rest.endswith(b"}") and content[cut : cut + 1] == b"\n"
    assert log.records == tuple(records[: whole + complete])
    assert log.half_written is (bool(rest.strip()) and not complete)
    if log.half_written:
        (fault,) = log.faults
        assert fault.path == f"line {whole + 1}"


@pytest.mark.parametrize("cut", [5, 40, len(GOOD) - 1])
def test_a_log_goes_on_after_a_line_that_was_cut_off(tmp_path, cut):
    """New sessions never stick to a half-written line: only that one stays a fault."""
    path = tmp_path / "log.jsonl"
    path.write_text(GOOD + GOOD[:cut], encoding="utf-8")
    sb.append_practice(str(path), [SESSION, SESSION])
    log = sb.read_practice_log(path)
    whole = cut == len(GOOD) - 1
    assert log.records == (SESSION,) * (4 if whole else 3)
    assert [fault.path for fault in log.faults] == ([] if whole else ["line 2"])
    assert not log.half_written


def line(**changes: object) -> str:
    """Write a session with some keys changed, or left out where None."""
    values = {**json.loads(GOOD), **changes}
    return json.dumps({key: value for key, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (line(hours="1"), "$.hours", "must be a finite number, got '1'"),
        (line(hours=True), "$.hours", "must be a finite number, got true"),
        (line(hours=25), "$.hours", "must be in [0, 24], got 25.0"),
        (line().replace("1.0", "NaN"), "$.hours", "must be a finite number, got NaN"),
        (line(on="20260105"), "$.on", "must be a date written YYYY-MM-DD, got '20260105'"),
        (line(on="2026-02-30"), "$.on", "must be a date written YYYY-MM-DD"),
        (line(activity="practise"), "$.activity", "(nearest: 'practice')"),
        (line(outcome=1), "$.outcome", "one of 'done', 'missed', 'excused'"),
        (line(skill_id=" "), "$.skill_id", "must be a non-empty string"),
        (line(skill_id=None), "$.skill_id", "missing"),
        (line(hour=1), "$.hour", "unknown key (nearest: 'hours')"),
        (GOOD.strip()[:-1] + ', "hours": 2}', "$.hours", "given more than once"),
        ("[1]", "$", "must be an object (PracticeRecord), got an array"),
        ("null", "$", "must be an object"),
    ],
)
def test_every_fault_names_its_line_and_place(text, path, message):
    """A wrong value is named by line, key and rule; the lines around it are kept."""
    log = sb.read_practice_log(f"{GOOD}\n{text}\n{GOOD}")
    assert log.records == (SESSION, SESSION)
    (fault,) = log.faults
    assert fault.path == f"line 3: {path}"
    assert message in fault.message
    assert not log.half_written


def test_all_faults_of_a_log_are_found():
    """Several faults on one line and on several lines are all reported, in order."""
    bad = line(hours="x", on="soon")
    log = sb.read_practice_log(f"{bad}\r\n{GOOD.strip()}\r\nnonsense\n{bad}\n")
    assert [fault.path for fault in log.faults] == [
        "line 1: $.on",
        "line 1: $.hours",
        "line 3",
        "line 4: $.on",
        "line 4: $.hours",
    ]
    assert log.faults[2].message.startswith("not JSON: ")
    assert len(log) == 1


def test_odd_bytes_are_faults_of_their_line():
    """Bytes that are no UTF-8 and separators inside a string disturb no other line."""
    odd = sb.write_practice_log([sb.PracticeRecord(**{**FIELDS, "skill_id": "a\u2028b"})])
    content = odd.encode() + b'{"skill_id": "\xff"}\n' + odd.encode()
    log = sb.read_practice_log(content)
    assert [record.skill_id for record in log] == ["a\u2028b", "a\u2028b"]
    assert "not UTF-8" in log.faults[0].message
    assert sb.read_practice_log("\ufeff" + GOOD).records == (SESSION,)


FIELDS = {"on": dt.date(2026, 1, 5), "hours": 1, "activity": "practice"}


def test_the_empty_log():
    """No text, empty lines and an empty file are logs without sessions."""
    for nothing in ("", "\n\n  \n", b""):
        assert sb.read_practice_log(nothing) == sb.PracticeLog()


def test_what_is_no_log_is_refused(tmp_path):
    """A thing that cannot be read, a file that is not there and a false record raise."""
    with pytest.raises(sb.InvalidValueError, match="source must be text of a practice log"):
        sb.read_practice_log(3)
    with pytest.raises(FileNotFoundError, match="none"):
        sb.read_practice_log(tmp_path / "none")
    with pytest.raises(sb.InvalidValueError, match=r"records\[1\] must be a PracticeRecord"):
        sb.append_practice(tmp_path / "log", [SESSION, {}])
    assert not (tmp_path / "log").exists()


def test_a_large_log_takes_time_in_proportion():
    """Ten thousand sessions are read in a few seconds on the slowest machine, none lost."""
    text = GOOD * 10_000
    assert len(sb.read_practice_log(text)) == 10_000
