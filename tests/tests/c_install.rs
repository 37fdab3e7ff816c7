//! What install.sh installs: a header that matches the source, libraries that export the functions of the headers and
//! nothing else, and the files with which builds find them. Also its options, messages and errors. W-001 from C.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atf_tests::capi::Language::C11;
use atf_tests::capi::Linked::{Shared, Static};
use atf_tests::capi::{install, installed, output_of, repository};
use atf_tests::cli;
use atf_tests::scratch::{self, Scratch};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lib() -> PathBuf {
    installed().prefix.join("lib")
}

#[test]
fn committed_header_matches_the_source() {
    let text = atf_capi_header::text().expect("the source can be read");
    assert!(
        text == read(&atf_capi_header::path()),
        "atf-capi/include/atf/atf.h is stale: run `cargo run -p atf-capi-header`"
    );
}

// Symptom: `Error::Unsupported` reached C as ATF_ERROR_OTHER. Cause: nothing held that an error has a code of its own.
// A fault has the code of its kind (`error_code.rs` tests those).
#[test]
fn every_error_of_the_runtime_has_its_code_in_c() {
    let header = read(&atf_capi_header::path());
    let api = read(&repository().join("tests/api/atf-runtime.txt"));
    let mut count = 0;
    for line in api.lines() {
        let Some(rest) = line.strip_prefix("atf_runtime::Error::") else { continue };
        let Some((name, _)) = rest.split_once(": variant ") else { continue };
        let mut code = String::from("#define ATF_ERROR");
        for letter in name.chars() {
            if letter.is_uppercase() {
                code.push('_');
            }
            code.push(letter.to_ascii_uppercase());
        }
        count += 1;
        assert!(name == "Malformed" || header.contains(&format!("{code} ")), "{code}");
    }
    assert!(count > 10, "{count} errors");
}

/// A header without its comments.
fn code(header: &str) -> String {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("/*") {
        code += before;
        rest = after.split_once("*/").expect("a comment ends").1;
    }
    code += rest;
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// Functions of the interface that are named before a parenthesis in `code`, and whether a body follows.
fn called(code: &str) -> Vec<(String, bool)> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for (at, _) in code.match_indices('(') {
        let name = code[..at].rsplit(|letter| !is_name(letter)).next().unwrap_or_default();
        if !name.starts_with("atf_") {
            continue;
        }
        let mut depth = 0;
        let end = code[at..].find(|letter| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            depth == 0
        });
        let behind = &code[at + end.expect("a parenthesis is closed") + 1..];
        found.push((name.to_owned(), behind.trim_start().starts_with('{')));
    }
    found
}

/// Functions that the installed headers declare and do not define.
fn declared() -> BTreeSet<String> {
    let (mut all, mut here) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(installed().prefix.join("include/atf")).expect("it is there") {
        for (name, has_body) in called(&code(&read(&entry.expect("it can be read").path()))) {
            if has_body {
                here.insert(name.clone());
            }
            all.insert(name);
        }
    }
    assert!(here.len() > 10, "{here:?}");
    &all - &here
}

/// Names of `nm` with these options.
fn names(options: &[&str], library: &str) -> BTreeSet<String> {
    let text = output_of(scratch::command("nm").args(options).arg(lib().join(library)));
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.filter(|words| words.len() == 3 && words[1] != "A");
    names.map(|words| words[2].to_owned()).collect()
}

#[test]
fn shared_library_exports_the_functions_of_the_headers_with_a_version() {
    let exported = names(&["--dynamic", "--defined-only"], "libatf.so");
    // A version of the library that breaks programs gives its symbols another version.
    let version = |name: String| format!("{name}@@ATF_{}", compatible());
    assert_eq!(exported, declared().into_iter().map(version).collect());
}

// Symptom: a program that linked two libraries made from Rust had every function of its standard
// library twice.
#[test]
fn static_library_has_no_names_but_those_of_the_headers() {
    let defined = names(&["--defined-only", "--extern-only"], "libatf.a");
    assert_eq!(defined, declared());
}

/// What two versions of the library must share to be compatible: under 1.0 the first two numbers, then the first.
fn compatible() -> String {
    let numbers: Vec<_> = env!("CARGO_PKG_VERSION").split('.').collect();
    let count = if numbers[0] == "0" { 2 } else { 1 };
    numbers[..count].join(".")
}

