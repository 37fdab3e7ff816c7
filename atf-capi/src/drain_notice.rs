//! What a drain reports to C while it runs.

use std::ffi::{c_char, c_int, c_void};

use atf_runtime::drain::Notice;

use crate::drain::AtfDrain;
use crate::failure::Failure;
use crate::guard::guard;
use crate::pointer;
use crate::text::c_string;

/// The drain cannot write or open something now: the disk is full, a limit is reached. It tries again. Threads that
/// record with ATF_WHEN_FULL_BLOCK wait meanwhile, once their rings are full. Reported once per cause, until
/// everything works again.
pub const ATF_NOTICE_WAITING: u32 = 1;
/// After ATF_NOTICE_WAITING: everything works again.
pub const ATF_NOTICE_RESUMED: u32 = 2;
/// The drain will not complete the files of a thread: a sync failed, a ring is damaged. atf_drain_stop will return the
/// error.
pub const ATF_NOTICE_FAILED: u32 = 3;
/// A thread could not be registered: nothing of it is recorded.
pub const ATF_NOTICE_UNTRACED: u32 = 4;

/// A function that a drain calls while it runs, on its own thread.
///
/// It must return: no longjmp, no exception. It must not stop or close the drain. The drain waits for it.
///
/// @param notice One of the ATF_NOTICE_ numbers, or a number of a later version.
/// @param code The negative errno of what failed; 0 for ATF_NOTICE_RESUMED.
/// @param text One line for people, valid during the call; never NULL.
/// @param user The pointer that was given.
pub type AtfNotice =
    Option<unsafe extern "C" fn(notice: u32, code: c_int, text: *const c_char, user: *mut c_void)>;

/// A callback of C.
struct Reporter {
    callback: AtfNotice,
    user: *mut c_void,
}

// SAFETY: the header asks for a callback that the drain's thread may call with the pointer.
unsafe impl Send for Reporter {}

impl Reporter {
    fn report(&self, notice: &Notice) {
        let Some(callback) = self.callback else { return };
        let (number, error) = match notice {
            Notice::Waiting { error, .. } => (ATF_NOTICE_WAITING, Some(error)),
            Notice::Failed { error, .. } => (ATF_NOTICE_FAILED, Some(error)),
            Notice::Untraced { error, .. } => (ATF_NOTICE_UNTRACED, Some(error)),
            // `Notice` may grow.
            _ => (ATF_NOTICE_RESUMED, None),
        };
        let code = error.map_or(0, |error| Failure::from(error).code);
        let text = c_string(notice.to_string());
        // SAFETY: as the header asks.
        unsafe { callback(number, code, text.as_ptr(), self.user) };
    }
}

/// Sets the function that is told what the drain has to say while it runs, replacing an earlier one. What is wrong
/// already is reported first. Without one, a full disk shows in AtfMetrics only.
///
/// @param drain The drain.
/// @param callback The function; NULL for none. It may be called until the drain is stopped or closed.
/// @param user Passed to the function; may be NULL. The drain's thread uses it.
/// @return 0; -EBADF if the drain was stopped; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_on_notice(
    drain: *mut AtfDrain,
    callback: AtfNotice,
    user: *mut c_void,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        if drain.drain.is_finished() {
            return Err(Failure::over("drain", "stopped"));
        }
        let reporter = Reporter { callback, user };
        drain.drain.on_notice(move |notice| reporter.report(notice));
        Ok(())
    })
}
