//! Values as Kaitai's expressions, and the conditions for valid values.

use super::names::Names;
use super::{enums, yaml};
use crate::model::{Enum, EnumId, Field, Format, Int, RoleKind, Type, Value, ValueSource};

/// What a value must be.
pub(super) enum Legal {
    /// These bytes.
    Contents(String),
    /// This value.
    Value(String),
    /// One of these.
    AnyOf(Vec<String>),
    /// A value of its enum: all of them, each as a condition.
    InEnum(String),
    /// From the first to the second.
    Range(Option<String>, Option<String>),
    /// What makes this condition true, of the value `_`.
    Condition(String),
}

impl Legal {
    /// The attribute after the type: `contents` or `valid`, in lines indented by `margin`.
    pub(super) fn attribute(&self, margin: &str) -> String {
        let lines = |lines: &str| format!("{margin}valid:\n{lines}");
        match self {
            Self::Contents(bytes) => format!("{margin}contents: {bytes}\n"),
            Self::Value(value) => format!("{margin}valid: {}\n", yaml::quoted(value)),
            Self::AnyOf(values) => lines(&format!("{margin}  any-of: [{}]\n", values.join(", "))),
            Self::InEnum(_) => lines(&format!("{margin}  in-enum: true\n")),
            Self::Range(least, most) => {
                let line = |key: &str, value: &Option<String>| {
                    value.as_ref().map_or(String::new(), |it| format!("{margin}  {key}: {it}\n"))
                };
                lines(&format!("{}{}", line("min", least), line("max", most)))
            }
            Self::Condition(test) => lines(&format!("{margin}  expr: {}\n", yaml::quoted(test))),
        }
    }

    /// The same where one of the conditions in `absent` says that there is no value.
    pub(super) fn unless(self, absent: &[String]) -> Self {
        if absent.is_empty() {
            return self;
        }
        let test = match self {
            Self::Contents(value) | Self::Value(value) => format!("_ == {value}"),
            Self::AnyOf(values) => {
                let tests: Vec<String> =
                    values.iter().map(|value| format!("_ == {value}")).collect();
                tests.join(" or ")
            }
            Self::Range(least, most) => {
                let least = least.map(|least| format!("_ >= {least}"));
                let most = most.map(|most| format!("_ <= {most}"));
                least.into_iter().chain(most).collect::<Vec<_>>().join(" and ")
            }
            Self::InEnum(test) | Self::Condition(test) => test,
        };
        Self::Condition(format!("{} or ({test})", absent.join(" or ")))
    }
}

/// What a field, or each element of it, must be if it holds a value; `None` if that is anything.
pub(super) fn legal(format: &Format, names: &Names, field: &Field) -> Option<Legal> {
    if let Some(constant) = &field.constant {
        return always(format, names, field, constant);
    }
    let element = match &field.ty {
        // Elements that are arrays have a separate type, which has the checks.
        Type::Array(element, _) if matches!(**element, Type::Array(..)) => return None,
        Type::Array(element, _) => element,
        ty => ty,
    };
    if let Some(listed) = listed(format, names, element) {
        return Some(listed);
    }
    let Type::Int(int) = &field.ty else { return None };
    // Events of no bytes would never end.
    let is_stride = field.role.is_some_and(|role| matches!(role.kind, RoleKind::Stride(_)));
    let least = is_stride.then(|| "1".to_owned());
    let most = field.max.as_ref().map(|max| number(*int, max));
    (least.is_some() || most.is_some()).then_some(Legal::Range(least, most))
}

/// The same for what a closed enum or closed flags allow, of a field or of each element.
pub(super) fn listed(format: &Format, names: &Names, ty: &Type) -> Option<Legal> {
    match ty {
        Type::Enum(id) if !format.enums[*id].open => {
            let declared = &format.enums[*id];
            let (known, has_others) = known(names, *id, declared);
            Some(if has_others { Legal::Condition(known) } else { Legal::InEnum(known) })
        }
        Type::Flags(id) if !format.flags[*id].open => {
            let declared = &format.flags[*id];
            let known = declared.bits.iter().map(|bit| bit.mask());
            let gone = declared
                .tombstones
                .iter()
                .map(|bit| 1_u64.checked_shl(bit.number as u32).unwrap_or(0));
            let known = known.chain(gone).fold(0, |all, mask| all | mask);
            let unknown = !known & ones(declared.int);
            (unknown != 0).then(|| Legal::Condition(format!("(_ & {unknown:#x}) == 0")))
        }
        _ => None,
    }
}

/// The condition for an element of a closed enum, and whether it has values which Kaitai's enum
/// lacks: numbers beyond its own, or removed ones that older files hold.
fn known(names: &Names, id: EnumId, declared: &Enum) -> (String, bool) {
    let beyond =
        declared.values.iter().enumerate().filter(|(at, _)| names.values[id][*at].is_none());
    let others: Vec<String> = beyond
        .map(|(_, value)| value.value)
        .chain(declared.tombstones.iter().map(|value| value.number))
        .map(|value| format!("{} == {value}", raw_number(names, id, "_")))
        .collect();
    let has_others = !others.is_empty();
    let known = (0..declared.values.len()).filter_map(|at| names.value(id, at));
    let known = known.map(|value| format!("_ == {value}"));
    (known.chain(others).collect::<Vec<_>>().join(" or "), has_others)
}

