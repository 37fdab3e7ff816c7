//! Checksums that a record has of itself, in every target, for a format that is not ours. G-03, G-07, G-08.

use atf_gen::diff::{Schema, compare};
use atf_tests::scratch::{self, Scratch};
use zerocopy::IntoBytes;

#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod vault {
    atf_derive::schema!("schemas/vault.toml");
}

const SCHEMA: &str = include_str!("../schemas/vault.toml");

fn load(schema: &str) -> atf_gen::model::Format {
    atf_gen::load("vault.toml", schema.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A file with two coins, whose checksums are computed by another library.
fn bytes() -> Vec<u8> {
    let mut bytes = b"VLT1\0\0\0\0".to_vec();
    bytes.extend(7_u64.to_le_bytes());
    let seal = crc32fast::hash(&bytes);
    bytes[4..8].copy_from_slice(&seal.to_le_bytes());
    for weight in [31_u32, 32] {
        bytes.extend(weight.to_le_bytes());
        bytes.extend(crc32fast::hash(&weight.to_le_bytes()).to_le_bytes());
        bytes.extend([9, 0, 0, 0]);
    }
    bytes
}

#[test]
fn rust_computes_what_the_field_should_hold() {
    let bytes = bytes();
    let mut header = vault::VaultHeader { owner: 7.into(), ..vault::VaultHeader::INIT };
    header.seal = header.computed_seal().into();
    assert_eq!(header.as_bytes(), &bytes[..16]);
    // What the field holds does not count.
    assert_eq!(header.computed_seal(), header.seal.get());
    let mut coin = vault::Coin { weight: 31.into(), place: 9.into(), ..vault::Coin::INIT };
    coin.mark = coin.computed_mark().into();
    assert_eq!(coin.as_bytes(), &bytes[16..28]);
}

#[test]
fn python_computes_it_and_its_writer_fills_it_in() {
    let folder = Scratch::new();
    let module = atf_gen::emit::python::text(&load(SCHEMA));
    std::fs::write(folder.path().join("vault.py"), module).expect("the module can be written");
    let program = "import sys, vault\n\
        coins = [vault.Coin(weight=31, place=9), vault.Coin(weight=32, place=9)]\n\
        built = vault.BoxesFile.build(coins, header=vault.VaultHeader(owner=7))\n\
        assert coins[0].mark == 0, 'what was given is not changed'\n\
        file = vault.BoxesFile(built)\n\
        assert file.header.computed_seal == file.header.seal\n\
        assert [coin.computed_mark == coin.mark for coin in file] == [True, True]\n\
        sys.stdout.write(bytes(built).hex())\n";
    let output = scratch::command("python3")
        .args(["-B", "-W", "error", "-c", program])
        .env("PYTHONPATH", folder.path())
        .output()
        .expect("python3 runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let expected: String = bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn c_computes_it() {
    let folder = Scratch::new();
    let format = load(SCHEMA);
    let header = folder.path().join(&format.c.header);
    std::fs::write(header, atf_gen::emit::c::text(&format)).expect("the header can be written");
    let list: Vec<String> = bytes().iter().map(u8::to_string).collect();
    let program = format!(
        "#include \"{}\"\nstatic const unsigned char bytes[] = {{{}}};\nint main(void) {{\n\
         VaultHeader header;\nCoin coin;\nmemcpy(&header, bytes, sizeof header);\n\
         memcpy(&coin, bytes + 16, sizeof coin);\n\
         if (vault_header_computed_seal(&header) != header.seal) {{ return 1; }}\n\
         header.owner = 8;\n\
         if (vault_header_computed_seal(&header) == header.seal) {{ return 2; }}\n\
         return vault_coin_computed_mark(&coin) == coin.mark ? 0 : 3;\n}}\n",
        format.c.header,
        list.join(",")
    );
    let (source, binary) = (folder.path().join("vault.c"), folder.path().join("vault"));
    std::fs::write(&source, program).expect("the program can be written");
    let compiled = scratch::command("gcc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o"])
        .args([&binary, &source])
        .output()
        .expect("gcc runs");
    assert_eq!(String::from_utf8_lossy(&compiled.stderr), "");
    assert_eq!(scratch::command(&binary).output().expect("it runs").status.code(), Some(0));
}

fn annotated(bytes: Vec<u8>) -> Vec<String> {
    use atf_gen::annotate::{Item, Options, annotate, identify};
    let format = load(SCHEMA);
    let file = identify(&format, "boxes.vault", &bytes).expect("its name says so");
    let mut said = Vec::new();
    let options = Options { all: true, ..Options::default() };
    let mut take = |item| {
        if let Item::Range(range) = item {
            let problems = range.problems.iter().map(|it| format!("{} {}", it.expected, it.found));
            if ["seal", "mark"].contains(&range.field.as_str()) {
                said.push(format!("{} {}", range.field, range.note));
            }
            said.extend(problems);
        }
        Ok(())
    };
    annotate(&format, file, std::io::Cursor::new(bytes), &options, &mut take)
        .expect("it can be read");
    said
}

#[test]
fn annotate_compares_it_in_every_record() {
    assert_eq!(annotated(bytes()), ["seal checked", "mark checked", "mark checked"]);
    let mut damaged = bytes();
    damaged[8] = 6;
    damaged[16] ^= 1;
    let said = annotated(damaged);
    assert_eq!(said[0], "seal ");
    assert!(said[1].contains("the crc32 of the record"), "{said:?}");
    assert!(said[3].contains("the crc32 of the bytes before it"), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("mark checked"));
}

#[test]
fn record_has_one_checksum_of_itself() {
    let two = SCHEMA.replace(
        "{ offset = 0, name = \"weight\", type = \"u32\" }",
        "{ offset = 0, name = \"weight\", type = \"u32\", role = { checksum = \"record\", algorithm = \"crc32\" } }",
    );
    let errors = atf_gen::load("vault.toml", two.as_bytes()).expect_err("they cover each other");
    assert_eq!(
        errors.headline(&errors.list()[0]),
        "vault.toml:27:53: record Coin, field mark: role `checksum`: expected one field with this role, \
         found weight as well"
    );
}

#[test]
fn record_that_sums_all_its_fields_cannot_grow() {
    let grown = SCHEMA
        .replace("version = 1\nendian", "version = 1\nrevision = 1\nendian")
        .replace("size = 16", "size = 24")
        .replace(
            "{ offset = 8, name = \"owner\", type = \"u64\" }",
            "{ offset = 8, name = \"owner\", type = \"u64\" },\n  { offset = 16, name = \"guest\", type = \"u64\", since = 1 }",
        );
    let [old, new] =
        [SCHEMA, &grown].map(|it| Schema::load("vault.toml", it.as_bytes()).expect("it is right"));
    let changes = compare(&old, &new);
    let text = format!("{changes:?}");
    assert!(text.contains("its checksum covers the new bytes too"), "{text}");
    assert!(changes.iter().any(|it| it.fails()), "{text}");
}
