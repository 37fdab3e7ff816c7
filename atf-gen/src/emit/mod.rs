//! One file per target. Each turns the model into text (or tokens). No target sees the TOML or
//! another target.

pub(crate) mod byte_map;
pub mod c;
pub mod case;
pub(crate) mod history;
#[cfg(feature = "cli")]
pub mod kaitai;
pub mod layout;
#[cfg(feature = "cli")]
pub(crate) mod layout_tests;
#[cfg(feature = "cli")]
pub mod markdown;
pub(crate) mod parallel;
#[cfg(feature = "cli")]
pub(crate) mod place;
pub mod python;
pub mod rust;
#[cfg(feature = "cli")]
pub mod svg;
pub(crate) mod template;
pub(crate) mod value;

/// The command that regenerates the files.
pub const COMMAND: &str = "cargo run -p atf-gen -- generate";

/// The sentence that heads every generated file.
///
/// It holds the schema's file name and no path, so that the same schema gives the same
/// bytes on every machine.
#[must_use]
pub fn mark(source_name: &str) -> String {
    format!("Generated from {source_name} by `{COMMAND}`; do not edit.")
}

/// A generated file.
#[cfg(feature = "cli")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Path below the folder of generated files, with `/` between its parts.
    pub path: String,
    /// Content of the file.
    pub text: String,
}

/// Every file that is generated from a format.
#[cfg(feature = "cli")]
#[must_use]
pub fn outputs(format: &crate::model::Format) -> Vec<Output> {
    let one = |path: String, text: String| vec![Output { path, text }];
    let stem = &format.stem();
    let targets: [&(dyn Fn() -> Vec<Output> + Sync); 8] = [
        &|| one(format!("rust/{stem}.rs"), rust::text(format)),
        &|| one(format!("rust/{stem}_layout_tests.rs"), layout_tests::text(format)),
        &|| one(format!("c/{}", format.c.header), c::text(format)),
        &|| one(format!("python/{stem}.py"), python::text(format)),
        &|| one(format!("docs/{stem}_layout.txt"), layout::text(format)),
        &|| one(format!("docs/{stem}.md"), markdown::text(format)),
        &|| svg::outputs(format),
        &|| {
            kaitai::specifications(format)
                .into_iter()
                .flat_map(|made| one(format!("kaitai/{}.ksy", made.id), made.text))
                .collect()
        },
    ];
    let is_large = format.records.len() >= parallel::FEW;
    parallel::map(&targets, is_large, |target| target()).into_iter().flatten().collect()
}
