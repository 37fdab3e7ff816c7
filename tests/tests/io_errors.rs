//! An I/O error is not damage. Only a file that does not exist is missing, and only wrong bytes are damaged.
//! Whatever else the operating system answers ends the command with 2, and nothing is touched.
//!
//! Found by hand: one passing EMFILE on the manifest made `recover --in-place` replace it by an empty one, and one on a
//! thread's file left the thread out of the copy; both verified clean afterwards. The cause was that errors of
//! `open` were taken for missing or damaged files, in many places. So this is a grid: every file, every kind of
//! call, every call of it, for every command and for the readers of C and Python., W-012.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fmt, fs};

use atf_tests::capi::{Language, Linked, installed, repository};
use atf_tests::cli;
use atf_tests::numbered::{options, push, small_ring, start};
use atf_tests::refusal::{CALLS, Refusal};
use atf_tests::scratch::{self, Scratch};

const ERRORS: [i32; 4] = [libc::EACCES, libc::EMFILE, libc::EIO, libc::ENOMEM];
const THREADS: u32 = 3;
/// The thread whose files are refused.
const THREAD: &str = "thread_1";

/// A session that was ended, or one whose program and drain were killed: files without footers, and rings with
/// events that are in no file.
fn write_session(dir: &Path, is_killed: bool) {
    let drain = start(dir, options().ring(small_ring()));
    let producers: Vec<_> = (0..THREADS).map(|id| drain.register(id).unwrap()).collect();
    for producer in &producers {
        for number in 0..20 {
            push(producer, number).unwrap();
        }
    }
    if is_killed {
        drop(drain);
        for producer in &producers {
            for number in 20..30 {
                push(producer, number).unwrap();
            }
        }
    } else {
        drop(producers);
        drain.stop().unwrap();
    }
}

/// All files below a directory with their bytes.
fn tree(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn restore(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    let _ = fs::remove_dir_all(dir);
    for (path, bytes) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// What a program did.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
    session: BTreeMap<PathBuf, Vec<u8>>,
    /// What `--out` named.
    copy: BTreeMap<PathBuf, Vec<u8>>,
}

impl Outcome {
    /// Whether the answer is the same. Hints on stderr are no part of it.
    fn answers_as(&self, other: &Self) -> bool {
        (self.code, &self.stdout) == (other.code, &other.stdout)
            && (&self.session, &self.copy) == (&other.session, &other.copy)
    }
}

/// Without the bytes of the files.
impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = |files: &BTreeMap<PathBuf, Vec<u8>>| {
            let file =
                |(path, bytes): (&PathBuf, &Vec<u8>)| format!("{} {}", path.display(), bytes.len());
            files.iter().map(file).collect::<Vec<_>>()
        };
        writeln!(f, "exit code {}\n{}{}", self.code, self.stdout, self.stderr)?;
        write!(f, "{:#?} {:#?}", files(&self.session), files(&self.copy))
    }
}

/// From a session, and where output goes, to a program that is run on it.
type Program = Box<dyn Fn(&Path, &Path) -> Command>;

struct Grid {
    scratch: Scratch,
    session: PathBuf,
    out: PathBuf,
    log: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
    program: Program,
    /// What the first call of a kind is answered with. Later ones get one of [`ERRORS`] in turn.
    errors: &'static [i32],
}

impl Grid {
    fn new(is_killed: bool, program: impl Fn(&Path, &Path) -> Command + 'static) -> Self {
        let scratch = Scratch::new();
        let [session, out, log] = ["session", "out", "log"].map(|name| scratch.path().join(name));
        write_session(&session, is_killed);
        let files = tree(&session);
        Self { scratch, session, out, log, files, program: Box::new(program), errors: &ERRORS }
    }

