//! Rings that a kill left behind, in every state: joined with the files by a copy and in place, and
//! compared with what was published.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::Manifest;
use atf_runtime::recovery::{LaneOutcome, Plan, RingOutcome};
use atf_runtime::session::{TracePath, locate};
use atf_tests::builder::{self, EVENT, FRAME, IndexEvent, IndexFile, NO_DETAIL, Thread};
use atf_tests::disk::{Op, TestDisk, Tree, crashes, power_cuts};
use atf_tests::judge::{assert_recovered, plan, problems, recovered};
use atf_tests::ring::{CONTROL, Killed, PAGE, Ring};
use atf_tests::scratch::Scratch;

/// Events that fit into a ring.
const FULL: usize = PAGE / EVENT;

/// `count` events, every third of them with a record.
fn sample(count: u32) -> Thread {
    let with_detail: Vec<u32> = (0..count).filter(|seq| seq % 3 == 1).collect();
    Thread::sample(7, count, &with_detail)
}

fn session(killed: &Killed) -> (Scratch, TracePath) {
    let dir = Scratch::new();
    killed.write_session(dir.path());
    let path = locate(dir.path()).unwrap();
    assert_eq!(path, TracePath::Session(dir.path().to_owned()));
    (dir, path)
}

/// Recovers as a copy and in place to the same bytes, and returns the plan and the copy.
fn recover(killed: &Killed, context: &str) -> (Plan, Scratch) {
    let (dir, path) = session(killed);
    assert!(!problems(&path).is_empty(), "{context}");
    let plan = plan(&path);
    assert!(!plan.changes_nothing(), "{context}");
    assert!(!plan.is_being_recorded, "{context}");
    let before = Tree::load(dir.path());
    let out = Scratch::new();
    plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
    assert_eq!(Tree::load(dir.path()), before, "{context}");
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    assert_same(&files(dir.path()), &files(out.path()), context);
    (plan, out)
}

/// Names and bytes of all files but detail.off and chunk checksums, which a disk may refuse and which are made of the
/// lanes alone; verification looks at them.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let tree = Tree::load(dir);
    let of = |path: &Path| {
        let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
        (name, tree.file(path).unwrap().to_vec())
    };
    let is_derived = |path: &Path| path.extension().is_some_and(|it| it == "off" || it == "sum");
    tree.files().filter(|path| !is_derived(path)).map(of).collect()
}

/// Compares files, and names only those that differ.
fn assert_same(found: &[(String, Vec<u8>)], wanted: &[(String, Vec<u8>)], context: &str) {
    let names =
        |files: &[(String, Vec<u8>)]| files.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(found), names(wanted), "{context}");
    for (found, wanted) in found.iter().zip(wanted) {
        let differs = found.1.iter().zip(&wanted.1).position(|(found, wanted)| found != wanted);
        let lengths = (found.1.len(), wanted.1.len());
        assert!(found == wanted, "{context}: {}: at {differs:?} of {lengths:?}", found.0);
    }
}

/// Recovers and compares with the first `events` and `records` of the thread.
fn check(killed: &Killed, events: usize, records: usize, context: &str) -> Plan {
    let (plan, out) = recover(killed, context);
    let expected = recovered(&killed.thread, events, records);
    assert_recovered(out.path(), &expected, context);
    plan
}

fn records(thread: &Thread) -> usize {
    thread.detail.as_ref().map_or(0, |it| it.records.len())
}

// ------------------------------------------------------------------ joining

// W-L, W-012: whatever head and tail are, and wherever the buffer wraps.
#[test]
fn every_published_event_is_joined_at_every_head_and_tail() {
    let mut states = 0;
    for head in (0..2 * FULL + 9).step_by(7).chain([FULL - 1, FULL, FULL + 1, 2 * FULL]) {
        let thread = Thread::sample(7, head as u32, &[]);
        let earliest = head.saturating_sub(FULL);
        for tail in [earliest, earliest.midpoint(head), head] {
            let context = format!("head {head}, tail {tail}");
            let killed = Killed::at(&thread, tail * EVENT, 0);
            let plan = check(&killed, head, 0, &context);
            let index = plan.threads[0].index.as_ref().unwrap();
            assert_eq!((index.kept, index.dropped), (head as u64, 0), "{context}");
            assert_eq!((index.from_ring, index.unverified), ((head - tail) as u64, 0), "{context}");
            states += 1;
        }
    }
    assert!(states > 100, "{states}");
}

