"""Occupations: read from the user's own O*NET release, carried by a profile, used as a field is."""

import contextlib
import datetime as dt
import json
import zipfile
from pathlib import Path

import attrs
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.formats.onet import read_onet, suggest_skills
from skillbalance.reference import context
from skillbalance.reference._table import load_table

DAY = dt.date(2026, 3, 2)
RELEASE = Path(__file__).parents[2] / "shared" / "data" / "onet-29.3"
NURSE, JUDGE = "29-1141.00", "23-1023.00"
TEXT = ("O*NET-SOC Code", "Element ID", "Scale ID", "Data Value", "N", "Recommend Suppress")
SHEET = (
    "O*NET-SOC Code",
    "Title",
    "Element ID",
    "Element Name",
    "Scale ID",
    "Scale Name",
    "Data Value",
    "Recommend Suppress",
)


def written(columns, rows):
    """Tab-separated text of some columns, empty where a row says nothing."""
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def release_files(ratings, columns=TEXT, version="29.3", titles=None):
    """The files of a small release; *ratings*: code -> (element, scale) -> text of a value."""
    files = {name: [] for name in ("Skills.txt", "Knowledge.txt", "Work Styles.txt")}
    for code, values in ratings.items():
        for (element, scale), value in values.items():
            domain = load_table().elements[element].domain
            name = {"skill": "Skills.txt", "knowledge": "Knowledge.txt"}.get(
                domain, "Work Styles.txt"
            )
            files[name].append(
                {
                    "O*NET-SOC Code": code,
                    "Element ID": element,
                    "Scale ID": scale,
                    "Data Value": value,
                    "Recommend Suppress": "N",
                }
            )
    made = {name: written(columns, rows) for name, rows in files.items()}
    titles = titles or {NURSE: "Registered Nurses", JUDGE: 'Judges "of the peace"'}
    made["Occupation Data.txt"] = written(
        ("O*NET-SOC Code", "Title", "Description"),
        [{"O*NET-SOC Code": code, "Title": title} for code, title in titles.items()],
    )
    if version:
        made["Read Me.txt"] = f"O*NET {version} Database\n"
    return made


def all_ratings(importance="3.00", level="3.50"):
    """One value for every element of the table."""
    return {
        **{(one, "IM"): importance for one in strategies.ELEMENT_IDS},
        **{(one, "LV"): level for one in context.rated_elements("level")},
    }


def folder_of(path, files):
    """Write files into a folder."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def zip_of(path, files, inside="db_29_3_text/"):
    """Write files into a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(inside + name, text)
    return path


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [TEXT, SHEET, SHEET[::-1]], ids=["text", "sheet", "reversed"])
@pytest.mark.parametrize("pack", ["folder", "zip"])
def test_a_release_is_read_in_every_layout(tmp_path, columns, pack):
    """Columns are found by name, files in a folder or in a folder of a zip."""
    ratings = {NURSE: all_ratings("5.00", "7.00"), JUDGE: all_ratings("2.00", "0.70")}
    files = release_files(ratings, columns)
    path = folder_of(tmp_path / "db", files) if pack == "folder" else zip_of(tmp_path / "z", files)
    release = read_onet(path)
    assert release.version == "29.3"
    assert dict(release.titles) == {JUDGE: 'Judges "of the peace"', NURSE: "Registered Nurses"}
    judge = release.occupation('JUDGES "of the Peace"')
    assert judge == release.occupation(JUDGE)
    assert set(judge.importance.values()) == {0.25}
    assert set(judge.level.values()) == {0.1}
    assert set(release.occupation(NURSE).level.values()) == {1.0}


def test_a_quotation_mark_in_tab_separated_text_is_one(tmp_path):
    """A title that begins with one keeps both, and what follows it."""
    titles = {NURSE: '"Charge" Nurses', JUDGE: '"Judges'}
    files = release_files({NURSE: all_ratings(), JUDGE: all_ratings()}, titles=titles)
    assert dict(read_onet(folder_of(tmp_path, files)).titles) == titles


def test_occupations_that_lack_an_element_are_left_out(tmp_path):
    """An occupation without one importance or one level is none that a profile can carry."""
    lacking = {"2.A.1.a", "2.C.7.a"}
    ratings = {f"11-101{i}.00": all_ratings() for i in range(5)}
    for code, element, scale in zip(
        ratings, [*lacking, *lacking, ""], ["IM", "IM", "LV", "LV", ""], strict=True
    ):
        ratings[code].pop((element, scale), None)
    release = read_onet(folder_of(tmp_path, release_files(ratings)))
    assert list(release.titles) == ["11-1014.00"]
    with pytest.raises(sb.UnknownFieldError, match=r"11-1010.00.*nearest: '11-1014.00'"):
        release.occupation("11-1010.00")


