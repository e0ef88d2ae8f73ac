"""
What the library costs and how good its answers are, measured: ``python -m benchmarks``.

One run measures everything on one machine in one go, so that ratios mean something; each peer
that is not installed is left out and named.
"""

import os

# One core: no library may start threads of its own. They read this when they are imported.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
