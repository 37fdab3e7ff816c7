//! The two programs that are explored, each as a machine whose states are made when they are met.

use std::collections::HashMap;
use std::rc::Rc;

use super::Setup;
use super::mutation::Mutation;
use super::script::{Access, Calls, Item, Script, Stop, run};
use crate::error::Fault;
use crate::format::{DetailEventHeader, DetailEventType, IndexEvent};
use crate::lane::Lane;
use crate::ring::push::Push;
use crate::ring::take::{Heads, Take};
use crate::writer::Payload;
use zerocopy::FromBytes;

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;
const RECORD_HEADER: u64 = size_of::<DetailEventHeader>() as u64;

/// Where a side starts to run. What the drain knows between two rounds is all here, so that two ways
/// to the same knowledge are one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Start {
    Producer,
    /// A drain comes to the ring.
    Attach,
    /// A round of the drain, with these tails and heads.
    Round(Heads, Heads),
    /// It has closed the ring.
    Closing(Heads, Heads),
}

/// What a side does next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    Step(Access),
    /// It goes on there.
    Then(Start),
    /// It has come to its end; the drain says how many events and details were dropped.
    End(u64, u64),
    /// It found the ring damaged.
    Fault(Fault),
}

#[derive(Debug)]
pub(super) struct Node {
    start: Start,
    parent: Option<u32>,
    item: Option<Item>,
    pub(super) next: Next,
    pub(super) calls: Calls,
}

impl Node {
    /// Whether the last thing that happened was an answer to an access.
    pub(super) fn was_answered(&self) -> bool {
        matches!(self.item, Some(Item::Number(_) | Item::Bytes(_)))
    }
}

/// The states of both sides that were met so far.
pub(super) struct Machine {
    pub(super) setup: Rc<Setup>,
    nodes: Vec<Rc<Node>>,
    children: HashMap<(u32, Item), u32>,
    starts: HashMap<Start, u32>,
}

impl Machine {
    pub(super) fn new(setup: &Rc<Setup>) -> Self {
        let (nodes, children, starts) = Default::default();
        Self { setup: Rc::clone(setup), nodes, children, starts }
    }

    pub(super) fn node(&self, id: u32) -> Rc<Node> {
        Rc::clone(&self.nodes[id as usize])
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The state at a start.
    pub(super) fn start(&mut self, start: Start) -> u32 {
        if let Some(&id) = self.starts.get(&start) {
            return id;
        }
        let id = self.make(start, None, None);
        self.starts.insert(start, id);
        id
    }

    /// The state behind `id` when this happened to it.
    pub(super) fn after(&mut self, id: u32, item: Item) -> u32 {
        let key = (id, item);
        if let Some(&child) = self.children.get(&key) {
            return child;
        }
        let start = self.nodes[id as usize].start;
        let child = self.make(start, Some(id), Some(key.1.clone()));
        self.children.insert(key, child);
        child
    }

    fn make(&mut self, start: Start, parent: Option<u32>, item: Option<Item>) -> u32 {
        let mut items: Vec<_> = item.iter().cloned().collect();
        let mut at = parent;
        while let Some(id) = at {
            let node = &self.nodes[id as usize];
            items.extend(node.item.clone());
            at = node.parent;
        }
        items.reverse();
        let (stop, calls) = match start {
            Start::Producer => run(&self.setup, items, produce),
            _ => {
                let known = known(start, self.setup.mutation);
                run(&self.setup, known.into_iter().chain(items).collect(), |script| {
                    drain(start, script).unwrap_or_else(Next::Fault)
                })
            }
        };
        let next = match stop {
            Stop::At(access) => Next::Step(access),
            Stop::Returned(next) => next,
        };
        let id = u32::try_from(self.nodes.len()).expect("fewer states");
        self.nodes.push(Rc::new(Node { start, parent, item, next, calls }));
        id
    }
}

/// The producer: the pushes of the plan, and then it leaves.
fn produce(script: &Rc<Script>) -> Next {
    let setup = Rc::clone(&script.setup);
    let push = Rc::new(Push::new(
        Rc::clone(script),
        super::THREAD_ID,
        setup.index_capacity,
        setup.detail_capacity,
    ));
    script.set_producer(&push);
    for (number, payload_len) in (0..).zip(&setup.pushes) {
        let bytes = payload_len.map(|len| super::payload(number, len));
        let payload = bytes
            .as_deref()
            .map(|bytes| Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes });
        script.push(&push, number, payload.as_ref());
    }
    push.end();
    Next::End(0, 0)
}

