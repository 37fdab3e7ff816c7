#!/usr/bin/env bash
# Builds the example tracer as its README says, with CMake against the installed library; records its program and a
# harder one (hard.c); verifies each trace and checks its calls (judge.py).
#
# Run from anywhere; needs cargo; .ci/need installs the other tools. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    printf 'tests/example/run.sh: %s\n' "$*" >&2
    exit 1
}

.ci/need cc:gcc python3:python3 cmake:cmake make:make

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
atf-capi/install.sh --prefix "$work/atf" >/dev/null
built=$(.ci/programs)
atf=$built/atf
example=$PWD/examples/tracer_backend
{
    cmake -S "$example" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/atf" &&
        cmake --build "$work/build"
} >"$work/said" 2>&1 || { cat "$work/said" >&2; fail "it does not build"; }
cc -std=c11 -Wall -Wextra -Wpedantic -Werror -O1 -finstrument-functions -pthread -o "$work/hard" tests/example/hard.c \
    -Wl,--no-as-needed -L "$work/build" -ltracer "-Wl,-rpath,$work/build"
judge=$PWD/tests/example/judge.py
cd "$work"

# trace NAME COMMAND...: records the command as session NAME; its output goes to NAME.out and NAME.err.
trace() {
    local name=$1
    shift
    TRACER_SESSION=$name "$@" >"$name.out" 2>"$name.err" || { cat "$name.err" >&2; fail "$name: exit code $?"; }
}
# judged NAME [open] FUNCTION...
judged() {
    local name=$1
    shift
    "$atf" verify "$name" >"$name.verified" 2>&1 || { cat "$name.verified" "$name.err" >&2; fail "$name: verify"; }
    printf '%-10s %s; ' "$name" "$(head -n 1 "$name.verified")"
    python3 "$judge" "$atf" "$name" "$@" || fail "$name"
}

functions=(main count_files pool_run worker_main count_piece count_file count_line to_lower table_add find table_sorted)
# Tracing does not change the program's output.
TRACER_OFF=1 "$work/build/wordcount" -j 3 "$example"/*/*.c >untraced
[ ! -e "trace_$$" ] || fail "TRACER_OFF records"
trace words "$work/build/wordcount" -j 3 "$example"/*/*.c
cmp untraced words.out
judged words "${functions[@]}"
grep -q ' 4 threads, .* 0 lost$' words.err || fail "stderr: $(cat words.err)"
"$atf" dump words >words.dump
for name in "${functions[@]}"; do
    grep -q " $name\$" words.dump || fail "atf dump does not show $name"
done

# Registers and stack with each event.
export TRACER_STACK_BYTES=64
trace detail "$work/build/wordcount" -j 2 "$example"/program/main.c
judged detail "${functions[@]}"
"$atf" dump detail --details --limit 1 >detail.dump
grep -Eq ' lr=0x[1-9a-f][0-9a-f]* fp=0x[1-9a-f][0-9a-f]* sp=0x[1-9a-f]' detail.dump || fail "no registers: $(cat detail.dump)"
grep -q 'stack_size=64$' detail.dump || fail "no stack: $(cat detail.dump)"
unset TRACER_STACK_BYTES

# The directory exists: the program runs untraced.
trace words "$work/build/wordcount" -j 3 "$example"/*/*.c
cmp untraced words.out
grep -q '^tracer: words: ' words.err || fail "stderr: $(cat words.err)"

# Events of a handler that interrupts a push are dropped and counted; their returns may be missing. Everything else must
# be in the trace.
trace signals "$work/hard" signals
"$atf" verify signals >/dev/null || fail "signals: verify"
"$atf" dump signals >signals.dump
grep -q ' in_handler$' signals.dump || fail "no event of a signal handler"
printf '%-10s %s\n' signals "$(cat signals.err)"

trace forks "$work/hard" forks
judged forks main forks work leaf before_main behind_main
[ "$(wc -l <forks.err)" = 1 ] || fail "more than one process ended the session: $(cat forks.err)"
# Each of 4 children calls leaf 1000 times, untraced.
"$atf" dump forks >forks.dump
[ "$(grep -c ' leaf$' forks.dump)" -lt 400 ] || fail "children of fork were recorded"

trace threads "$work/hard" threads
judged threads open main threads returns leaves is_cancelled has_destructor
grep -q ' 33 threads, ' threads.err || fail "stderr: $(cat threads.err)"

# With few descriptors some threads are not traced: that is said, and nothing else is lost.
trace descriptors bash -c 'ulimit -n 16; exec "$@"' bash "$work/hard" threads
grep -Eq ' 0 lost; [1-9][0-9]* threads? not traced: they could not be registered$' descriptors.err ||
    fail "stderr: $(cat descriptors.err)"
"$atf" verify descriptors >descriptors.verified 2>&1 || { cat descriptors.verified >&2; fail "descriptors: verify"; }
grep -Eq 'threads that could not be registered and are not in it: [1-9]' descriptors.verified ||
    fail "verify: $(cat descriptors.verified)"
# A limit on the size of files: the program is not killed by its signal, nor are its files.
trace limited bash -c 'ulimit -f 2048; exec "$@"' bash "$work/hard" threads
grep -Eq ' threads? not traced: ' limited.err || fail "stderr: $(cat limited.err)"

trace ends "$work/hard" ends
judged ends open main ends goes_on at_exit behind_main

# Killed: everything that was recorded is in the rings, and the names are in the manifest.
TRACER_SESSION=killed "$work/hard" is_killed 2>killed.err && fail "it is not killed"
"$atf" recover killed --in-place >killed.out 2>&1 || [ $? = 1 ] || { cat killed.out >&2; fail "recover"; }
judged killed open main is_killed work leaf before_main
