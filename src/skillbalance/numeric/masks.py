"""
Whether some or every entry of a mask holds.

``mask.any()`` and ``mask.all()`` go through Python inside NumPy: for one learner, whose time goes
into calls, counting takes a third of theirs; for many it takes no longer.
"""

import numpy as np
from numpy.typing import NDArray


def some(mask: NDArray[np.bool_]) -> bool:
    """
    Return whether any entry holds.

    Examples
    --------
    >>> import numpy as np
    >>> some(np.array([False, True])), some(np.array([], dtype=bool))
    (True, False)
    """
    return bool(np.count_nonzero(mask))


def every(mask: NDArray[np.bool_]) -> bool:
    """
    Return whether all entries hold.

    Examples
    --------
    >>> import numpy as np
    >>> every(np.array([False, True])), every(np.array([], dtype=bool))
    (False, True)
    """
    return bool(np.count_nonzero(mask) == mask.size)
