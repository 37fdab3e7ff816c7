//! A call tree seen from a function: to its callers, and to what it calls.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::arena::{Arena, ROOT};
use super::call_tree::CallTree;

impl CallTree {
    /// The tree from each function to its callers: a node has the numbers of the function at its root, for the calls
    /// that came through the path from there. `levels`: how many callers above each function are shown.
    ///
    /// The numbers of a root are those of the function in the whole tree. They are complete for any number of levels.
    #[must_use]
    pub fn inverted(&self, levels: usize) -> Self {
        self.inverted_of(None, levels)
    }

    /// The part of [`inverted`](Self::inverted) that belongs to one function. Empty if it was never called.
    #[must_use]
    pub fn callers(&self, function_id: u64, levels: usize) -> Self {
        self.inverted_of(Some(function_id), levels)
    }

    /// What a function calls, over all places that it is called from. Empty if it was never called.
    ///
    /// Where the tree keeps recursion, inner calls of the function stand below the outer ones.
    #[must_use]
    pub fn callees(&self, function_id: u64) -> Self {
        let mut arena = Arena::default();
        // Nodes come after their parents. Of those below the function, where they stand here.
        let mut at = vec![ROOT; self.nodes.len()];
        for (number, node) in self.nodes.iter().enumerate().skip(1) {
            let above = at[node.parent as usize];
            if above == ROOT && node.function_id != function_id {
                continue;
            }
            let here = arena.child(above, node.function_id);
            at[number] = here;
            arena.add(here, node.calls, node.total_ns, node.self_ns);
        }
        Self::from_arena(&arena, self.threads.clone())
    }

    fn inverted_of(&self, only: Option<u64>, levels: usize) -> Self {
        let mut arena = Arena::default();
        let recursive = self.recursive();
        for (number, node) in self.nodes.iter().enumerate().skip(1) {
            if only.is_some_and(|only| only != node.function_id) {
                continue;
            }
            let total_ns = if recursive[number] { 0 } else { node.total_ns };
            let (mut place, mut above) = (ROOT, number as u32);
            for _ in 0..=levels {
                if above == ROOT {
                    break;
                }
                place = arena.child(place, self.nodes[above as usize].function_id);
                arena.add(place, node.calls, total_ns, node.self_ns);
                above = self.nodes[above as usize].parent;
            }
        }
        Self::from_arena(&arena, self.threads.clone())
    }

    /// For each node, whether its function is above it too. Its total time is then part of that of the other.
    fn recursive(&self) -> Vec<bool> {
        let mut recursive = vec![false; self.nodes.len()];
        let mut open: HashMap<u64, u32, RandomState> = HashMap::default();
        // Nodes to enter, and nodes to leave.
        let mut next: Vec<(u32, bool)> = vec![(ROOT, true)];
        while let Some((number, enters)) = next.pop() {
            let node = &self.nodes[number as usize];
            let count = open.entry(node.function_id).or_default();
            if !enters {
                *count -= 1;
                continue;
            }
            recursive[number as usize] = *count > 0;
            if number != ROOT {
                *count += 1;
                next.push((number, false));
            }
            next.extend(self.children_of(number).iter().map(|&child| (child, true)));
        }
        recursive
    }
}
