//! `atf-gen annotate`: real files and damaged ones, of our format and of others, byte by byte.
//! G-01, G-08.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use atf_gen::annotate::{Item, Options, Summary, annotate, identify};
use atf_gen::cli::{CANNOT, FINE, PROBLEM, run};
use atf_gen::model::Format;
use atf_tests::builder::{
    DetailFile, DetailRecord, FunctionPayload, IndexFile, NO_DETAIL, Thread, sample_event,
    sample_record,
};
use atf_tests::scratch::Scratch;
use proptest::prelude::*;

fn schema(name: &str) -> String {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = match name {
        "atf-v2" => package.join("../schema/atf-v2.toml"),
        other => package.join(format!("schemas/{other}.toml")),
    };
    path.to_str().expect("UTF-8").to_owned()
}

fn load(name: &str) -> Format {
    let bytes = std::fs::read(schema(name)).expect("the schema is there");
    atf_gen::load(name, &bytes).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

/// Writes `bytes` as `file` and annotates it: exit code, standard output, standard error.
fn annotated(
    schema_name: &str,
    file: &str,
    bytes: &[u8],
    arguments: &[&str],
) -> (u8, String, String) {
    let folder = Scratch::new();
    std::fs::write(folder.path().join(file), bytes).expect("written");
    command(schema_name, folder.path(), file, arguments)
}

fn command(
    schema_name: &str,
    folder: &Path,
    file: &str,
    arguments: &[&str],
) -> (u8, String, String) {
    let schema = schema(schema_name);
    let all = ["atf-gen", "annotate", file, "--schema", &schema].into_iter();
    let all = all.chain(arguments.iter().copied()).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(all, folder, &mut out, &mut err);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

/// The lines that mark what is wrong, without their mark.
fn marked(out: &str) -> Vec<&str> {
    out.lines().filter_map(|line| line.strip_prefix("!! ")).collect()
}

/// What is wrong with `bytes`, as one text.
#[track_caller]
fn wrong(file: &str, bytes: &[u8], arguments: &[&str]) -> String {
    let (code, out, err) = annotated("atf-v2", file, bytes, arguments);
    assert_eq!((code, err.as_str()), (PROBLEM, ""), "{out}");
    let marked = marked(&out);
    // Each mark is repeated in the list at the end.
    let again: Vec<&str> =
        out.lines().filter_map(|line| line.strip_prefix(&format!("{file}: "))).collect();
    assert_eq!(again[again.len() - marked.len()..], marked, "{out}");
    marked.join("\n")
}

#[track_caller]
fn sound(schema_name: &str, file: &str, bytes: &[u8], arguments: &[&str]) -> String {
    let (code, out, err) = annotated(schema_name, file, bytes, arguments);
    assert_eq!((code, err.as_str()), (FINE, ""), "{out}");
    assert!(marked(&out).is_empty(), "{out}");
    out
}

fn index(events: u32) -> IndexFile {
    Thread::sample(7, events, &[1]).index
}

fn function() -> DetailRecord {
    let payload = FunctionPayload {
        function_id: 1 << 32 | 5,
        x_regs: [1, 2, 3, 4, 5, 6, 7, 0x7FFE_0000_1000],
        lr: 0x40_1000,
        fp: 0x7FFE_0000_1040,
        sp: 0x7FFE_0000_1000,
        stack_size: None,
        reserved: 0,
        stack: (b'a'..=b'z').cycle().take(40).collect(),
    };
    DetailRecord { event_type: 3, payload: payload.bytes(), ..sample_record(7, 1) }
}

fn detail() -> DetailFile {
    let unknown =
        DetailRecord { event_type: 9, payload: b"unclaimed".to_vec(), ..sample_record(7, 6) };
    DetailFile::finalized(7, &[function(), sample_record(7, 3), unknown])
}

#[test]
fn every_byte_of_an_index_file_is_explained() {
    let out = sound("atf-v2", "index.atf", &index(3).bytes(), &["--checksum"]);
    insta::assert_snapshot!(out);
}

#[test]
fn a_payload_is_taken_apart_and_its_registers_have_names() {
    let out = sound("atf-v2", "detail.atf", &detail().bytes(), &[]);
    insta::assert_snapshot!(out);
}

#[test]
fn a_file_that_was_never_finished_is_shown_up_to_its_last_byte() {
    let mut file = Thread::unfinalized(7, 2, &[]).index;
    file.partial = vec![0xAB; 13];
    let (code, out, _) = annotated("atf-v2", "index.atf", &file.bytes(), &[]);
    assert_eq!(code, PROBLEM);
    insta::assert_snapshot!(out);
}

// G-08: the pixels are the encyclopedia's.
#[test]
fn a_published_bitmap_is_explained_and_undescribed_bytes_are_no_damage() {
    let bytes = [
        0x42, 0x4D, 0x46, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 0x28, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0,
        0, 1, 0, 0x18, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0x13, 0x0B, 0, 0, 0x13, 0x0B, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0, 0,
    ];
    insta::assert_snapshot!(sound("bmp", "picture.bmp", &bytes, &[]));
}

// G-08
#[test]
fn a_capture_is_followed_by_its_lengths_to_where_it_is_cut() {
    let mut file = vec![0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0];
    file.extend([0; 8]);
    file.extend(65_535_u32.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    for (length, payload) in [(4_u32, &b"ping"[..]), (0, b""), (9, b"cut")] {
        for word in [1_700_000_000, 2_000_000, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(payload);
    }
    let (code, out, _) = annotated("pcap", "a.pcap", &file, &[]);
    assert_eq!(code, PROBLEM);
    insta::assert_snapshot!(out);
}

#[test]
fn each_damage_of_an_index_file_is_named_where_it_is() {
    let byte = |at: usize, value: u8| {
        let mut bytes = index(3).bytes();
        bytes[at] = value;
        bytes
    };
    let lie = |change: fn(&mut IndexFile)| {
        let mut file = index(3);
        change(&mut file);
        file.bytes()
    };
    let cases: [(&[u8], &str); 19] = [
        (&byte(0, b'X'), "header at byte 0: magic: expected \"ATI2\", found \"XTI2\""),
        (&byte(4, 2), "header at byte 4: endian: expected 1, found 2"),
        (&byte(5, 3), "header at byte 5: version: expected version 1, found 3"),
        (
            &byte(18, 7),
            "header at byte 17: _reserved1: expected zero, found 00 07 00: damaged, or from a newer revision",
        ),
        (
            &lie(|file| file.header.event_size = 31),
            "header at byte 24: event_size: expected at least 32, the size of an event, found 31",
        ),
        (
            &lie(|file| file.header.event_size = 0),
            "header at byte 24: event_size: expected at least 32, the size of an event, found 0",
        ),
        (
            &lie(|file| file.header.event_count = 4),
            "header at byte 28: event_count: expected 3, the number in the file, found 4",
        ),
        (
            &lie(|file| file.header.events_offset = 63),
            "header at byte 32: events_offset: expected 64, the end of the header, to 224, the end of the file, found 63",
        ),
        (
            &lie(|file| file.header.events_offset = u64::MAX),
            "header at byte 32: events_offset: expected 64, the end of the header, to 224, the end of the file, found 18446744073709551615",
        ),
        (
            &lie(|file| file.header.footer_offset = 1 << 40),
            "header at byte 40: footer_offset: expected 160, where AtfIndexFooter was found, found 1099511627776",
        ),
        (
            &lie(|file| file.header.time_start_ns = 5),
            "header at byte 48: time_start_ns: expected 1000, found 5",
        ),
        (
            &lie(|file| file.header.time_end_ns = 5),
            "header at byte 56: time_end_ns: expected 1020, found 5",
        ),
        (
            &lie(|file| file.footer_mut().magic = *b"zero"),
            "footer at byte 160: magic: expected \"2ITA\", found \"zero\"",
        ),
        (
            &lie(|file| file.footer_mut().checksum = 0),
            &format!(
                "footer at byte 164: checksum: expected 0x{:08X}, the crc32 of bytes 64..160, found 0x00000000: probably never computed",
                crc32fast::hash(&index(3).events_bytes())
            ),
        ),
        (
            &lie(|file| file.footer_mut().event_count = u64::MAX),
            "footer at byte 168: event_count: expected 3, the number in the file, found 18446744073709551615",
        ),
        (
            &lie(|file| file.footer_mut().bytes_written = 95),
            "footer at byte 192: bytes_written: expected 96, the number of bytes in the file, found 95",
        ),
        (
            &lie(|file| file.trailing = b"more".to_vec()),
            "file at byte 224: expected its end, found 4 bytes outside of all records",
        ),
        (
            &index(3).bytes()[..40],
            "header at byte 0: expected 64 bytes, found 40, where the file ends\n\
             footer at byte 40: expected AtfIndexFooter, 64 bytes, found none: the file is not finalized or is truncated",
        ),
        (
            &[],
            "header at byte 0: expected 64 bytes, found 0, where the file ends\n\
             footer at byte 0: expected AtfIndexFooter, 64 bytes, found none: the file is not finalized or is truncated",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(wrong("index.atf", bytes, &["--checksum"]), expected);
    }
}

#[test]
fn each_damage_of_a_detail_file_is_named_where_it_is() {
    let lie = |change: fn(&mut DetailFile)| {
        let mut file = detail();
        change(&mut file);
        file.bytes()
    };
    let cases: [(&[u8], &str); 8] = [
        (
            &lie(|file| file.header.index_seq_end = 5),
            "header at byte 52: index_seq_end: expected 6, found 5",
        ),
        (
            &lie(|file| file.header.index_seq_start = 3),
            "header at byte 44: index_seq_start: expected 1, found 3",
        ),
        (
            &lie(|file| file.records[1].total_length = Some(23)),
            "header at byte 28: event_count: expected 1, the number in the file, found 3\n\
             header at byte 52: index_seq_end: expected 1, found 6\n\
             event 1 at byte 228: total_length: expected at least 24, the size of the event itself, found 23\n\
             footer at byte 308: event_count: expected 1, the number in the file, found 3\n\
             footer at byte 332: time_end_ns: expected 1010, found 1060",
        ),
        (
            &lie(|file| file.records[2].total_length = Some(u32::MAX)),
            "header at byte 28: event_count: expected 2, the number in the file, found 3\n\
             header at byte 52: index_seq_end: expected 3, found 6\n\
             event 2 at byte 267: total_length: expected at most 33, the bytes that are left, found 4294967295\n\
             footer at byte 308: event_count: expected 2, the number in the file, found 3\n\
             footer at byte 332: time_end_ns: expected 1030, found 1060",
        ),
        (
            &lie(|file| file.records[0].payload[96] = 41),
            "payload of event 0 at byte 188: stack_snapshot: expected 41 bytes, which stack_size says, found 40",
        ),
        (
            &lie(|file| file.records[0].payload[97] = 2),
            "payload of event 0 at byte 184: stack_size: expected at most MAX_STACK_BYTES (256), found 552\n\
             payload of event 0 at byte 188: stack_snapshot: expected 552 bytes, which stack_size says, found 40",
        ),
        (
            &lie(|file| file.trailing = vec![0; 100]),
            "file at byte 364: expected its end, found 100 bytes outside of all records",
        ),
        (
            &lie(|file| file.footer_mut().magic = [0; 4]),
            "footer at byte 300: magic: expected \"2DTA\", found 00 00 00 00",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(wrong("detail.atf", bytes, &[]), expected);
    }
}

#[test]
fn a_value_without_a_name_is_damage_in_a_closed_enum_and_none_in_an_open_one() {
    let mut events = index(1);
    events.events[0].event_kind = 77;
    let out = sound("atf-v2", "index.atf", &events.finalize().bytes(), &[]);
    assert!(out.contains("IndexEvent.event_kind = 77, which has no name"), "{out}");

    // A note of the ledger, whose kind is one of two: an event of 12 bytes and a footer of 8.
    let note = [0, 0, 0, 0, 12, 0, 9, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    let (code, out, _) = annotated("ledger", "notes.bin", &note, &["--file", "notes"]);
    assert_eq!(code, PROBLEM);
    assert_eq!(marked(&out), ["event 0 at byte 6: kind: expected one of debit, credit, found 9"]);
}

#[test]
fn records_that_a_newer_version_extended_are_no_damage() {
    let mut file = index(2);
    file.header.more = vec![1; 16];
    file.more_per_event = vec![2; 8];
    let out = sound("atf-v2", "index.atf", &file.finalize().bytes(), &["--checksum"]);
    for line in [
        "00000040  01 01 01 01 01 01 01 01  |........| 16 bytes (between header and events: from a newer revision?)",
        "event 1: IndexEvent, bytes 120..160",
        "00000098  02 02 02 02 02 02 02 02  |........| 8 bytes (after the event: from a newer version?)",
    ] {
        assert!(out.contains(&format!("{line}\n")), "{out}");
    }
}

/// A schema with what evolution leaves: a removed field and value, a guarded field, a trailer.
const EVOLVED: &str = r#"
[format]
name = "evolved"
version = 1
revision = 4
endian = "little"

[[flags]]
name = "Marks"
type = "u8"
bits = [{ name = "has_weight", bit = 0, since = 1 }]

[[enum]]
name = "Color"
type = "u8"
open = true
values = [{ name = "red", value = 1 }, { name = "blue", value = 2, removed = 3 }]

[[file]]
name = "things"
path = "things.bin"
event = "Thing"
framing = "length-prefixed"

[[record]]
name = "Thing"
size = 8
trailer = "More"
fields = [
  { offset = 0, name = "length", type = "u8", role = { length = "record" } },
  { offset = 1, name = "marks", type = "Marks" },
  { offset = 2, name = "weight", type = "u16", unit = "g", since = 1, guard = "marks.has_weight" },
  { offset = 4, name = "height", type = "u16", removed = 2 },
  { offset = 6, name = "color", type = "Color" },
  { offset = 7, name = "name_len", type = "u8" },
  { offset = 8, name = "name", type = "[u8; name_len]" },
]

[[record]]
name = "More"
size = 2
since = 4
fields = [{ offset = 0, name = "price", type = "u16", since = 4 }]
"#;

// G-07
#[test]
fn removed_guarded_and_added_fields_behind_a_tail_are_reported() {
    let folder = Scratch::new();
    let schema = folder.path().join("evolved.toml");
    std::fs::write(&schema, EVOLVED).expect("written");
    let things = b"\x0a\x01\x05\x00\x09\x00\x01\x02ab\x0d\x00\x05\x00\x00\x00\x02\x03abc\x0c\x00";
    std::fs::write(folder.path().join("things.bin"), things).expect("written");
    let arguments = ["atf-gen", "annotate", "things.bin", "--schema", "evolved.toml"];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(arguments.map(OsString::from), folder.path(), &mut out, &mut err);
    assert_eq!((code, String::from_utf8_lossy(&err).as_ref()), (FINE, ""));
    insta::assert_snapshot!(String::from_utf8(out).expect("UTF-8"));
}

#[test]
fn the_middle_of_a_long_file_is_left_out_and_found_by_its_bytes() {
    let bytes = index(100).bytes();
    let regions = |arguments: &[&str]| -> Vec<String> {
        let out = sound("atf-v2", "index.atf", &bytes, arguments);
        let lines = out.lines();
        lines
            .filter(|line| line.starts_with("...") || line.contains(": IndexEvent, "))
            .map(|line| line.replace(": IndexEvent, bytes", ""))
            .collect()
    };
    assert_eq!(
        regions(&["--limit", "1"]),
        [
            "event 0 64..96",
            "... 97 more events, bytes 96..3200: --all shows them",
            "event 98 3200..3232",
            "event 99 3232..3264"
        ]
    );
    assert_eq!(
        regions(&["--limit", "2", "--from", "0xc7f"]),
        [
            "event 97 3168..3200",
            "event 98 3200..3232",
            "... 1 more event, bytes 3232..3264: --all shows them"
        ]
    );
    assert_eq!(regions(&["--from", "3300"]), [""; 0]);
    assert_eq!(regions(&["--limit", "99"]).len(), 100);
    assert_eq!(regions(&["--all"]).len(), 100);
    // By lengths, where each event says its own.
    let out = sound("atf-v2", "detail.atf", &detail().bytes(), &["--from", "228", "--limit", "1"]);
    assert!(out.contains("\nevent 1: DetailEventHeader, bytes 228..267\n"), "{out}");
    assert!(!out.contains("event 0") && out.contains("... 1 more event, bytes 267..300"), "{out}");
}

#[test]
fn a_file_is_known_by_its_name_or_else_by_its_first_bytes() {
    let (index, detail) = (index(1).bytes(), detail().bytes());
    let first = |file: &str, bytes: &[u8], arguments: &[&str]| {
        let (_, out, err) = annotated("atf-v2", file, bytes, arguments);
        format!("{out}{err}").lines().take(2).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        first("index.atf", &index, &[]),
        "index.atf: the file index (index.atf) of atf-v2\n"
    );
    assert_eq!(first("copy.1", &detail, &[]), "copy.1: the file detail (detail.atf) of atf-v2\n");
    assert_eq!(
        first("index.atf", &detail, &[]),
        "index.atf: the file index (index.atf) of atf-v2\n\
         hint: its first bytes are those of detail.atf: --file detail"
    );
    assert_eq!(
        first("copy.2", b"nothing of ours", &[]),
        "copy.2: neither its name nor its first bytes match a file of the schema: \
         select one with --file index (index.atf) or --file detail (detail.atf) \
         or --file detail_offsets (detail.off) or --file index_sums (index.sum) \
         or --file detail_sums (detail.sum) or --file session_sum (session.sum) or --file ring (lanes.ring)"
    );
    let (code, out, err) = annotated("atf-v2", "index.atf", &index, &["--file", "detial"]);
    assert_eq!((code, out.as_str()), (CANNOT, ""));
    assert!(err.ends_with("atf-v2.toml: expected a file, found detial: did you mean detail?\n"));
    // A format with one file needs no name.
    assert_eq!(identify(&load("bmp"), "x", b""), Ok(0));
    // Two files of one name and one magic cannot be distinguished.
    let twins = "[format]\nname = \"twins\"\nversion = 1\nendian = \"little\"\n\
        [[file]]\nname = \"a\"\npath = \"a/log\"\nheader = \"Head\"\n\
        [[file]]\nname = \"b\"\npath = \"b/log\"\nheader = \"Head\"\n\
        [[record]]\nname = \"Head\"\nsize = 1\nfields = [{ offset = 0, name = \"m\", type = \"u8\", const = 7 }]\n";
    let twins = atf_gen::load("twins.toml", twins.as_bytes()).expect("it is right");
    let why = identify(&twins, "log", b"\x07").expect_err("it could be both");
    assert_eq!(
        (why.files(), why.to_string().as_str()),
        (&[0, 1][..], "several files of the schema match")
    );
    assert_eq!(identify(&twins, "x/b/log", b"\x07"), Ok(1));
}

#[test]
fn unreadable_input_exits_with_two_and_the_reason() {
    let folder = Scratch::new();
    std::fs::create_dir(folder.path().join("index.atf")).expect("a folder");
    let (code, out, err) = command("atf-v2", folder.path(), "index.atf", &[]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (CANNOT, "", "index.atf: expected a file, found a folder\n")
    );
    let (code, _, err) = command("atf-v2", folder.path(), "absent.atf", &[]);
    assert_eq!((code, err.starts_with("absent.atf: ")), (CANNOT, true), "{err}");
    let (code, _, err) = command("atf-v2", folder.path(), "absent.atf", &["--from", "0xZ"]);
    assert_eq!(code, CANNOT);
    assert!(err.contains("expected a number of bytes, such as 4096 or 0x1000"), "{err}");
    // A device has no end: it is not waited for.
    if cfg!(unix) {
        let (code, _, err) = command("atf-v2", folder.path(), "/dev/zero", &[]);
        assert_eq!(
            (code, err.as_str()),
            (CANNOT, "/dev/zero: expected a file, found something else\n")
        );
    }
}

#[test]
fn json_has_the_content_of_the_text() {
    let mut file = index(30);
    file.header.event_count = 4;
    let (code, out, err) =
        annotated("atf-v2", "index.atf", &file.bytes(), &["--json", "--limit", "1"]);
    assert_eq!((code, err.as_str()), (PROBLEM, ""));
    let json: serde_json::Value = serde_json::from_str(&out).expect("one JSON object");
    assert_eq!(
        (&json["file"], &json["length"], &json["events"], &json["problem_count"]),
        (&"index".into(), &(64 + 30 * 32 + 64).into(), &30.into(), &1.into())
    );
    let items = json["items"].as_array().expect("a list");
    let range = items.iter().find(|item| item["field"] == "event_count").expect("it is there");
    assert_eq!(
        range,
        &serde_json::json!({
            "item": "range", "kind": "field", "offset": 28, "length": 4, "bytes": "04000000",
            "record": "AtfIndexHeader", "field": "event_count", "value": "4", "note": "",
            "meaning": "Number of events; 0 until the file is finalized.",
            "problems": [{ "region": "header", "at": 28, "field": "event_count",
                "expected": "30, the number in the file", "found": "4" }],
        })
    );
    assert_eq!(json["problems"], range["problems"]);
    let skipped = items.iter().find(|item| item["item"] == "skipped").expect("some are left out");
    assert_eq!(
        skipped,
        &serde_json::json!({ "item": "skipped", "events": 27, "start": 96, "end": 960 })
    );
}

/// A file that is computed where it is read, and counts what is read of it.
struct Endless {
    length: u64,
    at: u64,
    read: u64,
    byte: fn(u64) -> u8,
}

impl Read for &mut Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (buffer.len() as u64).min(self.length.saturating_sub(self.at)) as usize;
        for (byte, at) in buffer[..count].iter_mut().zip(self.at..) {
            *byte = (self.byte)(at);
        }
        self.at += count as u64;
        self.read += count as u64;
        Ok(count)
    }
}

impl Seek for &mut Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.length.saturating_add_signed(by),
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

fn all(
    format: &Format,
    kind: usize,
    input: impl Read + Seek,
    options: &Options,
) -> (Summary, Vec<Item>) {
    let mut items = Vec::new();
    let summary = annotate(format, kind, input, options, &mut |item| {
        items.push(item);
        Ok(())
    })
    .expect("it can be read");
    (summary, items)
}

#[test]
fn little_of_a_file_of_a_tebibyte_is_read() {
    let format = load("atf-v2");
    let index = |at: u64| *b"ATI2\x01\x01\x01\x04".get(at as usize).unwrap_or(&0);
    let mut file = Endless { length: 1 << 40, at: 0, read: 0, byte: index };
    let (summary, items) = all(&format, 0, &mut file, &Options::default());
    assert_eq!(summary.events, Some(((1 << 40) - 64) / 32));
    assert!(items.len() < 200 && file.read < 1 << 20, "{} read", file.read);

    // Each event says that it is 32 bytes long: they are counted up to a limit.
    let detail = |at: u64| match at {
        0..8 => b"ATD2\x01\x01\x01\x04"[at as usize],
        20 => 64,
        64.. if at.is_multiple_of(32) => 32,
        _ => 0,
    };
    let mut file = Endless { length: 1 << 40, at: 0, read: 0, byte: detail };
    let options = Options { walk: 10_000, ..Options::default() };
    let (summary, items) = all(&format, 1, &mut file, &options);
    assert_eq!(summary.events, None);
    assert!(items.contains(&Item::Skipped { events: None, start: 64 + 8 * 32, end: 1 << 40 }));
    assert!(file.read < 1 << 20, "{} read", file.read);
}

/// Fails unless the items explain every byte of the file once, in order.
fn assert_covers_all(length: u64, items: &[Item]) {
    let mut end = 0;
    for item in items {
        let (start, length) = match item {
            Item::Range(range) => (range.offset, range.length),
            Item::Skipped { start, end, .. } => (*start, end - start),
            _ => continue,
        };
        assert_eq!(start, end, "{item:?}");
        end += length;
    }
    assert_eq!(end, length);
}

fn assert_survives(format: &Format, bytes: &[u8], from: u64) {
    for kind in 0..format.files.len() {
        let length = bytes.len() as u64;
        let options = Options { checksum: true, walk: 1 << 12, ..Options::default() };
        let (summary, items) = all(format, kind, Cursor::new(bytes), &options);
        assert_covers_all(length, &items);
        let marked: usize = items
            .iter()
            .map(|item| match item {
                Item::Range(range) => range.problems.len(),
                Item::Problem(_) => 1,
                _ => 0,
            })
            .sum();
        assert_eq!((summary.problems, summary.length), (marked as u64, length));
        let (_, shown) = all(format, kind, Cursor::new(bytes), &Options { all: true, ..options });
        assert_covers_all(length, &shown);
        all(format, kind, Cursor::new(bytes), &Options { from, limit: 2, ..Options::default() });
    }
}

/// Intact files, by format.
fn intact_files() -> BTreeMap<&'static str, Vec<Vec<u8>>> {
    let thread = Thread::sample(3, 12, &[2, 5, 6, 9]);
    let detail_file = thread.detail.as_ref().expect("it has detail").bytes();
    let mut ledger = vec![0; 88];
    ledger[..12].copy_from_slice(b"\x89LDG\x0d\x0a\x1a\x0a\"?\\\x01");
    ledger[12] = 2;
    ledger[24] = 40;
    ledger[32] = 88;
    ledger[40..48].copy_from_slice(&168_u64.to_le_bytes());
    ledger[48] = 2;
    ledger.extend([0; 2 * 40 + 36]);
    let mut note = vec![0, 0, 0, 0, 24, 0, 0, 0, 7, 0, 0, 0];
    note.extend([0, 0, 0, 0, 0, 0, 0, 0, 3, b'a', b'b', b'c', 1, 0, 0, 0, 0, 0, 0, 0]);
    let mut capture = vec![0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0];
    capture.extend([0; 16]);
    for _ in 0..3 {
        capture.extend([0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]);
    }
    BTreeMap::from([
        ("atf-v2", vec![thread.index.bytes(), detail_file, detail().bytes()]),
        ("bmp", vec![b"BM".iter().copied().chain([0; 68]).collect()]),
        ("ledger", vec![ledger, note]),
        ("pcap", vec![capture]),
        ("shelf", vec![b"SHLF".iter().copied().chain([0; 200]).collect()]),
    ])
}

fn formats() -> Vec<(Format, Vec<Vec<u8>>)> {
    intact_files().into_iter().map(|(name, files)| (load(name), files)).collect()
}

/// Which byte of a file, and its new value.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    let values = prop_oneof![any::<u8>(), Just(0), Just(0xFF), Just(1), Just(0x80)];
    prop::collection::vec((any::<prop::sample::Index>(), values), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_of_an_intact_file_is_too_much(
        edits in edits(),
        cut in any::<prop::sample::Index>(),
        more in prop::collection::vec(any::<u8>(), 0..40),
        from in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        for (format, files) in formats() {
            for mut bytes in files {
                for (at, value) in &edits {
                    let at = at.index(bytes.len());
                    bytes[at] = *value;
                }
                if is_cut {
                    bytes.truncate(cut.index(bytes.len() + 1));
                }
                bytes.extend(&more);
                assert_survives(&format, &bytes, from.index(bytes.len() + 9) as u64);
            }
        }
    }

    #[test]
    fn any_bytes_are_explained(bytes in prop::collection::vec(any::<u8>(), 0..700), from in any::<u64>()) {
        for (format, _) in formats() {
            assert_survives(&format, &bytes, from);
        }
    }
}

#[test]
fn intact_files_have_no_damage() {
    let format = load("atf-v2");
    let thread = Thread::sample(3, 40, &[2, 5, 6, 9]);
    let options = Options { all: true, checksum: true, ..Options::default() };
    for (kind, bytes) in
        [thread.index.bytes(), thread.detail.expect("it has detail").bytes()].iter().enumerate()
    {
        let (summary, items) = all(&format, kind, Cursor::new(bytes), &options);
        assert_eq!((summary.problems, summary.events), (0, Some([40, 4][kind])));
        assert_covers_all(bytes.len() as u64, &items);
    }
    let event = sample_event(3, 0, NO_DETAIL);
    let empty = IndexFile::finalized(3, &[]).bytes();
    assert_eq!(all(&format, 0, Cursor::new(&empty), &options).0.problems, 0);
    let original = IndexFile::by_the_original_tracer(3, &[event]).bytes();
    assert_eq!(all(&format, 0, Cursor::new(&original), &Options::default()).0.problems, 0);
}

#[test]
fn documentation_of_a_damaged_file_matches_the_output() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let block = |fence: &str| {
        let (_, rest) = page.split_once(fence).expect("the block is there");
        rest.split("```").next().expect("it ends").to_owned()
    };
    let folder = Scratch::new();
    std::fs::create_dir(folder.path().join("schema")).expect("its part");
    std::fs::write(folder.path().join("schema/weather.toml"), block("```toml\n")).expect("written");
    let mut file = b"WXLG\x01\x00\x18\x00\x38\x00\x00\x00\x00\x00\x00\x00Zugspitze\x00\x00\x00\x00\x00\x00\x00".to_vec();
    let mut reading = 60_000_u64.to_le_bytes().to_vec();
    reading.extend(281.5_f32.to_le_bytes());
    // To the east, to the north; overcast; 130 % damp; the barometer did not answer; no photograph.
    reading.extend([0xDC, 5, 0, 0, 2, 130, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    file.extend(&reading);
    file.extend(crc32fast::hash(&reading).to_le_bytes());
    for number in [2_u64, 60_000, 60_000] {
        file.extend(number.to_le_bytes());
    }
    std::fs::write(folder.path().join("readings.wx"), file).expect("written");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["atf-gen", "annotate", "readings.wx", "--checksum"].map(OsString::from);
    assert_eq!(run(arguments, folder.path(), &mut out, &mut err), PROBLEM);
    let out = String::from_utf8(out).expect("UTF-8");
    assert_eq!(format!("$ atf-gen annotate readings.wx --checksum\n{out}"), block("```console\n"));
}

/// A header, an event and a payload that grew in revision 1, and closed values that were removed.
const GROWN: &str = r#"
[format]
name = "grown"
version = 1
revision = 2
endian = "little"

[[enum]]
name = "Color"
type = "u8"
values = [{ name = "red", value = 1 }, { name = "blue", value = 2, removed = 2 }]

[[flags]]
name = "Marks"
type = "u8"
bits = [{ name = "heavy", bit = 0 }, { name = "wet", bit = 1, removed = 2 }]

[[file]]
name = "boxes"
path = "boxes.bin"
header = "Head"
event = "Box"
framing = "fixed"

[[record]]
name = "Head"
size = 8
fields = [
  { offset = 0, name = "magic", type = "[u8; 2]", const = "BX" },
  { offset = 2, name = "boxes_offset", type = "u8", role = { offset = "events" } },
  { offset = 3, name = "box_size", type = "u8", role = { stride = "events" } },
  { offset = 4, name = "owner", type = "u32", since = 1 },
]

[[record]]
name = "Box"
size = 4
fields = [
  { offset = 0, name = "color", type = "Color" },
  { offset = 1, name = "marks", type = "Marks" },
  { offset = 2, name = "price", type = "u16", since = 1 },
]
"#;

// G-07: older data holds its own header length and event length.
#[test]
fn files_of_an_earlier_revision_are_no_damage() {
    let format = atf_gen::load("grown.toml", GROWN.as_bytes()).expect("it is right");
    let fields = |bytes: &[u8]| -> (Vec<String>, Vec<String>) {
        let (summary, items) = all(&format, 0, Cursor::new(bytes), &Options::default());
        assert_covers_all(bytes.len() as u64, &items);
        let problems = summary.listed.iter().map(ToString::to_string).collect();
        let ranges = items.iter().filter_map(|item| match item {
            Item::Range(range) => Some(format!("{} {}", range.field, range.value)),
            _ => None,
        });
        (ranges.skip(3).collect(), problems)
    };
    assert_eq!(
        fields(b"BX\x04\x02\x02\x03\x01\x00"),
        (
            vec![
                "color blue (2), removed in revision 2".to_owned(),
                "marks heavy | wet, removed in revision 2".to_owned(),
                "color red (1)".to_owned(),
                "marks no flag".to_owned(),
            ],
            vec![]
        )
    );
    let today = fields(b"BX\x08\x04\x01\x00\x00\x00\x01\x00\x05\x00");
    assert_eq!(today.1, [""; 0]);
    assert_eq!(today.0, ["owner 1", "color red (1)", "marks no flag", "price 5"]);
    assert_eq!(
        fields(b"BX\x03\x01\x03\x04\x09\x00").1,
        [
            "header at byte 2: boxes_offset: expected 4, the end of the header, to 8, the end of the file, found 3",
            "header at byte 3: box_size: expected at least 2, the size of an event, found 1",
        ]
    );
}
