//! Functions that call themselves.

/// What a tree does with a function that calls itself, directly or through others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "it is folded or not")]
pub enum Recursion {
    /// Inner calls count at the node of the outermost call of the function; what they call becomes its child. So no
    /// function is twice on a path.
    #[default]
    Folded,
    /// Each call has a node below that of its caller.
    Kept,
}
