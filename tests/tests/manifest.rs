//! A manifest with values of other types than this revision knows.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::{MANIFEST_NAME, Manifest, ManifestThread, Symbol};
use atf_runtime::session::{Session, TracePath};
use atf_runtime::storage::Disk;
use atf_tests::builder::{self, Thread};
use atf_tests::judge::{notes, plan, problems};
use atf_tests::scratch::Scratch;
use serde_json::{Value, json};

const THREAD: u32 = 7;

/// A session of one thread after `change` to its manifest.
fn session(change: impl FnOnce(&mut Value)) -> (Scratch, TracePath) {
    let dir = Scratch::new();
    let threads = [Thread::sample(THREAD, 5, &[])];
    builder::write_session(dir.path(), &threads);
    let mut manifest: Value = serde_json::from_str(&builder::manifest(&threads)).unwrap();
    change(&mut manifest);
    fs::write(dir.path().join(MANIFEST_NAME), manifest.to_string()).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    (dir, path)
}

fn read(dir: &Path) -> Manifest {
    Manifest::read(dir.join(MANIFEST_NAME)).unwrap()
}

fn json_of(dir: &Path) -> Value {
    serde_json::from_slice(&fs::read(dir.join(MANIFEST_NAME)).unwrap()).unwrap()
}

/// Every optional key with a value of a wrong type.
fn wrong_types() -> Value {
    json!({
        "format_version": 2.1,
        "threads": [
            {"id": 7, "has_detail": "yes", "emitted": -1, "recorded": 5, "dropped_events": 1.5,
             "dropped_details": "none", "priority": 5},
        ],
        "time_start_ns": "1000",
        "time_end_ns": null,
        "clock_type": "boottime",
        "state": {"name": "complete"},
        "modules": [{"module_id": "one", "path": "/bin/x", "size": 4096}],
        "symbols": [
            {"function_id": "0x100000000", "name": "main", "symbol_index": 4294967296_u64},
            {"function_id": 5, "name": "lost"},
            {"function_id": "0x100000001", "name": "run"},
        ],
        "clock": {"source": 1},
        "note": [1, 2],
    })
}

// Symptom: a manifest of which one optional value was of a wrong type was not read at all, names of
// functions included.
#[test]
fn wrongly_typed_optional_values_are_kept_and_count_as_absent() {
    let dir = Scratch::new();
    Thread::sample(THREAD, 5, &[]).write(dir.path());
    fs::write(dir.path().join(MANIFEST_NAME), wrong_types().to_string()).unwrap();
    let session = Session::open(dir.path()).unwrap();
    let manifest = session.manifest().unwrap();
    assert_eq!(manifest.format_version, "2.0");
    assert_eq!((manifest.time_start_ns, manifest.time_end_ns), (0, 0));
    assert_eq!((manifest.clock_type, &manifest.state, &manifest.clock), (None, &None, &None));
    let mut kept: Vec<_> = manifest.other.keys().map(String::as_str).collect();
    kept.sort_unstable();
    assert_eq!(
        kept,
        ["clock", "clock_type", "format_version", "note", "state", "time_end_ns", "time_start_ns"]
    );
    assert_eq!(manifest.other["clock_type"], "boottime");

    let [thread] = manifest.threads.as_slice() else { panic!("one thread") };
    let mut understood = ManifestThread::new(THREAD);
    understood.recorded = Some(5);
    understood.other = thread.other.clone();
    assert_eq!(*thread, understood);
    assert_eq!(thread.other["dropped_events"], 1.5);
    assert_eq!(thread.other.len(), 5);
    let module = &manifest.modules[0];
    assert_eq!((module.module_id, module.path.as_str(), module.size), (0, "/bin/x", 4096));
    assert_eq!(module.other["module_id"], "one");
    let names: Vec<_> = session.symbols().into_iter().collect();
    assert_eq!(names, [(0x1_0000_0000, "main"), (0x1_0000_0001, "run")]);
    let mut run = Symbol::new(1, 1, "run");
    (run.module_id, run.symbol_index) = (None, None);
    assert_eq!(manifest.symbols[2], run);
}

#[test]
fn each_value_of_a_wrong_type_is_reported_as_ignored() {
    let dir = Scratch::new();
    Thread::sample(THREAD, 5, &[]).write(dir.path());
    fs::write(dir.path().join(MANIFEST_NAME), wrong_types().to_string()).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(problems(&path), [""; 0]);
    let ignored = "manifest.json: values of a wrong type, taken as absent: clock, clock_type, \
                   format_version and 10 more";
    assert!(notes(&path).contains(&ignored.to_owned()), "{:?}", notes(&path));
    let (_dir, path) = session(|manifest| manifest["threads"][0]["emitted"] = "9".into());
    assert_eq!(
        notes(&path),
        ["manifest.json: values of a wrong type, taken as absent: threads[0].emitted"]
    );
}

