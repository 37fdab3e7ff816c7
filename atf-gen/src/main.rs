//! The generator command.
fn main() {}
