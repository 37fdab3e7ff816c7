//! A memory that runs the real code of one side up to its next access.
//!
//! A side (the producer, or the drain) is a function of what it reads. So its state is the list of
//! answers that it was given, and the code is run again from its start with these: when they are
//! used up it unwinds, and the [`Access`] that it wanted is the side's next step. Nothing else runs
//! at the same time; [`super::world`] decides in which order the steps of both sides happen, and
//! what they read.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;

use super::Setup;
use super::mutation::Mutation;
use crate::lane::Lane;
use crate::ring::PushError;
use crate::ring::memory::{RingMemory, Surroundings, Word};
use crate::ring::push::Push;
use crate::writer::{Event, Payload};

/// A step that a side is about to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Load(Word, Ordering),
    Store(Word, u64, Ordering),
    Add(Word, u64),
    /// Bytes into a lane's buffer.
    Write(Lane, usize, Vec<u8>),
    /// So many bytes out of a lane's buffer.
    Read(Lane, usize, usize),
    /// The drain writes bytes at a position of a lane's file.
    File(Lane, u64, Vec<u8>),
    /// The producer asks whether the drain is gone.
    AskDrain,
    /// The producer lets time pass.
    Pause,
    /// The drain asks whether it should stop.
    AskStop,
    /// The drain asks whether the producer is dead: whether the lock on its ring is free.
    AskProducer,
    /// Every thread passes a full barrier.
    Barrier,
}

/// What a side has lived through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// The answer to an access; 0 where there is nothing to say.
    Number(u64),
    Bytes(Vec<u8>),
    /// A signal came before the next access, or as soon as the last one was made: the code between
    /// two accesses is run in one piece, so these are the two places where it can come.
    SignalBefore,
    SignalAfter,
}

/// What came of the pushes so far. Numbers of events as in [`super::event`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    /// Begun and not returned, outermost first.
    pub(super) open: Vec<u64>,
    pub(super) returned: Vec<(u64, Result<u32, PushError>)>,
    pub(super) signals: u64,
}

/// Thrown when there are no more answers.
struct NoMore;

/// The memory as a side sees it: answers out of a list.
pub(super) struct Script {
    pub(super) setup: Rc<Setup>,
    items: Vec<Item>,
    used: Cell<usize>,
    next: RefCell<Option<Access>>,
    calls: RefCell<Calls>,
    /// Whom a signal handler pushes into.
    producer: RefCell<Weak<Push<Rc<Script>>>>,
    /// What a mutation holds back.
    held: RefCell<Vec<Access>>,
}

/// Where a run of a side came to.
pub(super) enum Stop<T> {
    /// It wants this.
    At(Access),
    Returned(T),
}

/// Runs a side with these answers.
pub(super) fn run<T>(
    setup: &Rc<Setup>,
    items: Vec<Item>,
    side: impl FnOnce(&Rc<Script>) -> T,
) -> (Stop<T>, Calls) {
    let script = Rc::new(Script {
        setup: Rc::clone(setup),
        items,
        used: Cell::new(0),
        next: RefCell::default(),
        calls: RefCell::default(),
        producer: RefCell::default(),
        held: RefCell::default(),
    });
    let stop = match catch_unwind(AssertUnwindSafe(|| side(&script))) {
        Ok(value) => {
            assert_eq!(script.used.get(), script.items.len(), "the same run as before");
            Stop::Returned(value)
        }
        Err(panic) if panic.is::<NoMore>() => Stop::At(script.next.take().expect("an access")),
        Err(panic) => resume_unwind(panic),
    };
    (stop, script.calls.take())
}

impl Script {
    /// Asks for an access.
    pub(super) fn ask(&self, access: Access) -> Item {
        self.signals(&Item::SignalBefore);
        let Some(answer) = self.items.get(self.used.get()) else {
            self.next.replace(Some(access));
            resume_unwind(Box::new(NoMore));
        };
        self.used.set(self.used.get() + 1);
        self.signals(&Item::SignalAfter);
        answer.clone()
    }

    pub(super) fn number(&self, access: Access) -> u64 {
        match self.ask(access) {
            Item::Number(number) => number,
            item => unreachable!("{item:?}"),
        }
    }

