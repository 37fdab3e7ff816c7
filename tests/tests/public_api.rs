//! The public API of the crates that others build on, as text that a reviewer approves.
//!
//! `tests/api/<crate>.txt` has one line per public item, sorted. It is read from the crate's source,
//! so that a stable compiler is enough. What a schema generates (`atf_runtime::format`) is left out:
//! the generated files and the layout snapshots show that.
//!
//! A changed API fails this test. Look at the difference, and if it is meant, write the files again:
//! `ATF_UPDATE_API=1 cargo test -p atf-tests --test public_api`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, TraitItem, UseTree, Visibility};

const UPDATE: &str = "ATF_UPDATE_API";

/// A path of modules from the root of the crate, which is empty.
type Module = Vec<String>;

/// The source of a crate: what is defined in each of its modules.
#[derive(Default)]
struct Source {
    items: BTreeMap<Module, Vec<Item>>,
    /// Modules that others see.
    public: BTreeSet<Module>,
}

impl Source {
    fn read(root: &Path) -> Self {
        let mut source = Self::default();
        source.read_module(Vec::new(), root, true);
        source
    }

    fn read_module(&mut self, module: Module, file: &Path, is_public: bool) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let dir = match file.file_name().and_then(|name| name.to_str()) {
            Some("lib.rs" | "mod.rs") => file.with_file_name(""),
            _ => file.with_extension(""),
        };
        self.add(module, syntax.items, &dir, is_public);
    }

    fn add(&mut self, module: Module, items: Vec<Item>, dir: &Path, is_public: bool) {
        if is_public {
            self.public.insert(module.clone());
        }
        let items: Vec<Item> = items.into_iter().filter(|item| !is_for_tests(item)).collect();
        for item in &items {
            let Item::Mod(inner) = item else { continue };
            let name = inner.ident.to_string();
            let is_public = is_public && matches!(inner.vis, Visibility::Public(_));
            let path = [&module[..], std::slice::from_ref(&name)].concat();
            match &inner.content {
                Some((_, items)) => self.add(path, items.clone(), &dir.join(&name), is_public),
                None => {
                    let files =
                        [dir.join(&name).with_extension("rs"), dir.join(&name).join("mod.rs")];
                    let file = files.into_iter().find(|file| file.exists());
                    // One that is chosen by `path` for each system: no part of the API.
                    let Some(file) = file else {
                        assert!(!is_public, "no file of module {path:?} in {dir:?}");
                        continue;
                    };
                    self.read_module(path, &file, is_public);
                }
            }
        }
        self.items.insert(module, items);
    }

    /// The definition that `path` in `module` names; `None` for another crate's.
    fn resolve(&self, module: &Module, path: &[String]) -> Option<(Module, String)> {
        let (name, parents) = path.split_last()?;
        let start = match parents.first().map(String::as_str) {
            Some("crate") => parents[1..].to_vec(),
            Some("self") => [&module[..], &parents[1..]].concat(),
            Some("super") => {
                let ups = parents.iter().take_while(|it| *it == "super").count();
                [&module[..module.len() - ups], &parents[ups..]].concat()
            }
            _ => [&module[..], parents].concat(),
        };
        let items = self.items.get(&start)?;
        if items.iter().any(|item| name_of(item).as_ref() == Some(name)) {
            return Some((start, name.clone()));
        }
        for item in items {
            let Item::Use(it) = item else { continue };
            for (alias, target) in leaves(&it.tree) {
                if alias == *name && target != path {
                    return self.resolve(&start, &target);
                }
            }
        }
        None
    }
}

/// The public names of a crate, and the lines that describe them.
struct Api<'a> {
    source: &'a Source,
    /// Where a definition is seen: the shortest of its public paths comes first.
    names: BTreeMap<(Module, String), Vec<String>>,
    lines: BTreeSet<String>,
}

impl<'a> Api<'a> {
    fn of(source: &'a Source, root: &str) -> BTreeSet<String> {
        let mut api = Self { source, names: BTreeMap::new(), lines: BTreeSet::new() };
        for module in &source.public {
            api.see(module, &[&[root.to_owned()], &module[..]].concat().join("::"));
        }
        for paths in api.names.values_mut() {
            paths.sort_by_key(|path| (path.matches("::").count(), path.clone()));
        }
        api.describe();
        api.lines
    }

    /// Collects what a public module shows.
    fn see(&mut self, module: &Module, path: &str) {
        for item in &self.source.items[module] {
            if let (Some(name), true) = (name_of(item), is_public(item)) {
                let at = (module.clone(), name.clone());
                self.names.entry(at).or_default().push(format!("{path}::{name}"));
            }
            if let Item::Use(it) = item
                && matches!(it.vis, Visibility::Public(_))
            {
                for (alias, target) in leaves(&it.tree) {
                    match self.source.resolve(module, &target) {
                        Some(at) => {
                            self.names.entry(at).or_default().push(format!("{path}::{alias}"));
                        }
                        None => {
                            self.lines
                                .insert(format!("{path}::{alias}: use {}", target.join("::")));
                        }
                    }
                }
            }
            if let Item::Macro(it) = item {
                let text = tidy(it.mac.path.to_token_stream().to_string());
                if text.ends_with("schema") {
                    self.lines.insert(format!("{path}: generated from the schema"));
                }
            }
        }
    }

