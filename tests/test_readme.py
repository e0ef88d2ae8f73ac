"""The README does what it shows, and the project's files agree with each other."""

import contextlib
import io
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from skillbalance import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def is_shown(printed: str, shown: str) -> bool:
    """Say whether output is as shown; a shown line of three dots stands for any lines."""
    parts = re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)
    return re.fullmatch(".*".join(map(re.escape, parts)), printed, re.DOTALL) is not None


@pytest.mark.parametrize(
    "position", [at for at, (language, _) in enumerate(BLOCKS) if language == "python"]
)
def test_readme_python_prints_what_it_shows(position):
    """Each Python block runs and prints the text block below it."""
    language, shown = BLOCKS[position + 1]
    assert language == "text"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(BLOCKS[position][1], "README.md", "exec"), {"__name__": "readme"})
    assert is_shown(printed.getvalue(), shown), printed.getvalue()


@pytest.mark.parametrize(
    "position",
    [
        at
        for at, (language, code) in enumerate(BLOCKS)
        if language == "console" and code.startswith("$ skillbalance")
    ],
)
def test_readme_commands_print_what_is_shown(position, capsys, monkeypatch):
    """Each skillbalance command prints the text shown below it."""
    command, _, shown = BLOCKS[position][1].partition("\n")
    monkeypatch.chdir(ROOT)
    assert cli.main(shlex.split(command)[2:]) == 0
    printed = capsys.readouterr().out
    assert is_shown(printed, shown), printed


def test_readme_shows_something():
    """There is a Python block with its output, and a command with its output."""
    languages = [language for language, _ in BLOCKS]
    assert "python" in languages
    assert any(code.startswith("$ skillbalance plan") for _, code in BLOCKS)


def test_the_version_is_the_same_everywhere():
    """The citation file gives the version of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, flags=re.MULTILINE)[1] == project["version"]
    assert project["dependencies"] == sorted(project["dependencies"])
    assert all(re.fullmatch(r"\w+>=[\d.]+", line) for line in project["dependencies"])


def test_changelog_has_an_unreleased_head():
    """The changelog opens with what the next release will bring."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (.*)$", changelog, flags=re.MULTILINE)[1] == "Unreleased"


def test_data_licence_line_is_shown():
    """The line that the licence of O*NET asks for stands in the README and in the docs."""
    line = "This product includes information from the O*NET 29.3 Database"
    docs = [ROOT / "docs" / "explanation" / "model.rst", ROOT / "docs" / "reference" / "fields.rst"]
    for text in [README, *(path.read_text(encoding="utf-8") for path in docs)]:
        assert line in " ".join(text.replace("\\", "").replace("> ", "").split())
