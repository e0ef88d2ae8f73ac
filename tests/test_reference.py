"""The reference table: built by rules checked by hand, rebuilt where the data lie, and read."""

import csv
import importlib.util
import math
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbalance.errors import UnknownElementError, UnknownFieldError
from skillbalance.model.profile import CareerStage
from skillbalance.model.skill import SkillKind
from skillbalance.reference import _table, context, defaults
from skillbalance.reference.context import expected_level, importance, soft_share
from skillbalance.reference.elements import elements, find_element
from skillbalance.reference.fields import fields, find_field

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tools" / "build_reference.py"
SHIPPED = ROOT / "src" / "skillbalance" / "reference" / "onet.csv"
DATA = ROOT.parent / "shared" / "data"
RELEASE = DATA / "onet-29.3"

needs_data = pytest.mark.skipif(
    not RELEASE.is_dir(), reason=f"the raw O*NET release is not at {RELEASE}"
)
needs_tool = pytest.mark.skipif(not TOOL.is_file(), reason="tools/ is not in this copy")

FIELD_IDS = [field.field for field in fields()]
ELEMENT_IDS = [element.element_id for element in elements()]
WITHOUT_LEVEL = [e.element_id for e in elements() if e.domain == "workstyle"]
RATED = [e.element_id for e in elements() if e.domain != "workstyle"]
INDIVIDUAL = [CareerStage.STUDENT, CareerStage.ENTRY, CareerStage.MID, CareerStage.SENIOR]
ONE_ROUNDING = 0.5e-5 + 1e-9


# --- the build script, on a release small enough to work out by hand -------------------------

FIELDS_CSV = "field,name,soc_prefixes\nmaking,Making things,15-1 51-\nmanagement,Management,11\n"
ELEMENTS_CSV = (
    "element_id,name,domain,kind\n"
    "2.A,Listening,skill,soft\n"
    "2.B,Welding,skill,hard\n"
    '2.C,"Metals, and alloys",knowledge,cognitive\n'
    "1.C,Patience,workstyle,soft\n"
)
# Occupation -> element -> (IM, LV). 15-1003.00 has no style: left out. 51-0001.00 has no soft
# or hard element from 3 up: it counts, but not in the soft share.
OCCUPATIONS = {
    "15-1001.00": {"2.A": ("3", "3.5"), "2.B": ("5.0", "7"), "2.C": ("1", "0"), "1.C": ("4", "")},
    "15-1002.00": {"2.A": ("4", "7"), "2.B": ("2.99", "0"), "2.C": ("5", "7"), "1.C": ("5", "")},
    "15-1003.00": {"2.A": ("5", "7"), "2.B": ("5", "7"), "2.C": ("5", "7")},
    "51-0001.00": {"2.A": ("1", "0"), "2.B": ("1.01", "0"), "2.C": ("5", "0"), "1.C": ("3", "")},
    "11-1011.00": {"2.A": ("5", "7"), "2.B": ("3", "3.5"), "2.C": ("5", "7"), "1.C": ("5", "")},
}
TEXT_COLUMNS = (
    "O*NET-SOC Code",
    "Element ID",
    "Scale ID",
    "Data Value",
    "N",
    "Recommend Suppress",
)
SHEET_COLUMNS = (
    "O*NET-SOC Code",
    "Title",
    "Element ID",
    "Element Name",
    "Scale ID",
    "Scale Name",
    "Data Value",
    "Recommend Suppress",
    "Date",
)
FILE_OF = {
    "2.A": "Skills.txt",
    "2.B": "Skills.txt",
    "2.C": "Knowledge.txt",
    "1.C": "Work Styles.txt",
}


