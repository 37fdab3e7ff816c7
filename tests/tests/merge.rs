//! The merge beside a plain sort by its key, on sessions of every kind: through the iterator, in runs,
//! in ranges, in parts, on threads; from memory and from files, also of events that have grown.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Bound;

use atf_runtime::format::IndexEvent;
use atf_runtime::{IndexReader, IndexSeq, Merge, MergedEvent};
use atf_tests::builder::{self, IndexFile};
use atf_tests::scratch::Scratch;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, sides: u64) -> u64 {
        self.roll() % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }
}

/// A thread's id and the times of its events.
type Thread = (u32, Vec<u64>);

const EXTREMES: [u64; 8] =
    [0, 1, 1 << 32, 1 << 63, (1 << 63) - 1, u64::MAX - 2, u64::MAX - 1, u64::MAX];

/// How many kinds of clocks there are.
const KINDS: u64 = 10;

fn times(dice: &mut Dice, kind: u64, longest: u64) -> Vec<u64> {
    let len = match dice.below(8) {
        0 => 0,
        1 => 1,
        2..7 => dice.below(longest / 5),
        _ => dice.below(longest),
    };
    let mut time = match kind {
        0 | 1 => dice.below(5),
        2 => u64::MAX - 300,
        _ => 1_000_000_000 + dice.below(50),
    };
    let mut step = |dice: &mut Dice| {
        time = match kind {
            // Ties, a clock near its end, bursts of ties, an unsound clock, no clock, steps of any size, long turns,
            // long turns of an unsound clock, and a sound clock.
            0 => dice.below(4),
            1 => time + dice.below(2),
            2 => time.saturating_add(dice.below(4)),
            3 => time + if dice.one_in(16) { dice.below(100) } else { 0 },
            4 => (time + dice.below(10)) - if dice.one_in(6) { dice.below(60) } else { 0 },
            5 => EXTREMES[dice.below(EXTREMES.len() as u64) as usize],
            6 => time.saturating_add(dice.roll() >> dice.below(64)),
            7 => time + if dice.one_in(40) { dice.below(2000) } else { 1 },
            8 if dice.one_in(300) => time - dice.below(900),
            8 => time + if dice.one_in(20) { dice.below(2000) } else { 1 },
            _ => time + 1 + dice.below(20),
        };
        time
    };
    (0..len).map(|_| step(dice)).collect()
}

fn session(dice: &mut Dice, longest: u64) -> Vec<Thread> {
    let threads = match dice.below(10) {
        0 => 1,
        1..8 => 1 + dice.below(9),
        _ => dice.below(70),
    };
    // Half of the sessions have one kind of clock, the others any on each thread.
    let kind = dice.below(2 * KINDS);
    let mut ids = BTreeMap::new();
    for _ in 0..threads {
        let id =
            if dice.one_in(8) { u32::MAX - dice.below(9) as u32 } else { dice.below(99) as u32 };
        let kind = if kind < KINDS { kind } else { dice.below(KINDS) };
        ids.insert(dice.roll(), (id, times(dice, kind, longest)));
    }
    // By a number that means nothing, so that ids come in any order, and some twice.
    ids.into_values().collect()
}

/// What a consumer sees of an event: time, thread, sequence, and a number that no two events share.
type Seen = (u64, u32, u32, u64);

fn seen(it: MergedEvent) -> Seen {
    (it.event.timestamp_ns.get(), it.thread_id, it.seq.0, it.event.function_id.get())
}

fn function_id(input: usize, seq: usize) -> u64 {
    (input as u64) << 32 | seq as u64
}

/// The oracle: all events, sorted by the key as it is written down. `sort_by_key` is stable, so that threads
/// of one id stay in the order in which they were given.
fn sorted(session: &[Thread]) -> Vec<Seen> {
    let mut keyed = Vec::new();
    for (input, (thread_id, times)) in session.iter().enumerate() {
        let mut running_maximum = 0;
        for (seq, &time) in times.iter().enumerate() {
            running_maximum = running_maximum.max(time);
            let event = (time, *thread_id, seq as u32, function_id(input, seq));
            keyed.push((running_maximum, *thread_id, input, seq, event));
        }
    }
    keyed.sort_by_key(|&(running_maximum, thread_id, input, seq, _)| {
        (running_maximum, thread_id, input, seq)
    });
    keyed.into_iter().map(|(.., event)| event).collect()
}

