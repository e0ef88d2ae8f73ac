"""
The shell: ``skillbalance plan | week | review | check | balance | fields | schema | mcp``.

A thin door: it reads a document, calls the verbs and prints. It is the only place in the library
that reads the clock, and only where ``--as-of`` is not given.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from skillbalance.cli._arguments import make_parser
from skillbalance.cli._commands import UnusableFileError
from skillbalance.cli._streams import (
    DONE,
    REFUSED,
    USAGE,
    Answer,
    discard_pending_output,
    one_line_each,
    write,
)
from skillbalance.display.text.conflicts import conflict_line, misfit_line
from skillbalance.errors import (
    InfeasibleError,
    InvalidDocumentError,
    ScheduleError,
    SkillbalanceError,
)

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the shell command and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program name; by default those of the process.

    Returns
    -------
    int
        0; 1 for a refused document or limits that no plan meets, every fault on standard error
        as ``path: message``; 2 for a file that cannot be read or an output that cannot be
        written.

    Raises
    ------
    SystemExit
        From argparse: status 2 for arguments it does not take, 0 after ``--help``.
    """
    arguments = make_parser().parse_args(argv)
    answer = _answer(arguments)
    try:
        write(sys.stdout, answer.output)
        write(sys.stderr, answer.complaint)
    except BrokenPipeError:
        # The reader (`head`, a closed pager) has what it wanted: no fault of the document.
        discard_pending_output()
    except OSError as error:
        discard_pending_output()
        write(sys.stderr, f"skillbalance: cannot write: {error.strerror or error}")
        return USAGE
    return answer.status


def _answer(arguments: argparse.Namespace) -> Answer:
    command: Callable[[argparse.Namespace], str | Answer] = arguments.command
    try:
        output = command(arguments)
        return output if isinstance(output, Answer) else Answer(DONE, output=output)
    except InvalidDocumentError as error:
        lines = [f"{fault.path}: {fault.message}" for fault in error.faults]
    except ScheduleError as error:
        lines = [misfit_line(error), *map(conflict_line, error.conflicts)]
    except InfeasibleError as error:
        lines = [conflict_line(conflict) for conflict in error.conflicts]
    except SkillbalanceError as error:
        lines = [f"$: {error}"]
    except UnusableFileError as error:
        return Answer(USAGE, complaint=f"skillbalance: {error}")
    return Answer(REFUSED, complaint=one_line_each(lines))