@pytest.fixture(scope="module")
def tool():
    """Load the build script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("build_reference", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_release(folder, *, columns=TEXT_COLUMNS, turn=0):
    """Write the small release below a folder, its rows rotated by `turn`; return its place."""
    release = folder / "release"
    release.mkdir(parents=True)
    (folder / "fields.csv").write_text(FIELDS_CSV, encoding="utf-8")
    (folder / "elements.csv").write_text(ELEMENTS_CSV, encoding="utf-8")
    rows = defaultdict(list)
    for occupation, values in OCCUPATIONS.items():
        for element_id, both in values.items():
            for scale_id, value in zip(("IM", "LV"), both, strict=True):
                if value:
                    cells = {
                        "O*NET-SOC Code": occupation,
                        "Element ID": element_id,
                        "Scale ID": scale_id,
                        "Data Value": value,
                        "Recommend Suppress": "Y" if value == "2.99" else "N",
                        # A lone quotation mark is plain text in these files.
                        "Title": 'The 5" nail',
                    }
                    rows[FILE_OF[element_id]].append([cells.get(name, "") for name in columns])
        # What the release holds beside: another element and another scale.
        rows["Skills.txt"].append(
            [
                "9.Z" if name == "Element ID" else "IM" if name == "Scale ID" else ""
                for name in columns
            ]
        )
        rows["Knowledge.txt"].append(
            [
                "2.C" if name == "Element ID" else "CX" if name == "Scale ID" else ""
                for name in columns
            ]
        )
    for name, lines in rows.items():
        turned = lines[turn:] + lines[:turn]
        text = "\n".join("\t".join(cells) for cells in [list(columns), *turned])
        (release / name).write_text(text + "\n", encoding="utf-8")
    return release


def read_table(path):
    """Read a built table into {(measure, element id): {column: text}}."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return {(row["measure"], row["element_id"]): row for row in csv.DictReader(lines)}


@needs_tool
def test_small_release_by_hand(tool, tmp_path, capsys):
    """Means, shares and counts of the small release are those worked out on paper."""
    output = tmp_path / "out.csv"
    assert tool.main([str(write_release(tmp_path)), "--output", str(output)]) == 0
    table = read_table(output)
    assert table["name", ""]["making"] == "Making things"
    assert table["n_occupations", ""]["making"] == "3"
    assert table["n_occupations", ""]["chief_executives"] == "1"
    # 15-1001: 0.5 of 1.5; 15-1002: 0.75 of 0.75, welding at 2.99 being below; 51-0001: none.
    assert table["soft_share", ""]["making"] == "0.66667"
    assert table["importance", "2.A"]["making"] == "0.41667"  # (0.5 + 0.75 + 0) / 3
    assert table["importance", "2.B"]["making"] == "0.50000"  # (1 + 0.4975 + 0.0025) / 3
    assert table["importance", "1.C"]["making"] == "0.75000"  # (0.75 + 1 + 0.5) / 3
    assert table["level", "2.B"]["making"] == "0.33333"
    assert table["level", "2.C"]["chief_executives"] == "1.00000"
    assert table["importance", "2.C"]["name"] == "Metals, and alloys"
    assert ("level", "1.C") not in table
    printed = capsys.readouterr().out
    assert "occupations: 4 complete of 5" in printed
    assert "1 flagged Recommend Suppress (kept)" in printed


