//! The rules for changes: each has a stable id that is never reused, a line that says what
//! changed, and the text of `explain`.

macro_rules! rules {
    ($($name:ident = $id:literal, $statement:literal, $explanation:literal;)*) => {
        /// A kind of change between two schemas.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule { $(#[doc = $statement] $name,)* }

        impl Rule {
            /// Every rule, in the order of the ids.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The id: `D0201`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What changed, in one line.
            #[must_use]
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$name => $statement,)* }
            }

            /// The reason for the verdicts, and how to fix the change.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation,)* }
            }
        }
    };
}

rules! {
    Docs = "D0001", "Documentation texts changed.",
        "Titles, docs and newly added units do not affect programs. Nothing is needed. If a unit or a meaning really changed, declare it: that is D0211 or D0212.";
    Order = "D0002", "The order in which the schema declares things changed.",
        "Elements are identified by name and offset, not by their position in the schema. Nothing is needed.";
    Renamed = "D0003", "An element has another name; its bytes are the same.",
        "Files contain no names, so both readers still work. Programs that use the old name no longer compile. Write `was = \"old_name\"` at the element; this also states that nothing was removed or added.";
    Deprecated = "D0004", "An element is deprecated, or no longer is.",
        "The bytes are unchanged; programs are told to use something else. Nothing is needed.";
    SourceNames = "D0005", "A name that programs use changed: a prefix, the header, the format's name, or the detection of the host.",
        "No byte of a file changes. Programs that use the old names no longer compile. Nothing is needed.";
    Since = "D0006", "`since` of an element that was released changed.",
        "The revision that added an element is a fact about existing files, so it is frozen by the release. Write the released `since` again.";
    OtherType = "D0007", "The type has another name but the same structure.",
        "Only the structure matters, not the name of a type: an integer that became an open enum or flags of the same width, or a type equal to the previous one, is read as before. Programs see a different type.";
    TypeAdded = "D0008", "A constant, enum, flags type or record was added.",
        "Declaring a type changes no byte of a file; fields that use it are reported separately. Like every added element it needs `since`: raise `revision` and write it.";
    TypeRemoved = "D0009", "A constant, enum, flags type or record was removed.",
        "Fields that used it are reported separately; if nothing used it, no byte changes. Programs that use it no longer compile.";
    Raised = "D0101", "The version on disk was raised.",
        "Existing readers compare the version for equality, so they refuse new files: instead of misreading a file, they report an error. A new reader reads old files only if `reads` lists their version. This works only if the headers hold the version, at the same bytes before and after the change.";
    WentBack = "D0102", "The version or the revision was lowered.",
        "Both numbers only increase, so that two schemas of a format never have the same number. Write a number that is not below the released one.";
    Revised = "D0103", "The revision was raised.",
        "The revision counts compatible additions and is not on disk. Nothing is needed.";
    Reads = "D0104", "The versions that a reader accepts changed.",
        "New readers refuse a version that is no longer listed. They read a listed version with the rules of this schema, so every change since that version must allow it.";
    FieldAdded = "D0201", "A field was added in reserved bytes, and zero means that it is absent.",
        "Old readers skip the bytes; only a check of reserved bytes reports `damaged, or from a newer revision`. In old files the bytes are zero, which new readers treat as absent: the field is flags, or has `sentinel = 0`, or a guard that was added in the same revision. Raise `revision` and write `since`.";
    FieldAddedReal = "D0202", "A field was added in reserved bytes, and zero is a valid value.",
        "Old readers skip the bytes. In old files the bytes are zero, and a new reader silently misreads that as a value. Write `sentinel = 0` if zero can mean absent, or give the field a `guard`, a new flag bit that says that the field has a value. Otherwise the change needs a new version.";
    FieldMoved = "D0203", "A field moved.",
        "Each reader reads the value from the wrong place. Move it back, or raise `version`.";
    FieldResized = "D0204", "The size of a field changed.",
        "Each reader reads too few or too many bytes. Restore the old size and use reserved bytes for the rest, or raise `version`.";
    FieldRetyped = "D0205", "The type of a field changed.",
        "The same bytes now mean something else. Restore the old type, or raise `version`.";
    ArrayLength = "D0206", "The length of an array changed.",
        "Each reader reads too few or too many elements. Restore the old length, or raise `version`.";
    FieldRemoved = "D0207", "A field was removed; zero or its sentinel means absent.",
        "New files contain the sentinel or zero, which old readers treat as absent. The bytes must never be reused: keep the field and write `removed = <revision>`, a tombstone.";
    FieldRemovedReal = "D0208", "A field was removed, and zero is a valid value.",
        "Old readers silently misread the zero of new files as a value. Keep the field (`deprecated` says that it should not be used), or raise `version`.";
    FieldOverwritten = "D0209", "The bytes of a field are used by another field.",
        "Old readers read the new field as the old one, and new readers the old field as the new one. Place the new field in reserved bytes, or raise `version`.";
    FieldRevived = "D0210", "A removed field is used again, or its tombstone was changed or deleted.",
        "Files from before the removal have the old value in these bytes, so nothing else may use them. Restore the tombstone, or raise `version`.";
    Unit = "D0211", "The unit of a field changed.",
        "The same number means another amount, which both readers silently misread. Restore the unit and add a field for the new one, or raise `version`. If the new text is another word for the same unit (`bytes` and `byte`), accept it in releases/accepted.toml, with the `change` of the report.";
    Semantics = "D0212", "`semantics` of an element changed: it has a new meaning.",
        "The bytes look the same but mean something else, which no reader can detect. This needs a new version. The number only increases.";
    Sentinel = "D0213", "The sentinel of a field changed.",
        "One reader reads \"none\" as a value, or a value as \"none\". Restore the sentinel, or raise `version`.";
    Default = "D0214", "The default of a field changed.",
        "Each reader uses its own default for a field that is not written. Restore the default, or raise `version`.";
    Constant = "D0215", "The constant of a field changed.",
        "Readers check the constants of headers and footers and refuse the file; other constants are not checked. Restore it, or raise `version`.";
    Magic = "D0216", "The magic changed.",
        "Each reader reports that the file is not of its format. So this is a new format: give it its own `name` under [format] and a new magic in every header.";
    Max = "D0217", "The largest legal value of a field changed.",
        "The reader with the lower limit refuses values that the other side writes. Restore the limit, or raise `version`.";
    Guard = "D0218", "The guard of a field changed.",
        "One reader uses the field although the other side marks it as unused. Restore the guard, or raise `version`.";
    ElementNames = "D0219", "The names of an array's elements changed.",
        "Programs find an element by its name. If a name is at another place than before, both readers take one element for another: restore the order, or raise `version`. A name that is new, gone or reworded moves nothing; if its element has a new meaning, raise `semantics` of the field, which needs a new version.";
    Role = "D0220", "A role changed: what a field counts, links, locates or checks, or which field is authoritative.",
        "Readers use roles to find sections and linked events. Restore it, or raise `version`.";
    ValueAdded = "D0301", "An open enum got a value.",
        "Old readers keep the number as an unknown value. Raise `revision` and write `since`.";
    ValueAddedClosed = "D0302", "A closed enum got a value.",
        "Old readers refuse unknown numbers. Raise `version`. Declare enums that will grow with `open = true` from the start.";
    EventTypeAdded = "D0303", "A length-prefixed file got a new type of event.",
        "Old readers skip it, because each event holds its length. Raise `revision` and write `since`.";
    ValueRemoved = "D0304", "A value of an enum was removed.",
        "Old files may contain the number. New readers keep it as an unknown value; for a closed enum they refuse it, which needs a new version. The name and the number must never be reused: keep the value and write `removed = <revision>`, a tombstone.";
    ValueRenumbered = "D0305", "The number of an enum's value changed.",
        "Each reader reads the number as another value. Restore the number, or raise `version`.";
    ValueRevived = "D0306", "The name or number of a removed value or bit is used again.",
        "Old files contain the number with its old meaning. Use a name and a number that were never used, or raise `version`.";
    TombstoneGone = "D0307", "The tombstone of a value or bit was deleted or changed.",
        "Without the tombstone its number could be reused, but existing files contain it with the old meaning. Restore it, or raise `version`.";
    Openness = "D0308", "An enum or flags type was opened or closed.",
        "The closed reader refuses numbers that the other side may write. Restore `open`, or raise `version`.";
    Width = "D0309", "The integer type of an enum or of flags changed.",
        "Every field of the type changes its size. Restore it, or raise `version`.";
    BitAdded = "D0401", "A flag that readers may ignore was added.",
        "Old readers ignore it; only a check of reserved bits reports `damaged, or from a newer revision`. Raise `revision` and write `since`.";
    BitMustUnderstand = "D0402", "A flag that readers must understand was added, or a flag became one.",
        "Old readers ignore it and misread what depends on it. Raise `version`.";
    BitAddedClosed = "D0403", "A closed flags type got a bit.",
        "Old readers refuse unknown bits. Raise `version`. Declare flags that will grow with `open = true` from the start.";
    BitRemoved = "D0404", "A flag was removed.",
        "New files leave it clear, which old readers understand. The bit must never be reused: keep it and write `removed = <revision>`, a tombstone. Removing a flag that must be understood, or that announces a file that still exists, needs a new version.";
    BitMoved = "D0405", "The bit of a flag changed.",
        "Each reader reads the bit as another flag. Restore it, or raise `version`.";
    BitEased = "D0406", "A flag no longer has to be understood.",
        "Old and new readers both understand it. Nothing is needed.";
    EventGrows = "D0501", "Events grew at the end.",
        "Existing readers require the stride that they know and refuse the file. A new reader takes the stride from the header and gives missing fields their default. Without a field that holds the stride, both misread. The change needs a new version.";
    HeaderGrows = "D0502", "A header grew.",
        "If a field holds the offset of the events, old readers skip the new fields, and new readers treat missing fields as absent, provided that they end the header at that offset. Raise `revision`, write `since` at the new fields, and check that readers do this. Without such a field both misread, and the change needs a new version.";
    FooterGrows = "D0503", "A footer grew that a field of the header locates.",
        "Old readers find it and ignore the new fields; new readers treat missing fields as absent, provided that they end the footer at the end of the file. Raise `revision`, write `since` at the new fields, and check that readers do this.";
    EndFooterGrows = "D0504", "A footer grew that is found from the end of the file.",
        "Readers look for it at the wrong offset. They find no magic there and refuse the file; without a magic they misread it. The change needs a new version.";
    Shrinks = "D0505", "A record shrank.",
        "If the header holds the stride of events, readers refuse the file; otherwise they read into the data that follows. Keep the bytes reserved, or raise `version`.";
    BeforeTail = "D0506", "Fields were added before a tail or a payload.",
        "The tail moves, and each reader reads fields as part of the tail or the reverse. Leave the record unchanged and add a record with a new type of event, or raise `version`.";
    AfterTail = "D0507", "Fields were added at the end of an event, and its length shows whether they are present.",
        "Old readers skip the new fields by the event's length; new readers see from the length that an old event does not have them. Raise `revision` and write `since`.";
    RecordGrows = "D0508", "A record grew that is part of other records, or whose end no field marks.",
        "The data after it moves. Leave the record unchanged and add another, or raise `version`.";
    Tail = "D0509", "A counted tail, its length field or its trailer was added, removed or changed.",
        "Readers read the wrong bytes as the tail. Restore it, or raise `version`.";
    OptionalFileAdded = "D0601", "An optional file was added.",
        "Old readers ignore it, and new readers work without it. Raise `revision` and write `since`.";
    RequiredFileAdded = "D0602", "A required file was added.",
        "New readers report it as missing beside old files. Write `optional = true`, or raise `version`.";
    FileRemoved = "D0603", "A file was removed.",
        "Old readers report a required file as missing. An optional file is treated as absent, and new readers no longer see its content. Keep it, or raise `version`.";
    FilePath = "D0604", "The path of a file changed.",
        "Each reader looks for the file under the wrong path. Restore the path, or raise `version`.";
    FileStructure = "D0605", "The structure of a file changed: its sections, its framing, or the place of its footer.",
        "Each reader looks for sections in the wrong place, or reads one record as another. Restore it, or raise `version`.";
    FileOptional = "D0606", "A required file became optional, or the reverse.",
        "The reader that requires it refuses a folder without it. Restore it, or raise `version`.";
    PayloadOfKnown = "D0701", "Events of a type that had no payload declared now have one.",
        "Payloads were arbitrary bytes before; a new reader reads those of old files as the new record. Use a new type of event, or raise `version`.";
    PayloadGone = "D0702", "A payload is no longer declared.",
        "Old readers still read the bytes as the payload, but new writers may write something else. Restore it, or raise `version`.";
    PayloadSwapped = "D0703", "Events of a type have another payload.",
        "Each reader reads one record as another. Use a new type of event, or raise `version`.";
    ConstantValue = "D0801", "The value of a constant changed.",
        "The two sides rely on different numbers. Restore the value, or raise `version`.";
}

impl Rule {
    /// The rule with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == id)
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
