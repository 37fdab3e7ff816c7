#!/usr/bin/env bash
# The specifications under the real Kaitai Struct compiler: all of them compile, and what is
# compiled to Python reads traces as `atf dump` does and the bytes of other formats as published. Words of the target
# languages as names: words.sh.
#
# Run from anywhere; needs cargo. .ci/need installs the other tools. The packages go, at fixed versions, into a
# folder that is removed in the end. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."
repository=$PWD

.ci/need node:nodejs npm:npm python3:python3 ruby:ruby php:php-cli luac5.4:lua5.4 mcs:mono-mcs go:golang-go \
    javac:default-jdk-headless
python3 -c 'import ensurepip' 2>/dev/null || .ci/need /absent:python3-venv

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/python" "$work/other" "$work/foreign"
(
    cd "$work"
    npm install --silent --no-audit --no-fund --no-save \
        kaitai-struct-compiler@0.11.0 kaitai-struct@0.11.0 js-yaml@4.1.0
    python3 -m venv venv
    venv/bin/python -m pip install --quiet --disable-pip-version-check kaitaistruct==0.11
)

built=$(.ci/programs)
# Formats that have nothing to do with ours.
for schema in tests/schemas/*.toml; do
    "$built/atf-gen" generate --schema "$schema" --out "$work/foreign" >/dev/null
done
compile() {
    (cd "$work" && node "$repository/tests/kaitai/compile.js" "$@")
}
compile python python "$repository"/schema/generated/kaitai/*.ksy "$work"/foreign/kaitai/*.ksy
# Languages with other words and types: that the compiler takes the specifications for them, too.
for language in java csharp javascript go rust lua ruby php perl; do
    compile "other/$language" "$language" \
        "$repository"/schema/generated/kaitai/*.ksy "$work"/foreign/kaitai/*.ksy
done

# What is absent, in every kind of field: the counts on the page on evolution are what these readers get right.
ATF_GRID="$work/grid" cargo test --quiet --locked --workspace --test absence each_file_of_the_grid >/dev/null
for side in "$work"/grid/*/old "$work"/grid/*/new; do
    mkdir "$side/kaitai-python"
    compile "$side/kaitai-python" python "$side"/kaitai/*.ksy
done
"$work/venv/bin/python" tests/kaitai/read_absence.py "$work/grid" docs/evolving.md

"$built/atf" demo --out "$work/demo" >/dev/null
"$built/atf" synth --out "$work/synth" --threads 3 --events 6000 --detail-every 3 >/dev/null 2>&1
for session in "$work/demo" "$work/synth"; do
    "$built/atf" dump "$session" --format jsonl --details > "$session.jsonl"
    "$work/venv/bin/python" tests/kaitai/read_traces.py "$work/python" "$session" "$session.jsonl"
done
"$work/venv/bin/python" tests/kaitai/read_foreign.py "$work/python"
tests/kaitai/words.sh "$work" "$built/atf-gen"
