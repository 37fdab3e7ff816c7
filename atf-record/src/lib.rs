//! The library that `atf record` loads into a traced program, as bytes, and the protocol that it speaks.

#![forbid(unsafe_code)]

pub mod protocol;

/// The shared library, an ELF file for the machine that this was compiled for; empty on other systems than Linux.
pub const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libatf_record.so"));

/// The environment variable that names the file with the settings.
pub const SETTINGS_VARIABLE: &str = "ATF_RECORD";