/// Takes what is left, by single events and by runs in turn.
fn taken_in_runs(mut merge: Merge, dice: &mut Dice) -> Vec<Seen> {
    let mut all = Vec::new();
    loop {
        let before = all.len();
        assert_eq!(merge.size_hint(), (merge.len(), Some(merge.len())));
        let left = merge.len();
        if dice.one_in(2) {
            all.extend(merge.next().map(seen));
        } else if let Some(run) = merge.next_run() {
            assert!(!run.events.is_empty());
            let seqs = (run.first_seq.0..).map(IndexSeq);
            all.extend(
                seqs.zip(run.events)
                    .map(|(seq, event)| seen(MergedEvent::new(run.thread_id, seq, event))),
            );
        }
        assert_eq!(merge.len(), left - (all.len() - before));
        if all.len() == before {
            assert!(merge.next().is_none() && merge.next_run().is_none());
            return all;
        }
    }
}

fn folded(merge: Merge) -> Vec<Seen> {
    merge.fold(Vec::new(), |mut all, it| {
        all.push(seen(it));
        all
    })
}

fn nexted(merge: Merge) -> Vec<Seen> {
    let mut all = Vec::with_capacity(merge.len());
    for it in merge {
        all.push(seen(it));
    }
    all
}

fn bounds(dice: &mut Dice, all: &[Seen]) -> (Bound<u64>, Bound<u64>) {
    let mut bound = || {
        let time = match dice.below(4) {
            0 => EXTREMES[dice.below(EXTREMES.len() as u64) as usize],
            _ if all.is_empty() => 7,
            _ => all[dice.below(all.len() as u64) as usize].0,
        };
        match dice.below(8) {
            0 => Bound::Unbounded,
            1..4 => Bound::Excluded(time),
            _ => Bound::Included(time),
        }
    };
    (bound(), bound())
}

/// Holds a merge against what it must give, in every way in which it can be read.
fn check(merge: &Merge, all: &[Seen], dice: &mut Dice) {
    assert_eq!(merge.len(), all.len());
    assert_eq!(nexted(merge.clone()), all);
    assert_eq!(folded(merge.clone()), all);
    assert_eq!(taken_in_runs(merge.clone(), dice), all);

    // The rest, once some of it was taken: the same in every way.
    let mut rest = merge.clone();
    let taken = dice.below(all.len() as u64 + 1) as usize;
    let first: Vec<Seen> = rest.by_ref().take(taken).map(seen).collect();
    assert_eq!(first, all[..taken]);
    let left = &all[taken..];
    assert_eq!(folded(rest.clone()), left);

    let wanted = 1 + dice.below(6) as usize;
    let parts = rest.clone().split(wanted);
    assert!((1..=wanted).contains(&parts.len()));
    assert_eq!(parts.iter().map(Merge::len).sum::<usize>(), left.len());
    assert_eq!(parts.into_iter().map(folded).collect::<Vec<_>>().concat(), left);

    let times = bounds(dice, all);
    let within: Vec<Seen> = left
        .iter()
        .filter(|(time, ..)| std::ops::RangeBounds::contains(&times, time))
        .copied()
        .collect();
    let range = rest.within(times);
    assert_eq!(range.len(), within.len(), "{times:?}");
    assert_eq!(nexted(range.clone()), within, "{times:?}");
    assert_eq!(taken_in_runs(range.clone(), dice), within, "{times:?}");
    let parts = range.clone().split(wanted);
    assert_eq!(parts.into_iter().map(nexted).collect::<Vec<_>>().concat(), within, "{times:?}");
    // And of a range that has begun.
    let mut rest = range.clone();
    let taken = dice.below(within.len() as u64 + 1) as usize;
    assert_eq!(rest.by_ref().take(taken).count(), taken);
    let parts = rest.split(wanted);
    let left = &within[taken..];
    assert_eq!(parts.into_iter().map(nexted).collect::<Vec<_>>().concat(), left, "{times:?}");
    if dice.one_in(4) {
        assert_eq!(range.parallel(2, nexted).concat(), within, "{times:?}");
        assert_eq!(merge.clone().parallel(wanted, folded).concat(), all);
    }
}