// W-L: the drain's tail may lie within a record, and a record across the end of the buffer.
#[test]
fn every_record_is_joined_at_every_byte_of_the_tail() {
    let thread = Thread::sample(7, 200, &(0..200).collect::<Vec<_>>());
    let detail = thread.detail.as_ref().unwrap().records_bytes().len();
    assert!(detail > PAGE + 1000, "{detail}");
    for tail in (detail - PAGE..detail).step_by(13).chain(detail - 50..=detail) {
        let killed = Killed::at(&thread, 100 * EVENT, tail);
        check(&killed, 200, 200, &format!("detail tail {tail}"));
    }
}

// W-L: killed before the drain made a file, or while it wrote the header.
#[test]
fn files_that_the_drain_did_not_make_are_made_from_the_ring() {
    let thread = sample(20);
    let mut killed = Killed::at(&thread, 0, 0);
    for len in 0..=FRAME {
        killed.index = Some(killed.index.unwrap_or_default());
        let header = builder::IndexHeader::placeholder(7).bytes();
        killed.index = Some(header[..len].to_vec());
        killed.detail = None;
        check(&killed, 20, records(&thread), &format!("index header of {len} bytes"));
        killed.index = Some(header);
        killed.detail = Some(builder::DetailHeader::placeholder(7).bytes()[..len].to_vec());
        check(&killed, 20, records(&thread), &format!("detail header of {len} bytes"));
    }
    (killed.index, killed.detail) = (None, None);
    let plan = check(&killed, 20, records(&thread), "no file");
    let fault = &plan.threads[0].index.as_ref().unwrap().faults[0];
    assert_eq!(fault.to_string(), "file at byte 0: index.atf: expected a file, found none");
}

// W-L: killed between the write and the store of the tail: the same bytes are there twice.
#[test]
fn bytes_that_are_in_file_and_ring_are_taken_once() {
    let thread = sample(40);
    let intact =
        Killed::at(&thread, 40 * EVENT, thread.detail.as_ref().unwrap().records_bytes().len());
    let mut killed = Killed::at(&thread, 10 * EVENT, 50);
    (killed.index, killed.detail) = (intact.index, intact.detail);
    check(&killed, 40, records(&thread), "all twice");
    for cut in [1, 5, 31, 32, 100] {
        let mut killed = killed.clone();
        let len = killed.index.as_ref().unwrap().len();
        killed.index.as_mut().unwrap().truncate(len - cut);
        check(&killed, 40, records(&thread), &format!("{cut} bytes not yet written"));
    }
}

// W-L: bytes behind the head were never published.
#[test]
fn unpublished_bytes_are_cut_and_not_counted_as_lost() {
    let thread = sample(40);
    let mut killed = Killed::at(&thread, 40 * EVENT, 50);
    for behind in [1, 5, 32, 64, 200] {
        let mut killed = killed.clone();
        killed.index.as_mut().unwrap().extend(vec![0x55; behind]);
        let plan = check(&killed, 40, records(&thread), &format!("{behind} bytes"));
        let index = plan.threads[0].index.as_ref().unwrap();
        assert_eq!(index.dropped, 0);
        let plural = if behind == 1 { "" } else { "s" };
        let found = format!("found {behind} byte{plural} never published");
        assert!(index.faults[0].to_string().ends_with(&found), "{}", index.faults[0]);
        assert_eq!(index.first_bad_offset, Some((FRAME + 40 * EVENT) as u64));
    }
    // The record of an event that was pushed in part: event 40 has one, its own store is missing.
    let longer = sample(41);
    assert_eq!(records(&longer), records(&thread) + 1);
    let records_bytes = longer.detail.as_ref().unwrap().records_bytes();
    let index_tail = killed.ring.index_tail;
    killed.ring = Ring::with(7, &thread.index.events_bytes(), &records_bytes);
    (killed.ring.index_tail, killed.ring.detail_tail) = (index_tail, 50);
    for in_file in [false, true] {
        if in_file {
            let intact = Killed::at(&longer, 0, records_bytes.len());
            killed.detail = intact.detail;
            killed.ring.detail_tail = records_bytes.len() as u64;
        }
        let plan = check(&killed, 40, records(&thread), &format!("in file: {in_file}"));
        let detail = plan.threads[0].detail.as_ref().unwrap();
        assert_eq!((detail.dropped, plan.threads[0].index.as_ref().unwrap().unlinked), (0, 0));
    }
}

