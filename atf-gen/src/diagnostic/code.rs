//! Stable codes of the rules: a code never changes its meaning and is never reused.

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal,)*) => {
        /// Stable code of a rule, shown with each diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])* $name,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is printed.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The rule in one sentence.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n",)*).trim_ascii(),)* }
            }
        }
    };
}

codes! {
    /// The schema is not empty.
    EmptyFile = "E0101",
    /// The schema is UTF-8.
    NotUtf8 = "E0102",
    /// The schema is at most 16 MiB.
    FileTooLarge = "E0103",
    /// The schema is TOML.
    Toml = "E0104",
    /// Every key is a key of the schema language.
    UnknownKey = "E0201",
    /// Required keys are present.
    MissingKey = "E0202",
    /// A key has a value of its TOML type.
    WrongKind = "E0203",
    /// A key has one of its allowed words as value.
    UnknownWord = "E0204",
    /// Byte order is little-endian.
    Endian = "E0205",
    /// A number is within the range of its key.
    OutOfRange = "E0206",
    /// A name uses the case of its kind of element.
    NameCase = "E0301",
    /// A name is used once.
    DuplicateName = "E0302",
    /// A name is not a reserved word of a target language.
    ReservedWord = "E0303",
    /// Names stay different in every target language.
    NameCollision = "E0304",
    /// Texts contain no control characters.
    ControlCharacter = "E0305",
    /// A type exists.
    UnknownType = "E0401",
    /// A type follows the syntax of the schema language.
    TypeSyntax = "E0402",
    /// A type is allowed where it is used.
    TypeNotAllowed = "E0403",
    /// A record does not contain itself.
    RecordCycle = "E0404",
    /// A counted tail is the last field; an earlier field holds its length.
    CountedTail = "E0405",
    /// A field starts where the previous field ends.
    WrongOffset = "E0501",
    /// The fields of a record add up to its size.
    WrongSize = "E0502",
    /// A record is not too large.
    TooLarge = "E0503",
    /// A record has fields, an enum has values, flags have bits.
    Empty = "E0504",
    /// A value fits the type that holds it.
    ValueTooLarge = "E0601",
    /// A constant has the length of its field.
    WrongLength = "E0602",
    /// A value has the kind of its field.
    WrongValueKind = "E0603",
    /// Two values of an enum are different numbers.
    DuplicateValue = "E0604",
    /// A flag's bit is within its type.
    BitOutOfRange = "E0605",
    /// Two flags are different bits.
    DuplicateBit = "E0606",
    /// The keys of a field do not contradict each other.
    Conflict = "E0607",
    /// Constants and values that are referred to by name exist.
    UnknownValue = "E0608",
    /// The target of a role exists.
    RoleTarget = "E0701",
    /// A role is given to one field of a record.
    DuplicateRole = "E0702",
    /// A field's type can hold its role.
    RoleType = "E0703",
    /// A role has exactly one verb.
    RoleSyntax = "E0704",
    /// A record with roles is part of a file.
    RoleWithoutFile = "E0705",
    /// A record that a file names exists.
    UnknownRecord = "E0801",
    /// A file has the fields that its framing needs.
    Framing = "E0802",
    /// Names of elements fit their array and the enums they depend on.
    ElementNames = "E0803",
    /// A payload's condition names a field and values of its enum.
    Payload = "E0804",
    /// A path is relative and names a file.
    Path = "E0805",
    /// A `detect` condition is valid in its language.
    Detect = "E0806",
    /// A revision is between 1 and the format's own revision.
    Revision = "E0901",
    /// An earlier name is not a current name.
    EarlierName = "E0902",
    /// Removed elements are not used.
    Removed = "E0903",
    /// A guard is a flag that a reader has before the field.
    Guard = "E0904",
    /// A trailer is a record of fixed size after a counted tail.
    Trailer = "E0905",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
