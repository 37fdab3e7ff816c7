//! One file per target. Each takes the model and gives text (or tokens); none sees the
//! TOML, none sees another.

pub mod byte_map;
pub mod c;
pub mod case;
pub mod history;
#[cfg(feature = "cli")]
pub mod kaitai;
pub mod layout;
pub mod layout_tests;
#[cfg(feature = "cli")]
pub mod markdown;
pub(crate) mod parallel;
#[cfg(feature = "cli")]
pub mod place;
pub mod python;
pub mod rust;
#[cfg(feature = "cli")]
pub mod svg;
pub(crate) mod template;
pub mod value;

/// How people regenerate what is generated.
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
pub struct Output {
    /// Path below the folder of generated files, with `/` between its parts.
    pub path: String,
    /// The whole file.
    pub text: String,
}

/// Every file that is generated from a format.
#[cfg(feature = "cli")]
#[must_use]
pub fn outputs(format: &crate::model::Format) -> Vec<Output> {
    let stem = format.stem();
    let mut outputs = vec![
        Output { path: format!("rust/{stem}.rs"), text: rust::text(format) },
        Output { path: format!("rust/{stem}_layout_tests.rs"), text: layout_tests::text(format) },
        Output { path: format!("c/{}", format.c.header), text: c::text(format) },
        Output { path: format!("python/{stem}.py"), text: python::text(format) },
        Output { path: format!("docs/{stem}_layout.txt"), text: layout::text(format) },
        Output { path: format!("docs/{stem}.md"), text: markdown::text(format) },
    ];
    outputs.extend(svg::outputs(format));
    outputs.extend(kaitai::specifications(format).into_iter().map(|specification| Output {
        path: format!("kaitai/{}.ksy", specification.id),
        text: specification.text,
    }));
    outputs
}
