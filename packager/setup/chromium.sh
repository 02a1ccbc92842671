#!/bin/sh
# Makes sure that the browser tests find a Chromium: the system's, else Debian's package (as root), else Playwright's.
# $1: Python of the virtual environment. The same search as in tests/browser.py.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        echo "Browser für die Tests: $(command -v "$name")"
        exit
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Chromium wird installiert …"
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
        >/dev/null 2>&1; then
        exit
    fi
fi

echo "Playwrights Chromium wird geholt …"
# Playwright's own Node needs a system library that small installations lack; the project's Node does not.
if PLAYWRIGHT_NODEJS_PATH=$(command -v node) "$1" -m playwright install chromium >/dev/null 2>&1; then
    exit
fi

cat >&2 <<'TEXT'

Für die Browsertests fehlt Chromium, und es ließ sich nicht holen.
Abhilfe: sudo apt install chromium     (Debian; auf Ubuntu: sudo snap install chromium)
Ohne Browser laufen alle anderen Prüfungen mit: make check fast
TEXT
exit 1
