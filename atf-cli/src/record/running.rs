//! A recording from its start to its end.

use std::io::{ErrorKind, pipe};
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use atf_runtime::Platform;
use atf_runtime::clock::Clock;
use atf_runtime::drain::DrainOptions;
use atf_runtime::ring::{RingOptions, WhenFull};

use super::filter::Filters;
use super::home::Home;
use super::modules::Modules;
use super::process::Plan;
use super::service::{PROGRAM_ENDED, Service, State};
use super::{Args, Full, dry_run, launch, program, socket, summary};
use crate::failure::{Failure, Verdict};
use crate::notes;
use crate::out::Out;

/// As of a shell and of `env`: the command itself failed, the program cannot be executed, or was not found.
const CANNOT: i32 = 125;
const NOT_EXECUTABLE: i32 = 126;
const NOT_FOUND: i32 = 127;

/// Records the program, and ends as it does.
pub(super) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let failed = |text: String| -> ! {
        notes::error(text);
        exit(CANNOT)
    };
    let filters = Filters::parse(&args.filter).unwrap_or_else(|text| failed(text));
    let mut modules = Modules::new(filters);
    let found = args.program.first().and_then(|name| program::find(name));
    if args.dry_run {
        let Some(path) = found.filter(|path| path.is_file()) else { not_found(args) };
        if let Some(obstacle) = program::obstacle(&path, &mut modules) {
            failed(obstacle);
        }
        let has_any = dry_run::list(&path, &mut modules, out)?;
        out.close()?;
        exit(if has_any { 0 } else { CANNOT });
    }
    if let Some(obstacle) = found.and_then(|path| program::obstacle(&path, &mut modules)) {
        notes::note(obstacle);
    }
    match record(args, modules) {
        Ok(never) => match never {},
        Err(text) => failed(text),
    }
}

fn not_found(args: &Args) -> ! {
    let name = args.program.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    notes::error(format_args!("{name}: program not found"));
    exit(NOT_FOUND)
}

fn plan(args: &Args, clock: Clock) -> Option<Plan> {
    let when_full = if args.full == Full::Block { WhenFull::Block } else { WhenFull::Drop };
    let ring = RingOptions::default().index_bytes(args.ring).detail_bytes(0).when_full(when_full);
    let drain = DrainOptions::default().ring(ring).sync_on_finalize(false);
    Some(Plan { platform: Platform::host()?, clock, drain })
}

/// Does not return after the program was started: `atf` ends as the program did.
fn record(args: &Args, modules: Modules) -> Result<std::convert::Infallible, String> {
    if atf_record::LIBRARY.is_empty() {
        return Err("recording a program is not supported on this machine".to_owned());
    }
    let clock = Clock::calibrated().unwrap_or_else(|_| Clock::system());
    let plan = plan(args, clock).ok_or("the trace format does not support this machine")?;
    let home = Home::create(args.out.as_deref())?;
    home.furnish(args, &clock)?;
    let path = home.socket();
    let listener = socket::open(&path).map_err(|error| {
        format!("{}: cannot listen: {error}; choose a shorter path with -o", path.display())
    })?;
    let (orders, order) = pipe().map_err(|error| format!("cannot make a pipe: {error}"))?;
    let signals = launch::watch_signals();
    let service = Service {
        listener,
        orders,
        home: home.dir.clone(),
        plan,
        modules,
        children: !args.no_children,
        state: State::default(),
    };
    let service = thread::spawn(move || service.run());
    let order = Arc::new(order);
    let mut child = match launch::start(&args.program, &home) {
        Ok(child) => child,
        Err(error) => {
            launch::give(&order, PROGRAM_ENDED);
            // Nothing was recorded.
            let _ = service.join();
            home.remove_if_empty();
            return Err(start_failed(args, &error));
        }
    };
    let has_ended = Arc::new(AtomicBool::new(false));
    if let Some(signals) = signals {
        launch::hand_on(signals, child.id(), Arc::clone(&has_ended), Arc::clone(&order));
    }
    let status = child.wait().map_err(|error| format!("cannot wait for the program: {error}"))?;
    has_ended.store(true, Ordering::Release);
    launch::give(&order, PROGRAM_ENDED);
    let outcome = service.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    summary::print(&outcome, args, status);
    let dir = home.dir.clone();
    if outcome.recorded.is_empty() {
        home.remove_if_empty()
    } else {
        drop(home)
    }
    if !outcome.recorded.is_empty() {
        summary::print_path(&dir, &outcome);
    }
    launch::end_as(status)
}

/// Ends with the status of a shell where there is one for it.
fn start_failed(args: &Args, error: &std::io::Error) -> String {
    let name = args.program.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    match error.kind() {
        ErrorKind::NotFound => not_found(args),
        ErrorKind::PermissionDenied => {
            notes::error(format_args!("{name}: cannot execute: {error}"));
            exit(NOT_EXECUTABLE)
        }
        _ => format!("{name}: cannot execute: {error}"),
    }
}
