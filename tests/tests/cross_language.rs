//! Rust and the other languages agree: the same verdict, the same text of each error, and the same events
//! in every field, on recorded sessions, on those that a crash left, and on damaged ones. R-011..R-015,
//! A-03, A-04.
//!
//! Cases are made once and shared by all readers; what each of them prints is described in
//! `atf_tests::cross`. To add a language, add a line to [`readers`]. Python merges with numpy alone: where
//! `ATF_TEST_PYTHON` names an interpreter that has it, as in `.ci/run`, merges are compared too.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use atf_runtime::drain::Drain;
use atf_runtime::format::{DetailEventType, EventKind};
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, FunctionDetail, Payload, Platform, WriterOptions};
use atf_tests::builder::{self, Thread, write_thread};
use atf_tests::capi::{Language, Linked, installed, output_of, repository};
use atf_tests::cross;
use atf_tests::numbered::{options, wait_for};
use atf_tests::python;
use atf_tests::scratch::{self, Scratch};
use atf_tests::victim::{Report, Victim};

/// A session that all readers read.
struct Case {
    /// Who wrote it.
    writer: &'static str,
    /// What became of it.
    fate: &'static str,
    dir: PathBuf,
}

/// The cases, and where they lie.
struct Cases {
    root: Scratch,
    all: Vec<Case>,
}

impl Cases {
    /// A directory for another case.
    fn add(&mut self, writer: &'static str, fate: &'static str) -> PathBuf {
        let dir = self.root.path().join(format!("{:05}", self.all.len()));
        fs::create_dir(&dir).expect("a directory");
        self.all.push(Case { writer, fate, dir: dir.clone() });
        dir
    }

    /// A session of one thread and these bytes.
    fn files(
        &mut self,
        fate: &'static str,
        id: u32,
        index: &[u8],
        detail: Option<&[u8]>,
    ) -> PathBuf {
        let dir = self.add("builder", fate);
        write_thread(&dir, id, index, detail);
        dir
    }
}

/// That of the C library.
fn platform() -> Platform {
    Platform::host().expect("a machine that the format knows")
}

/// Threads of a session as the runtime records one: details of every kind, times that tie and one
/// thread whose clock goes backwards. Finalized, or as a killed process leaves it.
fn record(dir: &Path, finalized: bool) {
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut session = SessionWriter::create(dir, platform(), options).expect("it is made");
    let mut module = Module::new(1, "/bin/\u{e9}");
    module.base_address = "0x400000".to_owned();
    module.size = 4096;
    session
        .set_symbols(vec![module], vec![Symbol::new(1, 7, "main"), Symbol::new(1, 8, "n\u{e9}")]);
    let mut summaries = Vec::new();
    for id in [0, 3, 4_000_000_000] {
        let mut thread = session.thread(id).expect("a thread");
        for number in 0..100_u32 {
            let time = 1000 + u64::from(number) * 10 - u64::from(id == 3 && number % 9 == 8) * 500;
            let event = Event {
                timestamp_ns: time,
                function_id: 1 << 32 | u64::from(number % 3 + 7),
                event_kind: EventKind::new(number % 6),
                call_depth: number % 7,
            };
            let stack = vec![number as u8; number as usize % 200];
            let function =
                FunctionDetail { x_regs: [u64::MAX; 8], sp: 1, lr: 2, fp: 3, stack: &stack };
            let raw = Payload::Raw { event_type: DetailEventType::new(99), bytes: &stack };
            let payload = match number % 4 {
                0 if id != 0 => Some(function.into()),
                1 if id != 0 => Some(raw),
                _ => None,
            };
            thread.write_event(&event, payload).expect("it is written");
        }
        if finalized {
            summaries.push(thread.finalize().expect("it is finalized"));
        }
    }
    if finalized {
        session.finish(&summaries).expect("it ends");
    }
}

/// A program of tests/c/tools, compiled.
fn tool(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cross_language");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let source = repository().join("tests/c/tools").join(name).with_extension("c");
    let to = folder.join(name);
    installed().compile(&[&source], &to, Language::C11, Linked::Shared);
    to
}

/// The program of C that records what [`record`] does. Two tests run it.
fn recorder() -> &'static Path {
    static RECORDER: OnceLock<PathBuf> = OnceLock::new();
    RECORDER.get_or_init(|| tool("record"))
}

