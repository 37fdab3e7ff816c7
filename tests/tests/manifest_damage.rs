//! A damaged manifest: what can be read of it is read, what is lost is said, and it is never deleted.
//!
//! Found by hand: one byte of one name was not UTF-8 (as in m_badbytesname), and all names were gone; recovery in
//! place wrote a manifest without them over the old one. The cause was that a manifest was read completely or
//! not at all. A-03, W-012.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::{MANIFEST_NAME, Manifest, WallClock};
use atf_tests::builder::{Thread, write_session};
use atf_tests::cli::run_on;
use atf_tests::scratch::Scratch;
use proptest::prelude::*;

const NAMES: [&str; 5] = ["main", "caf\u{e9}", "operator{}", "a\\\"quoted\\\" name", "last"];

/// A manifest with threads, modules, symbols and unknown keys at every level.
fn text() -> String {
    let symbols: Vec<String> = (0..).zip(NAMES).map(|(at, name)| symbol(at, name)).collect();
    format!(
        r#"{{
  "format_version": "2.1",
  "process": {{"pid": 7, "command": ["a", "b"], "exit": {{"status": 0}}}},
  "threads": [
    {{"id": 0, "has_detail": true, "name": "one", "open": [{{"function_id": "0x5", "call_depth": 0}}]}},
    {{"id": 1, "has_detail": false}}
  ],
  "time_start_ns": 1000,
  "time_end_ns": 1190,
  "clock_type": 3,
  "modules": [{{"module_id": 1, "path": "/bin/a", "base_address": "0x10", "size": 5, "uuid": "u", "x": [1]}}],
  "symbols": [
    {}
  ],
  "wall_clock": {{"realtime_ns": 1, "boottime_ns": 2}},
  "state": "complete"
}}
"#,
        symbols.join(",\n    ")
    )
}

fn symbol(at: u32, name: &str) -> String {
    let id = 1_u64 << 32 | u64::from(at);
    format!(
        r#"{{"function_id": "{id:#x}", "module_id": 1, "symbol_index": {at}, "name": "{name}", "line": {at}}}"#
    )
}

/// Ids and names of the symbols, each with the byte of [`text`] at which it ends.
fn symbols() -> Vec<(usize, (String, String))> {
    let (text, folder) = (text(), Scratch::new());
    let path = folder.path().join(MANIFEST_NAME);
    fs::write(&path, &text).unwrap();
    let whole = Manifest::read(&path).unwrap();
    let ends = (0..).zip(NAMES).map(|(at, name)| {
        let symbol = symbol(at, name);
        text.find(&symbol).unwrap() + symbol.len()
    });
    let symbols = whole.symbols.into_iter().map(|symbol| (symbol.function_id, symbol.name));
    ends.zip(symbols).collect()
}

/// Reads `bytes` in both ways, and checks what must hold for a manifest that is damaged at byte `at`.
fn check(path: &Path, bytes: &[u8], at: usize, symbols: &[(usize, (String, String))]) {
    fs::write(path, bytes).unwrap();
    let context = || format!("byte {at}: {}", String::from_utf8_lossy(bytes));
    let (left, error) = Manifest::read_damaged(path).unwrap();
    let strict = Manifest::read(path);
    assert_eq!(strict.is_ok(), error.is_none(), "{}", context());
    let left = left.unwrap_or_else(Manifest::recording);
    let read: Vec<(String, String)> =
        left.symbols.iter().map(|it| (it.function_id.clone(), it.name.clone())).collect();
    for (_, symbol) in symbols.iter().filter(|(end, _)| *end <= at) {
        assert!(read.contains(symbol), "{symbol:?} is lost: {}\n{error:?}", context());
    }
    // What is lost is said.
    if let Some(error) = error
        && read.len() < NAMES.len()
    {
        let error = error.to_string();
        let is_said = error.contains("lost") || error.contains("found: ") && read.is_empty();
        assert!(is_said, "{error}: {}", context());
    }
}

#[test]
fn every_cut_keeps_the_names_before_it() {
    let folder = Scratch::new();
    let path = folder.path().join(MANIFEST_NAME);
    let (text, symbols) = (text(), symbols());
    for end in 0..text.len() {
        check(&path, &text.as_bytes()[..end], end, &symbols);
    }
}