#[test]
fn program_links_the_library_by_a_name_that_states_compatibility() {
    let version = env!("CARGO_PKG_VERSION");
    let soname = format!("libatf.so.{}", compatible());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_install");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let (source, binary) = (folder.join("program.c"), folder.join("program"));
    let text = "#include <atf/atf.h>\n#include <stdio.h>\nint main(void) { return puts(atf_version()) < 0; }\n";
    fs::write(&source, text).expect("the program can be written");
    installed().compile(&[&source], &binary, C11, Shared);
    assert_eq!(output_of(&mut scratch::command(&binary)), format!("{version}\n"));
    let needed = output_of(scratch::command("readelf").arg("--dynamic").arg(&binary));
    assert!(needed.contains(&format!("Shared library: [{soname}]")), "{needed}");
    let own = output_of(scratch::command("readelf").arg("--dynamic").arg(lib().join("libatf.so")));
    assert!(own.contains(&format!("Library soname: [{soname}]")), "{own}");
    // The links lead to the file.
    let to = fs::read_link(lib().join("libatf.so")).expect("a link");
    assert_eq!(to, Path::new(&soname));
    let to = fs::read_link(lib().join(&soname)).expect("a link");
    assert_eq!(to, PathBuf::from(format!("libatf.so.{version}")));

    installed().compile(&[&source], &binary, C11, Static);
    assert_eq!(output_of(&mut scratch::command(&binary)), format!("{version}\n"));
    let needed = output_of(scratch::command("readelf").arg("--dynamic").arg(&binary));
    assert!(!needed.contains("libatf"), "{needed}");
}

/// The programs of C on a page of the repository.
fn programs_of(page: &str) -> Vec<String> {
    let text = read(&repository().join(page));
    let blocks = text.split("\n```c\n").skip(1);
    blocks.map(|block| block.split_once("\n```\n").expect("a block ends").0.to_owned()).collect()
}

/// Compiles and runs the programs of a page, one after the other in one directory: a later one may read what an
/// earlier one has recorded. `None` where the page has none.
fn run_programs(page: &str) -> Option<Scratch> {
    let programs = programs_of(page);
    let folder = Scratch::new();
    for (at, program) in programs.iter().enumerate() {
        let source = folder.path().join(format!("program_{at}.c"));
        let binary = source.with_extension("");
        fs::write(&source, program).expect("the program can be written");
        installed().compile(&[&source], &binary, C11, Shared);
        output_of(scratch::command(&binary).current_dir(folder.path()));
    }
    (!programs.is_empty()).then_some(folder)
}

#[test]
fn programs_on_the_pages_compile_and_record_traces_that_are_clean() {
    let mut pages = vec!["README.md".to_owned(), "atf-capi/README.md".to_owned()];
    for entry in fs::read_dir(repository().join("docs")).expect("the folder of the pages") {
        let name = entry.expect("its entries can be read").file_name();
        let name = name.into_string().expect("a name in UTF-8");
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    let mut sessions = BTreeSet::new();
    for page in pages {
        let Some(folder) = run_programs(&page) else { continue };
        for entry in fs::read_dir(folder.path()).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                let verified = cli::run_on("verify", &path, &[]).exits(0);
                assert!(verified.stdout.starts_with("clean: 1 thread, "), "{}", verified.stdout);
                sessions.insert(page.clone());
            }
        }
    }
    assert!(sessions.contains("docs/c.md"), "{sessions:?}");
}

/// Every file under `root`, relative to it.
fn files(root: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).expect("it is inside").to_owned());
            }
        }
    }
    files
}

#[test]
fn destdir_receives_the_files_and_does_not_appear_in_them() {
    let folder = Scratch::new();
    // Characters that are special to sed and the shell.
    let prefix = "/opt/a & b|c";
    let staged = install(Path::new(prefix), Some(folder.path()));
    assert_eq!(staged.prefix, folder.path().join("opt/a & b|c"));
    assert_eq!(files(&staged.prefix), files(&installed().prefix));
    let only: Vec<_> = fs::read_dir(folder.path()).expect("it can be read").collect();
    assert_eq!(only.len(), 1);
    for file in ["lib/pkgconfig/atf.pc", "lib/cmake/atf/atf-config.cmake"] {
        let text = read(&staged.prefix.join(file));
        assert!(!text.contains(&*folder.path().to_string_lossy()), "{text}");
        assert!(!text.contains('@'), "{text}");
    }
    let pc = read(&staged.prefix.join("lib/pkgconfig/atf.pc"));
    assert!(pc.starts_with(&format!("prefix={prefix}\n")), "{pc}");
}

