//! Functions by the names that the manifest gives them.

use std::collections::HashMap;
use std::io;

use atf_runtime::session::Session;

use crate::out::Out;
use crate::trace::Trace;
use crate::values;

/// Names of functions by `function_id`.
pub(super) struct FunctionNames(HashMap<u64, Box<str>>);

impl FunctionNames {
    /// The names of a session; empty for anything else.
    pub(super) fn of(trace: &Trace) -> Self {
        let symbols = trace.session().map(Session::symbols).unwrap_or_default().into_iter();
        Self(symbols.map(|(id, name)| (id, values::printable(name).into_boxed_str())).collect())
    }

    /// Writes the function's name, or its number if it has none.
    pub(super) fn put(&self, function_id: u64, out: &mut Out) -> io::Result<()> {
        match self.0.get(&function_id) {
            Some(name) => out.put(name.as_bytes()),
            None => {
                out.put(b"0x")?;
                out.put_hex(&function_id.to_be_bytes())
            }
        }
    }
}
