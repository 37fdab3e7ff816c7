//! Bytes that are not what was written: files cut at every length, every byte of headers, footers
//! and events flipped, and damage at random. Nothing may panic, hang or be invented; each test
//! lists byte by byte what verification must see and what recovery repairs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atf_runtime::reader::{DetailExtent, IndexExtent};
use atf_runtime::session::{Session, TracePath};
use atf_runtime::storage::{Disk, Storage};
use atf_runtime::verify::{thread_checksum, verify};
use atf_runtime::{DetailReader, DetailSeq, IndexReader, IndexSeq, ThreadReader};
use atf_tests::builder::{self, EVENT, FRAME, Thread, write_thread};
use atf_tests::disk::{TestDisk, Tree};
use atf_tests::judge::{
    assert_full_message, assert_recovered, complete_in, events_of, plan, problems, records_of,
    recovered,
};
use atf_tests::scratch::Scratch;
use proptest::prelude::*;

fn sample() -> Thread {
    Thread::sample(7, 12, &[1, 2, 5, 8, 11])
}

fn write_session(dir: &Path, thread: &Thread, index: &[u8], detail: Option<&[u8]>) -> TracePath {
    fs::write(dir.join("manifest.json"), builder::manifest(std::slice::from_ref(thread))).unwrap();
    write_thread(dir, 7, index, detail);
    TracePath::Session(dir.to_owned())
}

// ------------------------------------------------------------------ truncation

fn check_cut(index: &[u8], detail: Option<&[u8]>, thread: &Thread, context: &str) {
    let folders = [Scratch::new(), Scratch::new()];
    check_cut_in(&TestDisk::new(), folders, index, detail, thread, context);
}

/// Cut files are written into the first folder, and a copy of them is recovered into the second one.
fn check_cut_in<S: Storage>(
    disk: &S,
    [dir, out]: [Scratch; 2],
    index: &[u8],
    detail: Option<&[u8]>,
    thread: &Thread,
    context: &str,
) {
    let path = write_session(dir.path(), thread, index, detail);
    let detail_len = detail.map_or(0, <[u8]>::len);
    let (events, records) = complete_in(thread, index.len(), detail_len);
    let index_path = dir.path().join("thread_7/index.atf");
    let detail_path = dir.path().join("thread_7/detail.atf");
    match IndexReader::open(&index_path) {
        Ok(reader) => {
            assert_eq!(
                events_of(&reader),
                thread.index.events_bytes()[..EVENT * events],
                "{context}"
            );
        }
        Err(error) => {
            assert!(index.len() < FRAME, "{context}: {error}");
            assert_full_message(&error, &index_path);
        }
    }
    if detail.is_some() {
        match DetailReader::open(&detail_path) {
            Ok(reader) => {
                let expected = &thread.detail.as_ref().unwrap().records[..records];
                let expected: Vec<_> = expected.iter().map(builder::DetailRecord::bytes).collect();
                assert_eq!(records_of(&reader), expected, "{context}");
            }
            Err(error) => {
                assert!(detail_len < FRAME, "{context}: {error}");
                assert_full_message(&error, &detail_path);
            }
        }
    }
    assert_ne!(problems(&path), [""; 0], "{context}");
    let plan = plan(&path);
    if index.len() < FRAME {
        let error = plan.write_copy(disk, out.path(), None).unwrap_err();
        assert_full_message(&error, &index_path);
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{context}");
        return;
    }
    let expected = recovered(thread, events, records);
    plan.write_copy(disk, out.path(), None).unwrap();
    assert_recovered(out.path(), &expected, context);
    plan.apply_in_place(disk, None).unwrap();
    assert_recovered(dir.path(), &expected, context);
}

// R-002, A-03, A-04: symptom: a finalized index.atf that was cut made opening it panic (in a build
// with overflow checks). Cause: the length of the bytes at the footer's offset was computed before
// that offset was checked against the file's length.
#[test]
fn index_cut_at_any_byte_keeps_every_complete_event() {
    let thread = sample();
    let (index, detail) = (thread.index.bytes(), thread.detail.as_ref().unwrap().bytes());
    for len in 0..index.len() {
        check_cut(&index[..len], Some(&detail), &thread, &format!("index.atf cut at {len}"));
    }
    let thread = Thread::sample(7, 5, &[]);
    let index = thread.index.bytes();
    for len in 0..index.len() {
        check_cut(&index[..len], None, &thread, &format!("index.atf alone cut at {len}"));
    }
}

// R-006, A-03, A-04
#[test]
fn detail_cut_at_any_byte_keeps_every_complete_record() {
    let thread = sample();
    let (index, detail) = (thread.index.bytes(), thread.detail.as_ref().unwrap().bytes());
    for len in 0..detail.len() {
        check_cut(&index, Some(&detail[..len]), &thread, &format!("detail.atf cut at {len}"));
    }
}