#[test]
fn every_wrong_byte_keeps_the_names_before_it() {
    let folder = Scratch::new();
    let path = folder.path().join(MANIFEST_NAME);
    let (text, symbols) = (text(), symbols());
    for at in 0..text.len() {
        let was = text.as_bytes()[at];
        for byte in [was ^ 1, was ^ 0x20, was ^ 0x80, 0xFF, 0, b'"', b'\\', b'{', b'}', b']', b',']
        {
            if byte != was {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = byte;
                check(&path, &bytes, at, &symbols);
            }
        }
    }
}

#[test]
fn damage_to_one_place_costs_one_place() {
    let folder = Scratch::new();
    let path = folder.path().join(MANIFEST_NAME);
    let text = text();
    let read = |text: &[u8]| {
        fs::write(&path, text).unwrap();
        let (left, error) = Manifest::read_damaged(&path).unwrap();
        let error = error.unwrap().to_string();
        let said = error.split("; ").last().unwrap().to_owned();
        let left = left.unwrap();
        let names: Vec<String> = left.symbols.iter().map(|it| it.name.clone()).collect();
        assert_eq!((left.threads.len(), left.modules.len()), (2, 1), "{error}");
        assert_eq!(left.state.unwrap().as_str(), "complete", "{error}");
        let process = left.process.unwrap();
        assert_eq!((process.pid, process.command.join(" ")), (Some(7), "a b".to_owned()));
        assert_eq!(process.other["exit"]["status"], 0);
        assert_eq!(left.wall_clock, Some(WallClock { realtime_ns: 1, boottime_ns: 2 }));
        assert_eq!(left.threads[0].name.as_deref(), Some("one"));
        (names, said)
    };
    let all = ["main", "caf\u{e9}", "operator{}", "a\"quoted\" name", "last"];
    // One byte of a name.
    let mut bytes = text.clone().into_bytes();
    bytes[text.find("main").unwrap() + 1] = 0xE9;
    let expected = ["m\u{fffd}in", all[1], all[2], all[3], all[4]].map(str::to_owned).to_vec();
    assert_eq!(read(&bytes), (expected, "names: 5 can be read (1 in part), 0 are lost".to_owned()));
    // A lone surrogate.
    let (names, said) = read(text.replace("main", "m\\ud800in").as_bytes());
    assert_eq!((names[0].as_str(), names.len()), ("m\u{fffd}in", 5));
    assert_eq!(said, "names: 5 can be read (1 in part), 0 are lost");
    // A byte order mark costs nothing.
    let (names, said) = read(format!("\u{feff}{text}").as_bytes());
    assert_eq!(
        (names, said.as_str()),
        (all.map(str::to_owned).to_vec(), "names: 5 can be read, 0 are lost")
    );
    // A quote that is missing costs the entry that it is in.
    let (names, said) = read(text.replace("\"main\"", "\"main").as_bytes());
    assert_eq!(names, all[1..], "{said}");
    assert_eq!(said, "names: 4 can be read, 1 is lost");
    // Entries of a wrong type.
    let (names, said) = read(text.replace(&symbol(0, "main"), "17").as_bytes());
    assert_eq!(names, all[1..], "{said}");
    // A key that is there twice: the first value counts.
    let (names, _) = read(text.replace("\"state\"", "\"clock_type\": 9, \"state\"").as_bytes());
    assert_eq!(names.len(), 5);
    let (names, _) = read(text.replace("\"state\"", "\"process\": 9, \"state\"").as_bytes());
    assert_eq!(names.len(), 5);
}

// A text that is made of beginnings must not be searched from each of them to its end.
#[test]
fn hostile_texts_are_given_up_soon() {
    let folder = Scratch::new();
    let path = folder.path().join(MANIFEST_NAME);
    for part in ["{\"", "{\"a\":", "[", "{\"threads\":[{\"id\":", "{\"a\":[1,"] {
        fs::write(&path, part.repeat(300_000)).unwrap();
        let (_, error) = Manifest::read_damaged(&path).unwrap();
        assert!(error.is_some(), "{part}");
    }
}

proptest! {
    // No text makes it panic, and what is read can be written and read again.
    #[test]
    fn any_mixture_is_read_without_a_panic(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("{".to_owned()), Just("}".to_owned()), Just("[".to_owned()), Just("]".to_owned()),
                Just(",".to_owned()), Just(":".to_owned()), Just("\"threads\":[".to_owned()),
                Just("{\"id\":3}".to_owned()), Just("\"symbols\":[".to_owned()), Just(symbol(1, "x")),
                Just("\\u12".to_owned()), "[ -~]{0,4}",
            ],
            0..30,
        ),
    ) {
        let folder = Scratch::new();
        let path = folder.path().join(MANIFEST_NAME);
        fs::write(&path, parts.concat()).unwrap();
        let (left, _) = Manifest::read_damaged(&path).unwrap();
        if let Some(left) = left {
            left.replace(&atf_runtime::storage::Disk, folder.path()).unwrap();
            prop_assert_eq!(Manifest::read(&path).unwrap().symbols, left.symbols);
        }
    }
}

