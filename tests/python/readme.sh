#!/usr/bin/env bash
# Runs the program of python/README.md and that of the README on a session, and the package's part of each alone.
# Arguments: a Python that has the package, a session.
set -euo pipefail
interpreter=$1
session=$(realpath "$2")
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$session" "$folder/my_session"
for page in python/README.md README.md; do
    # The first block in Python of the page.
    awk '/^```python$/ && !found { found = inside = 1; next } /^```$/ { inside = 0 } inside' "$page" > "$folder/program.py"
    grep -q 'import atf$' "$folder/program.py"
    (cd "$folder" && "$interpreter" -B -W error program.py)
done
