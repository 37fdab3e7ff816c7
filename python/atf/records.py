"""Small values that readers give."""

from __future__ import annotations

import typing

from .atf_v2 import DetailFunctionPayload
from .errors import AtfError, Fault

__all__ = ["FunctionView", "Problem", "ThreadProblem", "Verification"]


class FunctionView(typing.NamedTuple):
    """A function payload: registers, and the bytes of the stack from ``sp`` upward."""

    #: Registers.
    registers: DetailFunctionPayload
    #: Stack bytes; ``stack[0]`` is the byte at ``registers.sp``.
    stack: bytes
    #: The bytes behind the stack: none today; a later revision may add some.
    rest: bytes


class ThreadProblem(typing.NamedTuple):
    """Why a thread of a session, or its detail lane, cannot be read."""

    #: The thread.
    thread_id: int
    #: What is wrong, and with which file.
    error: AtfError


class Problem(typing.NamedTuple):
    """Something that is wrong with a file."""

    #: The file.
    file: str
    #: Where, what was expected, and what was found.
    fault: Fault

    def __str__(self) -> str:
        return f"{self.file}: {self.fault}"


class Verification(typing.NamedTuple):
    """What verification found. It is true in a condition if there is no problem."""

    #: What is wrong.
    problems: typing.List[Problem]
    #: What is worth to know and no error.
    notes: typing.List[str]

    def __bool__(self) -> bool:
        return not self.problems
