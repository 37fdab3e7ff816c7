//! What can be wrong with bytes: one variant per decision that a caller can make.

/// What is wrong at the place of a [`Fault`](super::Fault).
///
/// Programs decide by this; the texts `expected` and `found` of a fault are for people. The numbers
/// are stable: a kind keeps its number, and a new kind gets a new one.
///
/// ```
/// use atf_runtime::FaultKind;
/// assert_eq!(FaultKind::MissingFooter.code(), 5);
/// assert!(FaultKind::ALL.iter().all(|kind| kind.code() > 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
#[non_exhaustive]
pub enum FaultKind {
    /// A file, directory or entry that must exist is missing.
    Missing = 1,
    /// It is not a regular file.
    Unreadable = 2,
    /// Something exists that must not, for example a detail.off without a detail.atf.
    Unexpected = 3,
    /// The bytes end before the record or section does.
    Truncated = 4,
    /// The footer of a finalized file is missing: the recording was not finalized, or the file was
    /// cut.
    MissingFooter = 5,
    /// The magic does not match the kind of file.
    BadMagic = 6,
    /// The endian mark does not say little-endian.
    BadByteOrder = 7,
    /// This library does not support the version, or the size of the records.
    UnsupportedVersion = 8,
    /// A field that is never 0 is 0: the bytes did not reach the disk.
    Zeroed = 9,
    /// The format does not allow the value.
    OutOfRange = 10,
    /// The schema does not list the value of a field that decides how the file is read.
    UnknownValue = 11,
    /// Reserved bytes or unknown flag bits are not 0.
    ReservedNotZero = 12,
    /// The checksum does not match the bytes.
    Checksum = 13,
    /// A count or length does not match the data.
    CountMismatch = 14,
    /// A recorded time does not match the events.
    TimeMismatch = 15,
    /// Two places that must agree differ: thread, platform, clock or flags.
    Mismatch = 16,
    /// The link between an event and its detail record is broken.
    LinkBroken = 17,
    /// Bytes follow the footer.
    TrailingBytes = 18,
    /// The offsets in a detail.off do not match the records of the detail.atf.
    OffsetsStale = 19,
    /// A ring has events that are not in the thread's files.
    RingNotDrained = 20,
    /// A ring was not removed, although all its events are in the thread's files.
    RingLeftBehind = 21,
    /// A ring, or a place for one, that was never used.
    RingNeverMade = 22,
    /// The ring is from before the machine was restarted.
    RingOfOtherBoot = 23,
    /// Events or records of a ring or file did not reach the disk before the machine stopped.
    NotOnDisk = 24,
    /// The manifest is not JSON, or lacks a required key.
    BadManifest = 25,
    /// An entry that may exist only once exists twice.
    Duplicate = 26,
    /// The file has changed since it was scanned.
    Changed = 27,
    /// The recording failed, and its files were not completed since.
    Failed = 28,
}

impl FaultKind {
    /// Every kind, by number.
    pub const ALL: &'static [Self] = &[
        Self::Missing,
        Self::Unreadable,
        Self::Unexpected,
        Self::Truncated,
        Self::MissingFooter,
        Self::BadMagic,
        Self::BadByteOrder,
        Self::UnsupportedVersion,
        Self::Zeroed,
        Self::OutOfRange,
        Self::UnknownValue,
        Self::ReservedNotZero,
        Self::Checksum,
        Self::CountMismatch,
        Self::TimeMismatch,
        Self::Mismatch,
        Self::LinkBroken,
        Self::TrailingBytes,
        Self::OffsetsStale,
        Self::RingNotDrained,
        Self::RingLeftBehind,
        Self::RingNeverMade,
        Self::RingOfOtherBoot,
        Self::NotOnDisk,
        Self::BadManifest,
        Self::Duplicate,
        Self::Changed,
        Self::Failed,
    ];

    /// The kind's number, 1 or more, for languages without enums.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }
}
