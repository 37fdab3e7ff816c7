//! Where a trace comes from: the command, the machine, and the time, as far as the manifest has them.

use std::time::{Duration, UNIX_EPOCH};

use atf_runtime::manifest::{Manifest, ManifestProcess};
use atf_runtime::session::StartTime;
use serde_json::{Map, Value as Json};

use crate::{escape, screen};

/// When the trace's clock showed `start_ns`, in wall-clock time.
fn start(manifest: &Manifest, start_ns: Option<u64>) -> Option<StartTime> {
    let unix_ns = manifest.wall_clock?.unix_ns(start_ns?);
    UNIX_EPOCH.checked_add(Duration::from_nanos(unix_ns)).map(StartTime::from)
}

/// Lines of text; none if nothing is known.
pub(super) fn lines(manifest: &Manifest, start_ns: Option<u64>) -> Vec<String> {
    let mut lines = Vec::new();
    let process = manifest.process.as_ref();
    if let Some(process) = process.filter(|process| !process.command.is_empty()) {
        let words: Vec<String> = process.command.iter().map(|word| quoted(word)).collect();
        let line = format!("command  {}", escape::printable(&words.join(" ")));
        lines.push(screen::cut(&line, screen::table_columns()).into_owned());
    }
    let said = |what: &str, value: Option<String>| value.map(|value| format!("{what}{value}"));
    let parts = [
        said("", process.and_then(|it| it.host.as_deref()).map(escape::printable)),
        said("process ", process.and_then(|it| it.pid).map(|pid| pid.to_string())),
        said("started ", start(manifest, start_ns).map(|start| start.to_string())),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        lines.push(format!("on       {}", parts.join(", ")));
    }
    lines
}

/// A word of a command line, as a shell would need it.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:@%,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The members that it adds to the object.
pub(super) fn members(manifest: &Manifest, start_ns: Option<u64>) -> Map<String, Json> {
    let mut members = Map::new();
    if let Some(process) = &manifest.process {
        members.insert("process".to_owned(), process_as_json(process));
    }
    if let Some(start) = start(manifest, start_ns) {
        members.insert("start".to_owned(), start.to_string().into());
    }
    members
}

fn process_as_json(process: &ManifestProcess) -> Json {
    let numbers = [("pid", process.pid), ("parent_pid", process.parent_pid)];
    let texts = [
        ("executable", &process.executable),
        ("host", &process.host),
        ("boot_id", &process.boot_id),
    ];
    let mut object = Map::new();
    for (key, value) in numbers {
        object.extend(value.map(|value| (key.to_owned(), value.into())));
    }
    object.insert("command".to_owned(), process.command.clone().into());
    for (key, value) in texts {
        object.extend(value.as_ref().map(|value| (key.to_owned(), value.as_str().into())));
    }
    object.into()
}
