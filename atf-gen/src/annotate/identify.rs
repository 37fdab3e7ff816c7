//! Identifies the kind of a file: by its name, else by the magic at its start.

use std::fmt;

use super::number::bytes_of;
use super::presence::{Held, holds_value};
use crate::model::{FileId, Format, RecordId, RoleKind, Type};

/// Why the file could not be identified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unidentified {
    /// The format has no files.
    NoFiles,
    /// More than one could be meant.
    Several(Vec<FileId>),
    /// None fits by name or start; these are all.
    None(Vec<FileId>),
}

/// The file of `format` that a file at `path` is which starts with the bytes `head`.
///
/// Its name decides, where it ends as the path of one file does and of no other; then its start;
/// then that the format has one file only.
///
/// # Errors
///
/// [`Unidentified`] when none or more than one is left.
pub fn identify(format: &Format, path: &str, head: &[u8]) -> Result<FileId, Unidentified> {
    let all: Vec<FileId> = (0..format.files.len()).collect();
    let named: Vec<FileId> =
        all.iter().copied().filter(|id| ends_with(path, &format.files[*id].path)).collect();
    if let [only] = named.as_slice() {
        return Ok(*only);
    }
    let among = if named.is_empty() { &all } else { &named };
    let marked: Vec<FileId> =
        among.iter().copied().filter(|id| starts_as(format, *id, head) == Some(true)).collect();
    match (marked.as_slice(), all.as_slice()) {
        ([only], _) | ([], [only]) => Ok(*only),
        ([], []) => Err(Unidentified::NoFiles),
        ([], _) if named.is_empty() => Err(Unidentified::None(all)),
        ([], _) => Err(Unidentified::Several(named)),
        (several, _) => Err(Unidentified::Several(several.to_vec())),
    }
}

/// The one file that `head` starts as, when that is another than `file`.
#[must_use]
pub fn starts_as_another(format: &Format, file: FileId, head: &[u8]) -> Option<FileId> {
    if starts_as(format, file, head) != Some(false) {
        return None;
    }
    let mut others =
        (0..format.files.len()).filter(|id| starts_as(format, *id, head) == Some(true));
    others.next().filter(|_| others.next().is_none())
}

/// Whether the last parts of `path` are those of `file`.
fn ends_with(path: &str, file: &str) -> bool {
    let path = path.replace('\\', "/");
    path == file || path.strip_suffix(file).is_some_and(|before| before.ends_with('/'))
}

/// Whether `head` holds the first constant of the file's first record; `None` when that record
/// has none.
fn starts_as(format: &Format, file: FileId, head: &[u8]) -> Option<bool> {
    let file = &format.files[file];
    let record = file.header.or(file.event).or(file.footer)?;
    let (offset, expected) = magic(format, record)?;
    let start = usize::try_from(offset).ok()?;
    Some(head.get(start..start.saturating_add(expected.len())) == Some(expected.as_slice()))
}

/// The first constant of a record that is not the version, also inside the records that it holds.
fn magic(format: &Format, record: RecordId) -> Option<(u64, Vec<u8>)> {
    format.records[record].fields.iter().find_map(|field| {
        if field.role.is_some_and(|role| role.kind == RoleKind::Version) {
            return None;
        }
        // What a guard can say is not there is no mark.
        if field.guard.is_some() {
            return None;
        }
        if let Some(constant) = &field.constant {
            return Some((field.offset, constant.bytes.clone()));
        }
        let Type::Record(inner) = field.ty else { return None };
        let (offset, bytes) = magic(format, inner)?;
        Some((field.offset + offset, bytes))
    })
}

/// Whether `bytes` have every constant of the record except the version; `None` if the record
/// has no constant. `header` is the file's, which may have flags that guard fields.
pub(super) fn is_marked(
    format: &Format,
    record: RecordId,
    bytes: &[u8],
    header: Option<Held<'_>>,
) -> Option<bool> {
    let mut marked = None;
    for field in &format.records[record].fields {
        if field.role.is_some_and(|role| role.kind == RoleKind::Version) {
            continue;
        }
        // A later revision's field may not be there.
        if field.evolution.since > 0 && bytes_of(field, bytes).is_none() {
            continue;
        }
        if let Some(constant) = &field.constant
            && holds_value(format, field, (record, bytes), header)
        {
            let same = bytes_of(field, bytes) == Some(constant.bytes.as_slice());
            marked = Some(marked.unwrap_or(true) && same);
        }
    }
    marked
}

impl Unidentified {
    /// The files that it is about.
    #[must_use]
    pub fn files(&self) -> &[FileId] {
        match self {
            Self::NoFiles => &[],
            Self::Several(files) | Self::None(files) => files,
        }
    }
}

impl fmt::Display for Unidentified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFiles => "the schema declares no file",
            Self::Several(_) => "several files of the schema match",
            Self::None(_) => "neither its name nor its first bytes match a file of the schema",
        })
    }
}
