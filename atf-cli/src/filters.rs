//! The options that choose events and calls. Every command that shows a trace has them, with the same meaning.

use std::ops::RangeInclusive;

use atf_analysis::Selection;
use atf_analysis::filter::{
    Filter, FilterError, Pattern, TimePoint, parse_duration, parse_kind, parse_threads,
};
use atf_analysis::names::{NameStyle, Names, demangle};
use atf_runtime::format::EventKind;

use crate::failure::Failure;
use crate::integer;
use crate::notes;
use crate::trace::Trace;

/// How functions are named.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct NameArgs {
    /// Show names of C++ and Rust functions as the linker sees them
    #[arg(long)]
    no_demangle: bool,
}

impl NameArgs {
    /// Which name of a function is shown.
    pub(crate) fn style(self) -> NameStyle {
        if self.no_demangle { NameStyle::Raw } else { NameStyle::Demangled }
    }

    /// A name as it is shown, from the one in a manifest.
    pub(crate) fn shown(self, raw: &str) -> String {
        let demangled = if self.no_demangle { None } else { demangle(raw) };
        demangled.unwrap_or_else(|| raw.to_owned())
    }

    /// The names in the trace's manifest.
    pub(crate) fn of(self, trace: &Trace) -> Names {
        Names::of(trace.manifest(), self.style())
    }
}

/// Which events and calls to take.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    other: FiltersWithoutTo,
    /// Only before this time, written as that of --from
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<TimePoint>,
}

/// All filters but `--to`, which in `atf export` also names a format.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FiltersWithoutTo {
    /// Only functions whose name matches; with `!` before it, not those. Matches anywhere in the demangled or the
    /// raw name. May be given several times: one must match
    #[arg(long, value_name = "[!]REGEX")]
    function: Vec<Pattern>,
    /// Only functions of modules whose path matches, or with `!` does not
    #[arg(long, value_name = "[!]REGEX")]
    module: Vec<Pattern>,
    /// Only calls made, at any depth, by a function whose name matches
    #[arg(long, value_name = "[!]REGEX")]
    caller: Vec<Pattern>,
    /// Only these threads: ids and ranges, for example 0,2-5
    #[arg(long, value_name = "IDS", value_parser = threads)]
    thread: Vec<Threads>,
    /// Only from this time on: ns on the trace's clock, +1.5ms from the start, -1s from the end
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<TimePoint>,
    /// Only depths less than N
    #[arg(long, value_name = "N", value_parser = integer::u32)]
    depth: Option<u32>,
    /// Only calls that took at least so long, for example 10us
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    min_duration: Option<u64>,
    /// Only events of this kind: call, return, exception, lost, signal, or a number. Of calls, those that have such
    /// an event. May be given several times
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Vec<EventKind>,
}

/// The value of one `--thread`.
#[derive(Clone, Debug)]
struct Threads(Vec<RangeInclusive<u32>>);

fn threads(text: &str) -> Result<Threads, FilterError> {
    parse_threads(text).map(Threads)
}

impl FiltersWithoutTo {
    /// With the end of the time range.
    pub(crate) fn with_to(&self, to: Option<TimePoint>) -> FilterArgs {
        FilterArgs { other: self.clone(), to }
    }
}

impl FilterArgs {
    /// What the options choose in a trace.
    ///
    /// # Errors
    ///
    /// If `--thread` names a thread that does not exist or cannot be read.
    pub(crate) fn select(&self, trace: &Trace, names: &Names) -> Result<Selection, Failure> {
        let filter = self.filter();
        for ids in &filter.threads {
            require_thread(ids, trace)?;
        }
        let range = if filter.has_relative_times() { trace.time_range() } else { None };
        let resolved = filter.resolve(names, range);
        for pattern in resolved.unmatched {
            notes::note(format_args!("no name in the trace matches '{pattern}'"));
        }
        Ok(resolved.selection)
    }

    /// The options as a filter.
    pub(crate) fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        filter.functions.clone_from(&self.other.function);
        filter.modules.clone_from(&self.other.module);
        filter.callers.clone_from(&self.other.caller);
        filter.threads = self.other.thread.iter().flat_map(|threads| threads.0.clone()).collect();
        filter.from = self.other.from;
        filter.to = self.to;
        filter.depth_below = self.other.depth;
        filter.min_duration_ns = self.other.min_duration;
        filter.kinds.clone_from(&self.other.kind);
        filter
    }

    /// The options that were given.
    pub(crate) fn used(&self) -> impl Iterator<Item = &'static str> {
        [
            ("--function", !self.other.function.is_empty()),
            ("--module", !self.other.module.is_empty()),
            ("--caller", !self.other.caller.is_empty()),
            ("--thread", !self.other.thread.is_empty()),
            ("--from", self.other.from.is_some()),
            ("--to", self.to.is_some()),
            ("--depth", self.other.depth.is_some()),
            ("--min-duration", self.other.min_duration.is_some()),
            ("--kind", !self.other.kind.is_empty()),
        ]
        .into_iter()
        .filter_map(|(name, is_used)| is_used.then_some(name))
    }
}

/// An error lists this many thread ids and counts the others.
const MAX_LISTED: usize = 20;

/// An error if there is no thread in the range, or its only thread cannot be read.
fn require_thread(ids: &RangeInclusive<u32>, trace: &Trace) -> Result<(), Failure> {
    let mut found = trace.threads.iter().filter(|thread| ids.contains(&thread.id));
    match (found.next(), found.next()) {
        (None, _) => Err(unknown_thread(ids, trace)),
        (Some(thread), None) => match &thread.files {
            Ok(_) => Ok(()),
            Err(error) => {
                let id = thread.id;
                Err(Failure::Other(format!("thread {id} cannot be read: {error:#}")))
            }
        },
        _ => Ok(()),
    }
}

fn unknown_thread(ids: &RangeInclusive<u32>, trace: &Trace) -> Failure {
    let (first, last) = (ids.start(), ids.end());
    let wanted = if first == last { format!("{first}") } else { format!("{first}-{last}") };
    let path = trace.path.path().display();
    let listed = trace.threads.iter().take(MAX_LISTED).map(|thread| thread.id.to_string());
    let listed = listed.collect::<Vec<_>>().join(", ");
    let found = match trace.threads.len() {
        0 => "the trace has no threads".to_owned(),
        1..=MAX_LISTED => format!("the trace has these threads: {listed}"),
        count => format!("the trace has these threads: {listed} and {} more", count - MAX_LISTED),
    };
    Failure::Other(format!("{path}: no thread {wanted}; {found}"))
}
