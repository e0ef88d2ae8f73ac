"""The plan as one page: complete, inert, true to the record, discreet, and fit for A4."""

import datetime as dt

import attrs
import html5lib
import pytest
from sample_results import AS_OF, HOSTILE_NAMES, sample_profile, sample_results

import skillbalance as sb
from skillbalance.cli import main
from skillbalance.display._words import percent_text, printable
from skillbalance.errors import InvalidValueError
from skillbalance.reference import defaults


def page_of(n_skills, *, hostile=False):
    """Write the page with all that can be on it."""
    results = sample_results(n_skills, hostile=hostile)
    return results["plan"].to_html(
        profile=sample_profile(n_skills, hostile=hostile),
        week=results["week"],
        forecast=results["forecast"],
    )


def parse(text):
    """Read a whole document with a parser of others that stops at the first fault."""
    return html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)


def words(tree):
    """Give all the text of the body."""
    return "".join(tree.find("body").itertext())


def headings(tree):
    """Give the headings of the sections."""
    return ["".join(one.itertext()) for one in tree.iter("h2")]


@pytest.mark.parametrize(("n_skills", "hostile"), [(3, False), (12, False), (30, False), (8, True)])
def test_the_page_is_valid_complete_in_itself_and_inert(n_skills, hostile):
    """A strict parser reads it; it fetches nothing, runs nothing and links nowhere."""
    page = page_of(n_skills, hostile=hostile)
    tree = parse(page)
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    asleep = {"script", "link", "iframe", "object", "embed", "img", "base", "form", "a"}
    assert not asleep & {one.tag for one in elements}
    for one in elements:
        assert not {"href", "src", "srcset", "data", "id"} & one.attrib.keys()
        assert not any(key.startswith("on") for key in one.attrib)
    assert "url(" not in page
    assert "@import" not in page
    assert tree.attrib["lang"] == "en"
    assert all("scope" in one.attrib for one in elements if one.tag == "th")
    assert all(list(one.iter("caption")) for one in elements if one.tag == "table")


def test_the_page_says_all_that_was_given():
    """Before and after, hours, reasons, week, chances and assumptions, with the numbers."""
    results = sample_results(12)
    plan, week, forecast = results["plan"], results["week"], results["forecast"]
    tree = parse(page_of(12))
    shown = words(tree)
    assert headings(tree) == [
        "Before and after",
        "The plan",
        "The reasons",
        f"The week of {week.starts_on}",
        "The forecast",
        "What was assumed",
    ]
    for readiness in (plan.readiness_now, plan.readiness_then, plan.readiness_idle):
        assert f"{readiness:.3f}" in shown
    for item in plan.items:
        assert plan.reason(item.skill_id) in shown
    for session in week.sessions:
        assert f"{session.start:%H:%M}-{session.end:%H:%M}" in shown
    for goal in forecast.goals:
        assert percent_text(goal.probability) in shown


def test_the_page_labels_every_assumption():
    """Each default stands with its value, and as published, computed or assumed."""
    tree = parse(page_of(3))
    rows = {
        "".join(row[0].itertext()): ["".join(cell.itertext()) for cell in row]
        for row in tree.iter("tr")
    }
    for number in (defaults.GOAL_SHARE, defaults.RHO, defaults.LENIENCY_SELF):
        row = rows[number.name]
        assert row[1].split()[0] == f"{number.value:g}"
        assert row[2] == number.meaning
        assert row[3].split(":")[0] == number.label
    assert defaults.RATE_SPREAD.name in rows


def test_the_page_says_which_skills_rest_on_defaults():
    """Skills nobody has rated are named; a person with numbers of their own has them not named."""
    person = sample_profile(3)
    plan = sample_results(3)["plan"]
    unrated = person.skills[-1].name
    assert f"{unrated}: nobody has rated" in words(parse(plan.to_html(profile=person)))
    known = attrs.evolve(
        person,
        skills=[attrs.evolve(skill, half_life_weeks=30.0) for skill in person.skills],
    )
    assert "half-life of 48 weeks" not in words(parse(plan.to_html(profile=known)))
    assert "All skills: fade with a half-life of 48 weeks" in words(
        parse(plan.to_html(profile=person))
    )


