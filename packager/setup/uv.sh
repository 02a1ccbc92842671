#!/bin/sh
# Puts a working uv at $1 (a path ending in bin/uv), version $2, without root.
# Order: a uv on the PATH; pip; venv; the pip that Debian keeps as a package; otherwise say what to install.
set -eu

target=$1
version=$2
tools=$(dirname "$(dirname "$target")")
mkdir -p "$tools/bin"
rm -f "$target"

# A script, not a link: make looks at the time of a link's target, and a system uv is older than this file.
link() {
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$1" >"$target"
    chmod +x "$target"
    "$target" --version
}

# A uv of the system will do if it can read our lock file.
if found=$(command -v uv) && "$found" tree --frozen --offline --quiet >/dev/null 2>&1; then
    link "$found"
    exit
fi

echo "uv $version wird geholt …"
if python3 -m pip --version >/dev/null 2>&1 &&
    python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$tools/uv" "uv==$version"; then
    link "$(cd "$tools/uv/bin" && pwd)/uv"
    exit
fi

if python3 -m venv --clear "$tools/uv" >/dev/null 2>&1 &&
    "$tools/uv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$version"; then
    link "$(cd "$tools/uv/bin" && pwd)/uv"
    exit
fi

# Debian and Ubuntu split pip and venv off Python; "apt-get download" needs no root.
if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
    [ "$(id -u)" != 0 ] || apt-get update -qq || true
    rm -rf "$tools/pip" && mkdir -p "$tools/pip"
    if (cd "$tools/pip" && apt-get download -q python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb .) >/dev/null 2>&1; then
        wheel=$(find "$tools/pip" -name 'pip-*.whl' | head -n 1)
        if [ -n "$wheel" ] && python3 "$wheel/pip" install --quiet --disable-pip-version-check --upgrade \
            --target "$tools/uv" "uv==$version"; then
            link "$(cd "$tools/uv/bin" && pwd)/uv"
            exit
        fi
    fi
fi

cat >&2 <<'TEXT'

uv fehlt und ließ sich nicht holen: Dieses Python hat weder pip noch venv.
Abhilfe, eine davon genügt:
    sudo apt install python3-venv     (Debian, Ubuntu)
    pipx install uv
Danach denselben Befehl noch einmal aufrufen.
TEXT
exit 1