/// Every file below a directory, with its bytes.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("below it").to_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// A program of C that is killed while its threads push into their rings: the session at that moment, and
/// after a drain has emptied the rings.
fn killed_in_c(cases: &mut Cases) {
    const THREADS: u32 = 2;
    let temporary = Scratch::new();
    let (dir, report) = (temporary.path().join("session"), temporary.path().join("report"));
    SessionWriter::create(&dir, platform(), WriterOptions::default()).expect("it is made");
    let drain = Drain::attach(&dir, options()).expect("it begins");
    let program = tool("producer");
    let counts = Report::create(&report, THREADS);
    let texts = [program.as_path(), &dir, &report].map(|it| it.to_str().expect("UTF-8"));
    let mut victim = Victim::start(texts[0], [texts[1], texts[2], &THREADS.to_string(), "block"]);
    wait_for("pushes", || {
        assert!(!victim.has_ended(), "the program failed by itself");
        counts.returned(THREADS) >= 500
    });
    assert!(victim.kill());
    copy(&dir, &cases.add("C", "killed while it pushed"));
    drain.wait().expect("it ends");
    copy(&dir, &cases.add("C", "killed, then drained"));
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let to = to.join(name);
        fs::create_dir_all(to.parent().expect("it has one")).expect("a directory");
        fs::write(to, bytes).expect("a file");
    }
}

fn sample() -> Thread {
    Thread::sample(7, 12, &[1, 2, 5, 8, 11])
}

/// Every way to cut one of two files.
fn cut(cases: &mut Cases, fate: &'static str, thread: &Thread) {
    let detail = thread.detail.as_ref().map(builder::DetailFile::bytes);
    let index = thread.index.bytes();
    for len in 0..index.len() {
        cases.files(fate, 7, &index[..len], detail.as_deref());
    }
    for len in 0..detail.as_ref().map_or(0, Vec::len) {
        cases.files(fate, 7, &index, detail.as_ref().map(|it| &it[..len]));
    }
}

/// Every byte of two files changed in some ways.
fn flip(cases: &mut Cases, fate: &'static str, thread: &Thread) {
    let detail = thread.detail.as_ref().map(builder::DetailFile::bytes).unwrap_or_default();
    let index = thread.index.bytes();
    for xor in [1, 0x80, 0xFF] {
        for at in 0..index.len() + detail.len() {
            let (mut index, mut detail) = (index.clone(), detail.clone());
            match at.checked_sub(index.len()) {
                None => index[at] ^= xor,
                Some(at) => detail[at] ^= xor,
            }
            cases.files(fate, 7, &index, Some(&detail));
        }
    }
}

/// Numbers that look random and are the same each time.
struct Die(u64);

impl Die {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Many bytes changed and lengths that lie.
fn shake(cases: &mut Cases) {
    let mut die = Die(5);
    for round in 0..400 {
        let thread = match round % 2 {
            0 => sample(),
            _ => Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]),
        };
        let mut files = [thread.index.bytes(), thread.detail.as_ref().expect("it has").bytes()];
        for _ in 0..=die.below(8) {
            let file = &mut files[die.below(2)];
            let at = die.below(file.len());
            match die.below(4) {
                0 => file[at] = die.below(256) as u8,
                1 => file[at] = 0,
                2 if at.is_multiple_of(8) && at + 8 <= file.len() => {
                    file[at..at + 8].copy_from_slice(&[255; 8]);
                }
                _ => file.truncate(at.max(file.len().saturating_sub(70)).max(1)),
            }
        }
        let dir = cases.files("many bytes changed", 7, &files[0], Some(&files[1]));
        if die.below(2) == 0 {
            fs::write(dir.join("manifest.json"), builder::manifest(&[thread])).expect("a manifest");
        }
    }
}

