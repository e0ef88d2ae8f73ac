"""Results as HTML: in a notebook, as a page to keep, as a widget."""