// W-012: the same with files that are really synced.
#[test]
fn files_that_are_cut_on_a_real_disk_are_recovered() {
    let thread = sample();
    let (index, detail) = (thread.index.bytes(), thread.detail.as_ref().unwrap().bytes());
    for len in [FRAME, index.len() / 2, index.len() - 1] {
        let folders = [Scratch::on_disk(), Scratch::on_disk()];
        let context = format!("index.atf cut at {len}");
        check_cut_in(&Disk, folders, &index[..len], Some(&detail), &thread, &context);
    }
}

// ------------------------------------------------------------------ one byte

/// Result for a session with one changed byte.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// Verification sees nothing.
    Unseen,
    /// Recovery refuses: nothing can be kept.
    Refused,
    /// Recovery gives a session that verifies clean.
    Clean,
    /// Recovery keeps what it cannot judge, and verification still sees it.
    Kept,
}

/// Changes one byte of one file, checks what always holds, and returns the result.
fn fate(thread: &Thread, in_detail: bool, at: usize, xor: u8) -> Fate {
    let mut index = thread.index.bytes();
    let mut detail = thread.detail.as_ref().map(builder::DetailFile::bytes);
    match (&mut detail, in_detail) {
        (Some(detail), true) => detail[at] ^= xor,
        _ => index[at] ^= xor,
    }
    let dir = Scratch::new();
    let path = write_session(dir.path(), thread, &index, detail.as_deref());
    let seen = problems(&path);
    read_all(dir.path());
    let context = format!("detail {in_detail}, byte {at}, xor {xor:#x}: {seen:#?}");
    let plan = plan(&path);
    if seen.is_empty() {
        assert!(plan.changes_nothing(), "{context}");
        return Fate::Unseen;
    }
    let out = Scratch::new();
    if let Err(error) = plan.write_copy(&TestDisk::new(), out.path(), None) {
        assert_full_message(&error, &dir.path().join("thread_7/index.atf"));
        return Fate::Refused;
    }
    // No damage of one byte costs an event.
    let copied = IndexReader::open(out.path().join("thread_7/index.atf")).unwrap();
    assert_eq!(copied.len(), thread.index.events.len(), "{context}");
    let again = TracePath::Session(out.path().to_owned());
    assert!(atf_tests::judge::plan(&again).changes_nothing(), "{context}");
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    for file in ["index.atf", "detail.atf"] {
        let read = |dir: &Path| fs::read(dir.join("thread_7").join(file)).ok();
        assert_eq!(read(dir.path()), read(out.path()), "{context}");
    }
    if problems(&again).is_empty() { Fate::Clean } else { Fate::Kept }
}

/// Reads all that can be read of a session in every way there is.
fn read_all(dir: &Path) {
    let session = Session::open(dir).unwrap();
    for thread in session.threads() {
        let Ok(reader) = ThreadReader::open(&thread.dir) else { continue };
        let index = reader.index();
        let events = events_of(index);
        assert_eq!(events.len(), EVENT * index.len());
        for event in index {
            let _ = reader.get_detail_for(event);
        }
        let (start, end) = index.time_range().unwrap_or_default();
        assert!(index.range(start..end).len() <= index.len());
        assert!(index.find_start(u64::MAX) <= index.len());
        let _ = thread_checksum(&reader, None);
        if let Ok(Some(detail)) = reader.detail() {
            records_of(detail);
            for seq in 0..20 {
                let _ = detail.get(DetailSeq(seq));
                let _ = detail.get_by_index_seq(IndexSeq(seq));
            }
            for record in detail.iter().flatten() {
                let _ = record.function();
                let _ = reader.get_index_for(&record);
            }
        }
    }
}

/// The byte of a header or footer at `at` of a file of `len` bytes: ("header", 17) or so.
fn place(at: usize, len: usize) -> (&'static str, usize) {
    if at < FRAME { ("header", at) } else { ("footer", at - (len - FRAME)) }
}

// A-03: every flip in a header or footer is seen; recovery refuses what the format cannot do without,
// and keeps what may come from a newer revision: reserved bytes and bits. Platform and thread are stored
// twice.
#[test]
fn every_flipped_byte_of_a_header_or_footer_is_seen() {
    let thread = sample();
    for in_detail in [false, true] {
        let len = if in_detail {
            thread.detail.as_ref().unwrap().bytes().len()
        } else {
            thread.index.bytes().len()
        };
        for at in (0..FRAME).chain(len - FRAME..len) {
            for xor in [0x01, 0x80, 0xFF] {
                let place = place(at, len);
                let expected = match (in_detail, place) {
                    (false, ("header", 0..=5)) => Fate::Refused,
                    // The bit has_detail_file, and it alone.
                    (false, ("header", 8)) if xor == 0x01 => Fate::Clean,
                    (false, ("header", 8..=11 | 17..=23)) => Fate::Kept,
                    (true, ("header", 8..=11 | 16..=19 | 60..)) => Fate::Kept,
                    (_, ("footer", 40..)) => Fate::Kept,
                    _ => Fate::Clean,
                };
                let found = fate(&thread, in_detail, at, xor);
                assert_eq!(found, expected, "detail {in_detail}, {place:?}, xor {xor:#x}");
            }
        }
    }
}

