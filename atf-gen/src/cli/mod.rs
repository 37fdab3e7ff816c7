//! The command `atf-gen`: arguments in, exit code out.
//!
//! [`run`] takes everything that a process has (arguments, folder, both outputs), so that
//! tests drive it as `main` does.

mod add_field;
mod annotate;
mod diff;
mod error;
mod explain;
mod find;
mod layout;
mod release;
mod releases;
mod sync;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use error::{Failure, io};
use sync::Mode;

/// All is well.
pub const FINE: u8 = 0;
/// A problem was found: in the schema, or in what is generated from it.
pub const PROBLEM: u8 = 1;
/// It could not be done: wrong arguments, no schema, a file that cannot be read or written.
pub const CANNOT: u8 = 2;

const EXIT_CODES: &str =
    "Exit codes: 0 fine, 1 a problem was found (a wrong schema, a stale file), 2 could not do it.";

#[derive(Parser)]
#[command(
    name = "atf-gen",
    version,
    about = "From one TOML schema of a binary format to Rust, C, Python, Kaitai and a reference",
    after_help = EXIT_CODES,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the generated files, those that changed only
    #[command(
        after_help = "Example:\n  atf-gen generate\n  atf-gen generate --schema schema/my-format.toml --out target/generated\n\n\
        Files that an earlier run made and that the schema no longer asks for are removed.\n\
        Copies of the schema and of generated files (`copies` in [format]) are refreshed where their folder exists, unless --out is given.\n\n\
        Exit codes: 0 fine, 1 the schema is wrong, 2 could not do it."
    )]
    Generate(Place),
    /// Say which generated files are stale, missing or orphaned and what breaks a release; write nothing
    #[command(after_help = "Example:\n  atf-gen check\n\n\
        The schema is also compared with every release in `releases` beside it, see `atf-gen diff`.\n\n\
        Exit codes: 0 all is as the schema asks, 1 something is not or the schema is wrong, 2 could not do it.")]
    Check(Place),
    /// Compare two schemas, or the schema with each release of it: what becomes of readers in the field
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Freeze the schema as it is: a copy in `releases` beside it, which `check` compares from then on
    #[command(after_help = "Example:\n  atf-gen release\n\n\
        Writes releases/<name>-<version>.<revision>.toml, once; it never replaces one that is there.\n\n\
        Exit codes: 0 frozen, or it was already, 1 `check` finds a problem or other content is frozen under this number, 2 could not do it.")]
    Release(Place),
    /// Add a field in reserved bytes of a record: schema and generated files in one step
    #[command(after_help = add_field::HELP)]
    AddField(add_field::AddField),
    /// Print offset, size, type, field and meaning, and a map of the bytes
    #[command(after_help = "Example:\n  atf-gen layout\n  atf-gen layout MyHeader --json\n\n\
        Exit codes: 0 fine, 1 the schema is wrong, 2 could not do it (no such record).")]
    Layout {
        /// Record to print; all of them without it
        record: Option<String>,
        /// Schema to read [default: the only .toml file in `schema` here or in a folder above]
        #[arg(long, value_name = "FILE")]
        schema: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say what a rule demands and why, with a schema that breaks it and one that keeps it
    #[command(after_help = "Example:\n  atf-gen explain E0501\n  atf-gen explain\n\n\
        Exit codes: 0 fine, 2 there is no such rule.")]
    Explain {
        /// Code at the end of a report, such as E0501; without it, all codes are listed
        code: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show a file's bytes with what each of them is, and where it is damaged
    #[command(after_help = annotate::HELP)]
    Annotate(annotate::Arguments),
}

#[derive(clap::Args)]
struct Place {
    /// Schema to read [default: the only .toml file in `schema` here or in a folder above]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Folder of the generated files [default: `generated` beside the schema]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command as if started in `here`; the first argument is the program's name.
///
/// Results go to `out`, all else that is said to people to `err`. Returns the exit code:
/// [`FINE`], [`PROBLEM`] or [`CANNOT`]. A closed pipe behind `out` ends it quietly.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) => {
            // --help and --version come this way too, and they are fine.
            if help.use_stderr() {
                let _ = write!(err, "{help}");
                return CANNOT;
            }
            let _ = write!(out, "{help}");
            return FINE;
        }
    };
    let done = match arguments.command {
        Command::Generate(place) => generate(&place, here, Mode::Write, out, err),
        Command::Check(place) => check(&place, here, out, err),
        Command::Diff(arguments) => diff::print(&arguments, here, out, err),
        Command::Release(place) => release::release(&place, here, out, err),
        Command::AddField(wanted) => add_field::run(wanted, here, out, err),
        Command::Layout { record, schema, json } => {
            layout::print(record.as_deref(), schema.as_deref(), json, here, out)
        }
        Command::Explain { code, json } => explain::print(code.as_deref(), json, out),
        Command::Annotate(arguments) => annotate::print(&arguments, here, out),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(err),
    }
}

