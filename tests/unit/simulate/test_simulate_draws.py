"""The kernel's random numbers are those of the core, bit for bit."""

import numpy as np
import pytest
from scipy.special import ndtri

from comity.core.streams import seed_key, stream_number, uniforms
from comity.simulate import draws as parts
from comity.simulate.compiled import from_python
from comity.simulate.draws import Draws
from comity.simulate.single import error_of_noise

one_uniform = from_python(parts.one_uniform)
read_some = from_python(parts.read_some)
as_uniform, quarter_month = from_python(parts.as_uniform), from_python(parts.quarter_month)
refill = from_python(parts.refill)

MEMBERS = np.arange(1000, 1064)
DRAW = 3
NAMES = ("dispute/grounds/flare", "dispute/isle/flare")
NOISE = "relation/ALF-BET/level"


@pytest.mark.parametrize("seed", [1, 2**63 + 5])
@pytest.mark.parametrize("first_month", [668, 669, 671, 3])
def test_dense_and_single_readings_equal_the_core(seed, first_month):
    words = np.zeros((3, 4, 64), np.uint32)
    draws = Draws(
        words=words,
        normals=words.view(np.float32),
        is_normal=np.array([0, 0, 1], np.int8),
        streams=np.array([stream_number(name) for name in (*NAMES, NOISE)], np.int64),
        member=MEMBERS.astype(np.uint64),
        draw=np.array([DRAW], np.uint64),
        key=seed_key(seed).astype(np.uint64),
        some=np.zeros(64, np.uint64),
        first_month=np.array([first_month], np.int64),
    )
    chosen, some = np.arange(63, -1, -1, dtype=np.int32), np.zeros(64)
    for t in range(9):
        refill(draws, t)
        for row, name in enumerate(NAMES):
            expected = uniforms(seed, name, member=MEMBERS, month=first_month + t, draw=DRAW)
            found = draws.words[row, quarter_month(draws, t)]
            assert [as_uniform(word) for word in found] == expected.tolist()
            assert one_uniform(draws, stream_number(name), t, 17) == expected[17]
            for n in (0, 1, 8, 13, 64):
                read_some(draws, stream_number(name), t, chosen, n, some)
                assert np.array_equal(some[:n], expected[::-1][:n])
        expected = ndtri(uniforms(seed, NOISE, member=MEMBERS, month=first_month + t, draw=DRAW))
        noise = draws.normals[2, (first_month + t) % 4]
        assert np.all(np.abs(noise - expected) <= error_of_noise(expected))
