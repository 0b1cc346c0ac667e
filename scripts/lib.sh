# lib.sh -- what the scripts of this folder share; sourced, never run. Sets
# `root` (the checkout) and `jobs`, and gives step, configure, build and tests.
# Everything that these say goes to stderr, so that stdout stays data.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# step TEXT...: one line that says what happens next.
step() { printf '== %s\n' "$*" >&2; }

# configure PRESET [-D...]: configures build/PRESET, with ccache where it is.
configure() {
  local preset=$1
  shift
  local launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    # Or nothing that uses a precompiled header is kept.
    export CCACHE_SLOPPINESS=pch_defines,time_macros
  fi
  step "configure build/$preset"
  (cd "$root" && cmake --preset "$preset" "${launcher[@]}" "$@") >&2
}

# build PRESET [TARGET...]: builds these targets of build/PRESET, or all.
build() {
  local preset=$1
  shift
  step "build build/$preset $*"
  cmake --build "$root/build/$preset" --parallel "$jobs" ${1:+--target "$@"} >&2
}

# tests PRESET [CTEST-OPTION...]: runs the tests of build/PRESET; an empty
# selection fails.
tests() {
  local preset=$1
  shift
  step "test build/$preset $*"
  ctest --test-dir "$root/build/$preset" --output-on-failure \
    --no-tests=error --parallel "$jobs" "$@"
}
