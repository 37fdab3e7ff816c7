//! The Python module under a real Python: it reads what Rust writes and writes what Rust reads,
//! refuses what is no file of the format, and does the same for formats that are not ours.
//! G-07, G-08, W-011.
//!
//! The programs are in `tests/python`; each asserts what needs no Rust, and prints the rest.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use atf_runtime::format::{
    Arch, AtfDetailFooter, AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, ClockType,
    DetailEventHeader, DetailEventType, DetailFunctionPayload, EventKind, Field, IndexEvent, Os,
    Record, Value,
};
use atf_runtime::session::TracePath;
use atf_runtime::{
    DetailReader, DetailSeq, Event, FunctionDetail, IndexReader, Payload, Platform, ThreadReader,
    ThreadWriter, WriterOptions,
};
use atf_tests::builder::{FRAME, IndexFile, Thread};
use atf_tests::judge::problems;
use atf_tests::scratch::{self, Scratch};
use zerocopy::IntoBytes;

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the committed module.
fn ours() -> PathBuf {
    package().join("../schema/generated/python")
}

/// Runs a program with these folders of modules; what it printed.
fn python(program: &str, modules: &[&Path], arguments: &[&Path]) -> String {
    let path = std::env::join_paths(modules).expect("no path holds a separator");
    // Every warning is an error, and no cache is left beside a committed file.
    let output = scratch::command("python3")
        .args(["-B", "-W", "error"])
        .arg(package().join("python").join(program))
        .args(arguments)
        .env("PYTHONPATH", path)
        .output()
        .unwrap_or_else(|error| {
            panic!("python3 (3.8 or newer) is needed to test the module, but: {error}")
        });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors}");
    assert_eq!(errors, "", "{program}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Writes the module of `schema` as `name` into `folder`.
fn module(folder: &Path, name: &str, schema: &str) {
    let format = atf_gen::load(format!("{name}.toml"), schema.as_bytes())
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let text = atf_gen::emit::python::text(&format);
    std::fs::write(folder.join(format!("{name}.py")), text).expect("the module can be written");
}

/// A folder with the modules of the foreign formats.
fn foreign() -> Scratch {
    let folder = Scratch::new();
    for name in ["bmp", "pcap", "ledger", "shelf"] {
        let path = package().join(format!("schemas/{name}.toml"));
        let schema = std::fs::read_to_string(path).expect("the schema is there");
        module(folder.path(), name, &schema);
    }
    folder
}

const ARM: Platform =
    Platform { arch: Arch::ARM64, os: Os::MACOS, clock_type: ClockType::MACH_CONTINUOUS };

/// A thread of six events, one of each kind of detail; the folder of its files.
fn recorded(session: &Path) -> PathBuf {
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut writer = ThreadWriter::create(session, 9, ARM, options).expect("it is made");
    for number in 0..6_u32 {
        let event = Event {
            timestamp_ns: u64::MAX - 100 + u64::from(number),
            function_id: 1 << 63 | u64::from(number),
            event_kind: EventKind::new(number),
            call_depth: 10 - number,
        };
        let stack = [7; 256];
        let mut function = FunctionDetail { x_regs: [0; 8], sp: 3, lr: 1, fp: 2, stack: &stack };
        function.x_regs[7] = u64::MAX;
        let payload = match number {
            1 | 2 => Some(function.into()),
            3 => Some(Payload::Raw { event_type: DetailEventType::new(99), bytes: b"raw" }),
            4 => Some(Payload::Raw { event_type: DetailEventType::new(98), bytes: b"" }),
            _ => None,
        };
        writer.write_event(&event, payload).expect("it is written");
    }
    let dir = writer.dir().to_owned();
    writer.finalize().expect("it is finalized");
    dir
}

fn value_text(value: Value<'_>) -> String {
    match value {
        Value::Unsigned(number) => number.to_string(),
        Value::Signed(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Name(name) => name.to_owned(),
        Value::Absent => "none".to_owned(),
        Value::Bytes(bytes) => hex(bytes),
        Value::List(elements) => {
            format!("[{}]", elements.map(value_text).collect::<Vec<_>>().join(", "))
        }
        Value::Record { .. } => unreachable!("no record of the format holds another"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn show<R: Record + IntoBytes + zerocopy::Immutable>(out: &mut String, what: &str, record: &R) {
    let fields: &[Field] = R::FIELDS;
    for field in fields {
        let value = field.value(record.as_bytes()).expect("the bytes are there");
        let _ = writeln!(out, "{what}.{} = {}", field.name, value_text(value));
    }
}

// G-08, W-011: every field of every record, as Rust wrote it.
#[test]
fn files_written_by_rust_are_read_by_python_field_by_field() {
    let session = Scratch::new();
    let dir = recorded(session.path());
    let thread = ThreadReader::open(&dir).expect("it is read");
    let mut expected = String::new();
    show::<AtfIndexHeader>(&mut expected, "header", thread.index().header());
    for (number, event) in thread.index().iter().enumerate() {
        show::<IndexEvent>(&mut expected, &format!("event {number}"), event);
    }
    let footer = thread.index().footer().expect("it is finalized");
    show::<AtfIndexFooter>(&mut expected, "footer", footer);
    let detail = thread.detail().expect("it is read").expect("there is detail");
    show::<AtfDetailHeader>(&mut expected, "detail header", detail.header());
    for number in 0..detail.len() as u32 {
        let record = detail.get(DetailSeq(number)).expect("a complete record").expect("a record");
        show::<DetailEventHeader>(&mut expected, &format!("record {number}"), record.header);
        let what = format!("record {number} payload");
        let Some(function) = record.function() else {
            let _ = writeln!(expected, "{what} {}", hex(record.payload));
            continue;
        };
        show::<DetailFunctionPayload>(&mut expected, &what, &function.registers);
        let _ = writeln!(expected, "record {number} stack {}", hex(function.stack));
        let names = DetailFunctionPayload::x_regs_names(Arch::ARM64, record.header.event_type);
        let _ = writeln!(expected, "record {number} registers {}", names.join(" "));
    }
    let footer = detail.footer().expect("it is finalized");
    show::<AtfDetailFooter>(&mut expected, "detail footer", footer);
    assert_eq!(python("dump.py", &[&ours()], &[&dir]), expected);
    assert!(expected.contains("record 0 registers x0 x1 x2 x3 x4 x5 x6 x7\n"), "{expected}");
}

// G-07, A-03: what the writer left, what was cut, what is something else.
#[test]
fn a_file_is_read_as_far_as_it_is_complete_or_refused_with_its_byte() {
    let folder = Scratch::new();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("it is written");
    };
    let thread = Thread::sample(7, 4, &[0, 2]);
    let (index, detail) = (thread.index.bytes(), thread.detail.clone().expect("detail").bytes());
    let changed = |bytes: &[u8], at: usize, to: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    write("detail 0 intact", &detail);
    write("detail 1 cut in the footer", &detail[..detail.len() - 1]);
    write("detail 2 length beyond the end", &changed(&detail, FRAME, &[255, 255]));
    write("detail 3 length too small", &changed(&detail, FRAME, &[23, 0, 0, 0]));
    write("detail 4 other count", &changed(&detail, detail.len() - 56, &[1]));
    let open = Thread::unfinalized(7, 4, &[0, 2]);
    let open_detail = open.detail.clone().expect("detail").bytes();
    write("detail 5 never finalized", &open_detail);
    write("detail 6 never finalized and truncated", &open_detail[..open_detail.len() - 1]);
    write("index 00 intact", &index);
    write("index 01 empty", b"");
    write("index 02 half a header", &index[..40]);
    write("index 03 another file", &detail);
    write("index 04 another version", &changed(&index, 5, &[2]));
    write("index 05 stride within a field", &changed(&index, 24, &[30]));
    write("index 06 stride of nothing", &changed(&index, 24, &[0]));
    write("index 07 stride of 33", &changed(&index, 24, &[33]));
    write("index 08 header that lies, footer wins", &changed(&index, 28, &[9]));
    write("index 09 events behind the end", &changed(&index, 32, &[0, 9]));
    write("index 10 footer behind the end, found all the same", &changed(&index, 40, &[0, 9]));
    write("index 11 footer that lies", &changed(&index, index.len() - 56, &[9]));
    write("index 12 huge footer", &changed(&index, index.len() - 56, &[255; 8]));
    write("index 13 cut in the footer", &index[..index.len() - 1]);
    write("index 14 cut in the events", &index[..100]);
    write("index 15 other bytes", &changed(&index, FRAME, &[1, 2, 3]));
    let open_index = open.index.bytes();
    write("index 20 never finalized", &open_index);
    write("index 21 never finalized and truncated", &open_index[..open_index.len() - 5]);
    write("index 22 header only", &open_index[..FRAME]);
    // Symptom: a flipped bit gave events that were never written. Cause: no footer confirmed their offset.
    write("index 25 never finalized, stride of 64", &changed(&open_index, 24, &[64]));
    write("index 26 never finalized, events at 65", &changed(&open_index, 32, &[65]));
    write("detail 7 never finalized, events at 65", &changed(&open_detail, 20, &[65]));
    let mut unwritten = index.clone();
    unwritten[..FRAME].copy_from_slice(&open_index[..FRAME]);
    write("index 23 footer before header", &unwritten);
    write("index 24 half a footer before header", &unwritten[..unwritten.len() - 20]);
    let tracer = atf_tests::builder::IndexFile::by_the_original_tracer(7, &thread.index.events);
    write("index 30 without a checksum", &tracer.bytes());
    insta::assert_snapshot!(python("outcomes.py", &[&ours()], &[folder.path()]));
}

/// What the runtime reads of a file, as tests/python/cut.py prints it.
fn answer(path: &Path, is_detail: bool) -> String {
    let state = |finalized| if finalized { "finalized" } else { "unfinalized" };
    let mut words = Vec::new();
    if is_detail {
        let Ok(detail) = DetailReader::open(path) else { return "refused".to_owned() };
        words.push(state(detail.is_finalized()).to_owned());
        let records = detail.iter();
        words.extend(records.map(|it| it.map_or("damaged".to_owned(), |it| it.offset.to_string())));
    } else {
        let Ok(index) = IndexReader::open(path) else { return "refused".to_owned() };
        words.push(state(index.extent().footer.is_complete()).to_owned());
        words.extend(index.iter().map(|event| event.timestamp_ns.to_string()));
    }
    words.join(" ")
}

// G-07, A-03. Symptom: the module refused what the runtime reads, 1,344 lengths of one thread's files. Cause: it took
// a finalized header for the promise of a footer.
//
// Symptom: the two differed where a count or length was damaged. Causes, in the module: a damaged footer at the end of
// a file was taken for events; a wrong count in a footer that the header bears out was an error; events that a header
// ends within a record ended in silence; a longer header was refused although the first event bore it out.
//
// The grid: each file cut after every byte, with every byte changed, with bytes appended; of a small thread also every
// byte changed and cut everywhere; and changes at random places. tests/python/cut.py makes the same variants.
#[test]
fn a_file_that_is_cut_or_damaged_gives_the_events_that_the_runtime_reads() {
    let folder = Scratch::new();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (count, details) in
        [(12, &[1, 2, 5, 8, 11][..]), (1, &[0]), (0, &[]), (9, &[]), (40, &[0, 39])]
    {
        for (state, thread) in [
            ("finalized", Thread::sample(7, count, details)),
            ("unfinalized", Thread::unfinalized(7, count, details)),
        ] {
            let name = format!("{count:02} events, {} details, {state}", details.len());
            files.push((format!("index {name}"), thread.index.bytes()));
            if let Some(detail) = &thread.detail {
                files.push((format!("detail {name}"), detail.bytes()));
            }
            if state == "unfinalized" {
                continue;
            }
            let tracer = IndexFile::by_the_original_tracer(7, &thread.index.events);
            files.push((format!("index {name}, no checksum"), tracer.bytes()));
            let mut unwritten = thread.index.bytes();
            let placeholder = IndexFile::unfinalized(7, &[]).bytes();
            unwritten[..FRAME].copy_from_slice(&placeholder[..FRAME]);
            files.push((format!("index {name}, footer before header"), unwritten));
        }
    }
    files.sort();
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).expect("it is written");
    }
    let (expected, found) = std::thread::scope(|scope| {
        let found = scope.spawn(|| python("cut.py", &[&ours()], &[folder.path()]));
        (answers_for_variants(&files), found.join().expect("it answers"))
    });
    let differ: Vec<_> = expected.lines().zip(found.lines()).filter(|it| it.0 != it.1).collect();
    assert!(
        differ.is_empty(),
        "{} differ, as {:#?}",
        differ.len(),
        &differ[..differ.len().min(20)]
    );
    assert_eq!(expected.lines().count(), found.lines().count());
}

/// What the runtime reads of each variant of the files, which are those of tests/python/cut.py.
fn answers_for_variants(files: &[(String, Vec<u8>)]) -> String {
    let (mut expected, cut) = (String::new(), Scratch::new());
    let path = cut.path().join("file");
    for (name, bytes) in files {
        let is_detail = name.starts_with("detail");
        for length in 0..=bytes.len() {
            std::fs::write(&path, &bytes[..length]).expect("it is written");
            let answer = self::answer(&path, is_detail);
            let _ = writeln!(expected, "{name}, {length} bytes: {answer}");
        }
        let at_every_byte = (0..bytes.len()).flat_map(|at| [1, 0x80, 0xFF].map(|xor| (at, xor)));
        for (at, xor) in at_every_byte {
            let mut changed = bytes.clone();
            changed[at] ^= xor;
            std::fs::write(&path, &changed).expect("it is written");
            let answer = self::answer(&path, is_detail);
            let _ = writeln!(expected, "{name}, byte {at} ^ {xor}: {answer}");
            if xor != 0xFF || !name.contains(" 01 events") {
                continue;
            }
            for length in 0..bytes.len() {
                std::fs::write(&path, &changed[..length]).expect("it is written");
                let answer = self::answer(&path, is_detail);
                let _ = writeln!(expected, "{name}, byte {at} ^ {xor}, {length} bytes: {answer}");
            }
        }
        for (byte, count) in [0, 0xFF]
            .into_iter()
            .flat_map(|it| [1, 24, 32, 64, 100, 300_000].map(|count| (it, count)))
        {
            let longer = [&bytes[..], &vec![byte; count]].concat();
            std::fs::write(&path, longer).expect("it is written");
            let answer = self::answer(&path, is_detail);
            let _ = writeln!(expected, "{name}, {count} x {byte} appended: {answer}");
        }
    }
    let mut seed = 0_u64;
    for (name, bytes) in files {
        for number in 0..300 {
            let mut changed = bytes.clone();
            for _ in 0..1 + number % 3 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let (at, to) = ((seed >> 40) as usize % changed.len(), (seed >> 32) as u8);
                changed[at] = [0, 1, 0xFF, to][number % 4];
            }
            std::fs::write(&path, &changed).expect("it is written");
            let answer = self::answer(&path, name.starts_with("detail"));
            let _ = writeln!(expected, "{name}, {number} random: {answer}");
        }
    }
    expected
}

// G-08, W-011: the other way round.
#[test]
fn files_written_by_python_are_clean_for_rust() {
    let session = Scratch::new();
    let dir = session.path().join("thread_7");
    std::fs::create_dir(&dir).expect("it is made");
    assert_eq!(python("write_thread.py", &[&ours()], &[&dir]), "");
    assert_eq!(problems(&TracePath::Thread(dir.clone())), [""; 0]);
    let thread = ThreadReader::open(&dir).expect("it is read");
    assert_eq!(
        (
            thread.index().len(),
            thread.detail().expect("it is read").expect("there is detail").len()
        ),
        (10, 4)
    );
    let event = thread.index().iter().nth(9).expect("ten events");
    let record = thread.get_detail_for(event).expect("a complete record").expect("a record");
    let function = record.function().expect("a function");
    assert_eq!((function.registers.sp.get(), function.stack.len()), (0x7FFF, 9));
}

// A-03: no bytes make it fail in any way but its own, hang, or ask for memory without end.
#[test]
fn damaged_files_of_every_kind_are_read_or_refused() {
    let foreign = foreign();
    assert_eq!(python("hostile.py", &[&ours(), foreign.path()], &[]), "");
}

// G-08
#[test]
fn foreign_formats_are_read_and_written_by_their_modules() {
    const TWO_BY_TWO: &[u8] = &[
        0x42, 0x4D, 0x46, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 0x28, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0,
        0, 1, 0, 0x18, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0x13, 0x0B, 0, 0, 0x13, 0x0B, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0, 0,
    ];
    let foreign = foreign();
    let image = foreign.path().join("image.bmp");
    std::fs::write(&image, TWO_BY_TWO).expect("it is written");
    insta::assert_snapshot!(python("foreign.py", &[foreign.path()], &[&image]));
}

/// A log before its change; `//` begins lines that exist only after it.
const LOG: &str = r#"
[format]
name = "log"
version = VERSION
revision = 2
reads = READS
endian = "little"

[[enum]]
name = "Kind"
type = "u16"
open = true
values = [
  { name = "first", value = 1 },
  { name = "second", value = 2 REMOVED },
  //{ name = "third", value = 3, since = 1 },
]

[[flags]]
name = "Has"
type = "u16"
open = true
bits = [{ name = "zone", bit = 0 }, { name = "head_room", bit = 1 }, { name = "level", bit = 2 }]

[[file]]
name = "log"
path = "log.bin"
header = "Head"
event = "Event"
footer = "Foot"
footer_at = "offset"

[[file]]
name = "notes"
path = "notes.bin"
event = "NoteHead"
framing = "length-prefixed"
payloads = [{ record = "Note", when = { kind = "first" } }]

[[record]]
name = "Head"
size = HEAD
fields = [
  { offset = 0, name = "magic", type = "[u8; 4]", const = "LOG!" },
  { offset = 4, name = "version", type = "u16", const = VERSION, role = { version = "format" } },
  { offset = 6, name = "stride", type = "u16", role = { stride = "events" } },
  { offset = 8, name = "start", type = "u32", default = HEAD, role = { offset = "events" } },
  { offset = 12, name = "foot", type = "u32", role = { offset = "footer" } },
  { offset = 16, name = "has", type = "Has" },
  { offset = 18, name = "_spare", type = "u16", reserved = true },
  //{ offset = 20, name = "zone", type = "u32", default = 60, guard = "has.zone", since = 1 },
  //{ offset = 24, name = "head_room", type = "u32", sentinel = 0, guard = "has.head_room", since = 2 },
]

[[record]]
name = "Event"
size = EVENT
fields = [
  { offset = 0, name = "time", type = "u64" DEPRECATED },
  { offset = 8, name = "kind", type = "Kind" },
  { offset = 10, name = "size", type = "u16", sentinel = 0xFFFF REMOVED },
  //{ offset = 12, name = "level", type = "u32", default = 3, guard = "header.has.level", since = 1 },
]

[[record]]
name = "Foot"
size = FOOT
fields = [
  { offset = 0, name = "magic", type = "[u8; 4]", const = "FOOT" },
  { offset = 4, name = "count", type = "u32", role = { count = "events", authoritative = true } },
  //{ offset = 8, name = "loudest", type = "u32", default = 9, role = { max = "events.level" }, since = 1 },
]

[[record]]
name = "NoteHead"
size = 4
fields = [
  { offset = 0, name = "len", type = "u16", role = { length = "record" } },
  { offset = 2, name = "kind", type = "Kind", default = "first" },
]

[[record]]
name = "Note"
size = 1
//trailer = "Mood"
fields = [
  { offset = 0, name = "text_len", type = "u8" },
  { offset = 1, name = "text", type = "[u8; text_len]" },
]

//[[record]]
//name = "Mood"
//size = 1
//fields = [{ offset = 0, name = "mood", type = "u8", since = 1 }]
"#;

// G-07: both reader columns of the table of verdicts.
#[test]
fn files_of_an_older_and_a_newer_version_are_read_or_refused() {
    let folder = Scratch::new();
    let old: String = LOG
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |all, line| all + line + "\n");
    let versions = [
        (
            "old",
            old,
            [("HEAD", "20"), ("EVENT", "12"), ("FOOT", "8"), ("VERSION", "1")],
            "[1]",
            "",
            "",
        ),
        (
            "new",
            LOG.replace("//", ""),
            [("HEAD", "28"), ("EVENT", "16"), ("FOOT", "12"), ("VERSION", "2")],
            "[1, 2]",
            ", removed = 2",
            ", deprecated = \"use the clock\"",
        ),
    ];
    for (name, schema, numbers, reads, removed, deprecated) in versions {
        let mut schema = schema
            .replace("READS", reads)
            .replace(" REMOVED", removed)
            .replace(" DEPRECATED", deprecated);
        for (word, number) in numbers {
            schema = schema.replace(&format!("= {word}"), &format!("= {number}"));
        }
        module(folder.path(), name, &schema);
    }
    insta::assert_snapshot!(python("evolution.py", &[folder.path()], &[]));
}

