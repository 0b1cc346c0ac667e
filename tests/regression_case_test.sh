#!/usr/bin/env bash
# A printed difference becomes a file that `portcullis test` takes; files are
# numbered on, and a log without a difference is an error.
# usage: regression_case_test.sh REGRESSION_CASE PORTCULLIS
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log='seed 7 differs
case: {"name":"seed 7","policySet":{"principals":[]},"requests":[{"principal":"arn:aws:iam::111122223333:user/ana","action":"a:b","resource":"*","name":"seed 7","expect":"implicitDeny"}]}
replay: nothing'

first=$("$1" "$folder" some-thing S-2 <<<"$log")
[ "$first" = "$folder/001-some-thing.json" ]
grep -q '"rule": "S-2"' "$first"
grep -q '"name": "some_thing"' "$first"
"$2" test "$first"

second=$("$1" "$folder" other S-2 <<<"$log")
[ "$second" = "$folder/002-other.json" ]

if "$1" "$folder" none S-2 <<<"all is well" 2>/dev/null; then
  echo "a log without a case was taken" >&2
  exit 1
fi
