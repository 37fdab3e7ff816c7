//! The reference page and its pictures: every element is in it, every link leads somewhere, every
//! picture is there and is XML, whatever the schema's text. G-01, G-08.

use std::collections::BTreeSet;
use std::path::Path;

use atf_gen::emit::Output;
use atf_gen::model::Format;

fn load(path: &str) -> Format {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let bytes = std::fs::read(&path).expect("the schema is there");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    atf_gen::load(name, &bytes).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn format_of(text: &str) -> Format {
    atf_gen::load("odd.toml", text.as_bytes()).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn page(format: &Format) -> String {
    atf_gen::emit::markdown::text(format)
}

fn pictures(format: &Format) -> Vec<Output> {
    atf_gen::emit::svg::outputs(format)
}

const FORMATS: [&str; 5] = [
    "../schema/atf-v2.toml",
    "schemas/bmp.toml",
    "schemas/pcap.toml",
    "schemas/ledger.toml",
    "schemas/shelf.toml",
];

/// Every text between `before` and `after`.
fn all_between<'a>(text: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(it, _)| it).collect()
}

/// Fails unless `text` is well-formed: every tag is closed by its own, attributes are quoted and
/// come once, and every character is allowed in XML.
fn assert_xml(path: &str, text: &str) {
    let forbidden = |c: char| (c < ' ' && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!text.contains(forbidden), "{path}: a character that XML does not have");
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        entities(path, before);
        let end = if tag.starts_with('?') { "?>" } else { ">" };
        let (tag, behind) = tag.split_once(end).unwrap_or_else(|| panic!("{path}: <{tag}"));
        rest = behind;
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{path}");
            continue;
        }
        roots += usize::from(open.is_empty());
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let mut seen = BTreeSet::new();
        let mut attributes = attributes.trim_start();
        while let Some((key, value)) = attributes.split_once("=\"") {
            assert!(seen.insert(key), "{path}: {key} twice in <{tag}>");
            let (value, more) = value.split_once('"').expect("the quote is closed");
            entities(path, value);
            attributes = more.trim_start();
        }
        assert_eq!(attributes, "", "{path}: <{tag}>");
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!((open.len(), roots, rest.trim()), (0, 1, ""), "{path}");
}

fn entities(path: &str, text: &str) {
    assert!(!text.contains('>'), "{path}: {text}");
    for entity in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known));
        assert!(known, "{path}: &{entity}");
    }
}

// G-08
#[test]
fn every_link_leads_to_an_anchor_and_every_anchor_exists_once() {
    for schema in FORMATS {
        let page = page(&load(schema));
        let anchors = all_between(&page, "<a id=\"", "\"></a>");
        assert_eq!(anchors.len(), page.matches("<a id=").count(), "{schema}");
        let links = all_between(&page, "](#", ")");
        let dead: Vec<_> = links.difference(&anchors).collect();
        assert!(dead.is_empty(), "{schema}: {dead:?}");
    }
}

// G-08
#[test]
fn every_picture_is_shown_and_is_xml() {
    for schema in FORMATS {
        let format = load(schema);
        let pictures = pictures(&format);
        assert_eq!(pictures.len(), format.records.len() + format.files.len());
        let page = page(&format);
        let shown: BTreeSet<String> =
            all_between(&page, "](svg/", ")").iter().map(|it| format!("docs/svg/{it}")).collect();
        let made: BTreeSet<String> = pictures.iter().map(|it| it.path.clone()).collect();
        assert_eq!(shown, made);
        let all: BTreeSet<String> =
            atf_gen::emit::outputs(&format).into_iter().map(|it| it.path).collect();
        assert!(all.is_superset(&made) && all.contains(&format!("docs/{}.md", format.stem())));
        for picture in pictures {
            assert_xml(&picture.path, &picture.text);
        }
    }
}

