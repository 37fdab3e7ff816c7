//! The codes that [`atf_last_error_code`](crate::last_error::atf_last_error_code) returns.
//!
//! They are stable: an error keeps its code. Codes below 100 say why a call failed. Codes from 100 on say what is wrong with
//! the bytes of a file: 100 plus the runtime's number of the kind of fault.

use std::ffi::c_int;

use atf_runtime::{Error, FaultKind};

/// No call has failed on this thread.
pub const ATF_ERROR_NONE: u32 = 0;
/// The operating system returned an error: a file cannot be opened, read or written.
pub const ATF_ERROR_IO: u32 = 1;
/// The path names neither a session, a thread's directory nor an .atf file.
pub const ATF_ERROR_NOT_A_TRACE: u32 = 2;
/// The manifest is not JSON, is too long, or lacks a required key.
pub const ATF_ERROR_MANIFEST: u32 = 3;
/// The output exists already. Nothing was changed.
pub const ATF_ERROR_OUTPUT_TAKEN: u32 = 4;
/// The trace is being recorded. Nothing was changed.
pub const ATF_ERROR_BEING_RECORDED: u32 = 5;
/// The drain was stopped.
pub const ATF_ERROR_DRAIN_STOPPED: u32 = 6;
/// All sequences of a lane are used up.
pub const ATF_ERROR_SEQUENCES_EXHAUSTED: u32 = 7;
/// Events or records were not written in the order in which their sequences were reserved.
pub const ATF_ERROR_OUT_OF_SEQUENCE: u32 = 8;
/// Reserved sequences were never written, so the file cannot be finalized.
pub const ATF_ERROR_UNWRITTEN: u32 = 9;
/// An event of an array belongs to another thread. Nothing was written.
pub const ATF_ERROR_FOREIGN_EVENT: u32 = 10;
/// The payload is too long to be stored.
pub const ATF_ERROR_PAYLOAD_TOO_LONG: u32 = 11;
/// The processor's counter cannot be used as a clock on this machine.
pub const ATF_ERROR_NO_COUNTER: u32 = 12;
/// An argument has a value that is not allowed.
pub const ATF_ERROR_ARGUMENT: u32 = 13;
/// Something that was asked for by number or name does not exist.
pub const ATF_ERROR_NOT_FOUND: u32 = 14;
/// The handle was finalized, finished or stopped, or belongs to another process.
pub const ATF_ERROR_CLOSED: u32 = 15;
/// The program's header and the library describe different bytes.
pub const ATF_ERROR_HEADER_MISMATCH: u32 = 16;
/// Internal error of the library. Close the handle and report it.
pub const ATF_ERROR_PANIC: u32 = 17;
/// This operating system cannot do it: rings and drains need Linux or Android.
pub const ATF_ERROR_UNSUPPORTED: u32 = 18;
/// The path is a folder with more than one session.
pub const ATF_ERROR_SEVERAL_SESSIONS: u32 = 19;
/// An error that this version has no code for; see the text.
pub const ATF_ERROR_OTHER: u32 = 99;

/// A file, directory or entry that must exist is missing.
pub const ATF_ERROR_FAULT_MISSING: u32 = 101;
/// It is not a regular file.
pub const ATF_ERROR_FAULT_UNREADABLE: u32 = 102;
/// Something exists that must not, for example a detail.off without a detail.atf.
pub const ATF_ERROR_FAULT_UNEXPECTED: u32 = 103;
/// The bytes end before the record or section does.
pub const ATF_ERROR_FAULT_TRUNCATED: u32 = 104;
/// The footer of a finalized file is missing.
pub const ATF_ERROR_FAULT_MISSING_FOOTER: u32 = 105;
/// The magic does not match the kind of file.
pub const ATF_ERROR_FAULT_BAD_MAGIC: u32 = 106;
/// The endian mark does not say little-endian.
pub const ATF_ERROR_FAULT_BAD_BYTE_ORDER: u32 = 107;
/// This library does not support the version, or the size of the records.
pub const ATF_ERROR_FAULT_UNSUPPORTED_VERSION: u32 = 108;
/// A field that is never 0 is 0: the bytes did not reach the disk.
pub const ATF_ERROR_FAULT_ZEROED: u32 = 109;
/// The format does not allow the value.
pub const ATF_ERROR_FAULT_OUT_OF_RANGE: u32 = 110;
/// The schema does not list the value of a field that decides how the file is read.
pub const ATF_ERROR_FAULT_UNKNOWN_VALUE: u32 = 111;
/// Reserved bytes or unknown flag bits are not 0.
pub const ATF_ERROR_FAULT_RESERVED_NOT_ZERO: u32 = 112;
/// The checksum does not match the bytes.
pub const ATF_ERROR_FAULT_CHECKSUM: u32 = 113;
/// A count or length does not match the data.
pub const ATF_ERROR_FAULT_COUNT_MISMATCH: u32 = 114;
/// A recorded time does not match the events.
pub const ATF_ERROR_FAULT_TIME_MISMATCH: u32 = 115;
/// Two places that must agree differ: thread, platform, clock or flags.
pub const ATF_ERROR_FAULT_MISMATCH: u32 = 116;
/// The link between an event and its detail record is broken.
pub const ATF_ERROR_FAULT_LINK_BROKEN: u32 = 117;
/// Bytes follow the footer.
pub const ATF_ERROR_FAULT_TRAILING_BYTES: u32 = 118;
/// The offsets in a detail.off do not match the records of the detail.atf.
pub const ATF_ERROR_FAULT_OFFSETS_STALE: u32 = 119;
/// A ring has events that are not in the thread's files.
pub const ATF_ERROR_FAULT_RING_NOT_DRAINED: u32 = 120;
/// A ring was not removed, although all its events are in the thread's files.
pub const ATF_ERROR_FAULT_RING_LEFT_BEHIND: u32 = 121;
/// A ring, or a place for one, that was never used.
pub const ATF_ERROR_FAULT_RING_NEVER_MADE: u32 = 122;
/// The ring is from before the machine was restarted.
pub const ATF_ERROR_FAULT_RING_OF_OTHER_BOOT: u32 = 123;
/// Events or records of a ring did not reach the disk before the machine stopped.
pub const ATF_ERROR_FAULT_NOT_ON_DISK: u32 = 124;
/// The manifest is not JSON, or lacks a required key.
pub const ATF_ERROR_FAULT_BAD_MANIFEST: u32 = 125;
/// An entry that may exist only once exists twice.
pub const ATF_ERROR_FAULT_DUPLICATE: u32 = 126;
/// The file has changed since it was scanned.
pub const ATF_ERROR_FAULT_CHANGED: u32 = 127;
/// The recording failed, and its files were not completed since.
pub const ATF_ERROR_FAULT_FAILED: u32 = 128;