    fn run(&self, refusal: Option<&Refusal<'_>>) -> Outcome {
        let mut command = (self.program)(&self.session, &self.out);
        if let Some(refusal) = refusal {
            refusal.apply(&mut command, &self.log);
        }
        let output = command.current_dir(self.scratch.path()).output().unwrap();
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            session: tree(&self.session),
            copy: tree(&self.out),
        }
    }

    fn reset(&self) {
        let _ = fs::remove_file(&self.log);
        let _ = fs::remove_dir_all(&self.out);
        restore(&self.session, &self.files);
    }

    fn paths(&self) -> Vec<PathBuf> {
        let names = ["index.atf", "detail.atf", "detail.off", "lanes.ring"];
        let files = names.map(|name| self.session.join(THREAD).join(name));
        let others = ["manifest.json", "", THREAD].map(|name| match name {
            "" => self.session.clone(),
            name => self.session.join(name),
        });
        files.into_iter().chain(others).collect()
    }

    /// Refuses every call on every path in turn, and `check`s each run in which it was met.
    fn check(&self, mut check: impl FnMut(&Refusal<'_>, &Outcome, &Outcome)) {
        self.reset();
        let normal = self.run(None);
        let mut met = 0;
        for path in self.paths() {
            for call in CALLS {
                let (path, mut at) = (path.as_path(), 1);
                loop {
                    let errors =
                        if at == 1 { self.errors } else { &ERRORS[at as usize % 4..][..1] };
                    let mut was_met = false;
                    for (&errno, times) in
                        errors.iter().flat_map(|errno| [(errno, Some(1)), (errno, None)])
                    {
                        let refusal = Refusal { path, call, errno, at, times };
                        self.reset();
                        let outcome = self.run(Some(&refusal));
                        if !self.log.exists() {
                            break;
                        }
                        was_met = true;
                        check(&refusal, &normal, &outcome);
                    }
                    if !was_met {
                        break;
                    }
                    met += 1;
                    at += 1;
                }
            }
        }
        // The shim works, and the program reads what it is about.
        assert!(met >= 8, "only {met} calls");
    }

    /// The law of every program that only reads, or that writes to another place.
    fn assert_error_or_nothing(&self) {
        self.check(|refusal, normal, outcome| {
            let context = format!("{refusal:?}\n{outcome:#?}");
            assert!(outcome.session == self.files, "the trace was touched: {context}");
            if outcome.code == 2 {
                assert_refused(refusal, outcome);
                assert!(outcome.copy.is_empty() && !self.out.exists(), "{context}");
            } else {
                // It passed, and what it was for does not matter to the answer.
                assert!(outcome.answers_as(normal), "{context}");
                let is_for_ever = refusal.times.is_none() && refusal.at == 1;
                assert!(!is_for_ever, "an error that did not pass: {context}");
            }
        });
    }
}

/// That the message names the file or directory and the error.
fn assert_refused(refusal: &Refusal<'_>, outcome: &Outcome) {
    let error = std::io::Error::from_raw_os_error(refusal.errno).to_string();
    let text = error.split(" (os error").next().unwrap();
    let context = format!("{refusal:?}: {error}\n{outcome:#?}");
    assert!(outcome.stderr.contains(text), "{context}");
    let path = refusal.path.to_str().unwrap();
    assert!(outcome.stderr.contains(path), "{context}");
}

fn atf(arguments: &'static [&'static str]) -> impl Fn(&Path, &Path) -> Command {
    move |session, out| {
        let mut command = cli::atf();
        for argument in arguments {
            match *argument {
                "SESSION" => command.arg(session),
                "OUT" => command.arg(out),
                argument => command.arg(argument),
            };
        }
        command
    }
}

#[test]
fn info_reads_all_or_fails() {
    for is_killed in [false, true] {
        Grid::new(is_killed, atf(&["info", "SESSION"])).assert_error_or_nothing();
        Grid::new(is_killed, atf(&["info", "--checksum", "--json", "SESSION"]))
            .assert_error_or_nothing();
    }
}

#[test]
fn dump_reads_all_or_fails() {
    for is_killed in [false, true] {
        Grid::new(is_killed, atf(&["dump", "--details", "--format", "jsonl", "SESSION"]))
            .assert_error_or_nothing();
    }
}

#[test]
fn verify_reads_all_or_fails() {
    for is_killed in [false, true] {
        Grid::new(is_killed, atf(&["verify", "SESSION"])).assert_error_or_nothing();
    }
}

#[test]
fn recovery_to_a_copy_reads_all_or_fails() {
    for is_killed in [false, true] {
        Grid::new(is_killed, atf(&["recover", "SESSION", "--out", "OUT"]))
            .assert_error_or_nothing();
    }
}

