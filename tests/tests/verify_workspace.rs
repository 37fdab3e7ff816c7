//! Properties of the entire project: its dependencies, its unsafe code, and the map from
//! requirements to tests.

use atf_tests::{named_test, scratch};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates of `cargo tree -p PACKAGE` with these edges.
fn tree(package: &str, edges: &str) -> BTreeSet<String> {
    let output = scratch::command(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", edges, "--offline", "--locked"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| line.split(' ').next().map(str::to_owned);
    text.lines().filter_map(name).filter(|name| !name.is_empty()).collect()
}

// W-013
#[test]
fn runtime_depends_on_few_crates_and_no_protobuf() {
    let all = tree("atf-runtime", "normal");
    assert!(all.contains("atf-runtime") && all.contains("zerocopy"), "{all:?}");
    let protobuf: Vec<_> =
        all.iter().filter(|name| name.contains("prost") || name.contains("proto")).collect();
    // proc-macro2 and its like are no protobuf.
    assert_eq!(protobuf, Vec::<&String>::new());
    // Half of them are what the macro needs to read the schema, and are not linked.
    assert!(all.len() <= 35, "{} crates: {all:?}", all.len());
    let linked = tree("atf-runtime", "normal,no-proc-macro");
    assert!(linked.len() <= 16, "{} crates: {linked:?}", linked.len());
}

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The word as it opens a block, a function, an implementation or a trait, or allows it.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let opens = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern"];
    opens.iter().any(|it| code.contains(it)) || code.contains("allow(unsafe_code")
}

//
#[test]
fn unsafe_code_exists_only_in_listed_files() {
    let mut files = Vec::new();
    for room in [
        "atf-gen",
        "atf-derive",
        "atf-runtime",
        "atf-analysis",
        "atf-export",
        "atf-html",
        "atf-record",
        "atf-cli",
        "python",
    ] {
        rust_files(&repository().join(room).join("src"), &mut files);
    }
    assert!(files.len() > 100, "{}", files.len());
    let with_unsafe: BTreeSet<_> = files
        .iter()
        .filter(|file| fs::read_to_string(file).unwrap().lines().any(is_unsafe))
        .map(|file| file.strip_prefix(repository()).unwrap().to_owned())
        .collect();
    let allowed = [
        // One instruction, which touches no memory.
        "atf-runtime/src/clock/tsc.rs",
        "atf-runtime/src/reader/map.rs",
        "atf-runtime/src/ring/map.rs",
        // The signal mask of a thread: the C library's calls.
        "atf-runtime/src/sys/file_size_signal.rs",
        // Advice on mapped memory.
        "atf-runtime/src/sys/linux.rs",
    ];
    assert_eq!(with_unsafe, allowed.map(PathBuf::from).into());
    // Each block in them has its reason.
    for file in allowed {
        let text = fs::read_to_string(repository().join(file)).unwrap();
        assert_eq!(text.matches("unsafe {").count(), text.matches("// SAFETY: ").count(), "{file}");
    }
    // Everywhere else the compiler refuses it.
    for (root, lint) in [
        ("atf-gen/src/lib.rs", "forbid"),
        ("atf-gen/src/main.rs", "forbid"),
        ("atf-derive/src/lib.rs", "forbid"),
        ("atf-analysis/src/lib.rs", "forbid"),
        ("atf-export/src/lib.rs", "forbid"),
        ("atf-html/src/lib.rs", "forbid"),
        ("atf-record/src/lib.rs", "forbid"),
        ("atf-cli/src/main.rs", "forbid"),
        ("python/src/lib.rs", "forbid"),
        ("atf-runtime/src/lib.rs", "deny"),
    ] {
        let text = fs::read_to_string(repository().join(root)).unwrap();
        assert!(text.contains(&format!("#![{lint}(unsafe_code)]")), "{root}");
    }
}

fn requirements() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("REQUIREMENTS.md")).unwrap()
}

#[test]
fn every_test_that_the_map_names_exists() {
    let page = requirements();
    let entries = page.lines().filter(|line| line.starts_with("- **"));
    let names: Vec<_> = entries.flat_map(named_test::named_in).collect();
    assert!(names.len() > 100, "{}", names.len());
    let missing: Vec<_> =
        names.into_iter().filter(|(file, test)| !named_test::exists(file, test)).collect();
    assert_eq!(missing, []);
}

#[test]
fn every_mutant_that_may_survive_has_a_reason_and_a_place() {
    let root = repository();
    let list = fs::read_to_string(root.join("tests/mutants/survivors.txt")).unwrap();
    let entries = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for entry in entries {
        let (mutant, reason) = entry.split_once(" # ").unwrap_or((entry, ""));
        assert!(reason.split_whitespace().count() > 3, "{entry}: a reason");
        let (file, what) = mutant.split_once(": ").unwrap_or((mutant, ""));
        assert!(root.join(file).is_file() && !what.is_empty(), "{entry}: a mutant of a file");
    }
}

#[test]
fn every_requirement_has_tests_or_says_what_it_waits_for() {
    let page = requirements();
    let mut ids = Vec::new();
    ids.extend((1..=8).map(|number| format!("G-{number:02}")));
    ids.extend((1..=13).map(|number| format!("W-{number:03}")));
    ids.extend(["W-L", "W-P1"].map(str::to_owned));
    ids.extend((1..=15).filter(|&it| it != 5).map(|number| format!("R-{number:03}")));
    ids.extend((1..=6).map(|number| format!("R-P{number}")));
    ids.extend((1..=8).map(|number| format!("L-{number:02}")));
    ids.push("L-P1".to_owned());
    ids.extend((1..=5).map(|number| format!("A-{number:02}")));
    ids.extend((1..=7).map(|number| format!("Q-{number:02}")));
    ids.extend((1..=6).map(|number| format!("X-{number:02}")));
    ids.extend((1..=5).map(|number| format!("T-{number:02}")));
    for id in ids {
        let mut entries =
            page.lines().filter(|it| it.starts_with("- **") && it.contains(&format!("**{id}**")));
        let entry = entries.next().unwrap_or_else(|| panic!("no entry for {id}"));
        assert_eq!(entries.next(), None, "{id} twice");
        assert!(
            !named_test::named_in(entry).is_empty() || entry.contains("not built yet"),
            "{entry}"
        );
    }
}

// Symptom: tests took five times as long as they computed, because each synced its files to a disk.
#[test]
fn tests_take_their_folders_from_the_helper() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&tests.join("src"), &mut files);
    rust_files(&tests.join("tests"), &mut files);
    assert!(files.len() > 60, "{}", files.len());
    let helper = tests.join("src/scratch.rs");
    // In two pieces, so that this file passes.
    let direct = [["temp", "file"], ["Temp", "Dir"], ["temp_", "dir("], ["Command::", "new("]];
    let mut found = Vec::new();
    for file in files.iter().filter(|file| **file != helper) {
        let text = fs::read_to_string(file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            if direct.iter().any(|word| line.contains(&word.concat())) {
                let file = file.strip_prefix(tests).unwrap().display();
                found.push(format!("{file}:{number}: {line}"));
            }
        }
    }
    assert_eq!(found, [""; 0], "use atf_tests::scratch::{{Scratch, command}} instead");
}
