"""Uniform numbers turned into the ones that the rules need, one uniform for one number.

Every transform is an inverse distribution function or plain arithmetic without branches in its
long loops, so that the compiler can take several members at a time and so that two scenarios that
share their uniforms stay as close as they can.

========================  =====================================================================
`exponential`             e^x by range reduction and a polynomial, within 2 units in the last place
`exponential_within`      the same without a look at the range of x
`hyperbolic_tangent`      tanh x from e^2x
`normal_quantile`         Giles's variable w = -log(4u(1-u)) [1]_, in which quantile / (u - 1/2) is
                          smooth from the middle to the far tail, and one rational function of w
                          of degree 11; relative error below 4e-15
`student_t4_quantile`     closed form: with x = t / sqrt(4 + t²), 2F - 1 = (3x - x³) / 2, so
                          x = 2 sin(arcsin(2u - 1) / 3) and t = 2x / sqrt(1 - x²). x / (2u - 1) is
                          smooth in the root of the nearer tail and had by a polynomial of degree
                          18 through Chebyshev's points; absolute error of x below 2e-12
`quotient`                division by Newton's iteration from single precision, whose division
                          takes a third of the time; within 1 unit in the last place
`poisson_quantile`        smallest n with F(n) >= u, at most 5
========================  =====================================================================

References
----------
.. [1] Giles (2012). Approximating the erfinv function. GPU Computing Gems, Jade Edition, 109-116.
   The idea is his; the coefficients here are comity's, so that all lanes take the same path: least
   squares on 300 Chebyshev points of 0 <= w <= 21.6 in 50 digits, with Lawson's weights, until the
   largest relative error was level at 6.6e-16. The logarithm's coefficients were had alike.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from comity.simulate.compiled import compiled, inlined, wide

MOST_FLARES = 5
_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number in the low bits
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LN2 = 0.6931471805599453
_FAR = 708.0
_MANTISSA = (1 << 52) - 1
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD  # of sqrt(1/2), where a mantissa begins here
_LOWEST_BITS = _ROOT_HALF_BITS - (66 << 52)  # of sqrt(1/2) 2^-66, taken for exponent 0
_WHOLE_BITS = 0x4330000000000000  # of 2^52: n in the low bits makes it 2^52 + n
_WHOLE = 4503599627370496.0 + 64.0


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
    """Return a b + c, rounded once: said outright, so that no compiler decides it loop by loop."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), build


@inlined()
def quotient(a: float, x: float) -> float:
    """Return a / x for x between 1e-37 and 1e37; 0 for larger x."""
    rough = np.float64(np.float32(1.0) / np.float32(x))
    near = fused(rough, fused(-x, rough, 1.0), rough)  # pyright: ignore
    found = a * near
    return fused(fused(-x, found, a), near, found)  # pyright: ignore


@inlined()
def exponential_within(x: float) -> float:
    """Return e^x for x that the caller knows to lie in [-708, 708]."""
    shifted = fused(x, _LOG2_E, _MAGIC)  # pyright: ignore
    k = shifted - _MAGIC
    r = fused(-k, _LN2_LOW, fused(-k, _LN2_HIGH, x))  # pyright: ignore
    # Of all polynomials 1 + r + c r^2 + ..., one that keeps the largest relative error over
    # |r| <= ln(2)/2 at 3e-16.
    r2 = r * r
    r4 = r2 * r2
    p23 = fused(r, 0.1666666666661155, 0.49999999999998324)  # pyright: ignore
    p45 = fused(r, 0.008333333370873032, 0.0416666666681366)  # pyright: ignore
    p67 = fused(r, 0.00019841185232639488, 0.0013888888516211584)  # pyright: ignore
    p89 = fused(r, 2.7634992159735014e-06, 2.4801931722512618e-05)  # pyright: ignore
    high = fused(r2, 2.7476798225703385e-07, p89)  # pyright: ignore
    middle = fused(r4, high, fused(r2, p67, p45))  # pyright: ignore
    value = 1.0 + (r + fused(r4, middle, r2 * p23))  # pyright: ignore
    return _from_bits(_bits(value) + (_bits(shifted) << 52))  # pyright: ignore


@inlined()
def exponential(x: float) -> float:
    """Return e^x for x in [-708, 708]; beyond, the value at the nearer end."""
    return exponential_within(min(max(x, -_FAR), _FAR))


@inlined()
def hyperbolic_tangent(x: float) -> float:
    """Return tanh x; absolute error below 1e-15."""
    return 1.0 - quotient(2.0, exponential_within(2.0 * min(max(x, -20.0), 20.0)) + 1.0)


