//! Formats of others with published bytes, and a format whose names and texts are as awkward as
//! the language allows: Rust, C, C++, Python and `annotate` agree on every one of them. G-08.

use atf_tests::scratch;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use zerocopy::{FromBytes, IntoBytes};

#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod pcapng {
    atf_derive::schema!("schemas/pcapng.toml");
}
#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod thorny {
    atf_derive::schema!("schemas/thorny.toml");
}

/// `test006-fixed.ntar` of the package python-pcapng 2.1.1 (Apache 2.0): one of the captures that
/// Wireshark's wiki has as samples of the format, with the length of its last block put right.
const CAPTURE: &[&str] = &[
    "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c00000001000000",
    "44000000020000006000000003001a005374757069642065746865726e657420",
    "696e746572666163650000000800080000e1f505000000000000000044000000",
    "02000000a80000000000000000000000000000007b000000e8030000685311f3",
    "3b000000978f00f33b0000000000000000000000000000000000000000000000",
    "000000000100000000000000d0f1ffbf7f000000d04f11f33b000000600500f3",
    "3b000000fc0600f33b000000600200f33b0000005806400000000000685311f3",
    "3b000000685311f3020000000000000000000000000000000200040000000000",
    "00000000a8000000",
];

fn capture() -> Vec<u8> {
    let digits = CAPTURE.concat();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits"))
        .collect()
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a string takes all");
        out
    })
}

/// The outputs of a schema, by path.
fn outputs(name: &str) -> BTreeMap<String, String> {
    let file = format!("{name}.toml");
    let schema = std::fs::read(package().join("schemas").join(&file)).expect("it can be read");
    let format = atf_gen::load(&file, &schema).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    atf_gen::emit::outputs(&format).into_iter().map(|output| (output.path, output.text)).collect()
}

