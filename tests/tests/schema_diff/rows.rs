//! One case for each row of the table of verdicts, and for each alternative within a row.

use super::station::{Edit, REVISION, bumped, compare, edited, findings, station, verdicts};

/// How what a change needs is given.
pub(crate) enum Met {
    /// There is nothing to give.
    Already,
    /// By these edits beside the change; what the finding says then.
    By(&'static [Edit], &'static str),
    /// By a new version.
    Version,
    /// By nothing.
    Never,
}

pub(crate) struct Row {
    /// What changes.
    pub(crate) name: &'static str,
    pub(crate) edits: &'static [Edit],
    pub(crate) rule: &'static str,
    pub(crate) element: &'static str,
    /// Old reader, new reader, need, and whether it is there.
    pub(crate) says: &'static str,
    pub(crate) met: Met,
}

const RESERVED: &str =
    "  { offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true },\n";

macro_rules! row {
    ($name:literal, $rule:literal, $element:literal, $says:expr, $met:expr, $($edit:expr),+ $(,)?) => {
        Row { name: $name, edits: &[$($edit),+], rule: $rule, element: $element, says: $says, met: $met }
    };
}

const HARM: &str = "wrong wrong version unmet";

pub(crate) const ROWS: &[Row] = &[
    row!(
        "docs",
        "D0001",
        "constant NO_PHOTO",
        "ok ok nothing met",
        Met::Already,
        ("A reading without a photo.", "No photo was taken.")
    ),
    row!(
        "title",
        "D0001",
        "[format]",
        "ok ok nothing met",
        Met::Already,
        ("title = \"Weather station\"", "title = \"A weather station\"")
    ),
    row!(
        "order of the TOML",
        "D0002",
        "enum Sky, value overcast",
        "ok ok nothing met",
        Met::Already,
        ("  { name = \"overcast\", value = 2 },\n", ""),
        (
            "values = [\n  { name = \"clear\"",
            "values = [\n  { name = \"overcast\", value = 2 },\n  { name = \"clear\""
        )
    ),
    row!(
        "deprecated",
        "D0004",
        "record Reading, field rain",
        "ok ok nothing met",
        Met::Already,
        (
            "type = \"u8\", unit = \"mm\" }",
            "type = \"u8\", unit = \"mm\", deprecated = \"use dew\" }"
        )
    ),
    row!(
        "rename of a field",
        "D0003",
        "record Reading, field fall",
        "ok ok was unmet",
        Met::By(&[("name = \"fall\",", "name = \"fall\", was = \"rain\",")], "ok ok was met"),
        ("name = \"rain\", type", "name = \"fall\", type")
    ),
    row!(
        "rename of a value",
        "D0003",
        "enum Sky, value sunny",
        "ok ok was unmet",
        Met::By(&[("name = \"sunny\",", "name = \"sunny\", was = \"clear\",")], "ok ok was met"),
        ("name = \"clear\"", "name = \"sunny\"")
    ),
    row!(
        "rename of a bit",
        "D0003",
        "flags Faults, bit weathercock",
        "ok ok was unmet",
        Met::By(
            &[("name = \"weathercock\",", "name = \"weathercock\", was = \"vane\",")],
            "ok ok was met"
        ),
        ("name = \"vane\"", "name = \"weathercock\"")
    ),
    row!(
        "rename of a constant",
        "D0003",
        "constant NO_PICTURE",
        "ok ok was unmet",
        Met::By(
            &[("name = \"NO_PICTURE\"\n", "name = \"NO_PICTURE\"\nwas = \"NO_PHOTO\"\n")],
            "ok ok was met"
        ),
        ("name = \"NO_PHOTO\"", "name = \"NO_PICTURE\""),
        (
            "sentinel = \"NO_PHOTO\", default = \"NO_PHOTO\"",
            "sentinel = \"NO_PICTURE\", default = \"NO_PICTURE\""
        )
    ),
    row!(
        "rename of a record",
        "D0003",
        "record Noise",
        "ok ok was unmet",
        Met::By(&[("name = \"Noise\"\n", "name = \"Noise\"\nwas = \"Sound\"\n")], "ok ok was met"),
        ("name = \"Sound\"", "name = \"Noise\""),
        ("record = \"Sound\"", "record = \"Noise\"")
    ),
    row!(
        "rename of an enum",
        "D0003",
        "enum Base",
        "ok ok was unmet",
        Met::By(&[("name = \"Base\"\n", "name = \"Base\"\nwas = \"Mount\"\n")], "ok ok was met"),
        ("name = \"Mount\"", "name = \"Base\""),
        ("type = \"Mount\"", "type = \"Base\"")
    ),
    row!(
        "rename of a file",
        "D0003",
        "file pictures",
        "ok ok was unmet",
        Met::By(
            &[("name = \"pictures\"\n", "name = \"pictures\"\nwas = \"photos\"\n")],
            "ok ok was met"
        ),
        ("name = \"photos\"\n", "name = \"pictures\"\n"),
        ("present = \"photos\"", "present = \"pictures\""),
        ("link = \"photos\"", "link = \"pictures\"")
    ),
    row!(
        "rename of a tail",
        "D0003",
        "record Image, field dots",
        "ok ok was unmet",
        Met::By(&[("name = \"dots\",", "name = \"dots\", was = \"pixels\",")], "ok ok was met"),
        ("name = \"pixels\",", "name = \"dots\",")
    ),
    row!(
        "unit",
        "D0211",
        "record Reading, field time",
        HARM,
        Met::Version,
        (
            "name = \"time\", type = \"u64\", unit = \"ms\"",
            "name = \"time\", type = \"u64\", unit = \"us\""
        )
    ),
    row!(
        "meaning",
        "D0212",
        "record Reading, field rain",
        HARM,
        Met::Version,
        ("type = \"u8\", unit = \"mm\" }", "type = \"u8\", unit = \"mm\", semantics = 1 }")
    ),
    row!(
        "meaning of a value",
        "D0212",
        "enum Sky, value rain",
        HARM,
        Met::Version,
        ("{ name = \"rain\", value = 4 }", "{ name = \"rain\", value = 4, semantics = 1 }")
    ),
    row!(
        "carved field, zero is its sentinel",
        "D0201",
        "record Reading, field cloud",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("sentinel = 0, doc", "sentinel = 0, since = 3, doc")],
            "ok ok revision met"
        ),
        (
            RESERVED,
            "  { offset = 28, name = \"cloud\", type = \"u16\", sentinel = 0, doc = \"Height.\" },\n  { offset = 30, name = \"_left\", type = \"u16\", reserved = true },\n"
        )
    ),
    row!(
        "carved field of flags",
        "D0201",
        "record Reading, field more",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"more\",", "name = \"more\", since = 3,")],
            "ok ok revision met"
        ),
        (
            RESERVED,
            "  { offset = 28, name = \"more\", type = \"Faults\" },\n  { offset = 30, name = \"_left\", type = \"u16\", reserved = true },\n"
        )
    ),
    row!(
        "carved field, zero is a value",
        "D0202",
        "record Reading, field cloud",
        "ok wrong guard unmet",
        Met::Version,
        (RESERVED, "  { offset = 28, name = \"cloud\", type = \"u32\" },\n")
    ),
    row!(
        "carved field with a guard of its age",
        "D0201",
        "record Reading, field cloud",
        "ok ok revision unmet",
        Met::By(
            &[
                REVISION,
                ("name = \"has_cloud\",", "name = \"has_cloud\", since = 3,"),
                ("name = \"cloud\",", "name = \"cloud\", since = 3,")
            ],
            "ok ok revision met"
        ),
        (
            "  { name = \"vane\", bit = 1 },\n",
            "  { name = \"vane\", bit = 1 },\n  { name = \"has_cloud\", bit = 4 },\n"
        ),
        (
            RESERVED,
            "  { offset = 28, name = \"cloud\", type = \"u32\", guard = \"faults.has_cloud\" },\n"
        )
    ),
    row!(
        "carved field with a guard that old files may set",
        "D0202",
        "record Reading, field cloud",
        "ok wrong guard unmet",
        Met::Version,
        (
            RESERVED,
            "  { offset = 28, name = \"cloud\", type = \"u32\", guard = \"faults.vane\" },\n"
        )
    ),
    row!(
        "carved constant",
        "D0215",
        "record LogHeader, field mark",
        "ok refuse version unmet",
        Met::Version,
        (
            "  { offset = 45, name = \"_reserved\", type = \"[u8; 11]\", reserved = true },\n",
            "  { offset = 45, name = \"mark\", type = \"u8\", const = 9 },\n  { offset = 46, name = \"_reserved\", type = \"[u8; 10]\", reserved = true },\n"
        )
    ),
    row!(
        "new bit that may be ignored",
        "D0401",
        "flags Faults, bit rust",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"rust\",", "name = \"rust\", since = 3,")],
            "ok ok revision met"
        ),
        (
            "  { name = \"vane\", bit = 1 },\n",
            "  { name = \"vane\", bit = 1 },\n  { name = \"rust\", bit = 4 },\n"
        )
    ),
    row!(
        "new bit that must be understood",
        "D0402",
        "flags Faults, bit packed",
        "wrong ok version unmet",
        Met::Version,
        (
            "  { name = \"vane\", bit = 1 },\n",
            "  { name = \"vane\", bit = 1 },\n  { name = \"packed\", bit = 4, must_understand = true },\n"
        )
    ),
    row!(
        "bit that must be understood from now on",
        "D0402",
        "flags Faults, bit vane",
        "wrong ok version unmet",
        Met::Version,
        ("{ name = \"vane\", bit = 1 }", "{ name = \"vane\", bit = 1, must_understand = true }")
    ),
    row!(
        "new value of an open enum",
        "D0301",
        "enum Sky, value snow",
        "ok ok revision unmet",
        Met::By(&[REVISION, ("value = 5", "value = 5, since = 3")], "ok ok revision met"),
        (
            "  { name = \"rain\", value = 4 },\n",
            "  { name = \"rain\", value = 4 },\n  { name = \"snow\", value = 5 },\n"
        )
    ),
    row!(
        "new value of a closed enum",
        "D0302",
        "enum Mount, value buoy",
        "refuse ok version unmet",
        Met::Version,
        (
            "{ name = \"roof\", value = 1 }",
            "{ name = \"roof\", value = 1 }, { name = \"buoy\", value = 2 }"
        )
    ),
    row!(
        "value removed",
        "D0304",
        "enum Sky, value rain",
        "ok ok tombstone unmet",
        Met::By(
            &[
                REVISION,
                (
                    "{ name = \"haze\"",
                    "{ name = \"rain\", value = 4, removed = 3 }, { name = \"haze\""
                )
            ],
            "ok ok tombstone met"
        ),
        ("  { name = \"rain\", value = 4 },\n", "")
    ),
    row!(
        "value of a closed enum removed",
        "D0304",
        "enum Mount, value roof",
        "ok refuse version unmet",
        Met::Version,
        (", { name = \"roof\", value = 1 }", "")
    ),
    row!(
        "bit removed",
        "D0404",
        "flags Faults, bit vane",
        "ok ok tombstone unmet",
        Met::By(
            &[
                REVISION,
                (
                    "  { name = \"barometer\"",
                    "  { name = \"vane\", bit = 1, removed = 3 },\n  { name = \"barometer\""
                )
            ],
            "ok ok tombstone met"
        ),
        ("  { name = \"vane\", bit = 1 },\n", "")
    ),
    row!(
        "field removed, zero means absent",
        "D0207",
        "record Reading, field dew",
        "ok ok tombstone unmet",
        Met::By(
            &[
                REVISION,
                (
                    "name = \"_dew\", type = \"u8\", reserved = true",
                    "name = \"dew\", type = \"u8\", sentinel = 0, removed = 3"
                )
            ],
            "ok ok tombstone met"
        ),
        (
            "name = \"dew\", type = \"u8\", sentinel = 0",
            "name = \"_dew\", type = \"u8\", reserved = true"
        )
    ),
    row!(
        "field removed, zero is a value",
        "D0208",
        "record Reading, field rain",
        "wrong ok version unmet",
        Met::Version,
        (
            "name = \"rain\", type = \"u8\", unit = \"mm\"",
            "name = \"_rain\", type = \"u8\", reserved = true"
        )
    ),
    row!(
        "value renumbered",
        "D0305",
        "enum Sky, value rain",
        HARM,
        Met::Version,
        ("{ name = \"rain\", value = 4 }", "{ name = \"rain\", value = 5 }")
    ),
    row!(
        "bit moved",
        "D0405",
        "flags Faults, bit vane",
        HARM,
        Met::Version,
        ("{ name = \"vane\", bit = 1 }", "{ name = \"vane\", bit = 5 }")
    ),
    row!(
        "number of a removed value used again",
        "D0306",
        "enum Sky, value fog",
        HARM,
        Met::Version,
        ("{ name = \"haze\", value = 3, removed = 2 }", "{ name = \"fog\", value = 3 }")
    ),
    row!(
        "name of a removed value used again",
        "D0306",
        "enum Sky, value haze",
        HARM,
        Met::Version,
        ("{ name = \"haze\", value = 3, removed = 2 }", "{ name = \"haze\", value = 6 }")
    ),
    row!(
        "tombstone of a value deleted",
        "D0307",
        "enum Sky, value haze",
        HARM,
        Met::Version,
        ("  { name = \"haze\", value = 3, removed = 2 },\n", "")
    ),
    row!(
        "tombstone of a bit deleted",
        "D0307",
        "flags Faults, bit lens",
        HARM,
        Met::Version,
        ("  { name = \"lens\", bit = 2, removed = 1 },\n", "")
    ),
    row!(
        "bytes of a removed field used again",
        "D0210",
        "record Reading, field mist",
        HARM,
        Met::Version,
        (
            "{ offset = 26, name = \"fog\", type = \"u16\", sentinel = 9, removed = 1 }",
            "{ offset = 26, name = \"mist\", type = \"u16\", sentinel = 0 }"
        )
    ),
    row!(
        "removed field live again",
        "D0210",
        "record Reading, field fog",
        HARM,
        Met::Version,
        ("sentinel = 9, removed = 1", "sentinel = 9")
    ),
    row!(
        "tombstone of a field deleted",
        "D0210",
        "record Reading, field fog",
        HARM,
        Met::Version,
        (
            "name = \"fog\", type = \"u16\", sentinel = 9, removed = 1",
            "name = \"_fog\", type = \"u16\", reserved = true"
        )
    ),
    row!(
        "field moved",
        "D0203",
        "record Reading, field rain",
        HARM,
        Met::Version,
        (
            "{ offset = 24, name = \"dew\", type = \"u8\", sentinel = 0 },\n  { offset = 25, name = \"rain\", type = \"u8\", unit = \"mm\" }",
            "{ offset = 24, name = \"rain\", type = \"u8\", unit = \"mm\" },\n  { offset = 25, name = \"dew\", type = \"u8\", sentinel = 0 }"
        )
    ),
    row!(
        "field resized",
        "D0204",
        "record LogHeader, field channel",
        HARM,
        Met::Version,
        (
            "name = \"channel\", type = \"u8\" },\n  { offset = 45, name = \"_reserved\", type = \"[u8; 11]\"",
            "name = \"channel\", type = \"u16\" },\n  { offset = 46, name = \"_reserved\", type = \"[u8; 10]\""
        )
    ),
    row!(
        "sign of a field",
        "D0205",
        "record LogHeader, field channel",
        HARM,
        Met::Version,
        ("name = \"channel\", type = \"u8\"", "name = \"channel\", type = \"i8\"")
    ),
    row!(
        "field of another enum",
        "D0205",
        "record LogHeader, field mount",
        HARM,
        Met::Version,
        ("type = \"Mount\"", "type = \"Sky\"")
    ),
    row!(
        "bytes for a number",
        "D0205",
        "record Reading, field time",
        HARM,
        Met::Version,
        ("name = \"time\", type = \"u64\"", "name = \"time\", type = \"[u8; 8]\""),
        ("last = \"events.time\", authoritative = true", "count = \"events\"")
    ),
    row!(
        "array length",
        "D0206",
        "record LogHeader, field spares",
        HARM,
        Met::Version,
        (
            "name = \"spares\", type = \"[u16; 2]\" },\n  { offset = 44, name = \"channel\"",
            "name = \"spares\", type = \"[u16; 1]\" },\n  { offset = 42, name = \"_spare\", type = \"u16\", reserved = true },\n  { offset = 44, name = \"channel\""
        )
    ),
    row!(
        "width of an enum",
        "D0309",
        "enum Mount",
        HARM,
        Met::Version,
        ("name = \"Mount\"\ntype = \"u8\"", "name = \"Mount\"\ntype = \"u16\""),
        (
            "name = \"mount\", type = \"Mount\" },\n  { offset = 6, name = \"faults\", type = \"Faults\" },\n  { offset = 8,",
            "name = \"mount\", type = \"Mount\" },\n  { offset = 7, name = \"_gap\", type = \"u8\", reserved = true },\n  { offset = 8,"
        )
    ),
    row!(
        "sentinel",
        "D0213",
        "record Reading, field photo",
        HARM,
        Met::Version,
        ("sentinel = \"NO_PHOTO\"", "sentinel = 0")
    ),
    row!(
        "sentinel added",
        "D0213",
        "record Reading, field rain",
        HARM,
        Met::Version,
        ("type = \"u8\", unit = \"mm\" }", "type = \"u8\", unit = \"mm\", sentinel = 255 }")
    ),
    row!(
        "default",
        "D0214",
        "record Reading, field humidity",
        HARM,
        Met::Version,
        ("default = 50", "default = 60")
    ),
    row!(
        "constant that readers check",
        "D0215",
        "record LogHeader, field channel",
        "ok refuse version unmet",
        Met::Version,
        ("name = \"channel\", type = \"u8\"", "name = \"channel\", type = \"u8\", const = 2")
    ),
    row!(
        "constant that nobody checks",
        "D0215",
        "record PhotoHeader, field tag",
        HARM,
        Met::Version,
        ("const = 7", "const = 8")
    ),
    row!(
        "constant of the schema",
        "D0801",
        "constant NO_PHOTO",
        HARM,
        Met::Version,
        ("value = 0xFFFFFFFF", "value = 0xFFFFFFFE")
    ),
    row!(
        "magic",
        "D0216",
        "record LogHeader, field magic",
        "refuse refuse new_format unmet",
        Met::By(
            &[
                ("name = \"station\"", "name = \"station-two\""),
                ("const = \"WXPH\"", "const = \"WXP2\""),
            ],
            "refuse refuse new_format met"
        ),
        ("const = \"WXLG\"", "const = \"WXL2\"")
    ),
    row!(
        "events grow at the end",
        "D0501",
        "record Reading",
        "refuse ok version unmet",
        Met::Version,
        ("name = \"Reading\"\nsize = 32", "name = \"Reading\"\nsize = 36"),
        ("default = 32", "default = 36"),
        (
            RESERVED,
            "  { offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true },\n  { offset = 32, name = \"gust\", type = \"u32\" },\n"
        )
    ),
    row!(
        "header grows",
        "D0502",
        "record LogHeader",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"serial\",", "name = \"serial\", since = 3,")],
            "ok ok revision met"
        ),
        ("name = \"LogHeader\"\nsize = 56", "name = \"LogHeader\"\nsize = 64"),
        (
            "default = 56, role = { offset = \"events\" }",
            "default = 64, role = { offset = \"events\" }"
        ),
        (
            "default = 56, role = { offset = \"footer\" }",
            "default = 64, role = { offset = \"footer\" }"
        ),
        (
            "type = \"[u8; 11]\", reserved = true },\n",
            "type = \"[u8; 11]\", reserved = true },\n  { offset = 56, name = \"serial\", type = \"u64\" },\n"
        )
    ),
    row!(
        "header grows, and nothing says where events start",
        "D0502",
        "record PhotosHeader",
        HARM,
        Met::Version,
        ("name = \"PhotosHeader\"\nsize = 8", "name = \"PhotosHeader\"\nsize = 12"),
        (
            "type = \"[u8; 3]\", reserved = true },\n",
            "type = \"[u8; 3]\", reserved = true },\n  { offset = 8, name = \"serial\", type = \"u32\" },\n"
        )
    ),
    row!(
        "footer grows that the header locates",
        "D0503",
        "record LogFooter",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"serial\",", "name = \"serial\", since = 3,")],
            "ok ok revision met"
        ),
        ("name = \"LogFooter\"\nsize = 16", "name = \"LogFooter\"\nsize = 24"),
        (
            "last = \"events.time\", authoritative = true } },\n",
            "last = \"events.time\", authoritative = true } },\n  { offset = 16, name = \"serial\", type = \"u64\" },\n"
        )
    ),
    row!(
        "footer grows that is found from the end",
        "D0504",
        "record PhotosFooter",
        "refuse refuse version unmet",
        Met::Version,
        ("name = \"PhotosFooter\"\nsize = 8", "name = \"PhotosFooter\"\nsize = 12"),
        (
            "{ offset = 4, name = \"photos\", type = \"u32\", role = { count = \"events\" } },\n",
            "{ offset = 4, name = \"photos\", type = \"u32\", role = { count = \"events\" } },\n  { offset = 8, name = \"serial\", type = \"u32\" },\n"
        )
    ),
    row!(
        "event shrinks where the stride governs",
        "D0505",
        "record Reading",
        "refuse refuse version unmet",
        Met::Version,
        ("name = \"Reading\"\nsize = 32", "name = \"Reading\"\nsize = 28"),
        ("default = 32", "default = 28"),
        (RESERVED, "")
    ),
    row!(
        "another record shrinks",
        "D0505",
        "record PhotosHeader",
        HARM,
        Met::Version,
        ("name = \"PhotosHeader\"\nsize = 8", "name = \"PhotosHeader\"\nsize = 5"),
        ("  { offset = 5, name = \"_reserved\", type = \"[u8; 3]\", reserved = true },\n", "")
    ),
    row!(
        "nested record grows",
        "D0508",
        "record Place",
        HARM,
        Met::Version,
        ("name = \"Place\"\nsize = 8", "name = \"Place\"\nsize = 10"),
        (
            "name = \"north\", type = \"i32\", unit = \"m\" },\n",
            "name = \"north\", type = \"i32\", unit = \"m\" },\n  { offset = 8, name = \"height\", type = \"u16\" },\n"
        ),
        (
            "  { offset = 40, name = \"spares\", type = \"[u16; 2]\" },\n",
            "  { offset = 42, name = \"spares\", type = \"u16\" },\n"
        )
    ),
    row!(
        "new event type",
        "D0303",
        "enum Part, value film",
        "ok ok revision unmet",
        Met::By(
            &[
                REVISION,
                ("value = 4 },\n]\n\n[[flags]]", "value = 4, since = 3 },\n]\n\n[[flags]]")
            ],
            "ok ok revision met"
        ),
        (
            "  { name = \"text\", value = 3 },\n",
            "  { name = \"text\", value = 3 },\n  { name = \"film\", value = 4 },\n"
        )
    ),
    row!(
        "fields before a counted tail",
        "D0506",
        "record Image",
        "wrong wrong new_event_type unmet",
        Met::Version,
        ("name = \"Image\"\nsize = 4", "name = \"Image\"\nsize = 6"),
        (
            "{ offset = 4, name = \"pixels\"",
            "{ offset = 4, name = \"gain\", type = \"u16\" },\n  { offset = 6, name = \"pixels\""
        )
    ),
    row!(
        "fields before a payload",
        "D0506",
        "record PhotoHeader",
        HARM,
        Met::Version,
        ("name = \"PhotoHeader\"\nsize = 8", "name = \"PhotoHeader\"\nsize = 10"),
        ("const = 7 },\n", "const = 7 },\n  { offset = 8, name = \"gain\", type = \"u16\" },\n")
    ),
    row!(
        "fields after a counted tail",
        "D0507",
        "record Image",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"Signature\"\n", "name = \"Signature\"\nsince = 3\n")],
            "ok ok revision met"
        ),
        ("name = \"Image\"\nsize = 4", "name = \"Image\"\nsize = 4\ntrailer = \"Signature\""),
        (
            "[[record]]\nname = \"PhotosFooter\"",
            "[[record]]\nname = \"Signature\"\nsize = 4\nfields = [{ offset = 0, name = \"sum\", type = \"u32\" }]\n\n[[record]]\nname = \"PhotosFooter\""
        )
    ),
    row!(
        "fields at the end of a payload without a tail",
        "D0507",
        "record Sound",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("name = \"echo\",", "name = \"echo\", since = 3,")],
            "ok ok revision met"
        ),
        ("name = \"Sound\"\nsize = 4", "name = \"Sound\"\nsize = 6"),
        (
            "name = \"volume\", type = \"u16\" },\n",
            "name = \"volume\", type = \"u16\" },\n  { offset = 4, name = \"echo\", type = \"u16\" },\n"
        )
    ),
    row!(
        "role added",
        "D0220",
        "record LogHeader, field channel",
        HARM,
        Met::Version,
        (
            "name = \"channel\", type = \"u8\"",
            "name = \"channel\", type = \"u8\", role = { count = \"footer\" }"
        )
    ),
    row!(
        "role changed",
        "D0220",
        "record LogFooter, field last_time",
        HARM,
        Met::Version,
        ("last = \"events.time\"", "first = \"events.time\"")
    ),
    row!(
        "who is believed",
        "D0220",
        "record LogFooter, field last_time",
        HARM,
        Met::Version,
        (", authoritative = true", "")
    ),
    row!(
        "file that a bit announces",
        "D0220",
        "flags Faults, bit has_photos",
        HARM,
        Met::Version,
        (", role = { present = \"photos\" }", "")
    ),
    row!(
        "optional file added",
        "D0601",
        "file notes",
        "ok ok revision unmet",
        Met::By(
            &[REVISION, ("path = \"notes.bin\"", "path = \"notes.bin\"\nsince = 3")],
            "ok ok revision met"
        ),
        (
            "[[record]]\nname = \"Place\"",
            "[[file]]\nname = \"notes\"\npath = \"notes.bin\"\noptional = true\nheader = \"PhotosHeader\"\n\n[[record]]\nname = \"Place\""
        )
    ),
    row!(
        "required file added",
        "D0602",
        "file notes",
        "ok refuse version unmet",
        Met::Version,
        (
            "[[record]]\nname = \"Place\"",
            "[[file]]\nname = \"notes\"\npath = \"notes.bin\"\nheader = \"PhotosHeader\"\n\n[[record]]\nname = \"Place\""
        )
    ),
    row!(
        "path of a file",
        "D0604",
        "file log",
        "refuse refuse version unmet",
        Met::Version,
        ("path = \"log.bin\"", "path = \"main.bin\"")
    ),
    row!(
        "optional file that must be there",
        "D0606",
        "file photos",
        "ok refuse version unmet",
        Met::Version,
        ("optional = true\n", "")
    ),
    row!(
        "where the footer is",
        "D0605",
        "file log",
        HARM,
        Met::Version,
        ("footer_at = \"offset\"", "footer_at = \"end\"")
    ),
    row!(
        "payload of a known event type",
        "D0701",
        "file photos, payload when part = 3",
        "ok wrong version unmet",
        Met::Version,
        ("when = { part = \"sound\" }", "when = { part = [\"sound\", \"text\"] }")
    ),
    row!(
        "payload no longer declared",
        "D0702",
        "file photos, payload when part = 2",
        "wrong ok version unmet",
        Met::Version,
        ("  { record = \"Sound\", when = { part = \"sound\" } },\n", "")
    ),
    row!(
        "payload swapped",
        "D0703",
        "file photos, payload when part = 1",
        HARM,
        Met::Version,
        (
            "record = \"Image\", when = { part = \"image\" }",
            "record = \"Image\", when = { part = \"text\" }"
        ),
        ("when = { part = \"sound\" }", "when = { part = [\"sound\", \"image\"] }")
    ),
    row!(
        "largest value raised",
        "D0217",
        "record Reading, field humidity",
        "refuse ok version unmet",
        Met::Version,
        ("max = 100", "max = 200")
    ),
    row!(
        "largest value lowered",
        "D0217",
        "record Reading, field humidity",
        "ok refuse version unmet",
        Met::Version,
        ("max = 100", "max = 90")
    ),
    row!(
        "guard added",
        "D0218",
        "record Reading, field rain",
        HARM,
        Met::Version,
        (
            "type = \"u8\", unit = \"mm\" }",
            "type = \"u8\", unit = \"mm\", guard = \"faults.vane\" }"
        )
    ),
    row!(
        "enum closed",
        "D0308",
        "enum Part",
        "ok refuse version unmet",
        Met::Version,
        ("type = \"u16\"\nopen = true\nvalues", "type = \"u16\"\nvalues")
    ),
    row!(
        "enum opened",
        "D0308",
        "enum Mount",
        "refuse ok version unmet",
        Met::Version,
        ("name = \"Mount\"\ntype = \"u8\"\n", "name = \"Mount\"\ntype = \"u8\"\nopen = true\n")
    ),
    row!(
        "tail counted by another field",
        "D0509",
        "record Image, field pixels",
        HARM,
        Met::Version,
        ("[u8; pixels_len]", "[u8; exposure]")
    ),
    row!(
        "`since` of something released",
        "D0006",
        "record Reading, field dew",
        "ok ok unchanged unmet",
        Met::Never,
        ("name = \"dew\",", "name = \"dew\", since = 1,")
    ),
    row!(
        "names in C",
        "D0005",
        "[format]",
        "ok ok nothing met",
        Met::Already,
        ("prefix = \"WX\"", "prefix = \"WS\"")
    ),
    row!(
        "how the host is found",
        "D0005",
        "enum Sky, value clear",
        "ok ok nothing met",
        Met::Already,
        ("rust = \"unix\"", "rust = \"windows\"")
    ),
    row!(
        "names of elements",
        "D0219",
        "record Reading, field wind",
        "ok ok nothing met",
        Met::Already,
        ("[\"east\", \"north\"]", "[\"east\", \"to_north\"]")
    ),
    row!(
        "names of elements that are swapped",
        "D0219",
        "record Reading, field wind",
        HARM,
        Met::Version,
        ("[\"east\", \"north\"]", "[\"north\", \"east\"]")
    ),
    row!(
        "number that got names",
        "D0007",
        "record LogHeader, field channel",
        "ok ok nothing met",
        Met::Already,
        ("name = \"channel\", type = \"u8\"", "name = \"channel\", type = \"Sky\"")
    ),
    row!(
        "reserved bytes split and renamed",
        "",
        "",
        "",
        Met::Already,
        (
            RESERVED,
            "  { offset = 28, name = \"_one\", type = \"u8\", reserved = true },\n  { offset = 29, name = \"_two\", type = \"[u8; 3]\", reserved = true },\n"
        )
    ),
];

