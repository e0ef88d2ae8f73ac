"""Verbs on records: the only floor where ids meet array positions."""
