//! Values in a schema: checked against their type and converted to bytes.

use super::{ConstantId, Format, Int, Type};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, nearest};
use crate::parse::ast::Literal;

/// A value of a field or constant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Value {
    /// The bytes on disk.
    pub bytes: Vec<u8>,
    /// How the schema wrote it.
    pub from: ValueSource,
}

/// How a schema wrote a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueSource {
    /// As a number.
    Int(i128),
    /// As a float.
    Float(f64),
    /// As text.
    Text(String),
    /// As a list of numbers.
    List,
    /// By the name of a constant.
    Constant(ConstantId),
    /// By the name of an enum's value (its position), or of a flag's bit.
    Named(usize),
}

impl Value {
    /// The value as a number, when it is one of up to eight bytes.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let mut bytes = [0; 8];
        bytes.get_mut(..self.bytes.len())?.copy_from_slice(&self.bytes);
        Some(u64::from_le_bytes(bytes))
    }

    /// The float on disk, in the fewest digits that read back as the same float of
    /// its width and with a fraction or an exponent; `None` when it is not given as a float.
    #[must_use]
    pub fn float(&self) -> Option<String> {
        let ValueSource::Float(_) = self.from else { return None };
        if let Ok(bytes) = <[u8; 4]>::try_from(self.bytes.as_slice()) {
            return Some(format!("{:?}", f32::from_le_bytes(bytes)));
        }
        let bytes = <[u8; 8]>::try_from(self.bytes.as_slice()).ok()?;
        Some(format!("{:?}", f64::from_le_bytes(bytes)))
    }

    /// Whether every byte is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }
}

