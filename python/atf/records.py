"""Small values that readers give."""

from __future__ import annotations

import typing

from .atf_v2 import DetailFunctionPayload
from .errors import AtfError

__all__ = ["FunctionView", "ThreadProblem"]


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
