"""Uniform numbers turned into the ones that the rules need, one uniform for one number.

Every transform is an inverse distribution function or plain arithmetic without branches in its
long loops, so that the compiler can take several members at a time and so that two scenarios that
share their uniforms stay as close as they can.

A uniform of 32 bits stands for all numbers of a cell of 2^-32, of which it is the middle. Errors
are small beside that: what a transform gives for the middle is exact for a number close to it.
Monthly noise and the tangents of relations do with less, see `single`.

========================  =====================================================================
`exponential`             e^x by range reduction and a polynomial, relative error below 5e-14
`exponential_within`      the same without a look at the range of x
`normal_quantile`         Giles's variable w = -log(4u(1-u)) [1]_, in which quantile / (u - 1/2) is
                          smooth from the middle to the far tail, and one rational function of w
                          of degrees 8 and 7; exact for a number within 2^-32 / 25 of u, with a
                          relative error below 1.5e-10 and an absolute one below 4e-10
`student_t4_quantile`     closed form: with x = t / sqrt(4 + t²), 2F - 1 = (3x - x³) / 2, so
                          x = 2 sin(arcsin(2u - 1) / 3) and t = 2x / sqrt(1 - x²). x / (2u - 1) is
                          smooth in the root of the nearer tail and had by a polynomial of degree
                          18 through Chebyshev's points; absolute error of x below 2e-12
`quotient`                division by one of Newton's steps from single precision, whose division
                          takes a third of the time; relative error below 1e-14
`poisson_quantile`        smallest n with F(n) >= u, at most 5
========================  =====================================================================

References
----------
.. [1] Giles (2012). Approximating the erfinv function. GPU Computing Gems, Jade Edition, 109-116.
   The idea is his; the coefficients here are comity's, so that all lanes take the same path. They
   come from Remez's exchange in 40 digits on 600 Chebyshev points of 0 <= w <= 21.49, in which an
   error of the quantile q counted less the fewer uniforms lie there: relative errors were made
   level beside min(e^(q²/2), 20) / max(q, 1), at 1.7e-11. The logarithm's were had alike, level at
   3.3e-11, and the exponential's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from comity.simulate.compiled import inlined_part, part, wide

MOST_FLARES = 5
_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number in the low bits
LOG2_E = 1.4426950408889634
_LN2 = 0.6931471805599453
_FAR = 708.0
_SQUARE = 2.0**62
_ROOT_HALF = 0.7071067811865476
_MANTISSA = (1 << 52) - 1
_HALF_BIT = 1 << 51  # set in mantissas from 1.5
_ONE_BITS = 0x3FF0000000000000
_WHOLE_BITS = 0x4330000000000000  # of 2^52: n in the low bits makes it 2^52 + n
_BIAS = 1023.0 + 2.0**-30  # the small part outweighs all rounding
_HALVES = 4503599627370496.0 + 2 * (1023 + 62)


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


@intrinsic
def fused(_context: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a b + c, rounded once: said outright, so that no compiler decides it loop by loop.

    In single precision where all three are.
    """

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    kind = types.float32 if {a, b, c} == {types.float32} else types.float64
    return kind(kind, kind, kind), build


@inlined_part()
def quotient(a: float, x: float) -> float:
    """Return a / x for x between 1e-37 and 1e37; 0 for larger x."""
    rough = np.float64(np.float32(1.0) / np.float32(x))
    found = a * rough
    return fused(fused(-x, rough, 1.0), found, found)  # pyright: ignore


