"""Rare events: no one is missed by a mark, and the numbers of a list are those of the core."""

import numpy as np
import pytest
from numba import njit

from comity.core.streams import seed_key, stream_number, uniforms
from comity.simulate import rare
from comity.simulate.compiled import from_python
from comity.simulate.draws import Draws, as_uniform
from comity.simulate.rare import list_marked, most_word
from comity.simulate.transforms import power_above

end_list, read_listed = from_python(rare.end_list), from_python(rare.read_listed)

MEMBERS, NAMES = np.arange(1000, 1064), ("dispute/isle/severity", "dispute/reef/severity")


@njit
def powers_above(y, out):
    for m in range(y.size):
        out[m] = power_above(y[m])


@njit
def greatest_word(probability):
    return most_word(probability)


@njit
def uniform_of(word):
    return as_uniform(word)


@njit
def lists(marked, entity, entities, members, n):
    return list_marked(marked, entity, entities, members, n)


def test_the_power_is_a_bound_from_above_and_a_near_one():
    whole = np.arange(-1000.0, 1001.0)
    y = np.concatenate([whole, np.nextafter(whole, 0), np.linspace(-1000, 1000, 100_003)])
    bound = np.empty_like(y)
    powers_above(y, bound)
    assert (bound >= np.exp2(y)).all()
    assert (bound <= 1.0615 * np.exp2(y)).all()


@pytest.mark.parametrize("probability", [0.0, 1e-10, 2.0**-32, 0.3, 0.75, 1.0 - 1e-10, 1.0])
def test_no_word_above_the_greatest_has_a_uniform_below_the_probability(probability):
    greatest = int(greatest_word(probability))
    for word in range(greatest + 1, min(greatest + 4, 2**32)):
        assert uniform_of(np.uint32(word)) >= probability
    assert greatest < 2 or uniform_of(np.uint32(greatest - 2)) < probability


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_the_list_has_everyone_who_is_marked_in_order(share):
    marks = np.random.default_rng(4).random(64) < share
    entities, members = np.zeros(80, np.uint32), np.zeros(80, np.uint32)
    entities[:3], members[:3] = 1, (7, 8, 9)
    n = lists(marks.astype(np.int8).view(np.int64), 5, entities, members, 3)
    assert members[:n].tolist() == [7, 8, 9, *np.flatnonzero(marks)]
    assert entities[:n].tolist() == [1] * 3 + [5] * int(marks.sum())


@pytest.mark.parametrize("first_month", [668, 3])
@pytest.mark.parametrize("n", [0, 1, 8, 13])
def test_listed_numbers_equal_the_core(first_month, n):
    draws = Draws(
        words=np.zeros((0, 4, 64), np.uint32),
        normals=np.zeros((0, 4, 64), np.float32),
        is_normal=np.zeros(0, np.int8),
        streams=np.zeros(0, np.int64),
        member=MEMBERS.astype(np.uint64),
        draw=np.array([3], np.uint64),
        key=seed_key(11).astype(np.uint64),
        some=np.zeros(64, np.uint64),
        first_month=np.array([first_month], np.int64),
    )
    rng = np.random.default_rng(5)
    docket, member = rng.integers(2, size=16, dtype=np.uint32), rng.integers(64, size=16)
    number, out, places = np.zeros(16, np.uint64), np.zeros(16), member.astype(np.uint32)
    end_list(draws, docket, places, number, n)
    stream = np.array([stream_number(NAMES[d]) for d in docket], np.uint64)
    for t in range(5):
        read_listed(draws, t, stream, number, n, out)
        for m in range(n):
            one = MEMBERS[member[m] : member[m] + 1]
            expected = uniforms(11, NAMES[docket[m]], member=one, month=first_month + t, draw=3)
            assert out[m] == expected[0]
