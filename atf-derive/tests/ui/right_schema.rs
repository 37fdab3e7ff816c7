#![deny(missing_docs, unreachable_pub)]
//! The expansion documents every item.

/// The format.
pub mod format {
    atf_derive::schema!("schema/point.toml");
}

fn main() {
    assert_eq!(format::Point::INIT.id.get(), 0);
}
