"""Pictures of results, drawn with matplotlib (extra ``plot``)."""