/// Added to the number of a kind of fault.
const FAULT: u32 = 100;

/// The code of a fault in the bytes of a file.
pub(crate) fn of_fault(kind: FaultKind) -> u32 {
    FAULT + u32::from(kind.code())
}

/// The code of an error of the runtime.
pub(crate) fn of(error: &Error) -> u32 {
    match error {
        Error::Io { .. } => ATF_ERROR_IO,
        Error::Malformed { fault, .. } => of_fault(fault.kind),
        Error::NotATrace { .. } => ATF_ERROR_NOT_A_TRACE,
        Error::SeveralSessions { .. } => ATF_ERROR_SEVERAL_SESSIONS,
        Error::Manifest { .. } => ATF_ERROR_MANIFEST,
        Error::OutputTaken { .. } => ATF_ERROR_OUTPUT_TAKEN,
        Error::BeingRecorded { .. } => ATF_ERROR_BEING_RECORDED,
        Error::DrainStopped { .. } => ATF_ERROR_DRAIN_STOPPED,
        Error::SequencesExhausted { .. } => ATF_ERROR_SEQUENCES_EXHAUSTED,
        Error::OutOfSequence { .. } => ATF_ERROR_OUT_OF_SEQUENCE,
        Error::Unwritten { .. } => ATF_ERROR_UNWRITTEN,
        Error::ForeignEvent { .. } => ATF_ERROR_FOREIGN_EVENT,
        Error::PayloadTooLong { .. } => ATF_ERROR_PAYLOAD_TOO_LONG,
        Error::NoCounter { .. } => ATF_ERROR_NO_COUNTER,
        Error::Unsupported { .. } => ATF_ERROR_UNSUPPORTED,
        _ => ATF_ERROR_OTHER,
    }
}

/// The code of a failure of this interface itself, from its errno (one of libc's `E` constants).
pub(crate) fn of_errno(errno: c_int) -> u32 {
    match errno {
        libc::EINVAL => ATF_ERROR_ARGUMENT,
        libc::ENOENT => ATF_ERROR_NOT_FOUND,
        libc::EBADF | libc::ECHILD => ATF_ERROR_CLOSED,
        libc::EEXIST => ATF_ERROR_OUTPUT_TAKEN,
        libc::ENOTSUP => ATF_ERROR_NO_COUNTER,
        libc::EPROTONOSUPPORT => ATF_ERROR_HEADER_MISMATCH,
        libc::ENOTRECOVERABLE => ATF_ERROR_PANIC,
        _ => ATF_ERROR_OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // It had the code of an error without a code, so that a portable program could not tell it from others.
    #[test]
    fn what_the_system_cannot_do_has_its_code() {
        let error = Error::Unsupported { what: "recording through rings" };
        assert_eq!((of(&error), ATF_ERROR_UNSUPPORTED), (18, 18));
        assert_eq!(crate::failure::Failure::from(error).code, -libc::ENOTSUP);
    }

    // A kind without a constant would reach C as a number that no program can name.
    #[test]
    fn every_kind_of_fault_has_its_constant() {
        let source = include_str!("error_code.rs");
        for kind in FaultKind::ALL {
            let mut name = String::new();
            for letter in format!("{kind:?}").chars() {
                if letter.is_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
            }
            let line = format!("pub const ATF_ERROR_FAULT_{name}: u32 = {};", of_fault(*kind));
            assert!(source.lines().any(|it| it == line), "{line}");
        }
    }
}
