//! What header and footer of a file state about it, as one list, for code that describes or
//! reads a file.

use super::{Field, File, Format, RecordId, RoleKind, Section};

/// A field of a file's header or footer that says something about the file.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Statement<'a> {
    /// Section of its record.
    pub section: Section,
    /// Its record.
    pub record: RecordId,
    /// Position of the field in the record.
    pub at: usize,
    /// The field.
    pub field: &'a Field,
    /// What it says.
    pub kind: RoleKind,
    /// Whether it is believed over another that says the same.
    pub authoritative: bool,
}

impl Format {
    /// What the header and then the footer say, each in the order of its fields.
    #[must_use]
    pub fn statements(&self, file: &File) -> Vec<Statement<'_>> {
        let mut statements = Vec::new();
        for section in [Section::Header, Section::Footer] {
            let Some(record) = file.record(section) else { continue };
            for (at, field) in self.records[record].fields.iter().enumerate() {
                let Some(role) = field.role else { continue };
                let (kind, authoritative) = (role.kind, role.authoritative);
                statements.push(Statement { section, record, at, field, kind, authoritative });
            }
        }
        statements
    }

    /// The field of `record` that says `kind`.
    #[must_use]
    pub fn field_that_says(&self, record: RecordId, kind: RoleKind) -> Option<&Field> {
        self.records[record]
            .fields
            .iter()
            .find(|field| field.role.is_some_and(|role| role.kind == kind))
    }
}
