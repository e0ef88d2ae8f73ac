"""
Feed the reader documents that are nearly right: ``python tools/fuzz.py --count 1000000``.

A document must be read or refused, and nothing else. What is read must be what the long way
through the reader gives, must be accepted by the document's JSON Schema (judged by the package
jsonschema, which shares no code with the reader), and must come back equal when it is written. A
document that breaks this is printed whole, with the number that makes it again.
"""

import argparse
import contextlib
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema

from skillbalance import PlanDocument, TimePlan, from_json, json_schema, plan_time, to_json
from skillbalance.errors import InvalidDocumentError
from skillbalance.formats._parse import parse
from skillbalance.formats._read import Reader, reader_of

EXAMPLES: Final = Path(__file__).parent.parent / "examples" / "profiles"
LONGEST: Final = 5.0
"""Processor time that no document of a few kilobytes may take. [s]"""

ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 0.5, 1.5, -0.0, 5.0, 168.0, 1e308, 5e-324, 10**400, 2**53 + 1),
    *("", " ", "\x00", "\ud800", "\U0001f600", "mid", "soft", "B1", "0.5", "null", "sql"),
    *("2026-02-30", "20260105", "2026-W02-1", "9999-12-31", "0001-01-01", "18:00", "24:00"),
    *("2.A.1.b", "nursing", "self", "cefr", "Europe/Berlin", "x" * 5000),
    *([], {}, [[]], [0.5, 0.2], [0.2, 0.5], {"": 1}, {"a": {"a": 1}}, [None], ["sql", "sql"]),
)
SNIPPETS: Final = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"0", b"-", b"."),
    *(b"e9", b"E400", b"NaN", b"Infinity", b"-Infinity", b"null", b"true", b"\xff", b"\xc0\x80"),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x00", b"\n", b"/*", b"'", b"[" * 70, b'{"a":' * 2000),
)


class Seed(NamedTuple):
    """A good document, its type and the judge of its schema."""

    type: type
    content: Any
    judge: Any


@cache
def seeds() -> tuple[Seed, ...]:
    """Make good documents of several types from the shipped profiles."""
    documents: list[tuple[type, object]] = []
    for path in sorted(EXAMPLES.glob("*.json")):
        document = from_json(path, PlanDocument)
        profile = document.profile
        documents += [(PlanDocument, document), (type(document.budget), document.budget)]
        documents += [(type(one), one) for one in profile.skills[:2]]
        documents += [(type(one), one) for one in profile.goals[:2]]
        documents += [(type(one), one) for one in profile.assessments[:3]]
        documents += [(type(one), one) for one in profile.feedback[:2]]
        documents += [(type(profile), profile)]
        if document.availability is not None:
            documents.append((type(document.availability), document.availability))
        day = max(one.assessed_on for one in profile.assessments)
        documents.append((TimePlan, plan_time(profile, document.budget, as_of=day)))
    return tuple(Seed(cls, json.loads(to_json(record)), judge_of(cls)) for cls, record in documents)


@cache
def judge_of(cls: type) -> Any:
    """Make the judge of a type's schema, dates and times checked as well."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(json_schema(cls), format_checker=checker)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every container of a document with each of its keys or positions."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def bend(rng: random.Random, content: Any) -> Any:
    """Change a value, a key or the order of a document's values, in one to three places."""
    content = copy.deepcopy(content)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        there = list(places(content))
        if not there:
            break
        holder, key = rng.choice(there)
        kind = rng.randrange(6)
        if kind == 0:
            holder[key] = copy.deepcopy(rng.choice(ODD))
        elif kind == 1:
            del holder[key]
        elif kind == 2:
            other, its_key = rng.choice(there)
            holder[key] = copy.deepcopy(other[its_key]) if its_key in _keys(other) else None
        elif kind == 3 and isinstance(holder, dict):
            name = rng.choice([str(key) + "s", str(key)[:-1], str(key).upper(), "", "id"])
            holder[name] = holder.pop(key)
        elif kind == 4 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
            # A number beyond all floats stays what it is.
            with contextlib.suppress(OverflowError):
                holder[key] = holder[key] * rng.choice([-1, 0.5, 2, 1e9]) + rng.choice([0, 1e-9])
        else:
            holder[key] = copy.deepcopy(rng.choice(ODD))
    return content


def _keys(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def tear(rng: random.Random, text: bytes) -> bytes:
    """Change the bytes of a document in one to four places."""
    torn = bytearray(text)
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(torn) + 1)
        to = min(len(torn), at + rng.choice([1, 1, 2, 8, 64]))
        kind = rng.randrange(6)
        if kind == 0:
            torn[at:at] = rng.choice(SNIPPETS)
        elif kind == 1:
            del torn[at:to]
        elif kind == 2:
            torn[at:to] = rng.choice(SNIPPETS)
        elif kind == 3:
            torn[at:at] = torn[at:to]
        elif kind == 4 and at < len(torn):
            torn[at] ^= 1 << rng.randrange(8)
        else:
            place = rng.randrange(len(torn) + 1)
            torn[at:at] = torn[place : place + 32]
    return bytes(torn)


def document(number: int) -> tuple[Seed, bytes]:
    """Make one document; the same number makes the same document anywhere."""
    rng = random.Random(number)  # noqa: S311  (to be repeated, not to be secret)
    seed = rng.choice(seeds())
    content, whole = seed.content, rng.randrange(3)
    if whole:  # two of three are JSON all the same
        content = bend(rng, content)
    text = json.dumps(content, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1]))
    raw = text.encode("utf-8", "surrogatepass")
    return seed, raw if whole else tear(rng, raw)


class Broken(Exception):  # noqa: N818  (a finding)
    """The reader did what it must not do."""


def try_one(seed: Seed, text: bytes) -> bool:
    """
    Read one document, and say whether it was accepted.

    Raises
    ------
    Broken
        If the reader crashed, took too long, or accepted what it should not.
    """
    start = time.process_time()
    try:
        try:
            record: object = from_json(text, seed.type)
        except InvalidDocumentError as error:
            # Printing it is a part of refusing it.
            if not error.faults or len(str(error)) > 100_000:
                raise Broken(
                    f"refused without a fault or with endless ones: {error.args}"
                ) from None
            return False
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"crashed with {error!r}") from error
    finally:
        taken = time.process_time() - start
        if taken > LONGEST:
            raise Broken(f"took {taken:.1f} s")
    check_accepted(seed, text, record)
    return True


def check_accepted(seed: Seed, text: bytes, record: object) -> None:
    """Hold what was read to the long way, to the schema and to what it is when written."""
    reader = Reader()
    slowly = reader_of(seed.type)(reader, parse(text), "$")
    if reader.faults or repr(slowly) != repr(record):
        raise Broken(f"the long way gives {reader.faults or slowly!r}")
    refusal = next(iter(seed.judge.iter_errors(json.loads(text))), None)
    if refusal is not None:
        raise Broken(f"the schema refuses it: {refusal.message}")
    again: object = from_json(to_json(record), seed.type)
    if repr(again) != repr(record):
        raise Broken(f"written and read again it is {again!r}")


def fuzz(numbers: range, tell: Callable[[str], None]) -> Counter[str]:
    """Try documents by their numbers; count what became of them and tell what broke."""
    found: Counter[str] = Counter()
    for number in numbers:
        seed, text = document(number)
        try:
            found["read" if try_one(seed, text) else "refused"] += 1
        except Broken as broken:
            found["broken"] += 1
            tell(f"document {number}, {seed.type.__name__}: {broken}\n{text!r}\n")
        if found.total() % 20_000 == 0:
            tell(f"{found.total():,}: {dict(found)}")
    return found


def main() -> int:
    """Fuzz, and fail if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("--count", type=int, default=1_000_000, help="how many documents")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    options = parser.parse_args()
    start = time.process_time()
    found = fuzz(range(options.first, options.first + options.count), partial(print, flush=True))
    taken = time.process_time() - start
    print(f"{found.total():,} documents: {dict(found)}; {taken:.0f} s of processor time")
    return 1 if found["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
