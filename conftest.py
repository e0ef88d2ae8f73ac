"""Settings that every test shares, those in docstrings included."""

import os

import hypothesis

# No deadline: on a shared machine the first call of a NumPy function can be slow, which says
# nothing about the property. Derandomized in CI, so that a change fails for what it changed.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci", parent=hypothesis.settings.get_profile("default"), derandomize=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")
