//! How functions and modules are shown to people.

use std::borrow::Cow;

use atf_analysis::names::Names;

use crate::escape;

/// A function's name for the terminal, or its id if it has no name.
pub(crate) fn shown(names: &Names, function_id: u64) -> Cow<'_, str> {
    match names.name(function_id) {
        Some(name) => escape::name(name),
        None => Cow::Owned(format!("{function_id:#018x}")),
    }
}

/// A function's name as a part of a path: `;` separates the parts.
pub(crate) fn frame(names: &Names, function_id: u64) -> String {
    match names.name(function_id) {
        Some("") => "\"\"".to_owned(),
        Some(name) => escape::printable(name).replace(';', ":"),
        None => format!("{function_id:#018x}"),
    }
}