// W-L: the file lost bytes that the ring does not hold any more.
#[test]
fn gap_between_file_and_ring_ends_the_lane_and_is_reported() {
    let thread = sample(100);
    let mut killed = Killed::at(&thread, 50 * EVENT, 0);
    killed.index.as_mut().unwrap().truncate(FRAME + 30 * EVENT + 7);
    let named = (0..30).filter(|seq| seq % 3 == 1).count();
    let plan = check(&killed, 30, named, "index");
    let index = plan.threads[0].index.as_ref().unwrap();
    assert_eq!((index.kept, index.dropped, index.from_ring), (30, 70, 0));
    assert_eq!(
        index.faults[0].to_string(),
        "events at byte 1024: length: expected 50 events (by the ring's tail), found 30 and the \
         end of the file"
    );
    let detail = plan.threads[0].detail.as_ref().unwrap();
    assert_eq!(detail.kept + detail.dropped, records(&thread) as u64);

    let start = thread.detail.as_ref().unwrap().record_offset(10);
    let mut killed = Killed::at(&thread, 50 * EVENT, start - FRAME + 200);
    killed.detail.as_mut().unwrap().truncate(start + 3);
    let plan = check(&killed, 100, 10, "detail");
    let detail = plan.threads[0].detail.as_ref().unwrap();
    assert_eq!((detail.kept, detail.from_ring), (10, 0));
    assert_eq!(plan.threads[0].index.as_ref().unwrap().unlinked, records(&thread) as u64 - 10);

    // All of it.
    let mut killed = Killed::at(&thread, 50 * EVENT, 0);
    killed.index = None;
    let plan = check(&killed, 0, 0, "no file");
    assert_eq!(plan.threads[0].index.as_ref().unwrap().dropped, 100);
}

// W-L: a footer that fits wins over a ring that was not removed any more.
#[test]
fn ring_beside_a_finalized_file_is_only_removed() {
    let thread = sample(60);
    let mut killed = Killed::at(&thread, 60 * EVENT, 0);
    killed.ring.detail_tail = killed.ring.detail_head;
    killed.index = Some(thread.index.bytes());
    killed.detail = Some(thread.detail.as_ref().unwrap().bytes());
    let plan = check(&killed, 60, records(&thread), "all drained");
    assert_eq!(plan.threads[0].index.as_ref().unwrap().outcome, LaneOutcome::Unchanged);
    let (dir, path) = session(&killed);
    assert_eq!(
        problems(&path)[0],
        "thread_7/lanes.ring: control at byte 128: index_head: expected no ring beside a \
         finalized file, found one whose events are all in it"
    );
    drop(dir);
    // Its page did not reach the disk before the power was lost: it is from an earlier moment.
    killed.ring = Ring::with(7, &thread.index.events_bytes()[..20 * EVENT], &[]);
    killed.ring.boot_id = [9; 16];
    let plan = check(&killed, 60, records(&thread), "an earlier moment");
    let ring = plan.threads[0].ring.as_ref().unwrap();
    assert_eq!(ring.outcome, RingOutcome::LeftBehind);
    // One whose footer speaks of fewer events does not: the ring has more.
    let mut killed = Killed::at(&thread, 20 * EVENT, 0);
    let early = Thread::sample(7, 20, &(0..20).filter(|seq| seq % 3 == 1).collect::<Vec<_>>());
    killed.index = Some(early.index.bytes());
    let plan = check(&killed, 60, records(&thread), "finalized too early");
    assert_eq!(plan.threads[0].index.as_ref().unwrap().from_ring, 40);
}

// ------------------------------------------------------------------ loss of power

const OTHER_BOOT: [u8; 16] = [0xB0; 16];

// W-L: what is kept of a ring of another boot is never called good.
#[test]
fn ring_of_another_boot_is_taken_as_unverified() {
    let thread = sample(150);
    for boot_id in [OTHER_BOOT, [0; 16]] {
        let mut killed = Killed::late(&thread);
        killed.ring.boot_id = boot_id;
        let plan = check(&killed, 150, records(&thread), "verified all the same");
        let lane = plan.threads[0].index.as_ref().unwrap();
        assert_eq!((lane.kept, lane.unverified, lane.dropped), (150, 150, 0));
        let lane = plan.threads[0].detail.as_ref().unwrap();
        assert_eq!(lane.unverified, records(&thread) as u64);
    }
}

