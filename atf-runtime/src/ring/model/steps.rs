//! What can happen next in a world, and the world that comes of it.

use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::Setup;
use super::script::{Access, Item};
use super::sides::{Machine, Next, Start};
use super::views::View;
use super::world::{DrainState, World};
use crate::ring::memory::Word;

/// What happened in a step, told only when somebody asks.
#[derive(Clone, Copy)]
pub(super) struct Label {
    what: &'static str,
    /// State of its side's machine, and the answer that its access got.
    from: Option<(u32, u64)>,
}

impl Label {
    pub(super) const BEGINNING: Self = Self { what: "the beginning", from: None };

    pub(super) fn tell(self, machine: &Machine) -> String {
        match self.from {
            Some((node, answer)) => {
                format!("{}: {:?} -> {answer}", self.what, machine.node(node).next)
            }
            None => self.what.to_owned(),
        }
    }
}

/// Steps, or why they must not be.
pub(super) type Steps = Vec<(Label, Result<World, String>)>;

impl World {
    /// Everything that can happen next.
    pub(super) fn steps(&self, setup: &Setup, machine: &mut Machine) -> Steps {
        let mut steps = Vec::new();
        if !self.is_producer_dead {
            self.producer_steps(setup, machine, &mut steps);
        }
        match self.drain {
            DrainState::Running(id) => self.drain_steps(id, machine, &mut steps),
            DrainState::Gone if self.drains > 0 => {
                let mut next = self.clone();
                next.drains -= 1;
                next.drain = DrainState::Running(machine.start(Start::Attach));
                steps.push((Label { what: "a drain attaches", from: None }, Ok(next)));
            }
            DrainState::Gone | DrainState::Ended(..) => {}
        }
        steps
    }

