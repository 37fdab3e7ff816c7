//! The library's version, and whether it fits the header that a program was compiled with.

use std::ffi::{c_char, c_int};

use atf_runtime::format::{
    AtfDetailFooter, AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, DetailEventHeader,
    DetailFunctionPayload, FORMAT_REVISION, FORMAT_VERSION, IndexEvent, RingControl,
};

use crate::failure::Failure;
use crate::guard::guard;
use crate::pointer;

/// The library's version, for example "0.1.0".
///
/// @return The text, never NULL. Do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn atf_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The format version that this library writes into files: ATF_FORMAT_VERSION of its own header.
///
/// @return The version.
#[unsafe(no_mangle)]
pub extern "C" fn atf_format_version() -> u32 {
    FORMAT_VERSION.into()
}

/// The records that cross this interface or lie in shared memory, in the order of the hashes in `atf_check_header`.
const LAYOUTS: [(&str, u64); 8] = [
    ("IndexEvent", IndexEvent::LAYOUT_HASH),
    ("DetailEventHeader", DetailEventHeader::LAYOUT_HASH),
    ("DetailFunctionPayload", DetailFunctionPayload::LAYOUT_HASH),
    ("AtfIndexHeader", AtfIndexHeader::LAYOUT_HASH),
    ("AtfIndexFooter", AtfIndexFooter::LAYOUT_HASH),
    ("AtfDetailHeader", AtfDetailHeader::LAYOUT_HASH),
    ("AtfDetailFooter", AtfDetailFooter::LAYOUT_HASH),
    ("RingControl", RingControl::LAYOUT_HASH),
];

/// Checks that the header that a program was compiled with describes the same bytes as this library. Call
/// `atf_check_header()` instead, which passes what its header says.
///
/// @param format_version ATF_FORMAT_VERSION.
/// @param format_revision ATF_FORMAT_REVISION.
/// @param layout_hashes The layout hashes of `count` records, as `atf_check_header` lists them.
/// @param count Number of hashes.
/// @return 0; -EPROTONOSUPPORT if they differ (atf_last_error names the record); -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_check_layouts(
    format_version: u32,
    format_revision: u32,
    layout_hashes: *const u64,
    count: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for so many hashes, or NULL.
        let hashes = unsafe { pointer::slice(layout_hashes, count, "layout_hashes") }?;
        let differs = |what: &str, expected: String, found: String| {
            let text = format!("the program's header: {what}: expected {expected}, found {found}");
            Err(Failure::new(libc::EPROTONOSUPPORT, text))
        };
        let ours = u32::from(FORMAT_VERSION);
        if format_version != ours {
            return differs("format version", ours.to_string(), format_version.to_string());
        }
        if hashes.len() != LAYOUTS.len() {
            return differs("layouts", LAYOUTS.len().to_string(), hashes.len().to_string());
        }
        for ((name, expected), found) in LAYOUTS.iter().zip(hashes) {
            if expected != found {
                let hex = |hash: u64, revision: u32| format!("{hash:#018x} (revision {revision})");
                return differs(
                    &format!("layout of {name}"),
                    hex(*expected, FORMAT_REVISION),
                    hex(*found, format_revision),
                );
            }
        }
        Ok(())
    })
}
