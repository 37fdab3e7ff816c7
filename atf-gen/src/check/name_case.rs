//! Names are ASCII identifiers in the case of their kind, so that every target language can
//! convert them without guessing where words begin.

use super::{Kind, names};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::emit::case;
use crate::model::Format;
use crate::parse::type_expr::is_identifier;
use crate::source::Span;

/// Longest name: C compilers need not distinguish longer names.
const LONGEST: usize = 63;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for named in names(format) {
        let (rule, good) = match named.kind {
            Kind::Type => ("UpperCamelCase", is_camel(named.name)),
            Kind::Constant => ("UPPER_SNAKE_CASE", is_upper(named.name)),
            Kind::Field => {
                ("lower_snake_case", is_snake(named.name.strip_prefix('_').unwrap_or(named.name)))
            }
            Kind::Value | Kind::File => ("lower_snake_case", is_snake(named.name)),
        };
        if !good {
            let better = match named.kind {
                Kind::Type => camel(named.name),
                Kind::Constant => case::upper(&named.name.replace('-', "_")),
                _ => case::snake(&named.name.replace('-', "_")),
            };
            fault(
                &shorten(&named.what.to_string()),
                named.name,
                named.at,
                rule,
                is_identifier(&better).then_some(better),
                diagnostics,
            );
        }
    }
    if !is_format_name(&format.name) {
        fault(
            "[format]: `name`",
            &format.name,
            format.at,
            "lower-case words separated by - or _",
            Some(case::snake(&format.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")))
                .filter(|better| is_format_name(better)),
            diagnostics,
        );
    }
    if !is_upper(&format.c.prefix) {
        fault(
            "[format.c]: `prefix`",
            &format.c.prefix,
            format.c.prefix_at,
            "UPPER_SNAKE_CASE",
            Some(case::upper(&format.c.prefix.replace('-', "_"))).filter(|better| is_upper(better)),
            diagnostics,
        );
    }
    let types = &format.c.type_prefix;
    if !types.is_empty() && !is_camel(types) {
        fault(
            "[format.c]: `type_prefix`",
            types,
            format.c.type_prefix_at,
            "UpperCamelCase",
            Some(camel(types)).filter(|better| is_camel(better)),
            diagnostics,
        );
    }
    let prefixes =
        format
            .enums
            .iter()
            .map(|declared| ("enum", &declared.name, &declared.c_prefix, declared.c_prefix_at))
            .chain(format.flags.iter().map(|declared| {
                ("flags", &declared.name, &declared.c_prefix, declared.c_prefix_at)
            }));
    for (kind, name, prefix, at) in prefixes {
        // A prefix that is made from a wrong name is reported with the name.
        if !is_upper(prefix) && is_camel(name) && is_upper(&format.c.prefix) {
            fault(
                &format!("{kind} {name}: `c_prefix`"),
                prefix,
                at,
                "UPPER_SNAKE_CASE",
                Some(case::upper(&prefix.replace('-', "_"))).filter(|better| is_upper(better)),
                diagnostics,
            );
        }
    }
}

fn fault(
    what: &str,
    name: &str,
    at: Span,
    rule: &str,
    better: Option<String>,
    diagnostics: &mut Diagnostics,
) {
    let found = if name.len() > LONGEST {
        format!("{} letters", name.len())
    } else {
        format!("\"{name}\"")
    };
    let diagnostic = Diagnostic::new(
        Code::NameCase,
        at,
        format!("{what}: expected a name in {rule} of at most {LONGEST} letters, found {found}"),
    );
    let help = match better.filter(|better| better != name && better.len() <= LONGEST) {
        Some(better) => format!("write \"{better}\""),
        None if name.len() > LONGEST => "shorten it; put the rest into `doc`".to_owned(),
        None => "use ASCII letters, digits and the separator of the case".to_owned(),
    };
    diagnostics.push(diagnostic.help(help));
}

fn is_camel(name: &str) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_snake(name: &str) -> bool {
    name.len() < LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        // Two underscores in a row belong to the compiler in C++.
        && !name.contains("__")
}

fn is_upper(name: &str) -> bool {
    is_snake(&name.to_ascii_lowercase()) && !name.contains(|c: char| c.is_ascii_lowercase())
}

fn is_format_name(name: &str) -> bool {
    is_snake(&name.replace('-', "_"))
}

fn camel(name: &str) -> String {
    name.split(['_', '-'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(chars).collect::<String>()
            })
        })
        .collect()
}