// G-08: what a schema says of a format cannot become a part of the program.
#[test]
fn no_text_of_a_schema_leaves_its_docstring_or_literal() {
    let nasty = r#"a \"\"\" b ''' \\ \" ; import os # {x} %s é \\N{DASH} \\"#;
    let schema = format!(
        "[format]\nname = \"nasty\"\ntitle = \"{nasty}\"\ndoc = \"\"\"\n{nasty}\n\n{nasty}\"\"\"\nversion = 1\n\
         endian = \"little\"\n[[constant]]\nname = \"SIZE\"\ntype = \"u8\"\nvalue = 7\ndoc = \"{nasty}\"\n\
         [[enum]]\nname = \"Class\"\ntype = \"u8\"\ndoc = \"{nasty}\"\n\
         values = [{{ name = \"none\", value = 0, doc = \"{nasty}\" }}]\n\
         [[record]]\nname = \"Plain\"\nsize = 12\ndoc = \"{nasty}\"\nfields = [\n\
         {{ offset = 0, name = \"tuple\", type = \"u8\", unit = \"{nasty}\", doc = \"{nasty}\", default = \"SIZE\" }},\n\
         {{ offset = 1, name = \"range\", type = \"[u8; 3]\", const = \"\\\"\\\\'\" }},\n\
         {{ offset = 4, name = \"bytes\", type = \"[Class; 4]\", element_names = [{{ when = {{ Class = \"none\" }}, names = [\"{nasty}\"] }}] }},\n\
         {{ offset = 8, name = \"size\", type = \"f32\", const = inf }},\n]\n"
    );
    let folder = Scratch::new();
    module(folder.path(), "nasty", &schema);
    let text = nasty.replace("\\\"", "\"").replace("\\\\", "\\");
    let path = folder.path().join("text");
    std::fs::write(&path, &text).expect("it is written");
    assert_eq!(python("hostile_text.py", &[folder.path()], &[&path]), "");
}

