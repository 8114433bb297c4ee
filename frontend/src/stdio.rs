//! Standard input and output as the one connection to BuildKit.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::unix::pipe;

/// True when standard input and output are pipes, which is how BuildKit starts a frontend; a person has a terminal or
/// nothing there.
pub fn are_pipes() -> bool {
    is_pipe(io::stdin().as_fd()) && is_pipe(io::stdout().as_fd())
}

fn is_pipe(end: BorrowedFd<'_>) -> bool {
    end.try_clone_to_owned()
        .and_then(|end| File::from(end).metadata())
        .is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// Both pipes as one stream of bytes.
///
/// Pipes are polled, not read by a thread as tokio's own standard input is: a thread that waits for input keeps the
/// process alive after the answer was given. Nothing else may read or write the two from here on. Fails when one of
/// them is no pipe, or outside a runtime.
pub(crate) fn connection() -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
    let own = |end: BorrowedFd<'_>| -> io::Result<OwnedFd> { end.try_clone_to_owned() };
    let from_buildkit = pipe::Receiver::from_owned_fd(own(io::stdin().as_fd())?)?;
    let to_buildkit = pipe::Sender::from_owned_fd(own(io::stdout().as_fd())?)?;
    Ok(tokio::io::join(from_buildkit, to_buildkit))
}
