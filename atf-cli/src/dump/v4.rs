//! `atf dump` of a V4 trace: which of its options apply.

use super::{Args, Format};
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::v4;

/// Filters that need what only v2 has: modules, depths, and calls.
const OF_V2: [&str; 4] = ["--module", "--caller", "--depth", "--min-duration"];

/// Prints the trace.
pub(super) fn dump(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    if matches!(args.format, Format::Csv) {
        let why =
            "a V4 trace is printed as text or jsonl; convert it with `atf convert-v4` for csv";
        return Err(Failure::Other(why.to_owned()));
    }
    if args.calls {
        let why = "a V4 trace has no calls; convert it with `atf convert-v4` first";
        return Err(Failure::Other(why.to_owned()));
    }
    if let Some(option) = args.filters.used().find(|used| OF_V2.contains(used)) {
        let why =
            format!("{option} does not apply to a V4 trace; convert it with `atf convert-v4`");
        return Err(Failure::Other(why));
    }
    let choice = v4::Choice {
        filter: args.filters.filter(),
        offset: args.window.offset(),
        limit: args.window.limit(),
        details: args.details,
        jsonl: matches!(args.format, Format::Jsonl),
        names: args.names.style(),
    };
    v4::dump(&args.path, &choice, out)
}
