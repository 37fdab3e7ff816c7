//! Chunk checksums: what writers and recovery put beside a lane, what verification and recovery make of it, and that a
//! range of times is found by it. W-007, R-002, R-015, A-01.

use std::fs;
use std::path::Path;

use atf_runtime::format::EventKind;
use atf_runtime::recovery::{LaneOutcome, SumsOutcome};
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_runtime::{Event, IndexReader, Merge, Payload, Platform, ThreadWriter, WriterOptions};
use atf_tests::judge::{notes, plan, problems};
use atf_tests::scratch::Scratch;

const CHUNK: usize = 65_536;
const NONE: (u64, u64) = (1, 0);

fn event(timestamp_ns: u64) -> Event {
    Event::new(timestamp_ns, 7, EventKind::CALL)
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    crc32fast::hash(bytes).to_le_bytes()
}

/// The checksums of a finished lane, made from its bytes by hand. `starts` are the offsets and times of its events.
fn expected(lane: u8, file: &[u8], starts: &[(usize, u64)]) -> Vec<u8> {
    let mut out = b"ATS2\x01\x01".to_vec();
    out.extend([lane, 0, file[12], file[13], file[14], file[15], 0, 0, 1, 0, 40, 0, 0, 0]);
    out.extend([0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0]);
    out.resize(64, 0);
    let sum = crc(&out);
    out[20..24].copy_from_slice(&sum);
    let mut entry = |number: u32, len: usize, data: [u8; 4], flags: u8, times: (u64, u64)| {
        let start = out.len();
        out.extend(number.to_le_bytes());
        out.extend((len as u32).to_le_bytes());
        out.extend(data);
        out.extend([flags, 0, 0, 0]);
        out.extend(times.0.to_le_bytes());
        out.extend(times.1.to_le_bytes());
        out.extend([0; 4]);
        let sum = crc(&out[start..]);
        out.extend(sum);
    };
    let times_in = |range: std::ops::Range<usize>| {
        let times = starts.iter().filter(|(at, _)| range.contains(at)).map(|(_, time)| *time);
        let times: Vec<u64> = times.collect();
        times.iter().min().map_or(NONE, |min| (*min, *times.iter().max().unwrap()))
    };
    let end = file.len() - 64;
    for (number, chunk) in file[64..end].chunks(CHUNK).enumerate() {
        let start = 64 + number * CHUNK;
        entry(number as u32, chunk.len(), crc(chunk), 0, times_in(start..start + CHUNK));
    }
    let ends = [&file[..64], &file[end..]].concat();
    entry(u32::MAX, 128, crc(&ends), 2, times_in(0..end));
    out
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// Both lanes of a thread have the checksums that their bytes ask for.
fn assert_sums(dir: &Path) {
    let index = fs::read(dir.join("index.atf")).unwrap();
    let events = (64..index.len() - 64).step_by(32).map(|at| (at, u64_at(&index, at)));
    let events: Vec<_> = events.collect();
    assert!(fs::read(dir.join("index.sum")).unwrap() == expected(0, &index, &events));
    let Ok(detail) = fs::read(dir.join("detail.atf")) else { return };
    let (mut at, mut records) = (64, Vec::new());
    while at < detail.len() - 64 {
        records.push((at, u64_at(&detail, at + 16)));
        at += u32::from_le_bytes(detail[at..at + 4].try_into().unwrap()) as usize;
    }
    assert!(fs::read(dir.join("detail.sum")).unwrap() == expected(1, &detail, &records));
}

/// A session with one thread of so many events, each tenth with a record, of which one is longer than two chunks.
fn recorded(dir: &Path, events: u64, buffer: usize) -> TracePath {
    let options = WriterOptions::default().buffer_bytes(buffer);
    let session = SessionWriter::create(dir, Platform::host().unwrap(), options).unwrap();
    let mut thread = session.thread(0).unwrap();
    write(&mut thread, events);
    session.finish(&[thread.finalize().unwrap()]).unwrap();
    TracePath::Session(dir.to_owned())
}

fn write(thread: &mut ThreadWriter, events: u64) {
    let long = vec![5; 3 * CHUNK];
    for at in 0..events {
        // The clock goes backwards in places.
        let time = 1000 + at * 10 - 300 * u64::from(at % 100 == 99 && at > 100);
        let bytes = if at == 50 { &long[..] } else { &long[..100] };
        let event_type = atf_runtime::format::DetailEventType::FUNCTION_CALL;
        let payload = at.is_multiple_of(10).then_some(Payload::Raw { event_type, bytes });
        thread.write_event(&event(time), payload).unwrap();
    }
}

#[test]
fn writers_of_any_buffer_make_the_checksums_of_their_bytes() {
    for (events, buffer) in [(0, 256), (3, 0), (5_000, 100), (20_000, 256 << 10), (4_096, 64 << 10)]
    {
        let dir = Scratch::new();
        let path = recorded(&dir.path().join("s"), events, buffer);
        assert_sums(&dir.path().join("s/thread_0"));
        assert_eq!(problems(&path), [""; 0]);
        assert!(plan(&path).changes_nothing());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn drain_makes_the_checksums_of_its_bytes() {
    use atf_tests::numbered::{options, push, start};
    for sync_bytes in [None, Some(100_000)] {
        let dir = Scratch::new();
        let dir = dir.path().join("session");
        let options = sync_bytes.map_or(options(), |bytes| options().sync_bytes(Some(bytes)));
        let drain = start(&dir, options);
        let producer = drain.register(0).unwrap();
        for number in 0..20_000 {
            push(&producer, number).unwrap();
        }
        drop(producer);
        drain.stop().unwrap();
        let path = TracePath::Session(dir.clone());
        assert_eq!(problems(&path), [""; 0]);
        if sync_bytes.is_none() {
            assert_sums(&dir.join("thread_0"));
        }
        // A sync adds entries of chunks that are not complete; later ones replace them.
        let entries = (fs::read(dir.join("thread_0/index.sum")).unwrap().len() - 64) / 40;
        assert!(entries == 11 || sync_bytes.is_some() && entries > 11, "{entries}");
    }
}

#[test]
fn recovery_makes_the_checksums_that_a_writer_makes() {
    let dir = Scratch::new();
    let session = SessionWriter::create(
        dir.path().join("s"),
        Platform::host().unwrap(),
        WriterOptions::default(),
    )
    .unwrap();
    let mut thread = session.thread(0).unwrap();
    write(&mut thread, 5_000);
    drop(thread);
    drop(session);
    let path = TracePath::Session(dir.path().join("s"));
    plan(&path).write_copy(&Disk, dir.path().join("copy"), None).unwrap();
    plan(&path).apply_in_place(&Disk, None).unwrap();
    for session in ["s", "copy"] {
        assert_sums(&dir.path().join(session).join("thread_0"));
        assert_eq!(problems(&TracePath::Session(dir.path().join(session))), [""; 0]);
    }
}

fn edit(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

#[test]
fn damaged_chunk_is_named_and_recovery_lists_its_events_alone() {
    let dir = Scratch::new();
    let path = recorded(&dir.path().join("s"), 10_000, 4096);
    let index = dir.path().join("s/thread_0/index.atf");
    edit(&index, |bytes| bytes[64 + 2 * CHUNK + 8] ^= 4);
    let found = problems(&path);
    let chunk = found.iter().find(|it| it.contains("chunk 2")).unwrap();
    assert!(
        chunk.starts_with("thread_0/index.atf: chunk 2 at byte 131136: data_crc: expected 0x")
            && chunk.contains(" (the checksum of bytes 131136 to 196671), found 0x"),
        "{chunk}"
    );
    let repair = plan(&path);
    assert_eq!(repair.threads[0].index.as_ref().unwrap().damaged, 2048);
    repair.apply_in_place(&Disk, None).unwrap();
    assert_eq!(problems(&path), [""; 0]);
    let said = notes(&path);
    assert!(said[1].contains("thread 0: events 4096 to 6143 are damaged"), "{said:?}");
    // The chunk remembers it.
    let sums = fs::read(dir.path().join("s/thread_0/index.sum")).unwrap();
    assert_eq!(sums[64..].chunks(40).map(|it| it[12]).collect::<Vec<_>>(), [0, 0, 4, 0, 0, 2]);
    assert!(plan(&path).changes_nothing());
}

#[test]
fn every_bit_of_the_checksums_is_checked_and_recovery_makes_them_again() {
    let dir = Scratch::new();
    let path = recorded(&dir.path().join("s"), 3, 4096);
    for name in ["index.sum", "detail.sum"] {
        let file = dir.path().join("s/thread_0").join(name);
        let right = fs::read(&file).unwrap();
        assert_eq!(right.len(), 64 + 2 * 40);
        for bit in 0..right.len() * 8 {
            edit(&file, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
            let found = problems(&path);
            assert!(
                !found.is_empty() && found.iter().all(|it| it.contains(name)),
                "{bit}: {found:?}"
            );
            plan(&path).apply_in_place(&Disk, None).unwrap();
            assert_eq!(fs::read(&file).unwrap(), right, "{name}: bit {bit}");
        }
    }
}

#[test]
fn cut_missing_and_foreign_checksums_are_notes_and_never_used() {
    let dir = Scratch::new();
    let path = recorded(&dir.path().join("s"), 5_000, 4096);
    let other = Scratch::new();
    recorded(&other.path().join("s"), 4_999, 4096);
    let file = dir.path().join("s/thread_0/index.sum");
    let right = fs::read(&file).unwrap();
    let foreign = fs::read(other.path().join("s/thread_0/index.sum")).unwrap();
    let stale = [foreign, right[..right.len() - 40].to_vec(), right[..right.len() - 1].to_vec()];
    for bytes in stale {
        fs::write(&file, bytes).unwrap();
        assert_eq!(problems(&path), [""; 0]);
        let said = notes(&path);
        assert!(said[1].starts_with("thread_0/index.sum: stale, and not used: "), "{said:?}");
        let repair = plan(&path);
        assert_eq!(repair.threads[0].index.as_ref().unwrap().outcome, LaneOutcome::Unchanged);
        let sums = repair.threads[0].index_sums.as_ref().unwrap();
        assert_eq!(sums.outcome, SumsOutcome::Made);
        repair.apply_in_place(&Disk, None).unwrap();
        assert!(fs::read(&file).unwrap() == right);
    }
    fs::remove_file(&file).unwrap();
    let report = atf_runtime::verify::verify(&path, None).unwrap();
    assert!(report.is_ok() && plan(&path).changes_nothing());
    let note = report.notes().last().unwrap().to_string();
    assert!(note.ends_with("index.atf: not protected: it has no chunk checksums"), "{note}");
}

#[test]
fn footer_without_a_checksum_is_a_fault_where_chunks_have_one() {
    let dir = Scratch::new();
    let path = recorded(&dir.path().join("s"), 5_000, 4096);
    let thread = dir.path().join("s/thread_0");
    let before = fs::read(thread.join("index.atf")).unwrap();
    edit(&thread.join("index.atf"), |bytes| {
        let at = bytes.len() - 60;
        bytes[at..at + 4].fill(0);
    });
    let found = problems(&path);
    assert_eq!(
        found,
        [
            "thread_0/index.atf: footer at byte 160068: checksum: expected one, because there are chunk \
          checksums, found 0"
        ]
    );
    plan(&path).apply_in_place(&Disk, None).unwrap();
    assert!(fs::read(thread.join("index.atf")).unwrap() == before);
    assert_sums(&thread);
}

// After a loss of power nothing proves an unfinalized lane but its chunk checksums.
#[test]
fn chunks_that_match_are_verified_after_a_loss_of_power() {
    let dir = Scratch::new();
    let options = WriterOptions::default();
    let session =
        SessionWriter::create(dir.path().join("s"), Platform::host().unwrap(), options).unwrap();
    let mut thread = session.thread(0).unwrap();
    for at in 0..7_000 {
        thread.write_event(&event(at), None).unwrap();
    }
    thread.flush().unwrap();
    drop((thread, session));
    let manifest = dir.path().join("s/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let start = text.find("\"boot_id\": \"").unwrap() + 12;
    let other = format!(
        "{}{}{}",
        &text[..start],
        if &text[start..=start] == "0" { "1" } else { "0" },
        &text[start + 1..]
    );
    fs::write(&manifest, other).unwrap();
    let path = TracePath::Session(dir.path().join("s"));
    // Three chunks are complete; the second one is not what was written.
    for (damage, proven) in [(None, 6144), (Some(64 + CHUNK + 100), 2048)] {
        if let Some(at) = damage {
            edit(&dir.path().join("s/thread_0/index.atf"), |bytes| bytes[at] ^= 1);
        }
        let repair = plan(&path);
        let index = repair.threads[0].index.as_ref().unwrap();
        assert_eq!((index.kept, index.unverified), (7_000, 7_000 - proven), "{damage:?}");
    }
    plan(&path).apply_in_place(&Disk, None).unwrap();
    let said = notes(&path);
    assert!(said.iter().any(|it| it.contains("events 2048 to 6999 are unverified")), "{said:?}");
    let sums = fs::read(dir.path().join("s/thread_0/index.sum")).unwrap();
    assert_eq!(sums[64..].chunks(40).map(|it| it[12]).collect::<Vec<_>>(), [0, 1, 1, 1, 2]);
}

/// Bytes of the file that this process has touched through its map.
#[cfg(target_os = "linux")]
fn touched(file: &Path) -> u64 {
    let maps = fs::read_to_string("/proc/self/smaps").unwrap();
    let mut lines = maps.lines().skip_while(|line| !line.ends_with(file.to_str().unwrap()));
    let rss = lines.find_map(|line| line.strip_prefix("Rss:")).unwrap();
    rss.trim().strip_suffix(" kB").unwrap().trim().parse::<u64>().unwrap() * 1024
}

// Symptom: seven events of 34 million were found by reading all of them, to know whether the clock ever went
// backwards.
#[test]
#[cfg(target_os = "linux")]
fn range_of_times_is_found_without_reading_the_lane() {
    const EVENTS: u64 = 1_500_000;
    let dir = Scratch::on_disk();
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut writer =
        ThreadWriter::create(dir.path(), 0, Platform::host().unwrap(), options).unwrap();
    for at in 0..EVENTS {
        writer.write_event(&event(at * 10), None).unwrap();
    }
    writer.finalize().unwrap();
    let file = dir.path().join("thread_0/index.atf").canonicalize().unwrap();
    for (from, found) in [(EVENTS * 5, 7), (0, 7), (EVENTS * 10, 0)] {
        let index = IndexReader::open(&file).unwrap();
        let merge = Merge::range([(0, &index)], from..from + 61);
        assert_eq!(merge.len(), found);
        let times: Vec<u64> = merge.map(|it| it.event.timestamp_ns.get()).collect();
        assert_eq!(times, (0..found as u64).map(|at| from + at * 10).collect::<Vec<_>>());
        let most = (1 << 20) + 2 * CHUNK as u64;
        assert!(touched(&file) < most, "{} bytes of {}", touched(&file), EVENTS * 32);
    }
    // Without them the whole lane is read.
    fs::remove_file(file.with_file_name("index.sum")).unwrap();
    let index = IndexReader::open(&file).unwrap();
    assert_eq!(Merge::range([(0, &index)], 70..140).len(), 7);
    assert!(touched(&file) > EVENTS * 30);
}

// A range loses no event of a clock that went backwards, with or without the times of chunks.
#[test]
fn range_has_the_same_events_with_and_without_checksums() {
    let dir = Scratch::new();
    recorded(&dir.path().join("s"), 20_000, 4096);
    let file = dir.path().join("s/thread_0/index.atf");
    let ranges = [
        0..1,
        0..2_000,
        21_000..21_300,
        20_900..22_000,
        100_000..100_001,
        0..u64::MAX,
        200_000..300_000,
        500_000..600_000,
    ];
    let found = |is_first: bool| {
        let index = IndexReader::open(&file).unwrap();
        // One reader for all ranges, or one for each.
        ranges.clone().map(|range| {
            let own = IndexReader::open(&file).unwrap();
            let merge = Merge::range([(0, if is_first { &own } else { &index })], range);
            merge.map(|it| it.seq.0).collect::<Vec<_>>()
        })
    };
    let (with, again) = (found(true), found(false));
    fs::remove_file(file.with_file_name("index.sum")).unwrap();
    assert_eq!(with, found(true));
    assert_eq!(with, again);
    assert_eq!(with.iter().filter(|it| it.is_empty()).count(), 2);
}