// G-01: the page is the format's reference, so nothing of the schema is missing.
#[test]
fn every_element_and_its_meaning_are_on_the_page() {
    let format = load("../schema/atf-v2.toml");
    let page = page(&format);
    for record in &format.records {
        for field in &record.fields {
            let row = format!("| {} | {} | `{}` |", field.offset, field.size, field.name);
            assert!(page.contains(&row), "{row}");
        }
        if let Some(tail) = &record.tail {
            assert!(
                page.contains(&format!("| {} | `stack_size` | `{}` |", tail.offset, tail.name))
            );
        }
    }
    for declared in &format.enums {
        for value in &declared.values {
            let width = usize::from(declared.int.bytes) * 2;
            let since = match value.evolution.since {
                0 => String::new(),
                revision => format!("<br>Since revision {revision}."),
            };
            let row = format!(
                "| {0} | 0x{0:0width$X} | `{1}` | {2}{3} |",
                value.value, value.name, value.doc, since
            );
            assert!(page.contains(&row), "{row}");
        }
    }
    for text in [
        "`magic` is `\"ATI2\"`",
        "| `event_type` is `function_call` or `function_return` | [DetailFunctionPayload](#record-detail-function-payload) |",
        "| number of events | `event_count` of [AtfIndexHeader](#record-atf-index-header), `event_count` of [AtfIndexFooter](#record-atf-index-footer) (authoritative) |",
        "`detail_seq` | the position, counted from zero, of an event in [`detail.atf`](#file-detail); `NO_DETAIL_SEQ (0xFFFFFFFF)` is none |",
        "| `NO_DETAIL_SEQ` | `u32` | 4294967295 | 0xFFFFFFFF |",
        "| 0 | 0x00000001 | `has_detail_file` | There is a detail file beside the index file.<br>Set if [`detail.atf`](#file-detail) exists. |",
        "| [Arch](#enum-arch) is `x86_64` and [DetailEventType](#enum-detail-event-type) is `function_return` | `rax` |",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

/// A schema whose text would break out of tables, code, tags and comments.
const ODD: &str = r##"
[format]
name = "odd"
title = "Odd | <b>one</b> & --> `x"
doc = "# no heading\n\n1. no list\n* nor this"
version = 1
endian = "little"
revision = 3

[[enum]]
name = "Mood"
type = "u8"
values = [
  { name = "good", value = 1, doc = "a | b", since = 2 },
  { name = "bad", value = 2, doc = "`c | d`", removed = 3 },
]

[[record]]
name = "Thing"
size = 12
doc = "</svg> ]]> \"quoted\" & <i>"
was = ["Gadget"]
fields = [
  { offset = 0, name = "magic", type = "[u8; 4]", const = "<&|\"" },
  { offset = 4, name = "mood", type = "Mood", deprecated = "use *nothing*", unit = "m|s" },
  { offset = 5, name = "gone", type = "u16", removed = 3 },
  { offset = 7, name = "number", type = "u8", since = 1 },
  { offset = 8, name = "rest", type = "[u8; 4]", reserved = true },
]
"##;

#[test]
fn text_of_a_schema_breaks_neither_table_nor_tag() {
    let format = format_of(ODD);
    let page = page(&format);
    assert!(page.contains("\n# Odd \\| \\<b\\>one\\</b\\> \\& --\\> \\`x\n"), "{page}");
    assert!(page.contains("\n\\# no heading\n\n1\\. no list \\* nor this\n"), "{page}");
    for line in page.lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([3, 5, 7].contains(&bars), "{line}");
    }
    for picture in pictures(&format) {
        assert_xml(&picture.path, &picture.text);
    }
}

// G-07: a reader of the page learns how each element came and went.
#[test]
fn the_page_shows_since_when_and_what_is_deprecated() {
    let page = page(&format_of(ODD));
    for line in [
        "12 bytes. Called `Gadget` before.",
        "| 4 | 1 | `mood` | [Mood](#enum-mood) | m\\|s | Deprecated: use \\*nothing\\*. |",
        "| 5 | 2 | `_removed_gone` | `u16` |  | Its bytes stay reserved.<br>Removed in revision 3. |",
        "| 7 | 1 | `number` | `u8` |  | Since revision 1. |",
        "| 1 | 0x01 | `good` | a \\| b<br>Since revision 2. |",
        "| 2 | 0x02 | ~~`bad`~~ | <code>c &#124; d</code><br>Removed in revision 3.<br>Name and number must not be reused. |",
    ] {
        assert!(page.contains(&format!("{line}\n")), "{line}\n{page}");
    }
}

#[test]
fn pictures_of_huge_records_stay_small() {
    let mut fields = String::new();
    for at in 0..20_000 {
        fields.push_str(&format!("{{ offset = {}, name = \"f{at}\", type = \"u64\" }},\n", at * 8));
    }
    let many = format!(
        "[format]\nname = \"many\"\nversion = 1\nendian = \"little\"\n[[record]]\nname = \"Many\"\nsize = 160000\nfields = [{fields}]\n"
    );
    let long = many.replace(&fields, "{ offset = 0, name = \"all\", type = \"[u8; 160000]\" }");
    let text = |schema: &str| pictures(&format_of(schema)).remove(0).text;
    assert!(text(&many).contains("19600 more fields, bytes 3200 to 159999: see the table"));
    assert!(text(&many).len() < 150_000 && text(&long).len() < 4_000);
    assert!(text(&long).contains("⋮  bytes 8 to 159991"));
}
