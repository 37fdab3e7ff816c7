//! `atf-gen diff`, and the comparison with releases in `atf-gen check`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::error::{Failure, io};
use super::{CANNOT, FINE, PROBLEM, find, releases};
use crate::diff::report::Report;
use crate::diff::{Accepted, Schema};

pub(super) const HELP: &str = "Example:\n  atf-gen diff\n  atf-gen diff schema/releases/my-format-1.0.toml\n  atf-gen diff old.toml new.toml --format markdown\n\n\
    For each change, the report says what an old reader does with a new file and what a new reader does with an old file: ok, refuse (a clean error) or WRONG (silently misread).\n\
    Without OLD the schema is compared with every release in `releases` beside it, and accepted breaks are read from releases/accepted.toml.\n\n\
    Exit codes: 0 every change has what it needs, 1 something is missing or an accepted break is unused, 2 a schema is invalid or unreadable.";

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Old schema [default: every release beside the schema]
    old: Option<PathBuf>,
    /// New schema [default: the only .toml file in `schema` here or in a parent folder]
    new: Option<PathBuf>,
    /// New schema if NEW is not given
    #[arg(long, value_name = "FILE", conflicts_with = "new")]
    schema: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Style::Text)]
    format: Style,
    /// File of accepted breaks [default without OLD: `accepted.toml` beside the releases]
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Style {
    /// Text: each finding with both lines
    Text,
    /// One JSON object; on an error it has only the key `error`
    Json,
    /// A table, for a comment on a pull request
    Markdown,
}

pub(super) fn print(
    arguments: &Arguments,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    match report(arguments, here, err) {
        Ok(Some(report)) => {
            let text = match arguments.format {
                Style::Text => report.text(),
                Style::Json => report.json(),
                Style::Markdown => report.markdown(),
            };
            out.write_all(text.as_bytes()).map_err(io("standard output"))?;
            out.flush().map_err(io("standard output"))?;
            Ok(if report.fails() { PROBLEM } else { FINE })
        }
        Ok(None) => {
            cannot(arguments.format, "a release is not as it was frozen", out)?;
            Ok(CANNOT)
        }
        // A wrong schema cannot be compared: an error, not a finding.
        Err(Failure::Schema(diagnostics)) => {
            cannot(arguments.format, &diagnostics.drawn().to_string(), out)?;
            Failure::Schema(diagnostics).report(err);
            Ok(CANNOT)
        }
        Err(failure) => {
            cannot(arguments.format, &failure.to_string(), out)?;
            Err(failure)
        }
    }
}

/// A program that asked for an object gets one also when nothing could be compared.
fn cannot(style: Style, why: &str, out: &mut dyn Write) -> Result<(), Failure> {
    if let Style::Json = style {
        writeln!(out, "{}", serde_json::json!({ "error": why })).map_err(io("standard output"))?;
    }
    Ok(())
}

/// The comparisons that were asked for; `None` when a release is not to be trusted, which was
/// written to `err`.
fn report(
    arguments: &Arguments,
    here: &Path,
    err: &mut dyn Write,
) -> Result<Option<Report>, Failure> {
    let given = arguments.new.as_deref().or(arguments.schema.as_deref());
    let schema = find::schema(given, here)?;
    let new = load(&schema)?;
    let accepted = match &arguments.accepted {
        None => None,
        Some(path) => {
            let shown = path.to_string_lossy().replace('\\', "/");
            let bytes = std::fs::read(here.join(path)).map_err(io(&shown))?;
            let accepted = Accepted::load(&shown, &bytes)
                .map_err(|diagnostics| Failure::Schema(Box::new(diagnostics)))?;
            Some(accepted)
        }
    };
    if let Some(old) = &arguments.old {
        let old = load(&find::schema(Some(old), here)?)?;
        return Ok(Some(Report::new(&[&old], &new, accepted.unwrap_or_default())));
    }
    let releases = releases::read(&schema, &new.format.name)?;
    let Some(releases) =
        releases.filter(|found| !found.frozen.is_empty() || !found.problems.is_empty())
    else {
        return Err(Failure::Asked(format!(
            "{}: expected a release to compare with, found none: freeze one with `atf-gen release`, or name two schemas",
            schema.file.beside("releases").shown
        )));
    };
    if !releases.problems.is_empty() {
        for problem in &releases.problems {
            writeln!(err, "{problem}").map_err(io("standard error"))?;
        }
        return Ok(None);
    }
    let olds: Vec<&Schema> = releases.frozen.iter().collect();
    Ok(Some(Report::new(&olds, &new, accepted.unwrap_or(releases.accepted))))
}

fn load(schema: &find::Schema) -> Result<Schema, Failure> {
    Schema::load(&schema.file.shown, &schema.bytes)
        .map_err(|diagnostics| Failure::Schema(Box::new(diagnostics)))
}

/// Compares a schema with every release beside it, if there are any.
pub(super) fn against_releases(
    schema: &find::Schema,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    if releases::folder(schema).is_none() {
        return Ok(FINE);
    }
    let new = load(schema)?;
    let Some(releases) = releases::read(schema, &new.format.name)? else { return Ok(FINE) };
    let mut code = FINE;
    for problem in &releases.problems {
        writeln!(err, "{problem}").map_err(io("standard error"))?;
        code = PROBLEM;
    }
    let olds: Vec<&Schema> = releases.frozen.iter().collect();
    let report = Report::new(&olds, &new, releases.accepted);
    // Without a release that cannot be read, an accepted break may look unused.
    let only_stale = !report.entries.iter().any(|entry| entry.finding.fails());
    if report.fails() && !(only_stale && code == PROBLEM) {
        write!(err, "{}", report.failures()).map_err(io("standard error"))?;
        return Ok(PROBLEM);
    }
    if code == FINE && !olds.is_empty() {
        let noun = if olds.len() == 1 { "release" } else { "releases" };
        writeln!(out, "{}: {} {noun}, {}", releases.folder.shown, olds.len(), report.summary())
            .map_err(io("standard output"))?;
    }
    Ok(code)
}
