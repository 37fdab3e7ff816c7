//! No file of a crate depends on itself through other files.
//!
//! Two files that use each other can only be read together. A parent module may use its
//! children (it declares and re-exports them), so that direction is not counted; what a child
//! uses of its parent is. Unit tests are left out.

use atf_tests::scratch::Scratch;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CRATES: [&str; 9] = [
    "atf-analysis",
    "atf-capi",
    "atf-cli",
    "atf-derive",
    "atf-export",
    "atf-gen",
    "atf-html",
    "atf-record",
    "atf-runtime",
];

/// Names from the crate's root to a module.
type Module = Vec<String>;

/// All files below `src`, by module.
fn modules(src: &Path) -> BTreeMap<Module, PathBuf> {
    let mut modules = BTreeMap::new();
    let mut folders = vec![(src.to_owned(), Module::new())];
    while let Some((folder, module)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources can be read") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let mut inner = module.clone();
            if path.is_dir() {
                inner.push(name);
                folders.push((path, inner));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                if !(name == "mod" || module.is_empty() && (name == "lib" || name == "main")) {
                    inner.push(name);
                }
                modules.insert(inner, path);
            }
        }
    }
    modules
}

/// The code without comments, strings and unit tests.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut skipped_to: Option<&str> = None;
    let mut is_test = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(end) = skipped_to {
            if line == end {
                skipped_to = None;
            }
        } else if trimmed.starts_with("#[cfg(test)]") {
            is_test = true;
        } else if is_test && trimmed.starts_with("mod ") {
            // Modules of tests are at the top level and end with a brace of their own.
            is_test = false;
            skipped_to = trimmed.ends_with('{').then_some("}");
        } else if !trimmed.starts_with("//") {
            is_test = false;
            code.push_str(line.split(" // ").next().unwrap_or_default());
            code.push('\n');
        }
    }
    code
}

/// Splits a list at its commas, not at those within braces.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// The paths of a `use` tree, `a::{b, c::{d, e}}`.
fn paths_of_tree(prefix: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.split_once('{') {
        Some((before, rest)) => {
            let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
            for part in split(inner).into_iter().filter(|part| !part.trim().is_empty()) {
                paths_of_tree(&format!("{prefix}{}", before.trim()), part, out);
            }
        }
        None => {
            let path = tree.split(" as ").next().unwrap_or_default();
            out.push(format!("{prefix}{}", path.trim()));
        }
    }
}

/// All paths that the code names and that may lead to another module.
fn paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let start = statement.match_indices("use ").map(|(at, _)| at).filter(|at| {
            let before = statement[..*at].trim_end_matches(' ');
            before.is_empty()
                || before.ends_with(['\n', '}', '{', ')', ']'])
                || before.ends_with("pub")
        });
        if let Some(at) = start.last() {
            paths_of_tree("", &statement[at + 4..], &mut paths);
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in code.split(|c: char| !is_name(c)) {
        if ["crate::", "super::", "self::"].iter().any(|start| word.starts_with(start)) {
            paths.push(word.trim_end_matches(':').to_owned());
        }
    }
    paths
}

/// The module with a file of its own that `path` leads to, seen from `from`.
fn target(modules: &BTreeMap<Module, PathBuf>, from: &Module, path: &str) -> Option<Module> {
    let mut names = path.split("::").map(str::trim).peekable();
    let mut module = match *names.peek()? {
        "crate" => {
            names.next();
            Module::new()
        }
        "super" | "self" => {
            let mut module = from.clone();
            while let Some(name) = names.next_if(|name| ["super", "self"].contains(name)) {
                if name == "super" {
                    module.pop();
                }
            }
            module
        }
        // A child, or another crate.
        _ => from.clone(),
    };
    for name in names {
        module.push(name.to_owned());
        if !modules.contains_key(&module) {
            module.pop();
            break;
        }
    }
    // Edges from a parent to what is below it do not count.
    (!module.starts_with(from)).then_some(module)
}

fn reachable(edges: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        for target in edges.get(module).into_iter().flatten() {
            if found.insert(target.clone()) {
                next.push(target);
            }
        }
    }
    found
}

/// The circles of a crate, each as the modules in it.
fn circles(name: &str, src: &Path) -> BTreeSet<Vec<String>> {
    let modules = modules(src);
    let label = |module: &Module| [&[name.to_owned()], module.as_slice()].concat().join("/");
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, file) in &modules {
        let text = std::fs::read_to_string(file).expect("a source can be read");
        let targets = paths(&code(&text));
        let targets = targets.iter().filter_map(|path| target(&modules, module, path));
        edges.insert(label(module), targets.map(|target| label(&target)).collect());
    }
    let reach: BTreeMap<&str, BTreeSet<String>> =
        edges.keys().map(|module| (module.as_str(), reachable(&edges, module))).collect();
    let in_circles = reach.iter().filter(|(module, found)| found.contains(**module));
    in_circles
        .map(|(module, found)| {
            found.iter().filter(|other| reach[other.as_str()].contains(*module)).cloned().collect()
        })
        .collect()
}

#[test]
fn files_do_not_depend_on_themselves_through_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found: BTreeSet<Vec<String>> =
        CRATES.iter().flat_map(|name| circles(name, &root.join(name).join("src"))).collect();
    assert!(found.is_empty(), "these files use each other: {found:#?}");
}

#[test]
fn circles_are_found_through_every_kind_of_path() {
    let folder = Scratch::new();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    };
    write("lib.rs", "mod a;\nmod b;\nmod c;\nuse a::A;\n");
    write("a.rs", "use crate::{\n    b::{B, Other},\n    x,\n};\n");
    write("b.rs", "// use crate::c::C;\npub(crate) fn b() {\n    super::a::f(1);\n}\n");
    write("c/mod.rs", "mod d;\nuse d::D;\n#[cfg(test)]\nmod tests {\n    use crate::e::E;\n}\n");
    write("c/d.rs", "use super::super::a::A;\n");
    write("e.rs", "pub use crate::c::D;\n");
    let circle = vec!["x/a".to_owned(), "x/b".to_owned()];
    assert_eq!(circles("x", folder.path()), BTreeSet::from([circle]));
    write("c/mod.rs", "mod d;\nuse crate::e::E;\n");
    let circle = vec!["x/c".to_owned(), "x/e".to_owned()];
    assert!(circles("x", folder.path()).contains(&circle));
}
