//! From the calls of a thread to a tree.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::arena::{Arena, ROOT};
use super::recursion::Recursion;
use crate::call::Call;
use crate::selecting::Consumer;

/// Builds a tree of the calls that it is given.
#[derive(Debug)]
pub(super) struct Builder {
    recursion: Recursion,
    pub(super) arena: Arena,
    /// With folded recursion: small numbers of functions, and the open calls of each.
    numbers: HashMap<u64, u32, RandomState>,
    functions: Vec<Function>,
}

/// The open calls of a function.
#[derive(Clone, Copy, Debug, Default)]
struct Function {
    open: u32,
    /// The node of the outermost.
    first: u32,
}

/// Where an open call stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Its node, or that of the nearest enclosing call that may be kept.
    node: u32,
    function: u32,
    is_open: bool,
}

impl Builder {
    pub(super) fn new(recursion: Recursion) -> Self {
        Self {
            recursion,
            arena: Arena::default(),
            numbers: HashMap::default(),
            functions: Vec::new(),
        }
    }

    #[inline]
    fn number(&mut self, function_id: u64) -> u32 {
        let next = self.functions.len() as u32;
        let number = *self.numbers.entry(function_id).or_insert(next);
        if number == next {
            self.functions.push(Function::default());
        }
        number
    }
}

impl Consumer for Builder {
    type Mark = Mark;

    #[inline]
    fn open(&mut self, function_id: u64, is_kept: bool, parent: Option<&Mark>) -> Mark {
        let above = parent.map_or(ROOT, |parent| parent.node);
        if !is_kept {
            return Mark { node: above, function: 0, is_open: false };
        }
        if self.recursion == Recursion::Kept {
            let node = self.arena.child(above, function_id);
            return Mark { node, function: 0, is_open: true };
        }
        let number = self.number(function_id);
        let function = &mut self.functions[number as usize];
        if function.open == 0 {
            function.first = self.arena.child(above, function_id);
        }
        function.open += 1;
        Mark { node: function.first, function: number, is_open: true }
    }

    #[inline]
    fn close(&mut self, call: &Call, is_kept: bool, mark: Mark) {
        if !mark.is_open {
            return;
        }
        let mut is_outermost = true;
        if self.recursion == Recursion::Folded {
            let function = &mut self.functions[mark.function as usize];
            function.open -= 1;
            is_outermost = function.open == 0;
        }
        if is_kept {
            let total_ns = if is_outermost { call.duration_ns } else { 0 };
            self.arena.add(mark.node, 1, total_ns, call.self_ns);
        }
    }

    fn orphan(&mut self, _: u64) {}
}
