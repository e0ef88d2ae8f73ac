"""What a command says, and how it gets onto streams that may be closed, full or of few letters."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Final, NamedTuple, TextIO

from skillbalance.display._words import printable

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2


class Answer(NamedTuple):
    """What a command has to say, complete before the first character is written."""

    status: int
    output: str = ""
    complaint: str = ""


def encodable_json(text: str, encoding: str) -> str:
    """Return JSON text with escapes where the output lacks a character: the same document."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), indent=2)
    return text


def one_line_each(lines: Iterable[str]) -> str:
    return "\n".join(printable(line, encoding=encoding_of(sys.stderr)) for line in lines)


def encoding_of(stream: TextIO) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def write(stream: TextIO, text: str) -> None:
    if text:
        stream.write(text + "\n")
        # Here, where a closed pipe can be caught, and not when the interpreter ends.
        stream.flush()


def discard_pending_output() -> None:
    """Let the flush at the end of the process go nowhere instead of failing again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
