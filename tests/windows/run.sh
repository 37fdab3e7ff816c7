#!/usr/bin/env bash
# Windows: every crate that runs there is compiled for x86_64-pc-windows-gnu, without a warning. Then the
# command records, verifies, prints and repairs a trace under Wine, and what needs Linux says so.
#
# Run from anywhere; needs cargo and rustup. .ci/need installs the other tools. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    printf 'tests/windows/run.sh: %s\n' "$*" >&2
    exit 1
}

target=x86_64-pc-windows-gnu
.ci/need x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64 wine:wine /usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernel32.dll:wine64
rustup target add "$target"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
packages=(-p atf-runtime -p atf-gen -p atf-derive -p atf-capi -p atf-cli)
warnings=$(cargo build --quiet --locked --target "$target" "${packages[@]}" 2>&1) || fail "$warnings"
[ -z "$warnings" ] || fail "$warnings"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
built=$(.ci/programs)
cp "${built%/debug}/$target/debug/atf.exe" "$work/"
x86_64-w64-mingw32-gcc -shared -O1 -Wall -Wextra -Werror -o "$work/bcryptprimitives.dll" tests/windows/process_prng.c \
    -ladvapi32
export WINEPREFIX=$work/prefix WINEDEBUG=-all
cd "$work"

# expect CODE TEXT ARGUMENTS...: runs the command, which must end with this code and print this text.
expect() {
    local code=$1 text=$2 found=0
    shift 2
    timeout 300 wine ./atf.exe "$@" >said 2>&1 || found=$?
    [ "$found" = "$code" ] || { cat said >&2; fail "atf $*: expected exit code $code, found $found"; }
    grep -qF -- "$text" said || { cat said >&2; fail "atf $*: expected the text '$text'"; }
    printf 'atf %s: %s\n' "$*" "$text"
}

expect 0 "atf 0." --version
expect 0 "clean: 4 threads" demo --out demo
expect 0 "clean: 4 threads" verify demo
expect 0 "windows" info demo
expect 0 "call" dump demo
expect 2 "supported on Linux and Android only" drain demo
# Without its footer, and with a part of an event.
truncate -s -100 demo/thread_0/index.atf
expect 1 "index.atf" verify demo
# Exit code 1: events were lost.
expect 1 "written to copy" recover demo --out copy
expect 0 "clean: 4 threads" verify copy
# Linux reads what Windows wrote.
"$built/atf" verify copy