/// Files of a later revision, of the original tracer, and with more behind them.
fn unusual(cases: &mut Cases) {
    let mut add = |fate, index: &builder::IndexFile, detail: Option<&builder::DetailFile>| {
        let detail = detail.map(builder::DetailFile::bytes);
        cases.files(fate, 7, &index.bytes(), detail.as_deref());
    };
    let Thread { index, detail, .. } = sample();
    let tracer = builder::IndexFile::by_the_original_tracer(7, &index.events);
    add("checksum 0", &tracer, detail.as_ref());
    let grown = builder::IndexFile { more_per_event: vec![0xAB; 8], ..index.clone() }.finalize();
    add("events have grown", &grown, detail.as_ref());
    let mut longer = index.clone();
    longer.header.more = vec![1; 16];
    add("header has grown", &longer.clone().finalize(), detail.as_ref());
    let mut longer = builder::IndexFile::unfinalized(7, &index.events);
    longer.header.more = vec![1; 16];
    longer.header.events_offset = 80;
    add("header has grown", &longer, detail.as_ref());
    add(
        "bytes behind the footer",
        &builder::IndexFile { trailing: vec![9; 100], ..index.clone() },
        None,
    );
    add("no events", &builder::IndexFile::finalized(7, &[]), None);
    let mut detail = detail.expect("it has");
    detail.trailing = vec![9; 70];
    add("bytes behind the footer", &index, Some(&detail));
    detail.footer = None;
    add("bytes behind the footer", &index, Some(&detail));
}

/// A detail.off beside an intact, truncated or damaged detail lane: right, cut, and with each byte changed.
fn offsets(cases: &mut Cases) {
    let with_detail: Vec<u32> = (0..70).collect();
    let thread = Thread::sample(7, 72, &with_detail);
    let detail = thread.detail.as_ref().expect("it has");
    let (right, index) = (detail.offsets(), thread.index.bytes());
    let mut truncated = detail.bytes();
    truncated.truncate(detail.record_offset(68) + 3);
    let mut damaged = detail.bytes();
    damaged[detail.record_offset(2)] = 0xFF;
    let mut add = |fate, detail: &[u8], offsets: &[u8]| {
        let dir = cases.files(fate, 7, &index, Some(detail));
        fs::write(dir.join("thread_7/detail.off"), offsets).expect("offsets");
    };
    for detail in [&detail.bytes(), &truncated, &damaged] {
        add("offsets of details", detail, &right);
        add("offsets of details, cut", detail, &right[..right.len() - 1]);
        add("offsets of details, cut", detail, b"");
    }
    for at in 0..right.len() {
        let mut offsets = right.clone();
        offsets[at] ^= 0x21;
        add("offsets of details, a byte changed", &damaged, &offsets);
    }
}

/// Manifests: cut, with bytes changed, and with values of other types.
fn manifests(cases: &mut Cases) {
    const INTACT: &str = r#"{"format_version": "2.1", "threads": [{"id": 7, "has_detail": false, "emitted": 3}, {"id": 9}],
 "time_start_ns": 5, "clock_type": 3, "state": "complete", "modules": [{"module_id": 1, "path": "\u00e9/\ud83d\ude00"}],
 "symbols": [{"function_id": "0x100000007", "module_id": 1, "symbol_index": 7, "name": "ma\nin"}],
 "clock": {"source": "tsc", "anchors": [{"counter": 1, "time_ns": 2}, [3, 4]]}, "more": [null, true, false, -1, 2.5e3, {}]}"#;
    let mut texts: Vec<(&'static str, Vec<u8>)> = vec![("manifest", INTACT.into())];
    for len in 0..INTACT.len() {
        texts.push(("manifest, cut", INTACT.as_bytes()[..len].to_vec()));
    }
    for xor in [1, 2, 0x10, 0x80] {
        for at in 0..INTACT.len() {
            let mut text = INTACT.as_bytes().to_vec();
            text[at] ^= xor;
            texts.push(("manifest, a byte changed", text));
        }
    }
    let mut wrong = |text: &str| texts.push(("manifest, other values", text.into()));
    let values = [
        "null",
        "true",
        "0",
        "-0",
        "-1",
        "255",
        "256",
        "4294967296",
        "18446744073709551616",
        "1.5",
        "1e400",
        "1e-7",
        "-1e-5",
        "1e22",
        "01",
        "1.",
        "\"x\"",
        "\"0x7\"",
        "\"a\\\"b\\u0007\\u00ad\"",
        "[]",
        "[1]",
        "{}",
        "{\"id\": 1}",
        "{\"tsc\": null}",
        "{\"recording\": null}",
        "{\"source\": 1}",
        "{\"source\": \"a\", \"anchors\": [[1]]}",
        "{\"source\": \"a\", \"anchors\": [{\"counter\": 1}]}",
        "[{\"id\": 7}, {\"id\": null}]",
        "[{\"id\": 7, \"id\": 8}]",
        "[{\"name\": 1, \"function_id\": \"0x7\"}]",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\q\"",
        "nul",
        "tru e",
        "[1,]",
        "{\"a\":1,}",
        "{1:2}",
        "[1 2]",
        "{\"a\" 1}",
        "\u{1}",
        "\"\u{1}\"",
        "-",
        "\"",
    ];
    let keys = [
        "threads",
        "format_version",
        "time_start_ns",
        "time_end_ns",
        "clock_type",
        "state",
        "modules",
        "symbols",
        "clock",
        "more",
    ];
    for key in keys {
        for value in values {
            wrong(&format!("{{\"threads\": [{{\"id\": 7}}], \"{key}\": {value}}}"));
            wrong(&format!("{{\n\"{key}\":{value} ,\"time_end_ns\": 1}}\n"));
        }
    }
    for key in
        ["id", "has_detail", "emitted", "recorded", "dropped_events", "dropped_details", "more"]
    {
        for value in values {
            wrong(&format!("{{\"threads\": [{{\"id\": 7, \"{key}\": {value}}}]}}"));
            wrong(&format!("{{\"threads\": [{{\"{key}\": {value}}}, {{}}]}}"));
        }
    }
    for value in values {
        wrong(value);
        wrong(&format!("{{\"threads\": []}} {value}"));
    }
    let deep = |depth: usize| {
        format!("{{\"threads\": [], \"x\": {}{}}}", "[".repeat(depth), "]".repeat(depth))
    };
    [1, 100, 125, 126, 127, 128, 200, 5000].iter().for_each(|&depth| wrong(&deep(depth)));
    let index = Thread::sample(7, 2, &[]).index.bytes();
    for (fate, text) in texts {
        let dir = cases.files(fate, 7, &index, None);
        fs::write(dir.join("manifest.json"), text).expect("a manifest");
    }
}

