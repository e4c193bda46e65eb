"""The report: one self-contained HTML file made from a study."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from altair.utils.schemapi import debug_mode
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from comity.core.case import Case
from comity.show.palette import DARK, LIGHT, css_tokens
from comity.show.sections.assumptions import assumptions_section
from comity.show.sections.claims import claims_section
from comity.show.sections.effects import effects_section
from comity.show.sections.follow import follow_section
from comity.show.sections.receipt import receipt_section
from comity.show.sections.section import StudyLike
from comity.show.sections.stand import stand_section
from comity.show.sections.what_if import what_if_section

SECTIONS = (
    stand_section,
    effects_section,
    follow_section,
    what_if_section,
    claims_section,
    assumptions_section,
    receipt_section,
)
"""In reading order; the receipt comes last because it counts what the others computed."""


def build_report(study: StudyLike) -> str:
    """Return the complete report of a study as one HTML document.

    The document loads nothing: style, scripts, chart library and data are inside. Sections without
    content are left out. Source addresses appear as links only.

    Parameters
    ----------
    study
        A `comity.study.Study`, or anything with its steps.

    Returns
    -------
    html
        The document; the same study gives the same text.
    """
    # Altair checks every part of a chart against its schema as it is made, which takes longer than
    # all the rest of the report; the specifications are fixed, and tests draw each of them.
    with debug_mode(False):
        sections = [section for make in SECTIONS if (section := make(study)) is not None]
    payload = {figure.id: figure.payload() for section in sections for figure in section.figures}
    scripts = {"library": chart_library(), "embed": _static("embed.js")}
    environment = Environment(
        loader=PackageLoader("comity.show"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    case = study.case
    return environment.get_template("report.html.j2").render(
        case=case,
        as_of=f"{case.as_of.day} {case.as_of:%B %Y}",
        sections=sections,
        policy=content_policy(scripts.values()),
        style=Markup(_style()),
        scripts={name: Markup(text) for name, text in scripts.items()},
        figures=Markup(json_text(payload)),
    )


def write_report(case_or_study: Case | StudyLike, path: str | Path) -> Path:
    """Write the report of a case or a study, all of it or nothing.

    Parameters
    ----------
    case_or_study
        A case (studied with default settings) or a study.
    path
        The file to write; its folder must exist. A file of that name is replaced.

    Returns
    -------
    path
        Where the report lies.
    """
    if isinstance(case_or_study, Case):
        from comity.study import Study

        # cached properties are properties to every reader; the checker does not see it so.
        study = cast("StudyLike", Study(case_or_study))
    else:
        study = case_or_study
    target = Path(path)
    text = build_report(study)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        # mkstemp makes the file private; a report is as readable as any file of this user.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


@cache
def chart_library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script without outside references."""
    import vl_convert

    # The bundle is an ES module without imports; the braces keep its names to itself.
    return (
        f"(()=>{{{script_safe(vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;'))}}})();"
    )


def content_policy(scripts: Any) -> str:
    """Return a content security policy that allows these scripts and no loading at all.

    Vega writes style attributes, so inline style is allowed; charts are interpreted, so no
    evaluation of text is.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def script_safe(text: str) -> str:
    """Return a script that cannot end its element; such signs occur in its strings only."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def json_text(payload: Any) -> str:
    """Return compact JSON that cannot end its element; NaN and infinity are refused."""
    return json.dumps(payload, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _static(name: str) -> str:
    return files("comity.show").joinpath("static", name).read_text(encoding="utf-8")


def _style() -> str:
    themes = (
        f":root{{color-scheme:light dark;{css_tokens(LIGHT)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{css_tokens(DARK)}}}}}\n"
        f"@media print{{:root{{{css_tokens(LIGHT)}}}}}\n"
    )
    return themes + _static("style.css")
