//! Records of other revisions: how long an earlier one's were, and a header that ends where its
//! events begin.
//!
//! A record only grows at its end, so a record of an earlier revision is the start of ours. The rest of a
//! longer record of a later revision is skipped.

use crate::format::Record;

/// Whether records of this type took `size` bytes in this revision or may have in an earlier one:
/// they end where a field does, and hold all that was there from the beginning.
pub(crate) fn is_size_of<R: Record>(size: u64) -> bool {
    sizes_of::<R>().any(|known| known == size)
}

/// All such sizes, the longest first.
pub(crate) fn sizes_of<R: Record>() -> impl Iterator<Item = u64> {
    let ends = R::FIELDS.iter().rev().map(|field| field.offset + field.size);
    ends.filter(|&end| end >= R::CORE_SIZE).map(|end| end as u64)
}

/// The record at the start of `bytes`, which are all bytes of the file, without the fields after `end`: in a
/// file of an earlier revision the events start there.
pub(super) fn bounded<R: Record>(record: R, bytes: &[u8], end: u64) -> R {
    let own = usize::try_from(end).ok().filter(|&end| end < R::SIZE);
    own.and_then(|end| bytes.get(..end)).and_then(R::read_start).unwrap_or(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};

    // Revision 0: nothing has grown yet.
    #[test]
    fn records_of_the_first_revision_have_one_size() {
        assert_eq!(sizes_of::<IndexEvent>().collect::<Vec<_>>(), [32]);
        assert_eq!(sizes_of::<AtfIndexHeader>().collect::<Vec<_>>(), [64]);
        assert_eq!(sizes_of::<AtfIndexFooter>().collect::<Vec<_>>(), [64]);
        assert!(is_size_of::<IndexEvent>(32) && !is_size_of::<IndexEvent>(40));
    }
}
