"""The what-if widget in the real JupyterLab, moved by mouse and keys in a real browser."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pytest

pytest.importorskip("jupyterlab", reason="opt-in: `make test-notebook`")
sync_api = pytest.importorskip("playwright.sync_api", reason="opt-in: `make test-notebook`")

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
if BROWSER is None:
    pytest.skip("needs Debian's `chromium` on the path", allow_module_level=True)

ROOT = Path(__file__).parent.parent.parent
TOKEN = "only-on-this-machine"  # noqa: S105 - of a server that lives as long as the test
OPEN = f"""
from datetime import date
from pathlib import Path
import skillbalance as sb
document = sb.from_json(
    Path({str(ROOT / "examples" / "profiles" / "software_engineer.json")!r}), sb.PlanDocument
)
what_if = sb.explore(document.profile, document.budget, as_of=date(2026, 1, 5))
what_if
"""
SEEN = """
import json
again = sb.plan_time(what_if.profile, what_if.budget, as_of=date(2026, 1, 5))
print("SEEN" + json.dumps({
    "hours": what_if.budget.hours_per_week,
    "stage": what_if.profile.stage.value,
    "pinned": {name: pin.value for name, pin in what_if.pins.items()},
    "held": dict(what_if.budget.min_hours),
    "share": what_if.budget.soft_share,
    "same": again == what_if.plan,
}))
"""


def notebook(*cells):
    """A notebook file of code cells."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "cells": [
            {
                "id": f"cell-{i}",
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": cell.strip(),
            }
            for i, cell in enumerate(cells)
        ],
    }


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own, with nothing of the user's, on a free port."""
    room = tmp_path_factory.mktemp("lab")
    (room / "work").mkdir()
    (room / "work" / "whatif.ipynb").write_text(json.dumps(notebook(OPEN, SEEN)))
    # Lab asks its makers for news otherwise.
    (room / "config" / "labconfig").mkdir(parents=True)
    (room / "config" / "labconfig" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}})
    )
    env = os.environ | {
        "HOME": str(room),
        "JUPYTER_CONFIG_DIR": str(room / "config"),
        "JUPYTER_DATA_DIR": str(room / "data"),
        "JUPYTER_RUNTIME_DIR": str(room / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(room / "workspaces"),
        "IPYTHONDIR": str(room / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    with (room / "log").open("w") as log:
        server = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "jupyterlab",
                    "--no-browser",
                    "--allow-root",
                    "--expose-app-in-browser",
                ),
                *("--ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}"),
                f"--ServerApp.root_dir={room / 'work'}",
            ],
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield address(room, server)
        finally:
            server.terminate()
            server.wait(timeout=60)


def address(room, server):
    """The port the server took, once it listens."""
    for _ in range(600):
        assert server.poll() is None, (room / "log").read_text()
        for path in (room / "runtime").glob("jpserver-*.json"):
            text = path.read_text()
            if text:
                return f"http://127.0.0.1:{json.loads(text)['port']}"
        time.sleep(0.1)
    pytest.fail((room / "log").read_text())


@pytest.fixture(scope="module")
def asked():
    """Every address the page asked for."""
    return []


@pytest.fixture(scope="module")
def page(lab, asked):
    """The notebook, its first cell run, the widget on view."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1500, "height": 1100})
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.set_default_timeout(60_000)
        page.goto(f"{lab}/lab/tree/whatif.ipynb?token={TOKEN}")
        run_first(page)
        try:
            page.locator(".skillbalance .sb-title").first.wait_for()
        except sync_api.TimeoutError:
            shot(page, "never-shown")
            raise
        yield page
        browser.close()


def run_first(page):
    """Run the first cell; Lab drops what is run before its kernel is connected, so try again."""
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
    for _ in range(20):
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(1000)
        if prompt.inner_text().strip() != "[ ]:":
            return
    pytest.fail("the cell does not run")


def slider(page, name):
    """The slider of a description."""
    return page.locator(".widget-hslider").filter(has=page.locator(".widget-label", has_text=name))


def shot(page, name):
    """Keep a picture for those who want to look: SKILLBALANCE_SHOTS names the folder."""
    folder = os.environ.get("SKILLBALANCE_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def title(page):
    """What the outcome says first."""
    return page.locator(".skillbalance .sb-title")


def seen_by_kernel(page):
    """Run the second cell and read what it printed."""
    cell = page.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "before => { const prompt = document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[1]"
        ".innerText; return /\\d/.test(prompt) && prompt !== before }",
        arg=before,
    )
    text = cell.locator(".jp-OutputArea-output", has_text="SEEN").inner_text()
    return json.loads(text.strip().removeprefix("SEEN"))


def test_it_starts_with_the_plan_of_the_budget(page):
    """What is shown first is the plan of the document."""
    assert title(page).inner_text() == "6 h a week for 26 weeks"
    shot(page, "start")
    seen = seen_by_kernel(page)
    assert (seen["hours"], seen["same"], seen["share"]) == (6.0, True, None)
    assert not any(seen["pinned"].values())


def test_dragging_plans_anew(page):
    """Dragging the hours moves the plan, and the kernel holds the plan that is shown."""
    handle = slider(page, "Hours a week").locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=10)
    page.mouse.up()
    page.wait_for_function(
        "() => !document.querySelector('.skillbalance .sb-title').innerText.startsWith('6 h')"
    )
    shot(page, "dragged")
    seen = seen_by_kernel(page)
    assert seen["hours"] > 6.5
    assert seen["same"]
    shown = float(slider(page, "Hours a week").locator(".widget-readout").inner_text())
    assert shown == seen["hours"]


def test_arrow_keys_plan_anew(page):
    """Each arrow key moves the hours by one block, and the plan follows."""
    before = seen_by_kernel(page)["hours"]
    handle = slider(page, "Hours a week").locator(".noUi-handle")
    handle.focus()
    waits = []
    for _ in range(4):
        was = title(page).inner_text()
        started = time.perf_counter()
        page.keyboard.press("ArrowLeft")
        page.wait_for_function(
            "was => document.querySelector('.skillbalance .sb-title').innerText !== was", arg=was
        )
        waits.append(time.perf_counter() - started)
    # Over browser, server and kernel, on a machine that may be busy; the kernel's own part is
    # measured by tests/test_widget.py.
    assert min(waits) < 2.0
    seen = seen_by_kernel(page)
    assert seen["hours"] == before - 2.0
    assert seen["same"]


def test_a_skill_is_pinned_by_keys_alone(page):
    """An arrow key on a skill holds its hours; its box lets go again with the space bar."""
    python = slider(page, "Python").locator(".noUi-handle")
    python.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelectorAll('.widget-checkbox input:checked').length"
    )
    seen = seen_by_kernel(page)
    assert seen["pinned"]["python"]
    assert seen["held"]["python"] == 0.5
    assert seen["same"]
    shot(page, "pinned")
    python.focus()
    page.keyboard.press("Tab")
    # The number beside a slider takes the keys too, so the box is one or two stops away.
    if page.evaluate("document.activeElement.type") != "checkbox":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('.widget-checkbox input:checked')")
    assert not seen_by_kernel(page)["pinned"]["python"]


def test_the_stage_is_chosen_by_keys(page):
    """Arrow keys on the list change the stage, and with it the plan."""
    page.locator(".widget-dropdown select").focus()
    page.keyboard.press("End")
    deadline = time.monotonic() + 30
    while (seen := seen_by_kernel(page))["stage"] != "executive":
        assert time.monotonic() < deadline
    assert seen["same"]


def test_a_contradiction_is_said(page):
    """Where limits cannot hold together the widget says which, and comes back with one move."""
    handle = slider(page, "Hours a week").locator(".noUi-handle")
    handle.focus()
    page.keyboard.press("Home")
    python = slider(page, "Python").locator(".noUi-handle")
    python.focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "() => document.querySelector('.skillbalance .sb-title').innerText === 'No plan'"
    )
    shot(page, "contradiction")
    assert "hours_per_week = 0 would have to be 20" in page.locator(".skillbalance").inner_text()
    page.get_by_role("button", name="Start again").click()
    page.wait_for_function(
        "() => document.querySelector('.skillbalance .sb-title').innerText.startsWith('6 h')"
    )


def test_dark_theme_is_readable(page):
    """In a dark theme the text of the outcome is light."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(
        "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.locator('body[data-jp-theme-light="false"]').wait_for(state="attached")
    page.wait_for_timeout(1000)  # the sheet of the theme comes after its name
    shot(page, "dark")
    colour = page.locator(".skillbalance").evaluate("node => getComputedStyle(node).color")
    red, green, blue = (float(part) for part in colour.strip("rgba()").split(",")[:3])
    assert min(red, green, blue) > 120


@pytest.mark.usefixtures("page")
def test_nothing_is_asked_of_other_hosts(asked):
    """Every request of all the tests above went to this machine."""
    assert len(asked) > 10
    hosts = {urllib.parse.urlsplit(url).hostname for url in asked if not url.startswith("data:")}
    assert hosts - {None} == {"127.0.0.1"}