// W-L: pages that did not reach the disk are zero, or hold the previous lap.
#[test]
fn records_of_another_boot_that_are_zero_or_of_the_previous_lap_end_the_lane() {
    let thread = sample(200);
    // 100 events are in the file, 100 in the ring; the buffer wraps at event 128.
    for (from, found) in [(150, "zeros"), (150, "that of one lap earlier")] {
        let mut killed = Killed::at(&thread, 100 * EVENT, 0);
        killed.ring.boot_id = OTHER_BOOT;
        let events = thread.index.events_bytes();
        for seq in from..200 {
            let at = seq * EVENT % PAGE;
            let lap = &events[(seq - FULL) * EVENT..][..EVENT];
            let stale = if found == "zeros" { &[0; EVENT][..] } else { lap };
            killed.ring.index[at..at + EVENT].copy_from_slice(stale);
        }
        let named = (0..from as u32).filter(|seq| seq % 3 == 1).count();
        let plan = check(&killed, from, named, found);
        let lane = plan.threads[0].index.as_ref().unwrap();
        assert_eq!((lane.kept, lane.dropped, lane.unverified), (150, 50, 150));
        assert_eq!(
            lane.faults.last().unwrap().to_string(),
            format!(
                "event 150 at byte 4864: in the ring: expected an event that reached the disk \
                 before the machine was started again, found {found}"
            )
        );
        // The kernel of this boot still has its pages: they are what was written. But nobody writes zeros
        // after an event.
        killed.ring.boot_id = Ring::new(7).boot_id;
        let (dir, path) = session(&killed);
        let kept = if found == "zeros" { 150 } else { 200 };
        assert_eq!(atf_tests::judge::plan(&path).threads[0].index.as_ref().unwrap().kept, kept);
        drop(dir);
    }
}

// W-L: the page with the positions may be the one that is old, also when files were synced behind them.
#[test]
fn files_that_reach_past_the_positions_of_another_boot_are_kept() {
    let thread = sample(200);
    for (head, tail) in [(0, 0), (20, 10), (100, 100), (150, 100), (200, 10)] {
        for is_truncated in [false, true] {
            // Everything was drained; the positions are from an earlier time.
            let mut killed = Killed::at(&thread, 200 * EVENT, 0);
            let intact = Killed::at(&thread, 200 * EVENT, killed.ring.detail_head as usize);
            killed.detail = intact.detail;
            killed.ring.boot_id = OTHER_BOOT;
            killed.ring.index_head = (head * EVENT) as u64;
            killed.ring.index_tail = (tail * EVENT).max((head * EVENT).saturating_sub(PAGE)) as u64;
            (killed.ring.detail_head, killed.ring.detail_tail) = (0, 0);
            if is_truncated {
                // Pages of the file that were never written.
                let index = killed.index.as_mut().unwrap();
                index[FRAME + 180 * EVENT..].fill(0);
                killed.ring.index.fill(0);
            }
            let events = if is_truncated { 180 } else { 200 };
            let named = (0..events as u32).filter(|seq| seq % 3 == 1).count();
            let plan = check(
                &killed,
                events,
                named,
                &format!("{head}, {tail}, truncated: {is_truncated}"),
            );
            let lane = plan.threads[0].index.as_ref().unwrap();
            assert_eq!((lane.kept, lane.unverified), (events as u64, events as u64));
        }
    }
}

#[test]
fn detail_records_of_another_boot_that_did_not_reach_the_disk_end_the_lane() {
    let thread = Thread::sample(7, 250, &(0..250).collect::<Vec<_>>());
    let detail = thread.detail.as_ref().unwrap();
    let bytes = detail.records_bytes();
    let tail = bytes.len() - PAGE + 500;
    // The first complete record in the ring, of the second lap, and some behind it.
    let stale = (0..250).find(|&seq| detail.record_offset(seq) - FRAME > tail + 1000).unwrap();
    let (start, end) =
        (detail.record_offset(stale) - FRAME, detail.record_offset(stale + 4) - FRAME);
    for is_zero in [true, false] {
        let mut killed = Killed::at(&thread, 200 * EVENT, tail);
        killed.ring.boot_id = OTHER_BOOT;
        for position in start..end {
            let byte = if is_zero { 0 } else { bytes[position - PAGE] };
            killed.ring.detail[position % PAGE] = byte;
        }
        let plan = check(&killed, 250, stale, &format!("zero: {is_zero}"));
        let lane = plan.threads[0].detail.as_ref().unwrap();
        assert_eq!((lane.kept, lane.unverified), (stale as u64, stale as u64));
        assert!(lane.dropped > 0);
    }
}

// ------------------------------------------------------------------ lost events

fn marker(thread: &Thread, lost: u64) -> IndexEvent {
    IndexEvent {
        timestamp_ns: thread.index.events.last().unwrap().timestamp_ns,
        function_id: lost,
        thread_id: 7,
        event_kind: 4,
        call_depth: 0,
        detail_seq: NO_DETAIL,
    }
}

