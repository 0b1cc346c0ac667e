#!/usr/bin/env bash
# layering_test.sh -- holds the table "who may include whom" of CONTRIBUTING.md.
# Every include of every source file must be allowed by its folder's line in
# rules(); what no line allows is an error, so that a new dependency is a
# decision. Prints the number of files and includes, so that an empty run cannot
# pass.
# usage: layering_test.sh SOURCE_ROOT | layering_test.sh --self-test
set -euo pipefail

# FOLDER QUOTED ANGLE: extended regular expressions, anchored at both ends, of
# the "quoted" and the <angle> includes that files of FOLDER may have. <angle>
# headers without a slash are the standard library's and allowed everywhere.
rules() {
  cat <<'TABLE'
policy     (policy|absl)/.*                                     absl/.*
runtime    runtime/.*                                           none
compiler   (compiler|policy)/.*|runtime/image_format\.h|absl/.* absl/.*
reference  (reference|policy)/.*|runtime/(request|decision)\.h|absl/.*|re2/.* absl/.*|re2/.*
session    (session|policy|runtime)/.*|compiler/compile\.h      none
cli        .*                                                   .*
tests      .*                                                   .*
fuzz       .*                                                   .*
bench      .*                                                   .*
examples   .*                                                   .*
TABLE
}

# FILE-REGEX ANGLE: single files that may have more. Standard headers that only
# some files may have stand in restricted().
exceptions() {
  cat <<'TABLE'
policy/json_reader\.cc             nlohmann/.*
runtime/image_(file|memory|watcher)\.cc sys/.*
cli/.*                             sys/.*
TABLE
}

# HEADER-REGEX FILE-REGEX: a header that only the files on the right may have.
restricted() {
  cat <<'TABLE'
nlohmann/.*                                        (policy/json_reader\.cc|tests/.*|fuzz/.*|bench/.*)
(mutex|shared_mutex|condition_variable|thread|future|semaphore|latch|barrier|stop_token) (runtime/(policy_store[a-z_]*|image_(memory|watcher))\.(h|cc)|(policy|compiler|reference|session|cli|tests|fuzz|bench|examples)/.*)
(fcntl|unistd|poll)\.h                             (runtime/image_(file|watcher)\.cc|(cli|tests|fuzz|bench|examples)/.*)
TABLE
}