@needs_tool
@pytest.mark.parametrize("columns", [SHEET_COLUMNS, TEXT_COLUMNS[::-1]])
def test_layout_and_order_do_not_matter(tool, tmp_path, columns):
    """Both layouts, any order of columns and of rows: the same bytes."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    tool.main([str(write_release(tmp_path / "a")), "--output", str(first)])
    release = write_release(tmp_path / "b", columns=columns, turn=3)
    tool.main([str(release), "--output", str(second)])
    assert first.read_bytes() == second.read_bytes()


FAULTS = {
    "no folder": ("", None, None, r"release: folder is missing"),
    "no file": ("Knowledge.txt", None, None, r"Knowledge\.txt: file is missing"),
    "no column": ("Skills.txt", "Scale ID", "Scale", r"Skills\.txt: column 'Scale ID' is missing"),
    "no number": (
        "Skills.txt",
        "\t2.99\t",
        "\tn/a\t",
        r"Skills\.txt, line 9: column 'Data Value' must be a number in \[1, 5\] .* got 'n/a'",
    ),
    "off scale": ("Skills.txt", "\t2.99\t", "\t5.01\t", r"must be a number in \[1, 5\].*'5\.01'"),
    "not finite": ("Skills.txt", "\t2.99\t", "\tNaN\t", r"must be a number in \[1, 5\].*'NaN'"),
    "short row": ("Skills.txt", "\t2.99\t\tY", "\t2.99", r"line 9: must have 6 columns, got 4"),
    "repeat": (
        "Skills.txt",
        "15-1002.00\t2.B\tIM",
        "15-1002.00\t2.A\tIM",
        r"IM of 2\.A repeats for 15-1002\.00",
    ),
    "bytes": ("Skills.txt", "2.99", "\udcff", r"Skills\.txt: cannot be read: .*utf-8"),
    "no occupation": ("../fields.csv", "15-1 51-", "99-", r"starts with 99- \(field 'making'\)"),
    "no relevant": (
        "../fields.csv",
        "15-1 51-",
        "51-",
        r"no occupation of field 'making' has a relevant",
    ),
    "no prefix": ("../fields.csv", "15-1 51-", "", r"line 2: soc_prefixes of 'making' must not be"),
    "field twice": ("../fields.csv", "management,", "making,", r"line 3: field 'making' repeats"),
    "element twice": ("../elements.csv", "2.B,", "2.A,", r"line 3: element_id '2\.A' repeats"),
    "kind": (
        "../elements.csv",
        "skill,hard",
        "skill,firm",
        r"kind must be one of hard, soft, cogn",
    ),
    "domain": (
        "../elements.csv",
        "skill,hard",
        "skil,hard",
        r"domain must be one of skill, knowle",
    ),
    "empty file": (
        "../elements.csv",
        ELEMENTS_CSV,
        "",
        r"column 'element_id' is missing; found \[\]",
    ),
}


@needs_tool
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_say_where(tool, tmp_path, capsys, fault):
    """A wrong input ends with 1 and names the file, and the line or column; nothing is written."""
    file, old, new, message = FAULTS[fault]
    release = write_release(tmp_path)
    if old is None:
        (release / file).rename(tmp_path / "elsewhere")
    else:
        text = (release / file).read_text(encoding="utf-8")
        assert old in text
        changed = text.replace(old, new, 1).encode("utf-8", "surrogateescape")
        (release / file).write_bytes(changed)
    output = tmp_path / "out.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert tool.main(["release", "--output", str(output)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("build_reference: ")
    assert len(error.splitlines()) == 1
    assert re.search(message, error)
    assert not output.exists()


@needs_tool
def test_output_that_cannot_be_written(tool, tmp_path, capsys):
    """An output below a folder that is not there is refused in words."""
    output = tmp_path / "nowhere" / "out.csv"
    assert tool.main([str(write_release(tmp_path)), "--output", str(output)]) == 1
    assert "out.csv: cannot be written: No such file" in capsys.readouterr().err


@needs_tool
def test_usage(tool, capsys):
    """Without a folder the command says how it is used, and ends with 2."""
    with pytest.raises(SystemExit, match="2"):
        tool.main([])
    assert "usage: build_reference.py" in capsys.readouterr().err


# --- the shipped table against the release ------------------------------------------------------


@needs_data
@needs_tool
def test_rebuild_gives_the_shipped_bytes(tool, tmp_path, capsys):
    """Built from the release, the table is the shipped one to the last byte."""
    output = tmp_path / "onet.csv"
    assert tool.main([str(RELEASE), "--output", str(output)]) == 0
    assert output.read_bytes() == SHIPPED.read_bytes()
    assert "occupations: 879 complete of 879" in capsys.readouterr().out


class Release:
    """The release read in another way than the tool does: floats, whole arrays, NaN for absent."""

    def __init__(self):
        values = {"IM": {}, "LV": {}}
        for name in ("Skills.txt", "Knowledge.txt", "Work Styles.txt"):
            with (RELEASE / name).open(encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                    key = row["O*NET-SOC Code"], row["Element ID"]
                    values[row["Scale ID"]][key] = float(row["Data Value"])
        self.codes = sorted({code for code, _ in values["IM"]})
        keys = [[(code, element) for element in ELEMENT_IDS] for code in self.codes]
        get = values["IM"].get
        self.importance = np.array([[(get(k, math.nan) - 1) / 4 for k in row] for row in keys])
        get = values["LV"].get
        self.level = np.array([[get(k, math.nan) / 7 for k in row] for row in keys])
        kinds = np.array([find_element(element).kind for element in ELEMENT_IDS])
        rated = np.isin(ELEMENT_IDS, RATED)
        # A sum such as 0.1 + 0.2 may fall a hair below 0.5; the ratings have two decimals.
        counted = np.where(rated & (self.importance >= 0.5 - 1e-9), self.importance, 0.0)
        soft = counted[:, kinds == "soft"].sum(axis=1)
        both = soft + counted[:, kinds == "hard"].sum(axis=1)
        self.share = np.divide(soft, both, out=np.full(len(both), math.nan), where=both > 0)
        with (DATA / "fields.csv").open(encoding="utf-8", newline="") as stream:
            self.members = {
                row["field"]: np.array(
                    [code.startswith(tuple(row["soc_prefixes"].split())) for code in self.codes]
                )
                for row in csv.DictReader(stream)
            }
        with (RELEASE / "Occupation Data.txt").open(encoding="utf-8", newline="") as stream:
            title = {
                row["O*NET-SOC Code"]: row["Title"]
                for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            }
        self.titles = [title[code] for code in self.codes]
        with (RELEASE / "Job Zones.txt").open(encoding="utf-8", newline="") as stream:
            zone = {
                row["O*NET-SOC Code"]: float(row["Job Zone"])
                for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            }
        self.zone = np.array([zone[code] for code in self.codes])
        self.kinds = kinds
        self.rated = rated


@pytest.fixture(scope="module")
def onet():
    """Read the release once."""
    return Release()


@needs_data
def test_every_number_is_a_mean_of_the_release(onet):
    """All importances, levels, shares and counts are the plain means of the release."""
    table = _table.load_table()
    assert len(onet.codes) == 879
    assert not np.isnan(onet.importance).any()
    assert not np.isnan(onet.level[:, onet.rated]).any()
    assert list(onet.members) == FIELD_IDS
    members = {
        **onet.members,
        _table.EXECUTIVE_COLUMN: np.array([code == "11-1011.00" for code in onet.codes]),
    }
    assert set(members) == set(table.fields)
    for column, found in members.items():
        shipped = [table.importance[column][element] for element in ELEMENT_IDS]
        expected = onet.importance[found].mean(axis=0)
        assert shipped == pytest.approx(expected, abs=ONE_ROUNDING, rel=0)
        shipped = [table.level[column][element] for element in RATED]
        expected = onet.level[found][:, onet.rated].mean(axis=0)
        assert shipped == pytest.approx(expected, abs=ONE_ROUNDING, rel=0)
        share = np.nanmean(onet.share[found])
        assert table.fields[column].soft_share == pytest.approx(share, abs=ONE_ROUNDING, rel=0)
        assert table.fields[column].n_occupations == found.sum()


@needs_data
def test_rounding_moves_no_element_across_the_threshold(onet):
    """An element is relevant by the shipped number exactly when it is by the release."""
    table = _table.load_table()
    for field, found in onet.members.items():
        shipped = np.array([table.importance[field][element] for element in ELEMENT_IDS]) >= 0.5
        exact = onet.importance[found].mean(axis=0) >= 0.5 - 1e-12
        assert (shipped == exact).all()


@needs_data
def test_elements_are_the_key():
    """Ids, names, domains and kinds are those of elements.csv, in its order."""
    with (DATA / "elements.csv").open(encoding="utf-8", newline="") as stream:
        key = [tuple(row.values()) for row in csv.DictReader(stream)]
    assert [attrs.astuple(element) for element in elements()] == key


def _slope(x, y):
    return np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)


@needs_data
def test_lead_rule_describes_first_line_supervisors(onet):
    """The rule for leads predicts what first-line supervisors show, field by field, to 0.02."""
    supervisor = np.array([title.startswith("First-Line") for title in onet.titles])
    field, lead = [], []
    for found in onet.members.values():
        if (found & supervisor).any():
            field.append(np.nanmean(onet.share[found & ~supervisor]))
            lead.append(onet.share[found & supervisor].mean())
    slope = _slope(np.array(field), np.array(lead))
    # The match of supervisors to fields is a choice: the slope moves by some hundredths with it.
    assert slope == pytest.approx(defaults.LEAD_SHARE_SLOPE.value, abs=0.05)
    rule = defaults.LEAD_SHARE_BASE.value + defaults.LEAD_SHARE_SLOPE.value * np.mean(field)
    assert np.mean(lead) == pytest.approx(rule, abs=0.02)


@needs_data
@pytest.mark.parametrize("kind", ["soft", "hard", "cognitive"])
def test_level_steps_describe_job_zones(onet, kind):
    """Within fields, the level of relevant elements rises per job zone by the step, to 0.01."""
    zones, levels = [], []
    for found in onet.members.values():
        chosen = (
            onet.rated & (onet.kinds == kind) & (onet.importance[found].mean(axis=0) >= 0.5 - 1e-12)
        )
        if chosen.any():
            level = onet.level[found][:, chosen].mean(axis=1)
            zones.append(onet.zone[found] - onet.zone[found].mean())
            levels.append(level - level.mean())
    slope = _slope(np.concatenate(zones), np.concatenate(levels))
    step = getattr(defaults, f"LEVEL_STEP_{kind.upper()}").value
    assert slope == pytest.approx(step, abs=0.01)


@needs_data
def test_preparation_does_not_move_the_share(onet):
    """Within fields the soft share does not depend on the job zone: below 0.005 a zone."""
    zones, shares = [], []
    for found in onet.members.values():
        known = found & ~np.isnan(onet.share)
        zones.append(onet.zone[known] - onet.zone[known].mean())
        shares.append(onet.share[known] - onet.share[known].mean())
    assert abs(_slope(np.concatenate(zones), np.concatenate(shares))) < 0.005


# --- the table as the package reads it ------------------------------------------------------------


def test_attribution_stands_in_the_table():
    """The licence asks for this line beside the data."""
    head = SHIPPED.read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "# This product includes information from the O*NET 29.3 Database by the U.S. Department "
        "of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 "
        "license. O*NET is a trademark of USDOL/ETA. skillbalance has modified all or some of "
        "this information. USDOL/ETA has not approved, endorsed, or tested these modifications."
    )
    assert SHIPPED.stat().st_size < 60_000


def test_import_reads_nothing():
    """Importing the reference modules does not read the table; the first question does."""
    code = (
        "from skillbalance.reference import context, elements, fields\n"
        "from skillbalance.reference._table import load_table\n"
        "assert load_table.cache_info().currsize == 0\n"
        "fields.fields()\n"
        "assert load_table.cache_info().currsize == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_shape():
    """33 fields with 84 elements each, the executive column kept out of the fields."""
    assert len(fields()) == len(set(FIELD_IDS)) == 33
    assert len(elements()) == len(set(ELEMENT_IDS)) == 84
    assert len(WITHOUT_LEVEL) == 16
    table = _table.load_table()
    for field in fields():
        assert list(table.importance[field.field]) == ELEMENT_IDS
        assert list(table.level[field.field]) == RATED
        assert 0 < field.soft_share < 1
        assert field.n_occupations >= 1
    with pytest.raises(UnknownFieldError):
        find_field(_table.EXECUTIVE_COLUMN)


def test_ranking_of_fields():
    """Work with people asks for more soft skills than work with things and code."""
    share = {field.field: field.soft_share for field in fields()}
    with_people = ("counselling_social_work", "sales", "teaching_k12")
    with_things = ("software_engineering", "manufacturing_production")
    assert min(share[f] for f in with_people) > max(share[f] for f in with_things) + 0.15


def test_unknown_names_suggest_near_ones():
    """A misspelt field or element id is refused with the nearest ones, everywhere alike."""
    asked = {"elements": (), "kind": SkillKind.HARD}
    for call in (
        lambda: find_field("software_enginering"),
        lambda: soft_share("software_enginering", CareerStage.MID),
        lambda: importance("software_enginering", CareerStage.EXECUTIVE, **asked),
        lambda: expected_level("software_enginering", CareerStage.MID, **asked),
    ):
        with pytest.raises(UnknownFieldError, match="nearest: 'software_engineering'"):
            call()
    asked["elements"] = ("2.A.1.b", "2.B.3.ee")
    for call in (
        lambda: find_element("2.B.3.ee"),
        lambda: importance("sales", CareerStage.MID, **asked),
        lambda: expected_level("sales", CareerStage.MID, **asked),
    ):
        with pytest.raises(UnknownElementError, match=r"nearest: '2\.B\.3\.e'"):
            call()


@pytest.mark.parametrize("field", FIELD_IDS)
def test_share_by_stage(field):
    """Individual contributors have the field's share; leads and managers follow their rules."""
    share = find_field(field).soft_share
    assert {soft_share(field, stage) for stage in INDIVIDUAL} == {share}
    assert soft_share(field, CareerStage.LEAD) == pytest.approx(0.384 + 0.075 * share, abs=1e-15)
    manager = soft_share(field, CareerStage.MANAGER)
    assert manager == pytest.approx(0.246 + 0.384 * share, abs=1e-15)
    assert soft_share(field, CareerStage.EXECUTIVE) == manager


