//! Cargo on packages that tests make, outside of this workspace.
//!
//! All of them are built into one folder, so that their dependencies are built once, and offline, with the versions
//! of this workspace. A file is written only when it changes, so that a second run finds everything built.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cli::Build;
use crate::scratch;

/// The root of the repository.
///
/// # Panics
///
/// When it is not there.
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the repository is there")
}

/// The folder of a package or workspace that a test makes. It stays for the next run.
pub fn folder(name: &str) -> PathBuf {
    Build::of_this_program().target_dir.join("tmp/nested").join(name)
}

/// Where all of them are built.
pub fn target() -> PathBuf {
    Build::of_this_program().target_dir.join("nested")
}

/// Cargo, to be run in `folder`.
pub fn cargo(folder: &Path) -> Command {
    let mut command = scratch::command(env!("CARGO"));
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_MANIFEST_DIR");
    command
}

/// Runs cargo in `folder`.
///
/// # Panics
///
/// When it cannot be started.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    cargo(folder).args(arguments).output().expect("cargo runs")
}

/// Writes a file and its folder, if the file does not hold `text` already.
///
/// # Panics
///
/// When it cannot be written.
pub fn write(path: &Path, text: impl AsRef<[u8]>) {
    if fs::read(path).is_ok_and(|there| there == text.as_ref()) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("its folder can be made");
    fs::write(path, text).expect("the file can be written");
}

/// Makes `to` hold what `from` holds: what is the same stays untouched, what is not in `from` is removed. Files and
/// folders for which `skip` is true, by their path below `from`, are neither copied nor removed.
///
/// # Panics
///
/// When a file cannot be read or written.
pub fn mirror(from: &Path, to: &Path, skip: &dyn Fn(&Path) -> bool) {
    mirror_below(Path::new(""), from, to, skip);
}

fn mirror_below(below: &Path, from: &Path, to: &Path, skip: &dyn Fn(&Path) -> bool) {
    fs::create_dir_all(to).expect("a folder of the copy can be made");
    let names = |folder: &Path| -> BTreeSet<OsString> {
        let entries = fs::read_dir(folder).expect("a folder that can be read");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names.filter(|name| !skip(&below.join(name))).collect()
    };
    let wanted = names(from);
    for name in names(to).difference(&wanted) {
        let path = to.join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).expect("a folder can be removed");
        } else {
            fs::remove_file(path).expect("a file can be removed");
        }
    }
    for name in wanted {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            mirror_below(&below.join(&name), &from, &to, skip);
        } else {
            write(&to, fs::read(&from).expect("a file that can be read"));
        }
    }
}
