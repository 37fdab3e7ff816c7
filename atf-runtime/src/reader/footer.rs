//! How the end of a file was found: by its footer, its header, or its length.

/// What a file has where its footer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FooterState {
    /// A footer that fits the file; it is what the extent was taken from.
    Complete {
        /// Where it starts, in bytes.
        offset: u64,
    },
    /// The final header says where the events end, but there is no footer that fits.
    Damaged {
        /// Where it should start, in bytes.
        offset: u64,
    },
    /// The file was never finalized, or lost its end.
    Missing(TrailingBytes),
}

impl FooterState {
    /// Whether the file has the footer that ends a finalized one.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Complete { .. })
    }
}

/// What follows the last complete event of a file without a footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrailingBytes {
    /// Nothing.
    None,
    /// The beginning of an event or record.
    Event {
        /// Bytes of it.
        len: u64,
    },
    /// The beginning of the footer that belongs to the events before it.
    Footer {
        /// Bytes of it.
        len: u64,
    },
    /// Events that cannot have been written: all bytes zero, or time 0 after an event with a later time.
    /// A file that was lengthened before its data reached the disk ends like this.
    Unwritten {
        /// Bytes of them, and of an incomplete event after them.
        len: u64,
    },
}

impl TrailingBytes {
    /// The beginning of an event of so many bytes; nothing if there are none.
    pub(super) const fn of_event(len: u64) -> Self {
        if len == 0 { Self::None } else { Self::Event { len } }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Event { len } | Self::Footer { len } | Self::Unwritten { len } => len,
        }
    }

    /// Whether nothing follows the last complete event.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}
