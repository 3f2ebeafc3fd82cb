# Sampan: `make demo` shows it at work, `make test` checks it; both set everything up themselves.
.PHONY: all setup demo test test-targets test-targets-sample test-opencl lint docs ulp bench bench-docs clean

PYTHON_FILES := sampan tests tools benchmarks examples
CXX_FILES = $(shell git ls-files --cached --others --exclude-standard \
  'sampan/runtime/**' 'sampan/devicelib/**' 'sampan/headers/**' 'examples/**' 'tests/kernels/*' 'tests/hazards/*' 'tests/targets/*' \
  'benchmarks/**' \
  | grep -E '\.(h|cpp|cuh?)$$')
JOBS ?= 2

all: setup

# .venv with .venv/bin/sampan, the runtime and the device library. Nearly free the second time.
setup:
	@tools/setup.sh
	@# Where Python may not write bytecode itself, every start would compile all modules anew.
	@.venv/bin/python -m compileall -q sampan tests
	@.venv/bin/python -m sampan.cli.prepare

# Draws examples/mandelbrot.cu in the terminal and times it on both paths.
demo: setup
	@.venv/bin/python tools/demo.py

test: setup
	@.venv/bin/python -m pytest -n $(JOBS) --dist worksteal -q $(TESTS)

# Programs of the tests on other instruction sets, emulated: all of them, which takes an hour or two
# (MACHINES=riscv64:scalar for one machine), or a few on two machines, which takes minutes.
MACHINES ?= aarch64:neon,aarch64:sve256,riscv64:rvv128,riscv64:rvv256,riscv64:scalar,loongarch64:lsx,loongarch64:scalar
SAMPLE ?= aarch64:neon,riscv64:rvv128
EMULATED = PATH="$(CURDIR)/build/qemu/usr/bin:$$PATH" .venv/bin/python -m pytest -n $(JOBS) --dist worksteal -q
test-targets: setup
	@tools/setup_targets.sh
	@SAMPAN_TEST_TARGETS=$(MACHINES) $(EMULATED) tests/targets

test-targets-sample: setup
	@tools/setup_targets.sh
	@SAMPAN_TEST_SAMPLE=1 SAMPAN_TEST_TARGETS=$(SAMPLE) $(EMULATED) tests/targets/test_programs.py

# Every program of the tests on every OpenCL runtime that is here.
test-opencl: setup
	@SAMPAN_TEST_OPENCL=1 .venv/bin/python -m pytest -n $(JOBS) --dist worksteal -q tests/opencl

lint: setup
	.venv/bin/ruff check $(PYTHON_FILES)
	@echo clang-format --dry-run -Werror '...'
	@.venv/bin/clang-format --dry-run -Werror $(CXX_FILES)

# Files of docs/ that are written by programs.
docs: setup
	.venv/bin/python -m sampan.config > docs/knobs.md
	.venv/bin/python -m tests.targets.hot_loops
	.venv/bin/python tools/supported.py > docs/supported.md.new && mv docs/supported.md.new docs/supported.md

# docs/accuracy.md: the error of every math function. Half an hour of one core; references are kept
# in build/ulp.
ulp: setup
	.venv/bin/python tests/devicelib/ulp.py

# Kernel times beside the peers, which are set up in build/bench. BENCH passes on options.
bench: setup
	.venv/bin/python benchmarks/bench.py $(BENCH)

# docs/performance.md, of three runs: all instructions, AVX2 alone, the same programs written otherwise.
bench-docs: setup
	.venv/bin/python benchmarks/bench.py
	.venv/bin/python benchmarks/bench.py --level avx2
	.venv/bin/python benchmarks/variants.py
	.venv/bin/python benchmarks/performance.py

clean:
	rm -rf build .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
	find sampan tests tools -name __pycache__ -prune -exec rm -rf {} +
