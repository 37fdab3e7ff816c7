//! What a crate that uses the runtime has to build. The number may fall; it must not creep up.

use atf_tests::scratch;
use std::collections::BTreeSet;
use std::path::Path;

/// Most packages that `atf-runtime` with its default features may build: itself, all that it
/// links, and all that its macros need while it is compiled. Lower it when one goes.
const MOST: usize = 23;

/// Names of the packages that are built for `package` on this machine; a package in two versions
/// is there twice.
fn built(package: &str) -> BTreeSet<String> {
    let output = scratch::command(env!("CARGO"))
        .args(["tree", "--offline", "--package", package, "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some(format!("{} {}", words.next()?, words.next()?))
        })
        .collect()
}

#[test]
fn the_runtime_builds_few_packages() {
    let packages = built("atf-runtime");
    assert!(packages.len() <= MOST, "{} packages: {packages:#?}", packages.len());
}

#[test]
fn the_runtime_builds_nothing_that_only_commands_need() {
    let packages = built("atf-runtime");
    for unwanted in ["annotate-snippets", "clap", "prost", "prost-build", "protobuf", "toml"] {
        let found = packages
            .iter()
            .find(|package| package.split_once(' ').is_some_and(|(name, _)| name == unwanted));
        assert_eq!(found, None, "atf-runtime builds {unwanted}");
    }
}
