"""Files mapped read-only: from a path to bytes that nobody copies.

The readers keep a `MappedFile` each. What they lend (arrays, payloads) holds the map by itself, so that
closing a reader never takes it from under a view: it goes when the last view does.
"""

from __future__ import annotations

import mmap
import os
import stat
import sys
import typing

from .errors import ClosedError, NotATraceError, io_error, shown

#: Bytes, or a map of a file.
Buffer = typing.Union[bytes, mmap.mmap]

#: From 3.13 on a map keeps no file open, so that many threads of a session do not run out of them.
_OPTIONS: typing.Dict[str, typing.Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}


class MappedFile:
    """A regular file, mapped at the length that it had when it was opened."""

    __slots__ = ("_buffer", "path")

    def __init__(self, path: str) -> None:
        """Raises NotATraceError for anything but a regular file, IoError."""
        #: Path, as it was given.
        self.path = path
        self._buffer: typing.Optional[Buffer] = _map(path)

    @property
    def buffer(self) -> Buffer:
        """The whole file. Raises ClosedError."""
        if self._buffer is None:
            raise ClosedError(f"{shown(self.path)}: the reader was closed")
        return self._buffer

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._buffer is None

    def close(self) -> None:
        """Lets go of the map, and gives it back unless a view of it is still in use."""
        buffer, self._buffer = self._buffer, None
        if isinstance(buffer, mmap.mmap):
            try:
                buffer.close()
            except BufferError:
                # A view is out. It holds the map, which goes with the last of them.
                pass


def open_regular(path: str) -> typing.Tuple[int, int]:
    """Opens a regular file: its descriptor and its length.

    Looking comes first because opening a pipe waits until somebody writes to it.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as cause:
        raise io_error(path, "open", cause) from cause
    if not stat.S_ISREG(mode):
        raise NotATraceError(path, "a regular file", "something else")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _CLOEXEC)
    except OSError as cause:
        raise io_error(path, "open", cause) from cause
    try:
        return descriptor, os.fstat(descriptor).st_size
    except OSError as cause:
        os.close(descriptor)
        raise io_error(path, "read the length", cause) from cause


_CLOEXEC: int = getattr(os, "O_CLOEXEC", 0)


def _map(path: str) -> Buffer:
    descriptor, length = open_regular(path)
    try:
        if length == 0:
            # Nothing cannot be mapped.
            return b""
        return mmap.mmap(descriptor, length, access=mmap.ACCESS_READ, **_OPTIONS)
    except (OSError, ValueError, OverflowError) as cause:
        raise io_error(path, "map", cause) from cause
    finally:
        os.close(descriptor)
