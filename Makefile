# The commands of this project. Each sets up what it needs; `make lint types test drills` is what CI runs.
PYTHON ?= python3
BIN := .venv/bin
# Processes that the tests are shared among: three for two cores, because a test waits for two fifths of its time.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
# Where the tests work. They make and remove some hundred thousand files, none of which is to survive anything: in memory,
# where that has 6 GB of room and programs may be started from it.
IN_MEMORY := $(shell grep -qs ' /dev/shm .*noexec' /proc/mounts || \
	df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 6000000 {print "yes"}')

# Some machines tell Python to keep no compiled code. Every start of a server, of hundreds, would then compile it anew.
unexport PYTHONDONTWRITEBYTECODE

PYTEST = $(if $(IN_MEMORY),PYTEST_DEBUG_TEMPROOT=/dev/shm) $(BIN)/python -m pytest --numprocesses $(WORKERS) \
	--dist worksteal $(if $(IN_MEMORY),-o tmp_path_retention_policy=failed)

.PHONY: setup run demo dashboard test drills test-python test-javascript node-modules faults figures mutants bench bench-quick bench-parts evaluate lint types lock

setup: .venv/ready

.venv/ready: requirements/dev.lock pyproject.toml sdks/python/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@echo "Installing what the server and its tests need; this takes a minute or two."
	$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e sdks/python
	@touch $@

run: setup  ## the server on http://127.0.0.1:8000 (or PORT=…), its data in ./data, with a first key
	$(BIN)/audioscape serve --first-key $(if $(PORT),--port $(PORT))

demo: setup  ## a server on a free port with a week of a simulated game in it; its data is gone after Ctrl-C
	$(BIN)/audioscape demo

dashboard: setup  ## builds the pages into the package; needs Node
	npm ci --silent --prefix dashboard
	cd dashboard && npm run types && npm run format && npm run build

test: test-python test-javascript

test-python: setup node-modules
	$(PYTEST) -m "not (drill or slow or mutants)"

drills: setup node-modules  ## what takes long: kills, power cuts, full disks, restores, every page in every window
	$(PYTEST) -m "drill and not (slow or mutants)"

node-modules:  ## StyLua for the Luau SDK; the JavaScript SDK and the pages are built from source
	@if command -v npm >/dev/null; then for each in sdks/luau sdks/javascript dashboard; do npm ci --silent --prefix $$each || exit 1; done; fi

test-javascript: node-modules  ## needs Node; where it is missing this says so, and CI fails
	@if command -v npm >/dev/null; then npm test --prefix sdks/javascript && npm test --prefix dashboard; \
	elif [ "$$CI" = true ]; then echo "npm is missing: the JavaScript SDK and the pages cannot be tested" >&2; exit 1; \
	else echo "npm is missing: the tests of the JavaScript SDK and of the pages are skipped"; fi

faults: setup  ## the whole fault matrix, and the long fuzz and load runs; ends with what was put to the proof
	$(BIN)/python -m pytest -v -m "not mutants" tests/faults
	$(BIN)/python -m pytest -v -m slow --ignore=tests/faults

figures: setup  ## prints the figures that docs/reliability.md quotes; hours, and root for the power cuts and disks
	failed=0; for figure in kills cuts disks outage retries connections; do \
		$(BIN)/python tests/figures $$figure || failed=1; \
	done; exit $$failed

mutants: setup node-modules  ## breaks the code on purpose; a named test must fail for each
	$(BIN)/python -m pytest -m mutants
	cd sdks/javascript && npm run mutants

bench: setup  ## ours beside what people would use instead, half an hour; what docs/performance.md quotes
	$(BIN)/python -m bench

bench-quick: setup  ## the same in five minutes
	$(BIN)/python -m bench --quick

bench-parts: setup node-modules  ## parts by themselves: loading, connections, SDKs
	$(BIN)/python -m bench.load --events 10_000_000
	$(BIN)/python -m bench.connections
	$(BIN)/python -m bench.together
	$(BIN)/python -m bench.ranking
	$(BIN)/python sdks/python/bench/bench.py
	$(BIN)/python sdks/luau/bench/size.py
	cd sdks/javascript && npm run bench

evaluate: setup  ## scores in simulated worlds; writes docs/scoring/ranking.md; about 40 CPU minutes, goes on where it stopped
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/evaluation.lock
	$(BIN)/python -m evaluation

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/pyright
	$(BIN)/pyright --project sdks/python

lock:  ## resolves the dependencies anew, hashes only
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" pyproject.toml -o requirements/server.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" pyproject.toml --group dev -o requirements/dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" --group evaluation -c requirements/dev.lock -o requirements/evaluation.lock