fn sessions(seeds: std::ops::Range<u64>, longest: u64) {
    for seed in seeds {
        let dice = &mut Dice(seed);
        let session = session(dice, longest);
        let events: Vec<(u32, Vec<IndexEvent>)> = session
            .iter()
            .enumerate()
            .map(|(input, (thread_id, times))| {
                let event = |(seq, &time): (usize, &u64)| IndexEvent {
                    timestamp_ns: time.into(),
                    function_id: function_id(input, seq).into(),
                    ..IndexEvent::INIT
                };
                (*thread_id, times.iter().enumerate().map(event).collect())
            })
            .collect();
        let merge = Merge::of_slices(events.iter().map(|(id, events)| (*id, &events[..])));
        check(&merge, &sorted(&session), dice);
    }
}

// four tests, so that they run side by side.
#[test]
fn merge_is_a_stable_sort_by_its_key_on_the_first_sessions() {
    sessions(0..2500, 200);
}

#[test]
fn merge_is_a_stable_sort_by_its_key_on_the_second_sessions() {
    sessions(2500..5000, 200);
}

#[test]
fn merge_is_a_stable_sort_by_its_key_on_the_third_sessions() {
    sessions(5000..7500, 200);
}

#[test]
fn merge_is_a_stable_sort_by_its_key_on_the_fourth_sessions() {
    sessions(7500..10_000, 200);
}

// long enough that the merge sees how long turns are, and changes its way more than once.
#[test]
fn merge_is_a_stable_sort_by_its_key_on_long_sessions() {
    sessions(10_000..10_060, 6000);
}

fn file_of(thread_id: u32, input: usize, times: &[u64], more: usize) -> IndexFile {
    let event = |(seq, &timestamp_ns): (usize, &u64)| builder::IndexEvent {
        timestamp_ns,
        function_id: function_id(input, seq),
        thread_id,
        event_kind: 1,
        call_depth: 0,
        detail_seq: builder::NO_DETAIL,
    };
    let events: Vec<_> = times.iter().enumerate().map(event).collect();
    let mut file = IndexFile::unfinalized(thread_id, &events);
    file.more_per_event = vec![0xA5; more];
    file.finalize()
}

// R-010, R-P5: the same through files, with events of the usual size and longer ones side by side, whether it is
// known or not that a clock went backwards.
#[test]
fn merge_of_files_is_the_same_also_where_events_have_grown() {
    let dir = Scratch::new();
    for seed in 0..600 {
        let dice = &mut Dice(seed ^ 0xF11E << 40);
        let session = session(dice, if seed % 50 == 0 { 4000 } else { 200 });
        let grown = dice.one_in(2);
        let readers: Vec<(u32, IndexReader)> = session
            .iter()
            .enumerate()
            .map(|(input, (thread_id, times))| {
                let path = dir.path().join(format!("{input}.atf"));
                let more = if grown { [0, 0, 1, 8, 32][dice.below(5) as usize] } else { 0 };
                fs::write(&path, file_of(*thread_id, input, times, more).bytes()).unwrap();
                let reader = IndexReader::open(&path).unwrap();
                // The next session's file must be another one while this is mapped.
                fs::remove_file(&path).unwrap();
                if dice.one_in(2) {
                    assert_eq!(reader.is_monotonic(), times.is_sorted());
                }
                (*thread_id, reader)
            })
            .collect();
        let readers = || readers.iter().map(|(id, reader)| (*id, reader));
        let all = sorted(&session);
        check(&Merge::new(readers()), &all, dice);
        let expected: Vec<_> =
            all.into_iter().filter(|(time, ..)| (20..1_000_000_100).contains(time)).collect();
        assert_eq!(nexted(Merge::range(readers(), 20..1_000_000_100)), expected);
    }
}

