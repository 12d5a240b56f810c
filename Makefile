# Tertulia: everything from a fresh clone, with Python 3.11 or newer and make. `make help` tells what there is.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
# What is installed belongs to these two files: when they change, it is installed again.
KEY := $(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(PY) -m pip install -qq
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-peers check bench model flow words
.DELETE_ON_ERROR:

help: ## esta ayuda
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-18s%s\n", $$1, $$2}'

setup: $(VENV)/dev-$(KEY) words ## prepara el entorno entero, también lo que hace falta para desarrollar

demo: $(VENV)/run-$(KEY) words ## lo arranca todo con una marca de muestra (RESET=1 de cero, ONCE=1 sin nadie, PORT=8701)
	@exec $(VENV)/bin/tertulia demo $(if $(RESET),--reset) $(if $(ONCE),--once) $(if $(PORT),--port $(PORT))

test: setup ## todas las pruebas (ARGS="-k inbox")
	@.ci/chromium || true
	$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-peers: setup ## contra servidores de verdad de otras redes, en esta máquina
	$(PY) tests/peers/install.py
	$(PY) -m pytest tests/peers $(ARGS)

check: setup ## tipos, capas, estilo, traducciones y las reglas de la casa
	$(PY) -m tools.check

bench: $(VENV)/run-$(KEY) ## mide (NAME=inbox solo una; QUICK=1 deprisa); la última línea es JSON
	@set -e; for bench in bench/$(or $(NAME),[a-z]*).py; do echo "── $$bench"; $(PY) $$bench $(if $(QUICK),--quick); done

model: setup ## entrena otra vez el modelo de lectura y escribe su ficha (CORPUS=../shared/corpus)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m tertulia.language train --corpus $(or $(CORPUS),../shared/corpus) \
		--card docs/modelo.md

flow: $(VENV)/run-$(KEY) ## qué hecho despierta qué reacción
	@$(VENV)/bin/tertulia flow

# Translations are kept as text; Django reads them compiled (Babel does it, so gettext's programs are not needed).
words: $(VENV)/run-$(KEY)
	@if [ -f tools/locale.py ]; then $(PY) -m tools.locale compile; fi

$(PY):
	@for python in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do \
		$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		exec $$python -m venv $(VENV); \
	done; \
	echo "Hace falta Python 3.11 o posterior, con su módulo venv (en Debian: apt install python3-venv)." >&2; exit 1

$(VENV)/run-$(KEY): | $(PY)
	@echo "Instalo lo necesario…" >&2
	@$(PIP) -e . babel >&2
	@rm -f $(VENV)/run-* && touch $@

$(VENV)/dev-$(KEY): $(VENV)/run-$(KEY)
	@echo "Instalo lo necesario para desarrollar…" >&2
	@# pip learnt to read groups only in 25.1; older ones come with Python.
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' > $(VENV)/dev.txt
	@$(PIP) -r $(VENV)/dev.txt >&2
	@rm -f $(VENV)/dev-* && touch $@
