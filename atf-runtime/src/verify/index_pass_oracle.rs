//! The pass over events beside simple loops: whatever the division, it must find the same.

use zerocopy::{FromZeros, IntoBytes};

use super::faults::Faults;
use super::index_pass::{Division, IndexPass, pass};
use super::links::LinkTarget;
use crate::consistency::ChecksumState;
use crate::ending::end_index;
use crate::error::Region;
use crate::format::{AtfIndexHeader, EventKind, IndexEvent, NO_DETAIL_SEQ};
use crate::lost::lost_events;
use crate::reader::IndexReader;
use crate::survey::{JUMP_NS, Occurrences};

const THREAD: u32 = 7;

/// A number below `below`, from a generator that is the same everywhere.
fn below(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// Events of which about one in `rarity` is unusual in some way.
fn events(state: &mut u64, count: usize, rarity: u64) -> Vec<IndexEvent> {
    let (mut time_ns, mut link) = (below(state, 3), 0);
    let mut events = Vec::new();
    for _ in 0..count {
        time_ns = time_ns.wrapping_add(below(state, 3));
        let mut event = IndexEvent {
            timestamp_ns: time_ns.into(),
            function_id: 5.into(),
            thread_id: THREAD.into(),
            event_kind: EventKind::CALL,
            detail_seq: NO_DETAIL_SEQ.into(),
            ..IndexEvent::INIT
        };
        if below(state, 3) == 0 {
            event.detail_seq.set(link);
            link += 1;
        }
        if below(state, rarity) == 0 {
            match below(state, 9) {
                0 => event.timestamp_ns.set(time_ns.wrapping_sub(5)),
                1 => event.timestamp_ns.set(time_ns + JUMP_NS + below(state, 9)),
                2 => event.timestamp_ns.set([0, u64::MAX, 1 << 63][below(state, 3) as usize]),
                3 => event.thread_id.set(below(state, 9) as u32),
                4 => event.event_kind = EventKind::new(below(state, 1 << 32) as u32),
                5 | 6 => {
                    event.event_kind = EventKind::LOST;
                    event.detail_seq.set(NO_DETAIL_SEQ);
                    event.function_id.set([3, u64::MAX][below(state, 2) as usize]);
                }
                7 => event.detail_seq.set(below(state, 1 << 32) as u32),
                _ => event = IndexEvent::new_zeroed(),
            }
        }
        events.push(event);
    }
    events
}

fn index_of(events: &[IndexEvent]) -> IndexReader {
    let time_of = |event: Option<&IndexEvent>| event.map_or(0, |event| event.timestamp_ns.get());
    let (start, end) = (time_of(events.first()), time_of(events.last()));
    let header = AtfIndexHeader { thread_id: THREAD.into(), ..AtfIndexHeader::INIT };
    let checksum = crc32fast::hash(events.as_bytes());
    let (header, footer) = end_index(&header, events.len() as u32, (start, end), checksum);
    let bytes = [header.as_bytes(), events.as_bytes(), footer.as_bytes()].concat();
    IndexReader::from_bytes("index.atf", bytes).unwrap()
}

/// What a pass must find, said once more and as simply as possible: a loop for each thing.
fn expected(events: &[IndexEvent], target: LinkTarget) -> String {
    let times: Vec<u64> = events.iter().map(|event| event.timestamp_ns.get()).collect();
    let steps: Vec<(u64, u64, u64)> =
        (1..times.len()).map(|at| (at as u64, times[at - 1], times[at])).collect();
    let occurrences = |seqs: Vec<u64>| (seqs.len() as u64, seqs.first().copied().unwrap_or(0));
    let where_step = |is: &dyn Fn(u64, u64) -> bool| {
        occurrences(steps.iter().filter(|step| is(step.1, step.2)).map(|step| step.0).collect())
    };
    let backward = where_step(&|before, time| time < before);
    let jumps = where_step(&|before, time| time.abs_diff(before) > JUMP_NS);
    let all = || (0_u64..).zip(events);
    let is_zero = |event: &IndexEvent| event.as_bytes()[..28].iter().all(|&byte| byte == 0);
    let zero = occurrences(all().filter(|(_, event)| is_zero(event)).map(|it| it.0).collect());
    let markers: Vec<u64> =
        (0..events.len()).filter_map(|at| lost_events(&events[at], events.get(at + 1))).collect();
    let lost = markers.iter().fold(0_u64, |sum, &lost| sum.saturating_add(lost));
    let mut foreign = Vec::new();
    for (seq, event) in all().filter(|(_, event)| event.thread_id != THREAD) {
        foreign.push((seq, format!("7 (as in the header), {}", event.thread_id)));
    }
    let (mut links, mut next) = (Vec::new(), 0);
    for (seq, event) in all().filter(|(_, event)| event.detail_seq != NO_DETAIL_SEQ) {
        let found = u64::from(event.detail_seq.get());
        let wrong = match target {
            LinkTarget::Unknown => None,
            LinkTarget::NoFile => Some("none (there is no detail.atf)".to_owned()),
            LinkTarget::Records(_) if found != next => {
                Some(format!("{next} (sequences have no gap)"))
            }
            LinkTarget::Records(0) => Some("none (no record of detail.atf can be read)".to_owned()),
            LinkTarget::Records(count) if found >= count => {
                Some(format!("below {count} (records in detail.atf)"))
            }
            LinkTarget::Records(_) => None,
        };
        links.extend(wrong.map(|wrong| (seq, format!("{wrong}, {found}"))));
        next = found + 1;
    }
    let first = |all: &[(u64, String)]| (all.len(), all[..all.len().min(20)].to_vec());
    format!(
        "{backward:?} {jumps:?} {zero:?} {} {lost} {:?} {:?}",
        markers.len(),
        first(&foreign),
        first(&links)
    )
}

fn found(pass: IndexPass) -> String {
    let occurrences = |it: Occurrences| (it.count, it.first_seq);
    let faults = |faults: Faults| {
        let more: u64 = faults.only_counted().iter().map(|(_, more)| more).sum();
        let kept = faults.into_kept().into_iter().map(|fault| {
            let Region::Event(seq) = fault.region else { panic!("{fault}") };
            (seq, format!("{}, {}", fault.expected, fault.found))
        });
        let kept: Vec<(u64, String)> = kept.collect();
        (kept.len() + more as usize, kept)
    };
    format!(
        "{:?} {:?} {:?} {} {} {:?} {:?}",
        occurrences(pass.backward),
        occurrences(pass.jumps),
        occurrences(pass.zero),
        pass.marked.markers(),
        pass.marked.lost(),
        faults(pass.foreign),
        faults(pass.links)
    )
}

#[test]
fn every_division_finds_what_simple_loops_find() {
    let mut state = 1;
    for round in 0..300 {
        let rarity = [1, 4, 40, 10_000][round % 4];
        let count = below(&mut state, 300) as usize;
        let events = events(&mut state, count, rarity);
        let index = index_of(&events);
        let links = events.iter().filter(|event| event.detail_seq != NO_DETAIL_SEQ).count();
        for target in [
            LinkTarget::Unknown,
            LinkTarget::NoFile,
            LinkTarget::Records(0),
            LinkTarget::Records(links as u64),
            LinkTarget::Records(links as u64 / 2),
        ] {
            let expected = expected(&events, target);
            for (block, part, workers) in
                [(1, 1, 3), (1, 7, 1), (3, 5, 2), (4, 64, 2), (1024, 512 * 1024, 1)]
            {
                let division = Division { block, part, workers };
                let mut told = 0;
                let pass = pass(&index, target, division, &mut |bytes| told += bytes);
                let context = format!("round {round}, {target:?}, {division:?}");
                assert_eq!(told, events.len() as u64 * 32, "{context}");
                assert_eq!(pass.checksum.state, ChecksumState::Ok, "{context}");
                assert_eq!(found(pass), expected, "{context}");
            }
        }
    }
}
