//! Functions that give a field's value: a copy, which is aligned wherever the record is.

use std::fmt::Write as _;

use super::{names, records};
use crate::model::{Format, Record, Type};

pub(super) fn emit(format: &Format, record: &Record, out: &mut String) {
    let ty = names::ty(format, record);
    for field in record.fields.iter().filter(|field| field.is_live()) {
        let (mut element, mut arguments, mut place) =
            (&field.ty, String::new(), format!("record->{}", field.name));
        let mut lengths = Vec::new();
        // Bytes are given out as they are, and so are records, which have no alignment.
        while let Type::Array(inner, length) = element {
            if element.byte_array().is_some() {
                break;
            }
            let index = match lengths.len() {
                0 => "index".to_owned(),
                more => format!("index{}", more + 1),
            };
            let _ = write!(arguments, ", size_t {index}");
            let _ = write!(place, "[{index}]");
            lengths.push(*length);
            element = inner;
        }
        let (result, value) = match element {
            Type::Record(_) => {
                let (base, _) = records::c_type(format, element);
                (format!("const {base} *"), format!("&{place}"))
            }
            Type::Array(..) => ("const uint8_t *".to_owned(), place),
            _ => (format!("{} ", records::c_type(format, element).0), place),
        };
        let bound = match lengths.as_slice() {
            [] => String::new(),
            [length] => format!(", of which there are {length}"),
            lengths => format!(
                ", of which there are {}",
                lengths.iter().map(u64::to_string).collect::<Vec<_>>().join(" times ")
            ),
        };
        let what = if lengths.is_empty() { "" } else { "An element of " };
        let _ = writeln!(
            out,
            "/** {what}`{}`{bound}. `record` is not NULL. */\nstatic inline {result}{}(const {ty} *record{arguments}) {{\n    \
             return {value};\n}}\n",
            field.name,
            names::value_of(format, record, field),
        );
    }
}
