//! The command `atf` as a user runs it: the real program, built once per test program.
//!
//! Cargo builds a program for the tests of its own package only, and these stand in another one; so
//! the first test that needs it asks cargo, which mostly finds it built already.

use crate::scratch;
use std::ffi::OsStr;
use std::io::pipe;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// What a run of the command left.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Everything on stdout.
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The run itself, if it ended with `code`.
    ///
    /// # Panics
    ///
    /// If it did not, with everything that it said.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The lines on stdout.
    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

/// The command, to be given arguments.
pub fn atf() -> Command {
    scratch::command(program())
}

/// Runs `atf` with `args`.
///
/// # Panics
///
/// When it cannot be started.
pub fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    Run::of(&atf().args(args).output().expect("atf starts"))
}

/// Runs `atf COMMAND PATH ARGS`.
pub fn run_on(command: &str, path: &Path, args: &[&str]) -> Run {
    let mut all = vec![OsStr::new(command), path.as_os_str()];
    all.extend(args.iter().map(OsStr::new));
    run(all)
}

/// Runs `atf` with `args` and a stdout that is closed before it writes its first byte.
///
/// # Panics
///
/// When it cannot be started.
pub fn run_with_closed_stdout<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = atf();
    let command = command.args(args).stdout(writer).stderr(Stdio::piped());
    Run::of(&command.spawn().expect("atf starts").wait_with_output().expect("atf ends"))
}

/// The path of the command, built when it is asked for the first time.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

/// How and where cargo built this test program, for others that are to be built beside it.
#[derive(Clone, Debug)]
pub struct Build {
    /// As cargo's option `--target-dir` takes it.
    pub target_dir: PathBuf,
    /// Where finished programs and libraries lie.
    pub profile_dir: PathBuf,
    /// As cargo's option `--profile` takes it.
    pub profile: String,
    /// The name of this test program, without cargo's number.
    pub program: String,
}

impl Build {
    /// From the path of this program, TARGET/PROFILE/deps/TEST-NUMBER.
    ///
    /// # Panics
    ///
    /// When its path is another one.
    pub fn of_this_program() -> Self {
        let program = std::env::current_exe().expect("the path of this program");
        let profile_dir = program.ancestors().nth(2).expect("TARGET/PROFILE/deps/TEST");
        let target_dir = profile_dir.parent().expect("TARGET/PROFILE");
        let profile = match profile_dir.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        let name = program.file_stem().expect("a program has a name").to_string_lossy();
        Self {
            target_dir: target_dir.to_owned(),
            profile_dir: profile_dir.to_owned(),
            profile: profile.to_owned(),
            program: name.rsplit_once('-').map_or(&*name, |(name, _)| name).to_owned(),
        }
    }
}

/// Builds the command into the directory that this test program was built into, with the same
/// profile.
fn build() -> PathBuf {
    let Build { target_dir, profile_dir, profile, .. } = Build::of_this_program();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let status = scratch::command(env!("CARGO"))
        .args(["build", "--quiet", "--package", "atf-cli", "--profile", &profile, "--target-dir"])
        .arg(target_dir)
        .current_dir(workspace)
        .status()
        .expect("cargo starts");
    assert!(status.success(), "cargo cannot build atf-cli");
    profile_dir.join(format!("atf{}", std::env::consts::EXE_SUFFIX))
}
