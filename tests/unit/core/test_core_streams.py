"""Philox against its published vectors, and addressed draws against the block they come from."""

import numpy as np
import pytest

from comity.core.errors import ConfigError
from comity.core.streams import philox4x32, seed_key, stream_number, stream_numbers, uniforms

# Known-answer vectors of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_published_words(counter, key, expected):
    assert tuple(int(word) for word in philox4x32(counter, key)) == expected


def test_one_block_serves_four_months_of_one_stream():
    months = np.arange(668, 672)
    drawn = uniforms(7, "turnover/AAA/exit", member=3, month=months, draw=2)
    block = philox4x32([3, 167, stream_number("turnover/AAA/exit"), 2], seed_key(7))
    np.testing.assert_array_equal(drawn, (block + 0.5) * 2.0**-32)


def test_a_draw_depends_on_every_part_of_its_address_and_on_nothing_else():
    base = {"member": 5, "month": 700, "draw": 1}
    drawn = uniforms(1, "a/b/c", **base)
    assert drawn == uniforms(1, "a/b/c", **base)
    assert drawn == uniforms(1, "a/b/c", member=np.arange(9), month=700, draw=1)[5]
    for change in ({"member": 6}, {"month": 701}, {"draw": 2}):
        assert drawn != uniforms(1, "a/b/c", **{**base, **change})
    assert drawn != uniforms(2, "a/b/c", **base)
    assert drawn != uniforms(1, "a/b/d", **base)


def test_uniforms_lie_strictly_inside_the_unit_interval_and_are_even():
    drawn = uniforms(11, "even", member=np.arange(40_000), month=600)
    assert 0 < drawn.min() < drawn.max() < 1
    counts = np.bincount((drawn * 20).astype(int), minlength=20)
    chi_square = ((counts - 2000) ** 2 / 2000).sum()
    assert chi_square < 19 + 5 * np.sqrt(2 * 19), f"chi-square {chi_square:.1f} on 19 degrees"


def test_stream_addresses_are_stable_and_collisions_are_refused():
    assert stream_number("dispute/islets/flare") == 3489763274
    assert list(stream_numbers(["a", "b"])) == [stream_number("a"), stream_number("b")]
    with pytest.raises(ConfigError, match='"a" and "a" share one address'):
        stream_numbers(["a", "a"])


def test_a_seed_outside_64_bits_is_refused():
    with pytest.raises(ConfigError, match="whole number from 0 to 2"):
        seed_key(2**64)