    fn describe(&mut self) {
        let source = self.source;
        for (module, items) in &source.items {
            for item in items {
                if let Some(name) = name_of(item)
                    && let Some(paths) = self.names.get(&(module.clone(), name)).cloned()
                {
                    for other in &paths[1..] {
                        self.lines.insert(format!("{other}: use {}", paths[0]));
                    }
                    self.describe_item(item, &paths[0]);
                }
                if let Item::Impl(it) = item {
                    self.describe_impl(module, it);
                }
            }
        }
    }

    fn describe_item(&mut self, item: &Item, path: &str) {
        let mut line = |at: &str, text: String| {
            self.lines.insert(format!("{at}: {}", tidy(&text)));
        };
        match item {
            Item::Struct(it) => {
                let generics = it.generics.to_token_stream();
                line(path, format!("{}struct{generics}", marks(&it.attrs)));
                derives(&it.attrs, |name| line(path, format!("impl {name}")));
                for (number, field) in it.fields.iter().enumerate() {
                    if matches!(field.vis, Visibility::Public(_)) {
                        let name =
                            field.ident.as_ref().map_or(number.to_string(), ToString::to_string);
                        line(&format!("{path}::{name}"), field.ty.to_token_stream().to_string());
                    }
                }
            }
            Item::Enum(it) => {
                let generics = it.generics.to_token_stream();
                line(path, format!("{}enum{generics}", marks(&it.attrs)));
                derives(&it.attrs, |name| line(path, format!("impl {name}")));
                for variant in &it.variants {
                    let mut variant = variant.clone();
                    let marks = marks(&variant.attrs);
                    variant.attrs.clear();
                    variant.fields.iter_mut().for_each(|field| field.attrs.clear());
                    let text = format!("{marks}variant {}", variant.to_token_stream());
                    line(&format!("{path}::{}", variant.ident), text);
                }
            }
            Item::Trait(it) => {
                let (generics, supers) =
                    (it.generics.to_token_stream(), it.supertraits.to_token_stream());
                line(path, format!("trait{generics} {supers}"));
                for inner in &it.items {
                    match inner {
                        TraitItem::Fn(it) => {
                            let kind = if it.default.is_some() { "provided" } else { "required" };
                            let text = format!("{kind} {}", it.sig.to_token_stream());
                            line(&format!("{path}::{}", it.sig.ident), text);
                        }
                        TraitItem::Type(it) => {
                            let bounds = it.bounds.to_token_stream();
                            line(&format!("{path}::{}", it.ident), format!("type {bounds}"));
                        }
                        _ => {}
                    }
                }
            }
            Item::Fn(it) => {
                line(path, format!("{}{}", marks(&it.attrs), it.sig.to_token_stream()));
            }
            Item::Const(it) => line(path, format!("const {}", it.ty.to_token_stream())),
            Item::Static(it) => line(path, format!("static {}", it.ty.to_token_stream())),
            Item::Type(it) => {
                let (generics, ty) = (it.generics.to_token_stream(), it.ty.to_token_stream());
                line(path, format!("type{generics} = {ty}"));
            }
            _ => {}
        }
    }

