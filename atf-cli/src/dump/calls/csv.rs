//! Calls as comma-separated values.

use std::io;

use atf_analysis::Call;
use atf_analysis::names::Names;

use super::Printer;
use crate::csv::cell;
use crate::dump::cells::Cells;
use crate::out::Out;

/// Prints [csv](self).
pub(super) struct Csv<'a> {
    functions: Cells<'a, Vec<u8>>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        let name = |names: &Names, id: u64| {
            names.name(id).map(cell).unwrap_or_default().into_owned().into_bytes()
        };
        Self { functions: Cells::new(names, name) }
    }
}

impl Printer for Csv<'_> {
    fn start(&mut self, out: &mut Out) -> io::Result<()> {
        out.put(
            b"thread,start_seq,end_seq,function_id,function,depth,parent,start_ns,end_ns,duration_ns,self_ns,\
              ended_by,has_gap,cut\n",
        )
    }

    fn call(&mut self, call: &Call, out: &mut Out) -> io::Result<()> {
        fn optional(number: Option<u32>, out: &mut Out) -> io::Result<()> {
            number.map_or(Ok(()), |number| out.put_u64(number.into()))
        }
        out.put_u64(call.thread_id.into())?;
        out.put(b",")?;
        out.put_u64(call.start_seq.0.into())?;
        out.put(b",")?;
        optional(call.end_seq.map(|seq| seq.0), out)?;
        out.put(b",")?;
        out.put_u64(call.function_id)?;
        out.put(b",")?;
        out.put(self.functions.get(call.function_id))?;
        out.put(b",")?;
        out.put_u64(call.depth.into())?;
        out.put(b",")?;
        optional(call.parent.map(|seq| seq.0), out)?;
        for number in [call.start_ns, call.end_ns, call.duration_ns, call.self_ns] {
            out.put(b",")?;
            out.put_u64(number)?;
        }
        out.put(b",")?;
        out.put(call.ended_by.as_str().as_bytes())?;
        out.put(if call.has_gap { b",true," } else { b",false," })?;
        out.put(call.cut.as_str().unwrap_or_default().as_bytes())?;
        out.put(b"\n")
    }
}
