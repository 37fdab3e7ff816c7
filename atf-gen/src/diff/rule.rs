//! The rules by which changes are told apart: a stable id each, which is never used again, one
//! line that says what changed, and the text of `explain`.

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

            /// Why the verdicts are as they are, and what mends it.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation,)* }
            }
        }
    };
}

rules! {
    Docs = "D0001", "Words for people changed.",
        "Titles, docs and units that were not there before say nothing to a program. Nothing is needed. A unit or a meaning that really changed is D0211 or D0212: then say so.";
    Order = "D0002", "The order in which the schema declares things changed.",
        "Elements are found by name and by offset, never by their place in the schema. Nothing is needed.";
    Renamed = "D0003", "An element has another name; its bytes are the same.",
        "Files hold no names, so both readers go on. Programs in Rust, C and Python that use the old name no longer compile. Write `was = \"old_name\"` at the element, which also says that this is no removal and no addition.";
    Deprecated = "D0004", "An element is deprecated, or no longer is.",
        "The bytes are as before; programs are told to use something else. Nothing is needed.";
    SourceNames = "D0005", "A name that programs use changed: a prefix, the header, the format's name, or how the host is found.",
        "No byte of a file depends on it. Programs that use the old names no longer compile. Nothing is needed.";
    Since = "D0006", "`since` of an element that was released changed.",
        "The revision that added an element is a fact about files in the field; it is frozen with the release. Write the released `since` again.";
    OtherType = "D0007", "Another type of the same structure.",
        "Structure counts, not the names of types: an integer that became an open enum or flags of its width, or a type that is equal to the one before, is read as it was. Programs see another type.";
    TypeAdded = "D0008", "A constant, enum, flags type or record was added.",
        "Declaring a type changes no byte of any file; what uses it is reported by itself. It says `since` like every element that was added: raise `revision` and write it.";
    TypeRemoved = "D0009", "A constant, enum, flags type or record was removed.",
        "What used it is reported by itself; without a user no byte changes. Programs that use it no longer compile.";
    Raised = "D0101", "The version on disk was raised.",
        "Readers in the field compare the version for equality, so each of them refuses new files: a misreading becomes a refusal, never right. A new reader reads old files only when `reads` lists their version. All that holds only where headers tell the version, in the same bytes before and after.";
    WentBack = "D0102", "The version or the revision went back.",
        "Both count up, so that two schemas of one format never share a number. Write a number that is not below the released one.";
    Revised = "D0103", "The revision was raised.",
        "The revision counts compatible additions and is not on disk. Nothing is needed.";
    Reads = "D0104", "The versions that a reader accepts changed.",
        "A version that is no longer listed is refused by new readers; one that is listed is read with the rules of this schema, and every change since then has to allow that.";
    FieldAdded = "D0201", "A field was carved out of reserved bytes, and zero means that it is absent.",
        "Old readers skip the bytes; only a check of reserved bytes says `damaged, or from a newer revision`. In old files the bytes are zero, which new readers take as absent: the field is flags, or has `sentinel = 0`, or a guarding bit that is new as well. Raise `revision` and write `since`.";
    FieldAddedReal = "D0202", "A field was carved out of reserved bytes, and zero is a real value.",
        "Old readers skip the bytes. In old files the bytes are zero, and a new reader takes that for the value: misread in silence. Write `sentinel = 0` when zero can mean absent, or give the field a `guard`, a new flag bit that says that it is there; else it needs a new version.";
    FieldMoved = "D0203", "A field moved.",
        "Each reader takes the value from where it is not. Move it back, or raise `version`.";
    FieldResized = "D0204", "A field is of another size.",
        "Each reader takes too few or too many bytes. Put the old size back and use reserved bytes for the rest, or raise `version`.";
    FieldRetyped = "D0205", "A field is of another type.",
        "The same bytes stand for something else: a sign, a float, another set of values. Put the old type back, or raise `version`.";
    ArrayLength = "D0206", "An array is of another length.",
        "Each reader takes too few or too many elements. Put the old length back, or raise `version`.";
    FieldRemoved = "D0207", "A field was removed; zero or its sentinel means absent.",
        "New files hold the sentinel or zero, which old readers take as absent. The bytes must not be used for anything else: keep the field and write `removed = <revision>`, a tombstone.";
    FieldRemovedReal = "D0208", "A field was removed, and zero is a real value.",
        "Old readers take the zero of new files for the value: misread in silence. Keep the field (`deprecated` says that it should not be used), or raise `version`.";
    FieldOverwritten = "D0209", "Bytes that a field had are taken by another.",
        "Old readers take the new field for the old one, new readers the other way round. Place the new field in reserved bytes, or raise `version`.";
    FieldRevived = "D0210", "A removed field is used again, or its tombstone changed or is gone.",
        "Files of the revisions before the removal hold the old value in these bytes, so nothing else may ever use them. Put the tombstone back, or raise `version`.";
    Unit = "D0211", "The unit of a field changed.",
        "The same number is another amount: misread in silence by both. Put the unit back and add a field for the other, or raise `version`.";
    Semantics = "D0212", "`semantics` of an element changed: its meaning is another.",
        "The bytes are as before and mean something else, which no reader can see. It needs a new version. The number only counts up.";
    Sentinel = "D0213", "The sentinel of a field changed.",
        "One reader takes \"none\" for a value, or a value for \"none\". Put the sentinel back, or raise `version`.";
    Default = "D0214", "The default of a field changed.",
        "What is not written is taken for the default, and the two readers have different ones. Put the default back, or raise `version`.";
    Constant = "D0215", "The constant of a field changed.",
        "Readers check the constants of headers and footers and refuse; elsewhere nobody looks. Put it back, or raise `version`.";
    Magic = "D0216", "The magic changed.",
        "Each reader says that this is no file of its format, and that is so: this is a new format, with a `name` of its own under [format] and another magic in every header.";
    Max = "D0217", "The largest legal value of a field changed.",
        "The reader with the lower limit refuses what the other writes. Put the limit back, or raise `version`.";
    Guard = "D0218", "The guard of a field changed.",
        "One reader uses the field where the other says that it means nothing. Put the guard back, or raise `version`.";
    ElementNames = "D0219", "The names of an array's elements changed.",
        "Names are for people; the elements stand where they stood. When an element means something else now, raise `semantics` of the field, which needs a new version.";
    Role = "D0220", "A role changed: what a field counts, links, locates, checks, or who is believed.",
        "Readers go by it from file to file and from section to section. Put it back, or raise `version`.";
    ValueAdded = "D0301", "An open enum got a value.",
        "Old readers keep the number as unknown. Raise `revision` and write `since`.";
    ValueAddedClosed = "D0302", "A closed enum got a value.",
        "Old readers refuse a number that they do not know. Raise `version`; an enum that will grow is declared `open = true` from the start.";
    EventTypeAdded = "D0303", "A length-prefixed lane got a new type of event.",
        "Old readers skip it, because each event says how long it is. Raise `revision` and write `since`.";
    ValueRemoved = "D0304", "A value of an enum was removed.",
        "Old files may hold the number, which new readers keep as unknown (those of a closed enum refuse it: that needs a new version). Neither name nor number may ever mean anything else: keep the value and write `removed = <revision>`, a tombstone.";
    ValueRenumbered = "D0305", "A value of an enum has another number.",
        "Each reader takes the number for another value. Put the number back, or raise `version`.";
    ValueRevived = "D0306", "The name or number of a removed value or bit is used again.",
        "Old files hold the number with its old meaning. Take a name and a number that were never used, or raise `version`.";
    TombstoneGone = "D0307", "The tombstone of a value or bit was deleted or changed.",
        "Without it, its number will be given again, and files in the field hold it with the old meaning. Put it back, or raise `version`.";
    Openness = "D0308", "An enum or flags type was opened or closed.",
        "The closed reader refuses numbers that the other writer may write. Put `open` back, or raise `version`.";
    Width = "D0309", "The integer below an enum or flags type is another.",
        "Every field of the type is of another size. Put it back, or raise `version`.";
    BitAdded = "D0401", "A flag that readers may ignore was added.",
        "Old readers ignore it; only a check of reserved bits says `damaged, or from a newer revision`. Raise `revision` and write `since`.";
    BitMustUnderstand = "D0402", "A flag that readers must understand was added, or a flag became one.",
        "Old readers ignore it and misread what depends on it. Raise `version`.";
    BitAddedClosed = "D0403", "A closed flags type got a bit.",
        "Old readers refuse a bit that they do not know. Raise `version`; flags that will grow are declared `open = true` from the start.";
    BitRemoved = "D0404", "A flag was removed.",
        "New files leave it clear, which old readers understand. Its bit must not mean anything else: keep it and write `removed = <revision>`, a tombstone. A flag that must be understood, or that says that a file is there which stays, is no longer heeded without a new version.";
    BitMoved = "D0405", "A flag is another bit.",
        "Each reader takes the bit for another flag. Put it back, or raise `version`.";
    BitEased = "D0406", "A flag no longer has to be understood.",
        "Old readers understand it, new ones too. Nothing is needed.";
    EventGrows = "D0501", "Events grew at the end.",
        "Readers in the field enforce the stride that they know and refuse the file. A new reader takes the stride from the header and gives missing fields their default. Without a field that says the stride both misread. It needs a new version.";
    HeaderGrows = "D0502", "A header grew.",
        "Where a field says where events start, old readers skip what is new, and new readers take what is not there as absent, if they end the header there. Raise `revision`, write `since` at the new fields, and see that readers do so. Without such a field both misread: that needs a new version.";
    FooterGrows = "D0503", "A footer grew that a field of the header locates.",
        "Old readers find it and ignore what follows; new readers take what is not there as absent, if they end the footer with the file. Raise `revision`, write `since` at the new fields, and see that readers do so.";
    EndFooterGrows = "D0504", "A footer grew that is found from the end of the file.",
        "Readers look for it where it does not start: no magic is there, and they refuse; without a magic they misread. It needs a new version.";
    Shrinks = "D0505", "A record shrank.",
        "Where the header says the stride of events, readers refuse; elsewhere they read on into what follows. Keep the bytes reserved, or raise `version`.";
    BeforeTail = "D0506", "Fields were added before a tail or a payload.",
        "The tail starts somewhere else, and each reader takes fields for tail or the other way round. Leave the record as it is and give the new one a new type of event, or raise `version`.";
    AfterTail = "D0507", "Fields were added at the end of an event, where its length tells that they are absent.",
        "Old readers skip what follows by the event's length; new readers see by it that an old event ends before. Raise `revision` and write `since`.";
    RecordGrows = "D0508", "A record grew that stands inside others, or of which nothing says where it ends.",
        "What follows it starts somewhere else for each reader. Leave the record as it is and add another, or raise `version`.";
    Tail = "D0509", "A counted tail came, went, or is counted by another field; or what stands behind it did.",
        "Readers take other bytes for the tail. Put it back, or raise `version`.";
    OptionalFileAdded = "D0601", "An optional file was added.",
        "Old readers do not look for it, new readers do without it. Raise `revision` and write `since`.";
    RequiredFileAdded = "D0602", "A file was added that must be there.",
        "New readers miss it beside old files. Write `optional = true`, or raise `version`.";
    FileRemoved = "D0603", "A file was removed.",
        "Old readers miss a file that must be there; one that was optional is taken as absent, and new readers no longer see what it says. Keep it, or raise `version`.";
    FilePath = "D0604", "A file has another path.",
        "Each reader looks for the file where it is not. Put the path back, or raise `version`.";
    FileStructure = "D0605", "A file is put together in another way: its sections, its framing, where its footer is.",
        "Each reader looks for sections where they are not, or takes one record for another. Put it back, or raise `version`.";
    FileOptional = "D0606", "A file that must be there became optional, or the other way round.",
        "The reader for which it must be there refuses a folder without it. Put it back, or raise `version`.";
    PayloadOfKnown = "D0701", "Events of a type that had no payload declared now have one.",
        "Payloads were any bytes until now; a new reader takes those of old files for the new record. Use a new type of event, or raise `version`.";
    PayloadGone = "D0702", "A payload is no longer declared.",
        "Old readers go on to take the bytes for the payload, and new writers may write others. Put it back, or raise `version`.";
    PayloadSwapped = "D0703", "Events of a type have another payload.",
        "Each reader takes one record for another. Use a new type of event, or raise `version`.";
    ConstantValue = "D0801", "A constant has another value.",
        "The two sides count on different numbers. Put the value back, or raise `version`.";
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