/// Names of the records of both formats, with the bytes of a fresh one.
fn fresh() -> Vec<(&'static str, Vec<u8>)> {
    macro_rules! bytes {
        ($($module:ident :: $record:ident),* $(,)?) => {
            vec![$((stringify!($record), $module::$record::INIT.as_bytes().to_vec())),*]
        };
    }
    bytes![
        thorny::One,
        thorny::Head,
        thorny::Event,
        thorny::Foot,
        thorny::ChunkHead,
        thorny::BlobEnd,
        thorny::Blob,
        pcapng::BlockHeader,
        pcapng::SectionHeader,
        pcapng::InterfaceDescription,
        pcapng::Packet,
        pcapng::EnhancedPacket,
    ]
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("general").join(name);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn run(program: &mut Command) -> String {
    let output = program.output().expect("the program is there");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{program:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

// G-02, G-07, G-08
#[test]
fn python_and_rust_hold_the_same_fresh_records_and_read_the_same_capture() {
    use pcapng::{BlockHeader, BlockType, InterfaceDescription, Packet, Record, SectionHeader};

    let mut expected = String::new();
    for (name, bytes) in fresh() {
        writeln!(expected, "{name} {}", hex(&bytes)).expect("a string takes all");
    }
    let capture = capture();
    let mut rest = &capture[..];
    while !rest.is_empty() {
        let (block, behind) = BlockHeader::ref_from_prefix(rest).expect("a header is there");
        let length = block.total_length.get() as usize;
        let payload = &behind[..length - BlockHeader::SIZE];
        let name = match block.block_type {
            BlockType::SECTION_HEADER => SectionHeader::NAME,
            BlockType::INTERFACE_DESCRIPTION => InterfaceDescription::NAME,
            _ => Packet::NAME,
        };
        let kind = block.block_type.name().expect("a known block").to_uppercase();
        writeln!(expected, "{kind} {length} {name}").expect("a string takes all");
        match block.block_type {
            BlockType::SECTION_HEADER => {
                let (section, _) = SectionHeader::ref_from_prefix(payload).expect("it is complete");
                assert_eq!(section.byte_order.get(), SectionHeader::BYTE_ORDER);
                assert!(!section.has_section_length());
                writeln!(expected, "0x1a2b3c4d {} False", section.section_length.get())
            }
            BlockType::INTERFACE_DESCRIPTION => {
                let (interface, _) =
                    InterfaceDescription::ref_from_prefix(payload).expect("it is complete");
                writeln!(expected, "{} {}", interface.link_type, interface.snap_length.get())
            }
            _ => {
                let (packet, data, _) = Packet::split_tail(payload).expect("it is complete");
                assert_eq!(
                    (Packet::timestamp_names(), packet.has_drops()),
                    (&["high", "low"][..], true)
                );
                writeln!(
                    expected,
                    "{} {} {}\n(0, 0) ('high', 'low') True",
                    packet.original_length.get(),
                    data.len(),
                    hex(&data[..8])
                )
            }
        }
        .expect("a string takes all");
        rest = &rest[length..];
    }

    let folder = folder("python");
    for name in ["pcapng", "thorny"] {
        let text = &outputs(name)[&format!("python/{name}.py")];
        std::fs::write(folder.join(format!("{name}.py")), text).expect("it can be written");
    }
    let file = folder.join("section.pcapng");
    std::fs::write(&file, &capture).expect("it can be written");
    let printed = run(scratch::command("python3")
        .args(["-B", "-W", "error"])
        .arg(package().join("python/general.py"))
        .arg(&file)
        .env("PYTHONPATH", &folder));
    assert_eq!(printed, expected);
}

// G-01, G-08: the same bytes, as `annotate` shows them.
#[test]
fn a_published_capture_is_annotated_byte_by_byte() {
    let folder = folder("annotate");
    std::fs::write(folder.join("section.pcapng"), capture()).expect("it can be written");
    let schema = package().join("schemas/pcapng.toml");
    let arguments = ["atf-gen", "annotate", "section.pcapng", "--schema"].map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = atf_gen::cli::run(
        arguments.into_iter().chain([schema.into_os_string()]),
        &folder,
        &mut out,
        &mut err,
    );
    let out = String::from_utf8(out).expect("UTF-8");
    assert_eq!((code, String::from_utf8_lossy(&err).as_ref()), (atf_gen::cli::FINE, ""), "{out}");
    insta::assert_snapshot!(out);
}

// G-03, G-08: each fresh record has the bytes that Rust gives it, in both languages.
#[test]
fn c_and_cpp_fill_in_the_same_fresh_records() {
    let mut program = String::from(
        "#include <stdio.h>\n#include \"thorny_types.h\"\n#include \"pcapng_types.h\"\n",
    );
    program.push_str("static void show(const char *name, const void *record, size_t size) {\n    size_t at;\n    printf(\"%s \", name);\n    for (at = 0; at < size; at++) printf(\"%02x\", ((const unsigned char *)record)[at]);\n    printf(\"\\n\");\n}\nint main(void) {\n");
    let mut expected = String::new();
    for (at, (name, bytes)) in fresh().into_iter().enumerate() {
        let module = if at < 7 { "thorny" } else { "pcapng" };
        let function = atf_gen::emit::case::snake(name);
        writeln!(
            program,
            "    {{ {name} record; {module}_{function}_init(&record); show(\"{name}\", &record, sizeof(record)); }}"
        )
        .expect("a string takes all");
        writeln!(expected, "{name} {}", hex(&bytes)).expect("a string takes all");
    }
    program.push_str("    return 0;\n}\n");
    for (compiler, options) in
        [("cc", &["-std=c11", "-x", "c"][..]), ("c++", &["-std=c++17", "-x", "c++"])]
    {
        let folder = folder(compiler);
        for name in ["pcapng", "thorny"] {
            let text = &outputs(name)[&format!("c/{name}_types.h")];
            std::fs::write(folder.join(format!("{name}_types.h")), text).expect("written");
        }
        std::fs::write(folder.join("fresh.c"), &program).expect("it can be written");
        run(scratch::command(compiler)
            .args(options)
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "fresh.c", "-o", "fresh"])
            .current_dir(&folder));
        assert_eq!(run(&mut scratch::command(folder.join("fresh"))), expected, "{compiler}");
    }
}

// Symptom: an enum called Type or Match became an argument of that name, which is no Rust.
// Cause: arguments made from enums were not held against the keywords.
#[test]
fn names_that_are_keywords_in_another_case_are_arguments() {
    use thorny::{Head, Huge, Match, Type, Wide};

    assert_eq!(Head::kinds_names(Type::X, Match::X), ["*/", "\"\\"]);
    assert!(Head::kinds_names(Type::new(1), Match::X).is_empty());
    assert_eq!(Head::class_names(), ["a", "a"]);
    assert_eq!((Head::INIT.none, Huge::SELF.get()), (Huge::LAST, 1 << 63));
    assert!(Head::INIT.flags.contains(Wide::TOP) && !Head::INIT.has_id());
}
