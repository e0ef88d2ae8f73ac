"""Hours for a person or for many: plans, what changes them, and how sure they are."""
