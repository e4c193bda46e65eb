"""Pieces: groups of blocks that are written, kept and computed again as one."""

from __future__ import annotations

from dataclasses import dataclass

from comity.simulate.block import Plan

PIECE_ROWS = 122_880
"""Months of members in a piece, at least one block: the size of row group that DuckDB advises."""


@dataclass(frozen=True)
class Pieces:
    """How the blocks of a run are grouped; the same for every run of the same plan."""

    n_blocks: int
    blocks_each: int

    @property
    def n(self) -> int:
        """Number of pieces."""
        return -(-self.n_blocks // self.blocks_each)

    def of(self, block: int) -> int:
        """Return the piece that a block belongs to."""
        return block // self.blocks_each

    def blocks(self, piece: int) -> range:
        """Return the blocks of a piece, in order."""
        first = piece * self.blocks_each
        return range(first, min(first + self.blocks_each, self.n_blocks))

    def n_before(self, block: int) -> int:
        """Return how many pieces lie before a block that begins one, or before the end."""
        return -(-block // self.blocks_each)

    def is_last(self, block: int) -> bool:
        """Whether a piece is whole once this block is in."""
        return block == self.blocks(self.of(block))[-1]


def pieces_of(plan: Plan) -> Pieces:
    """Return how the blocks of a plan are grouped."""
    return Pieces(plan.n_blocks, max(1, PIECE_ROWS // (plan.layout.n_months * plan.block_size)))


def members_before(plan: Plan, block: int) -> int:
    """Return how many members the blocks before one hold, all of them where it is past the last.

    Blocks come draw by draw, and the first draws hold one member more where they do not share
    evenly.
    """
    draw, within = divmod(block, plan.blocks_per_draw)
    each, rest = divmod(plan.settings.n_members, plan.n_draws)
    here = each + (draw < rest)
    return draw * each + min(draw, rest) + min(within * plan.block_size, here)
