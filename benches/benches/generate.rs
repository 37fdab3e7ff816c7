//! The generator: all targets of the project's own format, and of made-up ones of very many
//! records, beside reading their TOML alone, which is the least that any generator does.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use atf_benches::{Side, run_rounds};
use criterion::{Criterion, criterion_group, criterion_main};

/// A schema of so many records of ten fields.
fn schema(records: usize) -> String {
    let mut text = "[format]\nname = \"large\"\nversion = 1\nendian = \"little\"\n".to_owned();
    for record in 0..records {
        let _ = write!(
            text,
            "\n[[record]]\nname = \"Record{record}\"\nsize = 40\ndoc = \"Record number {record}.\"\nfields = [\n"
        );
        for field in 0..10 {
            let _ = writeln!(
                text,
                "  {{ offset = {}, name = \"field_{field}\", type = \"u32\", unit = \"ns\", doc = \"Meaning of it.\" }},",
                field * 4
            );
        }
        text.push_str("]\n");
    }
    text
}

/// From the schema's bytes to the text of every target; nothing is written.
fn generate(schema: &str) -> usize {
    let format = atf_gen::load("bench.toml", schema.as_bytes()).expect("the schema is right");
    atf_gen::emit::outputs(&format).iter().map(|output| output.text.len()).sum()
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// The table counts bytes of the schema.
fn generator(criterion: &mut Criterion) {
    let own =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/atf-v2.toml"))
            .expect("the schema is there");
    let schemas =
        [("atf-v2", own), ("1000 records", schema(1_000)), ("10000 records", schema(10_000))];
    for (name, schema) in &schemas {
        let sides = vec![
            Side::new("all targets", || timed(|| generate(black_box(schema)))),
            Side::new("check alone", || {
                timed(|| atf_gen::load("bench.toml", black_box(schema).as_bytes()).is_ok())
            }),
            Side::new("baseline: TOML alone", || {
                timed(|| toml::de::DeTable::parse(black_box(schema)).is_ok())
            }),
        ];
        run_rounds(criterion, &format!("generate/{name}"), schema.len() as u64, sides);
    }
}

criterion_group!(benches, generator);
criterion_main!(benches);
