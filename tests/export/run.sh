#!/usr/bin/env bash
# Exports beside their own tools: Perfetto's messages in Google's protobuf, callgrind_annotate, `go tool pprof`.
#
# Arguments: the Python of an environment, in which packages are installed, and the command atf. .ci/need installs the
# other tools. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$1
atf=$2

.ci/need callgrind_annotate:valgrind go:golang-go
"$python" -m pip install --quiet --disable-pip-version-check perfetto==0.59.1 protobuf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$atf" demo --out "$work/demo" --threads 2 >/dev/null
"$atf" synth --out "$work/synth" --threads 3 --events 20000 >/dev/null 2>&1
for session in demo synth; do
    folder=$work/exports-$session
    mkdir "$folder"
    "$atf" dump "$work/$session" --calls --format jsonl >"$folder/calls.jsonl"
    for format in perfetto chrome speedscope folded callgrind pprof; do
        "$atf" export "$work/$session" --to "$format" -o "$folder/$format" >/dev/null
    done
    "$python" -B tests/export/read.py "$folder"
done
