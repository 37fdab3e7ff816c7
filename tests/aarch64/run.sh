#!/usr/bin/env bash
# Linux on aarch64: the crates are compiled for aarch64-unknown-linux-gnu, and the tests of reader, writer,
# verification and recovery run under qemu-user. Tests that kill processes or try every byte need a real machine.
#
# Run from anywhere; needs cargo and rustup. .ci/need installs the other tools. Called by .ci/run.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=aarch64-unknown-linux-gnu
.ci/need aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu /usr/aarch64-linux-gnu/lib/libc.so.6:libc6-dev-arm64-cross \
    qemu-aarch64:qemu-user
rustup target add "$target"
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
export CARGO_BUILD_TARGET=$target
cargo build --quiet --locked -p atf-runtime -p atf-capi -p atf-cli
# The model of the ring's protocol tries every order of its steps: the same on every processor, and slow here.
cargo test --quiet --locked -p atf-runtime --lib -- --skip ring::model
cargo test --quiet --locked -p atf-tests --test reader --test writer --test roundtrip --test verify --test recovery \
    --test manifest --test merge
