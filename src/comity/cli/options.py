"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Name of a bundled case, or a case folder.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Compute everything anew and keep nothing.")
]
RANGES = {"members": (1, 100_000_000), "months": (1, 600), "seed": (0, 2**64 - 1)}
MembersOption = Annotated[
    int,
    typer.Option(
        "--members",
        min=RANGES["members"][0],
        max=RANGES["members"][1],
        help="Futures per scenario.",
    ),
]
MonthsOption = Annotated[
    int,
    typer.Option(
        "--months",
        min=RANGES["months"][0],
        max=RANGES["months"][1],
        help="Months simulated after the last recorded.",
    ),
]
SeedOption = Annotated[
    int,
    typer.Option(
        "--seed",
        min=RANGES["seed"][0],
        max=RANGES["seed"][1],
        help="Seed of every random stream.",
    ),
]
Drivers = Literal["judged", "estimated"]
DriversOption = Annotated[
    Drivers,
    typer.Option(
        "--drivers",
        help="Effects of drivers in the futures: as judged, or estimated where the data carry "
        "them (comity explain).",
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help="File to write.", dir_okay=False)]
REPORT_FILE = Path("comity-report.html")
MEMBERS = 20_000
MONTHS = 60
SEED = 1
DRIVERS: Drivers = "judged"