/// Why a literal is not a value of a type.
pub(crate) struct Misfit {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Misfit {
    fn new(code: Code, message: String, help: impl Into<String>) -> Self {
        Self { code, message, help: help.into() }
    }
}

/// Bytes of `literal` as a `ty`. Needs enums, flags and constants, not records.
pub(crate) fn encode(format: &Format, literal: &Literal, ty: &Type) -> Result<Value, Misfit> {
    let wrong_kind = |expected: &str, help: &str| {
        Misfit::new(
            Code::WrongValueKind,
            format!("expected {expected}, found {}", describe(literal)),
            help,
        )
    };
    match (ty, literal) {
        (Type::Int(int), Literal::Int(number)) => {
            Ok(Value { bytes: int_bytes(format, *int, *number)?, from: ValueSource::Int(*number) })
        }
        (Type::Int(int), Literal::Text(name)) => {
            let Some(id) = format.constants.iter().position(|constant| constant.name == *name)
            else {
                let meant =
                    nearest(name, format.constants.iter().map(|constant| constant.name.as_str()));
                return Err(Misfit::new(
                    Code::UnknownValue,
                    format!("expected a number or a constant, found \"{}\"", shorten(name)),
                    meant.map_or_else(
                        || "write the number, or declare the name as a [[constant]]".to_owned(),
                        |meant| format!("did you mean `{meant}`?"),
                    ),
                ));
            };
            let ValueSource::Int(number) = format.constants[id].value.from else {
                return Err(Misfit::new(
                    Code::WrongValueKind,
                    format!(
                        "expected an integer, found the constant {name}, which is not an integer"
                    ),
                    "write the number, or the name of a constant of an integer type",
                ));
            };
            Ok(Value { bytes: int_bytes(format, *int, number)?, from: ValueSource::Constant(id) })
        }
        (Type::Int(_), _) => {
            Err(wrong_kind("an integer", "write a whole number, or the name of a constant"))
        }
        (Type::Float(bytes), Literal::Int(_) | Literal::Float(_)) => {
            let number = match literal {
                Literal::Int(number) => *number as f64,
                Literal::Float(number) => *number,
                Literal::Text(_) | Literal::List(_) => 0.0,
            };
            let narrow = number as f32;
            let lost =
                (number.is_finite() && !narrow.is_finite()) || (number != 0.0 && narrow == 0.0);
            if *bytes == 4 && lost {
                return Err(Misfit::new(
                    Code::ValueTooLarge,
                    format!(
                        "expected a value that fits f32, found {number:e}, which would become {narrow}"
                    ),
                    "the range of f32 is 1e-45 to 3.4028235e38: write such a number, or the type f64",
                ));
            }
            let bytes = if *bytes == 4 {
                (number as f32).to_le_bytes().to_vec()
            } else {
                number.to_le_bytes().to_vec()
            };
            Ok(Value { bytes, from: ValueSource::Float(number) })
        }
        (Type::Float(_), _) => Err(wrong_kind("a number", "write a number")),
        (Type::Enum(id), Literal::Text(name)) => {
            let declared = &format.enums[*id];
            match declared.values.iter().position(|value| value.name == *name) {
                Some(at) => Ok(Value {
                    bytes: int_bytes(format, declared.int, i128::from(declared.values[at].value))?,
                    from: ValueSource::Named(at),
                }),
                None => Err(unknown_name(
                    "a value of",
                    &declared.name,
                    name,
                    declared.values.iter().map(|value| value.name.as_str()),
                )),
            }
        }
        (Type::Enum(id), Literal::Int(number)) => Ok(Value {
            bytes: int_bytes(format, format.enums[*id].int, *number)?,
            from: ValueSource::Int(*number),
        }),
        (Type::Enum(_), _) => Err(wrong_kind(
            "the name of a value",
            "write the name of one of its values, in quotes, or a number",
        )),
        (Type::Flags(id), Literal::Text(name)) => {
            let declared = &format.flags[*id];
            match declared.bits.iter().position(|bit| bit.name == *name) {
                Some(at) => Ok(Value {
                    bytes: int_bytes(format, declared.int, i128::from(declared.bits[at].mask()))?,
                    from: ValueSource::Named(at),
                }),
                None => Err(unknown_name(
                    "a bit of",
                    &declared.name,
                    name,
                    declared.bits.iter().map(|bit| bit.name.as_str()),
                )),
            }
        }
        (Type::Flags(id), Literal::Int(number)) => Ok(Value {
            bytes: int_bytes(format, format.flags[*id].int, *number)?,
            from: ValueSource::Int(*number),
        }),
        (Type::Flags(_), _) => Err(wrong_kind(
            "the name of a bit or a number",
            "write the name of one bit, in quotes, or a number for several bits",
        )),
        (Type::Array(element, length), Literal::Text(text)) if **element == Type::BYTE => {
            same_length(format, ty, *length, text.len(), "bytes")?;
            Ok(Value { bytes: text.as_bytes().to_vec(), from: ValueSource::Text(text.clone()) })
        }
        (Type::Array(element, length), Literal::List(numbers))
            if matches!(**element, Type::Int(_)) =>
        {
            same_length(format, ty, *length, numbers.len(), "numbers")?;
            let Type::Int(int) = **element else {
                return Err(wrong_kind("a list of integers", "write a number for each element"));
            };
            let mut bytes = Vec::new();
            for number in numbers {
                bytes.extend(int_bytes(format, int, number.value)?);
            }
            Ok(Value { bytes, from: ValueSource::List })
        }
        (Type::Array(element, _), _) if **element == Type::BYTE => Err(wrong_kind(
            "text or a list of bytes",
            "write \"text\" or [1, 2, 3], with the length of the array",
        )),
        (Type::Array(..), _) => Err(wrong_kind(
            "a list of integers",
            "only arrays of integers can have a value: one number per element",
        )),
        (Type::Record(_), _) => Err(Misfit::new(
            Code::WrongValueKind,
            format!("expected no value for a field that is a record, found {}", describe(literal)),
            "set the values of the fields inside that record",
        )),
    }
}

fn same_length(
    format: &Format,
    ty: &Type,
    expected: u64,
    found: usize,
    unit: &str,
) -> Result<(), Misfit> {
    if expected == found as u64 {
        return Ok(());
    }
    Err(Misfit::new(
        Code::WrongLength,
        format!("expected {expected} {unit} for {}, found {found}", format.type_name(ty)),
        if found as u64 > expected {
            format!("remove {}, or make the array longer", found as u64 - expected)
        } else {
            format!("add {}, for example zeros, or make the array shorter", expected - found as u64)
        },
    ))
}

fn unknown_name<'a>(
    what: &str,
    owner: &str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Misfit {
    let meant = match nearest(name, known.clone()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("known: {}", known.take(12).collect::<Vec<_>>().join(", ")),
    };
    let message = format!("expected {what} {owner}, found \"{}\"", shorten(name));
    Misfit::new(Code::UnknownValue, message, meant)
}

fn int_bytes(format: &Format, int: Int, number: i128) -> Result<Vec<u8>, Misfit> {
    if !int.holds(number) {
        let name = format.type_name(&Type::Int(int));
        return Err(Misfit::new(
            Code::ValueTooLarge,
            format!("expected a value that fits {name}, found {number}"),
            range(int),
        ));
    }
    Ok(number.to_le_bytes()[..usize::from(int.bytes)].to_vec())
}

/// A help line: what the type holds, and one that would hold more.
fn range(int: Int) -> String {
    let bits = u32::from(int.bytes) * 8;
    let (low, high) = match int.signed {
        true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        false => (0, (1_i128 << bits) - 1),
    };
    format!("write a number from {low} to {high}, or another type")
}

/// The narrowest unsigned type that holds the number.
pub(crate) fn unsigned_for(number: i128) -> Option<&'static str> {
    match u64::try_from(number).ok()? {
        0..=0xFF => Some("u8"),
        0x100..=0xFFFF => Some("u16"),
        0x1_0000..=0xFFFF_FFFF => Some("u32"),
        _ => Some("u64"),
    }
}

fn describe(literal: &Literal) -> String {
    match literal {
        Literal::Int(number) => format!("{number}"),
        Literal::Float(number) => format!("{number:?}"),
        Literal::Text(text) => format!("\"{}\"", shorten(text)),
        Literal::List(list) => format!("a list of {}", list.len()),
    }
}
