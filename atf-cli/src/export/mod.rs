//! `atf export`: a trace in the format of another tool.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use atf_analysis::Folded;
use atf_analysis::filter::{FilterError, TimePoint};
use atf_export::{Exported, LeftOut, Source, callgrind, chrome, perfetto, pprof, speedscope};
use clap::ValueEnum;

use crate::depth_from::DepthArgs;
use crate::failure::{Failure, Verdict};
use crate::filters::{FiltersWithoutTo, NameArgs};
use crate::flamegraph::write_folded;
use crate::interrupt::{self, Watched};
use crate::out::Out;
use crate::partial::Partial;
use crate::subject::Subject;
use crate::{escape, notes, numbers};

const BUFFERED: usize = 1 << 16;

/// Convert a trace to the format of another tool
///
/// The file then opens in the viewer that you already use. The filters choose what is in it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf export run --to perfetto -o run.pftrace    open it in ui.perfetto.dev
  $ atf export run --to chrome -o - | gzip > run.json.gz
  $ atf export run --to pprof -o run.pb.gz && go tool pprof -http : run.pb.gz
  $ atf export run --to speedscope -o run.json --from +2s --to +3s

What a format cannot hold is counted and printed at the end: for example returns
without a call, which no viewer can draw. Times that went backwards are those of
the event before.

Exit codes: 0 success, also for an incomplete trace; 2 the trace cannot be
read, or the output cannot be written: then there is none.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or index.atf
    path: PathBuf,
    /// The format: chrome (JSON for chrome://tracing, Perfetto, speedscope), perfetto (protobuf for
    /// ui.perfetto.dev), speedscope, folded (stacks as lines), callgrind (for KCachegrind), or pprof.
    /// Given once more with a TIME, the end of the time range, as for the other commands
    #[arg(long, value_name = "FORMAT", required = true, allow_hyphen_values = true, value_parser = to)]
    to: Vec<To>,
    /// The output; - is stdout. It must not exist
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    depths: DepthArgs,
    #[command(flatten)]
    names: NameArgs,
    #[command(flatten)]
    filters: FiltersWithoutTo,
}

/// What `--to` names. Formats are words; times begin with a digit or a sign.
#[derive(Clone, Copy, Debug)]
enum To {
    Format(Format),
    Time(TimePoint),
}

fn to(text: &str) -> Result<To, String> {
    if text.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first)) {
        return text.parse().map(To::Time).map_err(|error: FilterError| error.to_string());
    }
    let names = Format::value_variants().iter().filter_map(|format| format.to_possible_value());
    let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
    Format::from_str(text, false)
        .map(To::Format)
        .map_err(|_| format!("expected {}", names.join(", ")))
}

