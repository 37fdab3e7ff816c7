//! What is the same for every format: the types of the reflection.

use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn emit() -> TokenStream {
    let layouts = layouts();
    let values = values();
    quote! { #layouts #values }
}

fn layouts() -> TokenStream {
    quote! {
        /// A record of the format.
        pub trait Record:
            ::zerocopy::FromBytes
            + ::zerocopy::IntoBytes
            + ::zerocopy::KnownLayout
            + ::zerocopy::Immutable
            + ::zerocopy::Unaligned
            + ::core::marker::Copy
            + 'static
        {
            /// Name in the schema.
            const NAME: &'static str;
            /// Bytes, without a counted tail.
            const SIZE: usize;
            /// The fields, in the order of their offsets.
            const FIELDS: &'static [Field];
            /// The bytes behind the record that one of its fields counts.
            const TAIL: ::core::option::Option<CountedTail>;
        }

        /// A named value of an enum, or a named bit of flags as its mask.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct EnumValue {
            /// Name in the schema.
            pub name: &'static str,
            /// The number.
            pub value: u64,
            /// Meaning.
            pub doc: &'static str,
        }

        /// A field of a record.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Field {
            /// Name in the schema.
            pub name: &'static str,
            /// First byte within the record.
            pub offset: usize,
            /// Bytes.
            pub size: usize,
            /// Type, as the schema writes it.
            pub type_name: &'static str,
            /// Meaning.
            pub doc: &'static str,
            /// Unit of the number.
            pub unit: ::core::option::Option<&'static str>,
            /// Whether the bytes are kept for later and zero today.
            pub reserved: bool,
            /// The only legal bytes.
            pub constant: ::core::option::Option<&'static [u8]>,
            /// The bytes that say "none".
            pub sentinel: ::core::option::Option<&'static [u8]>,
            /// The largest legal number.
            pub max: ::core::option::Option<u64>,
            /// How the bytes are to be read.
            pub kind: FieldKind,
        }

        /// How a field's bytes are to be read.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum FieldKind {
            /// An unsigned integer.
            Unsigned,
            /// A signed integer.
            Signed,
            /// A float.
            Float,
            /// Plain bytes.
            Bytes,
            /// An enum with these named values.
            Enum(&'static [EnumValue]),
            /// Flags with these named bits, each as its mask.
            Flags(&'static [EnumValue]),
            /// So many of one kind.
            Array {
                /// Kind of each element.
                of: &'static FieldKind,
                /// Bytes of each element.
                size: usize,
            },
            /// A record with these fields.
            Record(&'static [Field]),
        }

        /// Bytes behind a record that one of its fields counts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct CountedTail {
            /// Name in the schema.
            pub name: &'static str,
            /// First byte: the record's size.
            pub offset: usize,
            /// The field that counts the bytes.
            pub count: &'static str,
            /// Meaning.
            pub doc: &'static str,
        }

        /// A file: which records stand in it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct FileLayout {
            /// Name in the schema.
            pub name: &'static str,
            /// Path, relative to the folder that holds the format's files.
            pub path: &'static str,
            /// Meaning.
            pub doc: &'static str,
            /// Whether it may be absent.
            pub optional: bool,
            /// Name of the record at its start.
            pub header: ::core::option::Option<&'static str>,
            /// Name of the record of each event.
            pub event: ::core::option::Option<&'static str>,
            /// Name of the record at its end.
            pub footer: ::core::option::Option<&'static str>,
            /// How events follow one another.
            pub framing: Framing,
            /// How the footer is found.
            pub footer_at: FooterAt,
        }

        /// How the events of a file follow one another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Framing {
            /// Each takes the same number of bytes.
            Fixed,
            /// Each says how long it is.
            LengthPrefixed,
        }

        /// How the footer of a file is found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FooterAt {
            /// A field of the header says where it starts.
            Offset,
            /// It is the last bytes of the file.
            End,
        }
    }
}

