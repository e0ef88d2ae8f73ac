"""Results for people, in plain text."""