// W-009: emitted = events in the file - markers + dropped_events, exactly.
#[test]
fn events_that_were_dropped_at_the_end_are_reported_by_a_last_marker() {
    let mut thread = Thread::sample(7, 30, &[]);
    let next = thread.index.events[11];
    thread.index.events[10] = IndexEvent { timestamp_ns: next.timestamp_ns, ..marker(&thread, 5) };
    for tail in [0, 20, 30] {
        let mut killed = Killed::at(&thread, tail * EVENT, 0);
        killed.ring.dropped_events = 12;
        killed.ring.dropped_details = 3;
        let (plan, out) = recover(&killed, "dropped");
        assert_eq!(plan.threads[0].ring.as_ref().unwrap().lost, 7);
        let index = plan.threads[0].index.as_ref().unwrap();
        assert_eq!((index.kept, index.from_ring), (31, 30 - tail as u64));
        let mut events = thread.index.events.clone();
        events.push(marker(&thread, 7));
        assert_recovered(out.path(), &(IndexFile::finalized(7, &events), None), "dropped");
        let manifest = Manifest::read(out.path().join("manifest.json")).unwrap();
        let counts = manifest.threads[0].counts().unwrap();
        assert_eq!((counts.emitted, counts.recorded), (41, 29));
        assert_eq!((counts.dropped_events, counts.dropped_details), (12, 3));
    }
    // Markers report all of them.
    let mut killed = Killed::at(&thread, 0, 0);
    killed.ring.dropped_events = 5;
    let plan = check(&killed, 30, 0, "reported");
    assert_eq!(plan.threads[0].ring.as_ref().unwrap().lost, 0);
    // An impossible number must not cause a panic.
    killed.ring.dropped_events = u64::MAX;
    killed.ring.dropped_details = u64::MAX;
    let (_, out) = recover(&killed, "all that a number can hold");
    let manifest = Manifest::read(out.path().join("manifest.json")).unwrap();
    assert!(manifest.threads[0].counts().unwrap().is_consistent());
}

// W-009: events that were published and then lost were dropped too.
#[test]
fn counts_add_up_behind_a_gap() {
    let thread = Thread::sample(7, 50, &[]);
    let mut killed = Killed::at(&thread, 40 * EVENT, 0);
    killed.ring.dropped_events = 4;
    killed.index.as_mut().unwrap().truncate(FRAME + 30 * EVENT);
    let (plan, out) = recover(&killed, "gap");
    assert_eq!(plan.threads[0].ring.as_ref().unwrap().lost, 0);
    let manifest = Manifest::read(out.path().join("manifest.json")).unwrap();
    let counts = manifest.threads[0].counts().unwrap();
    assert_eq!((counts.emitted, counts.recorded, counts.dropped_events), (54, 30, 24));
}

// ------------------------------------------------------------------ rings that say nothing

#[test]
fn ring_that_was_never_created_is_no_thread() {
    for ring in [vec![], vec![0; 5], vec![0; CONTROL], vec![0; 3 * PAGE]] {
        let dir = Scratch::new();
        builder::write_session(dir.path(), &[sample(5)]);
        let never = dir.path().join("thread_9");
        fs::create_dir(&never).unwrap();
        fs::write(never.join("lanes.ring"), &ring).unwrap();
        let path = locate(dir.path()).unwrap();
        let found = problems(&path);
        assert_eq!(
            found[0],
            "thread_9/lanes.ring: control at byte 0: magic: expected \"ATR2\", found none: nothing \
             was recorded"
        );
        let plan = plan(&path);
        assert!(plan.threads[1].is_empty());
        let out = Scratch::new();
        plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
        assert!(!out.path().join("thread_9").exists());
        assert_recovered(out.path(), &recovered(&sample(5), 5, 2), "copy");
        plan.apply_in_place(&TestDisk::new(), None).unwrap();
        assert!(!never.exists());
        assert_recovered(dir.path(), &recovered(&sample(5), 5, 2), "in place");
        // A thread directory alone is nothing that could be recovered.
        fs::create_dir(&never).unwrap();
        fs::write(never.join("lanes.ring"), &ring).unwrap();
        let plan = atf_tests::judge::plan(&locate(&never).unwrap());
        let out = Scratch::new();
        let error = plan.write_copy(&TestDisk::new(), out.path().join("x"), None);
        let error = error.unwrap_err().to_string();
        assert!(error.ends_with("found none: nothing was recorded"), "{error}");
    }
}

#[test]
fn session_of_only_such_rings_becomes_empty() {
    let dir = Scratch::new();
    let mut killed = Killed::at(&Thread::sample(7, 0, &[]), 0, 0);
    (killed.index, killed.ring.magic) = (None, [0; 4]);
    (killed.ring.endian, killed.ring.version, killed.ring.arch, killed.ring.os) = (0, 0, 0, 0);
    killed.write_session(dir.path());
    let path = locate(dir.path()).unwrap();
    plan(&path).apply_in_place(&TestDisk::new(), None).unwrap();
    assert_eq!(problems(&path), [""; 0]);
    assert!(plan(&path).changes_nothing() && plan(&path).threads.is_empty());
}