// What is refused before the first change leaves everything as it was. Later on, files are opened again to be
// repaired: then another recovery completes the work, and its result is that of one that was not refused.
#[test]
fn recovery_in_place_touches_nothing_or_can_be_completed() {
    for is_killed in [false, true] {
        let grid = Grid::new(is_killed, atf(&["recover", "SESSION", "--in-place"]));
        grid.check(|refusal, normal, outcome| {
            let context = format!("{refusal:?}\n{outcome:#?}");
            if outcome.code != 2 {
                let is_for_ever = refusal.times.is_none() && refusal.at == 1;
                assert!(outcome.answers_as(normal) && !is_for_ever, "{context}");
                return;
            }
            assert_refused(refusal, outcome);
            // Files are mapped before they are read, and directories opened when they are synced.
            if refusal.times.is_none()
                && refusal.at == 1
                && refusal.call != "read"
                && refusal.path.is_file()
            {
                assert!(outcome.session == grid.files, "{context}");
            }
            let again = grid.run(None);
            assert!(again.session == normal.session, "{context}\n{again:#?}");
        });
    }
}

// The manifest is read before anything else. A drain that took one that it cannot read for a missing one would write
// a session without names.
#[test]
fn drain_that_cannot_read_the_manifest_leaves_the_session_to_the_next_one() {
    let grid = Grid::new(true, atf(&["drain", "SESSION"]));
    let normal = grid.run(None);
    assert_eq!(normal.code, 0, "{normal:#?}");
    let path = grid.session.join("manifest.json");
    for (errno, call) in ERRORS.into_iter().zip(["open", "stat", "read", "open"]) {
        let refusal = Refusal { path: &path, call, errno, at: 1, times: Some(1) };
        grid.reset();
        let outcome = grid.run(Some(&refusal));
        let context = format!("{refusal:?}\n{outcome:#?}");
        assert!(outcome.code == 2 && outcome.session == grid.files, "{context}");
        assert_refused(&refusal, &outcome);
    }
    grid.reset();
    assert!(grid.run(None).answers_as(&normal));
}

// A drain goes on with the threads that it can write, and keeps the ring of one that it cannot: it ends with 2, or it
// has done all of its work, and the next one completes the session.
#[test]
fn drain_ends_and_the_next_one_completes_the_session() {
    let grid = Grid::new(true, atf(&["drain", "SESSION"]));
    let normal = grid.run(None);
    // Offsets that cannot be written are left out: they hold nothing that the records do not.
    let written = |outcome: &Outcome| -> Vec<(PathBuf, Vec<u8>)> {
        let files = outcome.session.iter().filter(|(path, _)| !path.ends_with("detail.off"));
        files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    };
    for (path, errno) in grid.paths().iter().zip(ERRORS.into_iter().cycle()) {
        for times in [Some(1), None] {
            let refusal = Refusal { path, call: "open", errno, at: 1, times };
            grid.reset();
            let outcome = grid.run(Some(&refusal));
            let context = format!("{refusal:?}\n{outcome:#?}");
            if outcome.code == 0 {
                assert!(written(&outcome) == written(&normal), "{context}");
            } else {
                assert_eq!(outcome.code, 2, "{context}");
                let again = grid.run(None);
                assert_eq!(again.code, 0, "{context}\n{again:#?}");
                assert!(written(&again) == written(&normal), "{context}\n{again:#?}");
                cli::run_on("verify", &grid.session, &[]).exits(0);
            }
        }
    }
}

#[test]
fn c_reads_all_or_fails() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("io_errors");
    fs::create_dir_all(&folder).unwrap();
    let binary = folder.join("count");
    let source = repository().join("tests/c/tools/count.c");
    installed().compile(&[&source], &binary, Language::C11, Linked::Shared);
    for is_killed in [false, true] {
        let binary = binary.clone();
        let program = move |session: &Path, _: &Path| {
            let mut command = scratch::command(&binary);
            command.arg(session);
            command
        };
        Grid::new(is_killed, program).assert_error_or_nothing();
    }
}

#[test]
fn python_reads_all_or_fails() {
    let program = |session: &Path, _: &Path| {
        let mut command = scratch::command("python3");
        command.args(["-B", "-W", "error"]).arg(repository().join("tests/python/count.py"));
        command.arg(session).env("PYTHONPATH", atf_tests::python::package());
        command
    };
    // The package asks the engine, which the commands above have tried with every error.
    Grid { errors: &ERRORS[1..3], ..Grid::new(false, program) }.assert_error_or_nothing();
}