/// A session of two threads with this manifest.
fn session(dir: &Path, manifest: &[u8]) {
    write_session(dir, &[Thread::sample(0, 20, &[1]), Thread::sample(1, 20, &[])]);
    fs::write(dir.join(MANIFEST_NAME), manifest).unwrap();
}

fn one_bad_byte() -> Vec<u8> {
    let mut bytes = text().into_bytes();
    let at = text().find("main").unwrap();
    bytes[at] = 0xE9;
    bytes
}

#[test]
fn commands_show_the_names_that_are_left_and_say_what_is_lost() {
    let folder = Scratch::new();
    session(folder.path(), &one_bad_byte());
    let info = run_on("info", folder.path(), &[]).exits(0);
    assert!(info.stdout.contains("5 symbols"), "{}", info.stdout);
    assert!(info.stderr.contains("5 can be read (1 in part), 0 are lost"), "{}", info.stderr);
    let verify = run_on("verify", folder.path(), &[]).exits(1);
    assert!(verify.stdout.contains("5 can be read (1 in part), 0 are lost"), "{}", verify.stdout);
}

#[test]
fn recovery_keeps_the_damaged_manifest_beside_the_new_one() {
    for (bytes, names) in
        [(one_bad_byte(), 5), (text().as_bytes()[..700].to_vec(), 0), (b"?".to_vec(), 0)]
    {
        let folder = Scratch::new();
        let [dir, out] = ["session", "out"].map(|name| folder.path().join(name));
        session(&dir, &bytes);
        fs::write(dir.join("manifest.json.damaged"), "of an earlier recovery").unwrap();
        run_on("recover", &dir, &["--out", out.to_str().unwrap()]).exits(1);
        assert_eq!(fs::read(out.join("manifest.json.damaged")).unwrap(), bytes);
        run_on("recover", &dir, &["--in-place"]).exits(1);
        let kept = |name: &str| fs::read(dir.join(name)).unwrap();
        assert_eq!(kept("manifest.json.damaged"), b"of an earlier recovery");
        assert_eq!(kept("manifest.json.damaged.2"), bytes);
        for dir in [&dir, &out] {
            let manifest = Manifest::read(dir.join(MANIFEST_NAME)).unwrap();
            assert!(manifest.symbols.len() >= names, "{manifest:?}");
            run_on("verify", dir, &[]).exits(0);
            let before = fs::read(dir.join(MANIFEST_NAME)).unwrap();
            run_on("recover", dir, &["--in-place"]).exits(0);
            assert_eq!(fs::read(dir.join(MANIFEST_NAME)).unwrap(), before);
            assert!(!dir.join("manifest.json.damaged.3").exists());
        }
    }
}

// A value of a wrong type that is written again is lost with the old manifest.
#[test]
fn recovery_keeps_a_manifest_with_values_that_it_does_not_understand() {
    let folder = Scratch::new();
    let text = text().replace("1000", "\"soon\"").replace("\"complete\"", "\"recording\"");
    session(folder.path(), text.as_bytes());
    run_on("recover", folder.path(), &["--in-place"]).exits(1);
    assert_eq!(fs::read(folder.path().join("manifest.json.damaged")).unwrap(), text.as_bytes());
}

#[cfg(target_os = "linux")]
#[test]
fn drain_keeps_the_damaged_manifest_beside_the_new_one() {
    use atf_tests::numbered::{options, push, start};
    let folder = Scratch::new();
    let dir = folder.path().join("session");
    let drain = start(&dir, options());
    let producer = drain.register(4).unwrap();
    push(&producer, 0).unwrap();
    drop(drain);
    drop(producer);
    fs::write(dir.join(MANIFEST_NAME), one_bad_byte()).unwrap();
    run_on("drain", &dir, &[]).exits(0);
    assert_eq!(fs::read(dir.join("manifest.json.damaged")).unwrap(), one_bad_byte());
    assert_eq!(Manifest::read(dir.join(MANIFEST_NAME)).unwrap().symbols.len(), NAMES.len());
}
