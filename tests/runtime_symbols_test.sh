#!/usr/bin/env bash
# runtime_symbols_test.sh -- what the decide path must not reach: allocation,
# locks, exceptions. Every object of the runtime's library is on the decide path
# unless off_path() names its file. An object on the path must not ask for a
# forbidden symbol, nor for a symbol that only an object off the path defines,
# so that nothing is reached through a neighbour.
# usage: runtime_symbols_test.sh LIBRARY.a
set -euo pipefail

# The files that may allocate, lock or call the system, with the reason.
off_path() {
  cat <<'TABLE'
image_file      opens and maps the file
image_memory    memory for its copies
image_view      opens and verifies the bytes, once
image_verify    the same
scratch         sized for an image once, before the first decision
policy_store    publishes; its readers' side is inline in the headers
image_watcher   loads and publishes on a thread of its own
explain         tells reasons, off the hot path
variables       tells Explain() which keys a policy asks for
image_dump      prints an image
c               makes the objects of the C header
TABLE
}

# Undefined symbols that mean allocation, a lock, or an exception (mangled).
forbidden='^(malloc|calloc|realloc|free|reallocarray|aligned_alloc|posix_memalign'
forbidden+='|strdup|_Zn[wa].*|_Zd[la].*'
forbidden+='|pthread_(mutex|rwlock|cond|spin|once).*|__cxa_guard_.*'
forbidden+='|__cxa_(throw|rethrow|allocate_exception)'
forbidden+='|_ZSt[0-9]+__throw_.*)$'

if [ $# -ne 1 ]; then
  echo "usage: runtime_symbols_test.sh LIBRARY.a" >&2
  exit 2
fi
library=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# symbols OPTION: `OBJECT SYMBOL` lines of the whole library.
symbols() {
  nm --format=posix --print-file-name "$1" "$library" 2>/dev/null |
    sed -nE 's/^[^[]*\[([^]]+)\]: ([^ ]+).*/\1 \2/p' | sort -u
}
symbols --undefined-only >"$work/needs"
symbols --defined-only >"$work/gives"

off=" $(off_path | cut -d' ' -f1 | tr '\n' ' ')"
is_off_path() {
  local name=${1%%.*}
  [[ $off == *" $name "* ]]
}

# of_object OBJECT FILE: the symbols of one object.
of_object() { awk -v object="$1" '$1 == object { print $2 }' "$2"; }

objects=0 bad=0
cut -d' ' -f1 "$work/needs" "$work/gives" | sort -u >"$work/objects"
: >"$work/on_path_gives"
: >"$work/off_path_gives"
while IFS= read -r object; do
  side=on
  is_off_path "$object" && side=off
  of_object "$object" "$work/gives" >>"$work/${side}_path_gives"
done <"$work/objects"
sort -u "$work/on_path_gives" -o "$work/on_path_gives"
sort -u "$work/off_path_gives" -o "$work/off_path_gives"
comm -13 "$work/on_path_gives" "$work/off_path_gives" >"$work/off_path_only"

# report OBJECT WHY: prints the symbols on stdin, demangled.
report() {
  local symbol
  while IFS= read -r symbol; do
    printf '%s: error: %s `%s`\n' "$1" "$2" "$(c++filt "$symbol")"
    bad=$((bad + 1))
  done
}

while IFS= read -r object; do
  is_off_path "$object" && continue
  objects=$((objects + 1))
  of_object "$object" "$work/needs" | sort -u >"$work/object_needs"
  grep -E "$forbidden" "$work/object_needs" >"$work/found" || true
  report "$object" "the decide path must not reach" <"$work/found"
  comm -12 "$work/object_needs" "$work/off_path_only" >"$work/found"
  report "$object" "the decide path must not use what is off it:" \
    <"$work/found"
done <"$work/objects"

printf 'runtime symbols: %d objects on the decide path, %d forbidden symbols\n' \
  "$objects" "$bad"
grep -q '^decide\.' "$work/objects" || {
  echo "error: $library has no decide object; nothing was checked" >&2
  exit 1
}
[ "$bad" -eq 0 ]
