"""What single precision is enough for: noise and closeness, sixteen or eight members at a time.

Standard normals of 32-bit words
--------------------------------
Noise needs no more: what a normal is off by is 5e-7 of it at most, and 6e-10 beside that, for a
word's last bit counts in its tail alone. `error_of_noise` is the bound that tests and tolerances
rest on. Opposite words (w and its complement) have opposite normals. From a word to the next the
normal rises or, by rounding, falls by at most 4e-7 of it.

With m the smaller tail of the word's uniform u, w = -log2(4m(1-m)) and x = u - 1/2, the quantile is
x times a rational function of w of degrees 5 and 5 (see `transforms` for where that comes from).
The coefficients come from Lawson's reweighting on 4,000 Chebyshev points of 0 <= w <= 31, rounded
to single precision one after the other, the rest fitted anew each time. Relative errors were made
level beside min(e^(q^2/2), 4), at 4e-8; those of the logarithm, of degree 7 on mantissas from 2/3
to 4/3, at 3.2e-7, of which a fifth reaches the quantile. The rest is rounding.

Hyperbolic tangent
------------------
x times a rational function of x^2 of degrees 4 and 4, had alike on 0 <= x <= 8.5 with absolute
errors level at 4e-8; with rounding the error lies below `ERROR_OF_TANGENT`. Beyond, the value at
the nearer end. It is exactly odd.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from comity.simulate.compiled import inlined_part, part, wide
from comity.simulate.transforms import fused

_WORD, _SINGLE = ir.IntType(32), ir.FloatType()
_TWO_THIRDS = 0x3F2AAAAB  # bits: mantissas run from here to twice as much
_POWER = -(1 << 23)  # the bits of sign and exponent
_TWO = 2 << 23  # bits: what a factor of four adds

ERROR_OF_TANGENT = 4e-7


def error_of_noise(normal: Any) -> Any:
    """Return by how much a normal may be off at most; numbers or arrays."""
    return 5e-7 * np.abs(normal) + 6e-10


@intrinsic
def _word_of(_context: Any, value: Any) -> Any:
    """Bit pattern of a float32 as uint32."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], _WORD)

    return types.uint32(types.float32), build


@intrinsic
def _from_middle(_context: Any, word: Any) -> Any:
    """2^32 (u - 1/2) of a word as float32, its last bit left out: odd, so that it has a sign."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        signed = builder.xor(arguments[0], ir.Constant(_WORD, 1 << 31))
        return builder.sitofp(builder.or_(signed, ir.Constant(_WORD, 1)), _SINGLE)

    return types.float32(types.uint32), build


@intrinsic
def _tail_words(_context: Any, word: Any) -> Any:
    """How many words lie beyond a word on the nearer side, as float32."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        other = builder.not_(arguments[0])
        is_lower = builder.icmp_unsigned("<", arguments[0], other)
        return builder.sitofp(builder.select(is_lower, arguments[0], other), _SINGLE)

    return types.float32(types.uint32), build


def _exponent_bits(builder: Any, bits: Any) -> Any:
    shifted = builder.sub(bits, ir.Constant(_WORD, _TWO_THIRDS - _TWO))
    return builder.and_(shifted, ir.Constant(_WORD, _POWER))


@intrinsic
def _exponent(_context: Any, y: Any) -> Any:
    """2^23 n of 4y = 2^n times a mantissa from 2/3 to 4/3."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], _WORD)
        return builder.sitofp(_exponent_bits(builder, bits), _SINGLE)

    return types.float32(types.float32), build


@intrinsic
def _quarter_mantissa(_context: Any, y: Any) -> Any:
    """A quarter of that mantissa."""

    def build(_ctx: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], _WORD)
        return builder.bitcast(builder.sub(bits, _exponent_bits(builder, bits)), _SINGLE)

    return types.float32(types.float32), build


@inlined_part()
def _log_odds_product(m: Any) -> Any:
    """Return -log2(4m(1-m)) of the smaller tail."""
    y = fused(-m, m, m)  # pyright: ignore
    r = fused(_quarter_mantissa(y), np.float32(4.0), np.float32(-1.0))  # pyright: ignore
    p = fused(np.float32(-0.2570535), r, np.float32(0.28425214))  # pyright: ignore
    p = fused(p, r, np.float32(-0.28366017))  # pyright: ignore
    p = fused(p, r, np.float32(0.3577287))  # pyright: ignore
    p = fused(p, r, np.float32(-0.48106638))  # pyright: ignore
    p = fused(p, r, np.float32(0.7214027))  # pyright: ignore
    p = fused(p, r, np.float32(-1.4426936))  # pyright: ignore
    return fused(_exponent(y), np.float32(-(2.0**-23)), p * r)  # pyright: ignore


@inlined_part()
def normal_of_word(word: Any) -> Any:
    """Return the standard normal quantile of a word's uniform, float32."""
    w = _log_odds_product(
        fused(_tail_words(word), np.float32(2.0**-32), np.float32(2.0**-33))  # pyright: ignore
    )
    p = fused(np.float32(1.3396963e-08), w, np.float32(6.37718e-07))  # pyright: ignore
    q = w + np.float32(237.40091)
    p = fused(p, w, np.float32(1.1080870e-05))  # pyright: ignore
    q = fused(q, w, np.float32(4458.9087))  # pyright: ignore
    p = fused(p, w, np.float32(0.00012165546))  # pyright: ignore
    q = fused(q, w, np.float32(95717.74))  # pyright: ignore
    p = fused(p, w, np.float32(0.000888925))  # pyright: ignore
    q = fused(q, w, np.float32(409373.56))  # pyright: ignore
    p = fused(p, w, np.float32(0.0035819968))  # pyright: ignore
    q = fused(q, w, np.float32(6137551.0))  # pyright: ignore
    return _from_middle(word) * p / q  # pyright: ignore


@inlined_part()
def hyperbolic_tangent(x: Any) -> Any:
    """Return tanh x as float32, given x in any precision."""
    x = min(max(np.float32(x), np.float32(-8.5)), np.float32(8.5))
    s = x * x
    p = fused(np.float32(1.4099266e-08), s, np.float32(2.1121548e-05))  # pyright: ignore
    q = fused(np.float32(8.073611e-07), s, np.float32(0.00033356884))  # pyright: ignore
    p = fused(p, s, np.float32(0.0035258182))  # pyright: ignore
    q = fused(q, s, np.float32(0.02599113))  # pyright: ignore
    p = fused(p, s, np.float32(0.13406205))  # pyright: ignore
    q = fused(q, s, np.float32(0.46739516))  # pyright: ignore
    p = fused(p, s, np.float32(0.9999999))  # pyright: ignore
    q = fused(q, s, np.float32(1.0))  # pyright: ignore
    return x * p / q


@part()
def normals_of_words(numbers: np.ndarray) -> None:
    """Replace words by their standard normals: (n,) float32, at first with the words' bits."""
    wide()  # pyright: ignore
    for b in range(numbers.shape[0]):
        numbers[b] = normal_of_word(_word_of(numbers[b]))  # pyright: ignore