// A-03: with two lanes no other platform, known or not, goes unseen, because both lanes
// store it. With one lane two changes do: another architecture, on which nothing depends without registers,
// and another system with the same clock.
#[test]
fn platform_that_looks_like_another_is_harmless() {
    for (with_detail, expected) in [(&[1, 2][..], vec![]), (&[], vec![("arch", 2_u8), ("os", 2)])] {
        let thread = Thread::sample(7, 3, with_detail);
        let mut unseen = Vec::new();
        for (name, at, value) in [("arch", 6, 1_u8), ("os", 7, 4), ("clock_type", 16, 3)] {
            let others = (0..=9).chain([127, 128, 255]).filter(|&other| other != value);
            let is_unseen = |other: &u8| fate(&thread, false, at, other ^ value) == Fate::Unseen;
            unseen.extend(others.filter(is_unseen).map(|other| (name, other)));
        }
        assert_eq!(unseen, expected);
    }
}

// A-03: every flip in an event or record is seen, by the checksum. Recovery computes a new
// checksum; verification then still sees what another field contradicts.
#[test]
fn every_flipped_byte_of_an_event_or_record_is_seen() {
    let thread = sample();
    let linked: BTreeSet<usize> =
        thread.detail.iter().flat_map(|it| &it.records).map(|it| it.index_seq as usize).collect();
    for at in FRAME..thread.index.events_end() {
        let (seq, field) = ((at - FRAME) / EVENT, (at - FRAME) % EVENT);
        for xor in [0x01, 0xFF] {
            let expected = match field {
                // A record's timestamp is its event's.
                0..8 if linked.contains(&seq) => Fate::Kept,
                16..20 => Fate::Kept,
                _ => Fate::Clean,
            };
            let found = fate(&thread, false, at, xor);
            assert_eq!(found, expected, "event {seq}, byte {field}, xor {xor:#x}");
        }
    }
    let detail = thread.detail.as_ref().unwrap();
    for seq in 0..detail.records.len() {
        let start = detail.record_offset(seq);
        for field in 0..detail.record_offset(seq + 1) - start {
            for xor in [0x01, 0xFF] {
                let expected = match field {
                    // Flags, thread and timestamp.
                    6..8 | 12..24 => Fate::Kept,
                    _ => Fate::Clean,
                };
                let found = fate(&thread, true, start + field, xor);
                assert_eq!(found, expected, "record {seq}, byte {field}, xor {xor:#x}");
            }
        }
    }
}

// ------------------------------------------------------------------ at random

/// One act of damage to a file.
#[derive(Clone, Debug)]
enum Damage {
    Set { at: usize, byte: u8 },
    Word { at: usize, word: u64 },
    Cut { len: usize },
    Insert { at: usize, bytes: Vec<u8> },
    Remove { at: usize, len: usize },
    Repeat { at: usize, len: usize },
}

fn damage() -> impl Strategy<Value = (usize, Damage)> {
    // Words that overflow, wrap, or point at the borders of a small file.
    let word = prop_oneof![
        any::<u64>(),
        0_u64..700,
        Just(u64::MAX),
        (0_u64..700).prop_map(|less| u64::MAX - less),
        Just(u64::from(u32::MAX)),
        Just(1 << 63),
    ];
    let at = 0_usize..700;
    let damage = prop_oneof![
        3 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Set { at, byte }),
        4 => (at.clone(), word).prop_map(|(at, word)| Damage::Word { at, word }),
        1 => at.clone().prop_map(|len| Damage::Cut { len }),
        1 => (at.clone(), prop::collection::vec(any::<u8>(), 1..80))
            .prop_map(|(at, bytes)| Damage::Insert { at, bytes }),
        1 => (at.clone(), 1_usize..80).prop_map(|(at, len)| Damage::Remove { at, len }),
        1 => (at, 1_usize..130).prop_map(|(at, len)| Damage::Repeat { at, len }),
    ];
    (0_usize..2, damage)
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    let end = bytes.len();
    match damage {
        Damage::Set { at, byte } => {
            if let Some(there) = bytes.get_mut(*at) {
                *there = *byte;
            }
        }
        Damage::Word { at, word } => {
            for (there, byte) in bytes.iter_mut().skip(*at).zip(word.to_le_bytes()) {
                *there = byte;
            }
        }
        Damage::Cut { len } => bytes.truncate(*len),
        Damage::Insert { at, bytes: new } => {
            let at = (*at).min(end);
            bytes.splice(at..at, new.iter().copied());
        }
        Damage::Remove { at, len } => {
            bytes.drain((*at).min(end)..(at + len).min(end));
        }
        Damage::Repeat { at, len } => {
            let piece = bytes[(*at).min(end)..(at + len).min(end)].to_vec();
            let at = (at + len).min(end);
            bytes.splice(at..at, piece);
        }
    }
}

