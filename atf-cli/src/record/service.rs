//! Answers the traced processes, and notices when they end. One thread serves all of them.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{PipeReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use atf_record::protocol::{Answer, Kind, Place};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::modules::{Loaded, Modules};
use super::process::{Plan, Process, Recorded, dir_of};
use super::socket::Asking;
use crate::notes;

/// The order that the program has ended: the recording ends with the last traced process.
pub(super) const PROGRAM_ENDED: u8 = b'p';
/// The order that the recording ends now.
pub(super) const END_NOW: u8 = b'e';

/// The service of a recording.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) listener: OwnedFd,
    /// [`PROGRAM_ENDED`] and [`END_NOW`].
    pub(super) orders: PipeReader,
    pub(super) home: PathBuf,
    pub(super) plan: Plan,
    pub(super) modules: Modules,
    pub(super) children: bool,
    pub(super) state: State,
}

/// What changes while it runs.
#[derive(Debug, Default)]
pub(super) struct State {
    processes: Vec<Process>,
    ending: Vec<JoinHandle<Option<Recorded>>>,
    /// Images of each process so far.
    images: HashMap<i32, u32>,
    /// The process of the program itself: the first that asks.
    program: Option<i32>,
    failures: u64,
    has_started: bool,
    /// Modules of the program, also if it had no event.
    seen: Vec<Loaded>,
}

/// All that was recorded.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) recorded: Vec<Recorded>,
    /// Whether the library was loaded at all.
    pub(super) has_started: bool,
    /// Modules of the program.
    pub(super) seen: Vec<Loaded>,
}

