//! Records, enums, flags and constants of ATF v2, generated from `schema/atf-v2.toml`.

atf_derive::schema!("../schema/atf-v2.toml");