fn always(format: &Format, names: &Names, field: &Field, constant: &Value) -> Option<Legal> {
    if field.ty.byte_array().is_some() {
        return Some(Legal::Contents(bytes(&constant.bytes)));
    }
    let version = field.role.is_some_and(|role| role.kind == RoleKind::Version);
    match &field.ty {
        Type::Int(_) if version && format.reads.len() > 1 => {
            Some(Legal::AnyOf(format.reads.iter().map(ToString::to_string).collect()))
        }
        Type::Array(element, _) => {
            // Each element is compared with the one at its index.
            let Type::Int(int) = **element else { return None };
            let list: Vec<String> = elements(int, constant);
            Some(Legal::Condition(format!("_ == [{}][_index]", list.join(", "))))
        }
        ty => {
            let test = equal(format, names, "_", ty, constant);
            Some(match test.strip_prefix("_ == ") {
                Some(value) => Legal::Value(value.to_owned()),
                None => Legal::Condition(test),
            })
        }
    }
}

/// The expression that says whether `what` is anything but `value`.
pub(super) fn differs(
    format: &Format,
    names: &Names,
    what: &str,
    ty: &Type,
    value: &Value,
) -> String {
    let equal = equal(format, names, what, ty, value);
    let (start, several) = (format!("{what} == "), " and ");
    match equal.strip_prefix(&start) {
        Some(value) if !value.contains(several) => format!("{what} != {value}"),
        _ => format!("not ({equal})"),
    }
}

/// The number of an enum's value `what`, which is a number already if Kaitai has names for none of them.
pub(super) fn raw_number(names: &Names, id: EnumId, what: &str) -> String {
    if enums::has_values(names, id) { format!("{what}.to_i") } else { what.to_owned() }
}

/// The expression that says whether `what` is `value`. A float is compared as a number: -0 is 0,
/// and all NaNs are equal.
pub(super) fn equal(
    format: &Format,
    names: &Names,
    what: &str,
    ty: &Type,
    value: &Value,
) -> String {
    match ty {
        Type::Int(int) => format!("{what} == {}", number(*int, value)),
        Type::Flags(id) => format!("{what} == {}", number(format.flags[*id].int, value)),
        Type::Enum(id) => {
            let raw = value.number().unwrap_or(0);
            let at = format.enums[*id].values.iter().position(|known| known.value == raw);
            match at.and_then(|at| names.value(*id, at)) {
                Some(name) => format!("{what} == {name}"),
                None => format!("{} == {raw}", raw_number(names, *id, what)),
            }
        }
        Type::Float(_) => match &value.from {
            ValueSource::Float(float) if float.is_nan() => format!("{what} != {what}"),
            ValueSource::Float(float) if float.is_infinite() => {
                let (sign, most) = if *float > 0.0 { (">", "") } else { ("<", "-") };
                format!("{what} {sign} {most}1.7976931348623157e+308")
            }
            _ => format!("{what} == {}", float(value)),
        },
        Type::Array(element, _) => match **element {
            Type::Int(int) if int.bytes > 1 || int.signed => {
                let tests = elements(int, value);
                let tests = tests.iter().enumerate();
                let tests: Vec<String> =
                    tests.map(|(at, element)| format!("{what}[{at}] == {element}")).collect();
                tests.join(" and ")
            }
            _ => format!("{what} == {}", bytes(&value.bytes)),
        },
        // No value of the schema is a record.
        Type::Record(_) => "false".to_owned(),
    }
}

/// A list of bytes, which Kaitai takes for what it is.
pub(super) fn bytes(bytes: &[u8]) -> String {
    let list: Vec<String> = bytes.iter().map(|byte| format!("{byte:#04x}")).collect();
    format!("[{}]", list.join(", "))
}

fn elements(int: Int, value: &Value) -> Vec<String> {
    let each = value.bytes.chunks(usize::from(int.bytes));
    each.map(|bytes| number(int, &Value { bytes: bytes.to_vec(), from: ValueSource::List }))
        .collect()
}

/// An integer as Kaitai writes it.
pub(super) fn number(int: Int, value: &Value) -> String {
    let raw = value.number().unwrap_or(0);
    if int.signed {
        let shift = 64 - u32::from(int.bytes) * 8;
        return ((raw << shift).cast_signed() >> shift).to_string();
    }
    // All bits set is a pattern rather than a count.
    if int.bytes > 1 && raw == ones(int) { format!("{raw:#x}") } else { raw.to_string() }
}

const fn ones(int: Int) -> u64 {
    u64::MAX >> (64 - int.bytes as u32 * 8)
}

/// The number that the bytes hold: a float of four bytes is not the decimal of the schema.
fn float(value: &Value) -> String {
    let number = if let Ok(bytes) = <[u8; 4]>::try_from(value.bytes.as_slice()) {
        f64::from(f32::from_le_bytes(bytes))
    } else {
        <[u8; 8]>::try_from(value.bytes.as_slice()).map_or(0.0, f64::from_le_bytes)
    };
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}