// A producer that dies between making its directory and its ring leaves the directory.
#[test]
fn an_empty_directory_of_a_thread_is_removed_in_place_and_not_copied() {
    let thread = sample(5);
    let (dir, path) = session(&Killed::at(&thread, 5 * EVENT, 0));
    std::fs::create_dir(dir.path().join("thread_9")).unwrap();
    let out = Scratch::new();
    let (empty, before) = (dir.path().join("thread_9"), plan(&path));
    let fault = &before.threads[1].ring.as_ref().unwrap().faults[0];
    assert_eq!(
        fault.to_string(),
        "file at byte 0: lanes.ring: expected a file, found none in an empty directory: nothing was recorded"
    );
    before.write_copy(&TestDisk::new(), out.path(), None).unwrap();
    assert!(!out.path().join("thread_9").exists());
    assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0]);
    assert!(!problems(&path).is_empty());
    before.apply_in_place(&TestDisk::new(), None).unwrap();
    assert!(!empty.exists());
    assert_eq!(problems(&path), [""; 0]);
}

// Symptom: a ring whose first page is zero was called never used, although the drain had made files from it.
// Cause: only the page was looked at. The drain opens a ring that has its magic.
#[test]
fn ring_without_its_magic_beside_files_is_damaged() {
    let thread = sample(20);
    let mut killed = Killed::at(&thread, 20 * EVENT, 0);
    killed.detail = Killed::at(&thread, 0, killed.ring.detail_head as usize).detail;
    (killed.ring.magic, killed.ring.endian, killed.ring.version) = ([0; 4], 0, 0);
    (killed.ring.arch, killed.ring.os) = (0, 0);
    let plan = check(&killed, 20, records(&thread), "without magic");
    let ring = plan.threads[0].ring.as_ref().unwrap();
    assert_eq!(ring.outcome, RingOutcome::Damaged);
    assert_eq!(
        ring.faults[0].to_string(),
        "control at byte 0: magic: expected \"ATR2\", found zeros, although the thread has files"
    );
}

// ------------------------------------------------------------------ damage

/// Recovers any state; the result must be clean, and no file may hold more than was
/// published.
fn survive(killed: &Killed, context: &str) -> Plan {
    let (dir, path) = session(killed);
    let _ = problems(&path);
    let plan = plan(&path);
    let out = Scratch::new();
    plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
    assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0], "{context}");
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    assert_same(&files(dir.path()), &files(out.path()), context);
    assert_eq!(problems(&path), [""; 0], "{context}");
    plan
}

// each byte of the control block, and every length of the file.
#[test]
fn damaged_control_block_is_named_or_changes_nothing_else() {
    let thread = sample(60);
    let killed = Killed::at(&thread, 30 * EVENT, 100);
    let fields = [(0, 64), (64, 4), (128, 32), (256, 24), (384, 24)];
    for at in fields.iter().flat_map(|&(start, len)| start..start + len) {
        for bit in [0, 5, 7] {
            let (dir, path) = session(&killed);
            let ring = dir.path().join("thread_7/lanes.ring");
            let mut bytes = fs::read(&ring).unwrap();
            bytes[at] ^= 1 << bit;
            fs::write(&ring, &bytes).unwrap();
            let plan = plan(&path);
            let of_ring = plan.threads[0].ring.as_ref().unwrap();
            let is_position = (128..144).contains(&at) || (256..272).contains(&at);
            let is_place = (16..48).contains(&at);
            let kept = plan.threads[0].index.as_ref().unwrap().kept;
            match of_ring.outcome {
                // Plausible positions and offsets are believed: nothing contradicts
                // them.
                RingOutcome::Joined if is_position || is_place => {}
                RingOutcome::Joined => assert!(kept >= 60, "byte {at}, bit {bit}: {kept}"),
                RingOutcome::Damaged => {
                    assert_eq!(kept, 30, "byte {at}, bit {bit}");
                    let text = of_ring.faults[0].to_string();
                    assert!(text.starts_with("control at byte "), "{text}");
                    let found = problems(&path);
                    assert!(found.iter().any(|it| it.ends_with(&text)), "{found:?}");
                }
                other => panic!("byte {at}, bit {bit}: {other:?}"),
            }
            let out = Scratch::new();
            plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
            plan.apply_in_place(&TestDisk::new(), None).unwrap();
            assert_same(&files(dir.path()), &files(out.path()), &format!("byte {at}, bit {bit}"));
            assert!(!ring.exists());
        }
    }
}

