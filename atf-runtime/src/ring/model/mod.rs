//! The protocol of a ring, in every order in which its two sides can touch it.
//!
//! What is explored is the code of [`push`](super::push) and [`take`](super::take) itself, under a
//! small drain. Every access is a step; between two steps the other side may make any number of
//! its own, read old values as far as the memory model lets it ([`views`]), be killed, or be
//! replaced. In each world that comes about, [`explore`] asks what recovery would find in it.
//!
//! [`script`] runs a side up to its next access, [`sides`] are the two programs, [`world`] is what
//! they share, [`steps`] what can happen in it, [`judge`] knows what must have come of it, and each
//! [`mutation`] must be found out.

mod explore;
mod judge;
mod mutation;
mod script;
mod sides;
mod steps;
mod views;
mod world;

use std::rc::Rc;

use explore::{Met, explore};
use mutation::Mutation;
use script::{Item, Stop, run};

use super::memory::Word;
use super::take::Take;
use crate::format::EventKind;
use crate::writer::Event;

const THREAD_ID: u32 = 7;
/// Numbers of events that a signal handler pushes come after this one.
const FIRST_OF_HANDLER: u64 = 100;

/// What is explored.
#[derive(Clone, Debug)]
struct Setup {
    index_capacity: u64,
    detail_capacity: u64,
    /// Whether a push that finds no room waits.
    blocks: bool,
    /// The pushes, by the length of their payload.
    pushes: Vec<Option<usize>>,
    /// How often each side may be killed, and how many drains there are, one after the other.
    producer_kills: u8,
    drain_kills: u8,
    drains: u8,
    /// How many signals come, whose handler pushes as well.
    signals: u8,
    /// Whether a drain that lives may be taken for dead.
    stalls: bool,
    mutation: Option<Mutation>,
}

impl Setup {
    fn new(index_capacity: u64, detail_capacity: u64, pushes: &[Option<usize>]) -> Self {
        Self {
            index_capacity,
            detail_capacity,
            blocks: false,
            pushes: pushes.to_vec(),
            producer_kills: 0,
            drain_kills: 0,
            drains: 1,
            signals: 0,
            stalls: false,
            mutation: None,
        }
    }
}

/// Event number `number`: no two share a byte that tells them apart.
fn event(number: u64) -> Event {
    Event {
        timestamp_ns: 1_000 + number,
        function_id: 0x1_0000_0000 + number,
        event_kind: EventKind::CALL,
        call_depth: 3,
    }
}

fn payload(number: u64, len: usize) -> Vec<u8> {
    (0..len).map(|at| (number as usize * 16 + at + 1) as u8).collect()
}

/// Everything that can happen, all of it right.
fn all(setup: Setup) -> Met {
    let met = explore(setup).unwrap_or_else(|why| panic!("{why}"));
    assert!(met.worlds > 1_000 && met.accepted > 0 && met.closed > 0, "{met:?}");
    met
}

// W-L: pushed, published, drained and stopped, in a ring of two events.
#[test]
fn ring_that_wraps_and_fills_loses_nothing_that_was_accepted() {
    let met = all(Setup::new(64, 64, &[None; 5]));
    assert!(met.full > 0 && met.markers > 0 && met.drained > 0, "{met:?}");
    // Records of 40 bytes: the second goes over the end of the buffer.
    let met = all(Setup::new(64, 64, &[Some(8), Some(16), None, Some(16)]));
    assert!(met.details > 0 && met.without > 0 && met.markers > 0, "{met:?}");
}

// W-L
#[test]
fn ring_without_detail_counts_the_records_that_it_cannot_take() {
    let met = all(Setup::new(64, 0, &[Some(8), None, Some(8)]));
    assert!(met.details == 0 && met.without > 0, "{met:?}");
}

// W-L: kill -9 of the producer, and of both: `explore` asks in every world what recovery would find.
#[test]
fn producer_killed_at_any_step_leaves_what_it_published() {
    let setup = Setup::new(64, 64, &[None, Some(16), Some(16)]);
    let met = all(Setup { producer_kills: 1, ..setup });
    assert!(met.drained > 0 && met.full > 0 && met.details > 0, "{met:?}");
}

// W-L
#[test]
fn drain_killed_at_any_step_is_continued_by_another() {
    let setup = Setup::new(64, 64, &[None, Some(16), Some(16)]);
    let met = all(Setup { drain_kills: 1, drains: 2, ..setup });
    assert!(met.drained > 0 && met.full > 0 && met.details > 0, "{met:?}");
}

// W-L
#[test]
fn both_sides_killed_at_any_step_lose_nothing_that_was_published() {
    let setup = Setup::new(64, 64, &[Some(16), None]);
    let met = all(Setup { producer_kills: 1, drain_kills: 1, drains: 2, ..setup });
    assert!(met.drained > 0 && met.details > 0, "{met:?}");
}

