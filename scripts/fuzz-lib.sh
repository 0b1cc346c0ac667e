# fuzz-lib.sh -- what scripts/fuzz and scripts/ci-fuzz share; sourced after
# lib.sh, never run. The corpora and findings are below build/fuzz.

all_targets=(json document account_export policy_set request wildcard condition
  layers decide image session)
corpus=$root/build/fuzz/corpus
seeds=$root/build/fuzz/seeds
found=$root/build/fuzz/findings
logs=$root/build/fuzz/logs
# Leaks count; a slow input is a finding, and so is one that allocates much.
export ASAN_OPTIONS="detect_leaks=1:${ASAN_OPTIONS:-}"
limits=(-timeout=20 -rss_limit_mb=2048 -max_len=6000)

usage() {
  printf 'error: %s\n' "$1" >&2
  sed -n 's/^# \(usage:\|       \)/\1/p' "$0" >&2
  printf 'targets: %s\n' "${all_targets[*]}" >&2
  exit 2
}

# choose_targets [NAME...]: sets `targets`; all without a name.
choose_targets() {
  targets=("$@")
  [ $# -gt 0 ] || targets=("${all_targets[@]}")
  local name
  for name in "${targets[@]}"; do
    [[ " ${all_targets[*]} " == *" $name "* ]] || usage "no target $name"
  done
}

# build_fuzz PRESET: builds all targets and writes the seeds.
build_fuzz() {
  configure "$1"
  build "$1" fuzz_targets
  rm -rf "$seeds"
  "$root/build/$1/fuzz/make_seeds" "$root/corpora" "$seeds" >&2
}

# count_files FOLDER: 0 when it is not there.
count_files() { { [ ! -d "$1" ] || find "$1" -type f; } | wc -l; }

# corpora_of TARGET: the folders that hold inputs for it.
corpora_of() {
  local folder
  for folder in "$corpus/$1" "$root/corpora/seeds/$1" "$seeds/$1"; do
    [ ! -d "$folder" ] || printf '%s\n' "$folder"
  done
}

# dictionary_of TARGET: the option that names its words, if there are any.
dictionary_of() {
  case "$1" in
    document | account_export | policy_set)
      printf -- '-dict=%s\n' "$root/fuzz/policy.dict" ;;
    json | request) printf -- '-dict=%s\n' "$root/fuzz/request.dict" ;;
  esac
}

# replay_file PRESET TARGET FILE
replay_file() {
  "$root/build/$1/fuzz/fuzz_$2" "${limits[@]}" "$3"
}

# replay_corpus PRESET TARGET: runs every input once.
replay_corpus() {
  local folders
  mapfile -t folders < <(corpora_of "$2")
  [ "${#folders[@]}" -gt 0 ]
  step "replay $2: $(count_files_in "${folders[@]}") inputs"
  "$root/build/$1/fuzz/fuzz_$2" "${limits[@]}" -runs=0 "${folders[@]}" \
    2>"$logs/$2.replay.log" || report_finding "$1" "$2" "$logs/$2.replay.log"
}

count_files_in() { find "$@" -type f | wc -l; }

# report_finding PRESET TARGET LOG: what was found and how to see it again.
report_finding() {
  grep -aE -A12 '^property: |^==[0-9]+==ERROR|runtime error|libFuzzer: ' "$3" |
    cut -c 1-2000 | head -40 >&2 || true
  local file
  file=$(sed -n 's/^.*Test unit written to //p' "$3" | tail -1)
  step "FOUND in $2: ${file:-no input was written, see $3}"
  [ -z "$file" ] || step "replay: scripts/fuzz --replay $2 $file"
  return 1
}

# run_fuzzer PRESET TARGET SECONDS: new inputs go to the corpus; shows how it
# goes, on a terminal in one line. False after a finding.
run_fuzzer() {
  local preset=$1 target=$2 seconds=$3 folders options
  local log=$logs/$target.$preset.log
  mkdir -p "$corpus/$target" "$found/$target" "$logs"
  mapfile -t folders < <(corpora_of "$target")
  mapfile -t options < <(dictionary_of "$target")
  "$root/build/$preset/fuzz/fuzz_$target" "${limits[@]}" "${options[@]}" \
    -max_total_time="$seconds" -print_final_stats=1 \
    -artifact_prefix="$found/$target/" "${folders[@]}" >"$log" 2>&1 &
  local fuzzer=$! last=0
  while kill -0 "$fuzzer" 2>/dev/null; do
    sleep 1
    if [ -t 2 ] || [ $((SECONDS - last)) -ge 10 ]; then
      last=$SECONDS
      show_progress "$target" "$preset" "$log"
    fi
  done
  [ ! -t 2 ] || printf '\n' >&2
  wait "$fuzzer" || report_finding "$preset" "$target" "$log"
}

# The latest line of statistics that the fuzzer wrote.
show_progress() {
  local line
  line=$(grep -aE '^#[0-9]+' "$3" | tail -1 |
    sed -nE 's/^#([0-9]+).* cov: ([0-9]+) ft: ([0-9]+) corp: ([0-9]+).*exec\/s: ([0-9]+).*/\1 executions, \5 a second, coverage \2, \4 inputs/p')
  local new
  new=$(grep -acE '^#[0-9]+[[:space:]]+NEW' "$3" || true)
  if [ -t 2 ]; then
    printf '\r\033[K%s (%s): %s, %s new' "$1" "$2" "$line" "$new" >&2
  else
    printf '%s (%s): %s, %s new\n' "$1" "$2" "$line" "$new" >&2
  fi
}

# stat_of TARGET PRESET executions|rate|coverage
stat_of() {
  local log=$logs/$1.$2.log value
  case "$3" in
    executions) value=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log") ;;
    rate) value=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log") ;;
    coverage) value=$(grep -aoE ' cov: [0-9]+' "$log" | tail -1 | tr -dc 0-9) ;;
  esac
  printf '%s' "${value:-0}"
}

# minimise TARGET: the corpus becomes the fewest inputs of the same coverage,
# the seeds' share included.
minimise() {
  local folders least=$corpus/$1.least
  mapfile -t folders < <(corpora_of "$1")
  rm -rf "$least" && mkdir -p "$least"
  "$root/build/fuzz-fast/fuzz/fuzz_$1" "${limits[@]}" -merge=1 "$least" \
    "${folders[@]}" >"$logs/$1.merge.log" 2>&1 || return 0
  rm -rf "${corpus:?}/$1" && mv "$least" "$corpus/$1"
}

mkdir -p "$logs"
