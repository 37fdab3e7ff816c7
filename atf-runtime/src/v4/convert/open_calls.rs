//! The open calls of a thread: from calls and returns in the order of the file to their depths, which V4
//! does not store.
//!
//! A return ends the nearest open call of its function; the calls above that one never returned (an
//! exception, `longjmp`). A return without an open call changes nothing. Of a deep recursion only the innermost
//! [`MAX_FRAMES`] calls are known; of those below them, only how many there are.

use std::collections::{HashMap, VecDeque};

use super::functions::Function;

/// Open calls of a thread that are known one by one: half a megabyte at most.
const MAX_FRAMES: usize = 16 * 1024;

/// The open calls of one thread.
#[derive(Debug, Default)]
pub(super) struct OpenCalls {
    /// The innermost ones, outermost first.
    frames: VecDeque<Function>,
    /// How many are below them.
    below: u32,
    /// How many of `frames` there are of a function, by its key.
    by_key: HashMap<u32, u32>,
}

/// What a return ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Returned {
    /// Depth of the call, or of a call made here if there is none.
    pub(super) depth: u32,
    pub(super) call: Ended,
}

/// The call that a return ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// This one.
    Known(Function),
    /// One that is no longer known, below the frames.
    Below,
    /// None: an orphan return.
    None,
}

impl OpenCalls {
    /// Depth of a call made now: how many calls are open.
    pub(super) fn height(&self) -> u32 {
        self.below.saturating_add(self.frames.len() as u32)
    }

    /// Opens a call, and returns its depth.
    pub(super) fn call(&mut self, function: Function) -> u32 {
        let depth = self.height();
        if self.frames.len() == MAX_FRAMES
            && let Some(outermost) = self.frames.pop_front()
        {
            self.forget(outermost);
            self.below += 1;
        }
        *self.by_key.entry(function.key).or_default() += 1;
        self.frames.push_back(function);
        depth
    }

    /// Ends the call that this function returns from.
    pub(super) fn ret(&mut self, function: Function) -> Returned {
        if self.by_key.contains_key(&function.key) {
            // It is there: the calls above it are removed with it.
            while let Some(frame) = self.frames.pop_back() {
                self.forget(frame);
                if frame.key == function.key {
                    return Returned { depth: self.height(), call: Ended::Known(frame) };
                }
            }
        }
        if self.frames.is_empty() && self.below > 0 {
            self.below -= 1;
            return Returned { depth: self.below, call: Ended::Below };
        }
        Returned { depth: self.height(), call: Ended::None }
    }

    fn forget(&mut self, frame: Function) {
        if let Some(count) = self.by_key.get_mut(&frame.key) {
            *count -= 1;
            if *count == 0 {
                self.by_key.remove(&frame.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(number: u32) -> Function {
        Function { index: number, key: number, address: 0 }
    }

    #[test]
    fn nested_calls_and_returns_have_the_same_depth() {
        let mut calls = OpenCalls::default();
        assert_eq!([1, 2, 1].map(|it| calls.call(function(it))), [0, 1, 2]);
        for (number, depth) in [(1, 2), (2, 1), (1, 0)] {
            let call = Ended::Known(function(number));
            assert_eq!(calls.ret(function(number)), Returned { depth, call });
        }
        assert_eq!(calls.height(), 0);
    }

    #[test]
    fn calls_above_the_one_that_returned_are_gone() {
        let mut calls = OpenCalls::default();
        for number in [1, 2, 3, 4] {
            calls.call(function(number));
        }
        let call = Ended::Known(function(2));
        assert_eq!(calls.ret(function(2)), Returned { depth: 1, call });
        assert_eq!(calls.ret(function(4)), Returned { depth: 1, call: Ended::None });
        assert_eq!(calls.call(function(4)), 1);
    }

    #[test]
    fn orphan_return_changes_nothing() {
        let mut calls = OpenCalls::default();
        assert_eq!(calls.ret(function(9)), Returned { depth: 0, call: Ended::None });
        calls.call(function(1));
        assert_eq!(calls.ret(function(9)), Returned { depth: 1, call: Ended::None });
        assert_eq!(calls.height(), 1);
    }

    #[test]
    fn recursion_deeper_than_the_frames_has_the_right_depths_both_ways() {
        const DEPTH: u32 = 3 * MAX_FRAMES as u32 + 7;
        let mut calls = OpenCalls::default();
        for depth in 0..DEPTH {
            assert_eq!(calls.call(function(depth % 2)), depth);
        }
        assert_eq!(calls.frames.len(), MAX_FRAMES);
        for depth in (0..DEPTH).rev() {
            assert_eq!(calls.ret(function(depth % 2)).depth, depth);
        }
        assert_eq!(calls.ret(function(0)), Returned { depth: 0, call: Ended::None });
    }
}