impl Args {
    /// The format and the end of the time range.
    fn to(&self) -> Result<(Format, Option<TimePoint>), Failure> {
        let (mut formats, mut times) = (Vec::new(), Vec::new());
        for to in &self.to {
            match *to {
                To::Format(format) => formats.push(format),
                To::Time(time) => times.push(time),
            }
        }
        match (&formats[..], &times[..]) {
            (&[format], []) => Ok((format, None)),
            (&[format], &[time]) => Ok((format, Some(time))),
            ([], _) => {
                Err(Failure::Other("--to names no format, for example --to perfetto".to_owned()))
            }
            _ => Err(Failure::Other("--to names one format, and at most one time".to_owned())),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// JSON for chrome://tracing, Perfetto and speedscope
    Chrome,
    /// Protobuf for ui.perfetto.dev and trace_processor
    Perfetto,
    /// JSON for speedscope.app, a profile per thread
    Speedscope,
    /// Stacks as lines, for programs that draw flame graphs
    Folded,
    /// For KCachegrind and callgrind_annotate: sums per function and caller
    Callgrind,
    /// Gzipped protobuf for pprof: sums per path of calls
    Pprof,
}

/// Beyond these sizes the viewers of a format fail, or take minutes.
const fn most_bytes(format: Format) -> Option<(u64, &'static str)> {
    match format {
        Format::Chrome => Some((500_000_000, "chrome://tracing")),
        Format::Speedscope => Some((1_000_000_000, "speedscope")),
        _ => None,
    }
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let (format, end) = args.to()?;
    let is_stdout = args.output == Path::new("-");
    let partial = match (is_stdout, args.force) {
        (true, _) => None,
        (false, true) => Some(Partial::replacing(&args.output)),
        (false, false) => Some(Partial::new(&args.output, true)?),
    };
    let subject = Subject::open(&args.path, args.names, &args.filters.with_to(end))?;
    let Some(partial) = partial else {
        let exported = write(args, format, &subject, out)?;
        note(&exported);
        return Ok(Verdict::Clean);
    };
    interrupt::watch();
    let mut file = BufWriter::with_capacity(BUFFERED, Watched(partial.create()?));
    let exported = write(args, format, &subject, &mut file)?;
    let bytes = size_of_file(file, &partial)?;
    partial.keep()?;
    note(&exported);
    if let Some((most, viewer)) = most_bytes(format).filter(|(most, _)| bytes > *most) {
        let (bytes, most) = (numbers::byte_size(bytes), numbers::byte_size(most));
        notes::note(format_args!(
            "{viewer} is known to fail beyond {most}, and this file has {bytes}: export less with --from, --to or --min-duration"
        ));
    }
    let calls = numbers::count(exported.calls, "call");
    let threads = numbers::count(exported.threads, "thread");
    let (path, bytes) = (escape::printable_path(&args.output), numbers::byte_size(bytes));
    writeln!(out, "{path}: {calls} of {threads}, {bytes}")?;
    Ok(Verdict::Clean)
}

fn size_of_file(file: BufWriter<Watched<File>>, partial: &Partial) -> Result<u64, Failure> {
    let file = file.into_inner().map_err(|error| error.into_error());
    let size = file.and_then(|file| Ok(file.0.metadata()?.len()));
    size.map_err(|error| cannot_write(partial.work(), &error))
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::Other(format!("{}: cannot write: {error}", path.display()))
}

fn write(
    args: &Args,
    format: Format,
    subject: &Subject,
    out: &mut impl Write,
) -> Result<Exported, Failure> {
    let options = args.depths.options();
    let title = escape::printable_path(&args.path);
    let source = Source {
        trace: &subject.threads(),
        names: &subject.names,
        manifest: subject.trace.manifest(),
        selection: &subject.selection,
        options: &options,
        title: &title,
    };
    let progress = subject.progress();
    let add: &mut dyn FnMut(u64) = &mut |bytes| progress.add(bytes);
    let exported = match format {
        Format::Chrome => chrome::write(&source, out, Some(add)),
        Format::Perfetto => perfetto::write(&source, out, Some(add)),
        Format::Speedscope => speedscope::write(&source, out, Some(add)),
        Format::Callgrind => callgrind::write(&source, out, Some(add)),
        Format::Pprof => pprof::write(&source, out, Some(add)),
        Format::Folded => folded(&source, out, add),
    };
    exported.map_err(|error| match error {
        atf_export::Error::Output(error) if args.output == Path::new("-") => Failure::Stdout(error),
        atf_export::Error::Output(error) => cannot_write(&args.output, &error),
        error => Failure::Other(format!("{error:#}")),
    })
}

fn folded(
    source: &Source<'_>,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64),
) -> atf_export::Result<Exported> {
    let folded = Folded::of(source.trace, source.selection, source.options, Some(progress))?;
    write_folded(&folded, source.names, out)?;
    out.flush()?;
    let counts = folded.counts();
    Ok(Exported::of_sums(folded.threads().count() as u64, &counts))
}

fn note(exported: &Exported) {
    exported.left_out.iter().for_each(|left_out: &LeftOut| notes::note(left_out));
}
