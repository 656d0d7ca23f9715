# Every target sets up what it needs; a second run finds it done.
#
#   make demo    the main job on this machine, with nothing but Python >= 3.11
#   make test    everything: real servers, house rules, all tests (installs what they need)
#   make check   the fast part: lint, format, types, import contracts, tests without servers
#   make bench   scan times and connections against servers behind a chosen round-trip time
#   make lock    resolve the dependencies again after pyproject.toml changed
#   make clean   remove all that the other targets made inside this directory

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: demo test check bench lock clean venv dev servers

UV := uv==0.13.9
PYTEST_ARGS ?=

demo: venv
	@.venv/bin/tlsward demo

test: dev servers
	@.venv/bin/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

check: dev
	@.venv/bin/python -m pytest -m 'not real_server' $(PYTEST_ARGS)

bench: dev
	@.venv/bin/python -m benchmarks

lock: venv
	@.venv/bin/uv lock --default-index https://pypi.org/simple --no-config

clean:
	rm -rf .venv .test-servers .bench dist build .mypy_cache .ruff_cache .pytest_cache \
	    .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

venv: .venv/.runtime
dev: .venv/.dev
servers: dev
	@.venv/bin/python tests/servers/install.py

.venv/.runtime: tools/environment.sh uv.lock pyproject.toml
	@sh tools/environment.sh '$(UV)' runtime

.venv/.dev: tools/environment.sh uv.lock pyproject.toml
	@sh tools/environment.sh '$(UV)' dev
