#!/bin/sh
# side_by_side.sh JOBS PROGRAM [TESTS...]: a Catch2 program's cases in JOBS processes at a time, for most cases wait most
# of their time. Each process runs a few cases, so that none has many left when the others have ended. Shown are what the
# processes say of failed and skipped cases, and whether all have passed.
set -eu
jobs=$1 program=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$program" --cases "$@" >"$scratch/cases"
cut -f 1 "$scratch/cases" | sed 's/[,[\\]/\\&/g' >"$scratch/all" # quoted as --input-file expects
split --elide-empty-files --suffix-length=3 --number="r/$((jobs * 10))" "$scratch/all" "$scratch/part."
status=0
find "$scratch" -name 'part.*' -print0 | sort -z | xargs -0 -r -n 1 -P "$jobs" \
    sh -c 'hidden="-e ^Filters:"
           "$0" --input-file "$1" >"$1.said" 2>&1 </dev/null && hidden="$hidden -e ^=*$ -e ^All.tests.passed -e ^test.cases: -e ^assertions:" || status=$?
           grep -v -e "^Randomness seeded" $hidden "$1.said"
           exit ${status:-0}' "$program" || status=$?
cases=$(wc -l <"$scratch/all")
[ "$status" -eq 0 ] && echo "$cases black-box cases: all passed" || echo "$cases black-box cases: some failed"
exit "$status"
