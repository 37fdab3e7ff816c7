//! `atf-gen add-field`: changes the schema and all generated files.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::{Failure, io};
use super::{FINE, diff, find, releases, sync};
use crate::edit::{NewField, add_field};
use crate::model::Format;
use crate::source::Source;

#[derive(clap::Args)]
pub(super) struct AddField {
    /// Record that gets the field
    record: String,
    /// Name of the field
    field: String,
    /// Type as in a schema: u8, [u8; 4], the name of an enum or of flags
    #[arg(long = "type", value_name = "TYPE")]
    ty: String,
    /// Offset of the field [default: the first bytes called _reserved that are large enough]
    #[arg(long, value_name = "BYTE")]
    offset: Option<u64>,
    /// Meaning of the field
    #[arg(long, value_name = "TEXT")]
    doc: Option<String>,
    /// Unit of the number
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Value that means "none"; 0 if existing files are to be read as having none
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    sentinel: Option<String>,
    /// Flag that says whether the field has a value, if 0 is a valid value of the field
    #[arg(long, value_name = "FLAGS_FIELD.BIT")]
    guard: Option<String>,
    /// Schema to change [default: the only .toml file in `schema` here or in a parent folder]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Print the changed schema and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) const HELP: &str = "Example:
  atf-gen add-field MyHeader priority --type u8 --sentinel 0 --doc \"Scheduling priority.\"

The field uses reserved bytes of the record, so existing readers can still read new files.
Existing files have 0 in these bytes. State what 0 means: --sentinel 0 (no value), or --guard
(a flag says whether the field has a value).

The field gets `since`. The format's revision is raised for it, unless the current revision is
not released yet. All files are then generated as by `atf-gen generate`. Layout snapshots are not updated; a reviewer approves them.

Exit codes: 0 success, 1 the schema is or would become invalid, 2 an error such as an unreadable file.";

pub(super) fn run(
    wanted: AddField,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let schema = find::schema(wanted.schema.as_deref(), here)?;
    let format = schema.load()?;
    let revision = next_revision(&schema, &format)?;
    let source = Source::new(&*schema.file.shown, &schema.bytes)
        .map_err(|error| Failure::Schema(Box::new(error.into())))?;
    let new = NewField {
        record: wanted.record,
        name: wanted.field,
        ty: wanted.ty,
        offset: wanted.offset,
        doc: wanted.doc,
        unit: wanted.unit,
        sentinel: wanted.sentinel,
        guard: wanted.guard,
    };
    let edited = add_field(&source, &format, &new, revision).map_err(|refused| {
        Failure::Asked(format!("{}: {}: {}", schema.file.shown, refused.message, refused.help))
    })?;
    let name = format!("{} with {}", schema.file.shown, new.name);
    let after = crate::load(name, edited.text.as_bytes())
        .map_err(|error| Failure::Schema(Box::new(error)))?;
    says_what_zero_means(&schema, &after, &new)?;
    let changed =
        find::Schema { file: schema.file.clone(), bytes: edited.text.clone().into_bytes() };
    let judged = diff::against_releases(&changed, &mut std::io::sink(), err)?;
    if judged != FINE {
        writeln!(err, "{}: nothing was written", schema.file.shown)
            .map_err(io("standard error"))?;
        return Ok(judged);
    }
    if wanted.dry_run {
        out.write_all(edited.text.as_bytes()).map_err(io("standard output"))?;
        return Ok(FINE);
    }
    sync::write(&schema.file, edited.text.as_bytes())?;
    writeln!(
        out,
        "{}: {}.{} takes bytes {}..{}, revision {revision}",
        schema.file.shown,
        new.record,
        new.name,
        edited.offset,
        edited.offset + edited.size
    )
    .map_err(io("standard output"))?;
    let place = super::Place { schema: wanted.schema, out: None };
    let code = super::generate(&place, here, sync::Mode::Write, out, &mut std::io::sink())?;
    writeln!(
        out,
        "Next: run the tests. The layout tests show the change as a diff for a reviewer to approve."
    )
    .map_err(io("standard output"))?;
    Ok(code)
}

/// The revision that an addition of today belongs to: the format's own while that is unreleased,
/// else the one after it.
fn next_revision(schema: &find::Schema, format: &Format) -> Result<u32, Failure> {
    let released = releases::read(schema, &format.name)?
        .and_then(|releases| releases.frozen.iter().map(|release| release.format.revision).max());
    let is_unreleased = released.is_some_and(|released| format.revision > released);
    Ok(if is_unreleased { format.revision } else { format.revision.saturating_add(1) })
}

/// Existing files have zero in the new field, so the schema must say what zero means.
fn says_what_zero_means(
    schema: &find::Schema,
    after: &Format,
    new: &NewField,
) -> Result<(), Failure> {
    let field = after
        .records
        .iter()
        .find(|record| record.name == new.record)
        .and_then(|record| record.fields.iter().find(|field| field.name == new.name));
    let is_said = field.is_some_and(|field| {
        field.guard.is_some()
            || matches!(field.ty, crate::model::Type::Flags(_))
            || field.sentinel.as_ref().is_some_and(crate::model::Value::is_zero)
    });
    if is_said {
        return Ok(());
    }
    Err(Failure::Asked(format!(
        "{}: record {}, field {}: expected a meaning of 0, which existing files have there: add `--sentinel 0` if it means no value, else `--guard flags_field.bit`",
        schema.file.shown, new.record, new.name
    )))
}
