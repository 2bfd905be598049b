#!/bin/sh
# side_by_side.sh JOBS PROGRAM [TESTS...]: a Catch2 program's cases in JOBS processes, for most cases wait most of their
# time. What each process says is shown when it ends.
set -eu
jobs=$1 program=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$program" --cases "$@" >"$scratch/cases"
cut -f 1 "$scratch/cases" | sed 's/[,[\\]/\\&/g' >"$scratch/all" # quoted as --input-file expects
split --elide-empty-files --number="r/$jobs" "$scratch/all" "$scratch/part."
find "$scratch" -name 'part.*' -print0 | sort -z | xargs -0 -r -n 1 -P "$jobs" \
    sh -c '"$0" --input-file "$1" >"$1.said" 2>&1 </dev/null || status=$?
           grep -v -e "^Filters: " -e "^Randomness seeded" "$1.said"
           exit ${status:-0}' "$program"
