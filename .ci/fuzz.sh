#!/usr/bin/env bash
# Runs every fuzz target so many times, one after another: .ci/fuzz.sh 5000x
# A time (5s) works too, but at its end Go 1.26 may say "context deadline exceeded" of a target that is well (go.dev/issue/75804).
set -euo pipefail

amount=${1:?how much each target runs, such as 5000x}
while read -r package; do
	for target in $(go test -list '^Fuzz' "$package" </dev/null | grep '^Fuzz' || true); do
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$amount" "$package" </dev/null
	done
done < <(grep --recursive --include='*_test.go' --files-with-matches '^func Fuzz' . | xargs --no-run-if-empty dirname | sort -u)
