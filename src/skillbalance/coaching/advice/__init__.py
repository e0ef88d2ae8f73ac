"""Advice: one module per kind of it, one case they share, and the verb that ranks them."""