/// What holds of any session, however damaged.
fn check_anything(dir: &Path) {
    let path = TracePath::Session(dir.to_owned());
    read_all(dir);
    let report = verify(&path, None).unwrap();
    for problem in report.problems() {
        let text = problem.to_string();
        assert!(text.contains(" at byte ") && text.contains(": expected "), "{text}");
    }
    let plan = plan(&path);
    if report.is_ok() {
        assert!(plan.changes_nothing(), "{plan:#?}");
    }
    let before = Tree::load(dir);
    let out = Scratch::new();
    let copied = plan.write_copy(&TestDisk::new(), out.path(), None);
    assert_eq!(Tree::load(dir), before);
    if copied.is_err() {
        assert!(!plan.keeps_anything(), "{copied:?}");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
        return;
    }
    let copy = TracePath::Session(out.path().to_owned());
    let again = atf_tests::judge::plan(&copy);
    assert!(again.changes_nothing(), "{again:#?}\nafter {plan:#?}");
    read_all(out.path());
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    for file in ["index.atf", "detail.atf"] {
        let read = |dir: &Path| fs::read(dir.join("thread_7").join(file)).ok();
        assert_eq!(read(dir), read(out.path()), "{file}");
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    // A-03
    #[test]
    fn damage_of_any_kind_is_survived(
        finalized in any::<bool>(),
        acts in prop::collection::vec(damage(), 1..6),
    ) {
        let thread = if finalized { sample() } else { Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]) };
        let mut files = [thread.index.bytes(), thread.detail.as_ref().unwrap().bytes()];
        for (file, act) in &acts {
            apply(act, &mut files[*file]);
        }
        let dir = Scratch::new();
        write_session(dir.path(), &thread, &files[0], Some(&files[1]));
        check_anything(dir.path());
    }
}

proptest! {
    #![proptest_config(config(150))]

    // A-03: files of random bytes behind a valid header.
    #[test]
    fn noise_behind_a_header_is_survived(
        head in 0_usize..25,
        index in prop::collection::vec(any::<u8>(), 0..400),
        detail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let thread = sample();
        let index = [&thread.index.bytes()[..8 + head], &index].concat();
        let detail = [&thread.detail.as_ref().unwrap().bytes()[..8 + head], &detail].concat();
        let dir = Scratch::new();
        write_session(dir.path(), &thread, &index, Some(&detail));
        check_anything(dir.path());
    }
}

proptest! {
    #![proptest_config(config(2000))]

    // A-03: the pure part, over many more files: where the events are is always inside the file.
    #[test]
    fn extents_lie_inside_the_file(
        acts in prop::collection::vec(damage(), 1..8),
        finalized in any::<bool>(),
    ) {
        let thread = if finalized { sample() } else { Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]) };
        let mut files = [thread.index.bytes(), thread.detail.as_ref().unwrap().bytes()];
        for (file, act) in &acts {
            apply(act, &mut files[*file]);
        }
        if let Ok(extent) = IndexExtent::of(&files[0]) {
            prop_assert!(extent.events_offset >= 64 && extent.stride >= 32);
            prop_assert!(extent.events_end() <= files[0].len() as u64);
        }
        if let Ok(extent) = DetailExtent::of(&files[1]) {
            prop_assert!(extent.events_offset >= 64);
            prop_assert!(extent.events_offset <= extent.section_end);
            prop_assert!(extent.section_end <= files[1].len() as u64);
        }
    }
}

proptest! {
    #![proptest_config(config(150))]

    // A-03: a manifest of any bytes is a problem, never a panic.
    #[test]
    fn manifest_of_any_text_is_survived(text in r#"[{}\[\]",:0-9a-z\\ \n-]{0,60}"#) {
        let dir = Scratch::new();
        fs::write(dir.path().join("manifest.json"), text).unwrap();
        let session = Session::open(dir.path()).unwrap();
        prop_assert!(session.threads().len() < 60);
        verify(&TracePath::Session(dir.path().to_owned()), None).unwrap();
    }
}
