"""The report's structure against the stored one: headings, table heads, figures, controls."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from comity.show import build_report

STORED = Path(__file__).with_name("structure.txt")


def structure(text: str) -> str:
    """One line per heading, table head, figure, summary and section, in reading order."""
    page = re.sub(r"<(script|style|svg).*?</\1>", "", text, flags=re.DOTALL)
    wanted = re.compile(
        r'<section id="(?P<section>[^"]+)"'
        r"|<(?P<tag>h[123])[^>]*>(?P<words>.*?)</h[123]>"
        r"|<thead><tr>(?P<head>.*?)</tr></thead>"
        r'|data-figure="(?P<figure>[^"]+)"'
        r'|<details class="more"><summary>(?P<summary>.*?)</summary>',
        re.DOTALL,
    )
    lines: list[str] = []
    for match in wanted.finditer(page):
        kind = match.lastgroup or ""
        if match["section"]:
            lines.append(f"section {match['section']}")
        elif match["words"] is not None:
            lines.append(f"  {match['tag']} {plain(match['words'])}")
        elif match["head"] is not None:
            heads = re.findall(r"<th[^>]*>(.*?)</th>", match["head"], re.DOTALL)
            lines.append("    table " + " | ".join(plain(head) for head in heads))
        elif match["figure"]:
            lines.append(f"    figure {match['figure']}")
        else:
            lines.append(f"    opens {plain(match[kind])}")
    return "\n".join(lines) + "\n"


def plain(markup: str) -> str:
    """Words without markup, spaces evened."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


def test_structure_is_the_stored_one(study, request):
    found = structure(build_report(study))
    if request.config.getoption("--update-golden"):
        STORED.write_text(found, encoding="utf-8")
    assert found == STORED.read_text(encoding="utf-8")
