//! The C interface as a program of C meets it: installed by `atf-capi/install.sh`, found through its
//! pkg-config file.
//!
//! Called by the tests that compile C. Cargo is asked for the library as [`crate::cli`] asks for the
//! command: into the directory that the test program was built into, which is not locked while tests run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::cli::Build;
use crate::scratch;

/// The language that a program is compiled as. All of ours compile as both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C11, by `cc`.
    C11,
    /// C++17, by `c++`.
    Cpp17,
}

/// Which of the two libraries a program is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// libatf.so, found at run time by an rpath.
    Shared,
    /// libatf.a.
    Static,
}

/// An installation by install.sh.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The directory that has `include` and `lib`.
    pub prefix: PathBuf,
    flags: PkgConfig,
}

/// The library, installed once per test program.
///
/// # Panics
///
/// When it cannot be built or installed, with the output.
pub fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let build = Build::of_this_program();
        // Each test program has its own, so that no installation is replaced while another program links it.
        let prefix = build.target_dir.join("tmp").join("capi").join(&build.program);
        install(&prefix, None)
    })
}

/// Runs install.sh for `prefix`, under `destdir` if there is one.
///
/// # Panics
///
/// As [`installed`].
pub fn install(prefix: &Path, destdir: Option<&Path>) -> Installed {
    let build = Build::of_this_program();
    let root = match destdir {
        Some(dir) => dir.join(prefix.strip_prefix("/").expect("an absolute prefix")),
        None => prefix.to_owned(),
    };
    // Remove what an earlier version installed.
    let _ = std::fs::remove_dir_all(&root);
    let mut command = scratch::command("sh");
    command.arg(repository().join("atf-capi/install.sh")).arg("--prefix").arg(prefix);
    if build.profile == "dev" {
        command.arg("--debug");
    }
    command.env("CARGO", env!("CARGO")).env("CARGO_TARGET_DIR", &build.target_dir);
    command.env_remove("DESTDIR");
    if let Some(dir) = destdir {
        command.env("DESTDIR", dir);
    }
    output_of(&mut command);
    let pc = std::fs::read_to_string(root.join("lib/pkgconfig/atf.pc")).expect("atf.pc is there");
    Installed { prefix: root, flags: PkgConfig::parse(&pc) }
}

impl Installed {
    /// Compiles `sources` with warnings as errors.
    ///
    /// # Panics
    ///
    /// When the compiler fails, with its output.
    pub fn compile(&self, sources: &[&Path], to: &Path, language: Language, linked: Linked) {
        let mut command = scratch::command(match language {
            Language::C11 => "cc",
            Language::Cpp17 => "c++",
        });
        command.args(match language {
            Language::C11 => ["-std=c11", "-x", "c"],
            Language::Cpp17 => ["-std=c++17", "-x", "c++"],
        });
        command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-g", "-pthread"]);
        command.args(&self.flags.cflags).args(sources).args(["-x", "none", "-o"]).arg(to);
        match linked {
            Linked::Shared => {
                command.args(&self.flags.libs);
                command.arg(format!("-Wl,-rpath,{}", self.prefix.join("lib").display()));
            }
            Linked::Static => {
                command.arg(self.prefix.join("lib/libatf.a")).args(&self.flags.libs_private);
            }
        }
        output_of(&mut command);
    }
}

/// The contents of atf.pc, with its variables filled in. Tests need only a compiler, so `pkg-config` is not used here;
/// tests/c/run.sh uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PkgConfig {
    cflags: Vec<String>,
    libs: Vec<String>,
    libs_private: Vec<String>,
}

impl PkgConfig {
    fn parse(text: &str) -> Self {
        let mut variables = Vec::<(String, String)>::new();
        let filled = |text: &str, variables: &[(String, String)]| {
            variables.iter().fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("${{{name}}}"), value)
            })
        };
        let (mut cflags, mut libs, mut libs_private) = (Vec::new(), Vec::new(), Vec::new());
        for line in text.lines() {
            if let Some((key, value)) = line.split_once(": ") {
                let words = filled(value, &variables);
                let words = words.split_whitespace().map(str::to_owned).collect();
                match key {
                    "Cflags" => cflags = words,
                    "Libs" => libs = words,
                    "Libs.private" => libs_private = words,
                    _ => {}
                }
            } else if let Some((name, value)) = line.split_once('=') {
                let value = filled(value, &variables);
                variables.push((name.to_owned(), value));
            }
        }
        assert!(!cflags.is_empty() && !libs.is_empty() && !libs_private.is_empty(), "{text}");
        Self { cflags, libs, libs_private }
    }
}

/// Runs a command that has to succeed.
///
/// # Panics
///
/// When it fails, with its output.
#[track_caller]
pub fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{stdout}\n{stderr}", output.status);
    stdout
}

/// The C programs in `folder` of the repository, by name; none if there is no such folder.
///
/// # Panics
///
/// When the folder cannot be read.
pub fn programs(folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(repository().join(folder)) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("its entries can be read").path());
    let mut programs: Vec<_> =
        paths.filter(|path| path.extension() == Some(OsStr::new("c"))).collect();
    programs.sort();
    programs
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}
