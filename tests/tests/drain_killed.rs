//! After a drain is killed at any of its steps, another one produces the same bytes as if nothing
//! had happened (W-010, W-012, W-L). The states are made by hand here, one by one; `kill.rs` kills for
//! real.
#![cfg(target_os = "linux")]

use std::fs;
use std::mem::offset_of;
use std::path::{Path, PathBuf};

use atf_runtime::WriterOptions;
use atf_runtime::drain::Drain;
use atf_runtime::format::{
    AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, DetailEventHeader, IndexFlags, RingControl,
};
use atf_runtime::ring::Producer;
use atf_runtime::session::SessionWriter;
use atf_tests::numbered::{
    DETAIL_EVERY, Pushed, assert_clean, options, platform, read, small_ring,
};
use atf_tests::scratch::Scratch;
use zerocopy::IntoBytes;

const EVENT: usize = 32;
const HEADER: usize = size_of::<AtfIndexHeader>();
const DETAIL_HEADER: usize = size_of::<AtfDetailHeader>();
const FOOTER: usize = size_of::<AtfIndexFooter>();

/// A thread whose producer has ended before any drain came, and its files.
struct Reference {
    /// The ring as the producer left it, with tails of 0.
    ring: Vec<u8>,
    manifest_at_start: Vec<u8>,
    index: Vec<u8>,
    detail: Vec<u8>,
    offsets: Option<Vec<u8>>,
    manifest: Vec<u8>,
    events: usize,
    /// Where records begin in the detail lane, and where the last one ends.
    boundaries: Vec<usize>,
}

impl Reference {
    fn new(pushes: u64) -> Self {
        let temporary = Scratch::on_disk();
        let dir = temporary.path().join("session");
        SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
        let producer = Producer::create(&dir, 0, platform(), small_ring()).unwrap();
        Pushed::default().push_many(&producer, pushes);
        drop(producer);
        let thread = dir.join("thread_0");
        let ring = fs::read(thread.join("lanes.ring")).unwrap();
        let manifest_at_start = fs::read(dir.join("manifest.json")).unwrap();
        end(&dir).unwrap();
        let index = fs::read(thread.join("index.atf")).unwrap();
        let detail = fs::read(thread.join("detail.atf")).unwrap();
        let mut boundaries = vec![0];
        let records = &detail[DETAIL_HEADER..detail.len() - FOOTER];
        let mut at = 0;
        while at < records.len() {
            at += u32::from_le_bytes(records[at..][..4].try_into().unwrap()) as usize;
            boundaries.push(at);
        }
        Self {
            ring,
            manifest_at_start,
            events: (index.len() - HEADER - FOOTER) / EVENT,
            index,
            detail,
            offsets: fs::read(thread.join("detail.off")).ok(),
            manifest: fs::read(dir.join("manifest.json")).unwrap(),
            boundaries,
        }
    }

    /// The index before its end is known.
    fn open_index(&self, has_detail: bool) -> Vec<u8> {
        let flags = if has_detail { IndexFlags::HAS_DETAIL_FILE } else { IndexFlags::empty() };
        let platform = platform();
        let header = AtfIndexHeader {
            arch: platform.arch,
            os: platform.os,
            clock_type: platform.clock_type,
            flags,
            ..AtfIndexHeader::INIT
        };
        [header.as_bytes(), &self.index[HEADER..]].concat()
    }

    fn open_detail(&self) -> Vec<u8> {
        let platform = platform();
        let header =
            AtfDetailHeader { arch: platform.arch, os: platform.os, ..AtfDetailHeader::INIT };
        [header.as_bytes(), &self.detail[DETAIL_HEADER..]].concat()
    }

    /// The ring with these tails.
    fn ring(&self, index_tail: usize, detail_tail: usize) -> Vec<u8> {
        let mut ring = self.ring.clone();
        put(&mut ring, offset_of!(RingControl, index_tail), index_tail as u64);
        put(&mut ring, offset_of!(RingControl, detail_tail), detail_tail as u64);
        ring
    }

    fn state(&self, index_tail: usize, detail_tail: usize) -> State {
        State {
            ring: self.ring(index_tail, detail_tail),
            index: None,
            detail: None,
            offsets: None,
            manifest: Some(self.manifest_at_start.clone()),
        }
    }

    /// Checks that another drain turns a state into the reference's files.
    fn assert_ended(&self, state: &State, context: &str) {
        let scene = Scene::new(state);
        end(&scene.dir).unwrap_or_else(|error| panic!("{context}: {error}"));
        assert!(scene.read("index.atf") == Some(self.index.clone()), "{context}: index.atf");
        assert!(scene.read("detail.atf") == Some(self.detail.clone()), "{context}: detail.atf");
        assert!(scene.read("detail.off") == self.offsets, "{context}: detail.off");
        assert_eq!(scene.read("lanes.ring"), None, "{context}");
        let manifest = fs::read(scene.dir.join("manifest.json")).unwrap();
        if state.manifest.is_some() {
            assert!(manifest == self.manifest, "{context}: {}", String::from_utf8_lossy(&manifest));
        }
    }
}