# check ROOT: prints every forbidden include; fails if there is one, or nothing
# to check.
check() {
  local list
  list=$(mktemp)
  (cd "$1" && collect) >"$list"
  rules="$(rules)" exceptions="$(exceptions)" restricted="$(restricted)" awk '
    function table(text, left, middle, right,   rows, n, i, cells) {
      n = split(text, rows, "\n")
      for (i = 1; i <= n; ++i) {
        split(rows[i], cells, /[ ]+/)
        left[i] = cells[1]; middle[i] = cells[2]; right[i] = cells[3]
      }
      return n
    }
    function whole(text, regex) { return text ~ ("^(" regex ")$") }
    BEGIN {
      rule_count = table(ENVIRON["rules"], folder, quoted, angle)
      exception_count = table(ENVIRON["exceptions"], file, extra, unused)
      restricted_count = table(ENVIRON["restricted"], header, only, unused)
    }
    function allowed(path, form, name,   i) {
      for (i = 1; i <= restricted_count; ++i)
        if (whole(name, header[i]) && !whole(path, only[i])) return 0
      if (form == "<" && name !~ /\//) return 1
      for (i = 1; i <= exception_count; ++i)
        if (form == "<" && whole(path, file[i]) && whole(name, extra[i]))
          return 1
      for (i = 1; i <= rule_count; ++i)
        if (index(path, folder[i] "/") == 1)
          return name ~ /\// &&
                 whole(name, form == "<" ? angle[i] : quoted[i])
      return 0
    }
    { ++includes; files[$1] = 1 }
    !allowed($1, $3, $4) {
      close_form = $3 == "<" ? ">" : "\""
      print $1 ":" $2 ": error: must not include " $3 $4 close_form
      ++bad
    }
    END {
      for (f in files) ++count
      printf "layering: %d files with %d includes, %d forbidden\n",
             count, includes, bad
      exit bad > 0 || includes == 0
    }' "$list" || { rm -f "$list"; return 1; }
  rm -f "$list"
}

# collect: every include of every source file below the working folder, as
# `PATH LINE FORM NAME` with FORM `<` or `"`.
collect() {
  find . -path './build*' -prune -o -path ./.git -prune -o -type f \
    \( -name '*.h' -o -name '*.cc' -o -name '*.c' -o -name '*.inc' \) -print |
    sed 's|^\./||' | sort |
    while IFS= read -r path; do
      awk -v path="$path" '
        match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/) {
          text = substr($0, RSTART, RLENGTH)
          sub(/^[ \t]*#[ \t]*include[ \t]*/, "", text)
          print path, FNR, substr(text, 1, 1), substr(text, 2, length(text) - 2)
        }' "$path"
    done
}

# expect STATUS PATH INCLUDE: the check of a tree with that one file.
expect() {
  local tree status=0
  tree=$(mktemp -d)
  mkdir -p "$tree/$(dirname "$2")"
  printf '#include %s\n' "$3" >"$tree/$2"
  check "$tree" >"$tree/report" || status=$?
  if [ "$status" -ne "$1" ]; then
    printf 'self-test: %s including %s gave %d instead of %d\n' "$2" "$3" \
      "$status" "$1"
    cat "$tree/report"
    self_test_failures=$((self_test_failures + 1))
  fi
  self_tests=$((self_tests + 1))
  rm -rf "$tree"
}

self_test() {
  self_tests=0 self_test_failures=0
  expect 0 runtime/decide.cc '"runtime/decide.h"'
  expect 0 runtime/decide.cc '<span>'
  expect 0 runtime/image_file.cc '<sys/mman.h>'
  expect 0 runtime/policy_store.cc '<mutex>'
  expect 0 runtime/image_watcher.cc '<sys/inotify.h>'
  expect 1 runtime/image_watcher.h '<sys/inotify.h>'
  expect 1 runtime/decide.cc '<mutex>'
  expect 1 runtime/decide.cc '<sys/mman.h>'
  expect 1 runtime/decide.cc '"policy/values.h"'
  expect 1 runtime/decide.cc '"absl/strings/str_cat.h"'
  expect 1 runtime/decide.cc '<absl/strings/str_cat.h>'
  expect 1 runtime/decide.cc '<re2/re2.h>'
  expect 1 runtime/decide.h '"decision.h"'
  expect 1 runtime/decide.h '"../policy/values.h"'
  expect 0 policy/json_reader.cc '<nlohmann/json.hpp>'
  expect 0 policy/parse.cc '"absl/strings/str_cat.h"'
  expect 1 policy/parse.cc '<nlohmann/json.hpp>'
  expect 1 policy/json_reader.h '<nlohmann/json.hpp>'
  expect 1 policy/parse.cc '"runtime/request.h"'
  expect 1 policy/parse.cc '"compiler/compile.h"'
  expect 1 policy/parse.cc '<re2/re2.h>'
  expect 0 compiler/image_writer.cc '"runtime/image_format.h"'
  expect 1 compiler/image_writer.cc '"runtime/decide.h"'
  expect 1 compiler/compile.cc '"reference/reference.h"'
  expect 1 compiler/compile.cc '"session/session.h"'
  expect 0 reference/pattern.cc '<re2/re2.h>'
  expect 0 reference/reference.h '"runtime/request.h"'
  expect 1 reference/reference.h '"runtime/image_view.h"'
  expect 1 reference/reference.cc '"compiler/compile.h"'
  expect 0 session/assume_role.cc '"compiler/compile.h"'
  expect 0 session/assume_role.cc '"runtime/decide.h"'
  expect 1 session/assume_role.cc '"compiler/normalize.h"'
  expect 1 session/assume_role.cc '"reference/reference.h"'
  expect 0 cli/main.cc '<CLI/CLI.hpp>'
  expect 0 cli/main.cc '"reference/reference.h"'
  expect 1 cli/main.cc '<nlohmann/json.hpp>'
  expect 0 tests/x_test.cc '<gtest/gtest.h>'
  expect 1 elsewhere/x.cc '"policy/values.h"'
  expect 1 runtime/readme.txt '"runtime/decide.h"'
  printf '%d passed, %d failed\n' $((self_tests - self_test_failures)) \
    "$self_test_failures"
  [ "$self_test_failures" -eq 0 ]
}

case "${1:-}" in
  --self-test) self_test ;;
  "")
    echo "usage: layering_test.sh SOURCE_ROOT | --self-test" >&2
    exit 2
    ;;
  *) check "$1" ;;
esac
