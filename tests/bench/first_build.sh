#!/usr/bin/env bash
# first_build.sh: how long `make` takes in a fresh copy of the sources, for one program and for all five, with each
# compiler that is installed. The figures want a machine that does nothing else.
set -eu
cd "${SOURCE_FOLDER:-$(dirname "$0")/../..}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# As if typed in a new shell.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL CXXFLAGS CPPFLAGS LDFLAGS SPLIT VARIANT V TLS TLS_SHOWN
TIMEFORMAT='%R s of wall time, %U s of user time, %S s of system time'
for compiler in g++ clang++; do
    command -v "$compiler" >"$scratch/compiler" || continue
    for folder in webserver .; do
        rm -rf "$scratch/copy"
        mkdir "$scratch/copy"
        git ls-files -z --cached --others --exclude-standard |
            while IFS= read -r -d '' file; do [ ! -e "$file" ] || cp --parents -t "$scratch/copy" "$file"; done
        printf '%-8s make -C %-10s ' "$compiler" "$folder"
        time make -C "$scratch/copy/$folder" CXX="$compiler" >"$scratch/output" 2>&1 || { cat "$scratch/output"; exit 1; }
    done
done