/// What a drain that was killed left.
#[derive(Clone)]
struct State {
    ring: Vec<u8>,
    index: Option<Vec<u8>>,
    detail: Option<Vec<u8>>,
    offsets: Option<Vec<u8>>,
    manifest: Option<Vec<u8>>,
}

/// A state on disk.
struct Scene {
    _temporary: Scratch,
    dir: PathBuf,
}

impl Scene {
    fn new(state: &State) -> Self {
        let temporary = Scratch::new();
        let dir = temporary.path().join("session");
        fs::create_dir_all(dir.join("thread_0")).unwrap();
        for (name, bytes) in [
            ("thread_0/lanes.ring", Some(&state.ring)),
            ("thread_0/index.atf", state.index.as_ref()),
            ("thread_0/detail.atf", state.detail.as_ref()),
            ("thread_0/detail.off", state.offsets.as_ref()),
            ("manifest.json", state.manifest.as_ref()),
        ] {
            if let Some(bytes) = bytes {
                fs::write(dir.join(name), bytes).unwrap();
            }
        }
        Self { _temporary: temporary, dir }
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.dir.join("thread_0").join(name)).ok()
    }
}

fn put(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..][..size_of::<u64>()].copy_from_slice(&value.to_le_bytes());
}

fn end(dir: &Path) -> Result<(), atf_runtime::Error> {
    Drain::attach(dir, options())?.stop().map(|summary| assert!(summary.unfinished.is_empty()))
}

const EVENTS: u64 = 10;

#[test]
fn killed_between_any_write_and_its_tail_it_can_be_resumed() {
    let reference = Reference::new(EVENTS);
    let records = reference.boundaries.len() - 1;
    assert_eq!((reference.events, records), (10, 4));
    let (index, detail) = (reference.open_index(true), reference.open_detail());
    let end_of = |bytes: &[u8]| bytes.len() - FOOTER;
    for events in 0..=reference.events {
        let needed = events.div_ceil(DETAIL_EVERY as usize);
        for record in needed..=records {
            let (index_tail, detail_tail) = (events * EVENT, reference.boundaries[record]);
            // Written behind what the tails say: nothing, a part, or all.
            for more in [0, 1, 40, usize::MAX] {
                for more_detail in [0, 7, 150, usize::MAX] {
                    let upto =
                        |tail: usize, more: usize, end: usize| tail.saturating_add(more).min(end);
                    let index_len = upto(HEADER + index_tail, more, end_of(&index));
                    let detail_len =
                        upto(DETAIL_HEADER + detail_tail, more_detail, end_of(&detail));
                    let state = State {
                        index: Some(index[..index_len].to_vec()),
                        detail: Some(detail[..detail_len].to_vec()),
                        ..reference.state(index_tail, detail_tail)
                    };
                    let context =
                        format!("tails {events}, {record}, lengths {index_len}, {detail_len}");
                    reference.assert_ended(&state, &context);
                }
            }
        }
    }
}

#[test]
fn killed_while_it_creates_the_files_it_can_be_resumed() {
    let reference = Reference::new(EVENTS);
    let without = reference.open_index(false);
    let with = reference.open_index(true);
    let detail = reference.open_detail();
    let all_detail = *reference.boundaries.last().unwrap();
    let intact = detail[..detail.len() - FOOTER].to_vec();
    let indexes =
        [None, Some(Vec::new()), Some(without[..HEADER].to_vec()), Some(with[..HEADER].to_vec())];
    for (number, index) in indexes.into_iter().enumerate() {
        for detail in
            [None, Some(Vec::new()), Some(detail[..DETAIL_HEADER].to_vec()), Some(intact.clone())]
        {
            for offsets in [None, Some(vec![0; 7])] {
                let context = format!("index {number}, detail {:?}", detail.as_ref().map(Vec::len));
                let (index, detail) = (index.clone(), detail.clone());
                let state = State { index, detail, offsets, ..reference.state(0, 0) };
                reference.assert_ended(&state, &context);
            }
        }
        // All records are in the file and none of the events.
        let state = State {
            index: index.clone(),
            detail: Some(intact.clone()),
            ..reference.state(0, all_detail)
        };
        reference.assert_ended(&state, &format!("index {number}, all of detail"));
    }
}