/// What a drain that goes on is told when it comes to the ring again, so that it knows what it knew.
fn known(start: Start, mutation: Option<Mutation>) -> Vec<Item> {
    let (Start::Round(tails, heads) | Start::Closing(tails, heads)) = start else {
        return Vec::new();
    };
    let heads = match mutation {
        Some(Mutation::DetailHeadFirst) => [heads.detail, heads.index],
        _ => [heads.index, heads.detail],
    };
    [tails.index, tails.detail].into_iter().chain(heads).map(Item::Number).collect()
}

/// One turn of the drain.
fn drain(start: Start, script: &Rc<Script>) -> Result<Next, Fault> {
    let setup = &script.setup;
    let is = |mutation| setup.mutation == Some(mutation);
    let (index_capacity, detail_capacity) = (setup.index_capacity, setup.detail_capacity);
    let mut take = Take::new(Rc::clone(script), index_capacity, detail_capacity)?;
    match start {
        Start::Producer => unreachable!("not a drain"),
        Start::Attach => {
            let heads = take.look()?;
            Ok(Next::Then(Start::Round(take.tails(), heads)))
        }
        Start::Round(_, heads) => {
            if script.number(Access::AskStop) != 0 {
                take.close(|| {
                    if !is(Mutation::CloseWithoutBarrier) {
                        script.ask(Access::Barrier);
                    }
                });
                return Ok(Next::Then(Start::Closing(take.tails(), heads)));
            }
            take.beat(1);
            let is_last = take.has_ended();
            let heads = round(&mut take, script)?;
            Ok(if is_last { end(&take) } else { Next::Then(Start::Round(take.tails(), heads)) })
        }
        Start::Closing(..) => {
            let may_push = !is(Mutation::CloseWithoutWaiting) && take.is_pushing();
            if may_push && script.number(Access::AskProducer) == 0 {
                return Ok(Next::Then(start));
            }
            if !is(Mutation::NoLookAfterClose) {
                round(&mut take, script)?;
            }
            Ok(end(&take))
        }
    }
}

fn end(take: &Take<Rc<Script>>) -> Next {
    Next::End(take.dropped_events(), take.dropped_details())
}

/// Takes what is published: detail first, and tails behind the files.
fn round(take: &mut Take<Rc<Script>>, script: &Script) -> Result<Heads, Fault> {
    let is = |mutation| script.setup.mutation == Some(mutation);
    let heads = take.look()?;
    let tails = take.tails();
    let mut detail_end = tails.detail;
    while heads.detail - detail_end >= RECORD_HEADER {
        let mut header = [0; RECORD_HEADER as usize];
        take.copy(Lane::Detail, detail_end, &mut header);
        let header = DetailEventHeader::read_from_bytes(&header).expect("as long as it is");
        let is_published = u64::from(header.index_seq.get()) < heads.index / EVENT_SIZE;
        if !is_published && !is(Mutation::TakeUnpublished) {
            break;
        }
        detail_end += u64::from(header.total_length.get()).max(RECORD_HEADER);
    }
    let bytes = |lane, from, to: u64| {
        let mut bytes = vec![0; (to - from) as usize];
        take.copy(lane, from, &mut bytes);
        bytes
    };
    let detail_end = detail_end.min(heads.detail);
    let detail = bytes(Lane::Detail, tails.detail, detail_end);
    let index = bytes(Lane::Index, tails.index, heads.index);
    let mut writes = [(Lane::Detail, tails.detail, detail), (Lane::Index, tails.index, index)];
    let release = |take: &mut Take<_>| {
        take.release(Lane::Detail, detail_end);
        take.release(Lane::Index, heads.index);
    };
    if is(Mutation::IndexWrittenFirst) {
        writes.reverse();
    }
    if is(Mutation::ReleaseBeforeWrite) {
        release(take);
    }
    for (lane, at, bytes) in writes {
        // Two writes, so that a death can fall between them.
        let (first, second) = bytes.split_at(bytes.len() / 2);
        for (at, part) in [(at, first), (at + first.len() as u64, second)] {
            if !part.is_empty() {
                script.ask(Access::File(lane, at, part.to_vec()));
            }
        }
    }
    release(take);
    Ok(heads)
}
