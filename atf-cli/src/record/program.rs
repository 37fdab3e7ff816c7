//! The program as a file: where it is, and why it may not load the library.

use std::ffi::OsStr;
use std::io::{Read, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::modules::Modules;

/// Finds the program as a shell does.
pub(super) fn find(name: &OsStr) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.components().count() > 1 || name.as_encoded_bytes().contains(&b'/') {
        return Some(path.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&folders).map(|folder| folder.join(name));
    files.find(|file| file.is_file() && access(file, Access::EXEC_OK).is_ok())
}

/// Why the library will not be loaded into the program, and the way out; `None` if nothing is known against it.
pub(super) fn obstacle(path: &Path, modules: &mut Modules) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    let name = path.display();
    if metadata.permissions().mode() & 0o6000 != 0 && !rustix::process::geteuid().is_root() {
        return Some(format!(
            "{name} runs with the rights of another user or group (set-user-id), so the system does not load the \
             recording library; record a copy without these bits: cp {name} copy && atf record -- ./copy"
        ));
    }
    let is_elf = is_elf(path);
    if is_elf && modules.functions(path).is_static {
        return Some(format!(
            "{name} is linked statically, so the system does not load the recording library; link it without -static"
        ));
    }
    None
}

fn is_elf(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| {
        file.rewind()?;
        file.read_exact(&mut magic)
    });
    read.is_ok() && magic == *b"\x7fELF"
}