#[test]
fn invalid_arguments_install_nothing() {
    for arguments in [
        &["--prefx=/tmp"][..],
        &["--prefix"],
        &["--prefix", ""],
        &["--prefix="],
        &["--target"],
        &["--target", ""],
        &["--target="],
    ] {
        let mut command = scratch::command("sh");
        command.arg(repository().join("atf-capi/install.sh")).args(arguments);
        let output = command.output().expect("sh starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}

/// install.sh with a cargo that compiles nothing: it reports its arguments, and creates an archive with one
/// function. So what the script does with targets, tools and versions is tested without a build.
struct Scripted {
    folder: Scratch,
    script: PathBuf,
}

/// Output and effects of a run of the script.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    /// The arguments that cargo was called with, a call a line.
    cargo: String,
}

impl Scripted {
    const VERSION: &str = "1.2.3";

    fn new(script: PathBuf) -> Self {
        let folder = Scratch::new();
        let at = |name: &str| folder.path().join(name);
        let (source, object) = (at("one.c"), at("one.o"));
        fs::write(&source, "int atf_one(void); int atf_one(void) { return 1; }\n").expect("it");
        output_of(scratch::command("cc").args(["-c", "-fPIC", "-o"]).arg(&object).arg(&source));
        output_of(scratch::command("ar").arg("rcs").arg(at("libatf_capi.a")).arg(&object));
        let scripted = Self { script, folder };
        scripted.tool(
            "cargo",
            &format!(
                "echo \"$@\" >>'{0}/calls'\ncase \"$1\" in\npkgid) echo 'path+file:///a/folder#atf-capi@{1}' ;;\n\
                 rustc) echo '{{\"reason\":\"compiler-artifact\",\"filenames\":[\"{0}/libatf_capi.a\"]}}' ;;\nesac",
                scripted.folder.path().display(),
                Self::VERSION
            ),
        );
        scripted
    }

    /// Makes a program of the shell in a folder that the script's PATH begins with.
    fn tool(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).expect("the folder can be made");
        fs::write(bin.join(name), format!("#!/bin/sh\n{text}\n")).expect("it can be written");
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(bin.join(name), executable).expect("it can be made executable");
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let calls = self.folder.path().join("calls");
        let _ = fs::remove_file(&calls);
        let path = std::env::var("PATH").expect("PATH is set");
        let mut command = scratch::command("sh");
        command.arg(&self.script).args(arguments).current_dir(self.folder.path());
        for name in ["DESTDIR", "CARGO", "CARGO_BUILD_TARGET", "CC", "AR", "NM", "OBJCOPY"] {
            command.env_remove(name);
        }
        command.env("PATH", format!("{}/bin:{path}", self.folder.path().display()));
        let output = command.envs(variables.iter().copied()).output().expect("sh starts");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            cargo: fs::read_to_string(calls).unwrap_or_default(),
        }
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().join("prefix")
    }
}

fn scripted() -> Scripted {
    Scripted::new(repository().join("atf-capi/install.sh"))
}