def test_share_along_two_careers():
    """Software: .24, .40, .34 from mid to lead to manager; in sales the shift is small."""
    path = (CareerStage.MID, CareerStage.LEAD, CareerStage.MANAGER)
    software = [soft_share("software_engineering", stage) for stage in path]
    assert software == pytest.approx([0.24, 0.40, 0.34], abs=0.01)
    sales = [soft_share("sales", stage) for stage in path]
    assert max(sales) - min(sales) < 0.03


@pytest.mark.parametrize("field", FIELD_IDS)
def test_styles_are_rescaled_to_the_soft_skills(field):
    """In each field the soft styles have the mean of the soft skills, and keep their ratios."""
    raw = _table.load_table().importance[field]
    seen = {
        e.element_id: importance(
            field, CareerStage.MID, elements=(e.element_id,), kind=SkillKind.SOFT
        )
        for e in elements()
    }
    soft = {
        domain: np.mean(
            [seen[e.element_id] for e in elements() if e.kind == "soft" and e.domain == domain]
        )
        for domain in ("skill", "workstyle")
    }
    assert soft["workstyle"] == pytest.approx(soft["skill"], abs=1e-12)
    assert [seen[element] for element in RATED] == [raw[element] for element in RATED]
    ratios = [seen[element] / raw[element] for element in WITHOUT_LEVEL]
    assert ratios == pytest.approx([ratios[0]] * 16, rel=1e-12)
    assert ratios[0] < 1  # incumbents rate their styles high, in every field


