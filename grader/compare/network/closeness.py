"""How close two networks in single precision must be."""

from __future__ import annotations

import numpy as np

from grader.compare.network.protocol import FloatArray
from grader.compare.tensor import Tolerance, is_close

# Wrong networks differ by 0.1 of the output's scale and more; sums in another order by less than 1e-5 of it.
SINGLE_PRECISION = Tolerance(relative=1e-3, absolute=1e-5)
GRADIENT_PRECISION = Tolerance(relative=5e-3, absolute=1e-3)


def agree(found: FloatArray | None, expected: FloatArray | None, tolerance: Tolerance) -> bool:
    """Both absent, or of the same shape and close; NaN is close to nothing."""
    if found is None or expected is None:
        return found is None and expected is None
    return is_close(found.astype(np.float64), expected.astype(np.float64), tolerance)
