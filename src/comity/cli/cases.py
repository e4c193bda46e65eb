"""`comity cases`: the bundled cases."""

from __future__ import annotations

from comity.cli.options import JsonOption

NAME = "cases"
EXAMPLE = "comity cases"


def command(as_json: JsonOption = False) -> None:
    """List the bundled cases."""
    from comity.cli.documents import CasePart, CasesDocument
    from comity.cli.output import print_heading, print_json, print_table
    from comity.record import bundled_cases, load_case

    loaded = {name: load_case(name) for name in sorted(bundled_cases())}
    if as_json:
        parts = [
            CasePart(
                name=name,
                title=case.title,
                as_of=case.as_of.isoformat(),
                states=list(case.index.codes),
                scenarios=[item.id for item in case.scenarios],
            )
            for name, case in loaded.items()
        ]
        print_json(CasesDocument(cases=parts))
        return
    print_heading("Bundled cases", "Use the name, or the path of a case folder of your own.")
    rows = [
        (name, case.title, case.as_of.isoformat(), str(len(case.scenarios)))
        for name, case in loaded.items()
    ]
    print_table(("name", "title", "closed on", "scenarios"), rows, right=("scenarios",))
