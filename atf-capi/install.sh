#!/bin/sh
# Builds the C interface of ATF and installs it: headers, libatf.so, libatf.a, pkg-config file, CMake package.
#
#     install.sh [--prefix DIR] [--target TRIPLE] [--debug]
#
# --prefix DIR     Install under DIR instead of /usr/local. If DESTDIR is set, it is put before DIR.
# --target TRIPLE  Build for another machine, for example aarch64-unknown-linux-gnu. Without it, cargo decides:
#                  CARGO_BUILD_TARGET, or this machine.
# --debug          Build without optimization, with debug assertions, and keep the debug information.
#
# Needs cargo, a C compiler and GNU binutils. The names of the tools can be set: CARGO, CC, AR, NM, OBJCOPY. For
# another machine the default is the GNU cross tool, for example aarch64-linux-gnu-gcc. Linux only.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() {
    sed -n '2,13s/^#\( \|$\)//p' "$0"
}
usage_error() {
    echo "install.sh: $1" >&2
    usage >&2
    exit 2
}
fail() {
    echo "install.sh: $1" >&2
    exit 1
}
say() {
    echo "install.sh: $1"
}

prefix=/usr/local
target=
profile=release
while [ $# -gt 0 ]; do
    case "$1" in
    --prefix | --target)
        [ $# -ge 2 ] || usage_error "$1: expected a value after it, found none"
        if [ "$1" = --prefix ]; then prefix=$2; else target=$2; fi
        [ -n "$2" ] || usage_error "$1: expected a value, found an empty one"
        shift 2
        ;;
    --prefix=*)
        prefix=${1#--prefix=}
        [ -n "$prefix" ] || usage_error "--prefix: expected a value, found an empty one"
        shift
        ;;
    --target=*)
        target=${1#--target=}
        [ -n "$target" ] || usage_error "--target: expected a value, found an empty one"
        shift
        ;;
    --debug)
        profile=dev
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) usage_error "unknown argument: $1" ;;
    esac
done
case "$prefix" in
/*) ;;
*) prefix=$(pwd)/$prefix ;;
esac

cargo=${CARGO:-cargo}
command -v "$cargo" >/dev/null || fail "$cargo is missing: install Rust"
[ -e "$here/include/atf/atf_v2_types.h" ] || fail "$here/include/atf/atf_v2_types.h is missing"

# Tools: for another machine those of GNU with its name before them, without rustc's vendor.
host=$("${RUSTC:-rustc}" -vV | sed -n 's/^host: //p')
machine=${target:-${CARGO_BUILD_TARGET:-$host}}
case "$machine" in
*-linux-*) ;;
*) fail "target $machine: expected a Linux, found another system" ;;
esac
cross=
[ "$machine" = "$host" ] || cross=$(echo "$machine" | sed 's/-unknown-/-/')-
if [ -n "$cross" ]; then cc=${CC:-${cross}gcc}; else cc=${CC:-cc}; fi
ar=${AR:-${cross}ar}
nm=${NM:-${cross}nm}
objcopy=${OBJCOPY:-${cross}objcopy}
# CC may have arguments: "ccache gcc".
for tool in "${cc%% *}" "$ar" "$nm" "$objcopy"; do
    command -v "$tool" >/dev/null || fail "$tool is missing: install it, or set CC, AR, NM and OBJCOPY"
done

id=$("$cargo" pkgid --manifest-path "$here/Cargo.toml") || fail "cargo pkgid failed"
version=${id##*[#@]}
# Under 1.0 each minor version may break; from 1.0 on each major version.
case "$version" in
0.*) soversion=${version%.*} ;;
*) soversion=${version%%.*} ;;
esac
libs="-lpthread -ldl -lm"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say "building libatf $version for $machine ($profile profile)"
# The profile of the workspace, which a packaged crate does not carry.
export CARGO_PROFILE_RELEASE_LTO=thin CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1
# A static library alone: beside a Rust library, cargo would not optimize across crates. Progress goes to stderr; the
# messages on stdout say where the archive is.
# shellcheck disable=SC2086
"$cargo" rustc --locked --manifest-path "$here/Cargo.toml" --profile "$profile" --lib --crate-type staticlib \
    ${target:+--target "$target"} --message-format=json-render-diagnostics >"$work/messages"
archive=$(sed -n 's/.*"filenames":\["\([^"]*libatf_capi\.a\)".*/\1/p' "$work/messages")
[ -n "$archive" ] || fail "expected an archive libatf_capi.a from cargo, found none"

