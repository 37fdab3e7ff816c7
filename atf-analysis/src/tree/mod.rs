//! Call trees and folded stacks: calls and times by path.

mod arena;
mod builder;
mod call_tree;
mod folded;
mod recursion;
mod views;

pub use call_tree::{CallTree, TreeNode, Walk};
pub use folded::{Folded, Stack};
pub use recursion::Recursion;
