//! Every target accepts what the language allows: random schemas, through all emitters,
//! compilers and interpreters. G-02, G-03, G-08.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use atf_gen::diagnostic::Code;
use atf_gen::emit::{Output, outputs};
use atf_tests::{nested, scratch, wild};
use proptest::prelude::*;

/// The outputs of a schema, or `None` when one of its names is refused; no other mistake is there.
fn made(name: &str, seed: u64) -> Option<Vec<Output>> {
    let schema = wild::schema(name, seed);
    match atf_gen::load(format!("{name}.toml"), schema.as_bytes()) {
        Ok(format) => {
            let made = outputs(&format);
            assert_eq!(made, outputs(&format), "the same schema gives the same files");
            Some(made)
        }
        Err(mistakes) => {
            for mistake in mistakes.list() {
                assert!(
                    matches!(mistake.code, Code::NameCollision | Code::ReservedWord),
                    "{mistakes}\n{schema}"
                );
            }
            None
        }
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("any_schema").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Writes the outputs of the first `count` schemas that are taken; their names.
fn write(folder: &Path, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut tried = 0;
    while names.len() < count {
        tried += 1;
        let name = format!("wild{tried}");
        let Some(made) = made(&name, tried) else { continue };
        for output in made {
            let path = folder.join(output.path);
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
            std::fs::write(path, output.text).expect("it can be written");
        }
        names.push(name);
    }
    assert!(tried < 4 * count as u64, "most names are taken: {tried} for {count}");
    names
}

fn run(program: &mut Command) {
    let output = program.output().expect("the program is there");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}: {errors}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    // G-08
    #[test]
    fn any_schema_gives_files_of_every_target(seed: u64) {
        for output in made("wild", seed).unwrap_or_default() {
            prop_assert!(output.text.ends_with('\n'), "{}", output.path);
            prop_assert!(!output.text.contains('\r'));
            if output.path.ends_with(".rs") {
                syn::parse_file(&output.text).map_err(|error| {
                    TestCaseError::fail(format!("{}: {error}", output.path))
                })?;
            }
            if output.path.ends_with(".ksy") {
                // Two spaces per level, no tab, and each key followed by a value or a level.
                for line in output.text.lines() {
                    let spaces = line.len() - line.trim_start_matches(' ').len();
                    prop_assert!(spaces % 2 == 0 && !line.contains('\t'), "{line}");
                }
            }
        }
    }
}

// G-03: no warning in either language.
#[test]
fn c_and_cpp_compile_the_header_of_any_schema() {
    let folder = folder("c");
    let mut sources = Vec::new();
    for name in write(&folder, 16) {
        let source = format!("{name}.c");
        std::fs::write(
            folder.join(&source),
            format!("#include \"c/{name}_types.h\"\nint main(void);\n"),
        )
        .expect("it can be written");
        sources.push(source);
    }
    for (compiler, options) in [("cc", ["-std=c11", "-xc"]), ("c++", ["-std=c++17", "-xc++"])] {
        run(scratch::command(compiler)
            .args(options)
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"])
            .args(&sources)
            .current_dir(&folder));
    }
}

// G-08: modules are imported and their records come back as they were; pictures are XML.
#[test]
fn python_imports_the_module_of_any_schema() {
    let folder = folder("python");
    let names = write(&folder, 32);
    run(scratch::command("python3")
        .args(["-B", "-W", "error"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/any_schema.py"))
        .arg(&folder)
        .args(names));
}

// G-02: no warning, and every item is documented.
#[test]
fn rust_compiles_the_types_of_any_schema() {
    let folder = folder("rust_types");
    let mut lib =
        String::from("#![forbid(unsafe_code)]\n#![deny(missing_docs, warnings)]\n//! Types.\n");
    for name in write(&folder, 8) {
        write!(lib, "/// A format.\npub mod {name} {{\n    include!(\"rust/{name}.rs\");\n}}\n")
            .expect("a string takes all");
    }
    std::fs::write(folder.join("lib.rs"), lib).expect("it can be written");
    std::fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"any-schema\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nzerocopy = { version = \"0.8\", features = [\"derive\"] }\n\n[workspace]\n",
    )
    .expect("it can be written");
    // The versions that the workspace has: nothing is looked up anywhere else.
    std::fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"),
        folder.join("Cargo.lock"),
    )
    .expect("the lock is there");
    run(nested::cargo(&folder).args(["check", "--quiet"]));
}
