"""`python -m benchmarks`: the packager against its peers. The LTI tool has its own: `python -m benchmarks.launches`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.packaging import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="measured rounds after one that warms up (default 9)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="staffel-bench-") as folder:
        return run(Path(folder), options.rounds)


if __name__ == "__main__":
    sys.exit(main())