fn events(times: &[u64]) -> Vec<IndexEvent> {
    times.iter().map(|&time| IndexEvent { timestamp_ns: time.into(), ..IndexEvent::INIT }).collect()
}

// nothing to merge is nothing, in every way.
#[test]
fn merge_of_nothing_ends_at_once() {
    let none: [(u32, &[IndexEvent]); 0] = [];
    for merge in [Merge::of_slices(none), Merge::of_slices([(1, &[][..]), (0, &[][..])])] {
        check(&merge, &[], &mut Dice(0));
    }
}

// keys hold the distance from the earliest time, and here it does not fit: each thread holds both ends
// of time, and what lies between.
#[test]
fn times_from_one_end_of_u64_to_the_other_are_in_order() {
    for threads in [1, 2, 3, 64, 65, 300] {
        let session: Vec<Thread> = (0..threads)
            .map(|id| {
                let step = u64::MAX / 500;
                (id, (0..500).map(|i| i * step + u64::from(id % 7)).chain([u64::MAX; 3]).collect())
            })
            .collect();
        let events: Vec<_> = session.iter().map(|(id, times)| (*id, events(times))).collect();
        let merge = Merge::of_slices(events.iter().map(|(id, events)| (*id, &events[..])));
        let expected: Vec<_> =
            sorted(&session).into_iter().map(|(time, id, seq, _)| (time, id, seq)).collect();
        let found = merge.map(|it| (it.event.timestamp_ns.get(), it.thread_id, it.seq.0));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

// parts are of about the same size, also where times are all the same or lie far apart.
#[test]
fn parts_are_of_about_the_same_size() {
    let even: Vec<u64> = (0..20_000).collect();
    let late: Vec<u64> = (0..20_000).map(|i| 15_000 + i / 10).collect();
    let far: Vec<u64> = (0..20_000).map(|i| 1 << (i / 400)).collect();
    let same = vec![5; 20_000];
    for session in [[&even, &even], [&even, &late], [&late, &far], [&same, &same], [&same, &even]] {
        let events = session.map(|times| events(times));
        for parts in [2, 3, 8] {
            let merge = Merge::of_slices([(0, &events[0][..]), (1, &events[1][..])]);
            let sizes: Vec<_> = merge.split(parts).iter().map(Merge::len).collect();
            let even = 40_000 / parts;
            assert!(sizes.iter().all(|size| size.abs_diff(even) < even / 20), "{sizes:?}");
        }
    }
}

// a wish for too many parts is granted as far as it makes sense.
#[test]
fn there_are_at_most_1024_parts_and_at_least_one() {
    let events = events(&[1, 2, 3]);
    for (wanted, most) in [(0, 1), (1, 1), (7, 7), (usize::MAX, 1024)] {
        let merge = Merge::of_slices([(0, &events[..])]);
        let parts = merge.clone().split(wanted);
        assert!((1..=most).contains(&parts.len()), "{}", parts.len());
        assert_eq!(parts.into_iter().map(folded).collect::<Vec<_>>().concat().len(), 3);
        assert_eq!(merge.parallel(wanted, |part| part.len()).iter().sum::<usize>(), 3);
    }
}

// the first decrease counts wherever it stands, at the ends of what is looked at together too.
#[test]
fn a_clock_that_went_backwards_once_is_not_monotonic() {
    let dir = Scratch::new();
    let path = dir.path().join("index.atf");
    for more in [0, 16] {
        for len in [0_u64, 1, 2, 1023, 1024, 1025, 3000] {
            let write = |times: &[u64]| {
                fs::write(&path, file_of(1, 0, times, more).bytes()).unwrap();
                let reader = IndexReader::open(&path).unwrap();
                fs::remove_file(&path).unwrap();
                reader
            };
            let mut times: Vec<u64> = (0..len).map(|i| i / 2).collect();
            assert!(write(&times).is_monotonic());
            for at in [1, 2, 1023, 1024, 1025, 2047, 2048, 2999] {
                if at < len as usize && times[at - 1] > 0 {
                    let sound = times[at];
                    times[at] = times[at - 1] - 1;
                    assert!(!write(&times).is_monotonic(), "{at} of {len}");
                    times[at] = sound;
                }
            }
        }
    }
}
