"""Every result as HTML: valid, inert, readable by everybody, and true to the record."""

import html
import itertools
import math
import re
import subprocess
import sys

import html5lib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import HOSTILE_NAMES, RESULTS, sample_results

from skillbalance.display._words import printable
from skillbalance.display.pages.escaping import flow, say
from skillbalance.display.pages.notebook import html_of
from skillbalance.display.pages.parts import part_html
from skillbalance.display.pages.pictures import (
    _BAR_WIDTH,
    _EDGE,
    _TRACK_WIDTH,
    HARD_COLOR,
    SOFT_COLOR,
    _apart,
    _axis,
    _end_labels,
    chart_svg,
    picture_svg,
)
from skillbalance.display.views.parts import Bar, Cell, Chart, Course, Spark, Table, Track

SIZES = (3, 12, 30)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=40)
ASLEEP = {"script", "link", "iframe", "object", "embed", "img", "base", "form", "input", "meta"}
FETCHING = {"href", "src", "srcset", "action", "data", "poster", "xlink:href", "background"}
# White paper, and the backgrounds of JupyterLab, Chromium and VS Code in the dark.
BACKGROUNDS = ("#ffffff", "#111111", "#121212", "#1e1e1e")


def parse(text):
    """Read a piece of HTML with a parser of others that stops at the first fault."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    return parser.parseFragment(text)


def elements(tree, *names):
    """Give the elements of these names, or all, namespaces aside."""
    found = [one for one in tree.iter() if isinstance(one.tag, str)]
    return [one for one in found if not names or one.tag.rpartition("}")[2] in names]


def words(element):
    """Give all the text of an element."""
    return "".join(element.itertext())


def table_of(tree, caption):
    """Give the rows of the table with this caption, as elements."""
    for table in elements(tree, "table"):
        if words(elements(table, "caption")[0]).startswith(caption):
            return elements(elements(table, "tbody")[0], "tr")
    raise AssertionError(caption)


def every_page():
    """Name every result at every size, and with hostile names."""
    return [
        *((name, n_skills, False) for n_skills in SIZES for name in RESULTS),
        *((name, 8, True) for name in RESULTS),
    ]


@pytest.mark.parametrize(("name", "n_skills", "hostile"), every_page())
def test_a_page_is_valid_inert_and_accessible(name, n_skills, hostile):
    """A strict parser reads it; it runs and fetches nothing; tables and pictures have words."""
    page = sample_results(n_skills, hostile=hostile)[name]._repr_html_()
    tree = parse(page)
    for one in elements(tree):
        assert one.tag.rpartition("}")[2] not in ASLEEP
        assert not FETCHING & one.attrib.keys()
        assert not any(key.lower().startswith("on") for key in one.attrib)
        # An id would stand twice on a page that shows the result twice.
        assert "id" not in one.attrib
    assert "url(" not in page
    assert "@import" not in page
    for table in elements(tree, "table"):
        _check_table(table)
    for picture in elements(tree, "svg"):
        if picture.attrib.get("aria-hidden") == "true":
            assert picture.attrib["focusable"] == "false"
        else:
            assert picture.attrib["role"] == "img"
            assert len(picture.attrib["aria-label"]) > 20


def _check_table(table):
    (caption,) = elements(table, "caption")
    assert words(caption)
    head, *rows = elements(table, "tr")
    assert all(one.attrib["scope"] == "col" for one in elements(head, "th"))
    assert rows
    for row in rows:
        first, *others = elements(row, "th", "td")
        assert first.attrib["scope"] == "row"
        assert words(first)
        assert len(others) + 1 == len(elements(head, "th"))
        assert all(words(one) for one in elements(row, "td") if elements(one, "svg"))


@pytest.mark.parametrize("name", ["plan", "forecast", "review", "robustness"])
def test_hostile_names_are_shown_as_the_text_they_are(name):
    """Whatever a name is made of, a reader sees it whole, apart from escaped controls."""
    tree = parse(sample_results(8, hostile=True)[name]._repr_html_())
    shown = words(tree)
    for hostile in HOSTILE_NAMES:
        assert printable(hostile) in shown


@given(text=ANY_TEXT)
def test_what_is_said_is_read_back_as_printed(text):
    """Escaping loses nothing and lets nothing through: a parser reads the printable text."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    shown = printable(text.encode("utf-8", "replace").decode())
    clean = text.encode("utf-8", "replace").decode()
    assert html.unescape(say(clean)) == shown
    assert words(parse(f"<p>{say(clean)}</p>")) == shown
    tree = parse(f"<p>{flow(clean)}</p>")
    assert words(tree) == shown
    assert {one.tag for one in elements(tree)} <= {"DOCUMENT_FRAGMENT", "p", "bdi"}


