# Everything runs in .venv with the versions and hashes in requirements-dev.txt. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/requirements.sha256
DATA ?= ../shared/data
# The tests run in three processes, because many of them wait. `make test JOBS=0` runs them one after the other.
JOBS ?= 3
# Some 150 processes are started by tests, each of which would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help setup run demo test engines cluster demo-cluster test-cluster bench-cluster every-test test-reloaded lint check check-hard mutants bench bench-full bench-sizes model thesaurus lock migration import-phapdien screenshots clean

help: ## danh sách các lệnh · list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 18

setup: ## cài .venv (không làm gì nếu đã cài đúng phiên bản) · set .venv up
	@wanted=$$(cat requirements.txt requirements-dev.txt | sha256sum | cut -d' ' -f1); \
	if [ "$$(cat $(STAMP) 2>/dev/null || true)" = "$$wanted" ]; then exit 0; fi; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "docmgr needs Python 3.11 or newer")'; \
	echo 'Đang tạo môi trường Python trong $(VENV)…' >&2; \
	$(PYTHON) -m venv $(VENV); \
	echo 'Đang tải và cài các thư viện (lần đầu mất vài phút)…' >&2; \
	quiet=--quiet; if [ -t 1 ]; then quiet=; fi; \
	$(BIN)/python -m pip install $$quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	    -r requirements-dev.txt; \
	echo "$$wanted" > $(STAMP); \
	echo 'Đã cài xong.' >&2

run: setup ## chạy hệ thống (web và tiến trình nền) · run the site
	@exec $(BIN)/python -m docmgr.run

demo: setup ## chạy cơ quan trình diễn trong instance/demo · run the demonstration agency
	@exec env -u DOCMGR_DATABASE_URL -u DOCMGR_UPLOADS -u DOCMGR_STORE_URL DOCMGR_HOME=instance/demo $(BIN)/python -m docmgr.run --demo

lint: setup ## kiểm tra mã: ruff, mypy, import-linter · lint, types, arrows
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > $(VENV)/lint-imports.txt || { cat $(VENV)/lint-imports.txt; exit 1; }

test: lint every-test ## mọi kiểm thử, có cả trình duyệt · every test

# Tests call make themselves, which must not look for the processes of this one.
every-test: setup
	@MAKEFLAGS= $(PYTEST)

# The engine uses internals of Whoosh, so it must give the same results with both maintained versions of Whoosh. The
# engine's other tests never import Whoosh; tests/test_needs.py holds that.
RELOADED := $(VENV)/whoosh-reloaded
WITH_WHOOSH := $(addprefix tests/indexer/,highlight match rank search trees whoosh test_backend.py opensearch/test_totals.py \
    analysis/test_patterns.py query/test_word_signs.py)

test-reloaded: setup ## kiểm thử bộ máy tìm kiếm với Whoosh-Reloaded · the engine's tests with Whoosh-Reloaded
	@test -d $(RELOADED) || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes \
	    --only-binary :all: --no-deps --target $(RELOADED) -r tests/whoosh-reloaded.txt
	@PYTHONPATH=$(RELOADED) $(PYTEST) -m "not slow" $(WITH_WHOOSH)

# Tests that start processes, convert files or take long run only in `make test`.
CHECK_LEAVES := tests/indexer/index/test_processes.py tests/indexer/search/test_access_filter.py tests/indexer/match/test_engine_figures.py \
    tests/reading/facts/test_facts_real.py tests/reading/formats/test_formats_office.py tests/reading/process/test_runner.py \
    tests/reading/process/test_hostile.py tests/reading/process/test_limits.py tests/reading/test_watch.py \
    tests/reading/facts/test_own_papers.py

check: lint ## vòng nhanh (dưới một phút) · the fast loop
	@$(PYTEST) -m "not browser and not slow" $(addprefix --ignore=,$(CHECK_LEAVES)) tests/indexer tests/reading \
	    tests/writing tests/test_architecture.py tests/services/access/test_access.py tests/legaltext/test_validity.py \
	    tests/services/texts/test_text_view.py tests/services/folders/test_folders.py tests/services/trail/test_trail.py

engines: ## cài OpenSearch và kho S3 để thử (cần Java, Maven, Go) · the engines that tests of several machines use
	@$(PYTHON) -m tests.engines.install

cluster: setup ## chạy hệ thống trên nhiều máy, tất cả ở máy này (sau make engines; cần postgresql, haproxy) · a site on several machines, all on this one
	@exec $(BIN)/python -m tests.cluster run

demo-cluster: setup ## cơ quan trình diễn trên nhiều máy như vậy · the demonstration agency on such machines
	@exec $(BIN)/python -m tests.cluster demo

