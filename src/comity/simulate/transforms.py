"""Uniform numbers turned into the ones that the rules need, one uniform for one number.

Every transform is an inverse distribution function or plain arithmetic without branches in its
long loops, so that the compiler can take several members at a time and so that two scenarios that
share their uniforms stay as close as they can.

========================  =====================================================================
`exponential`             e^x by range reduction and a polynomial, within 2 units in the last place
`hyperbolic_tangent`      tanh x from e^2x
`normal_quantile`         Wichura's algorithm AS 241 [1]_, relative error about 1e-16
`student_t4_quantile`     closed form: with x = t / sqrt(4 + t²), 2F - 1 = (3x - x³) / 2, so
                          x = 2 sin(arcsin(2u - 1) / 3) and t = 2x / sqrt(1 - x²)
`poisson_quantile`        smallest n with F(n) >= u, at most 5
========================  =====================================================================

References
----------
.. [1] Wichura (1988). Algorithm AS 241: the percentage points of the normal distribution.
   Applied Statistics 37(3), 477-484.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from comity.simulate.compiled import compiled, inlined

MOST_FLARES = 5
_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number in the low bits
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_FAR = 708.0


@intrinsic
def _bits(_context: Any, value: Any) -> Any:
    """Bit pattern of a float64 as int64."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), build


@intrinsic
def _from_bits(_context: Any, value: Any) -> Any:
    """Float64 with the bit pattern of an int64."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), build


@inlined()
def exponential(x: float) -> float:
    """Return e^x for x in [-708, 708]; beyond, the value at the nearer end."""
    x = min(max(x, -_FAR), _FAR)
    shifted = x * _LOG2_E + _MAGIC
    k = shifted - _MAGIC
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    # Taylor coefficients to r^13: |r| <= ln(2)/2 leaves less than 1e-17.
    p01 = 1.0 + r
    p23 = 1.0 / 2 + r * (1.0 / 6)
    p45 = 1.0 / 24 + r * (1.0 / 120)
    p67 = 1.0 / 720 + r * (1.0 / 5040)
    p89 = 1.0 / 40320 + r * (1.0 / 362880)
    p1011 = 1.0 / 3628800 + r * (1.0 / 39916800)
    p1213 = 1.0 / 479001600 + r * (1.0 / 6227020800)
    high = (p89 + r2 * p1011) + r4 * p1213
    low = (p45 + r2 * p67) + r4 * high
    value = p01 + (r2 * p23 + r4 * low)
    return _from_bits(_bits(value) + (_bits(shifted) << 52))  # pyright: ignore


@inlined()
def hyperbolic_tangent(x: float) -> float:
    """Return tanh x; absolute error below 1e-15."""
    return 1.0 - 2.0 / (exponential(2.0 * min(max(x, -20.0), 20.0)) + 1.0)


@inlined()
def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return 1.0 / (1.0 + exponential(-x))


@inlined()
def probability_of(hazard: float) -> float:
    """Return the probability 1 - e^(-h) of an event in one month."""
    return 1.0 - exponential(-hazard)


@inlined()
def _central_quantile(q: float) -> float:
    r = 0.180625 - q * q
    upper = 2509.0809287301226727 * r + 33430.575583588128105
    upper = (upper * r + 67265.770927008700853) * r + 45921.953931549871457
    upper = (upper * r + 13731.693765509461125) * r + 1971.5909503065514427
    upper = (upper * r + 133.14166789178437745) * r + 3.387132872796366608
    lower = 5226.495278852854561 * r + 28729.085735721942674
    lower = (lower * r + 39307.89580009271061) * r + 21213.794301586595867
    lower = (lower * r + 5394.1960214247511077) * r + 687.1870074920579083
    lower = (lower * r + 42.313330701600911252) * r + 1.0
    return q * upper / lower


@compiled()
def _tail_quantile(u: float) -> float:
    smaller = min(u, 1.0 - u)
    r = math.sqrt(-math.log(smaller))
    if r <= 5.0:
        r -= 1.6
        upper = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
        upper = (upper * r + 0.24178072517745061177) * r + 1.27045825245236838258
        upper = (upper * r + 3.64784832476320460504) * r + 5.7694972214606914055
        upper = (upper * r + 4.6303378461565452959) * r + 1.42343711074968357734
        lower = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
        lower = (lower * r + 0.0151986665636164571966) * r + 0.14810397642748007459
        lower = (lower * r + 0.68976733498510000455) * r + 1.6763848301838038494
        lower = (lower * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        upper = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        upper = (upper * r + 0.0012426609473880784386) * r + 0.026532189526576123093
        upper = (upper * r + 0.29656057182850489123) * r + 1.7848265399172913358
        upper = (upper * r + 5.4637849111641143699) * r + 6.6579046435011037772
        lower = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
        lower = (lower * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4
        lower = (lower * r + 0.0148753612908506148525) * r + 0.13692988092273580531
        lower = (lower * r + 0.59983220655588793769) * r + 1.0
    return upper / lower if u > 0.5 else -upper / lower


@compiled()
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile at u in (0, 1)."""
    q = u - 0.5
    return _central_quantile(q) if abs(q) <= 0.425 else _tail_quantile(u)


@compiled()
def normal_quantiles(u: np.ndarray, out: np.ndarray) -> None:
    """Write the standard normal quantile of each u to out, both (member,).

    The middle 85% go through the rational formula for all members at once; the tails follow.
    """
    for b in range(u.shape[0]):
        out[b] = _central_quantile(u[b] - 0.5)
    for b in range(u.shape[0]):
        if abs(u[b] - 0.5) > 0.425:
            out[b] = _tail_quantile(u[b])


@compiled()
def student_t4_quantile(u: float) -> float:
    """Return the quantile of Student's t with four degrees of freedom at u in (0, 1)."""
    x = 2.0 * math.sin(math.asin(2.0 * u - 1.0) / 3.0)
    return 2.0 * x / math.sqrt(1.0 - x * x)


@inlined()
def poisson_quantile(u: float, rate: float) -> int:
    """Return the smallest n whose Poisson distribution function is not below u, at most 5."""
    mass = exponential(-rate)
    total = mass
    n = 0
    for k in range(1, MOST_FLARES + 1):
        n += 1 if total < u else 0
        mass *= rate / k
        total += mass
    return n
