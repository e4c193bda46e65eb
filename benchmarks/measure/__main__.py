"""Measurement against its baselines: ``--protocol``, ``--world``, ``--months``; without: speed.

``--bias`` compares readings with simulated truths.

Run from the repository root: ``python benchmarks/measure --protocol``. The three comparisons read
public event data from the folder in ``COMITY_DATA``, by default ``../shared/data``; where it is
missing they say so and end without an error. ``--baselines-only`` leaves comity's model out.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks/measure", description=__doc__)
    flags = parser.add_mutually_exclusive_group()
    flags.add_argument("--protocol", action="store_true", help="40 states, 2009 to 2011")
    flags.add_argument("--world", action="store_true", help="all states, three sticks")
    flags.add_argument("--months", action="store_true", help="six states by month, four leads")
    flags.add_argument("--sticks", action="store_true", help="one state for all sticks, or each")
    flags.add_argument("--bias", action="store_true", help="truth less mean in sd, simulated")
    flags.add_argument("--peers", action="store_true", help="NUTS and statsmodels, simulated")
    parser.add_argument("--baselines-only", action="store_true", help="without comity's model")
    given = vars(parser.parse_args())
    baselines_only = given.pop("baselines_only")
    chosen = [name for name, is_given in given.items() if is_given]
    # Before numpy is loaded: many small linear systems, which threads only slow down.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    name = chosen[0] if chosen else "speed"
    if importlib.util.find_spec(name) is None:
        print(f"benchmarks/measure: no module {name} here yet; choose a flag", file=sys.stderr)
        return 0
    module = importlib.import_module(name)
    return module.main(not baselines_only) if chosen else module.main()


if __name__ == "__main__":
    sys.exit(main())
