//! A reader of protobuf messages that knows no schema.

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A number.
    Number(u64),
    /// Text, bytes, a message, or several numbers.
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    /// The number.
    ///
    /// # Panics
    ///
    /// If it is not one.
    pub fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(bytes) => panic!("expected a number, found {bytes:?}"),
        }
    }

    /// The bytes.
    ///
    /// # Panics
    ///
    /// If it is a number.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(number) => panic!("expected bytes, found {number}"),
        }
    }

    /// The numbers of a repeated field, packed or not.
    pub fn numbers(self) -> Vec<u64> {
        let mut bytes = match self {
            Self::Number(number) => return vec![number],
            Self::Bytes(bytes) => bytes,
        };
        let mut numbers = Vec::new();
        while !bytes.is_empty() {
            numbers.push(varint(&mut bytes));
        }
        numbers
    }
}

/// The fields of a message in their order, each with its number.
///
/// # Panics
///
/// If it is no message of numbers and bytes.
pub fn fields(mut message: &[u8]) -> Vec<(u32, Field<'_>)> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let field = match key & 7 {
            0 => Field::Number(varint(&mut message)),
            2 => {
                let len = usize::try_from(varint(&mut message)).expect("a length");
                let (bytes, rest) = message.split_at(len);
                message = rest;
                Field::Bytes(bytes)
            }
            other => panic!("expected a number or bytes, found wire type {other}"),
        };
        fields.push((u32::try_from(key >> 3).expect("a field's number"), field));
    }
    fields
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("a number has an end");
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}