// What is written has every key once: a reader would refuse it otherwise.
#[test]
fn manifest_written_again_keeps_unknown_keys_and_duplicates_none() {
    let dir = Scratch::new();
    Thread::sample(THREAD, 5, &[]).write(dir.path());
    fs::write(dir.path().join(MANIFEST_NAME), wrong_types().to_string()).unwrap();
    let mut manifest = read(dir.path());
    manifest.clock_type = Some(3);
    manifest.threads[0].emitted = Some(3);
    manifest.replace(&Disk, dir.path()).unwrap();
    let text = fs::read_to_string(dir.path().join(MANIFEST_NAME)).unwrap();
    for key in ["format_version", "time_start_ns", "clock_type", "emitted", "has_detail"] {
        assert_eq!(text.matches(&format!("\"{key}\"")).count(), 1, "{key}: {text}");
    }
    let written = json_of(dir.path());
    let mut expected = wrong_types();
    // Known fields are written from their own values.
    expected["format_version"] = "2.0".into();
    (expected["time_start_ns"], expected["time_end_ns"]) = (0.into(), 0.into());
    expected["clock_type"] = 3.into();
    expected["threads"][0]["has_detail"] = false.into();
    expected["threads"][0]["emitted"] = 3.into();
    expected["modules"][0] =
        json!({"module_id": 0, "path": "/bin/x", "base_address": "", "size": 4096, "uuid": ""});
    expected["symbols"][1]["function_id"] = "".into();
    assert_eq!(written, expected);
}

#[test]
fn required_values_of_a_wrong_type_and_duplicate_keys_are_refused() {
    let dir = Scratch::new();
    let path = dir.path().join(MANIFEST_NAME);
    for (text, found) in [
        (
            r#"{"state": 5, "threads": [{"id": "7"}]}"#,
            "data did not match any variant of untagged enum State at line 1 column 12; it has no names",
        ),
        (
            r#"{"threads": [{"id": "7", "has_detail": 5}]}"#,
            "invalid type: string \"7\", expected u32 at line 1 column 23; it has no names",
        ),
        (
            r#"{"threads": 7, "state": 5}"#,
            "invalid type: integer `7`, expected a sequence at line 1 column 14; it has no names",
        ),
        (
            r#"{"threads": [7]}"#,
            "invalid type: integer `7`, expected struct ManifestThread at line 1 column 15; it has no names",
        ),
        (r#"[1]"#, "invalid type: sequence, expected struct Manifest at line 1 column 1"),
        (
            r#"{"threads": [], "clock_type": 3, "clock_type": 2}"#,
            "duplicate field `clock_type` at line 1 column 46; it has no names",
        ),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(
            Manifest::read(&path).unwrap_err().to_string(),
            format!("{}: expected a session's manifest, found: {found}", path.display())
        );
    }
}

#[test]
fn lists_of_something_else_are_kept_as_they_are() {
    let (dir, path) = session(|manifest| {
        manifest["symbols"] = json!(["main"]);
        manifest["modules"] = json!("none");
        manifest["state"] = "recording".into();
    });
    let manifest = read(dir.path());
    assert!(manifest.symbols.is_empty() && manifest.modules.is_empty());
    plan(&path).apply_in_place(&Disk, None).unwrap();
    let written = json_of(dir.path());
    assert_eq!((&written["symbols"], &written["modules"]), (&json!(["main"]), &json!("none")));
    assert_eq!(written["state"], "complete");
    assert_eq!(problems(&path), [""; 0]);
}

/// The rows of the runtime's table of keys: place and name of each.
fn keys_of_the_table(table: &str) -> Vec<(&str, &str)> {
    let rows = table.lines().filter_map(|line| line.trim_start().strip_prefix("key(Place::"));
    rows.map(|row| {
        let (place, rest) = row.split_once(',').expect("a place");
        (place, rest.split('"').nth(1).expect("a name"))
    })
    .collect()
}

/// What is between a line that starts with `start` and the next line that starts with `end`.
fn body<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(&format!("\n{start}")).unwrap_or_else(|| panic!("{start}"));
    let rest = &text[from + 1..];
    rest.find(&format!("\n{end}")).map_or(rest, |to| &rest[..to])
}

// A key that only Rust knew would be missing from Python's objects, where nothing keeps it in `other`.
#[test]
fn every_key_of_the_manifest_has_its_attribute_in_python() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let table = read("atf-runtime/src/manifest/keys.rs");
    let (extension, classes) = (read("python/src/manifest.rs"), read("python/atf/manifest.py"));
    let keys = keys_of_the_table(&table);
    assert!(keys.len() >= 32, "{keys:?}");
    for (place, name) in keys {
        let (class, function) = match place {
            "Session" => ("Manifest", "pub(crate) fn object<"),
            "Thread" => ("ManifestThread", "fn thread<"),
            "Module" => ("Module", "fn module<"),
            "Symbol" => ("Symbol", "fn symbol<"),
            "Clock" => ("ManifestClock", "fn clock<"),
            "Anchor" => ("ClockAnchor", "fn clock<"),
            "Process" => ("ManifestProcess", "fn process<"),
            "WallClock" => ("WallClock", "fn wall_clock("),
            other => panic!("{other}: a place that this test does not know"),
        };
        let attribute = format!("\n    {name}: ");
        let class = body(&classes, &format!("class {class}:"), "@dataclasses");
        assert!(class.contains(&attribute), "python/atf/manifest.py: {place}: {name}");
        let function = body(&extension, function, "}");
        let is_given = function
            .split(&format!(".{name}"))
            .skip(1)
            .any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        assert!(is_given, "python/src/manifest.rs: {place}: {name}");
    }
}
