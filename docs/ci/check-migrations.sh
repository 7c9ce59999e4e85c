#!/bin/sh
# Checks a project's migrations before they reach a database that matters: for any CI, and by hand.
#
#     check-migrations.sh [DIR [URL]]
#
# DIR holds the migrations (default: migrations). URL is a database that may be filled (default: a SQLite file that is
# thrown away); for PostgreSQL give an empty database: postgresql://postgres@localhost/ci. With BASE=origin/main in
# the environment the linter looks only at migrations that BASE does not have. The exit code is quarry's.
set -eu

dir=${1:-migrations}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
url=${2:-sqlite:$scratch/ci.db}

since=
if [ -n "${BASE:-}" ]; then
    since=$(git ls-tree --name-only "$BASE" -- "$dir/" | sed -n 's|^.*/\([0-9]\{1,\}\)_.*\.sql$|\1|p' | sort -n | tail -n 1)
fi

# What is dangerous or wrong, from the files alone.
quarry migrate lint --dir "$dir" --url "$url" ${since:+--since "$since"}
# All of them run on an empty database.
quarry migrate up --dir "$dir" --url "$url"
# Files, ledger and schema agree; each migration goes up, down and up again with rows in the tables.
quarry migrate check --roundtrip --dir "$dir" --url "$url"
