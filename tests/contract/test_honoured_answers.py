"""Published answers to "are alliances honoured?" stand together, wherever they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.core.errors import ConfigError
from comity.explain import published

ROOT = Path(__file__).parents[2]
TEXTS = sorted(
    path
    for folder, pattern in (
        ("docs", "*.md"), ("src", "*.py"), ("src", "*.toml"), ("src", "*.csv"), ("src", "*.j2"),
        ("examples", "*.py"), (".", "README.md"), (".", "CHANGELOG.md"),
    )
    for path in (ROOT / folder).rglob(pattern)
    if not {".venv", "_build", "node_modules"} & set(path.parts)
)  # fmt: skip
ABOUT = re.compile(r"\b(honou?r|fulfil|reliab|kept|uph[eo]ld)", re.IGNORECASE)
ALLIANCE = re.compile(r"\b(allianc|allies|ally|pact|treat)", re.IGNORECASE)
SHARE = re.compile(
    r"(?<![\d.,])(\d{2}(?:\.\d)?)\s?(?:%|per cent|in 100)|three quarters|two.thirds", re.IGNORECASE
)


def lone_answers(text: str) -> list[str]:
    """Return paragraphs that give a published share without the others."""
    shares = {f"{100 * one.share:.1f}".removesuffix(".0") for one in published.published_answers()}
    whole = {f"{100 * one.share:.1f}".removesuffix(".0")
             for one in published.published_answers() if not one.part}  # fmt: skip
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        if not (ABOUT.search(paragraph) and ALLIANCE.search(paragraph)):
            continue
        given = {m.group(1) or m.group(0).lower() for m in SHARE.finditer(paragraph)}
        given = {{"three quarters": "75", "two-thirds": "66.7"}.get(one, one) for one in given}
        if given & shares and len(given & whole) < 2:
            found.append(paragraph)
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_text_gives_one_answer_alone(path: Path) -> None:
    if path.name == "published_answers.toml":  # the answers themselves, a paragraph each
        return
    assert not lone_answers(path.read_text(encoding="utf-8"))


def test_the_check_sees_a_lone_answer_and_lets_the_range_pass() -> None:
    assert lone_answers("Alliances are honoured 75% of the time.")
    assert lone_answers("About three quarters of alliances are reliable.")
    assert lone_answers("One of them.\n\nOnly 22 % of allies kept their word.")
    assert not lone_answers(published.honoured_sentence())
    assert not lone_answers("75% of the calls were answered.")


def test_sentence_and_table_give_the_whole_range() -> None:
    sentence = published.honoured_sentence()
    assert "from 22% (" in sentence
    assert "to about 75% (" in sentence
    assert sentence.endswith("none of them alone is the answer.")
    rows = published.honoured_table()
    assert len(rows) == len(published.published_answers()) == 10
    assert {"74.5%", "about 75%", "50%", "66%", "22%", "about 67%"} <= {row[2] for row in rows}
    assert len({row[0] for row in rows}) == 4


def test_answers_of_one_work_alone_are_refused(monkeypatch, tmp_path) -> None:
    folder = tmp_path / "comity" / "explain"
    folder.mkdir(parents=True)
    folder.joinpath("published_answers.toml").write_text(
        '[[answer]]\nsource = "leeds-2003"\nyears = "x"\nshare = 0.75\ncounts = "x"\n'
        'seen = "abstract"\n'
    )
    monkeypatch.setattr(published, "files", lambda package: folder)
    with pytest.raises(ConfigError, match="answers of two works or more must stand together"):
        published.published_answers.__wrapped__()