    /// The public methods of a public type, and the traits that it implements.
    fn describe_impl(&mut self, module: &Module, it: &syn::ItemImpl) {
        let syn::Type::Path(ty) = &*it.self_ty else { return };
        let segments: Vec<String> =
            ty.path.segments.iter().map(|it| it.ident.to_string()).collect();
        let Some(at) = self.source.resolve(module, &segments) else { return };
        let Some(path) = self.names.get(&at).map(|paths| paths[0].clone()) else { return };
        let ty = tidy(ty.to_token_stream().to_string());
        let generics = tidy(it.generics.to_token_stream().to_string());
        if let Some((of, _)) = &it.trait_ {
            let of = tidy(of.to_token_stream().to_string());
            self.lines.insert(format!("{path}: impl{generics} {of} for {ty}"));
            return;
        }
        for inner in &it.items {
            match inner {
                ImplItem::Fn(it) if matches!(it.vis, Visibility::Public(_)) => {
                    let signature = tidy(it.sig.to_token_stream().to_string());
                    let name = &it.sig.ident;
                    // Some methods are those of one instance of a generic type alone.
                    let of = if ty.contains('<') { format!(" of {ty}") } else { String::new() };
                    let marks = marks(&it.attrs);
                    self.lines.insert(format!("{path}::{name}: {marks}{signature}{of}"));
                }
                ImplItem::Const(it) if matches!(it.vis, Visibility::Public(_)) => {
                    let ty = tidy(it.ty.to_token_stream().to_string());
                    self.lines.insert(format!("{path}::{}: const {ty}", it.ident));
                }
                _ => {}
            }
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

/// Whether an item is there for tests or documentation alone.
fn is_for_tests(item: &Item) -> bool {
    attributes(item).iter().any(|attribute| {
        let text = tidy(attribute.to_token_stream().to_string());
        text.starts_with("#[cfg(test")
            || text.starts_with("#[cfg(doctest")
            || text.starts_with("#[cfg(all(test")
    })
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(it) => &it.ident,
        Item::Enum(it) => &it.ident,
        Item::Fn(it) => &it.sig.ident,
        Item::Static(it) => &it.ident,
        Item::Struct(it) => &it.ident,
        Item::Trait(it) => &it.ident,
        Item::Type(it) => &it.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(it) => &it.vis,
        Item::Enum(it) => &it.vis,
        Item::Fn(it) => &it.vis,
        Item::Static(it) => &it.vis,
        Item::Struct(it) => &it.vis,
        Item::Trait(it) => &it.vis,
        Item::Type(it) => &it.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

/// The names that a `use` brings in, each with its path.
fn leaves(tree: &UseTree) -> Vec<(String, Vec<String>)> {
    match tree {
        UseTree::Path(it) => leaves(&it.tree)
            .into_iter()
            .map(|(alias, path)| (alias, [&[it.ident.to_string()], &path[..]].concat()))
            .collect(),
        UseTree::Name(it) => vec![(it.ident.to_string(), vec![it.ident.to_string()])],
        UseTree::Rename(it) => vec![(it.rename.to_string(), vec![it.ident.to_string()])],
        UseTree::Group(it) => it.items.iter().flat_map(leaves).collect(),
        UseTree::Glob(_) => vec![("*".to_owned(), vec!["*".to_owned()])],
    }
}

/// The attributes that callers depend on.
fn marks(attributes: &[Attribute]) -> String {
    let kept = |name: &&str| attributes.iter().any(|it| it.path().is_ident(*name));
    ["non_exhaustive", "must_use", "deprecated"]
        .iter()
        .filter(|name| kept(name))
        .fold(String::new(), |text, name| format!("{text}{name} "))
}

fn derives(attributes: &[Attribute], mut each: impl FnMut(String)) {
    for attribute in attributes.iter().filter(|it| it.path().is_ident("derive")) {
        let syn::Meta::List(list) = &attribute.meta else { continue };
        let names = list.tokens.to_string();
        names.split(',').map(tidy).filter(|name| !name.is_empty()).for_each(&mut each);
    }
}

/// Tokens as people write them.
fn tidy(text: impl AsRef<str>) -> String {
    let mut text = text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" :", ":"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
        ("# [", "#["),
        ("' ", "'"),
        ("->(", "-> ("),
        ("=(", "= ("),
        (",)", ")"),
        ("{ ", "{ "),
        (" =>", " =>"),
    ] {
        text = text.replace(from, to);
    }
    text.trim().to_owned()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn check(folder: &str, root: &str) {
    let source = Source::read(&repository().join(folder).join("src/lib.rs"));
    let lines = Api::of(&source, root);
    let mut text = format!(
        "# The public API of {folder}, written by `{UPDATE}=1 cargo test -p atf-tests --test public_api`.\n"
    );
    lines.iter().for_each(|line| text += &format!("{line}\n"));
    let path = repository().join("tests/api").join(folder).with_extension("txt");
    if std::env::var_os(UPDATE).is_some() {
        fs::create_dir_all(path.with_file_name("")).expect("the folder can be made");
        fs::write(&path, &text).expect("the file can be written");
        return;
    }
    let approved = fs::read_to_string(&path).unwrap_or_default();
    let approved: BTreeSet<&str> = approved.lines().collect();
    let found: BTreeSet<&str> = text.lines().collect();
    let gone = approved.difference(&found).map(|line| format!("- {line}\n"));
    let new = found.difference(&approved).map(|line| format!("+ {line}\n"));
    let differences: String = gone.chain(new).collect();
    assert!(
        differences.is_empty(),
        "the public API of {folder} is not the one in {}:\n{differences}\
         if this is meant, run `{UPDATE}=1 cargo test -p atf-tests --test public_api`",
        path.display()
    );
}

#[test]
fn api_of_atf_runtime_is_the_reviewed_one() {
    check("atf-runtime", "atf_runtime");
}

#[test]
fn api_of_atf_analysis_is_the_reviewed_one() {
    check("atf-analysis", "atf_analysis");
}

#[test]
fn api_of_atf_export_is_the_reviewed_one() {
    check("atf-export", "atf_export");
}

#[test]
fn api_of_atf_html_is_the_reviewed_one() {
    check("atf-html", "atf_html");
}

#[test]
fn api_of_atf_gen_is_the_reviewed_one() {
    check("atf-gen", "atf_gen");
}

// The parts that the files above rest on.
#[test]
fn signatures_are_written_as_people_write_them() {
    let text = "fn f < 'a > (& 'a self , it : impl Into < Vec < u8 > >) -> Option < & 'a [u8] >";
    assert_eq!(tidy(text), "fn f<'a>(&'a self, it: impl Into<Vec<u8>>) -> Option<&'a [u8]>");
}
