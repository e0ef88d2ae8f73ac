"""The best use of hours: problem, solvers, limits, and the proof of how good a plan is."""