def test_rescaling_stops_at_one():
    """Were styles rated low, none would be raised above 1."""
    table = _table.load_table()
    row = {
        element_id: (0.3 if element_id == WITHOUT_LEVEL[0] else 0.1)
        if element.domain == "workstyle"
        else 0.9
        for element_id, element in table.elements.items()
    }
    seen = context._rescale_styles(row, table.elements)
    assert seen[WITHOUT_LEVEL[0]] == 1.0
    assert seen[WITHOUT_LEVEL[1]] == pytest.approx(0.1 * 0.9 / (0.1 + 0.2 / 15))


def test_executive_raises_business_and_strategy():
    """Executives differ by the chief-executive row less management: never lower, at most 1."""
    raised = set()
    for field in FIELD_IDS:
        for element in ELEMENT_IDS:
            asked = {"elements": (element,), "kind": SkillKind.HARD}
            manager = importance(field, CareerStage.MANAGER, **asked)
            executive = importance(field, CareerStage.EXECUTIVE, **asked)
            assert manager <= executive <= 1
            if executive > manager:
                raised.add(element)
    assert len(raised) == 64  # as the head of context.py says
    asked = {"kind": SkillKind.HARD}
    rise = {
        element: importance("management", CareerStage.EXECUTIVE, elements=(element,), **asked)
        - importance("management", CareerStage.MANAGER, elements=(element,), **asked)
        for element in ELEMENT_IDS
    }
    highest = sorted(rise, key=rise.__getitem__, reverse=True)[:10]
    assert [find_element(element).name for element in highest[:6]] == [
        "Management of Financial Resources",
        "Management of Material Resources",
        "Sales and Marketing",
        "Personnel and Human Resources",
        "Judgment and Decision Making",
        "Economics and Accounting",
    ]
    assert 0.19 < rise[highest[-1]] < rise[highest[0]] < 0.34
    # In the field management itself an executive is the chief-executive row where that is higher.
    chief = _table.load_table().importance[_table.EXECUTIVE_COLUMN]
    for element in RATED:
        seen = importance("management", CareerStage.EXECUTIVE, elements=(element,), **asked)
        field = importance("management", CareerStage.MID, elements=(element,), **asked)
        assert seen == pytest.approx(max(field, chief[element]), abs=1e-12)


