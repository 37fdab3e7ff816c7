//! The gzipped protobuf of pprof: <https://github.com/google/pprof/tree/main/proto>.
//!
//! A sample for each path of calls, with two values: the number of calls, and the self time in ns. Threads are summed.

mod messages;

use std::collections::HashMap;
use std::io::Write;

use atf_analysis::{CallTree, Recursion};
use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::fast::RandomState;
use prost::Message;

use self::messages::{Function, Line, Location, Profile, Sample, ValueType};
use crate::Progress;
use crate::error::Result;
use crate::exported::Exported;
use crate::names::{Numbered, of_function, of_module};
use crate::source::Source;

/// Writes the calls of `source`. `progress` is called with the bytes of events that were read.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output), and [`Error::Analysis`](crate::Error::Analysis) when a temporary file is
/// refused.
pub fn write(
    source: &Source<'_>,
    out: &mut impl Write,
    progress: Option<Progress<'_>>,
) -> Result<Exported> {
    let (trace, selection, options) = (source.trace, source.selection, source.options);
    let tree = CallTree::of(trace, Recursion::Kept, selection, options, progress)?;
    let mut texts = Texts::new();
    let calls = ValueType { r#type: texts.number("calls"), unit: texts.number("count") };
    let time = ValueType { r#type: texts.number("time"), unit: texts.number("nanoseconds") };
    let (time_nanos, duration_nanos) = times(source);
    let mut profile = Profile {
        default_sample_type: time.r#type,
        sample_type: vec![calls, time],
        time_nanos,
        duration_nanos,
        ..Profile::default()
    };
    let mut functions = Numbered::default();
    let mut path = Vec::new();
    for (depth, node) in tree.walk() {
        path.truncate(depth);
        let (number, is_new) = functions.number(node.function_id());
        // 0 is no id.
        let id = number as u64 + 1;
        path.push(id);
        if is_new {
            let name = texts.number(&of_function(source, node.function_id()));
            let raw = source.names.raw_name(node.function_id());
            profile.function.push(Function {
                id,
                name,
                system_name: raw.map_or(name, |raw| texts.number(raw)),
                filename: texts.number(of_module(source, node.function_id()).unwrap_or_default()),
            });
            profile.location.push(Location { id, line: vec![Line { function_id: id }] });
        }
        profile.sample.push(Sample {
            location_id: path.iter().rev().copied().collect(),
            value: vec![signed(node.calls()), signed(node.self_ns())],
        });
    }
    profile.string_table = texts.texts;
    let mut gzip = GzEncoder::new(out, Compression::default());
    gzip.write_all(&profile.encode_to_vec())?;
    gzip.finish()?.flush()?;
    Ok(Exported::of_sums(tree.threads().len() as u64, &tree.counts()))
}

/// When the trace began, in ns since 1970, or 0 if that is not known; and how long it is.
fn times(source: &Source<'_>) -> (i64, i64) {
    let ranges = source.trace.threads().iter().filter_map(|(_, index)| index.time_range());
    let end_ns = ranges.map(|(_, end)| end).max().unwrap_or_default();
    let start_ns = source.start_ns();
    let wall_clock = source.manifest.and_then(|manifest| manifest.wall_clock);
    let unix_ns = wall_clock.map_or(0, |clock| clock.unix_ns(start_ns));
    (signed(unix_ns), signed(end_ns.saturating_sub(start_ns)))
}

/// The format has signed numbers.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The table of texts. The first is empty.
struct Texts {
    numbers: HashMap<String, i64, RandomState>,
    texts: Vec<String>,
}

impl Texts {
    fn new() -> Self {
        let mut texts = Self { numbers: HashMap::default(), texts: Vec::new() };
        texts.number("");
        texts
    }

    fn number(&mut self, text: &str) -> i64 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as i64;
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
}