    fn producer_steps(&self, setup: &Setup, machine: &mut Machine, steps: &mut Steps) {
        let node = machine.node(self.producer);
        let label = |answer| Label { what: "producer", from: Some((self.producer, answer)) };
        let mut step = |what: &'static str, item: Item, change: &dyn Fn(&mut Self)| {
            let mut next = self.clone();
            change(&mut next);
            let answer = if let Item::Number(answer) = item { answer } else { 0 };
            next.producer = machine.after(self.producer, item);
            steps.push((Label { what, ..label(answer) }, Ok(next)));
        };
        let done = Item::Number(0);
        if let Next::Step(access) = &node.next {
            match access {
                Access::Load(word, order) if self.by_drain.owns(*word) => {
                    for choice in 0..self.by_drain.choices(*word) {
                        let mut known = View::clone(&self.by_drain);
                        let value = known.load(*word, choice, acquires(*order));
                        let known = Rc::new(known);
                        step("producer", Item::Number(value), &|next| {
                            next.by_drain = Rc::clone(&known);
                        });
                    }
                }
                Access::Load(word, _) => {
                    let value = self.by_producer.latest(*word);
                    step("producer", Item::Number(value), &|_| {});
                }
                Access::Store(word, value, order) => step("producer", done, &|next| {
                    Rc::make_mut(&mut next.by_producer).store(*word, *value, releases(*order));
                }),
                Access::Add(word, value) => step("producer", done, &|next| {
                    let sum = next.by_producer.latest(*word) + value;
                    Rc::make_mut(&mut next.by_producer).store(*word, sum, false);
                }),
                Access::Write(lane, at, bytes) => {
                    if !self.by_drain.is_known(*lane, *at, bytes.len()) {
                        steps.push((label(0), Err("written while the drain may read".to_owned())));
                        return;
                    }
                    step("producer", done, &|next| {
                        Rc::make_mut(&mut next.by_producer).touch(*lane, *at, bytes.len());
                        let buffer = &mut Rc::make_mut(&mut next.buffers)[*lane as usize];
                        buffer[*at..*at + bytes.len()].copy_from_slice(bytes);
                    });
                }
                Access::AskDrain => {
                    let is_running = matches!(self.drain, DrainState::Running(_));
                    let answers: &[bool] = match (is_running, setup.stalls) {
                        (true, true) => &[false, true],
                        (is_running, _) => &[!is_running],
                    };
                    for &is_gone in answers {
                        let answer = Item::Number(is_gone.into());
                        step("producer", answer, &|_| {});
                    }
                }
                // Until there is something new to see it would only wait again.
                Access::Pause => {
                    let words =
                        [Word::INDEX_TAIL, Word::DETAIL_TAIL, Word::CLOSED, Word::HEARTBEAT_NS];
                    let is_gone = !matches!(self.drain, DrainState::Running(_));
                    if is_gone || words.iter().any(|&word| self.by_drain.choices(word) > 1) {
                        step("producer", done, &|next| Rc::make_mut(&mut next.by_drain).settle());
                    }
                }
                other => unreachable!("{other:?} is not for a producer"),
            }
        }
        let is_over = matches!(node.next, Next::End(..));
        // A program does not push into lanes that it has left.
        if self.signals > 0 && !is_over {
            let signal = |next: &mut Self| next.signals -= 1;
            step("signal before", Item::SignalBefore, &signal);
            if node.was_answered() {
                step("signal after", Item::SignalAfter, &signal);
            }
        }
        if self.producer_kills > 0 && !is_over {
            let mut next = self.clone();
            next.producer_kills -= 1;
            next.is_producer_dead = true;
            steps.push((Label { what: "the producer is killed", from: None }, Ok(next)));
        }
    }

    fn drain_goes_on(&mut self, machine: &mut Machine, from: u32, item: Item) {
        let id = machine.after(from, item);
        self.drain = match machine.node(id).next {
            Next::Then(start) => DrainState::Running(machine.start(start)),
            Next::End(events, details) => {
                let calls = &machine.node(self.producer).calls;
                self.begun_at_end =
                    calls.returned.iter().map(|it| &it.0).chain(&calls.open).copied().collect();
                DrainState::Ended(events, details)
            }
            _ => DrainState::Running(id),
        };
    }

    fn drain_steps(&self, id: u32, machine: &mut Machine, steps: &mut Steps) {
        let node = machine.node(id);
        let label = |answer| Label { what: "drain", from: Some((id, answer)) };
        let mut step = |item: Item, change: &dyn Fn(&mut Self)| {
            let mut next = self.clone();
            change(&mut next);
            let answer = if let Item::Number(answer) = item { answer } else { 0 };
            next.drain_goes_on(machine, id, item);
            steps.push((label(answer), Ok(next)));
        };
        let done = Item::Number(0);
        let Next::Step(access) = &node.next else {
            let why = match &node.next {
                Next::Fault(fault) => fault.to_string(),
                next => unreachable!("{next:?} was gone on from"),
            };
            steps.push((Label { what: "drain", from: None }, Err(why)));
            return;
        };
        match access {
            Access::Load(word, _) if self.by_drain.owns(*word) => {
                let value = self.by_drain.latest(*word);
                step(Item::Number(value), &|_| {});
            }
            Access::Load(word, order) => {
                for choice in 0..self.by_producer.choices(*word) {
                    let mut known = View::clone(&self.by_producer);
                    let value = known.load(*word, choice, acquires(*order));
                    let known = Rc::new(known);
                    step(Item::Number(value), &|next| {
                        next.by_producer = Rc::clone(&known);
                    });
                }
            }
            Access::Store(word, value, order) => step(done, &|next| {
                Rc::make_mut(&mut next.by_drain).store(*word, *value, releases(*order));
            }),
            Access::Read(lane, at, len) => {
                if !self.by_producer.is_known(*lane, *at, *len) {
                    steps.push((label(0), Err("read while the producer may write".to_owned())));
                    return;
                }
                let bytes = self.buffers[*lane as usize][*at..*at + *len].to_vec();
                step(Item::Bytes(bytes), &|next| {
                    Rc::make_mut(&mut next.by_drain).touch(*lane, *at, *len)
                });
            }
            Access::File(lane, at, bytes) => step(done, &|next| {
                let file = &mut Rc::make_mut(&mut next.files)[*lane as usize];
                let end = *at as usize + bytes.len();
                file.resize(file.len().max(end), 0);
                file[*at as usize..end].copy_from_slice(bytes);
            }),
            Access::AskStop => {
                step(Item::Number(0), &|_| {});
                step(Item::Number(1), &|_| {});
            }
            // A free lock shows all that its holder did.
            Access::AskProducer => {
                let is_dead = self.is_producer_dead;
                step(Item::Number(is_dead.into()), &|next| {
                    if is_dead {
                        Rc::make_mut(&mut next.by_producer).learn_all();
                    }
                });
            }
            Access::Barrier => step(done, &|next| {
                Rc::make_mut(&mut next.by_producer).learn_all();
                Rc::make_mut(&mut next.by_drain).learn_all();
            }),
            other => unreachable!("{other:?} is not for a drain"),
        }
        if self.drain_kills > 0 {
            let mut next = self.clone();
            next.drain_kills -= 1;
            next.drain = DrainState::Gone;
            steps.push((Label { what: "the drain is killed", from: None }, Ok(next)));
        }
    }
}

fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}