@pytest.mark.parametrize("kind", SkillKind)
@pytest.mark.parametrize("field", FIELD_IDS)
def test_without_elements_the_relevant_ones_of_the_kind_stand_in(field, kind):
    """A skill that names no element has the mean of the field's relevant elements of its kind."""
    table = _table.load_table()
    relevant = [
        element
        for element in RATED
        if table.elements[element].kind == kind.value and table.importance[field][element] >= 0.5
    ]
    assert relevant
    both = ((), tuple(relevant))
    for stage in CareerStage:
        first, second = (importance(field, stage, elements=e, kind=kind) for e in both)
        assert first == second
        first, second = (expected_level(field, stage, elements=e, kind=kind) for e in both)
        assert first == second
    assert importance(field, CareerStage.MID, elements=(), kind=kind) >= 0.5


def test_a_kind_without_relevant_elements_has_its_most_important_one():
    """Where nothing reaches 0.5, the highest element stands for the kind: the first, if tied."""
    rows = _table.load_table().elements
    low = dict.fromkeys(rows, 0.2)
    low["2.B.3.e"] = low["2.C.1.a"] = 0.4
    low["1.C.1.a"] = 0.45  # a style, which never stands for soft skills here
    assert context._pick_relevant(low, rows, "hard") == ("2.B.3.e",)
    assert context._pick_relevant(low, rows, "soft") == ("2.A.1.b",)