@inlined()
def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return quotient(1.0, 1.0 + exponential(-x))


@inlined()
def probability_of(hazard: float) -> float:
    """Return the probability 1 - e^(-h) of an event in one month."""
    return 1.0 - exponential(-hazard)


@inlined()
def _log_odds_product(u: float) -> float:
    """Return -log(4u(1-u)); absolute error below 1e-15 around u = 1/2."""
    bits = _bits(u * (1.0 - u)) - _LOWEST_BITS  # pyright: ignore
    # 4u(1-u) = m 2^-n with m in [sqrt(1/2), sqrt(2)).
    m = _from_bits((bits & _MANTISSA) + _ROOT_HALF_BITS)  # pyright: ignore
    n = _WHOLE - _from_bits(  # pyright: ignore
        np.int64(np.uint64(bits) >> np.uint64(52)) | _WHOLE_BITS
    )
    s = quotient(1.0 - m, 1.0 + m)  # -log m = 2 artanh s
    z = s * s
    p = fused(0.1683869559750506684, z, 0.18121844141994817958)  # pyright: ignore
    p = fused(p, z, 0.22223437498618989517)  # pyright: ignore
    p = fused(p, z, 0.28571415976664125337)  # pyright: ignore
    p = fused(p, z, 0.40000000062044038457)  # pyright: ignore
    p = fused(p, z, 0.66666666666552165772)  # pyright: ignore
    p = fused(p, z, 2.0000000000000003448)  # pyright: ignore
    return fused(n, _LN2, s * p)  # pyright: ignore


@inlined()
def _quantile_from_log(u: float, w: float) -> float:
    """Return the normal quantile at u, given w = -log(4u(1-u))."""
    p, q = 108.40774513677017, w + 641.9160974471785
    p = fused(p, w, 17369.070009469055)  # pyright: ignore
    q = fused(q, w, 39460.348322719634)  # pyright: ignore
    p = fused(p, w, 528679.1115959726)  # pyright: ignore
    q = fused(q, w, 892899.4050438964)  # pyright: ignore
    p = fused(p, w, 11570105.845426258)  # pyright: ignore
    q = fused(q, w, 18388728.530084874)  # pyright: ignore
    p = fused(p, w, 194890993.90399)  # pyright: ignore
    q = fused(q, w, 269889224.61729676)  # pyright: ignore
    p = fused(p, w, 2549982935.851951)  # pyright: ignore
    q = fused(q, w, 3019593066.2915807)  # pyright: ignore
    p = fused(p, w, 26151408780.06375)  # pyright: ignore
    q = fused(q, w, 31057113688.55915)  # pyright: ignore
    p = fused(p, w, 212022599390.7058)  # pyright: ignore
    q = fused(q, w, 181617018803.79575)  # pyright: ignore
    p = fused(p, w, 1352727401804.3806)  # pyright: ignore
    q = fused(q, w, 1410981159593.4612)  # pyright: ignore
    p = fused(p, w, 6554952311676.768)  # pyright: ignore
    q = fused(q, w, 3518486574018.334)  # pyright: ignore
    p = fused(p, w, 23066539285134.89)  # pyright: ignore
    q = fused(q, w, 21710254012222.535)  # pyright: ignore
    p = fused(p, w, 54419536556458.164)  # pyright: ignore
    return quotient((u - 0.5) * p, q)


@compiled()
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile at u from 2^-33 to 1 - 2^-33."""
    return _quantile_from_log(u, _log_odds_product(u))


@compiled()
def normal_quantiles(u: np.ndarray, out: np.ndarray) -> None:
    """Write the standard normal quantile of each u to out, both (member,) and not overlapping.

    Each has the bits of `normal_quantile`, wherever it stands. There are two loops because the
    constants of either fit the registers, and those of both do not.
    """
    wide()  # pyright: ignore
    for b in range(u.shape[0]):
        out[b] = _log_odds_product(u[b])
    for b in range(u.shape[0]):
        out[b] = _quantile_from_log(u[b], out[b])


@inlined()
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


@inlined()
def poisson_quantile(u: float, rate: float) -> int:
    """Return the smallest n whose Poisson distribution function is not below u, at most 5."""
    mass = exponential(-rate)
    total = mass
    n = 0
    for k in range(1, MOST_FLARES + 1):
        n += 1 if total < u else 0
        mass *= rate * (1.0 / k)
        total += mass
    return n