    /// Runs the signal handler as often as a signal came.
    fn signals(&self, when: &Item) {
        while self.items.get(self.used.get()) == Some(when) {
            self.used.set(self.used.get() + 1);
            let number = {
                let mut calls = self.calls.borrow_mut();
                calls.signals += 1;
                super::FIRST_OF_HANDLER + calls.signals
            };
            let producer = self.producer.borrow().upgrade().expect("only producers get signals");
            self.push(&producer, number, None);
        }
    }

    pub(super) fn set_producer(&self, producer: &Rc<Push<Rc<Self>>>) {
        *self.producer.borrow_mut() = Rc::downgrade(producer);
    }

    /// One push, noted in the calls.
    pub(super) fn push(&self, push: &Push<Rc<Self>>, number: u64, payload: Option<&Payload<'_>>) {
        self.calls.borrow_mut().open.push(number);
        let event: Event = super::event(number);
        let result = push.push(&event, payload).map(|seq| seq.0);
        let mut calls = self.calls.borrow_mut();
        calls.open.pop();
        calls.returned.push((number, result));
    }

    fn is(&self, mutation: Mutation) -> bool {
        self.setup.mutation == Some(mutation)
    }

    /// The order that the code asked for, or a weaker one.
    fn weakened(&self, word: Word, order: Ordering) -> Ordering {
        match self.setup.mutation {
            Some(Mutation::StoreRelaxed(it)) if it == word && order == Ordering::Release => {
                Ordering::Relaxed
            }
            Some(Mutation::LoadRelaxed(it)) if it == word && order == Ordering::Acquire => {
                Ordering::Relaxed
            }
            _ => order,
        }
    }
}

impl RingMemory for Rc<Script> {
    fn load(&self, word: Word, order: Ordering) -> u64 {
        let load = |word| self.number(Access::Load(word, self.weakened(word, order)));
        if self.is(Mutation::DetailHeadFirst) {
            if word == Word::INDEX_HEAD {
                let detail = load(Word::DETAIL_HEAD);
                self.held.borrow_mut().push(Access::Add(Word::DETAIL_HEAD, detail));
            } else if word == Word::DETAIL_HEAD
                && let Some(Access::Add(_, detail)) = self.held.borrow_mut().pop()
            {
                return detail;
            }
        }
        let value = load(word);
        let is_producer = self.producer.borrow().strong_count() > 0;
        let is_too_far = is_producer && word == Word::INDEX_TAIL && value > 0;
        if is_too_far && self.is(Mutation::TailTooFar) { value + 32 } else { value }
    }

    fn store(&self, word: Word, value: u64, order: Ordering) {
        let store = Access::Store(word, value, self.weakened(word, order));
        if self.is(Mutation::IndexHeadFirst) && word == Word::DETAIL_HEAD {
            self.held.borrow_mut().push(store);
            return;
        }
        self.ask(store);
        if word == Word::INDEX_HEAD {
            for held in self.held.take() {
                self.ask(held);
            }
        }
    }

    fn add(&self, word: Word, value: u64) {
        let value = if self.is(Mutation::CountTwice) { 2 * value } else { value };
        self.ask(Access::Add(word, value));
    }

    fn write(&self, lane: Lane, at: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let write = Access::Write(lane, at, bytes.to_vec());
        if self.is(Mutation::PublishBeforeCopy) && lane == Lane::Index {
            self.held.borrow_mut().push(write);
        } else {
            self.ask(write);
        }
    }

    fn read(&self, lane: Lane, at: usize, bytes: &mut [u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.ask(Access::Read(lane, at, bytes.len())) {
            Item::Bytes(read) => bytes.copy_from_slice(&read),
            item => unreachable!("{item:?}"),
        }
    }
}

impl Surroundings for Rc<Script> {
    fn is_drain_gone(&self, _: u32, _: u64, _: u64) -> bool {
        self.number(Access::AskDrain) != 0
    }

    fn now_ns(&self) -> u64 {
        0
    }

    fn pause(&self, _: u32) {
        self.ask(Access::Pause);
    }

    fn is_forked(&self) -> bool {
        false
    }
}
