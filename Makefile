# Zwei Befehle genügen: `make run` und `make test`. Beide richten zuerst ein, was fehlt; was da ist, bleibt.
# Voraussetzung: python3, make und Zugang zu den Paketregistern. Alles andere wird mit festen Versionen geholt.

UV_VERSION := 0.13.9
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Das eigene Python und Node vor allem anderen; .tools/bin/node gibt es nur, wo das System kein brauchbares Node hat.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
export PYTHONUTF8 := 1

UV := .tools/bin/uv
NODE_IS_GOOD := node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' && npm --version
SYNC = UV_PYTHON="$${UV_PYTHON:-$$(sh packager/setup/python.sh)}" $(UV) sync --locked --quiet --all-extras --compile-bytecode

VENDOR := content/widgets/static/vendor
SCHEMAS := packager/schemas
BUNDLE := packager/static/dist/staffel.js
COMPILED := packager/templates/__pycache__/.ready
TOOL_SCRIPT := lti_tool/static/dist/tool.js
NODE_PACKAGES := node_modules/.package-lock.json
QTI_PLAYER := tests/contract/qti/node_modules/.package-lock.json
OPENEDX := .tools/openedx/.ready
RECORD_STORE := .tools/lrs/.ready

# What decides about the rules of KERN that we ship, and what goes into the script bundle.
STYLE_SOURCES := $(shell find content packager lti_tool \( -name vendor -o -name dist -o -name curricula -o -name schemas \) -prune \
    -o \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.py' \) -print 2>/dev/null)
SCRIPT_SOURCES := $(shell find content/widgets packager/static lti_tool/static \( -name vendor -o -name dist \) -prune \
    -o \( -name '*.js' -o -name '*.mjs' \) -print 2>/dev/null)
JS_TESTS := $(shell find tests/js -name '*.test.js' -o -name '*.test.mjs' 2>/dev/null)
CONTENT_SOURCE ?= content/curricula/smart-city-manager

say = @printf '\n== %s\n'

.PHONY: help setup setup-dev assets run preview test check format fast js contract e2e deploy browser bench bench-lti worker wheel clean

help: ## diese Übersicht
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## --- Einrichten -----------------------------------------------------------------------------------------------------

setup: .venv/.ready assets ## alles holen, was zum Bauen und Ausprobieren nötig ist
setup-dev: .venv/.ready-dev assets ## dazu, was zum Prüfen und Testen nötig ist

assets: $(VENDOR)/kern.css $(VENDOR)/fonts/OFL.txt $(SCHEMAS)/scorm2004/LICENSE.txt $(BUNDLE) $(TOOL_SCRIPT) $(COMPILED)

$(UV): | packager/setup/uv.sh
	$(say) 'uv (Python-Pakete)'
	@sh packager/setup/uv.sh $@ $(UV_VERSION)

.venv/.ready: pyproject.toml uv.lock | $(UV)
	$(say) 'Python und Pakete aus uv.lock'
	@if { $(NODE_IS_GOOD); } >/dev/null 2>&1; then \
	    $(SYNC) --inexact --no-default-groups --group assets; \
	else \
	    echo "Node.js fehlt oder ist zu alt; es kommt als Python-Paket (60 MB) …"; \
	    $(SYNC) --inexact --no-default-groups --group assets --group node; \
	    .venv/bin/python -m packager.setup.node .tools/bin; \
	fi
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(say) 'Pakete zum Prüfen und Testen'
	@$(SYNC) --inexact --all-groups --no-group node
	@touch $@

$(NODE_PACKAGES): package.json package-lock.json | .venv/.ready
	$(say) 'Frontend-Pakete aus package-lock.json'
	@npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(VENDOR)/kern.css: $(NODE_PACKAGES) packager/setup/kern.mjs $(STYLE_SOURCES)
	$(say) 'KERN: nur die Regeln, die gebraucht werden'
	@node packager/setup/kern.mjs $(VENDOR)

$(VENDOR)/fonts/OFL.txt: $(NODE_PACKAGES) packager/setup/fonts.py packager/setup/OFL.txt
	$(say) 'Schriften: vier Schnitte, lateinische Zeichen'
	@python -m packager.setup.fonts $(VENDOR)/fonts

$(SCHEMAS)/scorm2004/LICENSE.txt: $(NODE_PACKAGES) packager/setup/schemas.py
	$(say) 'Schemadateien von SCORM 1.2 und 2004'
	@python -m packager.setup.schemas $(SCHEMAS)

$(BUNDLE): $(NODE_PACKAGES) $(SCRIPT_SOURCES)
	$(say) 'Laufzeitskript der Lernpakete'
	@node packager/static/build.mjs

$(TOOL_SCRIPT): $(NODE_PACKAGES) $(SCRIPT_SOURCES)
	$(say) 'Skript des LTI-Werkzeugs'
	@node lti_tool/static/build.mjs

# Damit schon der erste Befehl schnell startet; veraltete Übersetzungen erneuert Python selbst.
$(COMPILED): .venv/.ready $(BUNDLE) $(VENDOR)/kern.css $(VENDOR)/fonts/OFL.txt $(SCHEMAS)/scorm2004/LICENSE.txt
$(COMPILED): $(wildcard packager/templates/*.html packager/templates/*.xml content/widgets/*.html) \
    $(wildcard lti_tool/templates/*.html lti_tool/sandbox/templates/*.html)
$(COMPILED): $(wildcard lti_tool/templates/*.html lti_tool/sandbox/templates/*.html)
	$(say) 'Programm und Vorlagen übersetzen, gleichbleibende Dateien verdichten'
	@python -m packager.setup.compile
	@touch $@

## --- Benutzen -------------------------------------------------------------------------------------------------------

run: setup ## alle Lernpakete nach dist/ bauen, dann LTI-Werkzeug und Übungsplattform starten
	$(say) 'Lernpakete bauen'
	@staffel build $(CONTENT_SOURCE)
	$(say) 'LTI-Werkzeug mit Übungsplattform (beenden mit Strg+C)'
	@exec python -m lti_tool.trial

preview: setup ## das Curriculum im Browser ansehen, mit Neuladen beim Speichern
	@staffel preview $(CONTENT_SOURCE)

## --- Prüfen ---------------------------------------------------------------------------------------------------------

test: check fast js contract e2e ## alle Prüfungen und Tests
	$(say) 'Alles bestanden'

check: setup-dev ## Stil, Typen, Abhängigkeiten, Lizenzen (unter einer Minute)
	$(say) 'ruff: Fehler und Stil'
	@ruff check .
	@ruff format --check .
	$(say) 'mypy: Typen'
	@mypy
	$(say) 'import-linter: wer wen benutzen darf'
	@lint-imports
	$(say) 'deptry: erklärte und benutzte Pakete'
	@deptry .
	$(say) 'reuse: Lizenzangaben'
	@reuse lint --quiet || reuse lint
	$(say) 'tsc: Typen in JavaScript'
	@npm run --silent types

format: setup-dev ## Python-Dateien einheitlich setzen
	@ruff check --fix-only .
	@ruff format .

# Tausend Lernende, während Server und Arbeiter sterben, auf beiden Datenbanken: so lang wie der halbe Rest. Und `make run`
# als Ganzes, das Server und Arbeiter erst starten muss.
PROCESS_TESTS := tests/lti_tool/test_crash.py tests/lti_tool/test_trial.py

fast: setup-dev ## schnelle Tests: content, packager, lti_tool, Aufbau (unter zwei Minuten)
	$(say) 'pytest: schnelle Tests'
	@pytest -n 2 --dist worksteal --ignore=tests/contract --ignore=tests/e2e --ignore=tests/deploy $(PROCESS_TESTS:%=--ignore=%)

js: setup-dev ## Tests der Skripte in Node
	$(say) 'node: Tests der Skripte'
	@node --test $(JS_TESTS)

$(QTI_PLAYER): tests/contract/qti/package.json tests/contract/qti/package-lock.json | .venv/.ready
	$(say) 'Player für QTI 3.0 (nur für Vertragstests)'
	@npm ci --prefix tests/contract/qti --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(OPENEDX): tests/contract/openedx/pyproject.toml tests/contract/openedx/uv.lock | $(UV)
	$(say) 'Open edX als fremde LTI-Plattform (eigene Umgebung, 110 MB)'
	@UV_PROJECT_ENVIRONMENT='$(CURDIR)/.tools/openedx' $(UV) sync --locked --quiet --project tests/contract/openedx
	@touch $@

$(RECORD_STORE): tests/contract/lrs/pyproject.toml tests/contract/lrs/uv.lock | $(UV)
	$(say) 'Ralph als fremder Learning Record Store (eigene Umgebung, 43 MB)'
	@UV_PROJECT_ENVIRONMENT='$(CURDIR)/.tools/lrs' $(UV) sync --locked --quiet --project tests/contract/lrs
	@touch $@

contract: setup-dev browser $(QTI_PLAYER) $(OPENEDX) $(RECORD_STORE) ## Vertragstests mit Schemas und Laufzeiten, die nicht von uns sind; dazu Absturz- und Starttest
	$(say) 'pytest: Vertragstests'
	@pytest tests/contract $(PROCESS_TESTS)

e2e: setup-dev browser ## Lernwege im Browser, Barrierefreiheit
	$(say) 'pytest: Browsertests'
	@pytest tests/e2e

deploy: setup-dev browser ## die Dateien aus deploy/ ausprobieren (braucht nginx und systemd: apt install nginx-light systemd)
	$(say) 'pytest: Dienste und Webserver'
	@pytest tests/deploy

browser: .venv/.ready-dev
	@sh packager/setup/chromium.sh .venv/bin/python

bench: setup-dev ## Bauzeit und Speicher im Verhältnis zu anderen Packern
	$(say) 'Messung'
	@python -m benchmarks

bench-lti: setup-dev ## Starts und Noten des LTI-Werkzeugs im Verhältnis zu anderen
	$(say) 'Messung des LTI-Werkzeugs'
	@python -m benchmarks.launches

worker: setup ## Noten nachliefern (LTI-Werkzeug)
	@flask --app wsgi worker

## --- Weitergeben ----------------------------------------------------------------------------------------------------

wheel: setup ## Python-Paket samt Schriften, Schemas und Skript nach dist/wheel
	$(say) 'Python-Paket'
	@$(UV) build --quiet --wheel --out-dir dist/wheel
	@ls dist/wheel

clean: ## löschen, was gebaut wurde (die Werkzeuge bleiben)
	@rm -rf dist build htmlcov .coverage $(VENDOR) $(SCHEMAS)/scorm12 $(SCHEMAS)/scorm2004 packager/static/dist lti_tool/static/dist
