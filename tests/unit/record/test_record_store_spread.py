"""Cells spread over their keys are the cells sorted by their keys."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from comity.record.store.cells import _sorted
from comity.record.store.packed import FIELD_BITS
from comity.record.store.spread import MOST_PLACES_A_CELL, spread

N_CELLS = 1000
N_KEYS = N_CELLS * MOST_PLACES_A_CELL


def packed_table(acts: NDArray[np.int64]) -> pa.Table:
    """Return cells of the acts of classes 1 to 4, (cell, class), packed as DuckDB packs them."""
    one, two, _, four = acts.T
    packed = four + (one << FIELD_BITS) + (two << 2 * FIELD_BITS)
    columns = {"n_rows": acts.sum(axis=1), "packed": packed.astype(float)}
    return pa.Table.from_batches(pa.table(columns).to_batches(max_chunksize=300))


@pytest.fixture
def key() -> NDArray[np.int64]:
    return np.random.default_rng(1).permutation(N_KEYS)[:N_CELLS]


@pytest.mark.parametrize("most", [3, 1000])
def test_keys_and_acts_come_in_order(key: NDArray[np.int64], most: int) -> None:
    acts = np.random.default_rng(2).integers(0, most, (N_CELLS, 4))
    acts[:, 2] += acts.sum(axis=1) == 0  # a cell has at least one row
    found = spread(key, N_KEYS, packed_table(acts))
    assert found is not None
    order = np.argsort(key)
    np.testing.assert_array_equal(found[0], key[order])
    np.testing.assert_array_equal(found[1].T, acts[order])
    for ours, sorted_ones in zip(found, _sorted(key.copy(), packed_table(acts)), strict=True):
        np.testing.assert_array_equal(ours, sorted_ones)


@pytest.mark.parametrize("n_rows", [(1 << 63 - 3 * FIELD_BITS) - 1, 1 << 63 - 3 * FIELD_BITS])
def test_a_cell_too_large_for_its_word_is_left_to_the_sort(
    key: NDArray[np.int64], n_rows: int
) -> None:
    acts = np.tile([0, 0, 1, 0], (N_CELLS, 1))
    acts[7] = 0, 0, 0, n_rows
    found = spread(key, N_KEYS, packed_table(acts))
    fits = n_rows < 1 << 63 - 3 * FIELD_BITS
    assert (found is not None) == fits
    if found is not None:
        assert found[1].max() == n_rows


def test_few_cells_among_many_keys_are_left_to_the_sort(key: NDArray[np.int64]) -> None:
    acts = np.ones((N_CELLS, 4), np.int64)
    assert spread(key, N_KEYS + 1, packed_table(acts)) is None
    assert spread(key, N_KEYS, packed_table(acts)) is not None


def test_unpacked_cells_are_left_to_the_sort(key: NDArray[np.int64]) -> None:
    columns = {f"acts_{number}": np.ones(N_CELLS, np.int64) for number in range(1, 5)}
    assert spread(key, N_KEYS, pa.table(columns)) is None
