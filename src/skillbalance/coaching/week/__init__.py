"""Sessions on days, inside the free time of a person."""
