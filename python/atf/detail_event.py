"""One detail record, and the registers and stack in it."""

from __future__ import annotations

import typing

from ._map import Buffer
from ._records import Wrong
from .atf_v2 import (
    MAX_STACK_BYTES,
    DetailEventHeader,
    DetailEventType,
    DetailFunctionPayload,
)
from .errors import Fault

__all__ = ["DetailEvent", "FunctionView"]

_FUNCTIONS = (DetailEventType.FUNCTION_CALL, DetailEventType.FUNCTION_RETURN)


class FunctionView(typing.NamedTuple):
    """A function payload: registers, and the bytes of the stack from ``sp`` upward."""

    #: Registers.
    registers: DetailFunctionPayload
    #: Stack bytes; ``stack[0]`` is the byte at ``registers.sp``.
    stack: bytes
    #: What stands behind the stack: nothing today; what a later revision may have added.
    rest: bytes


class DetailEvent:
    """A record of a detail.atf: its header and its payload."""

    __slots__ = ("header", "offset", "payload")

    def __init__(self, offset: int, header: DetailEventHeader, payload: bytes) -> None:
        #: Where the record starts, in bytes from the start of the file.
        self.offset = offset
        #: The record's header.
        self.header = header
        #: The ``total_length - 24`` bytes after it.
        self.payload = payload

    @property
    def index_seq(self) -> int:
        """Sequence of the index event that this record belongs to."""
        return self.header.index_seq

    @property
    def end(self) -> int:
        """Byte after the record."""
        return self.offset + self.header.total_length

    def function(self) -> typing.Optional[FunctionView]:
        """The payload as registers and stack, if it is that: a function call or return of 100 bytes
        and ``stack_size`` (at most 256) bytes, and what a later revision may have added behind them.
        Any other payload is opaque and gives None."""
        size = DetailFunctionPayload.SIZE
        if self.header.event_type not in _FUNCTIONS or len(self.payload) < size:
            return None
        registers = DetailFunctionPayload.unpack_from(self.payload)
        end = size + registers.stack_size
        if registers.stack_size > MAX_STACK_BYTES or end > len(self.payload):
            return None
        return FunctionView(registers, self.payload[size:end], self.payload[end:])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DetailEvent)
            and (self.offset, self.payload) == (other.offset, other.payload)
            and bool(self.header == other.header)
        )

    # A header can be changed, and so has no hash.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"<DetailEvent at byte {self.offset}: {self.header.event_type!s} of event "
            f"{self.index_seq}, {len(self.payload)} bytes>"
        )


def record_at(buffer: Buffer, offset: int, section_end: int, number: int) -> DetailEvent:
    """The record at `offset`, in a section that ends at `section_end`. Raises Wrong, which names it by
    `number`, when it does not fit."""
    size = DetailEventHeader.SIZE
    room = max(section_end - offset, 0) if section_end <= len(buffer) else 0
    if room < size:
        expected = f"{size} bytes of record header"
        raise Wrong(Fault(f"record {number}", offset, "length", expected, str(room)))
    header = DetailEventHeader.unpack_from(buffer, offset)
    total = header.total_length
    if not size <= total <= room:
        fault = Fault(f"record {number}", offset, "total_length", f"{size} to {room}", str(total))
        raise Wrong(fault)
    return DetailEvent(offset, header, bytes(buffer[offset + size : offset + total]))
