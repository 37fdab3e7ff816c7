//! Nodes of a tree while it is built.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The node above all others. It has no numbers.
pub(super) const ROOT: u32 = 0;

/// The calls of a function on a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    pub(super) function_id: u64,
    pub(super) parent: u32,
    /// The child that was asked for last.
    last_child: u32,
    pub(super) calls: u64,
    pub(super) total_ns: u64,
    pub(super) self_ns: u64,
}

/// Nodes, each after its parent.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    nodes: Vec<NodeData>,
    children: HashMap<(u32, u64), u32, RandomState>,
}

impl Default for Arena {
    fn default() -> Self {
        Self { nodes: vec![NodeData::new(0, ROOT)], children: HashMap::default() }
    }
}

impl NodeData {
    const fn new(function_id: u64, parent: u32) -> Self {
        Self { function_id, parent, last_child: ROOT, calls: 0, total_ns: 0, self_ns: 0 }
    }
}

impl Arena {
    /// The child of a node for that function. It is made if there is none.
    #[inline]
    pub(super) fn child(&mut self, parent: u32, function_id: u64) -> u32 {
        let last = self.nodes[parent as usize].last_child;
        if last != ROOT && self.nodes[last as usize].function_id == function_id {
            return last;
        }
        // Memory ends long before the numbers do.
        let next = self.nodes.len() as u32;
        let child = *self.children.entry((parent, function_id)).or_insert(next);
        if child == next {
            self.nodes.push(NodeData::new(function_id, parent));
        }
        self.nodes[parent as usize].last_child = child;
        child
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
