#!/usr/bin/env bash
# install_test.sh -- a gateway's way to the runtime: it is built without any
# other library, installed, found by a project of its own, and asked from C++
# and from C (examples/installed). The command is installed from BUILD.
# usage: install_test.sh SOURCE_ROOT BUILD PORTCULLIS COMPILER
set -euo pipefail

[ $# -eq 4 ] || { echo "usage: install_test.sh SOURCE_ROOT BUILD PORTCULLIS COMPILER" >&2; exit 2; }
source=$1 build=$2 portcullis=$3 compiler=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
failures=0

# expect WHAT WANTED GIVEN
expect() {
  [ "$2" = "$3" ] && return
  printf '%s:\n  wanted: %s\n  given:  %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

cmake -S "$source" -B "$work/runtime" -G Ninja -DPORTCULLIS_TOOLS=OFF \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$compiler" >"$work/log"
cmake --build "$work/runtime" >>"$work/log" || { cat "$work/log"; exit 1; }
cmake --install "$work/runtime" --prefix "$prefix" >>"$work/log"
cmake --install "$build" --prefix "$prefix" --component command >>"$work/log"

cmake -S "$source/examples/installed" -B "$work/ask" -G Ninja \
  -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_C_FLAGS='-std=c99 -Wall -Wextra -pedantic -Werror' >>"$work/log"
cmake --build "$work/ask" >>"$work/log" || { cat "$work/log"; exit 1; }

image=$work/open.image
"$prefix/bin/portcullis" compile "$source/examples/policies/open.json" \
  -o "$image" >>"$work/log"
ana=arn:aws:iam::210987654321:user/ana
reports=arn:aws:s3:::reports/may

expect "C++, allowed" allowed \
  "$("$work/ask/ask_cpp" "$image" $ana s3:GetObject $reports)"
expect "C++, denied" implicitDeny \
  "$("$work/ask/ask_cpp" "$image" $ana s3:DeleteObject $reports)"
expect "C, allowed" "allowed by identity Reports#ReadAndWrite
  identity: Allow Reports#ReadAndWrite: matches
  identity: Allow Reports#FromTheOffice: action" \
  "$("$work/ask/ask_c" "$image" $ana s3:GetObject $reports)"
expect "C, from the office" "allowed by identity Reports#FromTheOffice" \
  "$("$work/ask/ask_c" "$image" $ana ledger:Read '*' \
    aws:SourceIp=203.0.113.9 | head -1)"
expect "C, from elsewhere" "implicitDeny by identity " \
  "$("$work/ask/ask_c" "$image" $ana ledger:Read '*' \
    aws:SourceIp=192.0.2.1 | head -1)"
expect "C, refused" "refused: 1" \
  "$("$work/ask/ask_c" "$image" $ana nothing $reports)"

# Nothing of C++ shows, and no name is missing from the library.
nm -D --defined-only "$prefix"/lib*/libportcullis.so | awk '{print $3}' |
  sort >"$work/shown"
grep -oE '\bportcullis_[a-z_]+\(' "$source/runtime/c.h" | tr -d '(' |
  sort -u >"$work/declared"
expect "functions of the shared library" "$(cat "$work/declared")" \
  "$(cat "$work/shown")"

cmp -s "$prefix/bin/portcullis" "$portcullis" ||
  expect "installed command" "$("$portcullis" --version)" \
    "$("$prefix/bin/portcullis" --version)"
[ "$failures" -eq 0 ]
echo "install: ok, $(wc -l <"$work/shown") functions for C"
