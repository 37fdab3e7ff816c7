//! Goes through every world that can come about, and judges each.

use std::collections::HashSet;
use std::rc::Rc;

use super::Setup;
use super::judge::{judge, may_be_dropped, published};
use super::script::Calls;
use super::sides::{Machine, Next};
use super::steps::Label;
use super::world::{DrainState, World};
use crate::format::IndexEvent;
use crate::ring::PushError;
use crate::ring::memory::Word;

const EVENT_SIZE: usize = size_of::<IndexEvent>();

/// What was met on the way: an exploration that met nothing proves nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    pub(super) worlds: usize,
    pub(super) sides: usize,
    /// Ends with a drain, and without one.
    pub(super) drained: usize,
    pub(super) recovered: usize,
    /// Worlds with a push that was accepted, found no room, came too late, was interrupted.
    pub(super) accepted: usize,
    pub(super) full: usize,
    pub(super) closed: usize,
    pub(super) interrupted: usize,
    pub(super) markers: usize,
    /// Worlds with a record, and with an event that lost its own.
    pub(super) details: usize,
    pub(super) without: usize,
}

/// Goes through everything that can happen.
///
/// # Errors
///
/// The first world that must not be, and how it came about.
pub(super) fn explore(setup: Setup) -> Result<Met, String> {
    let setup = Rc::new(setup);
    let mut machine = Machine::new(&setup);
    let mut met = Met::default();
    let mut seen = HashSet::new();
    let mut path = Vec::new();
    let mut todo = vec![(0, Label::BEGINNING, World::new(&setup, &mut machine))];
    while let Some((depth, label, world)) = todo.pop() {
        path.truncate(depth);
        path.push(label);
        if !seen.insert(world.fingerprint()) {
            continue;
        }
        check(&setup, &machine, &world, &mut met).map_err(|why| story(&why, &path, &machine))?;
        let steps = world.steps(&setup, &mut machine);
        if steps.is_empty() {
            check_end(&machine, &world, &mut met).map_err(|why| story(&why, &path, &machine))?;
        }
        for (label, next) in steps {
            match next {
                Ok(next) => todo.push((depth + 1, label, next)),
                Err(why) => {
                    path.push(label);
                    return Err(story(&why, &path, &machine));
                }
            }
        }
    }
    met.worlds = seen.len();
    met.sides = machine.len();
    Ok(met)
}

fn story(why: &str, path: &[Label], machine: &Machine) -> String {
    let steps: Vec<_> = path.iter().map(|label| label.tell(machine)).collect();
    format!("{why}, after\n  {}", steps.join("\n  "))
}

/// What holds in every world.
fn check(setup: &Setup, machine: &Machine, world: &World, met: &mut Met) -> Result<(), String> {
    let node = machine.node(world.producer);
    let calls = &node.calls;
    let dropped = world.by_producer.latest(Word::DROPPED_EVENTS);
    let dropped_details = world.by_producer.latest(Word::DROPPED_DETAILS);

    // Were everybody killed now, recovery would find all that was published.
    let [index, detail] = world.recovered();
    let detail = published(&detail, index.len() / EVENT_SIZE);
    let contents =
        judge(setup, [&index, detail], calls, true).map_err(|why| format!("recovered: {why}"))?;
    count(calls, met);
    met.markers += usize::from(contents.markers > 0);
    met.details += usize::from(contents.details > 0);
    met.without += usize::from(contents.without > 0);
    let may_be_dropped = may_be_dropped(calls);
    if !may_be_dropped.contains(&dropped) {
        return Err(format!("counted {dropped} dropped events, not {may_be_dropped:?}"));
    }
    if contents.marked > dropped {
        return Err(format!("markers speak of {} of {dropped} events", contents.marked));
    }
    // One that is about to be published is counted already.
    let open = calls.open.len() as u64;
    if !(contents.without..=contents.without + open).contains(&dropped_details) {
        return Err(format!("counted {dropped_details} details, {} are missing", contents.without));
    }

    // Whoever looks at the files meanwhile finds the record of each event.
    let complete = world.files[0].len() / EVENT_SIZE * EVENT_SIZE;
    let events = &world.files[0][..complete];
    let links = events.chunks(EVENT_SIZE).filter(|it| it[EVENT_SIZE - 4..] != [0xFF; 4]).count();
    let mut records = 0;
    let mut at = 0;
    while let Some(len) = world.files[1].get(at..at + 4) {
        at += u32::from_le_bytes(len.try_into().expect("4 bytes")) as usize;
        if at > world.files[1].len() {
            break;
        }
        records += 1;
    }
    if records < links {
        return Err(format!("{links} events name a record, {records} are in the file"));
    }

    let DrainState::Ended(events, details) = world.drain else { return Ok(()) };
    let files = [&world.files[0][..], &world.files[1]];
    // A signal's push may end, and the recording with it, before the push that it interrupted returns.
    let may_hold_open = world.is_producer_dead || calls.signals > 0;
    judge(setup, files, calls, may_hold_open).map_err(|why| format!("drained: {why}"))?;
    let mut late = calls.returned.iter().filter(|it| !world.begun_at_end.contains(&it.0));
    let late = late.find(|it| it.1 != Err(PushError::Closed));
    if let Some(late) = late {
        return Err(format!("after the end: {late:?}"));
    }
    if (events, details) != (dropped, dropped_details) {
        return Err(format!("the drain has read {events} and {details} drops"));
    }
    Ok(())
}

fn count(calls: &Calls, met: &mut Met) {
    let any = |is: fn(&Result<u32, PushError>) -> bool| {
        usize::from(calls.returned.iter().any(|it| is(&it.1)))
    };
    met.accepted += any(Result::is_ok);
    met.full += any(|it| *it == Err(PushError::Full));
    met.closed += any(|it| *it == Err(PushError::Closed));
    met.interrupted += any(|it| *it == Err(PushError::Interrupted));
}

/// What holds when nothing more can happen.
fn check_end(machine: &Machine, world: &World, met: &mut Met) -> Result<(), String> {
    let node = machine.node(world.producer);
    if !world.is_producer_dead && !matches!(node.next, Next::End(..)) {
        return Err("the producer waits for nobody".to_owned());
    }
    match world.drain {
        DrainState::Ended(..) => met.drained += 1,
        DrainState::Gone => met.recovered += 1,
        DrainState::Running(_) => return Err("the drain waits for nobody".to_owned()),
    }
    Ok(())
}
