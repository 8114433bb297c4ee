//! A panic is a failed build like any other: the user reads its message instead of one about a closed connection.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::error::Error;

thread_local! {
    /// Where the last panic of this thread happened. Only the hook is given that.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Lets [`caught`] name the place. The usual report still goes to standard error, which is the daemon's log.
pub(crate) fn remember_places() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PLACE.set(panic.location().map(ToString::to_string));
        report(panic);
    }));
}

/// Runs a future to its end or its panic. What it has borrowed may be half changed after a panic.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(error(panic.as_ref()))),
    })
    .await
}

fn error(panic: &(dyn Any + Send)) -> Error {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let place = PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
    Error::internal(format!("the frontend panicked{place}: {message}; this is a bug, please report it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_reported_with_its_place() {
        remember_places();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let error = runtime.block_on(caught(async { panic!("no such step: {}", 7) })).map(|()| "no panic");

        let message = error.unwrap_err().message;
        let rest = message.strip_prefix("the frontend panicked at ").unwrap();
        let (file, rest) = rest.split_once(':').unwrap();
        assert!(file.ends_with("src/panics.rs"), "{file}");
        assert!(rest.ends_with(": no such step: 7; this is a bug, please report it"), "{rest}");
    }
}