def test_styles_have_no_level():
    """A skill made of styles takes the level of its kind; styles beside a skill say nothing."""
    for kind in SkillKind:
        asked = {"field": "nursing", "stage": CareerStage.SENIOR, "kind": kind}
        nothing = expected_level(**asked, elements=())
        assert expected_level(**asked, elements=("1.C.3.a", "1.C.7.b")) == nothing
        alone = expected_level(**asked, elements=("2.A.1.b",))
        assert expected_level(**asked, elements=("1.C.3.a", "2.A.1.b")) == alone


@pytest.mark.parametrize(
    ("element", "rise"), [("2.A.1.b", 0.036), ("2.C.5.a", 0.055), ("2.A.2.a", 0.058)]
)
def test_level_rises_by_the_step_of_the_elements_kind(element, rise):
    """Nursing: each step of preparation adds the rise of the element's kind, not the skill's."""
    steps = (-2, -1, 0, 1, 1, 1, 2)
    raw = _table.load_table().level["nursing"][element]
    levels = [
        expected_level("nursing", stage, elements=(element,), kind=kind)
        for stage in CareerStage
        for kind in SkillKind
    ]
    expected = [raw + step * rise for step in steps for _ in SkillKind]
    assert levels == pytest.approx(expected, abs=1e-12)


@given(
    field=st.sampled_from(FIELD_IDS),
    stage=st.sampled_from(CareerStage),
    kind=st.sampled_from(SkillKind),
    chosen=st.lists(st.sampled_from(ELEMENT_IDS), max_size=6, unique=True),
    data=st.data(),
)
def test_context_is_bounded_and_order_free(field, stage, kind, chosen, data):
    """Any question has an answer in [0, 1], the same bits for any order of the elements."""
    other = data.draw(st.permutations(chosen))
    for ask in (importance, expected_level):
        value = ask(field, stage, elements=chosen, kind=kind)
        assert 0 <= value <= 1
        assert ask(field, stage, elements=tuple(other), kind=kind) == value


def test_level_stops_at_zero():
    """A student in a field that hardly uses an element is expected to have none, not less."""
    asked = {"elements": ("2.B.3.d",), "kind": SkillKind.HARD}
    assert _table.load_table().level["law"]["2.B.3.d"] < 0.1
    assert expected_level("law", CareerStage.STUDENT, **asked) == 0.0
