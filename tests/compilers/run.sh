#!/usr/bin/env bash
# The C headers under every compiler that people use them with, as C11 and C++17, every warning an
# error: GCC and Clang for this machine, GCC for ARM and for Windows. A field that moved must fail
# under each of them, and a compiler for a big-endian machine must refuse the header. For systems
# whose own compilers cannot be had here (Apple's, Android, Microsoft's), Clang lays the records out
# by their rules and says which system the header finds.
#
# Run from anywhere; needs cargo. .ci/need installs the compilers. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Compiler, package, language, architecture, operating system, clock.
compilers=(
    "gcc gcc c HOST LINUX BOOTTIME"
    "g++ g++ c++ HOST LINUX BOOTTIME"
    "clang clang c HOST LINUX BOOTTIME"
    "clang++ clang c++ HOST LINUX BOOTTIME"
    "aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu c ARM64 LINUX BOOTTIME"
    "aarch64-linux-gnu-g++ g++-aarch64-linux-gnu c++ ARM64 LINUX BOOTTIME"
    "x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64 c X86_64 WINDOWS QPC"
    "x86_64-w64-mingw32-g++ g++-mingw-w64-x86-64 c++ X86_64 WINDOWS QPC"
)
big_endian="s390x-linux-gnu-gcc"

tools=(s390x-linux-gnu-gcc:gcc-s390x-linux-gnu)
for line in "${compilers[@]}"; do
    read -r compiler package _ <<<"$line"
    tools+=("$compiler:$package")
done
machine=$(uname -m)
# The C library's headers are a package of their own.
[ "$machine" = aarch64 ] || tools+=(/usr/aarch64-linux-gnu/include/stdint.h:libc6-dev-arm64-cross)
.ci/need "${tools[@]}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'tests/compilers/run.sh: %s\n' "$*" >&2
    exit 1
}

mkdir -p "$work/moved" "$work/foreign"
ours=schema/generated/c
sed 's/uint32_t call_depth;/uint16_t call_depth;/' "$ours/atf_v2_types.h" >"$work/moved/atf_v2_types.h"
cmp -s "$ours/atf_v2_types.h" "$work/moved/atf_v2_types.h" && fail "the header has no call_depth to move"
built=$(.ci/programs)
# Formats that have nothing to do with ours.
for schema in tests/schemas/*.toml; do
    "$built/atf-gen" generate --schema "$schema" --out "$work/foreign" >/dev/null
done

case "$machine" in
    x86_64) host=X86_64 ;;
    aarch64) host=ARM64 ;;
    *) fail "this machine, $machine, is none that the format knows" ;;
esac
for line in "${compilers[@]}"; do
    read -r compiler _ language arch os clock <<<"$line"
    [ "$arch" = HOST ] && arch=$host
    standard=c11
    [ "$language" = c++ ] && standard=c++17
    flags=("-std=$standard" -x "$language" -Wall -Wextra -Wpedantic -Werror -O1 -c -o "$work/probe.o"
        "-DEXPECT_ARCH=ATF_ARCH_$arch" "-DEXPECT_OS=ATF_OS_$os" "-DEXPECT_CLOCK=ATF_CLOCK_$clock")
    "$compiler" "${flags[@]}" -I "$ours" tests/compilers/probe.c || fail "$compiler: the header does not compile"
    # Each by itself: what a header needs, it includes.
    for header in "$work"/foreign/c/*.h; do
        printf '#include "%s"\n' "$(basename "$header")" >"$work/foreign.c"
        "$compiler" "${flags[@]}" -I "$work/foreign/c" "$work/foreign.c" ||
            fail "$compiler: $(basename "$header") does not compile"
    done
    if "$compiler" "${flags[@]}" -I "$work/moved" tests/compilers/probe.c 2>"$work/said"; then
        fail "$compiler: a field that moved was not noticed"
    fi
    # A pointer to a field that may be unaligned.
    printf '#include "atf_v2_types.h"\nuint64_t *at(IndexEvent *e);\nuint64_t *at(IndexEvent *e) { return &e->timestamp_ns; }\n' \
        >"$work/pointer.c"
    if "$compiler" "${flags[@]}" -I "$ours" "$work/pointer.c" 2>"$work/pointed"; then
        fail "$compiler: a pointer to an unaligned field was not noticed"
    fi
    grep -q address-of-packed-member "$work/pointed" || fail "$compiler: found: $(cat "$work/pointed")"
    for assert in "size of IndexEvent" "offset of IndexEvent.detail_seq"; do
        grep -q "$assert" "$work/said" || fail "$compiler: expected \"$assert\", found: $(cat "$work/said")"
    done
    printf '%-24s %-6s %s %s %s: compiles, and a field that moved does not\n' \
        "$compiler" "$standard" "$arch" "$os" "$clock"
done

# Target, architecture, operating system, clock.
targets=(
    "arm64-apple-macos13 ARM64 MACOS MACH_CONTINUOUS"
    "x86_64-apple-macos13 X86_64 MACOS MACH_CONTINUOUS"
    "arm64-apple-ios16 ARM64 IOS MACH_CONTINUOUS"
    "arm64-apple-ios16-simulator ARM64 IOS MACH_CONTINUOUS"
    "aarch64-linux-android30 ARM64 ANDROID BOOTTIME"
    "x86_64-pc-windows-msvc X86_64 WINDOWS QPC"
    "aarch64-pc-windows-msvc ARM64 WINDOWS QPC"
)
mkdir "$work/bare"
cat >"$work/bare/string.h" <<'END'
#ifdef __cplusplus
extern "C" {
#endif
void *memset(void *, int, __SIZE_TYPE__);
void *memcpy(void *, const void *, __SIZE_TYPE__);
int memcmp(const void *, const void *, __SIZE_TYPE__);
#ifdef __cplusplus
}
#endif
END
for line in "${targets[@]}"; do
    read -r target arch os clock <<<"$line"
    for language in "c c11" "c++ c++17"; do
        read -r language standard <<<"$language"
        clang "--target=$target" -ffreestanding -nostdlibinc -isystem "$work/bare" -DBARE -fsyntax-only \
            -std="$standard" -x "$language" -Wall -Wextra -Wpedantic -Werror -I "$ours" \
            "-DEXPECT_ARCH=ATF_ARCH_$arch" "-DEXPECT_OS=ATF_OS_$os" "-DEXPECT_CLOCK=ATF_CLOCK_$clock" \
            tests/compilers/probe.c || fail "clang for $target: the header does not compile"
    done
    printf 'clang for %-28s %s %s %s: compiles\n' "$target" "$arch" "$os" "$clock"
done

refusal="atf-v2 is little-endian: these structs do not match its bytes on a big-endian machine"
# The header alone: it refuses before it needs a library of C.
printf '#include "atf_v2_types.h"\n' >"$work/refused.c"
if "$big_endian" -std=c11 -c -o "$work/probe.o" -I "$ours" "$work/refused.c" 2>"$work/said"; then
    fail "$big_endian: expected a refusal, found none"
fi
grep -q "$refusal" "$work/said" || fail "$big_endian: expected \"$refusal\", found: $(cat "$work/said")"
printf '%-24s refused: %s\n' "$big_endian" "$refusal"
