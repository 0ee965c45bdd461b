"""Name the versions that decide whether fitting gives the same bytes."""

import platform

import numpy as np
import scipy
import sklearn


def environment() -> dict[str, str]:
    """Return them by name."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "machine": platform.machine(),
    }
