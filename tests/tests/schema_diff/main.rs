//! What becomes of readers in the field when a schema changes: `atf-gen diff`, `check` against
//! releases, accepted breaks, `atf-gen release`. G-07.

mod read_across;
mod releases;
mod reports;
mod rows;
mod station;
mod structure;
