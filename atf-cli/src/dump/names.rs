//! Function names from the manifest.

use std::collections::HashMap;
use std::io;

use atf_runtime::session::Session;

use crate::out::Out;
use crate::trace::Trace;
use crate::values;

/// Function names by `function_id`.
pub(super) struct FunctionNames(HashMap<u64, Box<str>>);

impl FunctionNames {
    /// The function names of a session. Empty if the path names a thread or a file.
    pub(super) fn of(trace: &Trace) -> Self {
        let symbols = trace.session().map(Session::symbols).unwrap_or_default().into_iter();
        Self(symbols.map(|(id, name)| (id, values::printable(name).into_boxed_str())).collect())
    }

    /// Writes the name of the function, or its id if it has no name.
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
