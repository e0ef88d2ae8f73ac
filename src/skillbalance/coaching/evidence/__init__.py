"""Everybody's ratings: estimates, their sources, whom to ask next, and learned raters."""