#[test]
fn ring_that_is_cut_at_any_length_is_damaged_and_costs_only_what_it_held() {
    let thread = sample(60);
    let killed = Killed::at(&thread, 30 * EVENT, 100);
    let intact = killed.ring.bytes().len();
    for len in (1..520).chain((520..intact).step_by(511)).chain([intact - 1]) {
        let (dir, path) = session(&killed);
        let ring = dir.path().join("thread_7/lanes.ring");
        fs::write(&ring, &killed.ring.bytes()[..len]).unwrap();
        let plan = plan(&path);
        assert_eq!(plan.threads[0].ring.as_ref().unwrap().outcome, RingOutcome::Damaged, "{len}");
        assert_eq!(plan.threads[0].index.as_ref().unwrap().kept, 30, "{len}");
        plan.apply_in_place(&TestDisk::new(), None).unwrap();
        assert_eq!(problems(&path), [""; 0], "{len}");
    }
}

#[test]
fn damaged_records_in_a_ring_end_only_their_lane() {
    let thread = Thread::sample(7, 60, &(0..60).collect::<Vec<_>>());
    let detail = thread.detail.as_ref().unwrap();
    for seq in [0, 7, 30, 59] {
        for (at, byte) in [(0, 3), (3, 0x7F), (3, 0xFF), (8, 0xEE)] {
            let mut killed = Killed::at(&thread, 10 * EVENT, 100);
            let position = detail.record_offset(seq) - FRAME + at;
            if position < 100 {
                continue;
            }
            killed.ring.detail[position] = byte;
            let plan = survive(&killed, &format!("record {seq}, byte {at}"));
            let lane = plan.threads[0].detail.as_ref().unwrap();
            assert_eq!((lane.kept, plan.threads[0].index.as_ref().unwrap().kept), (seq as u64, 60));
            assert!(lane.dropped > 0 && !lane.faults.is_empty());
        }
    }
}

// A file that positions of a ring do not lead into is not touched.
#[test]
fn ring_beside_a_file_of_another_layout_stays_with_it() {
    let thread = sample(20);
    let mut killed = Killed::at(&thread, 20 * EVENT, 0);
    let mut index = IndexFile::unfinalized(7, &thread.index.events);
    index.header.version = 9;
    killed.index = Some(index.bytes());
    let (dir, path) = session(&killed);
    let before = files(dir.path());
    let plan = plan(&path);
    assert_eq!(plan.threads[0].ring.as_ref().unwrap().outcome, RingOutcome::Stays);
    let error = plan.apply_in_place(&TestDisk::new(), None).unwrap_err().to_string();
    assert!(error.ends_with("header at byte 5: version: expected 1, found 9"), "{error}");
    assert_eq!(files(dir.path()), before);
}

// ------------------------------------------------------------------ crashes of recovery itself

/// Threads that in-place recovery must change.
fn states() -> Vec<(&'static str, Killed)> {
    let thread = Thread::sample(7, 24, &[1, 2, 5, 8, 11, 19, 23]);
    let detail = thread.detail.as_ref().unwrap().clone();
    let mut states = Vec::new();
    let mut add = |name, change: &dyn Fn(&mut Killed)| {
        let mut killed = Killed::at(&thread, 10 * EVENT, 60);
        change(&mut killed);
        states.push((name, killed));
    };
    add("drained in part", &|_| {});
    add("nothing drained, no file", &|it| {
        *it = Killed::at(&thread, 0, 0);
        (it.index, it.detail) = (None, None);
    });
    add("truncated headers", &|it| {
        *it = Killed::at(&thread, 0, 0);
        it.index.as_mut().unwrap().truncate(20);
        it.detail.as_mut().unwrap().truncate(33);
    });
    add("all drained, no footer", &|it| {
        *it = Killed::at(&thread, 24 * EVENT, detail.records_bytes().len());
    });
    add("events dropped", &|it| it.ring.dropped_events = 9);
    add("more in the file than published", &|it| {
        it.index.as_mut().unwrap().extend(vec![0x77; 500]);
    });
    add("gap in the index", &|it| it.index.as_mut().unwrap().truncate(FRAME + 5 * EVENT + 3));
    add("gap in the details", &|it| it.detail.as_mut().unwrap().truncate(FRAME + 40));
    add("no complete record", &|it| it.ring.detail[..].fill(0xEE));
    add("first record damaged", &|it| it.detail.as_mut().unwrap()[FRAME] = 3);
    add("record damaged in the ring", &|it| {
        it.ring.detail[detail.record_offset(5) - FRAME] = 5;
    });
    add("detail finalized", &|it| it.detail = Some(detail.bytes()));
    add("left behind", &|it| {
        *it = Killed::at(&thread, 24 * EVENT, detail.records_bytes().len());
        it.index = Some(thread.index.bytes());
        it.detail = Some(detail.bytes());
    });
    add("finalized too early", &|it| {
        it.index = Some(IndexFile::finalized(7, &thread.index.events[..10]).bytes());
    });
    add("another boot", &|it| {
        it.ring.boot_id = OTHER_BOOT;
        it.ring.index[15 * EVENT..].fill(0);
    });
    states
}

