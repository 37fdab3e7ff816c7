//! The command `atf-gen`: arguments in, exit code out.
//!
//! [`run`] takes arguments, current folder and both outputs, so that tests call it as `main` does.

mod add_field;
mod annotate;
mod diff;
mod error;
mod explain;
mod find;
mod layout;
mod release;
mod releases;
mod renumber;
mod sync;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use error::{Failure, io};
use sync::Mode;

/// Success.
pub const FINE: u8 = 0;
/// A problem was found, in the schema or in generated files.
pub const PROBLEM: u8 = 1;
/// An error: invalid arguments, no schema, a file that cannot be read or written.
pub const CANNOT: u8 = 2;

const EXIT_CODES: &str = "Exit codes: 0 success, 1 a problem was found (invalid schema, stale file), 2 an error such as an unreadable file.";

#[derive(Parser)]
#[command(
    name = "atf-gen",
    version,
    about = "Generates Rust, C, Python, Kaitai and a reference from a TOML schema of a binary format",
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
    /// Write the generated files that changed
    #[command(
        after_help = "Example:\n  atf-gen generate\n  atf-gen generate --schema schema/my-format.toml --out target/generated\n\n\
        Files of an earlier run that the schema no longer produces are removed.\n\
        Copies of the schema and of generated files (`copies` in [format]) are updated if their folder exists, unless --out is given.\n\n\
        Exit codes: 0 success, 1 the schema is invalid, 2 an error such as an unreadable file."
    )]
    Generate(Place),
    /// List generated files that are stale, missing or orphaned, and changes that break a release; writes nothing
    #[command(after_help = "Example:\n  atf-gen check\n\n\
        The schema is also compared with every release in `releases` beside it, see `atf-gen diff`.\n\n\
        Exit codes: 0 everything is up to date, 1 something is not or the schema is invalid, 2 an error such as an unreadable file.")]
    Check(Place),
    /// Compare two schemas, or the schema with each of its releases, and show the effect on existing readers
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Freeze the schema as a copy in `releases` beside it; `check` compares against it from then on
    #[command(after_help = "Example:\n  atf-gen release\n\n\
        Writes releases/<name>-<version>.<revision>.toml once; an existing release is never replaced.\n\n\
        Exit codes: 0 frozen (now or earlier), 1 `check` finds a problem or different content is frozen under this number, 2 an error such as an unreadable file.")]
    Release(Place),
    /// Add a field in reserved bytes of a record, in the schema and in the generated files
    #[command(after_help = add_field::HELP)]
    AddField(add_field::AddField),
    /// Write the offsets and sizes of records anew, after a field was put between others
    #[command(after_help = renumber::HELP)]
    Renumber(renumber::Arguments),
    /// Print offset, size, type and meaning of each field, and a map of the bytes
    #[command(after_help = "Example:\n  atf-gen layout\n  atf-gen layout MyHeader --json\n\n\
        Exit codes: 0 success, 1 the schema is invalid, 2 an error such as an unknown record.")]
    Layout {
        /// Record to print [default: all]
        record: Option<String>,
        /// Schema to read [default: the only .toml file in `schema` here or in a parent folder]
        #[arg(long, value_name = "FILE")]
        schema: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Explain a rule, with a schema that breaks it and one that follows it
    #[command(after_help = "Example:\n  atf-gen explain E0501\n  atf-gen explain\n\n\
        Exit codes: 0 success, 2 there is no such rule.")]
    Explain {
        /// Code from a report, such as E0501 [default: list all codes]
        code: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show the bytes of a file with their meaning, and mark damage
    #[command(after_help = annotate::HELP)]
    Annotate(annotate::Arguments),
}

#[derive(clap::Args)]
struct Place {
    /// Schema to read [default: the only .toml file in `schema` here or in a parent folder]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Folder of the generated files [default: `generated` beside the schema]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command as if started in `here`; the first argument is the program's name.
///
/// Results go to `out`, all other messages to `err`. Returns the exit code:
/// [`FINE`], [`PROBLEM`] or [`CANNOT`]. A closed pipe at `out` ends the command silently.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) => {
            // --help and --version arrive here too; they are not errors.
            if help.use_stderr() {
                let _ = write!(err, "{help}");
                return CANNOT;
            }
            let _ = write!(out, "{help}");
            return FINE;
        }
    };
    let done = match arguments.command {
        Command::Generate(place) => generate(&place, here, Mode::Write, out, err)
            .and_then(|code| warned(&place, here, err).map(|()| code)),
        Command::Check(place) => check(&place, here, out, err),
        Command::Diff(arguments) => diff::print(&arguments, here, out, err),
        Command::Release(place) => release::release(&place, here, out, err),
        Command::AddField(wanted) => add_field::run(wanted, here, out, err),
        Command::Renumber(arguments) => renumber::run(&arguments, here, out),
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

/// Says so if the schema that was generated from breaks a release: its readers are in the field.
fn warned(place: &Place, here: &Path, err: &mut dyn Write) -> Result<(), Failure> {
    let schema = find::schema(place.schema.as_deref(), here)?;
    let (mut out, mut report) = (std::io::sink(), Vec::new());
    if diff::against_releases(&schema, &mut out, &mut report)? == FINE {
        return Ok(());
    }
    let report = String::from_utf8_lossy(&report);
    let summary = report.lines().last().unwrap_or_default();
    writeln!(
        err,
        "warning: {}: {summary}: `atf-gen check` shows what fails",
        schema.file.beside("releases").shown
    )
    .map_err(io("standard error"))
}

/// Checks generated files and releases: both, even if the first fails.
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
            // Copies in folders that do not exist are skipped.
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
                "{}: {} files are up to date with {}",
                folder.shown, report.unchanged, schema.file.shown
            )
            .map_err(io("standard output"))?;
            Ok(FINE)
        }
        Mode::Check => {
            let fix = fix(place, here);
            for line in &report.changed {
                writeln!(err, "{line}: run `{fix}`").map_err(io("standard error"))?;
            }
            for line in &report.foreign {
                writeln!(err, "{line}").map_err(io("standard error"))?;
            }
            let wrong = report.changed.len() + report.foreign.len();
            let (noun, verb) = if wrong == 1 { ("file", "is") } else { ("files", "are") };
            writeln!(err, "{}: {wrong} {noun} {verb} not up to date", folder.shown)
                .map_err(io("standard error"))?;
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

/// The command that fixes what `check` found.
fn fix(place: &Place, here: &Path) -> String {
    // Elsewhere cargo has no such package.
    let in_checkout = here.ancestors().any(|folder| folder.join("atf-gen/Cargo.toml").is_file());
    let command = if in_checkout { crate::emit::COMMAND } else { "atf-gen generate" };
    let mut command = command.to_owned();
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
