//! The socket over which the traced processes ask.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use atf_record::protocol::{Answer, QUESTION_BYTES, Question, TEXT_MAX};
use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_peercred};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept_with, bind, listen, recvmsg,
    sendmsg, socket_with,
};

/// Connections that wait.
const BACKLOG: i32 = 1024;
/// A process that was stopped while it asked must not keep the others waiting.
const PATIENCE: Duration = Duration::from_secs(1);

/// Makes the socket.
///
/// # Errors
///
/// Those of the system; a path of more than 107 bytes is too long.
pub(super) fn open(path: &Path) -> io::Result<OwnedFd> {
    let socket =
        socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    bind(&socket, &SocketAddrUnix::new(path)?)?;
    listen(&socket, BACKLOG)?;
    Ok(socket)
}

/// A process that asks.
#[derive(Debug)]
pub(super) struct Asking {
    socket: OwnedFd,
    pub(super) pid: i32,
    pub(super) question: Question,
}

impl Asking {
    /// Takes the next question; `None` if a stranger asks, or it is none.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(super) fn next(listener: &OwnedFd) -> io::Result<Option<Self>> {
        let socket = accept_with(listener, SocketFlags::CLOEXEC)?;
        let peer = socket_peercred(&socket)?;
        let user = rustix::process::geteuid();
        if peer.uid != user && !peer.uid.is_root() {
            return Ok(None);
        }
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE))?;
        let mut bytes = [0; QUESTION_BYTES + TEXT_MAX];
        let received = recvmsg(
            &socket,
            &mut [IoSliceMut::new(&mut bytes)],
            &mut RecvAncillaryBuffer::default(),
            RecvFlags::empty(),
        )?;
        let question = Question::parse(&bytes[..received.bytes.min(bytes.len())]);
        let pid = peer.pid.as_raw_nonzero().get();
        Ok(question.map(|question| Self { socket, pid, question }))
    }

    /// Answers, with a file if there is one.
    ///
    /// # Errors
    ///
    /// Those of the system: the process may be gone.
    pub(super) fn answer(self, answer: Answer, file: Option<&File>) -> io::Result<()> {
        let bytes = answer.to_bytes();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let files: Vec<_> = file.iter().map(|file| file.as_fd()).collect();
        if !files.is_empty() {
            ancillary.push(SendAncillaryMessage::ScmRights(&files));
        }
        sendmsg(&self.socket, &[IoSlice::new(&bytes)], &mut ancillary, SendFlags::NOSIGNAL)?;
        Ok(())
    }
}
