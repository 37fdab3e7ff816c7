//! `atf-gen annotate`: finds schema and file, and prints the annotated bytes.

mod json;
mod text;

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{Failure, io};
use super::find;
use crate::annotate::{self, Item, Options, Summary, Unidentified};
use crate::diagnostic::nearest;
use crate::model::{FileId, Format};

/// Bytes at the start of a file that identify its kind.
const HEAD: u64 = 4096;

/// Arguments of the command.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// File to annotate
    path: PathBuf,
    /// Schema to read [default: the only .toml file in `schema` here or in a parent folder]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// File of the schema to read it as [default: found by name, then by first bytes]
    #[arg(long = "file", value_name = "NAME")]
    kind: Option<String>,
    /// Start at the event that contains this byte (decimal, or hexadecimal with 0x)
    #[arg(long, value_name = "BYTE", default_value = "0", value_parser = byte, hide_default_value = true)]
    from: u64,
    /// Number of events to show, in addition to the last two
    #[arg(long, alias = "records", value_name = "N", default_value_t = 8)]
    limit: u64,
    /// Show every event
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Verify checksums, which reads all bytes that they cover
    #[arg(long)]
    checksum: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The end of `--help`.
pub(super) const HELP: &str = "\
Each line shows an offset, the bytes, and their meaning: record, field and value, with names of
enum values and flags, units, and `none` for a sentinel. `!!` marks problems: a wrong constant, a
reserved byte that is not zero, a value above its maximum, an unnamed value of a closed enum, a
count, length, time or offset that does not match the file, a truncated record, bytes outside of
all records. The start of the events, their stride and the offset of the footer are taken from
the file's own fields. Files can have any length; only the first four million events are counted
unless --all is given.

Example:
  atf-gen annotate session/readings.log
  atf-gen annotate damaged.bin --file readings --checksum
  atf-gen annotate huge.log --from 0x40000000 --limit 3
  atf-gen annotate readings.log --json | jq '.problems'

  00000000  52 44 4c 47              Head.magic = \"RDLG\"  # Marks a log.
  00000004  02                       Head.version = 2
  !! header at byte 4: version: expected version 1, found 2
  00000005  03                       Head.sky = overcast (3)

Exit codes: 0 no problem in the part that was checked, 1 a problem, or the schema is invalid,
2 an error such as a missing file or a file of an unknown kind.";

fn byte(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if digits.chars().all(|c| c.is_ascii_hexdigit()) => {
            u64::from_str_radix(digits, 16)
        }
        Some(_) | None => text.parse(),
    };
    parsed.map_err(|_| "expected a number of bytes, such as 4096 or 0x1000".to_owned())
}

/// The first lines of the output: the kind of the file.
struct Subject<'a> {
    /// The file as given by the user.
    path: String,
    format: &'a Format,
    kind: FileId,
    /// What to try instead, when its first bytes are those of another file.
    hint: Option<String>,
}

/// A way to print.
trait Printer {
    fn begin(&mut self, subject: &Subject) -> std::io::Result<()>;
    fn item(&mut self, item: Item) -> std::io::Result<()>;
    fn end(&mut self, subject: &Subject, summary: &Summary) -> std::io::Result<()>;
}

pub(super) fn print(
    arguments: &Arguments,
    here: &Path,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let schema = find::schema(arguments.schema.as_deref(), here)?;
    let format = schema.load()?;
    let path = arguments.path.to_string_lossy().into_owned();
    let at = here.join(&arguments.path);
    // Reading a pipe or a device would block; the file must have a length and be seekable.
    let metadata = std::fs::metadata(&at).map_err(io(&path))?;
    if !metadata.is_file() {
        let found = if metadata.is_dir() { "a folder" } else { "something else" };
        return Err(Failure::Asked(format!("{path}: expected a file, found {found}")));
    }
    let mut file = std::fs::File::open(&at).map_err(io(&path))?;
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(io(&path))?;
    file.seek(SeekFrom::Start(0)).map_err(io(&path))?;

    let kind = kind(&format, &schema.file.shown, arguments.kind.as_deref(), &path, &head)?;
    let hint = annotate::starts_as_another(&format, kind, &head).map(|other| {
        let other = &format.files[other];
        format!("its first bytes are those of {}: --file {}", other.path, other.name)
    });
    let subject = Subject { path: path.clone(), format: &format, kind, hint };
    let options = Options {
        from: arguments.from,
        limit: arguments.limit,
        all: arguments.all,
        checksum: arguments.checksum,
        ..Options::default()
    };
    let mut out = std::io::BufWriter::new(out);
    let mut printer: Box<dyn Printer> = if arguments.json {
        Box::new(json::Json::new(&mut out))
    } else {
        Box::new(text::Text::new(&mut out))
    };
    printer.begin(&subject).map_err(io("standard output"))?;
    // Distinguishes errors of the file from errors of the output.
    let mut unwritten = None;
    let done = annotate::annotate(&format, kind, file, &options, &mut |item| {
        printer.item(item).map_err(|error| {
            let same = std::io::Error::from(error.kind());
            unwritten = Some(error);
            same
        })
    });
    if let Some(error) = unwritten {
        return Err(io("standard output")(error));
    }
    let summary = done.map_err(io(&path))?;
    printer.end(&subject, &summary).map_err(io("standard output"))?;
    drop(printer);
    out.flush().map_err(io("standard output"))?;
    Ok(if summary.problems == 0 { super::FINE } else { super::PROBLEM })
}

/// Which file of the format it is.
fn kind(
    format: &Format,
    schema: &str,
    given: Option<&str>,
    path: &str,
    head: &[u8],
) -> Result<FileId, Failure> {
    let names = || format.files.iter().map(|file| file.name.as_str());
    if let Some(name) = given {
        return names().position(|known| known == name).ok_or_else(|| {
            let hint = match nearest(name, names()) {
                Some(meant) => format!("did you mean {meant}?"),
                None if format.files.is_empty() => "it declares none".to_owned(),
                None => format!("files: {}", names().collect::<Vec<_>>().join(", ")),
            };
            Failure::Asked(format!("{schema}: expected a file, found {name}: {hint}"))
        });
    }
    annotate::identify(format, path, head).map_err(|why: Unidentified| {
        let candidates: Vec<String> = why
            .files()
            .iter()
            .map(|id| format!("--file {} ({})", format.files[*id].name, format.files[*id].path))
            .collect();
        let fix = if candidates.is_empty() {
            String::new()
        } else {
            format!(": select one with {}", candidates.join(" or "))
        };
        Failure::Asked(format!("{path}: {why}{fix}"))
    })
}