def test_the_soft_share_is_that_of_the_relevant_elements(tmp_path):
    """Soft part of the importances of at least 0.5; the most important stand in where none is."""
    rows = load_table().elements
    soft = [one for one in context.rated_elements("level") if rows[one].kind == "soft"]
    hard = [one for one in context.rated_elements("level") if rows[one].kind == "hard"]
    high, low = all_ratings("2.99"), all_ratings("1.00")
    high |= {(soft[0], "IM"): "5.00", (hard[0], "IM"): "3.00", (hard[1], "IM"): "4.00"}
    low |= {(soft[0], "IM"): "1.40", (hard[0], "IM"): "2.20"}
    ratings = {NURSE: high, JUDGE: low, "11-1011.00": all_ratings("1.00")}
    release = read_onet(folder_of(tmp_path, release_files(ratings)))
    assert release.occupation(NURSE).soft_share == pytest.approx(1 / (1 + 0.5 + 0.75))
    assert release.occupation(JUDGE).soft_share == pytest.approx(0.1 / (0.1 + 0.3))
    assert release.occupation("11-1011.00").soft_share == 0.5


def changed(**changes):
    """Files of a small release, some of them replaced, or left out if None."""
    files = release_files({NURSE: all_ratings()})
    files |= {name.replace("_", " ") + ".txt": text for name, text in changes.items()}
    return {name: text for name, text in files.items() if text is not None}


STYLES_OF_30 = written(
    TEXT,
    [
        {"O*NET-SOC Code": NURSE, "Element ID": "1.D.1.a", "Scale ID": scale, "Data Value": "2"}
        for scale in ("WI", "DR")
    ],
)
GOOD_SKILLS = release_files({NURSE: all_ratings()})["Skills.txt"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (changed(Skills=None), r"Skills.txt is missing"),
        (changed(Occupation_Data=None), r"Occupation Data.txt is missing"),
        (changed(Skills=""), r"Skills.txt: column 'O\*NET-SOC Code' is missing; found \[\]"),
        (changed(Skills=GOOD_SKILLS.replace("Data Value", "Value")), r"column 'Data Value'"),
        (changed(Skills=GOOD_SKILLS + "a\tb\n"), r"line 72: must have 6 columns, got 2"),
        (changed(Skills=GOOD_SKILLS.replace("3.00", "5.01", 1)), r"in \[1, 5\].*IM, got '5.01'"),
        (changed(Skills=GOOD_SKILLS.replace("3.50", "NaN", 1)), r"in \[0, 7\].*LV, got 'NaN'"),
        (changed(Skills=GOOD_SKILLS + GOOD_SKILLS.split("\n")[1] + "\n"), r"repeats for 29-1141"),
        (changed(Skills="x" * 200_000), r"too large"),
        (
            changed(Work_Styles=STYLES_OF_30),
            r"16 styles of releases 25 to 29; its scales are DR, W",
        ),
        (changed(Read_Me="O*NET 24.3 Database\n"), r"version 25 or later"),
        (
            changed(Scales_Reference="Scale ID\tMinimum\tMaximum\nLV\t0\t100\n"),
            r"LV runs from 0 to 100, which has changed",
        ),
        (release_files({}), r"16 styles"),
    ],
)
@pytest.mark.parametrize("pack", ["folder", "zip"])
def test_what_is_no_such_release_is_refused_with_the_reason(tmp_path, files, message, pack):
    """Missing files and columns, values off their scale, other scales and older releases."""
    path = folder_of(tmp_path / "db", files) if pack == "folder" else zip_of(tmp_path / "z", files)
    with pytest.raises(sb.InvalidValueError, match=message):
        read_onet(path)


