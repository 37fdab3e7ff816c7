//! Nodes of a tree while it is built.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The node above all others. It has no numbers.
pub(super) const ROOT: u32 = 0;

/// Children of a node that are searched one by one. Of a node with more, the others are found by a hash.
const LISTED: u32 = 12;

/// The calls of a function on a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    pub(super) function_id: u64,
    pub(super) parent: u32,
    /// Of the listed children, the one that was asked for last.
    first_child: u32,
    /// The next listed child of the same parent.
    next_sibling: u32,
    /// How many children are listed.
    children: u32,
    pub(super) calls: u64,
    pub(super) total_ns: u64,
    pub(super) self_ns: u64,
}

/// Nodes, each after its parent.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    nodes: Vec<NodeData>,
    /// Children that are not listed at their parent.
    others: HashMap<(u32, u64), u32, RandomState>,
}

impl Default for Arena {
    fn default() -> Self {
        Self { nodes: vec![NodeData::new(0, ROOT)], others: HashMap::default() }
    }
}

impl NodeData {
    const fn new(function_id: u64, parent: u32) -> Self {
        Self {
            function_id,
            parent,
            first_child: ROOT,
            next_sibling: ROOT,
            children: 0,
            calls: 0,
            total_ns: 0,
            self_ns: 0,
        }
    }
}

impl Arena {
    /// The child of a node for that function. It is made if there is none.
    #[inline(always)]
    pub(super) fn child(&mut self, parent: u32, function_id: u64) -> u32 {
        let first = self.nodes[parent as usize].first_child;
        // No child is the root, which has no function.
        if first != ROOT && self.nodes[first as usize].function_id == function_id {
            return first;
        }
        self.other_child(parent, function_id)
    }

    fn other_child(&mut self, parent: u32, function_id: u64) -> u32 {
        let mut before = ROOT;
        let mut child = self.nodes[parent as usize].first_child;
        while child != ROOT {
            let NodeData { function_id: found, next_sibling, .. } = self.nodes[child as usize];
            if found == function_id {
                // To the front: what was called last is mostly called again.
                if before != ROOT {
                    self.nodes[before as usize].next_sibling = next_sibling;
                    self.nodes[child as usize].next_sibling =
                        self.nodes[parent as usize].first_child;
                    self.nodes[parent as usize].first_child = child;
                }
                return child;
            }
            (before, child) = (child, next_sibling);
        }
        // Memory ends long before the numbers do.
        let next = self.nodes.len() as u32;
        if self.nodes[parent as usize].children >= LISTED {
            let child = *self.others.entry((parent, function_id)).or_insert(next);
            if child == next {
                self.nodes.push(NodeData::new(function_id, parent));
            }
            return child;
        }
        let node = &mut self.nodes[parent as usize];
        node.children += 1;
        let mut new = NodeData::new(function_id, parent);
        new.next_sibling = std::mem::replace(&mut node.first_child, next);
        self.nodes.push(new);
        next
    }

    /// Adds numbers to a node. Sums stop at `u64::MAX`.
    #[inline]
    pub(super) fn add(&mut self, node: u32, calls: u64, total_ns: u64, self_ns: u64) {
        let node = &mut self.nodes[node as usize];
        node.calls += calls;
        node.total_ns = node.total_ns.saturating_add(total_ns);
        node.self_ns = node.self_ns.saturating_add(self_ns);
    }

    /// Adds all nodes of another tree.
    pub(super) fn add_all(&mut self, other: &Self) {
        let mut at = vec![ROOT; other.nodes.len()];
        for (number, node) in other.nodes.iter().enumerate().skip(1) {
            let here = self.child(at[node.parent as usize], node.function_id);
            at[number] = here;
            self.add(here, node.calls, node.total_ns, node.self_ns);
        }
    }

    /// All nodes, the one above all others first.
    pub(super) fn nodes(&self) -> &[NodeData] {
        &self.nodes
    }
}
