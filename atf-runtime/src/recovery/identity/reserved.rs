//! Reserved bytes and unknown flags of headers and footers. They may be damage, or from a newer revision: most
//! of the other threads decide.

use super::Identity;
use super::votes::Subject;
use super::witnesses::Witnesses;
use crate::error::{Fault, Region};
use crate::format::{AtfDetailFooter, AtfIndexFooter, Field, FieldKind, Record};
use crate::verify::reserved_faults;

impl Identity {
    /// Clears what most of the other threads have clear.
    pub(super) fn settle_reserved(&mut self, named: Option<u32>, others: &Witnesses<'_>) {
        let is_clear = |subject| others.most(named, subject) == Some(true.into());
        clear(&mut self.index, &mut self.index_faults, |field| {
            is_clear(Subject::IndexField(field))
        });
        if let Some(detail) = &mut self.detail {
            clear(detail, &mut self.detail_faults, |field| is_clear(Subject::DetailField(field)));
        }
    }
}

/// What is wrong with the reserved bytes of an index footer, if most of the other threads show that it is
/// damage.
pub(in crate::recovery) fn index_footer_faults(
    footer: &AtfIndexFooter,
    offset: u64,
    named: Option<u32>,
    others: &Witnesses<'_>,
) -> Vec<Fault> {
    let faults = reserved_faults(Region::Footer, offset, footer);
    if faults.is_empty() || others.most(named, Subject::IndexFooter) != Some(true.into()) {
        return Vec::new();
    }
    faults
}

/// As [`index_footer_faults`].
pub(in crate::recovery) fn detail_footer_faults(
    footer: &AtfDetailFooter,
    offset: u64,
    named: Option<u32>,
    others: &Witnesses<'_>,
) -> Vec<Fault> {
    let faults = reserved_faults(Region::Footer, offset, footer);
    if faults.is_empty() || others.most(named, Subject::DetailFooter) != Some(true.into()) {
        return Vec::new();
    }
    faults
}

fn clear<R: Record>(
    header: &mut R,
    faults: &mut Vec<Fault>,
    are_others_clear: impl Fn(&'static str) -> bool,
) {
    for wrong in reserved_faults(Region::Header, 0, header) {
        let field = R::FIELDS.iter().find(|field| field.offset as u64 == wrong.offset);
        let Some(field) = field.filter(|field| are_others_clear(field.name)) else { continue };
        let range = field.offset..field.offset + field.size;
        let cleared = cleared(field, &header.as_bytes()[range.clone()]);
        header.as_mut_bytes()[range].copy_from_slice(&cleared);
        let expected = "0 (reserved, and 0 in most other threads)".to_owned();
        faults.push(Fault { expected, ..wrong });
    }
}

/// The bytes of a field without what is reserved.
fn cleared(field: &Field, bytes: &[u8]) -> Vec<u8> {
    let FieldKind::Flags { bits, removed } = field.kind else { return vec![0; bytes.len()] };
    let known = bits.iter().fold(removed, |known, flag| known | flag.value);
    bytes.iter().zip(known.to_le_bytes()).map(|(byte, known)| byte & known).collect()
}