def test_files_of_another_kind_are_refused(tmp_path):
    """A file that is no zip, a spreadsheet and bytes that are no text are refused by name."""
    path = tmp_path / "release.zip"
    path.write_bytes(b"PK, not really")
    with pytest.raises(sb.InvalidValueError, match="a folder of an O\\*NET release, or the zip"):
        read_onet(path)
    with pytest.raises(sb.InvalidValueError, match="spreadsheets are not read"):
        read_onet(tmp_path / "Skills.xlsx")
    with pytest.raises(FileNotFoundError):
        read_onet(tmp_path / "none.zip")
    folder = folder_of(tmp_path / "db", changed())
    (folder / "Skills.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(sb.InvalidValueError, match=r"Skills.txt.* cannot be read"):
        read_onet(folder)


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_zip_is_refused_or_read(tmp_path_factory, data):
    """Whatever byte of a zip is changed, the answer is a release or an error of ours."""
    path = tmp_path_factory.mktemp("onet") / "release.zip"
    content = bytearray(zip_of(path, changed()).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with contextlib.suppress(sb.InvalidValueError):
        assert list(read_onet(path).titles) == [NURSE]


@pytest.mark.skipif(not RELEASE.is_dir(), reason="the raw O*NET release is not on this machine")
def test_the_real_release_gives_what_the_shipped_table_is_made_of():
    """Release 29.3 has 879 occupations; the chief executive's column of the table is one."""
    release = read_onet(RELEASE)
    assert len(release) == 879
    chief, shipped = release.occupation("Chief Executives"), load_table().importance
    assert chief.id == "11-1011.00"
    for element, value in shipped["chief_executives"].items():
        assert chief.importance[element] == pytest.approx(value, abs=1e-5)


# --- use ------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(strategies.profiles(min_skills=1), st.floats(0.0, 20.0))
def test_a_field_as_an_occupation_gives_the_same_to_the_last_bit(person, hours):
    """An occupation that says what a field says changes nothing but the name of the field."""
    own = strategies.field_as_occupation(person.field, "mine")
    carrying = attrs.evolve(person, field="mine", occupation=own)
    assert sb.weigh_skills(carrying).items == sb.weigh_skills(person).items
    budget = sb.TimeBudget(hours_per_week=hours, block_hours=None)
    one, other = (sb.plan_time(who, budget, as_of=DAY) for who in (person, carrying))
    assert one == other
    one, other = (sb.measure_balance(who, as_of=DAY) for who in (person, carrying))
    assert one.items == other.items
    bare = attrs.evolve(person, skills=(), goals=(), assessments=(), feedback=())
    one = sb.measure_balance(bare, as_of=DAY)
    bare = attrs.evolve(bare, field="mine", occupation=own)
    assert sb.measure_balance(bare, as_of=DAY).recommended_parts == one.recommended_parts


@given(strategies.profiles_with_occupation())
def test_a_profile_brings_its_occupation_through_a_document(person):
    """What is written is read back equal, and weighs the same."""
    again = sb.from_json(sb.to_json(person), sb.Profile)
    assert again == person
    assert sb.weigh_skills(again) == sb.weigh_skills(person)


@given(strategies.occupations(), st.sampled_from(sb.CareerStage), st.data())
def test_importances_and_levels_are_those_of_the_occupation(occupation, stage, data):
    """A skill of one element has the occupation's number, at the stage where nothing is added."""
    element = data.draw(st.sampled_from(list(context.rated_elements("level"))))
    asked = {"elements": [element], "kind": sb.SkillKind.HARD}
    matters = context.importance(occupation, stage, **asked)
    if stage is sb.CareerStage.EXECUTIVE:
        assert occupation.importance[element] <= matters <= 1
    else:
        assert matters == occupation.importance[element]
    assert context.expected_level(occupation, sb.CareerStage.MID, **asked) == pytest.approx(
        occupation.level[element]
    )
    if stage in (sb.CareerStage.STUDENT, sb.CareerStage.SENIOR):
        assert context.soft_share(occupation, stage) == occupation.soft_share


def test_an_occupation_in_which_nothing_matters_is_planned():
    """Zeros all over are legal: kinds share their weight out equally."""
    nothing = attrs.evolve(
        strategies.field_as_occupation("nursing", "none"),
        importance=dict.fromkeys(strategies.ELEMENT_IDS, 0.0),
    )
    skills = [sb.Skill(id="a", kind="hard"), sb.Skill(id="b", kind="hard")]
    person = sb.Profile(id="x", field="none", stage="mid", skills=skills, occupation=nothing)
    assert [item.weight for item in sb.weigh_skills(person)] == [0.5, 0.5]
    assert suggest_skills(nothing) == ()


def test_field_and_occupation_go_together():
    """A profile whose field is another one is refused, in Python and in a document."""
    nurse = strategies.field_as_occupation("nursing", NURSE)
    with pytest.raises(sb.InvalidValueError, match="field must be the id of the occupation, '29-1"):
        sb.Profile(id="x", field="nursing", stage="mid", occupation=nurse)
    with pytest.raises(sb.InvalidValueError, match="occupation must be an Occupation, got 'nurse'"):
        sb.Profile(id="x", field="nursing", stage="mid", occupation="nurse")


def test_faults_of_an_occupation_are_named_once():
    """A faulty occupation is complained about, not the field that it would have stood for."""
    person = sb.Profile(
        id="x", field="n", stage="mid", occupation=strategies.field_as_occupation("nursing", "n")
    )
    good = json.loads(sb.to_json(person))

    def faults(change):
        document = json.loads(json.dumps(good))
        change(document["occupation"])
        with pytest.raises(sb.InvalidDocumentError) as caught:
            sb.from_data(document, sb.Profile)
        return [str(fault) for fault in caught.value.faults]

    (fault,) = faults(lambda one: one.update(importance=7))
    assert fault == "$.occupation.importance: must be an object, got 7"
    (fault,) = faults(lambda one: one["level"].pop("2.A.1.a"))
    assert "$.occupation.level: must be a number for each of the 68 skills" in fault
    assert "2.A.1.a too, got '67 of them'" in fault
    (fault,) = faults(lambda one: one["importance"].update({"2.A.9.z": 0.5}))
    assert fault.endswith("and no other, got '2.A.9.z'")
    (fault,) = faults(lambda one: one.update(soft_share=2))
    assert fault == "$.occupation.soft_share: must be in [0, 1], got 2.0"
    good["occupation"] = None
    with pytest.raises(sb.InvalidDocumentError, match=r"\$.field: must be a field that skill"):
        sb.from_data(good, sb.Profile)


def test_an_occupation_with_missing_elements_is_refused_when_it_is_used():
    """A constructor takes it, as it takes an unknown field; planning does not."""
    bare = sb.Occupation(id="n", importance={}, level={}, soft_share=0.4)
    person = sb.Profile(
        id="x", field="n", stage="mid", skills=[sb.Skill(id="a", kind="hard")], occupation=bare
    )
    with pytest.raises(sb.InvalidValueError, match=r"occupation.importance must be a number for e"):
        sb.weigh_skills(person)


def test_a_move_leaves_the_occupation_behind():
    """Another field takes its place, in a comparison and on a road; the same stage keeps it."""
    own = attrs.evolve(strategies.field_as_occupation("nursing", "n"), soft_share=0.9)
    person = sb.Profile(
        id="x",
        field="n",
        stage="mid",
        skills=[sb.Skill(id="a", kind="hard"), sb.Skill(id="b", kind="soft")],
        occupation=own,
    )
    move = sb.compare_contexts(person, field="nursing", as_of=DAY)
    assert move.soft_share_before == pytest.approx(0.9)
    assert move.soft_share_after == pytest.approx(context.soft_share("nursing", sb.CareerStage.MID))
    steps = [
        sb.CareerStep(from_on=dt.date(2027, 1, 4), field="n", stage="senior"),
        sb.CareerStep(from_on=dt.date(2028, 1, 3), field="nursing", stage="senior"),
    ]
    road = sb.roadmap(person, steps, sb.TimeBudget(hours_per_week=2), as_of=DAY)
    assert [round(one.soft_share_recommended, 3) for one in road.periods[:2]] == [0.9, 0.9]
    assert road.periods[2].soft_share_recommended == pytest.approx(move.soft_share_after)


# --- suggestions ----------------------------------------------------------------------------------


@given(
    strategies.occupations() | st.sampled_from(strategies.FIELDS),
    st.integers(1, 80),
    st.sampled_from([None, "hard", "soft"]),
)
def test_skills_are_suggested_by_importance(work, limit, kind):
    """Relevant skills and knowledge areas of the kinds, none more important left out."""
    skills = suggest_skills(work, limit=limit, kind=kind)
    assert len({skill.id for skill in skills}) == len(skills) <= limit

    def matters(element):
        asked = {"elements": [element], "kind": sb.SkillKind.HARD}
        return context.importance(work, sb.CareerStage.MID, **asked)

    found = [skill.elements[0] for skill in skills]
    values = list(map(matters, found))
    assert values == sorted(values, reverse=True)
    rows = load_table().elements
    kinds = {"hard", "soft"} if kind is None else {kind}
    relevant = {
        one
        for one in context.rated_elements("level")
        if rows[one].kind in kinds and matters(one) >= 0.5
    }
    assert set(found) <= relevant
    assert len(found) == min(limit, len(relevant))
    left = [matters(one) for one in relevant - set(found)]
    assert max(left, default=0) <= min(values, default=1)
    assert all(skill.kind.value == rows[skill.elements[0]].kind for skill in skills)


def test_suggestions_check_their_arguments():
    """Work, limit and kind are refused by name."""
    with pytest.raises(sb.InvalidValueError, match="work must be an Occupation"):
        suggest_skills(7)
    with pytest.raises(sb.InvalidValueError, match="limit must be"):
        suggest_skills("nursing", limit=0)
    with pytest.raises(sb.InvalidValueError, match="kind must be"):
        suggest_skills("nursing", kind="cognitive")
    with pytest.raises(sb.UnknownFieldError, match="nearest: 'nursing'"):
        suggest_skills("nursng")
