//! The records of a detail.atf, through a printer.

use atf_analysis::Selection;
use atf_runtime::DetailReader;

use super::missing;
use super::printer::Printer;
use super::select::Window;
use crate::failure::Failure;
use crate::filters::FilterArgs;
use crate::out::Out;

/// Options that need the events of a thread.
const OF_EVENTS: [&str; 4] = ["--caller", "--depth", "--min-duration", "--kind"];

/// An error if an option needs events: a detail.atf alone has none.
pub(super) fn refuse_filters_of_events(filters: &FilterArgs) -> Result<(), Failure> {
    match filters.used().find(|used| OF_EVENTS.contains(used)) {
        None => Ok(()),
        Some(option) => Err(Failure::Other(format!(
            "{option} needs the events of the thread: pass its directory, not detail.atf alone"
        ))),
    }
}

/// Prints the records of a detail.atf up to the first damaged one.
pub(super) fn print<P: Printer>(
    printer: &mut P,
    detail: &DetailReader,
    selection: &Selection,
    window: Window,
    out: &mut Out,
) -> Result<(), Failure> {
    let (mut to_skip, mut left) = (window.offset(), window.limit());
    for (seq, record) in detail.iter().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                missing::note_unreadable_records(&error);
                break;
            }
        };
        let has_function = || match &selection.functions {
            None => true,
            Some(functions) => record
                .function()
                .is_some_and(|function| functions.contains(function.registers.function_id.get())),
        };
        if !selection.has_time(record.header.timestamp.get()) || !has_function() {
            continue;
        }
        if to_skip > 0 {
            to_skip -= 1;
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        printer.record(seq as u64, &record, out)?;
    }
    Ok(())
}
