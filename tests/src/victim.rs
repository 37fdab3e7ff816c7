//! Processes that tests kill: their reports survive them.
//!
//! The program is `src/bin/victim.rs`; tests start it with [`Victim`], and read in a [`Report`] what
//! its threads had pushed when it died.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::numbered::{Pushed, wait_for};
use crate::scratch;

/// Numbers in a report's entry: recorded, dropped, number and sequence of the last event.
const WORDS: usize = 4;
const ENTRY: usize = WORDS * size_of::<u64>();

/// A file with what each thread of a process has pushed so far. An entry is written in one piece, so
/// that a kill leaves the old or the new one.
#[derive(Debug)]
pub struct Report {
    file: File,
}

impl Report {
    /// Makes the report of so many threads, which have pushed nothing yet.
    pub fn create(path: &Path, threads: u32) -> Self {
        let options = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let file = options.expect("a new report");
        file.set_len(u64::from(threads) * ENTRY as u64).expect("room for the report");
        Self { file }
    }

    /// Opens a report, to write into it.
    pub fn open(path: &Path) -> Self {
        let file = OpenOptions::new().read(true).write(true).open(path).expect("a report");
        Self { file }
    }

    /// Records what a thread has pushed.
    pub fn set(&self, thread_id: u32, pushed: &Pushed) {
        let (number, seq) = pushed.last.unwrap_or_default();
        let words = [pushed.recorded, pushed.dropped, number, u64::from(seq)];
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.file.write_all_at(&bytes, u64::from(thread_id) * ENTRY as u64).expect("a report");
    }

    /// What a thread has pushed.
    pub fn get(&self, thread_id: u32) -> Pushed {
        let mut bytes = [0; ENTRY];
        self.file.read_exact_at(&mut bytes, u64::from(thread_id) * ENTRY as u64).expect("a report");
        let mut words = bytes
            .chunks_exact(size_of::<u64>())
            .map(|word| u64::from_le_bytes(word.try_into().expect("the bytes of a word")));
        let mut next = || words.next().expect("as many words as an entry has");
        let (recorded, dropped, last) = (next(), next(), (next(), next() as u32));
        Pushed { recorded, dropped, last: (recorded > 0).then_some(last) }
    }

    /// Pushes of these threads that returned, so far.
    pub fn returned(&self, threads: u32) -> u64 {
        let entries = (0..threads).map(|thread_id| self.get(thread_id));
        entries.map(|pushed| pushed.recorded + pushed.dropped).sum()
    }
}

/// A running process, killed when it is dropped.
#[derive(Debug)]
pub struct Victim {
    child: Child,
}

impl Victim {
    /// Starts `program` with these words.
    pub fn start<'a>(program: &str, words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = scratch::command(program);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
        Self { child: command.spawn().expect("the program") }
    }

    /// Kills it. Returns whether this call ended it.
    pub fn kill(mut self) -> bool {
        self.child.kill().expect("a process of ours");
        let status = self.child.wait().expect("a process of ours");
        assert!(status.success() || status.signal() == Some(9), "it failed by itself: {status}");
        status.signal() == Some(9)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a process of ours").is_some()
    }

    /// Waits until it has ended by itself.
    pub fn end(mut self) -> ExitStatus {
        wait_for("a process to end", || self.has_ended());
        self.child.wait().expect("a process of ours")
    }

    /// Halts it, and returns when it is.
    pub fn halt(&mut self) {
        self.signal(Signal::STOP);
        let stat = format!("/proc/{}/stat", self.child.id());
        wait_for("a process to be halted", || {
            let stat = std::fs::read_to_string(&stat).unwrap_or_default();
            stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
        });
    }

    /// Continues it.
    pub fn go_on(&mut self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a process of ours"), signal).expect("a process of ours");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
