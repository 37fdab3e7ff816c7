//! From the path that a user typed to a session, a thread or a file, and what a session's manifest holds.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::format::{Arch, ClockType, EventKind, Os};
use atf_runtime::manifest::{MANIFEST_NAME, Manifest, Module, State, Symbol};
use atf_runtime::recovery::ManifestPlan;
use atf_runtime::session::{Session, SessionWriter, TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::{Event, FunctionDetail, Platform, WriterOptions};
use atf_tests::builder::{self, Thread, write_session};
use atf_tests::judge::{plan, problems};
use atf_tests::scratch::Scratch;
use serde_json::{Value, json};

const LINUX: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

fn sample() -> Vec<Thread> {
    vec![Thread::sample(0, 3, &[1]), Thread::sample(7, 5, &[])]
}

fn make_dir(top: &Path, below: &str) -> PathBuf {
    let dir = top.join(below);
    fs::create_dir_all(&dir).unwrap();
    dir
}

#[track_caller]
fn assert_not_a_trace(path: &Path, message: &str) {
    let error = locate(path).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: {message}", path.display()));
}

// ------------------------------------------------------------------ locate

#[test]
fn session_is_found_by_its_manifest_or_its_threads() {
    let top = Scratch::new();
    let session = make_dir(top.path(), "session");
    write_session(&session, &sample());
    assert_eq!(locate(&session).unwrap(), TracePath::Session(session.clone()));
    fs::remove_file(session.join(MANIFEST_NAME)).unwrap();
    assert_eq!(locate(&session).unwrap(), TracePath::Session(session));
    let empty = make_dir(top.path(), "empty");
    write_session(&empty, &[]);
    assert_eq!(locate(&empty).unwrap(), TracePath::Session(empty));
}

#[test]
fn folder_above_one_session_names_it() {
    let top = Scratch::new();
    let session = top.path().join("ada_traces/session_20260101_120000/pid_00042");
    write_session(&session, &sample());
    make_dir(top.path(), "ada_traces/other/empty");
    fs::write(top.path().join("ada_traces/readme.txt"), "x").unwrap();
    let mut above = session.as_path();
    while above != top.path() {
        above = above.parent().unwrap();
        assert_eq!(locate(above).unwrap(), TracePath::Session(session.clone()));
    }
    // Also one without a manifest.
    fs::remove_file(session.join(MANIFEST_NAME)).unwrap();
    assert_eq!(locate(top.path()).unwrap(), TracePath::Session(session));
}

#[test]
fn manifest_of_another_program_below_is_no_session() {
    let top = Scratch::new();
    let other = make_dir(top.path(), "web");
    fs::write(other.join(MANIFEST_NAME), r#"{"name": "app"}"#).unwrap();
    let session = top.path().join("pid_1");
    write_session(&session, &sample());
    assert_eq!(locate(top.path()).unwrap(), TracePath::Session(session));
}

#[test]
fn thread_directory_is_found_by_its_files_or_its_name() {
    let top = Scratch::new();
    write_session(top.path(), &sample());
    let dir = top.path().join("thread_0");
    assert_eq!(locate(&dir).unwrap(), TracePath::Thread(dir.clone()));
    let renamed = top.path().join("x");
    fs::rename(&dir, &renamed).unwrap();
    assert_eq!(locate(&renamed).unwrap(), TracePath::Thread(renamed.clone()));
    fs::remove_file(renamed.join("index.atf")).unwrap();
    assert_eq!(locate(&renamed).unwrap(), TracePath::Thread(renamed));
    let empty = make_dir(top.path(), "e/thread_4294967295");
    assert_eq!(locate(&empty).unwrap(), TracePath::Thread(empty));
}

#[test]
fn file_is_found_by_its_name_or_its_magic() {
    let top = Scratch::new();
    let dir = sample()[0].write(top.path());
    let (index, detail) = (dir.join("index.atf"), dir.join("detail.atf"));
    assert_eq!(locate(&index).unwrap(), TracePath::IndexFile(index.clone()));
    assert_eq!(locate(&detail).unwrap(), TracePath::DetailFile(detail.clone()));
    assert_eq!(locate(&detail).unwrap().path(), detail);
    let (a, b) = (dir.join("a"), dir.join("b.bin"));
    fs::rename(&index, &a).unwrap();
    fs::rename(&detail, &b).unwrap();
    assert_eq!(locate(&a).unwrap(), TracePath::IndexFile(a));
    assert_eq!(locate(&b).unwrap(), TracePath::DetailFile(b));
    // Its name is believed: opening it reports what is wrong.
    fs::write(&index, "").unwrap();
    assert_eq!(locate(&index).unwrap(), TracePath::IndexFile(index));
}

#[test]
fn file_of_something_else_is_refused() {
    let top = Scratch::new();
    let path = top.path().join("x");
    let expected =
        r#"expected an .atf file, which starts with "ATI2" (index) or "ATD2" (detail), found"#;
    for (bytes, found) in [
        (&b""[..], "an empty file"),
        (b"AT", r#"a file that starts with "AT""#),
        (b"\x7fELF\x02", r#"a file that starts with "\x7fELF""#),
        (b"2ITA....", r#"a file that starts with "2ITA""#),
    ] {
        fs::write(&path, bytes).unwrap();
        assert_not_a_trace(&path, &format!("{expected} {found}"));
    }
    let none = top.path().join("none");
    assert_not_a_trace(&none, "cannot open");
}

#[test]
fn size_is_that_of_all_files() {
    let top = Scratch::new();
    let threads = sample();
    write_session(top.path(), &threads);
    let dir = top.path().join("thread_0");
    let index = threads[0].index.bytes().len() as u64;
    let detail = threads[0].detail.as_ref().unwrap().bytes().len() as u64;
    let other = threads[1].index.bytes().len() as u64;
    let size = |path: &Path| locate(path).unwrap().size_bytes();
    assert_eq!(size(&dir.join("index.atf")), index);
    assert_eq!(size(&dir.join("detail.atf")), detail);
    assert_eq!(size(&dir), index + detail);
    assert_eq!(size(top.path()), index + detail + other);
}

// ------------------------------------------------------------------ the session

#[test]
fn threads_come_from_manifest_and_directories() {
    let top = Scratch::new();
    write_session(top.path(), &sample());
    Thread::sample(3, 1, &[]).write(top.path());
    make_dir(top.path(), "thread_03");
    make_dir(top.path(), "thread_x");
    fs::write(top.path().join("thread_9"), "a file").unwrap();
    let manifest = r#"{"threads": [{"id": 7}, {"id": 12}, {"id": 0}, {"id": 9}, {"id": 12}]}"#;
    fs::write(top.path().join(MANIFEST_NAME), manifest).unwrap();
    let session = Session::open(top.path()).unwrap();
    let found = session.threads().iter().map(|it| {
        assert_eq!(it.dir, top.path().join(format!("thread_{}", it.id)));
        (it.id, it.in_manifest, it.exists)
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [(0, true, true), (3, false, true), (7, true, true), (9, true, false), (12, true, false)]
    );
    assert_eq!(session.dir(), top.path());
}

#[test]
fn missing_manifest_leaves_the_threads() {
    let top = Scratch::new();
    sample()[1].write(top.path());
    let session = Session::open(top.path()).unwrap();
    let path = top.path().join(MANIFEST_NAME);
    let error = session.manifest().unwrap_err().to_string();
    assert_eq!(error, format!("{}: cannot open", path.display()));
    assert_eq!((session.threads().len(), session.symbols().len()), (1, 0));
    let error = Session::open(top.path().join("none")).unwrap_err().to_string();
    let none = top.path().join("none");
    assert_eq!(error, format!("{}: cannot read the directory", none.display()));
}

#[test]
fn broken_manifest_names_line_and_column() {
    let top = Scratch::new();
    let path = top.path().join(MANIFEST_NAME);
    for (text, found) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\n \"threads\": [{}]}", "missing field `id` at line 2 column 15; it has no names"),
        (
            "{\"threads\": 5}",
            "invalid type: integer `5`, expected a sequence at line 1 column 14; it has no names",
        ),
        (
            "{\"threads\": [{\"id\": -1}]}",
            "invalid value: integer `-1`, expected u32 at line 1 column 23; it has no names",
        ),
        (
            "{\"threads\": [{\"id\": 4294967296}]}",
            "invalid value: integer `4294967296`, expected u32 at line 1 column 31; it has no names",
        ),
        (
            "{\"threads\": []} x",
            "trailing characters at line 1 column 17; it has no names before its end",
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
fn threads_and_their_ids_are_enough_of_a_manifest() {
    let top = Scratch::new();
    let path = top.path().join(MANIFEST_NAME);
    fs::write(&path, r#"{"threads": [{"id": 4294967295}]}"#).unwrap();
    let manifest = Manifest::read(&path).unwrap();
    assert_eq!(manifest.threads.len(), 1);
    assert_eq!((manifest.threads[0].id, manifest.threads[0].has_detail), (u32::MAX, false));
    assert_eq!(manifest.format_version, "2.0");
    assert_eq!((manifest.time_start_ns, manifest.time_end_ns), (0, 0));
    assert_eq!((manifest.clock_type, manifest.state), (None, None));
    assert!(manifest.modules.is_empty() && manifest.symbols.is_empty());
}

#[test]
fn symbols_are_found_by_function_id() {
    let top = Scratch::new();
    let path = top.path().join(MANIFEST_NAME);
    let text = json!({"threads": [], "format_version": "2.1", "symbols": [
        {"function_id": "0x100000002", "module_id": 1, "symbol_index": 2, "name": "two"},
        {"function_id": "0xFFFFFFFFFFFFFFFF", "name": "last"},
        {"function_id": "12", "name": "no prefix"},
        {"function_id": "0x10000000000000000", "name": "too long"},
        {"name": "none"},
    ]});
    fs::write(&path, text.to_string()).unwrap();
    let session = Session::open(top.path()).unwrap();
    let symbols: Vec<_> = session.symbols().into_iter().collect();
    assert_eq!(symbols, [(0x1_0000_0002, "two"), (u64::MAX, "last")]);
    assert_eq!(Symbol::new(1, 2, "two").id(), Some(0x1_0000_0002));
}

fn rich_manifest() -> Value {
    json!({
        "format_version": "2.1",
        "threads": [
            {"id": 0, "has_detail": true, "emitted": 5, "from_the_future": {"deep": [1, 2]}},
            {"id": 7, "has_detail": false, "seen": 18446744073709551615_u64},
        ],
        "time_start_ns": 1,
        "time_end_ns": 2,
        "clock_type": 3,
        "modules": [{"module_id": 1, "path": "/bin/x", "base_address": "0x400000", "size": 4096,
                     "uuid": "ab", "arch": "x86_64"}],
        "symbols": [{"function_id": "0x100000000", "module_id": 1, "symbol_index": 0, "name": "f",
                     "line": 12}],
        "state": "complete",
        "clock": {"source": "tsc", "anchors": [{"counter": 1, "time_ns": 2}], "hz": 2.5},
        "v4": {"trace_start": {}},
        "note": null,
    })
}

#[test]
fn unknown_keys_are_kept_when_recovery_writes_the_manifest_again() {
    let top = Scratch::new();
    write_session(top.path(), &sample());
    let mut expected = rich_manifest();
    fs::write(top.path().join(MANIFEST_NAME), expected.to_string()).unwrap();
    let plan = plan(&TracePath::Session(top.path().to_owned()));
    assert!(matches!(plan.manifest, Some(ManifestPlan::Rewritten { .. })));
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    expected["time_start_ns"] = 1000.into();
    expected["time_end_ns"] = 1040.into();
    let read = |dir: &Path| -> Value {
        serde_json::from_slice(&fs::read(dir.join(MANIFEST_NAME)).unwrap()).unwrap()
    };
    assert_eq!(read(out.path()), expected);
    plan.apply_in_place(&Disk, None).unwrap();
    assert_eq!(read(top.path()), expected);
    assert_eq!(problems(&TracePath::Session(top.path().to_owned())), [""; 0]);
}

#[test]
fn intact_manifest_is_copied_byte_for_byte() {
    let top = Scratch::new();
    write_session(top.path(), &sample());
    let mut manifest = rich_manifest();
    manifest["time_start_ns"] = 1000.into();
    manifest["time_end_ns"] = 1040.into();
    let text = format!("\n  {manifest}  \n");
    fs::write(top.path().join(MANIFEST_NAME), &text).unwrap();
    let plan = plan(&TracePath::Session(top.path().to_owned()));
    assert_eq!(plan.manifest, Some(ManifestPlan::Unchanged));
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    assert_eq!(fs::read_to_string(out.path().join(MANIFEST_NAME)).unwrap(), text);
}

#[test]
fn unknown_state_is_kept() {
    let top = Scratch::new();
    let path = top.path().join(MANIFEST_NAME);
    fs::write(&path, r#"{"threads": [], "state": "paused"}"#).unwrap();
    let manifest = Manifest::read(&path).unwrap();
    assert_eq!(manifest.state, Some(State::Other("paused".into())));
    manifest.replace(&Disk, top.path()).unwrap();
    assert!(fs::read_to_string(&path).unwrap().contains(r#""state": "paused""#));
}

// ------------------------------------------------------------------ the session's writer

fn events(count: u64) -> impl Iterator<Item = Event> {
    (0..count).map(|at| Event {
        timestamp_ns: 100 + at,
        function_id: 1 << 32,
        event_kind: EventKind::CALL,
        call_depth: 0,
    })
}

// Threads without events do not count for the time range.
#[test]
fn manifest_of_a_finished_session_describes_its_threads() {
    let top = Scratch::new();
    let dir = top.path().join("a/b/session");
    let mut session = SessionWriter::create(&dir, LINUX, WriterOptions::default()).unwrap();
    assert_eq!(session.dir(), dir);
    let written = Manifest::read(dir.join(MANIFEST_NAME)).unwrap();
    assert_eq!((written.state, written.clock_type), (Some(State::Recording), Some(3)));
    let module = Module::new(1, "/bin/x");
    session.set_symbols(vec![module], vec![Symbol::new(1, 0, "main")]);
    let mut summaries = Vec::new();
    for (id, count) in [(9, 5), (2, 0), (4, 11)] {
        let mut thread = session.thread(id).unwrap();
        for event in events(count) {
            thread.write_event(&event, None).unwrap();
        }
        summaries.push(thread.finalize().unwrap());
    }
    let error = session.thread(4).err().unwrap().to_string();
    assert_eq!(error, format!("{}: cannot create", dir.join("thread_4").display()));
    let manifest = session.finish(&summaries).unwrap();
    assert_eq!(manifest, Manifest::read(dir.join(MANIFEST_NAME)).unwrap());
    let ids: Vec<u32> = manifest.threads.iter().map(|thread| thread.id).collect();
    assert_eq!(ids, [2, 4, 9]);
    assert_eq!((manifest.time_start_ns, manifest.time_end_ns), (100, 110));
    assert_eq!((manifest.state, manifest.format_version.as_str()), (Some(State::Complete), "2.1"));
    let path = TracePath::Session(dir);
    assert_eq!(problems(&path), [""; 0]);
    assert!(plan(&path).changes_nothing());
}

// Threads come and go while it runs; the manifest's entry of each matches its files.
#[test]
fn threads_register_from_any_thread_while_others_are_recorded() {
    let top = Scratch::new();
    let session = SessionWriter::create(top.path(), LINUX, WriterOptions::default()).unwrap();
    let record = |id: u32, with_detail: bool| {
        let mut thread = session.thread(id).unwrap();
        for event in events(5) {
            let detail = with_detail.then(|| FunctionDetail::default().into());
            thread.write_event(&event, detail).unwrap();
        }
        thread.finalize().unwrap()
    };
    let mut first = session.thread(0).unwrap();
    first.write_event(&events(1).next().unwrap(), None).unwrap();
    let mut summaries: Vec<_> = std::thread::scope(|scope| {
        let record = &record;
        let threads: Vec<_> =
            (1..9).map(|id| scope.spawn(move || record(id, id % 2 == 0))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // After those have ended, and before the first one has.
    summaries.push(record(9, false));
    summaries.push(first.finalize().unwrap());
    // As long as it runs the manifest lists none, and the directories say which there are.
    let running = Session::open(top.path()).unwrap();
    assert_eq!(running.manifest().unwrap().threads, []);
    assert_eq!(running.threads().len(), 10);
    assert!(running.threads().iter().all(|thread| thread.exists && !thread.in_manifest));
    let manifest = session.finish(&summaries).unwrap();
    let listed: Vec<_> = manifest.threads.iter().map(|it| (it.id, it.has_detail)).collect();
    let expected: Vec<_> = (0..10).map(|id| (id, [2, 4, 6, 8].contains(&id))).collect();
    assert_eq!(listed, expected);
    assert!(manifest.threads.iter().all(|thread| thread.counts().is_none()));
    assert_eq!(problems(&TracePath::Session(top.path().to_owned())), [""; 0]);
}

// A killed session: recovery writes from the files what `finish` would have written.
#[test]
fn session_that_never_ended_is_recovered_to_the_manifest_of_its_end() {
    let top = Scratch::on_disk();
    let dir = top.path().join("s");
    let session = SessionWriter::create(&dir, LINUX, WriterOptions::default()).unwrap();
    for (id, with_detail) in [(3, true), (1, false)] {
        let mut thread = session.thread(id).unwrap();
        for event in events(u64::from(id)) {
            let detail = with_detail.then(|| FunctionDetail::default().into());
            thread.write_event(&event, detail).unwrap();
        }
        // Dropped, as is the session: neither is finalized.
    }
    drop(session);
    let path = TracePath::Session(dir.clone());
    let manifest = Session::open(&dir).unwrap().manifest().unwrap().clone();
    assert_eq!((manifest.state, manifest.threads), (Some(State::Recording), vec![]));
    plan(&path).apply_in_place(&Disk, None).unwrap();
    let manifest = Manifest::read(dir.join(MANIFEST_NAME)).unwrap();
    let listed: Vec<_> = manifest.threads.iter().map(|it| (it.id, it.has_detail)).collect();
    assert_eq!(listed, [(1, false), (3, true)]);
    assert_eq!((manifest.time_start_ns, manifest.time_end_ns), (100, 102));
    assert_eq!((manifest.state, manifest.clock_type), (Some(State::Complete), Some(3)));
    assert_eq!(problems(&path), [""; 0]);
}

// 2.1 is what makes a reader look for modules and symbols; without them it stays 2.0.
#[test]
fn manifest_has_version_2_1_with_modules_and_symbols_and_2_0_without() {
    let finished = |symbols: Option<Vec<Symbol>>| {
        let top = Scratch::new();
        let mut session =
            SessionWriter::create(top.path(), LINUX, WriterOptions::default()).unwrap();
        if let Some(symbols) = symbols {
            let module = Module::new(1, "/bin/x");
            session.set_symbols(vec![module], symbols);
        }
        session.finish(&[]).unwrap();
        let text = fs::read(top.path().join(MANIFEST_NAME)).unwrap();
        let mut manifest = serde_json::from_slice::<Value>(&text).unwrap();
        // Which machine ran the test is not the manifest's version.
        let process = manifest.as_object_mut().unwrap().remove("process").unwrap();
        assert!(process["boot_id"].is_string(), "{process}");
        manifest
    };
    let plain = finished(None);
    assert_eq!(
        plain,
        json!({"format_version": "2.0", "threads": [], "time_start_ns": 0, "time_end_ns": 0,
               "clock_type": 3, "state": "complete"})
    );
    let named = finished(Some(vec![Symbol::new(1, 7, "main")]));
    assert_eq!(named["format_version"], "2.1");
    assert_eq!(
        named["modules"],
        json!([{"module_id": 1, "path": "/bin/x", "base_address": "", "size": 0, "uuid": ""}])
    );
    assert_eq!(
        named["symbols"],
        json!([{"function_id": "0x100000007", "module_id": 1, "symbol_index": 7, "name": "main"}])
    );
}

#[test]
fn session_is_not_created_over_an_existing_path() {
    let top = Scratch::new();
    fs::write(top.path().join("mine"), "x").unwrap();
    let create = |dir: &Path| SessionWriter::create(dir, LINUX, WriterOptions::default());
    let error = create(top.path()).unwrap_err().to_string();
    let expected = "expected a new or empty directory, found";
    assert_eq!(error, format!("{}: {expected} a directory with files in it", top.path().display()));
    let file = top.path().join("mine");
    let error = create(&file).unwrap_err().to_string();
    assert_eq!(error, format!("{}: {expected} a file", file.display()));
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn session_and_its_manifest_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let top = Scratch::new();
    let dir = top.path().join("made/session");
    let session = SessionWriter::create(&dir, LINUX, WriterOptions::default()).unwrap();
    let thread = session.thread(1).unwrap().finalize().unwrap();
    session.finish(&[thread]).unwrap();
    let out = top.path().join("out");
    fs::write(dir.join("thread_1/index.atf"), builder::IndexFile::unfinalized(1, &[]).bytes())
        .unwrap();
    plan(&TracePath::Session(dir.clone())).write_copy(&Disk, &out, None).unwrap();
    for session in [&dir, &out] {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(session), 0o700);
        assert_eq!(mode(&session.join("thread_1")), 0o700);
        assert_eq!(mode(&session.join(MANIFEST_NAME)), 0o600);
        assert_eq!(mode(&session.join("thread_1/index.atf")), 0o600);
    }
}
