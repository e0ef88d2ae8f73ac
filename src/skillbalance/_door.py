"""
A front door that opens name by name: what nobody asks for is not loaded.

The list of names is ``__init__.pyi``, imports and ``__all__``, which type checkers and editors read
as well. The convention is that of Scientific Python, https://scientific-python.org/specs/spec-0001/.
"""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def open_by_name(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """
    Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package listed in its stub.

    Examples
    --------
    >>> look_up, _, names = open_by_name("skillbalance")
    >>> look_up("plan_time").__module__
    'skillbalance.coaching.planning.plan'
    >>> "plan_time" in names
    True
    """
    module = sys.modules[package]
    # The loader reads from wherever the package was loaded, from a zip file too.
    listing: bytes = module.__loader__.get_data(f"{module.__path__[0]}/__init__.pyi")  # type: ignore[union-attr]
    homes = {
        name.name: node.module
        for node in ast.parse(listing).body
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for name in node.names
    }

    def look_up(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=module)
        # `from a import b` is a name of the module `a` or the module `a.b`.
        found = vars(import_module(home)).get(name) or import_module(f"{home}.{name}")
        setattr(module, name, found)  # asked once
        return found

    def list_names() -> list[str]:
        return sorted({*vars(module), *homes})

    return look_up, list_names, sorted(homes)
