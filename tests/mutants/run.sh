#!/usr/bin/env bash
# Plants mistakes in the runtime, one at a time, and runs the tests that must notice: cargo-mutants, room by room.
#
#     tests/mutants/run.sh [ROOM...]        all rooms without an argument
#     MUTANTS_ARGS="--in-place --file '...'"  more arguments for cargo-mutants
#
# A mistake that no test notices survives. Fails if one survives that survivors.txt does not list with a reason, or if
# a listed one of these rooms is noticed now. Takes hours; reports stay in target/mutants/ROOM.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The tests of each room, fast ones that fail for most mistakes first in the alphabet of their names.
tests_of() {
    case "$1" in
    drain) echo counts drain drain_damage drain_disk drain_killed drain_writes failed_sync overload ;;
    recovery) echo cli_rings counts crash detail_offsets failed_sync manifest_damage recovery rings rings_live truncated_footer unwritten_events ;;
    ring) echo drain_killed overload producer rings rings_live ;;
    writer) echo crash detail_offsets drain_killed roundtrip storage writer ;;
    verify) echo corruption counts original_tracer verify verify_live verify_payload ;;
    reader) echo corruption detail_offsets evil reader reader_session roundtrip session_reader truncated_footer unwritten_events ;;
    *)
        echo "$1: expected drain, recovery, ring, writer, verify or reader" >&2
        exit 2
        ;;
    esac
}

command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked --version 27.1.0

[ $# -gt 0 ] || set -- drain recovery ring writer verify reader
read -ra more <<<"${MUTANTS_ARGS:-}"
mkdir -p target/mutants
status=0
for room in "$@"; do
    names=$(tests_of "$room")
    tests=()
    for name in $names; do tests+=(--test "$name"); done
    # The model takes long and concerns the ring alone.
    skipped=(-- --skip ring::model)
    [ "$room" != ring ] || skipped=()
    rm -rf "target/mutants/$room"
    # Exit code 2: some survived; 3: some did not end. The comparison judges both. Others are failures of the tool.
    code=0
    cargo mutants --package atf-runtime --file "atf-runtime/src/$room/**" --test-package atf-runtime,atf-tests \
        --output "target/mutants/$room" "${more[@]}" -- --lib "${tests[@]}" "${skipped[@]}" || code=$?
    case $code in 0 | 2 | 3) ;; *) exit "$code" ;; esac
    python3 -B tests/mutants/compare.py "$room" "target/mutants/$room/mutants.out" || status=1
done
exit "$status"
