"""Scores of alliance treaties by Benson and Clinton: depth, scope, potential military capacity."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from comity.core.world_tables import DepthScores
from comity.record.world_tables.columns import Column, raise_problems, read_cells, real, whole

TITLE = "the table of alliance scores by Benson and Clinton"


def read_depth_scores(path: Path) -> DepthScores:
    """Return the scores by ATOP number.

    Parameters
    ----------
    path
        The table as distributed, CSV, gzip or plain.

    Raises
    ------
    DataError
        The file is missing, another table, or scores an alliance twice or not at all: each with its
        line, column and what to do.
    """
    columns = [
        Column("atopid", (), whole(1, 99_999, None)),
        Column("depth", ("Depth.score", "latent.depth.mean"), real),
        Column("scope", ("Scope.score", "latent.scope.mean"), real),
        Column("capacity", ("PotMilCapacity.score", "latent.capacity.mean"), real),
    ]
    cells = read_cells(path, columns, title=TITLE)
    atopid, depth = cells.ints("atopid"), cells.floats("depth")
    first = np.zeros(len(atopid), bool)
    first[np.unique(atopid, return_index=True)[1]] = True
    problems = [
        cells.problem(int(row), "atopid", "must appear once", atopid[row], "Keep one row.")
        for row in np.flatnonzero(~first)
    ]
    problems += [
        cells.problem(int(row), "depth", "must be a number", "none", "Leave the alliance out.")
        for row in np.flatnonzero(np.isnan(depth))
    ]
    raise_problems(path, problems)
    return DepthScores(atopid, depth, cells.floats("scope"), cells.floats("capacity"))