/// Generated files and releases: both are looked at, whatever the other gave.
fn check(
    place: &Place,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let generated = generate(place, here, Mode::Check, out, err)?;
    let schema = find::schema(place.schema.as_deref(), here)?;
    let released = diff::against_releases(&schema, out, err)?;
    Ok(generated.max(released))
}

fn generate(
    place: &Place,
    here: &Path,
    mode: Mode,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let schema = find::schema(place.schema.as_deref(), here)?;
    let format = schema.load()?;
    let folder = match &place.out {
        Some(given) => find::Shown::new(here.join(given), given.to_string_lossy().into_owned()),
        None => schema.file.beside("generated"),
    };
    let outputs = crate::emit::outputs(&format);
    let mut copies = Vec::new();
    if place.out.is_none() {
        for copy in &format.copies {
            let at = schema.file.beside(copy);
            // A copy whose crate or package is not checked out is nobody's concern here.
            if at.path.parent().is_some_and(Path::is_dir) && at.path != schema.file.path {
                copies.push(sync::File { at, bytes: copied(copy, &schema, &outputs) });
            }
        }
    }
    let mut expected: Vec<sync::File> = outputs
        .into_iter()
        .map(|output| sync::File { at: folder.join(&output.path), bytes: output.text.into_bytes() })
        .collect();
    expected.append(&mut copies);
    let orphans = sync::orphans(&folder, &expected, &schema.file, place.out.is_none())?;
    let report = sync::sync(&expected, &orphans, mode)?;
    match mode {
        Mode::Write => {
            for line in report.changed.iter().chain(&report.foreign) {
                writeln!(out, "{line}").map_err(io("standard output"))?;
            }
            writeln!(
                out,
                "{}: {} written, {} unchanged, {} removed",
                folder.shown, report.written, report.unchanged, report.removed
            )
            .map_err(io("standard output"))?;
            Ok(FINE)
        }
        Mode::Check if report.changed.is_empty() && report.foreign.is_empty() => {
            writeln!(
                out,
                "{}: {} files are as {} asks",
                folder.shown, report.unchanged, schema.file.shown
            )
            .map_err(io("standard output"))?;
            Ok(FINE)
        }
        Mode::Check => {
            let mend = mend(place);
            for line in &report.changed {
                writeln!(err, "{line}: run `{mend}`").map_err(io("standard error"))?;
            }
            for line in &report.foreign {
                writeln!(err, "{line}").map_err(io("standard error"))?;
            }
            Ok(PROBLEM)
        }
    }
}

/// What a copy holds: the generated file of its name, or else the schema.
fn copied(copy: &str, schema: &find::Schema, outputs: &[crate::emit::Output]) -> Vec<u8> {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let output = outputs.iter().find(|output| name(&output.path) == name(copy));
    output.map_or_else(|| schema.bytes.clone(), |output| output.text.clone().into_bytes())
}

/// The command that mends what `check` found.
fn mend(place: &Place) -> String {
    let mut command = crate::emit::COMMAND.to_owned();
    for (name, given) in [("--schema", &place.schema), ("--out", &place.out)] {
        if let Some(given) = given {
            let text = given.to_string_lossy();
            let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            let quoted = if plain { text.into_owned() } else { format!("'{text}'") };
            command.push_str(&format!(" {name} {quoted}"));
        }
    }
    command
}
