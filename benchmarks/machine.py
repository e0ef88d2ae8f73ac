"""On what the figures were measured: processor, versions, date and how busy the machine was."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("skillbalance", "numpy", "scipy", "cvxpy", "clarabel", "numba")


def machine_line() -> str:
    """Describe the machine in one sentence."""
    today = datetime.now(tz=UTC).date().isoformat()
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()}, {today}."


def processor() -> str:
    """Return what the processor calls itself."""
    path = Path("/proc/cpuinfo")
    found: dict[str, str] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            found.setdefault(key.strip(), value.strip())
    name = found.get("model name") or platform.processor() or platform.machine()
    family = found.get("cpu family")
    return f"{name} (family {family}, model {found.get('model')})" if family else name


def versions_line() -> str:
    """List the versions of everything that took part."""
    parts = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"{package} not installed")
    return ", ".join(parts) + "."


def load() -> float:
    """Return how many processes wanted to run in the last minute, ours among them."""
    return os.getloadavg()[0]