#[test]
fn killed_while_it_finalizes_the_files_it_can_be_resumed() {
    let reference = Reference::new(EVENTS);
    let (index, detail) = (reference.open_index(true), reference.open_detail());
    let cut = |bytes: &[u8], len: usize| bytes[..bytes.len() - len].to_vec();
    let tails = reference.state(EVENTS as usize * EVENT, *reference.boundaries.last().unwrap());
    let mut states = Vec::new();
    // Truncated footer, footer without header, both.
    for left in [FOOTER, FOOTER - 1, 1, 0] {
        states.push((cut(&index, FOOTER), cut(&detail, left), None));
    }
    for left in [FOOTER, FOOTER - 1, 1, 0] {
        states.push((cut(&index, left), reference.detail.clone(), None));
    }
    states.push((reference.index.clone(), reference.detail.clone(), None));
    states.push((reference.index.clone(), reference.detail.clone(), Some(vec![0; 7])));
    states.push((reference.index.clone(), reference.detail.clone(), reference.offsets.clone()));
    for (number, (index, detail, offsets)) in states.into_iter().enumerate() {
        for manifest in [Some(&reference.manifest_at_start), Some(&reference.manifest), None] {
            let state = State {
                index: Some(index.clone()),
                detail: Some(detail.clone()),
                offsets: offsets.clone(),
                manifest: manifest.cloned(),
                ..tails.clone()
            };
            reference.assert_ended(&state, &format!("state {number}"));
        }
    }
}

#[test]
fn killed_around_the_last_marker_it_adds_no_second_marker() {
    // The index lane holds 128 events and is full; the rest is lost.
    let reference = Reference::new(150);
    assert_eq!(reference.events, 129);
    let (index, detail) = (reference.open_index(true), reference.open_detail());
    let marker = &reference.index[HEADER + 128 * EVENT..][..EVENT];
    let all_detail = *reference.boundaries.last().unwrap();
    let mut ring = reference.ring(128 * EVENT, all_detail);
    // Its bytes are in the ring, and then the head says so.
    let buffer = RingControl::INIT.index_offset.get() as usize;
    ring[buffer..][..EVENT].copy_from_slice(marker);
    let mut published = ring.clone();
    put(&mut published, offset_of!(RingControl, index_head), 129 * EVENT as u64);
    let mut written = published.clone();
    put(&mut written, offset_of!(RingControl, index_tail), 129 * EVENT as u64);
    for (number, (ring, events)) in
        [(ring, 128), (published.clone(), 128), (published, 129), (written, 129)]
            .into_iter()
            .enumerate()
    {
        let state = State {
            ring,
            index: Some(index[..HEADER + events * EVENT].to_vec()),
            detail: Some(detail[..DETAIL_HEADER + all_detail].to_vec()),
            ..reference.state(0, 0)
        };
        reference.assert_ended(&state, &format!("step {number}"));
    }
}

// A push that was killed between its record and its event, after a signal handler had lost one within it:
// the marker of that loss takes the sequence that the record names.
#[test]
fn unpublished_record_is_not_published_by_the_last_marker() {
    let reference = Reference::new(EVENTS);
    let mut ring = reference.ring.clone();
    let behind = *reference.boundaries.last().unwrap();
    let record = DetailEventHeader {
        total_length: (size_of::<DetailEventHeader>() as u32).into(),
        index_seq: (reference.events as u32).into(),
        ..DetailEventHeader::INIT
    };
    let at = offset_of!(RingControl, detail_offset);
    let buffer = u64::from_le_bytes(ring[at..][..8].try_into().unwrap()) as usize;
    for (position, byte) in (behind..).zip(record.as_bytes()) {
        ring[buffer + position % 4096] = *byte;
    }
    let head = behind + record.as_bytes().len();
    put(&mut ring, offset_of!(RingControl, detail_head), head as u64);
    put(&mut ring, offset_of!(RingControl, dropped_events), 1);
    let scene = Scene::new(&State { ring, ..reference.state(0, 0) });
    // All of it is still in the ring, as it is where no drain ever came.
    end(&scene.dir).unwrap();
    assert_clean(&scene.dir);
    let found = read(&scene.dir.join("thread_0"));
    assert_eq!((found.recorded, found.lost_at_end), (EVENTS, 1));
    assert_eq!(found.details, reference.boundaries.len() as u64 - 1);
}

