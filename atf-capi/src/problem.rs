//! Problems and notes of a report, as C sees them.

use std::ffi::{CString, c_char};
use std::path::Path;

use atf_runtime::Fault;
use atf_runtime::verify::Note;

use crate::error_code;
use crate::text::{c_path, c_string};

/// One place in a file where the bytes are not what the format requires. The texts belong to the report, and are
/// valid until it is closed. No pointer is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfProblem {
    /// The problem in one line: file, region at byte N, field, expected, found.
    pub text: *const c_char,
    /// File or directory.
    pub file: *const c_char,
    /// Part of the file: "header", "footer", "event 17", "record 3".
    pub region: *const c_char,
    /// Where the field starts, in bytes from the start of the file.
    pub offset: u64,
    /// The field's name in the schema, or "length" for the whole region.
    pub field: *const c_char,
    /// What the format, or the rest of the file, requires.
    pub expected: *const c_char,
    /// What the file has.
    pub found: *const c_char,
    /// The kind of problem: one of the ATF_ERROR_FAULT_ constants. Programs should use it instead of the texts.
    pub code: u32,
}

/// An observation that is not an error. The texts belong to the report, and are valid until it is closed. No
/// pointer is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfNote {
    /// The note in one line: file, observation.
    pub text: *const c_char,
    /// File or directory.
    pub file: *const c_char,
}

/// The strings that an [`AtfProblem`] points to.
pub(crate) struct ProblemTexts {
    text: CString,
    file: CString,
    region: CString,
    offset: u64,
    field: CString,
    expected: CString,
    found: CString,
    code: u32,
}

impl ProblemTexts {
    pub(crate) fn new(file: &Path, fault: &Fault) -> Self {
        let text = format!("{}: {fault}", file.display());
        Self {
            text: c_string(text),
            file: c_path(file),
            region: c_string(fault.region.to_string()),
            offset: fault.offset,
            field: c_string(fault.field.to_string()),
            expected: c_string(fault.expected.as_str()),
            found: c_string(fault.found.as_str()),
            code: error_code::of_fault(fault.kind),
        }
    }

    pub(crate) fn as_c(&self) -> AtfProblem {
        AtfProblem {
            text: self.text.as_ptr(),
            file: self.file.as_ptr(),
            region: self.region.as_ptr(),
            offset: self.offset,
            field: self.field.as_ptr(),
            expected: self.expected.as_ptr(),
            found: self.found.as_ptr(),
            code: self.code,
        }
    }
}

/// The strings that an [`AtfNote`] points to.
pub(crate) struct NoteTexts {
    text: CString,
    file: CString,
}

impl NoteTexts {
    pub(crate) fn new(note: &Note) -> Self {
        Self { text: c_string(note.to_string()), file: c_path(&note.file) }
    }

    pub(crate) fn as_c(&self) -> AtfNote {
        AtfNote { text: self.text.as_ptr(), file: self.file.as_ptr() }
    }
}
