#!/usr/bin/env bash
# Runs every fuzz target for the time given, one after another: .ci/fuzz.sh 5s
set -euo pipefail

duration=${1:?how long each target runs, such as 5s}
while read -r package; do
	for target in $(go test -list '^Fuzz' "$package" </dev/null | grep '^Fuzz' || true); do
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "$package" </dev/null
	done
done < <(grep --recursive --include='*_test.go' --files-with-matches '^func Fuzz' . | xargs --no-run-if-empty dirname | sort -u)