def test_a_plan_alone_makes_a_page():
    """Without profile, week and forecast the page has what the plan itself knows."""
    plan = sample_results(3)["plan"]
    found = headings(parse(plan.to_html()))
    assert found == ["Before and after", "The plan", "The reasons", "What was assumed"]
    empty = sb.Profile(id="nobody", field="sales", stage="entry")
    nothing = sb.plan_time(empty, sb.TimeBudget(hours_per_week=1), as_of=AS_OF)
    parse(nothing.to_html(profile=empty, forecast=sb.forecast(nothing, empty)))


def test_the_page_is_discreet():
    """It has no rater's name and no words of a rating, but for those whom sessions are with."""
    results = sample_results(12)
    page = results["plan"].to_html(profile=sample_profile(12), forecast=results["forecast"])
    for name in ("kim", "lee", "said so twice"):
        assert name not in page


def test_hostile_names_are_shown_as_text():
    """Names of skills, goals and raters can neither run nor end the page."""
    shown = words(parse(page_of(8, hostile=True)))
    for name in HOSTILE_NAMES:
        assert printable(name) in shown
    assert shown.rstrip().endswith("hiring, pay or dismissal.")


def test_the_page_is_made_for_paper_and_for_dark_rooms():
    """The style sets A4, keeps rows whole, repeats heads, and prints light whatever the screen."""
    style = next(parse(page_of(3)).iter("style")).text
    assert "@page{size:A4" in style
    assert "break-inside:avoid" in style
    assert "table-header-group" in style
    assert "color-scheme:light dark" in style
    assert "color-scheme:light}" in style.partition("@media print{html")[2]


def test_the_file_is_the_page(tmp_path):
    """What is written is what is returned, and a second plan takes the place of the first."""
    results = sample_results(3)
    file = tmp_path / "plan.html"
    file.write_text("old", encoding="utf-8")
    page = results["plan"].to_html(file)
    assert file.read_text(encoding="utf-8") == page
    assert [one.name for one in tmp_path.iterdir()] == ["plan.html"]
    with pytest.raises(OSError, match="none"):
        results["plan"].to_html(tmp_path / "none" / "plan.html")


def test_the_page_of_one_person_refuses_records_of_another():
    """A profile, week or forecast of somebody else is named as the fault."""
    results = sample_results(3)
    plan = results["plan"]
    others = {
        "profile": attrs.evolve(sample_profile(3), id="other"),
        "week": attrs.evolve(results["week"], profile_id="other"),
        "forecast": attrs.evolve(results["forecast"], profile_id="other"),
    }
    for name, other in others.items():
        with pytest.raises(InvalidValueError, match=rf"^{name} must be of .*, whose plan it is"):
            plan.to_html(**{name: other})
    fewer = sb.Profile(id=plan.profile_id, field="sales", stage="entry")
    with pytest.raises(InvalidValueError, match=r"^profile must be one with 'skill_0'"):
        plan.to_html(profile=fewer)


def test_the_rater_model_of_the_plan_is_that_of_the_page():
    """Levels before the plan are estimated as the plan's own were."""
    person = sample_profile(3)
    pages = {
        model: sb.plan_time(
            person, sb.TimeBudget(hours_per_week=6), as_of=AS_OF, rater_model=model
        ).to_html(profile=person, rater_model=model)
        for model in ("specific", "job_performance")
    }
    for model, page in pages.items():
        balance = sb.measure_balance(person, as_of=AS_OF, rater_model=model)
        assert f"hard {balance.hard_index:.3f}" in page


def test_the_shell_writes_the_page(tmp_path, capsys):
    """`plan --html OUT` writes the page with forecast and, where there is time, the week."""
    availability = sb.Availability(
        time_zone="Europe/Berlin",
        windows=[
            sb.TimeWindow(weekday=day, start=dt.time(17), end=dt.time(21))
            for day in ("monday", "tuesday", "thursday")
        ],
    )
    document = sb.PlanDocument(
        profile=sample_profile(3), budget=sb.TimeBudget(hours_per_week=4), availability=availability
    )
    file, out = tmp_path / "profile.json", tmp_path / "plan.html"
    sb.to_json(document, file)
    arguments = ["plan", str(file), "--as-of", "2026-01-05", "--html"]
    assert main([*arguments, str(out)]) == 0
    assert "The week of 2026-01-05" in headings(parse(out.read_text(encoding="utf-8")))
    assert "The forecast" in headings(parse(out.read_text(encoding="utf-8")))
    assert capsys.readouterr().out.startswith("Plan: ")
    assert main([*arguments, str(tmp_path / "none" / "plan.html")]) == 2
    assert "cannot write" in capsys.readouterr().err