say "linking libatf.a and libatf.so.$soversion"
# One object that exports only the functions of the headers: a program may link libatf.a beside another library
# that was written in Rust. Debug information is most of the archive's size. Only Rust's compiler can read
# .llvmbc; tools of another LLVM abort on it.
strip=
[ "$profile" = dev ] || strip=--strip-debug
# shellcheck disable=SC2086
"$objcopy" $strip --remove-section=.llvmbc --remove-section=.llvmcmd "$archive" "$work/all.a"
roots=$("$nm" --defined-only --extern-only "$work/all.a" 2>/dev/null |
    sed -n 's/^[0-9a-f]* T \(atf_.*\)$/-Wl,-u,\1/p')
[ -n "$roots" ] || fail "$archive: expected functions named atf_*, found none"
# shellcheck disable=SC2086
$cc -r -nostdlib -o "$work/atf.o" -Wl,--gc-sections $roots \
    -Wl,--whole-archive "$work/all.a" -Wl,--no-whole-archive
"$objcopy" --wildcard --keep-global-symbol='atf_*' "$work/atf.o"
"$ar" rcs "$work/libatf.a" "$work/atf.o"
# shellcheck disable=SC2086
$cc -shared -o "$work/libatf.so" \
    -Wl,-soname,"libatf.so.$soversion" -Wl,--version-script="$here/atf.map" -Wl,--gc-sections \
    -Wl,-z,defs "$work/atf.o" $libs
[ "$profile" = dev ] || "$objcopy" --strip-unneeded "$work/libatf.so"

to=${DESTDIR:-}$prefix
say "installing into $to"
mkdir -p "$to/include/atf" "$to/lib/pkgconfig" "$to/lib/cmake/atf"
# put MODE FILE NAME: copied beside the old file and renamed, so that a running program keeps the library it has.
put() {
    cp "$2" "$to/$3.new"
    chmod "$1" "$to/$3.new"
    mv "$to/$3.new" "$to/$3"
    echo "  $3"
}
for header in "$here"/include/atf/*.h; do
    put 644 "$header" "include/atf/${header##*/}"
done
put 644 "$work/libatf.a" lib/libatf.a
put 755 "$work/libatf.so" "lib/libatf.so.$version"
ln -sf "libatf.so.$version" "$to/lib/libatf.so.$soversion"
ln -sf "libatf.so.$soversion" "$to/lib/libatf.so"
cmake_libs=$(echo "$libs" | sed 's/-l//g; s/ /;/g')
# Characters that sed would read as its own.
sed_prefix=$(printf '%s' "$prefix" | sed 's/[&|\\]/\\&/g')
# fill TEMPLATE LIBS FOLDER
fill() {
    sed -e "s|@PREFIX@|$sed_prefix|g" -e "s|@VERSION@|$version|g" -e "s|@SOVERSION@|$soversion|g" \
        -e "s|@LIBS_PRIVATE@|$2|g" "$here/$1.in" >"$work/$1"
    put 644 "$work/$1" "$3/$1"
}
fill atf.pc "$libs" lib/pkgconfig
fill atf-config.cmake "$cmake_libs" lib/cmake/atf
fill atf-config-version.cmake "$cmake_libs" lib/cmake/atf

say "installed libatf $version for $machine in $to"
case "$prefix" in
/usr | /usr/local) cat <<END

To compile:  cc program.c \$(pkg-config --cflags --libs atf)
To run:      run \`ldconfig\` once, as root, so that programs find libatf.so.$soversion.
END
    ;;
*) cat <<END

To compile:  export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
             cc program.c \$(pkg-config --cflags --libs atf) -Wl,-rpath,"$prefix/lib"
To run:      the rpath above makes the program find libatf.so.$soversion. Without it, set
             LD_LIBRARY_PATH="$prefix/lib", or add that folder to /etc/ld.so.conf.d and run \`ldconfig\` as root.
END
    ;;
esac
