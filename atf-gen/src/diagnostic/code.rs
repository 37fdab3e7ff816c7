//! Stable names of the rules: a code never changes its meaning and is never used again.

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

            /// What the rule demands.
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
    /// The schema is of a sane size.
    FileTooLarge = "E0103",
    /// The schema is TOML.
    Toml = "E0104",
    /// A key is one that the language knows.
    UnknownKey = "E0201",
    /// A required key is there.
    MissingKey = "E0202",
    /// A key's value is of the TOML type that the key asks for.
    WrongKind = "E0203",
    /// A key's value is one of the words that the key allows.
    UnknownWord = "E0204",
    /// Byte order is little-endian.
    Endian = "E0205",
    /// A number lies in the range that the key allows.
    OutOfRange = "E0206",
    /// A name is written in the case that its kind of element uses.
    NameCase = "E0301",
    /// A name is given once.
    DuplicateName = "E0302",
    /// A name is no reserved word of a target language.
    ReservedWord = "E0303",
    /// Names stay different in every target language.
    NameCollision = "E0304",
    /// Text for people holds no control characters.
    ControlCharacter = "E0305",
    /// A type exists.
    UnknownType = "E0401",
    /// A type is written as the language wants it.
    TypeSyntax = "E0402",
    /// A type can be used where it stands.
    TypeNotAllowed = "E0403",
    /// A record does not hold itself.
    RecordCycle = "E0404",
    /// A counted tail is the last field and counted by a field before it.
    CountedTail = "E0405",
    /// A field starts where the one before it ends.
    WrongOffset = "E0501",
    /// The fields of a record add up to its size.
    WrongSize = "E0502",
    /// Sizes stay within what a record may have.
    TooLarge = "E0503",
    /// A record has fields, an enum values, flags bits.
    Empty = "E0504",
    /// A value fits the type that holds it.
    ValueTooLarge = "E0601",
    /// A constant has the length of its field.
    WrongLength = "E0602",
    /// A value is of the kind that its field holds.
    WrongValueKind = "E0603",
    /// Two values of an enum are different numbers.
    DuplicateValue = "E0604",
    /// A flag's bit lies within the type.
    BitOutOfRange = "E0605",
    /// Two flags are different bits.
    DuplicateBit = "E0606",
    /// The keys of a field do not contradict each other.
    Conflict = "E0607",
    /// A constant or value that is referred to by name exists.
    UnknownValue = "E0608",
    /// What a role points at exists.
    RoleTarget = "E0701",
    /// One field of a record has a given role.
    DuplicateRole = "E0702",
    /// A field's type can hold its role.
    RoleType = "E0703",
    /// A role names exactly one thing to do.
    RoleSyntax = "E0704",
    /// A record that has roles belongs to a file.
    RoleWithoutFile = "E0705",
    /// A record that a file names exists.
    UnknownRecord = "E0801",
    /// A file's framing has the fields that it needs.
    Framing = "E0802",
    /// Names of elements fit the array and the enums that they depend on.
    ElementNames = "E0803",
    /// A payload's condition names a field and values of it.
    Payload = "E0804",
    /// A path is relative and names a file.
    Path = "E0805",
    /// A condition that finds the host can be used in its language.
    Detect = "E0806",
    /// A revision that an element names lies between 1 and the format's own.
    Revision = "E0901",
    /// An earlier name is no name of today.
    EarlierName = "E0902",
    /// What was removed is not used.
    Removed = "E0903",
    /// A guard is a flag that stands where a reader sees it before the field.
    Guard = "E0904",
    /// What stands behind a counted tail is a record of a fixed size.
    Trailer = "E0905",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
