"""Columns, widths and words of plain text."""

import datetime as dt
import unicodedata

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.display._words import (
    bound_text,
    hours_text,
    percent_text,
    printable,
    readiness_text,
)
from skillbalance.display.text.columns import display_width, fit, table_text, wrap
from skillbalance.display.text.documents import balance_text, plan_text

ENCODINGS = st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"])
ALIGN = st.sampled_from("<>")
# Everything Python can hold in a string, lone surrogates included: JSON can spell them.
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=30)
WORDS = st.text(alphabet=st.sampled_from("ab \u0301\u4ea4\uff21"), max_size=60)


@given(text=ANY_TEXT, encoding=ENCODINGS)
def test_printable_text_is_one_encodable_line_without_control_characters(text, encoding):
    """Whatever a document holds, what is printed cannot move the cursor or fail to encode."""
    shown = printable(text, encoding=encoding)
    shown.encode(encoding)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert "\u202e" not in shown


@given(text=st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_printable_leaves_ordinary_text_alone(text):
    """Letters, marks, digits, signs and spaces of any script are shown as they are."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("a\x1b[31mb", "utf-8", r"a\x1b[31mb"),
        ("a\r\nb\tc", "utf-8", r"a\r\nb\tc"),
        ("a\u202eb", "utf-8", r"a\u202eb"),
        ("a\ud800b", "utf-8", r"a\ud800b"),
        ("a\u2028b", "utf-8", r"a\u2028b"),
        ("Führung", "ascii", r"F\xfchrung"),
        ("می\u200cخواهم", "utf-8", "می\u200cخواهم"),
    ],
)
def test_printable_escapes_what_cannot_be_shown(text, encoding, expected):
    """Controls, overrides, surrogates and foreign characters become escapes, joiners stay."""
    assert printable(text, encoding=encoding) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("SQL", 3),
        ("Führung", 7),
        ("Fu\u0308hrung", 7),
        ("交渉力", 6),
        ("ＳＱＬ", 6),
        ("ｺｰﾁ", 3),
        ("한국어", 6),
        ("\u1112\u1161\u11ab", 2),
        ("می\u200cخواهم", 7),
        ("\u0e19\u0e49\u0e33", 2),
    ],
)
def test_display_width_counts_terminal_columns(text, columns):
    """Wide characters take two columns, marks and joiners none."""
    assert display_width(text) == columns


@given(text=ANY_TEXT, width=st.integers(3, 40), align=ALIGN, encoding=ENCODINGS)
def test_fitted_text_fills_its_width_exactly(text, width, align, encoding):
    """A cell is as wide as its column, whatever characters it is made of."""
    shown = fit(printable(text, encoding=encoding), width, align=align, encoding=encoding)
    assert display_width(shown) == width
    shown.encode(encoding)


@given(text=WORDS, width=st.integers(3, 40))
def test_fitting_cuts_only_what_is_too_wide(text, width):
    """Text that fits is padded; text that does not is a start of itself and an ellipsis."""
    shown = fit(text, width)
    if display_width(text) <= width:
        assert shown.startswith(text)
    else:
        start, ellipsis, padding = shown.partition("…")
        assert ellipsis == "…"
        assert text.startswith(start)
        assert not padding.strip(" ")


def test_a_cut_keeps_a_letter_and_its_marks_together():
    """The accent of the last letter kept is kept with it."""
    assert fit("re\u0301sume\u0301 of work", 3) == "re\u0301…"
    assert fit("交渉力", 4) == "交… "


def test_the_ellipsis_is_three_full_stops_where_the_output_lacks_it():
    """An output in ASCII still shows that a name was cut, in the same width."""
    assert fit("negotiation", 8, encoding="ascii") == "negot..."


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, "0 min"),
        (0.5, "30 min"),
        (0.75, "45 min"),
        (1, "1 h"),
        (1.5, "1 h 30"),
        (1.1, "1 h 06"),
        (7.9999, "8 h"),
        (0.9999, "1 h"),
        (0.001, "< 1 min"),
        (168, "168 h"),
    ],
)
def test_hours_are_said_as_people_say_them(hours, expected):
    """Hours and minutes, never a decimal fraction of an hour."""
    assert hours_text(hours) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0, "0 %"),
        (1e-17, "0 %"),
        (0.004, "< 1 %"),
        (0.625, "62 %"),
        (0.996, "> 99 %"),
        (1 - 1e-16, "100 %"),
        (1, "100 %"),
        (-0.071, "-7 %"),
        (-0.001, "0 %"),
    ],
)
def test_a_share_never_reads_as_nothing_or_all_when_it_is_not(share, expected):
    """Whole percent, but the ends of the range are kept for what is there."""
    assert percent_text(share) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (0, "nothing"),
        (1e-17, "nothing"),
        (3e-5, "less than 0.0001 of readiness"),
        (0.00071, "0.0007 of readiness"),
        (0.0264, "0.026 of readiness"),
    ],
)
def test_a_change_of_readiness_keeps_the_digits_that_matter(change, expected):
    """A small change is shown small, and only no change is called nothing."""
    assert readiness_text(change) == expected


@given(bound=st.floats(0, 1))
def test_a_printed_bound_is_a_bound(bound):
    """Rounding goes up, by less than the last digit: what is printed is proved too."""
    assert bound - 1e-12 <= float(bound_text(bound)) < bound + 1.001e-4


@given(
    rows=st.lists(st.tuples(ANY_TEXT, st.text("0123456789 h", max_size=6)), max_size=5),
    width=st.integers(30, 100),
    encoding=ENCODINGS,
)
def test_a_table_is_aligned_and_within_its_width(rows, width, encoding):
    """The second column ends at the same terminal column in every row, inside the width."""
    text = table_text(["Skill", "Hours"], rows, align="<>", width=width, encoding=encoding)
    lines = text.split("\n")
    rule = lines[1]
    assert len(lines) == len(rows) + 2
    assert len(rule) <= width
    first = len(rule.split("  ")[0])
    for line, (_, hours) in zip(lines[2:], rows, strict=True):
        assert display_width(line) <= len(rule)
        if hours.strip() and hours == hours.strip():
            assert display_width(line) == len(rule)
            assert line.endswith(hours)
            assert display_width(line[: -len(hours)]) >= first


def test_a_table_keeps_ten_columns_for_names_however_narrow():
    """Numbers are never cut: where they leave no room the table is wider than asked."""
    text = table_text(["Skill", "N"], [["negotiation", "1" * 30]], align="<>", width=20)
    assert text.split("\n")[2] == "negotiati…  " + "1" * 30


@given(text=WORDS, width=st.integers(12, 40))
def test_wrapping_keeps_every_word_and_the_width(text, width):
    """No line is too wide unless it is a single word; no word is lost or cut."""
    text = " ".join(text.split())
    lines = wrap(text, first="- ", indent="  ", width=width).split("\n")
    assert " ".join(line[2:] for line in lines) == text
    for line in lines:
        assert display_width(line) <= width or " " not in line[2:]


# --- plans and balances ---------------------------------------------------------------------------

AS_OF = dt.date(2026, 1, 5)
SKILLS = (
    sb.Skill(id="sql", kind="hard", name="SQL"),
    sb.Skill(id="talks", kind="soft", name="Giving talks"),
)
PROFILE = sb.Profile(id="ada", field="data_science", stage="mid", skills=SKILLS)
BUDGET = sb.TimeBudget(hours_per_week=3)


def summary_of(plan):
    """The labelled lines of a plan, by label."""
    lines = plan_text(plan).split("\n\nReasons")[0].split("\n\n")[-1].split("\n")
    return {line[:10].strip(): line[10:].strip() for line in lines}


def test_chosen_hours_are_shown_with_what_they_leave_over():
    """A plan of one's own is printed in the same words, with what the best hours would add."""
    own = sb.evaluate_plan(PROFILE, BUDGET, {"sql": 3}, as_of=AS_OF)
    summary = summary_of(own)
    assert summary["Time"] == "3 h a week, nothing unused, 26 weeks from 2026-01-05"
    assert summary["Balance"].startswith("soft share 0 %, recommended ")
    gain = readiness_text(own.left_on_table)
    assert summary["Left over"] == f"the best hours would add {gain} to these"


def test_a_continuous_plan_is_shown_as_proved():
    """With no blocks to round to, the proof leaves nothing to gain and mentions no blocks."""
    budget = attrs.evolve(BUDGET, block_hours=None)
    summary = summary_of(sb.plan_time(PROFILE, budget, as_of=AS_OF))
    assert summary["Proof"] == "no plan within these limits reaches a higher readiness"


def test_the_proof_says_what_whole_blocks_cost():
    """The bound is printed rounded up, beside the part of it that whole blocks cost."""
    plan = sb.plan_time(PROFILE, BUDGET, as_of=AS_OF)
    worse = attrs.evolve(plan, optimality_gap=0.00441, rounding_cost=0.0021)
    assert summary_of(worse)["Proof"] == (
        "at most 0.0045 below the best possible readiness; whole blocks cost 0.002 of readiness"
    )
    without_rounding = attrs.evolve(worse, rounding_cost=0.0)
    assert summary_of(without_rounding)["Proof"].endswith("the best possible readiness")


def test_a_plan_without_hours_is_shown():
    """No hours have no soft share; unused ones are counted, and no skill gets any."""
    budget = attrs.evolve(BUDGET, hours_per_week=0.25)
    plan = sb.plan_time(PROFILE, budget, as_of=AS_OF)
    summary = summary_of(plan)
    assert summary["Time"].startswith("0 min a week, 15 min unused, ")
    share = percent_text(plan.soft_share_recommended)
    assert summary["Balance"] == f"no hours planned, recommended soft share {share}"
    assert [line.split()[2] for line in plan_text(plan).split("\n")[4:5]] == ["-"]


@pytest.mark.parametrize("position", [0, 1])
def test_one_kind_alone_has_no_balance_to_keep(position):
    """With hard or soft skills only, the printed balance names no limits and no price."""
    profile = attrs.evolve(PROFILE, skills=SKILLS[position : position + 1])
    summary = summary_of(sb.plan_time(profile, BUDGET, as_of=AS_OF))
    share = f"{100 * position} %"
    assert summary["Balance"] == f"soft share {share}, recommended {share}"
    balance = sb.measure_balance(profile, as_of=AS_OF)
    shown = balance_text(balance, sb.estimate_proficiency(profile, as_of=AS_OF), profile)
    index = balance.soft_index if position else balance.hard_index
    assert f"\nIndices      {SKILLS[position].kind.value} {index:.3f}\n" in shown
    assert "none: every target is met" in shown


def test_a_plan_fits_a_narrow_output():
    """Lines are wrapped and names cut to the width asked for."""
    plan = sb.plan_time(PROFILE, BUDGET, as_of=AS_OF)
    assert max(map(display_width, plan_text(plan, width=80).split("\n"))) <= 80
