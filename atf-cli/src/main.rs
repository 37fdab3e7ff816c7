//! The command `atf`.
fn main() {}