impl Service {
    /// Serves until the program and all traced processes have ended.
    pub(super) fn run(mut self) -> Outcome {
        let mut has_ended = false;
        let mut is_said = false;
        while !has_ended || !self.state.processes.is_empty() {
            if has_ended && !is_said {
                is_said = true;
                self.say_who_lives();
            }
            let ready = self.wait();
            if ready.asked {
                self.take_question();
            }
            if ready.ordered {
                let mut order = [END_NOW];
                // A pipe without a writer orders the same.
                if self.orders.read(&mut order).is_ok() && order[0] == END_NOW {
                    let all = self.state.processes.drain(..).collect();
                    self.end(all);
                }
                has_ended = true;
            }
            self.end_those(&ready.ended);
        }
        let ending = self.state.ending.into_iter();
        let mut recorded: Vec<Recorded> = ending
            .filter_map(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect();
        recorded.sort_by(|left, right| left.dir.cmp(&right.dir));
        Outcome { recorded, has_started: self.state.has_started, seen: self.state.seen }
    }

    fn say_who_lives(&self) {
        let alive: Vec<String> = self.state.processes.iter().map(|it| it.pid.to_string()).collect();
        if !alive.is_empty() {
            let ids = alive.join(", ");
            notes::note(format_args!(
                "the program has ended; waiting for processes that it started: {ids}; Ctrl-C ends the recording"
            ));
        }
    }

    fn wait(&self) -> Ready {
        let watched = |file| PollFd::from_borrowed_fd(file, PollFlags::IN);
        let mut files = vec![watched(self.listener.as_fd()), watched(self.orders.as_fd())];
        files.extend(self.state.processes.iter().map(|it| watched(it.ended.as_fd())));
        // Interrupted by a signal, nothing is ready.
        let _ = poll(&mut files, None);
        let is_ready = |file: &PollFd<'_>| !file.revents().is_empty();
        let ended = files[2..].iter().zip(&self.state.processes).filter(|(file, _)| is_ready(file));
        Ready {
            asked: is_ready(&files[0]),
            ended: ended.map(|(_, process)| process.pid).collect(),
            ordered: is_ready(&files[1]),
        }
    }

    fn end_those(&mut self, ended: &[i32]) {
        let processes = std::mem::take(&mut self.state.processes);
        let (gone, alive) = processes.into_iter().partition(|it| ended.contains(&it.pid));
        self.state.processes = alive;
        self.end(gone);
    }

    /// Completes the files of processes that are gone, each on a thread of its own: that takes time.
    fn end(&mut self, processes: Vec<Process>) {
        for process in processes {
            if Some(process.pid) == self.state.program {
                self.state.seen.clone_from(&process.modules);
            }
            self.state.ending.push(thread::spawn(move || process.finish()));
        }
    }

    fn take_question(&mut self) {
        // A process that ended while it asked needs no answer.
        let Ok(Some(asking)) = Asking::next(&self.listener) else { return };
        let (answer, file) = self.answer(&asking);
        let _ = asking.answer(answer, file.as_ref());
    }

    fn answer(&mut self, asking: &Asking) -> (Answer, Option<File>) {
        let refused = (Answer { is_refused: true, ..Answer::default() }, None);
        let question = &asking.question;
        if question.kind == Kind::Start {
            let is_refused = !self.begin(asking.pid);
            return (Answer { is_refused, ..Answer::default() }, None);
        }
        let at = self.state.processes.iter().position(|it| it.pid == asking.pid);
        let Some(process) = at.map(|at| &mut self.state.processes[at]) else { return refused };
        match question.kind {
            Kind::Module => {
                let path = absolute(asking.pid, OsStr::from_bytes(&question.text));
                let (loaded, places) =
                    self.modules.load(question.id, &path, question.a, question.b);
                process.modules.push(loaded);
                let count = places.as_ref().map_or(0, |places| places.len() as u32);
                let file = places.and_then(|places| table(&places));
                (Answer { count, ..Answer::default() }, file)
            }
            Kind::Thread => {
                process.set_untraced(question.b);
                let name = String::from_utf8_lossy(&question.text).into_owned();
                match process.begin_thread(&self.plan, question.id, question.a, &name) {
                    Ok(ring) => {
                        let value = ring.metadata().map_or(0, |it| it.len());
                        (Answer { value, ..Answer::default() }, Some(ring))
                    }
                    Err(error) => {
                        // Once: with a full disk, every thread would say the same.
                        if self.state.failures == 0 {
                            notes::note(format_args!("a thread is not recorded: {error}"));
                        }
                        self.state.failures += 1;
                        refused
                    }
                }
            }
            Kind::Ended => {
                process.set_untraced(question.b);
                process.end_thread(question.id);
                (Answer::default(), None)
            }
            Kind::Start | Kind::Unloaded => (Answer::default(), None),
        }
    }

    /// A process begins, by fork or by exec. Returns whether it is recorded.
    fn begin(&mut self, pid: i32) -> bool {
        self.state.has_started = true;
        let program = *self.state.program.get_or_insert(pid);
        if pid != program && !self.children {
            return false;
        }
        // What it was before exec.
        self.end_those(&[pid]);
        let Some(ended) =
            Pid::from_raw(pid).and_then(|it| pidfd_open(it, PidfdFlags::empty()).ok())
        else {
            return false;
        };
        let image = self.state.images.entry(pid).or_default();
        *image += 1;
        let dir = dir_of(&self.home, pid, *image);
        self.state.processes.push(Process::new(pid, ended, dir));
        true
    }
}

/// What has happened.
struct Ready {
    asked: bool,
    ended: Vec<i32>,
    ordered: bool,
}

/// A path as the process sees it: relative ones begin in its directory.
fn absolute(pid: i32, path: &OsStr) -> PathBuf {
    let dir = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
    dir.join(path)
}

/// A file in memory with the places.
fn table(places: &[Place]) -> Option<File> {
    let mut file = File::from(memfd_create("atf-places", MemfdFlags::CLOEXEC).ok()?);
    let bytes: Vec<u8> = places.iter().flat_map(|place| place.to_bytes()).collect();
    file.write_all(&bytes).ok()?;
    Some(file)
}
