#!/bin/sh
# side_by_side.sh JOBS PROGRAM [TESTS...]: a Catch2 program's cases in JOBS processes at a time, for most cases wait most
# of their time. Each process runs a few cases, so that none has many left when the others have ended. Shown are what the
# processes say of failed and skipped cases, and the sum.
set -eu
jobs=$1 program=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$program" --cases "$@" >"$scratch/cases"
cut -f 1 "$scratch/cases" | sed 's/[,[\\]/\\&/g' >"$scratch/all" # quoted as --input-file expects
split --elide-empty-files --suffix-length=3 --number="r/$((jobs * 10))" "$scratch/all" "$scratch/part."
find "$scratch" -name 'part.*' -print0 | sort -z | xargs -0 -r -n 1 -P "$jobs" \
    sh -c 'hidden="-e ^Filters:"
           "$0" --input-file "$1" >"$1.said" 2>&1 </dev/null && hidden="$hidden -e ^=*$ -e ^All.tests.passed" || status=$?
           grep -v -e "^Randomness seeded" $hidden "$1.said"
           exit ${status:-0}' "$program"
find "$scratch" -name '*.said' -exec cat {} + | sed -n 's/^All tests passed (\([0-9]*\) assertions* in \([0-9]*\) test cases*)$/\1 \2/p' |
    awk '{ assertions += $1; cases += $2 } END { printf "All tests passed (%d assertions in %d test cases)\n", assertions, cases }'