#[test]
fn script_reports_what_it_builds_and_installs_and_what_programs_need_to_run() {
    let scripted = scripted();
    let ran = scripted.run(&["--prefix", "prefix"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let prefix = scripted.prefix().canonicalize().expect("it is there");
    let prefix = prefix.display();
    for line in [
        "install.sh: building libatf 1.2.3 for ".to_owned(),
        "install.sh: linking libatf.a and libatf.so.1\n".to_owned(),
        format!("install.sh: installing into {prefix}\n"),
        "  include/atf/atf_v2_types.h\n".to_owned(),
        "  lib/libatf.so.1.2.3\n".to_owned(),
        format!(" in {prefix}\n\nTo compile:  export PKG_CONFIG_PATH=\"{prefix}/lib/pkgconfig\"\n"),
        format!(" -Wl,-rpath,\"{prefix}/lib\"\n"),
        format!("LD_LIBRARY_PATH=\"{prefix}/lib\""),
    ] {
        assert!(ran.stdout.contains(&line), "{line}\n{}", ran.stdout);
    }
    // Where the linker looks by itself, its cache has to be made anew.
    let destdir = scripted.folder.path().join("staged");
    let ran = scripted.run(&[], &[("DESTDIR", &destdir.to_string_lossy())]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(destdir.join("usr/local/lib/libatf.so.1").exists());
    assert!(ran.stdout.contains("run `ldconfig` once, as root"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("rpath"), "{}", ran.stdout);
}

#[test]
fn another_machine_is_built_for_with_its_own_tools() {
    let (scripted, machine) = (scripted(), "x86_64-unknown-linux-acme");
    let arguments = ["--prefix", "prefix", "--target", machine];
    // Each tool has the GNU name of the machine as its prefix.
    let ran = scripted.run(&arguments, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let expected =
        "install.sh: x86_64-linux-acme-gcc is missing: install it, or set CC, AR, NM and OBJCOPY\n";
    assert_eq!(ran.stderr, expected);
    assert_eq!(ran.cargo, "", "nothing is built without tools");

    let used = scripted.folder.path().join("used");
    for tool in ["gcc", "ar", "nm", "objcopy"] {
        let text = format!("echo {tool} >>'{}'\nexec {tool} \"$@\"", used.display());
        scripted.tool(&format!("x86_64-linux-acme-{tool}"), &text);
    }
    let ran = scripted.run(&arguments, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.cargo.contains(&format!(" --target {machine} ")), "{}", ran.cargo);
    assert!(
        ran.stdout.contains(&format!("building libatf 1.2.3 for {machine} (")),
        "{}",
        ran.stdout
    );
    let used_tools = read(&used);
    let used_tools: BTreeSet<_> = used_tools.lines().collect();
    assert_eq!(used_tools, BTreeSet::from(["ar", "gcc", "nm", "objcopy"]));
    assert!(scripted.prefix().join("lib/libatf.so.1.2.3").exists());

    // Cargo reads the variable itself.
    let ran = scripted.run(&arguments[..2], &[("CARGO_BUILD_TARGET", machine)]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.cargo.contains("--target"), "{}", ran.cargo);
    assert!(
        ran.stdout.contains(&format!("building libatf 1.2.3 for {machine} (")),
        "{}",
        ran.stdout
    );

    // Tools that are named are taken.
    let named = [("CC", "cc"), ("AR", "ar"), ("NM", "nm"), ("OBJCOPY", "objcopy")];
    let ran = scripted.run(&["--prefix", "prefix", "--target=s390x-unknown-linux-gnu"], &named);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let ran = scripted.run(&["--target", "x86_64-pc-windows-gnu"], &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("expected a Linux"), "{}", ran.stderr);
}

#[test]
fn missing_cargo_or_a_build_that_fails_installs_nothing() {
    let scripted = scripted();
    let ran = scripted.run(&["--prefix", "prefix"], &[("CARGO", "no-such-cargo")]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stderr, "install.sh: no-such-cargo is missing: install Rust\n");
    scripted.tool("failing", "[ \"$1\" != rustc ] || exit 101\necho 'x#atf-capi@1.2.3'");
    let ran = scripted.run(&["--prefix", "prefix"], &[("CARGO", "failing")]);
    assert_eq!(ran.code, Some(101), "{}", ran.stderr);
    assert!(!scripted.prefix().exists());
}

// The script in the archive of the package, with nothing of the repository around it.
#[test]
fn packaged_crate_installs_alone() {
    let folder = Scratch::new();
    let mut list = scratch::command(env!("CARGO"));
    list.args(["package", "-p", "atf-capi", "--list", "--allow-dirty", "--offline"]);
    for file in output_of(list.current_dir(repository())).lines() {
        let (from, to) = (repository().join("atf-capi").join(file), folder.path().join(file));
        // Cargo makes the lock and the record of the commit for the archive.
        if from.exists() {
            fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
            fs::copy(&from, &to).expect("it can be copied");
        }
    }
    let scripted = Scripted::new(folder.path().join("install.sh"));
    let ran = scripted.run(&["--prefix", "prefix"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let headers = files(&scripted.prefix().join("include/atf"));
    assert_eq!(headers, files(&installed().prefix.join("include/atf")));
    assert!(
        ran.cargo.contains(&format!("--manifest-path {}", folder.path().display())),
        "{}",
        ran.cargo
    );
}
