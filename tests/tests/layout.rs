//! The compiled types lie as a reviewer approved: tables measured by the compiler against
//! committed snapshots. A change of the format shows here as a diff of a table. G-04, W-001.
//!
//! Generating never touches the snapshots. To approve a change: `cargo insta review`, or run
//! this test with `INSTA_UPDATE=always` and review the diff of `tests/tests/snapshots`.

use atf_runtime::format;

fn assert_layout(name: &str, table: &str) {
    insta::assert_snapshot!(name, table);
}

include!("../../schema/generated/rust/atf_v2_layout_tests.rs");
