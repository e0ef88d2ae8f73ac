"""Records as documents."""

from skillbalance.formats.documents import from_json, to_json

__all__ = ["from_json", "to_json"]
