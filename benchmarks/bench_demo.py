"""Time and peak memory of `comity demo`: cold caches, then warm.

Run from the repository root: ``python benchmarks/bench_demo.py``. Each run is a whole process with
its own cache folder, timed by the operating system's accounting of the finished child.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WARM_RUNS = 3


def run_demo(cache: Path, folder: Path) -> tuple[float, float, int]:
    """Return wall seconds, peak memory in MiB and exit code of one demo."""
    program = (
        "import resource, subprocess, sys\n"
        "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, code)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-c", program, sys.executable, "-m", "comity", "demo"]
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - begun
    peak_kib, code = (int(word) for word in done.stdout.split())
    return seconds, peak_kib / 1024, code


def main() -> int:
    """Print one row for the first demo and one for the later ones."""
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'run':<28}{'wall s':>9}{'peak MiB':>10}{'report kB':>11}")
    with tempfile.TemporaryDirectory() as scratch:
        cache, folder = Path(scratch, "cache"), Path(scratch, "work")
        cache.mkdir()
        folder.mkdir()
        seconds, peak, code = run_demo(cache, folder)
        size = (folder / "comity-report.html").stat().st_size / 1000
        print(f"{'first (nothing cached)':<28}{seconds:>9.1f}{peak:>10.0f}{size:>11.0f}")
        later = [run_demo(cache, folder) for _ in range(WARM_RUNS)]
        wall = statistics.median(row[0] for row in later)
        peak = max(row[1] for row in later)
        print(f"{f'later (median of {WARM_RUNS})':<28}{wall:>9.1f}{peak:>10.0f}{size:>11.0f}")
        return max(code, *(row[2] for row in later))


if __name__ == "__main__":
    # Our own footprint must not be mistaken for the demo's.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 200 * 1024
    raise SystemExit(main())
