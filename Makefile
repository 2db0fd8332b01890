# A thin face of tools/house.py, which says more: python3 tools/house.py --help
PYTHON ?= python3
PORT ?= 8000
HOUSE = @$(PYTHON) tools/house.py

.PHONY: help setup lock site book pdf epub all test canary flakes mutants bench notebooks slides site-report lab clean

help:
	$(HOUSE) --help

setup lock site pdf epub all test canary flakes site-report mutants bench lab clean:
	$(HOUSE) $@

book:
	$(HOUSE) book --port $(PORT)

# Some only: make notebooks ONLY=book/2_logits.ipynb
notebooks slides:
	$(HOUSE) $@ $(ONLY)
