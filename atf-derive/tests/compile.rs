//! Right schemas and structs compile, wrong ones fail at the place that is wrong.
//!
//! What the compiler evaluates (sizes, offsets) is told in words that change from version to
//! version; those tests stand in the package of tests across crates.

use std::path::Path;

// G-02, G-06
#[test]
fn wrong_structs_and_wrong_schemas_fail_at_the_place_that_is_wrong() {
    // The programs are compiled in a package of trybuild's own; the macros look for a schema in
    // the package's folder `schema`, as they do in a packaged crate.
    let package =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/atf-derive/schema");
    std::fs::create_dir_all(&package).expect("the folder can be made");
    for name in ["point.toml", "shapes.toml", "wrong.toml"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(name);
        std::fs::copy(from, package.join(name)).expect("the schema can be copied");
    }
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/right_*.rs");
    cases.compile_fail("tests/ui/wrong_*.rs");
}
