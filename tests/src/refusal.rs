//! Programs for which the operating system refuses one kind of call on one path: `tests/shim/refuse.c`, compiled
//! once per test program and preloaded.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::capi::{output_of, repository};
use crate::cli::Build;
use crate::scratch;

/// The calls that can be refused, by the names that the shim has for them.
pub const CALLS: [&str; 5] = ["open", "stat", "read", "map", "list"];

/// A refusal.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// The file or directory, absolute.
    pub path: &'a Path,
    /// One of [`CALLS`].
    pub call: &'static str,
    /// The error, as a number.
    pub errno: i32,
    /// The first call that fails, counted from 1.
    pub at: u32,
    /// How many calls fail from there on; `None` for all.
    pub times: Option<u32>,
}

impl Refusal<'_> {
    /// Preloads the shim into a program. `log` gets a byte for each call that fails.
    pub fn apply(&self, command: &mut Command, log: &Path) {
        command
            .env("LD_PRELOAD", shim())
            .env("REFUSE_PATH", self.path)
            .env("REFUSE_CALL", self.call)
            .env("REFUSE_ERRNO", self.errno.to_string())
            .env("REFUSE_AT", self.at.to_string())
            .env("REFUSE_TIMES", self.times.unwrap_or(0).to_string())
            .env("REFUSE_LOG", log);
    }
}

/// The compiled shim.
pub fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let build = Build::of_this_program();
        let folder = build.target_dir.join("tmp").join("shim");
        std::fs::create_dir_all(&folder).expect("a folder for the shim");
        // Each test program has its own, so that none is replaced while another one loads it.
        let library = folder.join(format!("{}.so", build.program));
        let mut compiler = scratch::command("cc");
        compiler.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]);
        compiler.arg(repository().join("tests/shim/refuse.c")).arg("-o").arg(&library).arg("-ldl");
        output_of(&mut compiler);
        library
    })
}
