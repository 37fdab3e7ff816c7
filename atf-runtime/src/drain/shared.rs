//! State shared by the drain's thread and its callers: orders in, metrics out.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::metrics::Metrics;
use super::notice::Observer;
use crate::error::Error;
use crate::manifest::{Module, Symbol};

/// What the drain's thread must do next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Request {
    #[default]
    GoOn,
    /// Close all rings, drain them, finalize files and session; leave what is not done at the deadline.
    Stop { deadline: Option<Instant> },
    /// Stop once every producer is gone.
    StopWhenOver,
    /// Leave everything as it is.
    Abandon,
}

/// All orders since the drain's thread last took them.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) request: Request,
    /// Threads whose rings were made.
    pub(super) new_rings: Vec<u32>,
    /// Whether detail was switched on or off.
    pub(super) detail: Option<bool>,
    pub(super) symbols: Option<(Vec<Module>, Vec<Symbol>)>,
    /// Names of threads, and the ids that the operating system gave them.
    pub(super) described: Vec<(u32, Option<String>, Option<u64>)>,
    /// Why the recorder failed.
    pub(super) failed: Option<String>,
    /// Receives the notices from now on.
    pub(super) observer: Option<Observer>,
    /// Threads that could not be registered, and why.
    pub(super) untraced: Vec<(u32, Error)>,
}

#[derive(Debug, Default)]
struct Inner {
    orders: Orders,
    /// The state of the switch for detail, if it was ever used.
    detail: Option<bool>,
    /// All threads that could not be registered.
    untraced: BTreeSet<u32>,
    metrics: Metrics,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    inner: Mutex<Inner>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing is left half done under the lock, so a panic elsewhere does not matter.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives an order, and wakes the drain's thread.
    pub(super) fn order(&self, give: impl FnOnce(&mut Orders)) {
        let mut inner = self.lock();
        give(&mut inner.orders);
        inner.detail = inner.orders.detail.or(inner.detail);
        self.wake.notify_all();
    }

    pub(super) fn take_orders(&self) -> Orders {
        let mut inner = self.lock();
        let request = inner.orders.request;
        std::mem::replace(&mut inner.orders, Orders { request, ..Orders::default() })
    }

    /// The state of the switch for detail, if it was ever used.
    pub(super) fn detail(&self) -> Option<bool> {
        self.lock().detail
    }

    /// Takes note of a thread that could not be registered.
    pub(super) fn set_untraced(&self, thread_id: u32, error: &Error) {
        let mut inner = self.lock();
        inner.untraced.insert(thread_id);
        inner.orders.untraced.push((thread_id, error.clone()));
        self.wake.notify_all();
    }

    /// Takes note of a thread that is registered, now or after it could not be.
    pub(super) fn set_traced(&self, thread_id: u32) {
        let mut inner = self.lock();
        inner.untraced.remove(&thread_id);
        inner.orders.new_rings.push(thread_id);
        self.wake.notify_all();
    }

    /// Number of threads that could not be registered.
    pub(super) fn untraced(&self) -> u64 {
        self.lock().untraced.len() as u64
    }

    /// Sleeps for at most this long; an order ends the sleep.
    pub(super) fn nap(&self, most: Duration) {
        let inner = self.lock();
        let orders = &inner.orders;
        if !orders.new_rings.is_empty()
            || matches!(orders.request, Request::Stop { .. } | Request::Abandon)
        {
            return;
        }
        drop(self.wake.wait_timeout(inner, most));
    }

    pub(super) fn publish(&self, metrics: Metrics) {
        self.lock().metrics = metrics;
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.lock().metrics.clone()
    }
}
