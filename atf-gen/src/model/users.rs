//! The files and records that use a record, found once for all records, because a format may
//! have very many.

use super::{FileId, Format, RecordId, Type};

/// The users of every record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Users {
    files: Vec<Vec<FileId>>,
    records: Vec<Vec<RecordId>>,
}

impl Users {
    /// Searches the format.
    #[must_use]
    pub fn of(format: &Format) -> Self {
        let nobody = vec![Vec::new(); format.records.len()];
        let mut users = Self { files: nobody.clone(), records: nobody };
        for (id, file) in format.files.iter().enumerate() {
            let payloads = file.payloads.iter().map(|payload| payload.record);
            let behind = payloads.clone().filter_map(|record| format.records[record].trailer);
            let sections = [file.header, file.event, file.footer].into_iter().flatten();
            for record in sections.chain(payloads).chain(behind) {
                add(&mut users.files[record], id);
            }
        }
        for (id, record) in format.records.iter().enumerate() {
            for field in &record.fields {
                let mut ty = &field.ty;
                while let Type::Array(element, _) = ty {
                    ty = element;
                }
                if let Type::Record(inner) = ty {
                    add(&mut users.records[*inner], id);
                }
            }
        }
        users
    }

    /// The files in which the record is header, event, footer or payload, or the trailer of a
    /// payload; in the order of the schema.
    #[must_use]
    pub fn files(&self, record: RecordId) -> &[FileId] {
        &self.files[record]
    }

    /// The records that hold the record in a field; in the order of the schema.
    #[must_use]
    pub fn records(&self, record: RecordId) -> &[RecordId] {
        &self.records[record]
    }
}

/// Adds a user once; users of one record are consecutive.
fn add(users: &mut Vec<usize>, user: usize) {
    if users.last() != Some(&user) {
        users.push(user);
    }
}