/// Directories and files that are no files of a thread.
fn missing(cases: &mut Cases) {
    let fate = "files missing or something else";
    cases.add("builder", fate);
    let dir = cases.add("builder", fate);
    for name in
        ["thread_1", "thread_01", "thread_4294967295", "thread_4294967296", "thread_2/index.atf"]
    {
        fs::create_dir_all(dir.join(name)).expect("a directory");
    }
    fs::create_dir(dir.join("manifest.json")).expect("a directory");
    fs::write(dir.join("thread_5"), "a file").expect("a file");
    let thread = sample();
    let dir = cases.files(fate, 7, &thread.index.bytes(), None);
    fs::create_dir(dir.join("thread_7/detail.atf")).expect("a directory");
    fs::write(dir.join("manifest.json"), builder::manifest_by_the_original_tracer(&[7, 8]))
        .expect("a manifest");
}

fn cases() -> Cases {
    let mut cases = Cases { root: Scratch::new(), all: Vec::new() };
    let dir = cases.add("Rust", "recorded");
    record(&dir, true);
    let dir = cases.add("Rust", "killed while it recorded");
    record(&dir, false);
    for (fate, how) in [("recorded", "finalized"), ("killed while it recorded", "killed")] {
        let dir = cases.add("C", fate);
        output_of(scratch::command(recorder()).arg(&dir).arg(how));
    }
    killed_in_c(&mut cases);
    let dir = cases.add("builder", "several threads");
    let threads = [sample(), Thread::sample(2, 30, &[4]), Thread::unfinalized(9, 20, &[0, 1])];
    builder::write_session(&dir, &threads);
    cut(&mut cases, "finalized, then cut at every byte", &sample());
    cut(&mut cases, "never finalized, cut at every byte", &Thread::unfinalized(7, 12, &[1, 2, 5]));
    flip(&mut cases, "finalized, a byte changed", &sample());
    flip(&mut cases, "never finalized, a byte changed", &Thread::unfinalized(7, 5, &[1, 2, 4]));
    shake(&mut cases);
    unusual(&mut cases);
    offsets(&mut cases);
    manifests(&mut cases);
    missing(&mut cases);
    cases
}

/// A language that is compared with Rust.
struct Reader {
    name: &'static str,
    command: Command,
    prints: Facts,
}

/// What a reader prints.
#[derive(Clone, Copy)]
enum Facts {
    /// [`cross::dump`].
    All,
    /// The same without merges.
    WithoutMerges,
    /// [`cross::verdict`].
    Verdict,
}

