"""
The reader under documents that are nearly right: no crash, no hang, nothing accepted wrongly.

Some thousands here; `make fuzz` tries a million of the same kind.
"""

import json
import random
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats import _read
from skillbalance.formats._parse import DEEPEST, parse

pytest.importorskip("jsonschema", reason="the judge of what was accepted is jsonschema")

from tools import fuzz  # the judge is imported there

CHUNK = 500


@pytest.mark.parametrize("chunk", range(6))
def test_nearly_right_documents_are_read_rightly_or_refused(chunk):
    """No document breaks the reader; some are accepted and most are not, as it should be."""
    broken: list[str] = []
    found = fuzz.fuzz(range(chunk * CHUNK, (chunk + 1) * CHUNK), broken.append)
    assert broken == []
    assert found["read"] > CHUNK / 50
    assert found["refused"] > CHUNK / 2


def test_a_fuzzed_document_can_be_made_again():
    """A number makes one document, whatever was made before it."""
    seed, text = fuzz.document(7)
    fuzz.document(8)
    assert fuzz.document(7) == (seed, text)
    assert fuzz.document(8)[1] != text


def test_the_fuzzer_sees_a_crash(monkeypatch):
    """An exception that is no refusal is a finding."""
    monkeypatch.setattr(fuzz, "from_json", lambda _text, _type: 1 / 0)
    told: list[str] = []
    assert fuzz.fuzz(range(3), told.append)["broken"] == 3
    assert "ZeroDivisionError" in told[0]


def test_the_fuzzer_sees_a_hang(monkeypatch):
    """A document that takes too long is a finding even if it is refused in the end."""
    monkeypatch.setattr(fuzz, "LONGEST", -1.0)
    with pytest.raises(fuzz.Broken, match="took"):
        fuzz.try_one(fuzz.seeds()[0], b"{}")


def test_the_fuzzer_sees_what_the_long_way_refuses(monkeypatch):
    """A quick reader that lets through what the long way names is a finding."""
    seed = next(one for one in fuzz.seeds() if one.type is sb.TimeBudget)
    wrong = json.dumps({**seed.content, "hours_per_week": -1}).encode()
    good = sb.from_data(seed.content, sb.TimeBudget)
    monkeypatch.setattr(fuzz, "from_json", lambda _text, _type: good)
    with pytest.raises(fuzz.Broken, match="long way"):
        fuzz.try_one(seed, wrong)


def test_the_fuzzer_sees_what_the_schema_refuses(monkeypatch):
    """A reader that lets through what the schema does not is a finding, both ways being wrong."""
    seed = next(one for one in fuzz.seeds() if one.type is sb.TimeBudget)
    good = sb.from_data(seed.content, sb.TimeBudget)
    monkeypatch.setattr(fuzz, "reader_of", lambda _type: lambda _reader, _value, _path: good)
    wrong = json.dumps({**seed.content, "hours_per_week": -1}).encode()
    with pytest.raises(fuzz.Broken, match="schema refuses"):
        fuzz.check_accepted(seed, wrong, good)


# --- limits ---------------------------------------------------------------------------------------


def nested(levels: int) -> str:
    """Arrays inside each other."""
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", [DEEPEST + 1, 500, 2_000, 1_000_000])
def test_deep_documents_are_refused_by_their_depth(levels):
    """Whatever the depth, the message is the same on every Python."""
    with pytest.raises(sb.InvalidDocumentError, match=f"nested deeper than {DEEPEST} levels"):
        sb.from_json(nested(levels), sb.Profile)


def test_the_deepest_allowed_document_is_looked_at():
    """At the limit itself the fault is the type, not the depth."""
    with pytest.raises(sb.InvalidDocumentError, match="must be an object"):
        sb.from_json(nested(DEEPEST), sb.Profile)


