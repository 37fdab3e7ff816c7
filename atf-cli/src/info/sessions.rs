//! `atf info` of a folder with several sessions: a list of them, the newest last.

use std::io::Write;
use std::path::{Path, PathBuf};

use atf_runtime::Error;
use atf_runtime::session::FoundSession;
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::out::Out;
use crate::table::{Align, Table};
use crate::{escape, notes, numbers};

/// The sessions below a folder.
pub(super) struct Sessions<'a> {
    pub(super) folder: &'a Path,
    /// The newest last.
    pub(super) paths: &'a [PathBuf],
    /// Whether the whole folder was searched.
    pub(super) is_complete: bool,
}

impl Sessions<'_> {
    /// Prints the list, as one JSON object or as a table.
    pub(super) fn print(&self, json: bool, out: &mut Out) -> Result<(), Failure> {
        let found: Vec<FoundSession> =
            self.paths.iter().map(FoundSession::of).collect::<Result<_, Error>>()?;
        if json {
            let sessions: Json = found.iter().map(as_json).collect();
            writeln!(out, "{}", json!({ "sessions": sessions }))?;
        } else {
            table(&found).print(out)?;
            let count = numbers::count(found.len() as u64, "session");
            writeln!(out, "total: {count}, the newest last")?;
        }
        out.flush_page()?;
        match (json, self.is_complete) {
            (true, true) => {}
            (true, false) => notes::folder_is_too_large(self.folder),
            (false, is_complete) => notes::choose_session(self.folder, is_complete),
        }
        Ok(())
    }
}

fn as_json(session: &FoundSession) -> Json {
    json!({
        "path": session.path.to_string_lossy(),
        "pid": session.pid,
        "start": session.start.to_string(),
    })
}

fn table(sessions: &[FoundSession]) -> Table {
    let columns = [("start", Align::Left), ("pid", Align::Right), ("path", Align::Left)];
    let mut table = Table::new(columns);
    for session in sessions {
        let pid = session.pid.map_or("-".to_owned(), |pid| pid.to_string());
        let path = escape::printable_path(&session.path);
        table.row([session.start.to_string(), pid, path]);
    }
    table
}
