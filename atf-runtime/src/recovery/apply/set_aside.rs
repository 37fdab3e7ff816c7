//! In place: the files of a thread that cannot be read get another name, so that the thread counts as lost and
//! nothing is deleted.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::input::exists_by_name;
use crate::recovery::plan::ThreadPlan;
use crate::storage::Storage;

/// Renames the files of a lost thread: index.atf becomes index.atf.damaged, or index.atf.damaged.2 if that
/// exists. After a crash in between, the thread is lost all the same, and the rest is renamed then.
pub(super) fn set_aside<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let Some(lost) = thread.lost.as_ref().filter(|lost| !lost.set_aside.is_empty()) else {
        return Ok(());
    };
    for file in &lost.set_aside {
        let to = free_name(file)?;
        storage.rename(file, &to).map_err(Error::io(file, "rename to *.damaged"))?;
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

fn free_name(file: &Path) -> Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let mut name = file.as_os_str().to_owned();
        name.push(".damaged");
        if number > 1 {
            name.push(format!(".{number}"));
        }
        if !exists_by_name(Path::new(&name))? {
            return Ok(name.into());
        }
        number += 1;
    }
}
