"""Results in plain sentences and as text for a terminal."""