def test_brackets_in_strings_have_no_depth():
    """A text full of brackets is a text."""
    document = {"id": '[{"\\' * 100, "kind": "hard"}
    assert sb.from_json(json.dumps(document), sb.Skill).id == document["id"]
    with pytest.raises(sb.InvalidDocumentError, match=r"\$\.knid"):
        sb.from_json(json.dumps(document | {"knid": 1}), sb.Skill)


@given(text=st.text(st.sampled_from('[]{}"\\a,'), max_size=40))
@settings(max_examples=200)
def test_texts_of_brackets_and_quotes_are_refused_or_read(text):
    """Counting brackets never refuses what is not deep: the parser's own faults remain."""
    try:
        parse(text)
    except sb.InvalidDocumentError as error:
        assert error.faults[0].message.startswith("not JSON")  # noqa: PT017  (a text may be read, too)


@pytest.mark.parametrize(
    "text",
    ['"' + '\\"' * 200_000, '"' * 200_000, "[" + '"",' * 100_000, '{"a":1,' * 50_000, "-" * 10**6],
    ids=["escaped quotes", "quotes", "open array", "open objects", "signs"],
)
def test_refusing_takes_time_in_proportion_to_the_size(text):
    """No text makes the reader go back and forth."""
    start = time.process_time()
    with pytest.raises(sb.InvalidDocumentError, match="1 fault"):
        sb.from_json(text, sb.Profile)
    assert time.process_time() - start < 5.0


SMALL = '{"id": "é", "kind": "hard"}'
SIZE = len(SMALL.encode("utf-8"))


@pytest.mark.parametrize("kind", ["text", "bytes", "path", "file", "text file"])
@pytest.mark.parametrize("spare", [-1, 0])
def test_the_largest_document_is_the_callers_choice(tmp_path, kind, spare):
    """A document of just the size is read and one byte more is refused, however it comes."""
    path = tmp_path / "skill.json"
    path.write_text(SMALL, encoding="utf-8")
    limit = SIZE + spare
    with path.open("rb") as file, path.open(encoding="utf-8") as text_file:
        source = {
            "text": SMALL,
            "bytes": SMALL.encode("utf-8"),
            "path": path,
            "file": file,
            "text file": text_file,
        }[kind]
        if spare < 0:
            with pytest.raises(sb.InvalidDocumentError, match=f"more than {limit} bytes"):
                sb.from_json(source, sb.Skill, max_bytes=limit)
        else:
            assert sb.from_json(source, sb.Skill, max_bytes=limit).id == "é"


@pytest.mark.skipif(sys.platform == "win32", reason="needs /dev/zero")
def test_an_endless_file_is_not_read_to_its_end():
    """A device without an end is refused after the limit, as any file that is too large."""
    from pathlib import Path

    with pytest.raises(sb.InvalidDocumentError, match="more than 1000 bytes"):
        sb.from_json(Path("/dev/zero"), sb.Skill, max_bytes=1000)
    assert sb.from_json(SMALL, sb.Skill, max_bytes=None).id == "é"


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "10"])
def test_a_limit_is_a_whole_number_of_bytes(limit):
    """Anything else is refused by name."""
    with pytest.raises(sb.InvalidValueError, match="max_bytes must be"):
        sb.from_json(SMALL, sb.Skill, max_bytes=limit)


@given(data=st.data())
@settings(max_examples=200)
def test_short_and_long_way_agree_on_bent_documents(data):
    """Whatever the short way accepts the long way reads the same, plain values included."""
    number = data.draw(st.integers(0, 10**9))
    rng = random.Random(number)
    seed = rng.choice(fuzz.seeds())
    content = fuzz.bend(rng, seed.content)
    reader = _read.Reader()
    slowly = _read.reader_of(seed.type)(reader, content, "$")
    if reader.faults:
        with pytest.raises(sb.InvalidDocumentError, match="in the document") as caught:
            sb.from_data(content, seed.type)
        assert caught.value.faults == tuple(reader.faults)
    else:
        assert repr(sb.from_data(content, seed.type)) == repr(slowly)