// W-L: an exploration ends in error when the producer waits and nothing can happen any more.
#[test]
fn push_that_waits_goes_on_when_the_drain_comes_dies_or_stops() {
    let blocks = |pushes| Setup { blocks: true, ..Setup::new(64, 64, pushes) };
    let met = all(blocks(&[None, Some(16), Some(16)]));
    assert!(met.without == 0, "{met:?}");
    let met = all(Setup { drain_kills: 1, drains: 2, ..blocks(&[Some(16), Some(16)]) });
    assert!(met.without > 0, "{met:?}");
    let met = all(Setup { drain_kills: 1, ..blocks(&[None, None, None, Some(8)]) });
    assert!(met.full > 0 && met.markers > 0 && met.recovered > 0, "{met:?}");
}

// W-L: a drain that stalls for long is taken for dead, comes back, and nothing is wrong.
#[test]
fn drain_that_was_taken_for_dead_may_come_back() {
    let setup = Setup::new(64, 64, &[None, Some(16), Some(16), None]);
    let met = all(Setup { blocks: true, stalls: true, ..setup });
    assert!(met.full > 0 && met.without > 0 && met.markers > 0, "{met:?}");
}

// W-L: a handler's push at every place of another push, and within that handler's.
#[test]
fn push_of_a_signal_handler_is_counted_and_harms_none() {
    let met = all(Setup { signals: 1, ..Setup::new(64, 64, &[None, Some(8)]) });
    assert!(met.interrupted > 0 && met.markers > 0 && met.details > 0, "{met:?}");
    let met = all(Setup { signals: 2, ..Setup::new(64, 64, &[None]) });
    assert!(met.interrupted > 0, "{met:?}");
}

/// The mistake is found, and this is said of it.
fn found(setup: Setup, mutation: Mutation, why: &str) {
    match explore(Setup { mutation: Some(mutation), ..setup }) {
        Ok(met) => panic!("{mutation:?} was not found: {met:?}"),
        Err(story) => assert!(story.contains(why), "{mutation:?}: expected {why}, found {story}"),
    }
}

// The exploration can fail.
#[test]
fn every_mistake_in_the_protocol_is_found() {
    let plain = || Setup::new(64, 64, &[None, None, None]);
    let detail = || Setup::new(64, 64, &[Some(8), Some(8), Some(8)]);
    let killed = || Setup { producer_kills: 1, ..detail() };
    found(killed(), Mutation::IndexHeadFirst, "recovered: detail: expected [32, 0");
    found(plain(), Mutation::PublishBeforeCopy, "recovered: event 0");
    found(Setup::new(64, 64, &[None; 5]), Mutation::TailTooFar, "recovered: event 1: expected");
    found(plain(), Mutation::CountTwice, "counted 2 dropped events, not 0..=1");
    found(detail(), Mutation::DetailHeadFirst, "3 events name a record, 2 are in the file");
    found(detail(), Mutation::IndexWrittenFirst, "1 events name a record, 0 are in the file");
    found(plain(), Mutation::ReleaseBeforeWrite, "was accepted and is not there");
    found(killed(), Mutation::TakeUnpublished, "drained: detail: expected []");
    found(plain(), Mutation::CloseWithoutBarrier, "was accepted and is not there");
    found(plain(), Mutation::CloseWithoutWaiting, "was accepted and is not there");
    found(plain(), Mutation::NoLookAfterClose, "was accepted and is not there");
}

// Each acquire and release in the protocol has its reason: without it there is a race, or a loss.
#[test]
fn every_ordering_is_needed() {
    let plain = || Setup::new(64, 64, &[None, None, None]);
    let detail = || Setup::new(64, 64, &[Some(8), Some(8), Some(8)]);
    for (word, setup, why) in [
        (Word::INDEX_HEAD, plain(), "read while the producer may write"),
        (Word::DETAIL_HEAD, detail(), "read while the producer may write"),
        (Word::INDEX_TAIL, plain(), "written while the drain may read"),
        // Here the detail lane fills first, or its tail is never asked for.
        (
            Word::DETAIL_TAIL,
            Setup { index_capacity: 128, ..detail() },
            "written while the drain may read",
        ),
        (Word::PUSHING, plain(), "was accepted and is not there"),
        (Word::ENDED, plain(), "was accepted and is not there"),
    ] {
        found(setup.clone(), Mutation::StoreRelaxed(word), why);
        found(setup, Mutation::LoadRelaxed(word), why);
    }
}

// a drain that comes to a ring with such a tail would take halves of events for events.
#[test]
fn tail_within_an_event_is_refused() {
    let setup = Rc::new(Setup::new(64, 64, &[]));
    let tails = [48, 0].map(Item::Number).to_vec();
    let (stop, _) = run(&setup, tails, |memory| Take::new(Rc::clone(memory), 64, 64).map(drop));
    let Stop::Returned(Err(fault)) = stop else { panic!("not refused") };
    let expected = "control at byte 256: index_tail: expected a multiple of 32, found 48";
    assert_eq!(fault.to_string(), expected);
}