@inlined_part()
def exponential_within(x: float) -> float:
    """Return e^x for x that the caller knows to lie in [-708, 708]."""
    shifted = fused(x, LOG2_E, _MAGIC)  # pyright: ignore
    k = shifted - _MAGIC
    r = fused(-k, _LN2, x)  # pyright: ignore
    # Of all polynomials 1 + r + c r^2 + ... of degree 9, the one whose largest relative error over
    # |r| <= ln(2)/2 is least, 1.7e-14. The rounding of ln(2) adds up to 2.4e-17 |k|.
    p = fused(2.749305912991575e-06, r, 2.4880794239520142e-05)  # pyright: ignore
    p = fused(p, r, 0.00019841539029682772)  # pyright: ignore
    p = fused(p, r, 0.001388881117532344)  # pyright: ignore
    p = fused(p, r, 0.00833333309519665)  # pyright: ignore
    p = fused(p, r, 0.041666666962067736)  # pyright: ignore
    p = fused(p, r, 0.16666666667264812)  # pyright: ignore
    p = fused(p, r, 0.49999999999664574)  # pyright: ignore
    p = fused(p, r, 1.0)  # pyright: ignore
    p = fused(p, r, 1.0)  # pyright: ignore
    return _from_bits(_bits(p) + (_bits(shifted) << 52))  # pyright: ignore


@inlined_part()
def exponential(x: float) -> float:
    """Return e^x for x in [-708, 708]; beyond, the value at the nearer end."""
    return exponential_within(min(max(x, -_FAR), _FAR))


@inlined_part()
def power_above(y: float) -> float:
    """Return a number not below 2^y, and at most 6.2 percent above, for y in [-1000, 1000].

    Between two whole y the power is replaced by its chord, which the bits of a float64 hold: the
    exponent is the whole part and the mantissa the rest.
    """
    shifted = fused(y, 2.0**32, _MAGIC + _BIAS * 2.0**32)  # pyright: ignore
    return _from_bits(_bits(shifted) << 20)  # pyright: ignore


@inlined_part()
def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return quotient(1.0, 1.0 + exponential(-x))


@inlined_part()
def probability_of(hazard: float) -> float:
    """Return the probability 1 - e^(-h) of an event in one month."""
    return 1.0 - exponential(-hazard)


@inlined_part()
def log_odds_product(x: float) -> float:
    """Return -log2(4u(1-u)), given x = 2^32 (u - 1/2); absolute error below 4e-11."""
    bits = _bits(fused(-x, x, _SQUARE))  # pyright: ignore
    # 4u(1-u) = (1 + r) 2^(-n/2) with a mantissa of [1, 1.5), or one of [1.5, 2) over sqrt(2).
    mantissa = _from_bits((bits & _MANTISSA) | _ONE_BITS)  # pyright: ignore
    factor = _ROOT_HALF if bits & _HALF_BIT else 1.0
    r = fused(mantissa, factor, -1.0)  # pyright: ignore
    n = _HALVES - _from_bits(  # pyright: ignore
        np.int64(np.uint64(bits) >> np.uint64(51)) | _WHOLE_BITS
    )
    # -log2(1 + r)
    p = fused(-0.023772383029163614, r, 0.08630353667978669)  # pyright: ignore
    p = fused(p, r, -0.1621821435735227)  # pyright: ignore
    p = fused(p, r, 0.22687850416800662)  # pyright: ignore
    p = fused(p, r, -0.28582221564699395)  # pyright: ignore
    p = fused(p, r, 0.3603342110044989)  # pyright: ignore
    p = fused(p, r, -0.48087361411503565)  # pyright: ignore
    p = fused(p, r, 0.7213465977921478)  # pyright: ignore
    p = fused(p, r, -1.4426950274782697)  # pyright: ignore
    p = fused(p, r, -3.220565930320561e-11)  # pyright: ignore
    return fused(n, 0.5, p)  # pyright: ignore


