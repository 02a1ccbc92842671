#!/bin/sh
# Names the Python for the virtual environment: the distribution's ($1, else /usr/bin/python3), where it is new enough
# and whole. Distributions build it with profile-guided optimisation, so builds take about a tenth less time than with
# one that was built without. Otherwise it names none, and uv takes the first on the PATH. UV_PYTHON overrules both.
set -eu

python=${1:-/usr/bin/python3}
oldest=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\)"$/\1/p' pyproject.toml)
whole="import bz2, ctypes, lzma, sqlite3, ssl, sys, zlib; sys.exit(sys.version_info < (3, $oldest))"
if "$python" -c "$whole" >/dev/null 2>&1; then
    echo "$python"
fi
