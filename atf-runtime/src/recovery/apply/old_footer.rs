//! In place: makes a footer invalid before the bytes under its checksum are changed. A crash in between would
//! otherwise leave a checksum that does not match, which the next recovery would take for damage.

use std::path::Path;

use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader};
use crate::reader::{DetailReader, IndexReader};
use crate::storage::StorageFile;

/// Changes the first byte of the footer at `offset`. One byte is written completely or not at all.
pub(super) fn break_footer<F: StorageFile>(file: &mut F, path: &Path, offset: u64) -> Result<()> {
    file.write_all_at(&[0], offset).map_err(Error::io(path, "write the footer"))?;
    file.sync().map_err(Error::io(path, "sync"))
}

/// Where the footer of an index.atf starts that may be made invalid, because the header tells the same;
/// `None` if it may not. Only a footer confirms a header of unusual length.
pub(super) fn of_index(index: &IndexReader, footer: Option<u64>) -> Option<u64> {
    let (header, extent) = (index.header(), index.extent());
    let is_final = header.event_count.get() == extent.count
        && header.footer_offset.get() == extent.events_end()
        && header.events_offset.get() == size_of::<AtfIndexHeader>() as u64
        && header.event_size == AtfIndexHeader::INIT.event_size;
    footer.filter(|_| is_final)
}

/// As [`of_index`], of a detail.atf.
pub(super) fn of_detail(detail: &DetailReader, footer: Option<u64>) -> Option<u64> {
    let (header, extent) = (detail.header(), detail.extent());
    let is_final = header.event_count.get() > 0
        && header.events_offset.get() == size_of::<AtfDetailHeader>() as u64
        && header.bytes_length.get() == extent.section_end - extent.events_offset;
    footer.filter(|_| is_final)
}