/// Exit code, and what the finding that the row is about says.
type Outcome = (u8, String);

fn report_of(row: &Row, text: &str) -> Outcome {
    let (code, report) = compare(&station(), text);
    let of = |finding: &&serde_json::Value| {
        finding["rule"] == row.rule && finding["element"] == row.element
    };
    let found: Vec<String> = findings(&report).iter().filter(of).map(verdicts).collect();
    match found.as_slice() {
        [one] => (code, one.clone()),
        _ => {
            let all = findings(&report).iter();
            let all = all.map(|finding| format!("{} {}", finding["rule"], finding["element"]));
            (code, format!("{found:?} among {:?}", all.collect::<Vec<_>>()))
        }
    }
}

/// The comparisons of a row: which, what came, what was expected.
pub(crate) fn comparisons(row: &Row) -> Vec<(&'static str, Outcome, Outcome)> {
    let text = edited(&station(), row.edits);
    if row.rule.is_empty() {
        let (code, report) = compare(&station(), &text);
        let count = findings(&report).len().to_string();
        return vec![("no change", (code, count), (0, "0".to_owned()))];
    }
    let unmet = u8::from(row.says.ends_with(" unmet"));
    let mut all = vec![("as it is", report_of(row, &text), (unmet, row.says.to_owned()))];
    let bump = |reads| report_of(row, &bumped(&text, reads));
    match &row.met {
        Met::Already => assert_eq!(unmet, 0),
        Met::Never => {
            let says = "refuse refuse unchanged unmet".to_owned();
            all.push(("after a bump", bump("reads = [4]"), (1, says)));
        }
        Met::By(edits, says) => {
            let given = report_of(row, &edited(&text, edits));
            all.push(("with what it needs", given, (0, (*says).to_owned())));
        }
        Met::Version => {
            let mut words = row.says.split(' ').skip(1);
            let new = words.next().expect("the new reader");
            let needs = words.next().expect("what it needs");
            // The bump keeps both readers out: WRONG becomes refuse, and nothing becomes ok.
            let says = format!("refuse refuse {needs} met");
            all.push(("after a bump", bump("reads = [4]"), (0, says)));
            // A new reader that accepts old files still misreads them.
            let (code, met) = if new == "wrong" { (1, "unmet") } else { (0, "met") };
            let says = format!("refuse {new} {needs} {met}");
            all.push(("after a bump that reads old files", bump("reads = [3, 4]"), (code, says)));
        }
    }
    all
}

// G-07: each row of the table, with what it needs missing and with it there.
#[test]
fn each_change_has_the_verdicts_of_the_table() {
    let mut wrong = Vec::new();
    for row in ROWS {
        println!("{}", row.name);
        for (which, found, expected) in comparisons(row) {
            if found != expected {
                wrong
                    .push(format!("{}, {which}: expected {expected:?}, found {found:?}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_of_rows_are_different() {
    let names: std::collections::BTreeSet<&str> = ROWS.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROWS.len());
}