// What the page on the schema language shows is so.
#[test]
fn the_example_of_the_documentation_prints_its_output() {
    let page = std::fs::read_to_string(package().join("../docs/schema.md")).expect("the page");
    let block = |fence: &str| {
        let (_, rest) = page.split_once(fence).expect("the block is there");
        rest.split("```").next().expect("it ends").to_owned()
    };
    let folder = Scratch::new();
    module(folder.path(), "weather", &block("```toml\n"));
    let program = folder.path().join("program.py");
    std::fs::write(&program, block("```python\n")).expect("it is written");
    let program = program.to_str().expect("UTF-8");
    assert_eq!(python(program, &[folder.path()], &[]), block("```output\n"));
}

// The oldest Python that the module is for takes it.
#[test]
fn the_module_is_python_of_version_3_8() {
    let foreign = foreign();
    let modules: Vec<PathBuf> = ["bmp", "pcap", "ledger", "shelf"]
        .iter()
        .map(|name| foreign.path().join(format!("{name}.py")))
        .chain([ours().join("atf_v2.py")])
        .collect();
    let modules: Vec<&Path> = modules.iter().map(PathBuf::as_path).collect();
    assert_eq!(python("parses.py", &[], &modules), "5 modules\n");
}

// Its types are checked by .ci/run. Symptom: `events.count(x)` raised TypeError.
#[test]
fn the_typed_program_reads_what_it_builds() {
    assert_eq!(python("typed.py", &[&ours()], &[]), "typed\n");
}