fn values() -> TokenStream {
    quote! {
        /// A field's value, read from a record's bytes.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Value<'a> {
            /// An unsigned integer, flags, or an enum's value that has no name.
            Unsigned(u64),
            /// A signed integer.
            Signed(i64),
            /// A float.
            Float(f64),
            /// Name of an enum's value.
            Name(&'static str),
            /// The field holds what stands for "none".
            Absent,
            /// Plain bytes.
            Bytes(&'a [u8]),
            /// The elements of an array.
            List(Elements<'a>),
            /// A record inside the record.
            Record {
                /// Its fields.
                fields: &'static [Field],
                /// Its bytes.
                bytes: &'a [u8],
            },
        }

        /// The values of an array's elements, in order.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Elements<'a> {
            kind: &'static FieldKind,
            size: usize,
            bytes: &'a [u8],
        }

        impl<'a> ::core::iter::Iterator for Elements<'a> {
            type Item = Value<'a>;

            fn next(&mut self) -> ::core::option::Option<Value<'a>> {
                let (first, rest) = self.bytes.split_at_checked(self.size)?;
                if first.is_empty() {
                    return ::core::option::Option::None;
                }
                self.bytes = rest;
                ::core::option::Option::Some(self.kind.value(first))
            }

            fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
                let left = self.bytes.len().checked_div(self.size).unwrap_or(0);
                (left, ::core::option::Option::Some(left))
            }
        }

        impl ::core::iter::ExactSizeIterator for Elements<'_> {}

        impl Field {
            /// The field's bytes within `record`, or `None` when the record ends before them.
            #[must_use]
            pub fn bytes<'a>(&self, record: &'a [u8]) -> ::core::option::Option<&'a [u8]> {
                record.get(self.offset..self.offset + self.size)
            }

            /// The field's value in `record`, or `None` when the record ends before it.
            #[must_use]
            pub fn value<'a>(&self, record: &'a [u8]) -> ::core::option::Option<Value<'a>> {
                let bytes = self.bytes(record)?;
                if self.sentinel == ::core::option::Option::Some(bytes) {
                    return ::core::option::Option::Some(Value::Absent);
                }
                ::core::option::Option::Some(self.kind.value(bytes))
            }
        }

        impl FieldKind {
            /// The value that `bytes` stand for; a number is read from the first eight of them.
            #[must_use]
            pub fn value<'a>(self, bytes: &'a [u8]) -> Value<'a> {
                match self {
                    Self::Unsigned | Self::Flags(_) => Value::Unsigned(little_endian(bytes)),
                    Self::Signed => Value::Signed(sign_extended(bytes)),
                    Self::Float => Value::Float(float(bytes)),
                    Self::Bytes => Value::Bytes(bytes),
                    Self::Enum(values) => {
                        let number = little_endian(bytes);
                        match values.iter().find(|known| known.value == number) {
                            ::core::option::Option::Some(known) => Value::Name(known.name),
                            ::core::option::Option::None => Value::Unsigned(number),
                        }
                    }
                    Self::Array { of, size } => {
                        Value::List(Elements { kind: of, size, bytes })
                    }
                    Self::Record(fields) => Value::Record { fields, bytes },
                }
            }
        }

        fn little_endian(bytes: &[u8]) -> u64 {
            match *bytes {
                [a] => u64::from(a),
                [a, b] => u64::from(u16::from_le_bytes([a, b])),
                [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
                [a, b, c, d, e, f, g, h, ..] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
                _ => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
            }
        }

        fn sign_extended(bytes: &[u8]) -> i64 {
            match *bytes {
                [a] => i64::from(i8::from_le_bytes([a])),
                [a, b] => i64::from(i16::from_le_bytes([a, b])),
                [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
                _ => little_endian(bytes).cast_signed(),
            }
        }

        fn float(bytes: &[u8]) -> f64 {
            match *bytes {
                [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
                _ => f64::from_bits(little_endian(bytes)),
            }
        }
    }
}
