//! Compiles the library for the traced program. It needs nothing but a C compiler.

use std::path::{Path, PathBuf};

const SOURCES: [&str; 7] =
    ["ask.c", "hooks.c", "modules.c", "patch.c", "process.c", "push.c", "thread.c"];
const HEADERS: [&str; 5] =
    ["record.h", "protocol.h", "atf/atf.h", "atf/atf_producer.h", "atf/atf_v2_types.h"];

fn main() {
    let sources = Path::new("c");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    let library = out.join("libatf_record.so");
    let files: Vec<&str> = SOURCES.into_iter().chain(["stubs.S"]).collect();
    for file in files.iter().chain(&HEADERS) {
        println!("cargo:rerun-if-changed=c/{file}");
    }
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let has_stubs = matches!(target("ARCH").as_str(), "x86_64" | "aarch64");
    let is_supported = target("OS") == "linux" && has_stubs;
    let built = if is_supported {
        link(sources, &files, &library)
    } else {
        std::fs::write(&library, []).is_ok()
    };
    assert!(built, "the C compiler could not make {}", library.display());
}

/// One command compiles and links: `cc` itself only makes archives.
fn link(sources: &Path, files: &[&str], library: &Path) -> bool {
    let compiler = cc::Build::new().opt_level(2).debug(false).pic(true).get_compiler();
    let mut command = compiler.to_command();
    command
        .args(["-shared", "-std=gnu11", "-fvisibility=hidden", "-Wall", "-Wextra"])
        // Never through the program's own table: hidden, and no instrumentation of our own code.
        .args([
            "-fno-stack-protector",
            "-ftls-model=initial-exec",
            "-Wl,-z,now",
            "-Wl,-z,noexecstack",
        ])
        .arg("-Wl,-soname,libatf_record.so")
        .arg("-I")
        .arg(sources)
        .args(files.iter().map(|file| sources.join(file)))
        .arg("-o")
        .arg(library)
        .args(["-ldl", "-lpthread"]);
    command.status().is_ok_and(|status| status.success())
}
