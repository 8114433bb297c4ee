//! Standard input and output as the one connection to BuildKit.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::unix::pipe;

/// True if standard input and output are pipes, as when BuildKit starts a frontend. A person has a terminal there.
pub fn are_pipes() -> bool {
    is_pipe(io::stdin().as_fd()) && is_pipe(io::stdout().as_fd())
}

fn is_pipe(end: BorrowedFd<'_>) -> bool {
    end.try_clone_to_owned()
        .and_then(|end| File::from(end).metadata())
        .is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// Both pipes as one stream of bytes. Fails if one of them is not a pipe, or outside a runtime.
///
/// Pipes are polled. tokio's own standard input is read by a thread, which would keep the process alive after the answer.
pub(crate) fn connection() -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
    let own = |end: BorrowedFd<'_>| -> io::Result<OwnedFd> { end.try_clone_to_owned() };
    let from_buildkit = pipe::Receiver::from_owned_fd(own(io::stdin().as_fd())?)?;
    let to_buildkit = pipe::Sender::from_owned_fd(own(io::stdout().as_fd())?)?;
    Ok(tokio::io::join(from_buildkit, to_buildkit))
}
