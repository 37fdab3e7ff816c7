//! The generated C header with real compilers, as C11 and as C++17, warnings as errors. G-03, W-001.

use atf_tests::scratch;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compiles `program` against the headers in `include`; the error is the output of the compiler.
fn compile(
    compiler: &[&str],
    include: &Path,
    program: &str,
    name: &str,
) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_header").join(name);
    std::fs::create_dir_all(&folder).expect("the folder for programs can be made");
    let (source, binary) = (folder.join("program.c"), folder.join("program"));
    std::fs::write(&source, program).expect("the program can be written");
    let output = scratch::command(compiler[0])
        .args(&compiler[1..])
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(include)
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap_or_else(|error| {
            panic!("the C compiler `{}` is needed to test the header, but: {error}", compiler[0])
        });
    if output.status.success() {
        Ok(binary)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn run(binary: &Path) -> (bool, String) {
    let output = scratch::command(binary).output().expect("the program runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

const C11: &[&str] = &["gcc", "-std=c11"];
const CPP17: &[&str] = &["g++", "-std=c++17", "-x", "c++"];

const PROGRAM: &str = r#"
#include "atf_v2_types.h"
#include "atf_v2_types.h" /* the guard */
#include <stdio.h>

#if !defined(ATF_ARCH_HOST) || !defined(ATF_OS_HOST) || !defined(ATF_CLOCK_HOST)
#error "this machine is one of those that the format knows"
#endif
#if ATF_OS_HOST == ATF_OS_LINUX && ATF_CLOCK_HOST != ATF_CLOCK_BOOTTIME
#error "Linux reads CLOCK_BOOTTIME"
#endif

int main(void) {
    AtfIndexHeader header;
    IndexEvent event;
    AtfDetailFooter footer;
    unsigned char payload[ATF_DETAIL_FUNCTION_PAYLOAD_SIZE + 3];
    atf_index_header_init(&header);
    atf_index_event_init(&event);
    atf_detail_footer_init(&footer);
    memset(payload, 7, sizeof(payload));
    printf("%.4s %.4s %u %u\n", (const char *)header.magic, (const char *)footer.magic,
           (unsigned)header.event_size, (unsigned)header.footer_offset);
    printf("%d", atf_index_event_has_detail_seq(&event));
    event.detail_seq = 0;
    printf("%d", atf_index_event_has_detail_seq(&event));
    printf("%d", atf_index_flag_has_detail_file_is_set(header.flags));
    header.flags |= ATF_INDEX_FLAG_HAS_DETAIL_FILE;
    printf("%d\n", atf_index_flag_has_detail_file_is_set(header.flags));
    printf("%u %u %u %u\n", (unsigned)ATF_ARCH_HOST, (unsigned)ATF_OS_HOST, (unsigned)ATF_CLOCK_HOST,
           (unsigned)ATF_DETAIL_EVENT_FUNCTION_RETURN);
    printf("%d\n", (int)(atf_detail_function_payload_stack_snapshot((const DetailFunctionPayload *)(const void *)payload)
                         - (const uint8_t *)payload));
    return 0;
}
"#;

fn works(compiler: &[&str], name: &str) {
    use atf_runtime::format::{Arch, ClockType, Os};

    let include = repository().join("schema/generated/c");
    let binary =
        compile(compiler, &include, PROGRAM, name).unwrap_or_else(|error| panic!("{error}"));
    let (ok, text) = run(&binary);
    assert!(ok);
    // C and Rust detect the same host.
    let host = format!(
        "{} {} {} 4",
        Arch::host().expect("a known arch").get(),
        Os::host().expect("a known os").get(),
        ClockType::host().expect("a known clock").get()
    );
    assert_eq!(text, format!("ATI2 2DTA 32 64\n0101\n{host}\n100\n"));
}

// G-03
#[test]
fn header_compiles_as_c11_without_a_warning_and_its_functions_work() {
    works(C11, "c11");
}

// G-03
#[test]
fn header_compiles_as_cpp17_without_a_warning_and_its_functions_work() {
    works(CPP17, "cpp17");
}

/// A folder with the header, in which `from` is replaced by `to`.
fn broken(name: &str, from: &str, to: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_header").join(name).join("include");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let header = std::fs::read_to_string(repository().join("schema/generated/c/atf_v2_types.h"))
        .expect("the header is there");
    assert!(header.contains(from), "the header no longer holds {from}");
    std::fs::write(folder.join("atf_v2_types.h"), header.replacen(from, to, 1))
        .expect("it can be written");
    folder
}

const EMPTY: &str = "#include \"atf_v2_types.h\"\nint main(void) { return 0; }\n";

// G-03: the asserts are active.
#[test]
fn a_field_that_moved_fails_the_asserts_of_both_languages() {
    let include = broken("moved", "uint32_t call_depth;", "uint16_t call_depth;");
    for (compiler, name) in [(C11, "moved/c11"), (CPP17, "moved/cpp17")] {
        let error = compile(compiler, &include, EMPTY, name).expect_err("the assert fails");
        assert!(error.contains("size of IndexEvent"), "{error}");
        assert!(error.contains("offset of IndexEvent.detail_seq"), "{error}");
        assert!(!error.contains("offset of IndexEvent.call_depth"), "{error}");
    }
}

// A-01
#[test]
fn a_big_endian_compiler_is_refused() {
    // No cross compiler is needed: a macro gives the preprocessor another byte order.
    let include = broken(
        "big",
        "#if defined(__BYTE_ORDER__)",
        "#undef __BYTE_ORDER__\n#define __BYTE_ORDER__ 4321\n#if defined(__BYTE_ORDER__)",
    );
    let error = compile(C11, &include, EMPTY, "big/c11").expect_err("it is refused");
    assert!(
        error.contains(
            "atf-v2 is little-endian: these structs do not match its bytes on a big-endian machine"
        ),
        "{error}"
    );
}

// G-03, G-08: every kind of field, in both languages.
#[test]
fn header_of_a_format_with_every_kind_of_field_compiles_and_fills_it_in() {
    let schema = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/ledger.toml"))
        .expect("the schema is there");
    let format = atf_gen::load("ledger.toml", &schema).expect("it is right");
    let include = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_header/ledger/include");
    std::fs::create_dir_all(&include).expect("the folder can be made");
    std::fs::write(include.join("ledger_types.h"), atf_gen::emit::c::text(&format))
        .expect("it can be written");
    let program = r#"
#include "ledger_types.h"
#if LDG_LOWEST >= 0
#error "a constant keeps its sign in the preprocessor"
#endif
#ifndef LDG_CUR_HOST
#error "one of the two conditions holds everywhere"
#endif
int main(void) {
    BookHeader head;
    Booking booking;
    TextNote note;
    ldg_book_header_init(&head);
    ldg_booking_init(&booking);
    ldg_text_note_init(&note);
    if (memcmp(head.magic, "\211LDG\r\n\032\n", 8) != 0 || memcmp(head.tag, "\"?\\\001", 4) != 0) return 1;
    if (head.version != 2 || head.currency != LDG_CUR_EURO || head.options != LDG_OPTIONS_HAS_NOTES) return 2;
    if (head.steps[0] != -1 || head.steps[1] != 0 || head.steps[2] != 300) return 3;
    if (head.places[1].latitude < 48.1f || head.places[0].height != -1) return 4;
    if (ldg_booking_has_note(&booking) || !ldg_booking_has_amount(&booking)) return 5;
    booking.amount = LDG_LOWEST;
    if (ldg_booking_has_amount(&booking)) return 6;
    if (!ldg_options_has_notes_is_set(head.options) || ldg_options_signed_is_set(head.options)) return 7;
    if (ldg_text_note_text(&note) != (const uint8_t *)&note + 9) return 8;
    return 0;
}
"#;
    for (compiler, name) in [(C11, "ledger/c11"), (CPP17, "ledger/cpp17")] {
        let binary =
            compile(compiler, &include, program, name).unwrap_or_else(|error| panic!("{error}"));
        let status = scratch::command(&binary).status().expect("the program runs");
        assert_eq!(status.code(), Some(0), "{name}");
    }
}

// Symptom: `#pragma pack` alone hid unaligned pointers and references, which compiled without a word.
#[test]
fn a_pointer_or_reference_to_an_unaligned_field_does_not_compile() {
    let include = repository().join("schema/generated/c");
    let pointer = "#include \"atf_v2_types.h\"\nint main(void) { IndexEvent e; const uint64_t *p; \
                   atf_index_event_init(&e); p = &e.timestamp_ns; return (int)*p; }\n";
    for (compiler, name) in [(C11, "pointer_c"), (CPP17, "pointer_cpp")] {
        let said = compile(compiler, &include, pointer, name).expect_err("it must warn");
        assert!(said.contains("address-of-packed-member"), "{said}");
    }
    let reference = "#include \"atf_v2_types.h\"\nint main() { IndexEvent e; atf_index_event_init(&e); \
                     uint64_t &r = e.timestamp_ns; return (int)r; }\n";
    let said = compile(CPP17, &include, reference, "reference").expect_err("it must be rejected");
    assert!(said.contains("cannot bind packed field"), "{said}");
}

// The functions for values, with the record at every alignment, under the sanitizer of undefined behavior.
#[test]
fn values_of_a_record_at_any_address_are_read_without_undefined_behavior() {
    let include = repository().join("schema/generated/c");
    let maximum = "    most = most > atf_index_event_timestamp_ns(event) ? most : atf_index_event_timestamp_ns(event);\n";
    let program = format!(
        "#include \"atf_v2_types.h\"\n#include <stdio.h>\nint main(void) {{\n    \
         static unsigned char bytes[8 + ATF_INDEX_EVENT_SIZE];\n    uint64_t most = 0;\n    \
         for (size_t at = 0; at < 8; at++) {{\n    \
         IndexEvent *event = (IndexEvent *)(void *)(bytes + at);\n    \
         atf_index_event_init(event);\n    event->timestamp_ns = 7 + at;\n    event->call_depth = 3;\n{maximum}    \
         if (atf_index_event_call_depth(event) != 3 || atf_index_event_detail_seq(event) != ATF_NO_DETAIL_SEQ) return 1;\n    }}\n    \
         printf(\"%u\\n\", (unsigned)most);\n    return 0;\n}}\n"
    );
    for (compiler, name) in [(C11, "values_c"), (CPP17, "values_cpp")] {
        let sanitized = [compiler, &["-fsanitize=undefined", "-fno-sanitize-recover=all"]].concat();
        let binary = compile(&sanitized, &include, &program, name);
        let (ok, text) = run(&binary.unwrap_or_else(|error| panic!("{error}")));
        assert!(ok && text == "14\n", "{text}");
    }
}

// Two formats with a record of one name.
#[test]
fn headers_with_types_of_one_name_are_included_together() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_header/two");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, prefix) in [("wave", "Wave"), ("tide", "Tide")] {
        let schema = format!(
            "[format]\nname = \"{name}\"\nversion = 1\nendian = \"little\"\n\n[format.c]\ntype_prefix = \"{prefix}\"\n\n\
             [[record]]\nname = \"Inner\"\nsize = 2\nfields = [{{ offset = 0, name = \"at\", type = \"u16\", default = 5 }}]\n\n\
             [[record]]\nname = \"Header\"\nsize = 8\nfields = [\n  \
             {{ offset = 0, name = \"init\", type = \"u8\", sentinel = 9 }},\n  \
             {{ offset = 1, name = \"inner\", type = \"Inner\" }},\n  \
             {{ offset = 3, name = \"steps\", type = \"[u16; 2]\", since = 1 }},\n  \
             {{ offset = 7, name = \"rest_len\", type = \"u8\" }},\n  \
             {{ offset = 8, name = \"rest\", type = \"[u8; rest_len]\" }},\n]\n"
        )
        .replace("version = 1\nendian", "version = 1\nrevision = 1\nendian");
        let format = atf_gen::load(format!("{name}.toml"), schema.as_bytes());
        let format = format.unwrap_or_else(|mistakes| panic!("{mistakes}"));
        std::fs::write(folder.join(format!("{name}_types.h")), atf_gen::emit::c::text(&format))
            .expect("the header can be written");
    }
    let program = "#include \"wave_types.h\"\n#include \"tide_types.h\"\nint main(void) {\n    \
                   WaveHeader wave;\n    TideHeader tide;\n    wave_header_init(&wave);\n    tide_header_init(&tide);\n    \
                   return wave_inner_at(wave_header_inner(&wave)) + tide_header_init_value(&tide) \
                   + tide_header_steps(&tide, 1) + (int)(wave_header_rest(&wave) - (const uint8_t *)&wave) - 13;\n}\n";
    for (compiler, name) in [(C11, "two_c"), (CPP17, "two_cpp")] {
        let binary = compile(compiler, &folder, program, name);
        let (ok, _) = run(&binary.unwrap_or_else(|error| panic!("{error}")));
        assert!(ok);
    }
}
