"""Placing labels: never on top of each other, never outside, weightier ones first."""

import numpy as np
import pytest

from comity.show.labels import Wish, place_labels, spread, text_width


def spans_at(placed, width):
    """Where the labels lie in a plot of ``width``, from their anchors and alignments alone."""
    spans = []
    for item in placed:
        need = item.right - item.left
        x = item.wish.position * width
        left = {"left": x, "center": x - need / 2, "right": x - need}[item.align]
        spans.append((item.row, left, left + need))
    return spans


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rows", [1, 2])
def test_no_overlap_at_the_layout_width_and_at_any_wider_one(seed, rows):
    rng = np.random.default_rng(seed)
    wishes = [
        Wish("x" * int(rng.integers(1, 14)), float(rng.random()), float(rng.random()))
        for _ in range(14)
    ]
    width = float(rng.integers(120, 600))
    placed = place_labels(wishes, width=width, size=11, rows=rows)
    assert placed
    for wider in (width, width + 1, width * 1.3, width * 4):
        spans = spans_at(placed, wider)
        assert all(left >= -1e-9 and right <= wider + 1e-9 for _, left, right in spans)
        for k, (row, left, right) in enumerate(spans):
            for other_row, other_left, other_right in spans[k + 1 :]:
                assert (
                    row != other_row
                    or right + 8 <= other_left + 1e-9
                    or other_right + 8 <= left + 1e-9
                )


def test_the_weightier_of_two_that_collide_stays():
    placed = place_labels([Wish("light", 0.5, 1), Wish("heavy", 0.52, 2)], width=200, size=11)
    assert [item.wish.text for item in placed] == ["heavy"]
    both = place_labels([Wish("light", 0.5, 1), Wish("heavy", 0.52, 2)], width=200, size=11, rows=2)
    assert {item.wish.text: item.row for item in both} == {"heavy": 0, "light": 1}


def test_edges_align_inward_and_too_long_texts_are_left_out():
    placed = place_labels(
        [Wish("at the left", 0.0, 1), Wish("at the right", 1.0, 1)], width=300, size=11
    )
    assert [item.align for item in placed] == ["left", "right"]
    assert place_labels([Wish("w" * 200, 0.5, 1)], width=300, size=11) == ()
    assert place_labels([], width=300, size=11) == ()


def test_the_second_line_counts_for_the_width():
    short, tall = Wish("a", 0.5, 1), Wish("a", 0.5, 1, "a much longer second line")
    one = place_labels([short], width=400, size=11)[0]
    two = place_labels([tall], width=400, size=11)[0]
    assert two.right - two.left == pytest.approx(text_width("a much longer second line", 11))
    assert one.right - one.left < two.right - two.left


@pytest.mark.parametrize("seed", range(20))
def test_spread_keeps_order_distance_and_bounds(seed):
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(-20, 120, 5).tolist()
    placed = spread(wanted, least=15, low=0, high=100)
    order = np.argsort(wanted, kind="stable")
    gaps = np.diff(np.array(placed)[order])
    assert (gaps >= 15 - 1e-9).all()
    assert min(placed) >= -1e-9
    assert max(placed) <= 100 + 1e-9


def test_spread_leaves_free_labels_alone_and_shares_a_collision():
    assert spread([10, 50, 90], least=15, low=0, high=100) == [10, 50, 90]
    assert spread([50, 50], least=20, low=0, high=100) == [40, 60]
    with pytest.raises(ValueError, match=r"^3 labels of 60 px do not fit in 100 px; draw fewer\.$"):
        spread([1, 2, 3], least=60, low=0, high=100)


def test_an_overlap_would_be_seen(monkeypatch):
    """The check itself: without the collision rule two labels of one row lie on each other."""
    import comity.show.labels as labels

    monkeypatch.setattr(labels, "text_width", lambda text, size: 0.0)
    placed = place_labels(
        [Wish("one label", 0.5, 2), Wish("another", 0.55, 1)], width=200, size=11, gap=0
    )
    assert len(placed) == 2
    assert (
        placed[0].wish.position * 200 + text_width("one label", 11) / 2
        > placed[1].wish.position * 200
    )
