"""Colours and textures: contrast, one meaning each, the same case looks the same."""

import pytest

from comity.show.palette import (
    DARK,
    LIGHT,
    TEXT_TOKENS,
    TEXTURES,
    coalition_textures,
    contrast,
    css_tokens,
    var,
)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("token", TEXT_TOKENS)
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_text_has_contrast(theme, token, ground):
    assert contrast(theme[token], theme[ground]) >= 4.5


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_themes_name_the_same_tokens():
    assert LIGHT.keys() == DARK.keys()
    assert "--ink:#1d1c1a" in css_tokens(LIGHT)
    with pytest.raises(KeyError):
        var("blue")


def test_textures_go_by_time_in_office_and_never_run_out():
    months = {"a": 10.0, "b": 30.0, "c": 10.0, "d": 1.0, "e": 0.5}
    textures = coalition_textures(months, {"b": "Bees"})
    assert [(t.coalition, t.texture) for t in textures] == [
        ("b", "plain"), ("a", "hatched"), ("c", "lined"), ("d", "dotted"), ("e", "dotted"),
    ]  # fmt: skip
    assert textures[0].name == "Bees"
    assert textures[1].name == "a"
    assert {t.texture for t in textures} == set(TEXTURES)