@inlined_part()
def quantile_from_log(x: float, w: float) -> float:
    """Return the normal quantile, given x = 2^32 (u - 1/2) and w = -log2(4u(1-u))."""
    p, q = 1.6243990052036216e-11, w + 83.36114619085784
    p = fused(p, w, 7.2776351667797246e-09)  # pyright: ignore
    q = fused(q, w, 1.6397089535903537)  # pyright: ignore
    p = fused(p, w, 9.501414719489778e-08)  # pyright: ignore
    q = fused(q, w, 44097.799682705394)  # pyright: ignore
    p = fused(p, w, 2.4517900518342745e-06)  # pyright: ignore
    q = fused(q, w, 134247.79851483952)  # pyright: ignore
    p = fused(p, w, 6.093262755196326e-05)  # pyright: ignore
    q = fused(q, w, 12055137.488919614)  # pyright: ignore
    p = fused(p, w, 0.0010203499057954816)  # pyright: ignore
    q = fused(q, w, 15888156.843089323)  # pyright: ignore
    p = fused(p, w, 0.011521018002850157)  # pyright: ignore
    q = fused(q, w, 766988957.5742087)  # pyright: ignore
    p = fused(p, w, 0.09050204942556697)  # pyright: ignore
    p = fused(p, w, 0.4476299992189451)  # pyright: ignore
    return quotient(x * p, q)


@part()
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile at u from 2^-33 to 1 - 2^-33."""
    x = (u - 0.5) * 2.0**32
    return quantile_from_log(x, log_odds_product(x))


@part()
def normal_quantiles(u: np.ndarray, out: np.ndarray) -> None:
    """Write the standard normal quantile of each u to out, both (member,) and not overlapping.

    Each has the bits of `normal_quantile`, wherever it stands. There are two loops because one
    would be a chain too long for the processor to begin the next members before it ends.
    """
    wide()  # pyright: ignore
    for b in range(u.shape[0]):
        out[b] = log_odds_product((u[b] - 0.5) * 2.0**32)
    for b in range(u.shape[0]):
        out[b] = quantile_from_log((u[b] - 0.5) * 2.0**32, out[b])


@inlined_part()
def student_t4_quantile(u: float) -> float:
    """Return the quantile of Student's t with four degrees of freedom at u in (0, 1)."""
    y = math.sqrt(min(u, 1.0 - u)) - 0.35355339059327373
    p = 42.54910677357731
    p = fused(p, y, 28.80350071857361)  # pyright: ignore
    p = fused(p, y, -4.6423026958578575)  # pyright: ignore
    p = fused(p, y, -3.4351716645483363)  # pyright: ignore
    p = fused(p, y, 4.351766840726339)  # pyright: ignore
    p = fused(p, y, 2.6029169586022136)  # pyright: ignore
    p = fused(p, y, 1.4624919451506653)  # pyright: ignore
    p = fused(p, y, 0.5544497467924934)  # pyright: ignore
    p = fused(p, y, 1.017823778109927)  # pyright: ignore
    p = fused(p, y, 0.17388139581446704)  # pyright: ignore
    p = fused(p, y, 0.7403442051472656)  # pyright: ignore
    p = fused(p, y, -0.09410673110327472)  # pyright: ignore
    p = fused(p, y, 0.6285675310670898)  # pyright: ignore
    p = fused(p, y, -0.2530587877545277)  # pyright: ignore
    p = fused(p, y, 0.6015291844942436)  # pyright: ignore
    p = fused(p, y, -0.3586370699709366)  # pyright: ignore
    p = fused(p, y, 0.6292346702626646)  # pyright: ignore
    p = fused(p, y, -0.422506421400428)  # pyright: ignore
    p = fused(p, y, 0.7438329311086994)  # pyright: ignore
    x = (2.0 * u - 1.0) * p
    return 2.0 * x / math.sqrt(1.0 - x * x)


@inlined_part()
def poisson_quantile(u: float, rate: float) -> int:
    """Return the smallest n whose Poisson distribution function is not below u, at most 5."""
    # Step by step: the compiler takes members at a time in loops without loops in them.
    mass = exponential(-rate)
    total = mass
    n = 1 if total < u else 0
    mass *= rate
    total += mass
    n += 1 if total < u else 0
    mass *= rate * (1 / 2)
    total += mass
    n += 1 if total < u else 0
    mass *= rate * (1 / 3)
    total += mass
    n += 1 if total < u else 0
    mass *= rate * (1 / 4)
    total += mass
    return n + (1 if total < u else 0)
