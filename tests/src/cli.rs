//! Runs the command `atf` as a user does.
//!
//! Cargo builds a binary for the tests of its own package only, and these tests are in another one.
//! So the first test that needs the command runs `cargo build`, which usually has nothing to do.

use crate::scratch;
use std::ffi::OsStr;
use std::io::pipe;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit code; -1 if a signal ended the command.
    pub code: i32,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
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

    /// Asserts that the exit code is `code` and returns the run.
    ///
    /// # Panics
    ///
    /// If the exit code is another one. The message contains all output.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The lines of stdout.
    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

/// The command without arguments.
pub fn atf() -> Command {
    scratch::command(program())
}

/// Runs `atf` with `args`.
///
/// # Panics
///
/// If it cannot be started.
pub fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    Run::of(&atf().args(args).output().expect("atf starts"))
}

/// Runs `atf COMMAND PATH ARGS`.
pub fn run_on(command: &str, path: &Path, args: &[&str]) -> Run {
    let mut all = vec![OsStr::new(command), path.as_os_str()];
    all.extend(args.iter().map(OsStr::new));
    run(all)
}

/// Runs `atf` with `args` and a stdout that is a closed pipe.
///
/// # Panics
///
/// If it cannot be started.
pub fn run_with_closed_stdout<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = atf();
    let command = command.args(args).stdout(writer).stderr(Stdio::piped());
    Run::of(&command.spawn().expect("atf starts").wait_with_output().expect("atf ends"))
}

/// The path of the command. The first call builds it.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("atf"))
}

/// The path of `atf-gen`. The first call builds it.
pub fn generator() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("atf-gen"))
}

/// How and where cargo built this test program, to build others in the same place.
#[derive(Clone, Debug)]
pub struct Build {
    /// For cargo's option `--target-dir`.
    pub target_dir: PathBuf,
    /// The directory of the built programs and libraries.
    pub profile_dir: PathBuf,
    /// For cargo's option `--profile`.
    pub profile: String,
    /// The name of this test program, without cargo's hash.
    pub program: String,
}

impl Build {
    /// Derives it from the path of this program, TARGET/PROFILE/deps/TEST-HASH.
    ///
    /// # Panics
    ///
    /// If the path has another form.
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

/// Builds a command with the profile and target directory of this test program.
fn build(name: &str) -> PathBuf {
    let Build { target_dir, profile_dir, profile, .. } = Build::of_this_program();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    // Because a test is named, cargo chooses the same features as for all tests and builds no dependency twice.
    let status = scratch::command(env!("CARGO"))
        .args(["build", "--quiet", "--workspace", "--test", "layout", "--bin", name])
        .args(["--profile", &profile, "--target-dir"])
        .arg(target_dir)
        .current_dir(workspace)
        .status()
        .expect("cargo starts");
    assert!(status.success(), "cargo cannot build {name}");
    profile_dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
