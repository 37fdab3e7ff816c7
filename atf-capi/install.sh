#!/bin/sh
# Builds the C interface and installs it: headers, libatf.so, libatf.a, pkg-config file, CMake package.
#
#     atf-capi/install.sh --prefix DIR [--debug]
#
# DIR is /usr/local unless given. DESTDIR, if set, is put before it. CC links the shared library.
# Needs cargo and a C compiler; Linux, or another system whose linker takes a version script.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/usr/local
profile=release
usage() {
    sed -n '2,7s/^#\( \|$\)//p' "$0"
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
*) prefix=$(pwd)/$prefix ;;
esac

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml")
# While the first number is 0, the second one breaks; afterwards the first one does.
case "$version" in
0.*) soversion=${version%.*} ;;
*) soversion=${version%%.*} ;;
esac
libs="-lpthread -ldl -lm -lgcc_s"

cargo=${CARGO:-cargo}
"$cargo" build --quiet --locked --manifest-path "$here/Cargo.toml" --profile "$profile"
folder=$profile
[ "$profile" != dev ] || folder=debug
target=$("$cargo" metadata --no-deps --format-version 1 --manifest-path "$here/Cargo.toml" |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
archive=$target/$folder/libatf_capi.a

to=${DESTDIR:-}$prefix
mkdir -p "$to/include/atf" "$to/lib/pkgconfig" "$to/lib/cmake/atf"
cp "$here"/include/atf/*.h "$here/../schema/generated/c/atf_v2_types.h" "$to/include/atf/"
cp "$archive" "$to/lib/libatf.a"
# Linked under another name and moved there: a program that runs keeps the library that it has.
# shellcheck disable=SC2086
"${CC:-cc}" -shared -o "$to/lib/libatf.so.$version.new" \
    -Wl,-soname,"libatf.so.$soversion" -Wl,--version-script="$here/atf.map" -Wl,--gc-sections \
    -Wl,-z,defs -Wl,--whole-archive "$archive" -Wl,--no-whole-archive $libs
mv "$to/lib/libatf.so.$version.new" "$to/lib/libatf.so.$version"
ln -sf "libatf.so.$version" "$to/lib/libatf.so.$soversion"
ln -sf "libatf.so.$soversion" "$to/lib/libatf.so"
fill() {
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@VERSION@|$version|g" -e "s|@SOVERSION@|$soversion|g" \
        -e "s|@LIBS_PRIVATE@|$2|g" "$1"
}
fill "$here/atf.pc.in" "$libs" >"$to/lib/pkgconfig/atf.pc"
cmake_libs=$(echo "$libs" | sed 's/-l//g; s/ /;/g')
fill "$here/atf-config.cmake.in" "$cmake_libs" >"$to/lib/cmake/atf/atf-config.cmake"
fill "$here/atf-config-version.cmake.in" "$cmake_libs" >"$to/lib/cmake/atf/atf-config-version.cmake"
echo "installed libatf $version in $prefix"