test-cluster: setup ## kiểm thử nhiều máy: ba việc chính, mất từng phần khi đang có tải (tối đa 20 phút) · several machines, parts lost under load
	@DOCMGR_TEST_CLUSTER=1 $(BIN)/python -m pytest -q -s tests/cluster

bench-cluster: setup ## đo nhiều máy cạnh một máy · several machines measured beside one; WRITE=BENCHMARKS.md SCALING=SCALING.md write it down
	@$(BIN)/python -m tests.cluster.bench --data $(DATA) $(if $(WRITE),--write $(WRITE)) $(if $(SCALING),--scaling $(SCALING)) \
	    $(if $(DOCUMENTS),--documents $(DOCUMENTS))

check-hard: setup ## tấn công thử ở cỡ đầy đủ: lộ nội dung, kết nối chậm, sửa nhật ký, tranh chấp · attacks at full size
	@DOCMGR_HARD=1 $(BIN)/python -m pytest -q tests/hard

mutants: setup ## làm hỏng mã từng chỗ một, xem kiểm thử có thấy không · break the code on purpose: make mutants [AREAS="…"]
	@$(BIN)/python -m tests.tools.mutants $(AREAS)

bench: setup ## bảng đo tìm kiếm (tối đa 45 phút) · benchmark tables; WRITE=BENCHMARKS.md writes them down
	@$(BIN)/python -m tests.bench --data $(DATA) --json $(VENV)/bench.json $(if $(WRITE),--write $(WRITE))

bench-full: setup ## bảng đo đầy đủ · the larger tables
	@$(BIN)/python -m tests.bench --data $(DATA) --json $(VENV)/bench.json --full $(if $(WRITE),--write $(WRITE))

# SIZE=1000 makes a smaller site; filling one with 10,000 of everything takes about two minutes. UNITS=50 makes the agency smaller.
bench-sizes: setup ## đo các trang khi có 10.000 thứ mỗi loại, của cơ quan có 500 đơn vị, 100.000 kỳ thực hiện, rồi của cơ quan có 50.000 văn bản, 70 người · pages of big sites
	@$(BIN)/python -m tests.bench.sizes --size $(or $(SIZE),10000)
	@$(BIN)/python -m tests.bench.planning --units $(or $(UNITS),500)
	@$(BIN)/python -m tests.bench.office --documents $(or $(DOCUMENTS),50000) --seconds $(or $(SECONDS),300)

# With QUESTIONS="CORPUS QUERIES QRELS" the weights of ranking are fitted too, and with SHORT="…" and LONG="…" those for short
# and for long questions (more than one set: LONG="CORPUS QUERIES QRELS --long CORPUS QUERIES QRELS"). Without, the weights
# in OUT are kept. `python -m tests.bench.questions.everyday FOLDER` writes the files of short questions.
# `flask --app docmgr index judgements FOLDER` writes the three files of QUESTIONS from what the people of a site opened.
model: setup ## làm lại mô hình xếp hạng: make model CORPUS=path · train the base model
	@test -n "$(CORPUS)" || { echo 'make model CORPUS=corpus.jsonl.gz [OUT=indexer/base.model] [QUESTIONS="…"]'; exit 2; }
	@$(BIN)/python -m training $(CORPUS) --out $(or $(OUT),indexer/base.model) $(if $(QUESTIONS),--questions $(QUESTIONS)) \
	    $(if $(SHORT),--short $(SHORT)) $(if $(LONG),--long $(LONG))

thesaurus: setup ## tìm từ viết tắt trong văn bản luật cho từ điển: make thesaurus CORPUS=path · mine abbreviations for the thesaurus
	@test -n "$(CORPUS)" || { echo 'make thesaurus CORPUS=corpus.jsonl.gz'; exit 2; }
	@$(BIN)/python -m training.mined_pairs $(CORPUS)

lock: setup ## ghi lại requirements*.txt từ pyproject.toml · write the lock files
	@$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --strip-extras --output-file=requirements.txt pyproject.toml
	@$(BIN)/pip-compile --quiet --allow-unsafe --constraint=requirements.txt --extra=dev --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --output-file=requirements-dev.txt pyproject.toml

migration: setup ## bước chuyển dữ liệu mới: make migration NAME="…" · a new migration from the models
	@test -n "$(NAME)" || { echo 'make migration NAME="what changes"'; exit 2; }
	@$(BIN)/python tests/tools/new_migration.py "$(NAME)"

import-phapdien: setup ## nạp 49.094 điều của Pháp điển thành văn bản · import the large corpus into DOCMGR_HOME
	@$(BIN)/python tests/tools/phapdien.py --data $(DATA)

screenshots: setup ## chụp lại hình của README từ make demo · the pictures of the README
	@$(BIN)/python tests/tools/screenshots.py

clean: ## xóa .venv và bộ nhớ đệm; không chạm dữ liệu · remove .venv and caches, never data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