def test_words_of_right_to_left_scripts_stand_apart():
    """A name in Hebrew is isolated as a whole, the number behind it is not part of it."""
    shalom = "\u05e9\u05dc\u05d5\u05dd"
    assert flow(f"{shalom} {shalom}: 2 h") == f"<bdi>{shalom} {shalom}</bdi>: 2 h"
    assert flow(f"a {shalom} 2 {shalom}") == f"a <bdi>{shalom}</bdi> 2 <bdi>{shalom}</bdi>"


@pytest.mark.parametrize("color", [HARD_COLOR, SOFT_COLOR])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_pictures_stand_out_in_light_and_in_the_dark(color, background):
    """Each color has a contrast of 3 to 1 or more by the formula of WCAG 2."""
    light, dark = sorted(map(luminance, (color, background)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3.0


def luminance(color):
    """Return the relative luminance of WCAG 2."""
    parts = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_kinds_differ_by_more_than_color():
    """Bars of soft skills are outlined, of hard skills full, and the kind is a word as well."""
    hard, soft = picture_svg(Bar(1, 2)), picture_svg(Bar(1, 2, soft=True))
    assert "fill-opacity" in soft
    assert "fill-opacity" not in hard
    rows = table_of(parse(html_of(sample_results(3)["plan"])), "Hours")
    assert {words(elements(row, "td")[0]) for row in rows} == {"hard", "soft"}


def test_bars_are_as_long_as_the_hours():
    """The bars of a plan are in the proportion of its hours."""
    plan = sample_results(12)["plan"]
    most = max(item.hours_per_week for item in plan.items)
    rows = table_of(parse(html_of(plan)), "Hours")
    items = sorted(plan.items, key=lambda item: (-item.hours_per_week, -item.weight))
    for item, row in zip(items, rows, strict=True):
        bars = elements(elements(row, "td")[1], "rect")
        assert len(bars) == (item.hours_per_week > 0)
        for bar in bars:
            expected = item.hours_per_week / most * (_BAR_WIDTH - 2)
            assert float(bar.attrib["width"]) == pytest.approx(expected, abs=0.06)


def test_tracks_run_from_the_level_now_to_the_level_then():
    """The hollow dot stands at the level now, the full one at the level then."""
    plan = sample_results(12)["plan"]
    rows = table_of(parse(html_of(plan)), "Hours")
    items = sorted(plan.items, key=lambda item: (-item.hours_per_week, -item.weight))
    for item, row in zip(items, rows, strict=True):
        dots = [float(dot.attrib["cx"]) for dot in elements(row, "circle")]
        levels = [(at - _EDGE) / (_TRACK_WIDTH - 2 * _EDGE) for at in dots]
        expected = [item.proficiency_now, item.proficiency_then]
        assert levels == pytest.approx(expected, abs=0.001)


def test_a_gap_goes_right_and_a_surplus_left():
    """The bar of a gap stands right of the middle exactly where the gap is positive."""
    balance = sample_results(12)["balance"]
    rows = table_of(parse(html_of(balance)), "Levels")
    signs = set()
    for item, row in zip(balance.items, rows, strict=True):
        (bar,) = elements(elements(row, "td")[-1], "rect")
        right = float(bar.attrib["x"]) >= _BAR_WIDTH / 2
        assert right == (item.gap > 0)
        signs.add(right)
    assert signs == {True, False}


def test_a_chart_draws_the_readiness_of_every_week():
    """The line of the plan has a point a week, as high as the readiness."""
    forecast = sample_results(3)["forecast"]
    (chart,) = [
        one
        for one in elements(parse(html_of(forecast)), "svg")
        if one.attrib.get("class") == "sb-chart"
    ]
    line = next(one for one in elements(chart, "path") if one.attrib.get("stroke-width") == "2")
    points = np.array([pair.split() for pair in line.attrib["d"][1:].split("L")], dtype=float)
    assert len(points) == len(forecast.dates)
    heights = np.array(forecast.readiness.level)
    # Straight from readiness to height, and higher is further up.
    slope, start = np.polyfit(heights, points[:, 1], 1)
    assert slope < 0
    assert np.abs(start + slope * heights - points[:, 1]).max() < 0.11
    assert f"{heights[-1]:.3f} then" in chart.attrib["aria-label"]


levels = st.floats(0.0, 1.0)


@given(low=levels, high=levels)
def test_an_axis_holds_its_values_and_has_few_ticks(low, high):
    """Every value lies between the ends, and two to eight ticks have labels of their own."""
    low, high = sorted((low, high))
    first, last, ticks = _axis(low, high)
    assert first <= low + 1e-12
    assert last >= high - 1e-12
    assert 2 <= len(ticks) <= 8
    assert len({label for _, label in ticks}) == len(ticks)


@given(ends=st.lists(levels, min_size=1, max_size=4))
def test_names_of_lines_never_cover_each_other(ends):
    """Two names at the right of a chart are a line of text apart, however near the lines end."""
    courses = [Course(f"course {n}", [end]) for n, end in enumerate(ends)]
    texts = _end_labels(courses, lambda value: 200.0 * value, 0.0)
    places = sorted(float(re.search(r' y="([\d.]+)"', text)[1]) for text in texts)
    assert all(there - here >= 13.9 for here, there in itertools.pairwise(places))


@given(st.lists(st.tuples(st.floats(0, 600), st.text("0123456789-", min_size=1, max_size=10))))
def test_labels_of_an_axis_never_touch(labels):
    """What is kept of the labels leaves room between the middles for both halves."""
    kept = _apart(sorted(labels))
    for (here, one), (there, other) in itertools.pairwise(kept):
        assert there - here >= 3.5 * (len(one) + len(other))


@given(
    value=st.floats(-5, 5),
    top=st.floats(0, 3),
    start=st.floats(-1, 2),
    spark=st.lists(levels, min_size=1, max_size=5),
)
def test_pictures_stay_inside_their_frame(value, top, start, spark):
    """Whatever the numbers, nothing is drawn outside, and no number is missing or infinite."""
    pictures = (
        Bar(value, top),
        Track(start=start, end=value, low=min(value, start), high=start, target=value, top=top),
        Spark(spark, low=spark, high=spark, idle=spark, target=start),
    )
    for picture in pictures:
        (svg,) = elements(parse(picture_svg(picture)), "svg")
        width = float(svg.attrib["viewBox"].split()[2])
        for one in elements(svg, "rect", "circle"):
            at = float(one.attrib.get("x", one.attrib.get("cx")))
            end = at + float(one.attrib.get("width", 0))
            assert 0 <= at <= end <= width
            assert math.isfinite(end)
        assert "nan" not in picture_svg(picture)


def test_a_chart_of_one_point_and_hostile_words_is_valid():
    """One point, equal values and any words still give a chart a strict parser reads."""
    course = Course("<b>", [0.5])
    chart = Chart(HOSTILE_NAMES[7], [1.0], ((1.0, '"'),), "<x>", "&y", (course,))
    assert words(parse(chart_svg(chart))).count(printable(HOSTILE_NAMES[7])) == 1


def test_the_same_result_gives_the_same_page():
    """Nothing on a page depends on a clock, an address or a hash."""
    plan = sample_results(12)["plan"]
    assert html_of(plan) == html_of(plan)
    assert " at 0x" not in html_of(plan)


def test_an_empty_part_leaves_nothing_behind():
    """A table without rows has no caption and no region either."""
    assert part_html(Table("caption", ("a",), "<", ())) == ""


def test_a_page_shows_the_longer_text_of_a_cell():
    """What text has to cut is whole on a page."""
    table = Table("c", ("a", "b"), "<<", (("x", Cell("short", full="the long name")),))
    assert "the long name" in part_html(table)


def test_nothing_of_pages_is_loaded_before_one_is_asked_for():
    """Importing the library loads neither the pages nor the texts of results."""
    code = (
        "import sys, skillbalance; "
        "print(*(name for name in sys.modules if name.startswith('skillbalance.display')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    modules = {"html", "report", "summaries", "plots"}
    assert not {f"skillbalance.display.{name}" for name in modules} & set(loaded)
