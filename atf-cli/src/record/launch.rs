//! Starts the program, hands signals on to it, and ends as it did.

use std::ffi::OsString;
use std::io::{self, PipeWriter, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::Signals;

use super::home::Home;
use super::service::END_NOW;

/// Starts the program with the library loaded first.
///
/// # Errors
///
/// Those of the system.
pub(super) fn start(program: &[OsString], home: &Home) -> io::Result<Child> {
    let [name, args @ ..] = program else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut preload = home.library().into_os_string();
    if let Some(others) = std::env::var_os("LD_PRELOAD").filter(|it| !it.is_empty()) {
        preload.push(":");
        preload.push(others);
    }
    let mut command = Command::new(name);
    command.args(args).env("LD_PRELOAD", preload);
    command.env(atf_record::SETTINGS_VARIABLE, home.settings()).spawn()
}

/// Hands signals on to the program. Those of the terminal reach it by themselves; here they only must not end `atf`
/// before the recording is complete. Once the program has ended, a signal ends the recording.
pub(super) fn hand_on(
    mut signals: Signals,
    pid: u32,
    has_ended: Arc<AtomicBool>,
    orders: Arc<PipeWriter>,
) {
    let child = Pid::from_raw(pid.cast_signed());
    thread::spawn(move || {
        for number in signals.forever() {
            if has_ended.load(Ordering::Acquire) {
                give(&orders, END_NOW);
            } else if !matches!(number, SIGINT | SIGQUIT) {
                let signal = Signal::from_named_raw(number);
                // It may have ended just now.
                let _ = child.zip(signal).map(|(child, signal)| kill_process(child, signal));
            }
        }
    });
}

/// Gives the service an order.
pub(super) fn give(orders: &PipeWriter, order: u8) {
    let mut pipe = orders;
    // It may be gone: then there is nothing to order.
    let _ = pipe.write_all(&[order]);
}

/// From here on no signal that the program may be meant to get ends `atf`.
pub(super) fn watch_signals() -> Option<Signals> {
    Signals::new([SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]).ok()
}

/// The status as a shell has it.
pub(super) fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

/// Ends this process as the program ended.
pub(super) fn end_as(status: ExitStatus) -> ! {
    if let Some(number) = status.signal() {
        // One core file, that of the program, is enough.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        let _ = signal_hook::low_level::emulate_default_handler(number);
        if let Some(signal) = Signal::from_named_raw(number) {
            let _ = kill_process(rustix::process::getpid(), signal);
        }
    }
    std::process::exit(code(status))
}
