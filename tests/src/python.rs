//! The Python package `atf` as `pip install ./python` lays it out, without pip: its modules beside the extension,
//! which cargo builds. Called by the tests that run Python programs with it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::capi::{output_of, repository};
use crate::cli::Build;
use crate::scratch;

/// A folder for PYTHONPATH that holds the package, made once per test program.
///
/// # Panics
///
/// When the extension cannot be built.
pub fn package() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let build = Build::of_this_program();
        output_of(
            scratch::command(env!("CARGO"))
                .args(["build", "--quiet", "--locked", "--package", "atf-python"])
                .args(["--features", "extension-module", "--profile", &build.profile])
                .arg("--target-dir")
                .arg(&build.target_dir)
                .current_dir(repository()),
        );
        // Each test program has its own, so that none is replaced while another one imports it.
        let folder = build.target_dir.join("tmp").join("python").join(&build.program);
        let package = folder.join("atf");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&package).expect("the folder can be made");
        for entry in std::fs::read_dir(repository().join("python/atf")).expect("it is there") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "py") {
                let to = package.join(path.file_name().expect("a name"));
                std::fs::copy(&path, to).expect("a module can be copied");
            }
        }
        let library = build.profile_dir.join("libatf_native.so");
        std::fs::copy(library, package.join("_native.abi3.so")).expect("the extension is there");
        folder
    })
}