fn assert_done_again(at: &Path, done: &[(String, Vec<u8>)], context: &str) {
    let path = TracePath::Session(at.to_owned());
    plan(&path).apply_in_place(&TestDisk::new(), None).unwrap();
    assert_same(&files(at), done, context);
}

// W-012: however far it came, running it again ends in the same bytes.
#[test]
fn recovery_in_place_that_is_killed_at_any_byte_can_be_done_again() {
    let mut seen = 0;
    for (name, killed) in states() {
        let (dir, path) = session(&killed);
        let before = Tree::load(dir.path());
        let disk = TestDisk::new();
        plan(&path).apply_in_place(&disk, None).unwrap();
        let done = files(dir.path());
        assert_eq!(problems(&path), [""; 0], "{name}");
        let unlinked = disk.ops().iter().position(is_ring_removal).unwrap();
        let manifest = disk
            .ops()
            .iter()
            .position(|op| matches!(op, Op::Rename { to, .. } if to.ends_with("manifest.json")));
        assert!(manifest.is_none_or(|at| at < unlinked), "{name}");
        for state in crashes(&before, &disk.ops()) {
            // Every byte of headers and footers, some of what is written beside them.
            let is_footer_or_header = state.bytes <= FRAME;
            if !is_footer_or_header && state.bytes % 5 != 0 {
                continue;
            }
            let at = Scratch::new();
            state.tree.write(dir.path(), at.path());
            let context =
                format!("{name}: after {} operations and {} bytes", state.ops, state.bytes);
            assert_done_again(at.path(), &done, &context);
            seen += 1;
        }
    }
    assert!(seen > 3000, "{seen}");
}

fn is_ring_removal(op: &Op) -> bool {
    matches!(op, Op::RemoveFile(path) if path.ends_with("lanes.ring"))
}

// W-012: and whatever of it survives when the power is lost.
#[test]
fn power_cut_during_recovery_in_place_costs_nothing() {
    for (name, killed) in states() {
        let (dir, path) = session(&killed);
        let before = Tree::load(dir.path());
        let disk = TestDisk::new();
        plan(&path).apply_in_place(&disk, None).unwrap();
        let done = files(dir.path());
        for state in power_cuts(&before, &disk.ops(), 5) {
            let at = Scratch::new();
            state.tree.write(dir.path(), at.path());
            let context = format!("{name}: after {} operations, lost {:b}", state.ops, state.bytes);
            assert_done_again(at.path(), &done, &context);
        }
    }
}

// W-012: a copy that fails at any call leaves nothing behind.
#[test]
fn copy_that_fails_leaves_nothing_behind() {
    let (_, killed) = states().swap_remove(0);
    let (dir, path) = session(&killed);
    let before = Tree::load(dir.path());
    let plan = plan(&path);
    let disk = TestDisk::new();
    let out = Scratch::new();
    plan.write_copy(&disk, out.path().join("a"), None).unwrap();
    for call in 0..disk.calls() {
        let failing = TestDisk::new();
        failing.fail_call(call);
        let out = Scratch::new();
        if plan.write_copy(&failing, out.path().join("a"), None).is_err() {
            assert_eq!(Tree::load(out.path()).files().count(), 0, "call {call}");
        }
    }
    assert_eq!(Tree::load(dir.path()), before);
}

// W-L: in-place recovery needs disk space for the events in the ring; without it nothing is lost.
#[test]
fn recovery_in_place_on_a_full_disk_can_be_repeated() {
    let (_, killed) = states().swap_remove(0);
    let (dir, path) = session(&killed);
    let plan = plan(&path);
    let disk = TestDisk::new();
    plan.apply_in_place(&disk, None).unwrap();
    let done = files(dir.path());
    for call in 0..disk.calls() {
        let (dir, path) = session(&killed);
        let failing = TestDisk::new();
        failing.fail_call(call);
        let _ = atf_tests::judge::plan(&path).apply_in_place(&failing, None);
        assert_done_again(dir.path(), &done, &format!("call {call} failed"));
    }
}
