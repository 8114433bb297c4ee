//! A panic is a failed build like any other: the user reads of it, instead of a connection that went away.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::error::Failure;

thread_local! {
    /// Where the last panic of this thread happened: the hook knows, the one who catches does not.
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

/// Runs the work to its end, or to its panic. What the work had borrowed must not be trusted after a panic.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(failure(panic.as_ref()))),
    })
    .await
}

fn failure(panic: &(dyn Any + Send)) -> Failure {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let place = PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
    Failure::internal(format!("the frontend panicked{place}: {what}; this is a bug, please report it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_reported_with_its_place() {
        remember_places();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let failure = runtime.block_on(caught(async { panic!("no such step: {}", 7) })).map(|()| "no panic");

        let message = failure.unwrap_err().message;
        let place = message.strip_prefix("the frontend panicked at frontend/src/panics.rs:").unwrap();
        assert!(place.ends_with(": no such step: 7; this is a bug, please report it"), "{place}");
    }
}