fn readers() -> Vec<Reader> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let numpy = std::env::var_os("ATF_TEST_PYTHON");
    let mut package = scratch::command(numpy.as_deref().unwrap_or("python3".as_ref()));
    package.args(["-B", "-W", "error"]).arg(tests.join("python/cross_dump.py"));
    package.args(numpy.is_some().then_some("--merged")).env("PYTHONPATH", python::package());
    let dump = tool("dump");
    let mut verify = scratch::command(&dump);
    verify.arg("--verdict");
    vec![
        Reader {
            name: "Python",
            command: package,
            prints: if numpy.is_some() { Facts::All } else { Facts::WithoutMerges },
        },
        Reader { name: "C", command: scratch::command(&dump), prints: Facts::All },
        Reader { name: "C, verify", command: verify, prints: Facts::Verdict },
    ]
}

/// What a reader prints of each case.
fn answers(reader: &mut Reader, cases: &[Case]) -> BTreeMap<PathBuf, String> {
    let command =
        reader.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", reader.name));
    let mut stdin = child.stdin.take().expect("it is piped");
    let list: String = cases.iter().map(|case| format!("{}\n", case.dir.display())).collect();
    let writing = std::thread::spawn(move || stdin.write_all(list.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{}: {errors}", reader.name);
    writing.join().expect("no panic").expect("it read everything");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let parts = text.split("== ").skip(1).map(|part| part.split_once('\n').expect("a line"));
    parts.map(|(dir, dump)| (PathBuf::from(dir), dump.to_owned())).collect()
}

/// The first lines in which two dumps differ.
fn difference(expected: &str, found: &str) -> String {
    let (mut left, mut right) = (expected.lines(), found.lines());
    loop {
        match (left.next(), right.next()) {
            (Some(left), Some(right)) if left == right => {}
            (left, right) => {
                let show = |line: Option<&str>| line.unwrap_or("nothing").to_owned();
                return format!("Rust: {}\n    it: {}", show(left), show(right));
            }
        }
    }
}

// R-011..R-015, A-03, A-04
#[test]
fn every_reader_reports_the_same_for_every_session() {
    let cases = cases();
    let expected = |case: &Case| (cross::dump(&case.dir), cross::verdict(&case.dir));
    let expected: Vec<(String, String)> = cases.all.iter().map(expected).collect();
    println!(
        "{:10} {:36} {:15} {:>6} {:>9}",
        "written by", "what became of it", "read by", "cases", "facts"
    );
    for mut reader in readers() {
        let answers = answers(&mut reader, &cases.all);
        let mut rows: Vec<(&str, &str, usize, usize)> = Vec::new();
        let mut wrong = Vec::new();
        for (case, (dump, verdict)) in cases.all.iter().zip(&expected) {
            let expected = match reader.prints {
                Facts::All => dump.clone(),
                Facts::WithoutMerges => cross::without_merges(dump),
                Facts::Verdict => verdict.clone(),
            };
            let found = answers.get(&case.dir).map_or("", String::as_str);
            if found != expected {
                let dir = case.dir.display();
                wrong.push(format!("{} ({dir}):\n  {}", case.fate, difference(&expected, found)));
            }
            let facts = expected.lines().count();
            match rows.iter_mut().find(|row| (row.0, row.1) == (case.writer, case.fate)) {
                Some(row) => (row.2, row.3) = (row.2 + 1, row.3 + facts),
                None => rows.push((case.writer, case.fate, 1, facts)),
            }
        }
        for (writer, fate, count, facts) in rows {
            println!("{writer:10} {fate:36} Rust, {:9} {count:>6} {facts:>9}", reader.name);
        }
        let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert_eq!(wrong.len(), 0, "{} differs:\n{shown}", reader.name);
    }
}

// W-001..W-008 from C
#[test]
fn c_writes_the_same_bytes_as_rust() {
    let root = Scratch::new();
    for (how, finalized) in [("finalized", true), ("killed", false)] {
        let (rust, c) =
            (root.path().join(format!("rust_{how}")), root.path().join(format!("c_{how}")));
        record(&rust, finalized);
        output_of(scratch::command(recorder()).arg(&c).arg(how));
        let (rust, c) = (files(&rust), files(&c));
        assert_eq!(rust.keys().collect::<Vec<_>>(), c.keys().collect::<Vec<_>>());
        for (name, bytes) in &rust {
            let differs = bytes.iter().zip(&c[name]).position(|(left, right)| left != right);
            assert_eq!((differs, bytes.len()), (None, c[name].len()), "{how}: {}", name.display());
        }
    }
}
