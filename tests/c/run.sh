#!/usr/bin/env bash
# Runs the C programs of this folder against an installed release build of the library: with GCC and Clang, as C11 and
# C++17, warnings as errors, with the flags of pkg-config; under valgrind; under AddressSanitizer and
# UndefinedBehaviorSanitizer. Then builds a project that finds the library with CMake, and installs for aarch64 if Rust
# has its standard library.
#
# Run it from anywhere. It needs cargo; .ci/need installs the other tools. Called by .ci/run. Arguments: names of
# programs, to run only those.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    printf 'tests/c/run.sh: %s\n' "$*" >&2
    exit 1
}

.ci/need gcc:gcc g++:g++ clang:clang clang++:clang valgrind:valgrind cmake:cmake make:make pkg-config:pkg-config

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
atf-capi/install.sh --prefix "$prefix"
built=$(.ci/programs)
export ATF=$built/atf
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra cflags <<<"$(pkg-config --cflags atf)"
read -ra shared <<<"$(pkg-config --libs atf) -Wl,-rpath,$prefix/lib"
# pkg-config --static names -latf, which the linker resolves to the shared library first; this names the archive.
read -ra static <<<"$(pkg-config --static --libs atf | sed 's/-latf/-l:libatf.a/')"
warnings=(-Wall -Wextra -Wpedantic -Werror -pthread)

programs=("$@")
if [ ${#programs[@]} -eq 0 ]; then
    for source in tests/c/*.c; do
        programs+=("$(basename "$source" .c)")
    done
fi

# compile COMPILER STANDARD SOURCE TO FLAGS...
compile() {
    local compiler=$1 standard=$2 source=$3 to=$4 language=c
    shift 4
    case "$standard" in c++*) language=c++ ;; esac
    "$compiler" "-std=$standard" -x "$language" "${warnings[@]}" "${cflags[@]}" "$source" -x none -o "$to" "$@" ||
        fail "$compiler -std=$standard: $source does not compile"
}

# run NAME COMMAND...: runs the command with an empty directory as its last argument. Its output is shown if it fails.
run() {
    local name=$1 dir
    shift
    dir=$(mktemp -d "$work/run.XXXXXX")
    if ! (cd "$dir" && "$@" "$dir") >"$dir.said" 2>&1 || ! tail -n 1 "$dir.said" | grep -q '^[1-9][0-9]* checks$'; then
        cat "$dir.said" >&2
        fail "$name"
    fi
    rm -rf "$dir" "$dir.said"
}

# each FUNCTION: calls it with the name of every program, on as many cores as there are.
each() {
    local cores core at pid pids=()
    cores=$(nproc)
    for ((core = 0; core < cores; core++)); do
        for ((at = core; at < ${#programs[@]}; at += cores)); do
            "$1" "${programs[at]}"
        done &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || exit 1
    done
}

run_shared() {
    compile "$compiler" "$standard" "tests/c/$1.c" "$work/$1" -O2 "${shared[@]}"
    run "$1, $compiler $standard" "$work/$1"
}

for line in "gcc c11" "g++ c++17" "clang c11" "clang++ c++17"; do
    read -r compiler standard <<<"$line"
    each run_shared
    for source in tests/c/tools/*.c; do
        [ -e "$source" ] && compile "$compiler" "$standard" "$source" "$work/tool" -O2 "${shared[@]}"
    done
    printf '%-8s %-6s %d programs, shared library: right\n' "$compiler" "$standard" ${#programs[@]}
done

# Fully static programs link too.
run_static() {
    compile gcc c11 "tests/c/$1.c" "$work/$1" -O2 -static "${static[@]}"
    run "$1, -static" "$work/$1"
}
each run_static
printf '%-8s %-6s %d programs, -static: right\n' gcc c11 ${#programs[@]}

# "Possibly lost" is what only a pointer into the middle leads to: so the standard library keeps the handle of a thread.
# CHECK_SLOWLY: each step takes about fifty times as long, so the programs do fewer of them.
run_under_valgrind() {
    compile gcc c11 "tests/c/$1.c" "$work/$1" -O1 -g "${shared[@]}"
    CHECK_SLOWLY=1 run "$1, valgrind" valgrind --quiet --error-exitcode=99 --leak-check=full \
        --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect "$work/$1"
}
each run_under_valgrind
printf 'valgrind: %d programs, no error and no leak\n' ${#programs[@]}

run_sanitized() {
    compile gcc c11 "tests/c/$1.c" "$work/$1" -O1 -g -fno-omit-frame-pointer \
        -fsanitize=address,undefined -fno-sanitize-recover=all "${static[@]}"
    CHECK_SLOWLY=1 ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
        run "$1, AddressSanitizer and UndefinedBehaviorSanitizer" "$work/$1"
}
each run_sanitized
printf 'AddressSanitizer, UndefinedBehaviorSanitizer: %d programs, clean\n' ${#programs[@]}
[ $# -eq 0 ] || exit 0

# A project that finds the library with CMake: both libraries, and no incompatible version.
# found VERSION: whether CMake accepts it.
found() {
    rm -rf "$work/project"
    cmake -S tests/c/project -B "$work/project" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED="$1" >"$work/said" 2>&1
}
for version in 0.1 0.1.0; do
    found "$version" || { cat "$work/said" >&2; fail "find_package(atf $version)"; }
done
cmake --build "$work/project" >"$work/said" 2>&1 || { cat "$work/said" >&2; fail "cmake --build"; }
for name in with_shared with_static; do
    run "cmake, $name" "$work/project/$name"
done
readelf --dynamic "$work/project/with_shared" | grep -q 'libatf\.so' || fail "with_shared is not linked with libatf.so"
readelf --dynamic "$work/project/with_static" | grep -q 'libatf\.so' && fail "with_static is linked with libatf.so"
for version in 0 0.0.9 0.2 0.1.99 1.0; do
    found "$version" && fail "find_package(atf $version) accepts an incompatible version"
    grep -q 'version: 0.1' "$work/said" || fail "find_package(atf $version): $(cat "$work/said")"
done
printf 'CMake: both libraries found, incompatible versions refused\n'

# Another machine: installed with the cross tools, linked against, run under emulation.
cross=aarch64-unknown-linux-gnu
if [ -d "$(rustc --print sysroot)/lib/rustlib/$cross" ]; then
    .ci/need aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64:qemu-user
    atf-capi/install.sh --debug --target "$cross" --prefix "$work/cross"
    aarch64-linux-gnu-gcc -std=c11 "${warnings[@]}" "-I$work/cross/include" "tests/c/version.c" \
        "-L$work/cross/lib" -latf -o "$work/version"
    run "version, $cross" qemu-aarch64 -L /usr/aarch64-linux-gnu -E "LD_LIBRARY_PATH=$work/cross/lib" "$work/version"
    printf '%s: installed, linked, run\n' "$cross"
else
    printf '%s: not tested, Rust has no standard library for it here\n' "$cross"
fi
