"""Facts: the O*NET reference table and every default parameter, each with its source."""
