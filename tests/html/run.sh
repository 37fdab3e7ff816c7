#!/usr/bin/env bash
# Pages of `atf html` in headless Chromium: they are clicked through, and ask for nothing.
#
# Arguments: the command atf; a folder for pictures, if they are wanted. .ci/need installs the other tools; Playwright
# goes into a folder that is removed in the end. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."
atf=$1
pictures=${2:-}
repository=$PWD

.ci/need chromium:chromium node:nodejs npm:npm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm install --silent --no-audit --no-fund --no-save playwright-core@1.64.1)
"$atf" demo --out "$work/demo" >/dev/null
"$atf" synth --out "$work/synth" --threads 40 --events 400000 >/dev/null 2>&1
"$atf" html "$work/demo" -o "$work/demo.html"
"$atf" html "$work/synth" -o "$work/synth.html" --budget 1MB
for page in demo synth; do
    NODE_PATH=$work/node_modules node "$repository/tests/html/browse.js" "$work/$page.html" ${pictures:+"$pictures"}
done
