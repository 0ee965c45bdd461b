"""What a few looks can prove: exact bounds of a share, with nothing but the standard library.

Clopper and Pearson (Biometrika 26, 1934): the bound is the share at which so few errors would be seen with no more than
the given doubt. Counts may be effective ones, that is no whole numbers.
"""

from math import exp, lgamma, log, log1p

DOUBT = 0.05
STEPS = 24  # halvings; the end that is answered is the safe one
MOST_TERMS = 400
TINY = 1e-30


def upper(errors: float, rows: float, doubt: float = DOUBT) -> float:
    """Return the share in [0, 1] that is exceeded with no more than `doubt`, when `errors` of `rows` were wrong.

    >>> round(upper(0, 40), 3)
    0.072
    """
    if rows <= 0 or errors >= rows:
        return 1.0
    if errors <= 0:
        return float(1.0 - doubt ** (1.0 / rows))
    low, high = errors / rows, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _at_most(errors, rows, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def lower(errors: float, rows: float, doubt: float = DOUBT) -> float:
    """Return the share in [0, 1] below which the true one is with no more than `doubt`."""
    return 1.0 - upper(rows - errors, rows, doubt) if rows > 0 else 0.0


def needed(errors: float, allowed: float, doubt: float = DOUBT) -> int:
    """Return of how many rows no more than `errors` may be wrong to prove a share of at most `allowed` > 0.

    >>> needed(0, 1 / 200)
    598
    """
    low, high = 0, 1
    while upper(errors, high, doubt) > allowed:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper(errors, middle, doubt) > allowed else (low, middle)
    return high


def _at_most(errors: float, rows: float, share: float) -> float:
    """Return the probability of at most `errors` of `rows`: the incomplete beta function I(1-p; n-k, k+1)."""
    return _beta(rows - errors, errors + 1, 1.0 - share)


def _beta(a: float, b: float, x: float) -> float:
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1.0 / _not_zero(1.0 + term * d), _not_zero(1.0 + term / c)
            step = c * d
            value *= step
        if abs(step - 1.0) < 1e-10:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
