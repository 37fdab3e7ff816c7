"""How the end of a file's events was found: by its footer, its header, or its length."""

from __future__ import annotations

import dataclasses
import enum
import typing

__all__ = ["DetailExtent", "FooterState", "IndexExtent"]


class FooterState(enum.Enum):
    """What is found where a footer belongs."""

    #: A footer that fits the file; it is what the extent was taken from.
    COMPLETE = "complete"
    #: The final header says where the events end, but the bytes there are no footer that fits.
    DAMAGED = "damaged"
    #: The file was never finalized, or lost its end; nothing follows the last complete event.
    MISSING = "missing"
    #: The same, and the beginning of an event follows.
    INCOMPLETE_EVENT = "incomplete event"
    #: The same, and the beginning of a footer follows.
    INCOMPLETE_FOOTER = "incomplete footer"
    #: The same, and events follow that cannot have been written: zeros, or time 0 after a later time.
    UNWRITTEN_EVENTS = "unwritten events"


@dataclasses.dataclass(frozen=True)
class IndexExtent:
    """The events section of an index.atf, and how its end was found."""

    #: Byte at which the first event starts.
    events_offset: int
    #: Bytes from one event to the next: 32, or more in a file of a later revision.
    stride: int
    #: Number of complete events.
    count: int
    #: The footer at their end.
    footer: FooterState
    #: Where the footer starts, or should; None where it is missing.
    footer_offset: typing.Optional[int] = None
    #: Bytes behind the last complete event, where the footer is missing.
    trailing_bytes: int = 0

    @property
    def events_end(self) -> int:
        """Byte after the last complete event."""
        return self.events_offset + self.stride * self.count


@dataclasses.dataclass(frozen=True)
class DetailExtent:
    """The events section of a detail.atf, and how its end was found."""

    #: Byte at which the first record starts.
    events_offset: int
    #: Byte at which the section ends; without a footer the end of the file, and an
    #: incomplete record may lie before it.
    section_end: int
    #: Number of records that the footer, or else the final header, promises; None if the file was
    #: never finalized.
    promised: typing.Optional[int]
    #: The footer at the end.
    footer: FooterState
    #: Where the footer starts, or should; None where it is missing.
    footer_offset: typing.Optional[int] = None
    #: Bytes of a footer at the end, where it is missing.
    trailing_bytes: int = 0