#[test]
fn files_that_the_ring_cannot_have_filled_are_left_to_recovery() {
    let reference = Reference::new(EVENTS);
    let (index, detail) = (reference.open_index(true), reference.open_detail());
    let intact = State {
        index: Some(index[..index.len() - FOOTER].to_vec()),
        detail: Some(detail[..detail.len() - FOOTER].to_vec()),
        ..reference.state(EVENTS as usize * EVENT, *reference.boundaries.last().unwrap())
    };
    let longer = |bytes: &Vec<u8>| Some([bytes.as_slice(), &[0; 65]].concat());
    let mut foreign = index.clone();
    foreign[offset_of!(AtfIndexHeader, thread_id)] = 1;
    let mut boot = intact.ring.clone();
    boot[offset_of!(RingControl, boot_id)] ^= 1;
    let mut thread = intact.ring.clone();
    thread[offset_of!(RingControl, thread_id)] = 1;
    let shortened = |bytes: &[u8]| Some(bytes[..bytes.len() - FOOTER - 1].to_vec());
    let no_tails = reference.state(0, 0);
    for (state, expected) in [
        (
            State { index: shortened(&index), ..intact.clone() },
            "index.atf: events at byte 352: length: expected 32 bytes that the drain wrote, found the end of the file",
        ),
        (State { detail: shortened(&detail), ..intact.clone() }, "detail.atf: events at byte"),
        (State { index: None, ..intact.clone() }, "index.atf: cannot open"),
        (State { detail: None, ..intact.clone() }, "detail.atf: cannot open"),
        (
            State { index: longer(&reference.index), ..intact.clone() },
            "index.atf: file at byte 0: length: expected at most 448 bytes (what was pushed into its ring), found 513",
        ),
        (
            State { detail: longer(&reference.detail), ..intact.clone() },
            "detail.atf: file at byte 0: length: expected at most",
        ),
        // Lost tails do not cost the file.
        (
            State { index: longer(&reference.index), ..no_tails },
            "index.atf: file at byte 0: length",
        ),
        (
            State { index: Some(foreign), ..intact.clone() },
            "index.atf: header at byte 0: thread_id: expected the header of this ring's thread, found another",
        ),
        (
            State { ring: boot, ..intact.clone() },
            "lanes.ring: control at byte 48: boot_id: expected",
        ),
        (
            State { ring: thread, ..intact.clone() },
            "lanes.ring: control at byte 12: thread_id: expected 0 (the directory's name), found 1",
        ),
    ] {
        let scene = Scene::new(&state);
        let error = end(&scene.dir).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        // Nothing was touched.
        assert!(scene.read("index.atf") == state.index, "{error}");
        assert!(scene.read("detail.atf") == state.detail, "{error}");
        assert!(scene.read("lanes.ring").is_some_and(|ring| ring.len() == state.ring.len()));
        let manifest = fs::read_to_string(scene.dir.join("manifest.json")).unwrap();
        assert!(manifest.contains("recording"), "{manifest}");
    }
}

#[test]
fn no_value_in_a_ring_makes_a_drain_hang_or_panic() {
    let reference = Reference::new(EVENTS);
    let (index, detail) = (reference.open_index(true), reference.open_detail());
    let words = [
        offset_of!(RingControl, magic),
        offset_of!(RingControl, index_offset),
        offset_of!(RingControl, index_capacity),
        offset_of!(RingControl, detail_offset),
        offset_of!(RingControl, detail_capacity),
        offset_of!(RingControl, index_head),
        offset_of!(RingControl, detail_head),
        offset_of!(RingControl, index_tail),
        offset_of!(RingControl, detail_tail),
        offset_of!(RingControl, dropped_events),
        offset_of!(RingControl, dropped_details),
        offset_of!(RingControl, pushing),
        offset_of!(RingControl, ended),
        offset_of!(RingControl, closed),
        // The first record's length and sequence, and the first event's kind.
        RingControl::INIT.index_offset.get() as usize + 4096,
        RingControl::INIT.index_offset.get() as usize + 4096 + 4,
        RingControl::INIT.index_offset.get() as usize + 16,
    ];
    let middle = (5 * EVENT, reference.boundaries[2]);
    for tails in [(0, 0), middle] {
        for word in words {
            let found = u64::from_le_bytes(
                reference.ring(tails.0, tails.1)[word..][..8].try_into().unwrap(),
            );
            for value in [
                0,
                1,
                8,
                33,
                4096,
                1 << 40,
                u64::MAX,
                u64::MAX - 31,
                found + 1,
                found + 8,
                found + 32,
                found.wrapping_sub(32),
            ] {
                let mut state = State {
                    index: Some(index[..HEADER + tails.0].to_vec()),
                    detail: Some(detail[..DETAIL_HEADER + tails.1].to_vec()),
                    ..reference.state(tails.0, tails.1)
                };
                put(&mut state.ring, word, value);
                let scene = Scene::new(&state);
                let dir = scene.dir.clone();
                let ending = std::thread::spawn(move || end(&dir).is_ok());
                let context = format!("{value:#x} at byte {word}");
                atf_tests::numbered::wait_for(&context, || ending.is_finished());
                ending.join().unwrap_or_else(|_| panic!("{context}"));
            }
        }
    }
}
