//! `--dry-run`: the functions that would be recorded.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use atf_analysis::names::demangle;

use super::compiling;
use super::modules::Modules;
use crate::out::Out;
use crate::{escape, notes, numbers};

/// Lists them by name. Returns whether there are any.
pub(super) fn list(path: &Path, modules: &mut Modules, out: &mut Out) -> std::io::Result<bool> {
    let functions = modules.functions(path);
    let traceable = functions.traceable();
    let mut names: BTreeMap<String, u64> = BTreeMap::new();
    for &address in traceable.iter().filter(|&&address| modules.keeps(&functions, address)) {
        let raw = functions.name_of(address);
        let name = raw.map_or_else(
            || format!("{address:#x}"),
            |raw| demangle(raw).unwrap_or_else(|| raw.to_owned()),
        );
        *names.entry(name).or_default() += 1;
    }
    for (name, count) in &names {
        let more = if *count > 1 {
            format!(" ({})", numbers::count(*count, "function"))
        } else {
            String::new()
        };
        writeln!(out, "{}{more}", escape::name(name))?;
    }
    let kept: u64 = names.values().sum();
    let all = numbers::count(traceable.len() as u64, "function");
    let program = path.display();
    notes::note(format_args!("{} of {all} of {program} would be recorded", numbers::grouped(kept)));
    if traceable.is_empty() {
        notes::text(compiling::HELP);
    }
    Ok(kept > 0)
}
