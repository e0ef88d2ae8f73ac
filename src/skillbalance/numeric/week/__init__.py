"""From hours to sessions: what fits into the windows of a week, and what each is for."""
