# One command each. `make demo` and `make test` do all the set-up from a clean clone and work offline afterwards.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# As many workers as there are cores; a file stays with one worker, so that what it made is made once.
BESIDE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: demo test lint types contracts interop browser office survival wheels coverage docs golden mutants ci clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,fast]"
	@touch $(STAMP)

demo: $(STAMP)
	$(VENV)/bin/liantiao demo

test: $(STAMP)
	$(PY) -m pytest -m "not interop and not browser and not office and not survival and not wheels" $(BESIDE)

interop: $(STAMP)
	$(PY) tests/interop/prepare.py
	$(PY) -m pytest -m interop $(BESIDE)

browser: $(STAMP)
	$(PY) -m pytest tests/browser -m browser

office: $(STAMP)
	$(PY) -m pytest tests/reports -m office

survival: $(STAMP)
	$(PY) -m pytest -m survival

wheels: $(STAMP)
	$(PY) -m pytest -m wheels

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(STAMP)
	$(PY) -m mypy

contracts: $(STAMP)
	$(VENV)/bin/lint-imports

coverage: $(STAMP)
	$(PY) -m pytest tests/simulator/protocol tests/conformance/rules -m "not interop" --cov --cov-branch --cov-report=term-missing:skip-covered

# Four variants and two pairs drawn by the commit; all of them: liantiao mutants --full --healthy
mutants: $(STAMP)
	$(VENV)/bin/liantiao mutants --variants 4 --pairs 2 --seed "$$(git rev-parse HEAD)"

golden: $(STAMP)
	$(PY) tests/golden/whole_run.py compare

docs: $(STAMP)
	$(PY) docs/generate.py

texts: $(STAMP)
	mkdir -p build
	$(VENV)/bin/pybabel -q extract -F locales/babel.cfg -k Said -k Words:1c,2 --no-default-keywords --add-location=file --sort-by-file -w 110 --project=liantiao --version=1 -o build/liantiao.pot .
	$(VENV)/bin/pybabel -q update -D liantiao -l en -N --ignore-obsolete --ignore-pot-creation-date -w 110 -i build/liantiao.pot -d locales
	$(VENV)/bin/pybabel -q compile -D liantiao -d locales

ci:
	bash .ci/run

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache runs .liantiao
