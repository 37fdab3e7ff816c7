#!/bin/sh
# Builds the C interface and installs it: headers, libatf.so, libatf.a, pkg-config file, CMake package.
#
#     atf-capi/install.sh --prefix DIR [--debug]
#
# DIR is /usr/local unless given. DESTDIR, if set, is put before it. Needs cargo, a C compiler (CC) and
# GNU binutils (OBJCOPY, NM); Linux, or another system whose linker takes a version script.
# With --debug the library is not optimized, checks itself more, and keeps its debug information.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/usr/local
profile=release
usage() {
    sed -n '2,8s/^#\( \|$\)//p' "$0"
}
while [ $# -gt 0 ]; do
    case "$1" in
    --prefix)
        [ $# -ge 2 ] || { echo "--prefix: expected a directory after it" >&2; exit 2; }
        prefix=$2
        shift 2
        ;;
    --prefix=*)
        prefix=${1#--prefix=}
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
    *)
        echo "unknown argument: $1" >&2
        usage >&2
        exit 2
        ;;
    esac
done
case "$prefix" in
/*) ;;
"")
    echo "--prefix: expected a directory, found an empty one" >&2
    exit 2
    ;;
*) prefix=$(pwd)/$prefix ;;
esac

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml")
# While the first number is 0, the second one breaks; afterwards the first one does.
case "$version" in
0.*) soversion=${version%.*} ;;
*) soversion=${version%%.*} ;;
esac
libs="-lpthread -ldl -lm"

cargo=${CARGO:-cargo}
# As an archive alone: beside a crate for Rust cargo would not optimize across crates.
"$cargo" rustc --quiet --locked --manifest-path "$here/Cargo.toml" --profile "$profile" --lib --crate-type staticlib
folder=$profile
[ "$profile" != dev ] || folder=debug
target=$("$cargo" metadata --no-deps --format-version 1 --manifest-path "$here/Cargo.toml" |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
archive=$target/$folder/libatf_capi.a

# One object of all that the functions need, with no names but theirs: a program may link libatf.a beside
# another library that was written in Rust. Debug information is most of what cargo's archive weighs;
# what stands in .llvmbc is of Rust's compiler alone, and tools of another LLVM abort on it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
objcopy=${OBJCOPY:-objcopy}
strip=
[ "$profile" = dev ] || strip=--strip-debug
# shellcheck disable=SC2086
"$objcopy" $strip --remove-section=.llvmbc --remove-section=.llvmcmd "$archive" "$work/all.a"
roots=$("${NM:-nm}" --defined-only --extern-only "$work/all.a" 2>/dev/null |
    sed -n 's/^[0-9a-f]* T \(atf_.*\)$/-Wl,-u,\1/p')
[ -n "$roots" ] || { echo "$archive: expected functions of C, found none" >&2; exit 1; }
# shellcheck disable=SC2086
"${CC:-cc}" -r -nostdlib -o "$work/atf.o" -Wl,--gc-sections $roots \
    -Wl,--whole-archive "$work/all.a" -Wl,--no-whole-archive
"$objcopy" --wildcard --keep-global-symbol='atf_*' "$work/atf.o"
ar rcs "$work/libatf.a" "$work/atf.o"
# shellcheck disable=SC2086
"${CC:-cc}" -shared -o "$work/libatf.so" \
    -Wl,-soname,"libatf.so.$soversion" -Wl,--version-script="$here/atf.map" -Wl,--gc-sections \
    -Wl,-z,defs "$work/atf.o" $libs
[ "$profile" = dev ] || "$objcopy" --strip-unneeded "$work/libatf.so"

to=${DESTDIR:-}$prefix
mkdir -p "$to/include/atf" "$to/lib/pkgconfig" "$to/lib/cmake/atf"
# Copied under another name and moved there: a program that runs keeps the library that it has.
put() {
    cp "$2" "$to/$3.new"
    chmod "$1" "$to/$3.new"
    mv "$to/$3.new" "$to/$3"
}
for header in "$here"/include/atf/*.h "$here/../schema/generated/c/atf_v2_types.h"; do
    put 644 "$header" "include/atf/${header##*/}"
done
put 644 "$work/libatf.a" lib/libatf.a
put 755 "$work/libatf.so" "lib/libatf.so.$version"
ln -sf "libatf.so.$version" "$to/lib/libatf.so.$soversion"
ln -sf "libatf.so.$soversion" "$to/lib/libatf.so"
cmake_libs=$(echo "$libs" | sed 's/-l//g; s/ /;/g')
# What sed would take for its own in a path is escaped.
sed_prefix=$(printf '%s' "$prefix" | sed 's/[&|\\]/\\&/g')
fill() {
    sed -e "s|@PREFIX@|$sed_prefix|g" -e "s|@VERSION@|$version|g" -e "s|@SOVERSION@|$soversion|g" \
        -e "s|@LIBS_PRIVATE@|$2|g" "$here/$1.in" >"$work/$1"
    put 644 "$work/$1" "$3/$1"
}
fill atf.pc "$libs" lib/pkgconfig
fill atf-config.cmake "$cmake_libs" lib/cmake/atf
fill atf-config-version.cmake "$cmake_libs" lib/cmake/atf
echo "installed libatf $version in $to"
