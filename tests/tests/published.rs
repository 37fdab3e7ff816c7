//! What is published: which packages, and what their archives hold. The archives are built once; `.ci/package` also
//! compiles them.

use atf_tests::scratch;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// In the order in which they are published: each needs only those before it.
const PUBLISHED: [&str; 9] = [
    "atf-gen",
    "atf-derive",
    "atf-runtime",
    "atf-analysis",
    "atf-export",
    "atf-html",
    "atf-record",
    "atf-capi",
    "atf-cli",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{stderr}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The archives of all published packages, unpacked: by name, the folder of each.
fn unpacked() -> &'static BTreeMap<&'static str, PathBuf> {
    static UNPACKED: OnceLock<BTreeMap<&'static str, PathBuf>> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("the folder can be made");
        let mut package = scratch::command(env!("CARGO"));
        package.args(["package", "--no-verify", "--offline", "--allow-dirty", "--target-dir"]);
        package.arg(&root).args(PUBLISHED.iter().flat_map(|name| ["-p", name]));
        run(package.current_dir(repository()));
        let version = env!("CARGO_PKG_VERSION");
        let folder = |name: &'static str| {
            let archive = root.join(format!("package/{name}-{version}.crate"));
            run(scratch::command("tar").arg("-xzf").arg(archive).arg("-C").arg(&root));
            (name, root.join(format!("{name}-{version}")))
        };
        PUBLISHED.into_iter().map(folder).collect()
    })
}

fn metadata() -> Value {
    let mut metadata = scratch::command(env!("CARGO"));
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    serde_json::from_str(&run(metadata.current_dir(repository()))).expect("JSON")
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn every_other_package_is_marked_as_not_published() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let public = packages.iter().filter(|package| package["publish"].is_null());
    let public: BTreeSet<_> = public.map(|package| text_of(package, "name")).collect();
    assert_eq!(public, BTreeSet::from(PUBLISHED));
}

#[test]
fn published_packages_describe_themselves() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = text_of(package, "name");
        if !PUBLISHED.contains(&name) {
            continue;
        }
        assert!(!text_of(package, "description").is_empty(), "{name}");
        assert_eq!(text_of(package, "license"), "MIT OR Apache-2.0", "{name}");
        assert_eq!(text_of(package, "readme"), "README.md", "{name}");
        assert!(!text_of(package, "rust_version").is_empty(), "{name}");
        // What the registry takes: at most five of each, keywords of at most 20 letters.
        for key in ["keywords", "categories"] {
            let count = package[key].as_array().expect("a list").len();
            assert!((1..=5).contains(&count), "{name}: {count} {key}");
        }
        for keyword in package["keywords"].as_array().expect("a list") {
            assert!(keyword.as_str().is_some_and(|it| it.len() <= 20), "{name}: {keyword}");
        }
    }
}

// Symptom: the archives had no licence. Cause: cargo packs only what is inside the package's folder.
#[test]
fn archives_hold_readme_and_licences() {
    for (name, folder) in unpacked() {
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let packed = fs::read(folder.join(licence));
            let packed = packed.unwrap_or_else(|error| panic!("{name}: {licence}: {error}"));
            let ours = fs::read(repository().join(licence)).expect("the licence is there");
            assert!(packed == ours, "{name}: {licence} is not the repository's");
        }
        let readme = fs::read_to_string(folder.join("README.md"));
        let readme = readme.unwrap_or_else(|error| panic!("{name}: README.md: {error}"));
        assert!(readme.starts_with(&format!("# {name}\n")), "{name}");
        // A registry shows the page alone: no link leads to a file beside it.
        assert!(!readme.contains("](../"), "{name}");
    }
}

#[test]
fn archive_of_the_c_interface_holds_the_files_its_install_script_needs() {
    let folder = &unpacked()["atf-capi"];
    for file in [
        "Cargo.lock",
        "atf-config-version.cmake.in",
        "atf-config.cmake.in",
        "atf.map",
        "atf.pc.in",
        "include/atf/atf.h",
        "include/atf/atf_producer.h",
        "install.sh",
    ] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    // A file of its own, not a link that leads out of the archive.
    let types = folder.join("include/atf/atf_v2_types.h");
    assert!(fs::symlink_metadata(&types).expect("it is there").is_file());
    let generated = repository().join("schema/generated/c/atf_v2_types.h");
    assert!(fs::read(&types).expect("read") == fs::read(generated).expect("read"));
}
