"""What can go wrong, one class per decision that a caller can make.

The text of an error is that of the Rust crate: path, region at byte N, field, expected, found. The error of the
operating system is in ``__cause__`` and in ``errno``, and is not printed twice.
"""

from __future__ import annotations

import typing

__all__ = [
    "AtfError",
    "ClosedError",
    "Fault",
    "IoError",
    "MalformedError",
    "ManifestError",
    "NotATraceError",
    "NotFoundError",
    "SeveralSessionsError",
]


class Fault(typing.NamedTuple):
    """One place in a file where the bytes are not what the format says.

    As text: ``footer at byte 96064: event_count: expected 3000, found 3001``.
    """

    #: Part of the file: "header", "footer", "record 3".
    region: str
    #: Where the field starts, in bytes from the start of the file.
    offset: int
    #: The schema's name of the field, or "length" for the region itself.
    field: str
    #: What the format or the rest of the file asks for.
    expected: str
    #: What was found there.
    found: str

    def __str__(self) -> str:
        return (
            f"{self.region} at byte {self.offset}: {self.field}: "
            f"expected {self.expected}, found {self.found}"
        )


class AtfError(Exception):
    """Anything that this package finds wrong with a trace."""

    #: The file or directory that the error is about.
    path: str

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text)
        self.path = path

    def __reduce__(self) -> typing.Tuple[typing.Any, ...]:
        """So that it can go from one process to another, and be raised twice."""
        state = dict(self.__dict__)
        for name in ("errno", "strerror", "filename"):
            if hasattr(self, name):
                state[name] = getattr(self, name)
        return _restored, (type(self), self.args, state)

    def again(self) -> AtfError:
        """The same error, to be raised once more."""
        make, given = self.__reduce__()
        same: AtfError = make(*given)
        same.__cause__ = self.__cause__
        return same


def _restored(
    kind: typing.Type[AtfError], args: typing.Tuple[object, ...], state: typing.Dict[str, object]
) -> AtfError:
    error = kind.__new__(kind, *args)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)
    return error


class MalformedError(AtfError, ValueError):
    """Bytes of a file are not what the format says they must be; `fault` says which."""

    #: Where in the file, what was expected and what was found.
    fault: Fault

    def __init__(self, text: str, path: str, fault: Fault) -> None:
        super().__init__(text, path)
        self.fault = fault


class NotATraceError(AtfError, ValueError):
    """The path names no trace, or something that is not a regular file."""

    #: What would have been accepted.
    expected: str
    #: What the path is.
    found: str

    def __init__(self, text: str, path: str, expected: str, found: str) -> None:
        super().__init__(text, path)
        self.expected = expected
        self.found = found


class SeveralSessionsError(AtfError, ValueError):
    """The path is a folder with more than one session below it."""

    #: The paths of the sessions, the newest last.
    sessions: typing.List[str]

    def __init__(self, text: str, path: str, sessions: typing.List[str]) -> None:
        super().__init__(text, path)
        self.sessions = sessions


class ManifestError(AtfError, ValueError):
    """manifest.json is not JSON, or lacks what is required of it."""


class IoError(AtfError, OSError):
    """The operating system refused; ``errno`` and ``__cause__`` say why."""

    #: What was tried: "open", "map".
    action: str

    def __init__(self, text: str, path: str, action: str, cause: BaseException) -> None:
        AtfError.__init__(self, text, path)
        self.action = action
        self.errno = getattr(cause, "errno", None)
        self.strerror = getattr(cause, "strerror", None) or str(cause)
        self.filename = path
        self.__cause__ = cause

    def __str__(self) -> str:
        return str(self.args[0])


class NotFoundError(IoError, FileNotFoundError):
    """There is no such file or directory."""


class ClosedError(ValueError):
    """A reader was used after it was closed."""


def io_error(text: str, path: str, action: str, cause: BaseException) -> IoError:
    """The error of an operating system that refused."""
    kind = NotFoundError if isinstance(cause, FileNotFoundError) else IoError
    return kind(text, path, action, cause)
