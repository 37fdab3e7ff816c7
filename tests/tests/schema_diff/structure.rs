//! What is the same element, and what a change of a type's name is not.

use super::station::{REVISION, bumped, compare, edited, finding, findings, station, verdicts};

const LINE: &str = "name = \"dew\", type = \"u8\", sentinel = 0";

// Structure counts, not the names of types.
#[test]
fn types_that_exchange_their_names_are_unchanged() {
    let old = station();
    let exchanged = old
        .replace("name = \"PhotosHeader\"", "name = \"Other\"")
        .replace("name = \"Sound\"", "name = \"PhotosHeader\"")
        .replace("name = \"Other\"", "name = \"Sound\"")
        .replace("header = \"PhotosHeader\"", "header = \"Sound\"")
        .replace("record = \"Sound\"", "record = \"PhotosHeader\"");
    let (code, report) = compare(&old, &exchanged);
    assert_eq!(code, 0, "{report:#}");
    let found: Vec<&str> =
        findings(&report).iter().map(|finding| finding["change"].as_str().unwrap_or("")).collect();
    assert_eq!(
        found,
        [
            "has the place of PhotosHeader; only the structure matters, not the name",
            "has the place of Sound; only the structure matters, not the name",
        ]
    );
}

#[test]
fn a_field_that_uses_an_equal_type_of_another_name_is_read_as_before() {
    let second = "[[enum]]\nname = \"Stand\"\ntype = \"u8\"\nvalues = [{ name = \"mast\", value = 0 }, { name = \"roof\", value = 1 }]\n\n[[flags]]";
    let old = edited(&station(), &[("[[flags]]", second)]);
    let new = edited(&old, &[("type = \"Mount\"", "type = \"Stand\"")]);
    let (code, report) = compare(&old, &new);
    assert_eq!((code, findings(&report).len()), (0, 1), "{report:#}");
    assert_eq!(verdicts(finding(&report, "D0007", "enum Stand")), "ok ok nothing met");
}

#[test]
fn a_field_that_is_removed_with_its_sentinel_needs_the_tombstone_that_keeps_it() {
    let old = edited(&station(), &[(LINE, "name = \"dew\", type = \"u8\", sentinel = 7")]);
    let tombstone = "name = \"dew\", type = \"u8\", sentinel = 7, removed = 3";
    let new = edited(&station(), &[(LINE, tombstone), REVISION]);
    let dew = "record Reading, field dew";
    let (code, report) = compare(&old, &new);
    assert_eq!((code, verdicts(finding(&report, "D0207", dew))), (0, "ok ok tombstone met".into()));
    // Without it, new files hold zero there, which old readers take for a value.
    let new = edited(&station(), &[(LINE, "name = \"_dew\", type = \"u8\", reserved = true")]);
    let (code, report) = compare(&old, &new);
    let removed = finding(&report, "D0208", dew);
    assert_eq!((code, verdicts(removed)), (1, "wrong ok version unmet".into()));
    assert_eq!(
        removed["fix"],
        "keep it and add `removed = 3`, with `revision = 3` under [format], and keep its `sentinel`, \
         or write `version = 4` and `reads = [4]`: readers of the old version then refuse new files"
    );
}

#[test]
fn a_tombstone_of_an_earlier_revision_does_not_cover_a_new_removal() {
    let new = edited(
        &station(),
        &[(LINE, "name = \"dew\", type = \"u8\", sentinel = 0, removed = 2"), REVISION],
    );
    let (code, report) = compare(&station(), &new);
    let removed = finding(&report, "D0207", "record Reading, field dew");
    assert_eq!(code, 1);
    assert_eq!(
        removed["missing"],
        "`removed`: expected a revision after 2, which still has it, found 2"
    );
}

#[test]
fn an_addition_says_the_revision_that_it_came_with() {
    let add = |since: &'static str| {
        let bit: &'static str = match since {
            "" => "{ name = \"vane\", bit = 1 }, { name = \"rust\", bit = 4 }",
            _ => "{ name = \"vane\", bit = 1 }, { name = \"rust\", bit = 4, since = 2 }",
        };
        edited(&station(), &[("{ name = \"vane\", bit = 1 }", bit), REVISION])
    };
    for (since, found) in [("", "none"), ("2", "2")] {
        let (code, report) = compare(&station(), &add(since));
        let added = finding(&report, "D0401", "flags Faults, bit rust");
        assert_eq!(
            (code, added["missing"].as_str()),
            (1, Some(format!("`since`: expected 3, found {found}").as_str()))
        );
        assert_eq!(added["fix"], "add `since = 3`");
    }
}

#[test]
fn a_bump_turns_wrong_into_refuse_and_never_into_ok() {
    let moved = edited(&station(), &[("name = \"rain\", value = 4", "name = \"rain\", value = 5")]);
    let (code, report) = compare(&station(), &bumped(&moved, "reads = [4]"));
    assert_eq!(code, 0);
    let value = finding(&report, "D0305", "enum Sky, value rain");
    assert_eq!(
        value["old_reader"]["why"],
        "it does not read version 4: it refuses instead of misreading"
    );
    assert_eq!(
        value["new_reader"]["why"],
        "it does not read version 3: it refuses instead of misreading"
    );
    // Also what was ok before: the version is compared first.
    let (_, report) = compare(&station(), &bumped(&station(), "reads = [4]"));
    let raised = finding(&report, "D0101", "[format]");
    assert_eq!(verdicts(raised), "refuse refuse nothing met");
    let (_, report) = compare(&station(), &bumped(&station(), "reads = [3, 4]"));
    assert_eq!(verdicts(finding(&report, "D0101", "[format]")), "refuse ok nothing met");
}

#[test]
fn a_reader_that_already_accepts_the_new_version_is_not_excluded() {
    let old = edited(&station(), &[("reads = [3]", "reads = [3, 4]")]);
    let new = edited(&station(), &[("name = \"rain\", value = 4", "name = \"rain\", value = 5")]);
    let (code, report) = compare(&old, &bumped(&new, "reads = [4]"));
    let value = finding(&report, "D0305", "enum Sky, value rain");
    assert_eq!((code, verdicts(value)), (1, "wrong refuse version unmet".into()));
    assert_eq!(
        value["missing"],
        "readers of the old schema also accept version 4: its `reads` lists it"
    );
}

#[test]
fn numbers_that_go_back_fail() {
    for (edit, element) in [
        (("revision = 2", "revision = 1"), "revision 2 -> 1"),
        (("version = 3\n", "version = 2\n"), "version 3 -> 2"),
    ] {
        let mut new = edited(&station(), &[edit]);
        if element.starts_with("version") {
            new =
                edited(&new, &[("reads = [3]", "reads = [2]")]).replace("const = 3,", "const = 2,");
        } else {
            new = new.replace(", removed = 2", ", removed = 1");
        }
        let (code, report) = compare(&station(), &new);
        let back = finding(&report, "D0102", "[format]");
        assert_eq!((code, back["change"].as_str()), (1, Some(element)));
    }
}

#[test]
fn the_revision_that_removed_something_is_frozen() {
    let (code, report) = compare(
        &station(),
        &edited(&station(), &[("value = 3, removed = 2", "value = 3, removed = 1")]),
    );
    let changed = finding(&report, "D0006", "enum Sky, value haze");
    assert_eq!((code, changed["change"].as_str()), (1, Some("`removed` changed: 2 -> 1")));
}

// A format is new if its files cannot be mistaken for the other's.
#[test]
fn a_magic_of_one_file_is_no_new_format() {
    let name = ("name = \"station\"", "name = \"station-two\"");
    let unit = ("unit = \"mm\"", "unit = \"inch\"");
    for magic in [("\"WXLG\"", "\"WXL2\""), ("\"GLXW\"", "\"2LXW\"")] {
        let (code, report) = compare(&station(), &edited(&station(), &[name, magic, unit]));
        let rain = finding(&report, "D0211", "record Reading, field rain");
        assert_eq!((code, verdicts(rain)), (1, "wrong wrong version unmet".into()));
        let magic = findings(&report).iter().find(|finding| finding["rule"] == "D0216");
        let missing = &magic.expect("it is reported")["missing"];
        assert_eq!(missing, "not every header has a new magic");
    }
}

#[test]
fn a_version_that_no_reader_checks_excludes_no_reader() {
    let version_field = "type = \"u8\", const = 3, role = { version = \"format\" } },";
    let unversioned = station().replace(version_field, "type = \"u8\" },");
    let version = format!("  {{ offset = 4, name = \"version\", {version_field}\n");
    let mount = "  { offset = 5, name = \"mount\", type = \"Mount\" },\n";
    let here = format!("{version}{mount}");
    assert!(station().contains(&here));
    let there = format!("{mount}{version}").replace("offset = 5", "offset = 0");
    let there = there.replace("offset = 4", "offset = 5").replace("offset = 0", "offset = 4");
    let moved = station().replace(&here, &there);
    for (old, new) in [(&unversioned, &unversioned), (&station(), &moved)] {
        let new = edited(new, &[("unit = \"mm\"", "unit = \"inch\"")]);
        let (code, report) = compare(old, &bumped(&new, "reads = [4]"));
        let rain = finding(&report, "D0211", "record Reading, field rain");
        assert_eq!((code, verdicts(rain)), (1, "wrong wrong version unmet".into()));
        assert_eq!(
            rain["missing"],
            "no header has the version where the other readers look for it"
        );
        let raised = finding(&report, "D0101", "[format]");
        assert_eq!(verdicts(raised), "ok ok nothing met");
        assert!(raised["warning"].is_string());
    }
}

#[test]
fn a_bit_that_must_be_understood_needs_more_than_a_tombstone() {
    let bit = "name = \"vane\", bit = 1, must_understand = true";
    let old = edited(&station(), &[("name = \"vane\", bit = 1", bit)]);
    let gone = edited(
        &station(),
        &[("name = \"vane\", bit = 1", "name = \"vane\", bit = 1, removed = 3"), REVISION],
    );
    let (code, report) = compare(&old, &gone);
    let removed = finding(&report, "D0404", "flags Faults, bit vane");
    assert_eq!((code, verdicts(removed)), (1, "ok wrong version unmet".into()));
}

// Old files have the file and not the flag.
#[test]
fn a_new_bit_cannot_announce_an_old_file() {
    let bit = "  { name = \"has_photos\", bit = 3, role = { present = \"photos\" } },\n";
    let old = edited(&station(), &[(bit, "")]);
    let since =
        "  { name = \"has_photos\", bit = 3, since = 3, role = { present = \"photos\" } },\n";
    let new = edited(&station(), &[(bit, since), REVISION]);
    let (code, report) = compare(&old, &new);
    let added = finding(&report, "D0220", "flags Faults, bit has_photos");
    assert_eq!((code, verdicts(added)), (1, "ok wrong version unmet".into()));
}

// Leaving the role out fails, so leaving the bit out does.
#[test]
fn a_bit_that_announces_a_file_is_not_removed_while_the_file_stays() {
    let bit = "bit = 3, role = { present = \"photos\" }";
    let (code, report) =
        compare(&station(), &edited(&station(), &[(bit, "bit = 3, removed = 3"), REVISION]));
    let removed = finding(&report, "D0404", "flags Faults, bit has_photos");
    assert_eq!((code, verdicts(removed)), (1, "wrong ok version unmet".into()));
}

#[test]
fn a_field_whose_guard_others_have_as_well_is_not_absent_when_it_is_removed() {
    let channel = "name = \"channel\", type = \"u8\"";
    let place = "name = \"place\", type = \"Place\"";
    let guarded = "name = \"channel\", type = \"u8\", guard = \"faults.vane\"";
    let removed = "name = \"channel\", type = \"u8\", guard = \"faults.vane\", removed = 3";
    let beside = "name = \"place\", type = \"Place\", guard = \"faults.vane\"";
    let cases = [
        (place, "D0207", 0, "ok ok tombstone met"),
        (beside, "D0208", 1, "wrong ok version unmet"),
    ];
    for (place_now, rule, exit, says) in cases {
        let old = edited(&station(), &[(channel, guarded), (place, place_now)]);
        let new = edited(&station(), &[(channel, removed), (place, place_now), REVISION]);
        let (code, report) = compare(&old, &new);
        let found = finding(&report, rule, "record LogHeader, field channel");
        assert_eq!((code, verdicts(found)), (exit, says.into()));
    }
}

#[test]
fn bits_that_must_be_understood_are_found_at_any_position() {
    let locks = (
        "[[file]]\nname = \"log\"",
        "[[flags]]\nname = \"Locks\"\ntype = \"u8\"\nopen = true\nsince = 3\nbits = [{ name = \"sealed\", bit = 0, must_understand = true }]\n\n[[file]]\nname = \"log\"",
    );
    let pitch = "  { offset = 2, name = \"volume\", type = \"u16\" },\n";
    let grown = "  { offset = 2, name = \"volume\", type = \"u16\" },\n  { offset = 4, name = \"locks\", type = \"Locks\", since = 3 },\n";
    let cases: [(&str, &[(&'static str, &'static str)]); 2] = [
        (
            "record LogHeader, field channel",
            &[("name = \"channel\", type = \"u8\"", "name = \"channel\", type = \"Locks\"")],
        ),
        (
            "record Sound, field locks",
            &[("name = \"Sound\"\nsize = 4", "name = \"Sound\"\nsize = 5"), (pitch, grown)],
        ),
    ];
    for (element, edits) in cases {
        let new = edited(&edited(&station(), &[locks, REVISION]), edits);
        let (code, report) = compare(&station(), &new);
        let found = finding(&report, "D0402", element);
        assert_eq!((code, verdicts(found)), (1, "wrong ok version unmet".into()));
        let (code, report) = compare(&station(), &bumped(&new, "reads = [3, 4]"));
        let found = finding(&report, "D0402", element);
        assert_eq!((code, verdicts(found)), (0, "refuse ok version met".into()));
    }
}

#[test]
fn an_array_of_another_length_is_reported_for_any_element() {
    let grade = (
        "[[file]]\nname = \"log\"",
        "[[enum]]\nname = \"Grade\"\ntype = \"u16\"\nsince = 3\nvalues = [{ name = \"good\", value = 0 }]\n\n[[file]]\nname = \"log\"",
    );
    let spares = (
        "name = \"spares\", type = \"[u16; 2]\" },",
        "name = \"spares\", type = \"[Grade; 1]\" },\n  { offset = 42, name = \"_rest\", type = \"u16\", reserved = true },",
    );
    let new = bumped(&edited(&station(), &[grade, REVISION, spares]), "reads = [3, 4]");
    let (code, report) = compare(&station(), &new);
    let found = finding(&report, "D0206", "record LogHeader, field spares");
    assert_eq!((code, verdicts(found)), (1, "refuse wrong version unmet".into()));
}

#[test]
fn since_stays_frozen_when_the_element_is_removed() {
    let value = "name = \"overcast\", value = 2";
    let dew = "name = \"dew\", type = \"u8\", sentinel = 0";
    let old = edited(
        &station(),
        &[
            (value, "name = \"overcast\", value = 2, since = 1"),
            (dew, "name = \"dew\", type = \"u8\", sentinel = 0, since = 1"),
        ],
    );
    let new = edited(
        &station(),
        &[
            (value, "name = \"overcast\", value = 2, removed = 3"),
            (dew, "name = \"dew\", type = \"u8\", sentinel = 0, removed = 3"),
            REVISION,
        ],
    );
    let (code, report) = compare(&old, &new);
    assert_eq!(code, 1);
    for element in ["enum Sky, value overcast", "record Reading, field dew"] {
        assert_eq!(finding(&report, "D0006", element)["change"], "`since` changed: 1 -> none");
    }
}

// The line that changed is shown, not the first of the lists; and each case is compared with its own.
#[test]
fn names_of_elements_are_compared_case_by_case() {
    let schema = |leaf: &str, root: &str| {
        format!(
            "[format]\nname = \"tree\"\nversion = 1\nendian = \"little\"\n\n[[enum]]\nname = \"Kind\"\n\
             type = \"u8\"\nvalues = [{{ name = \"leaf\", value = 1 }}, {{ name = \"root\", value = 2 }}]\n\n\
             [[record]]\nname = \"Node\"\nsize = 3\nfields = [\n  {{ offset = 0, name = \"kind\", type = \"Kind\" }},\n  \
             {{ offset = 1, name = \"at\", type = \"[u8; 2]\", element_names = [\n    \
             {{ when = {{ Kind = \"leaf\" }}, names = [{leaf}] }},\n    \
             {{ when = {{ Kind = \"root\" }}, names = [{root}] }},\n  ] }},\n]\n"
        )
    };
    let old = schema("\"x\", \"y\"", "\"x\", \"y\"");
    let report = |new: &str| {
        let (code, report) = compare(&old, new);
        let finding = finding(&report, "D0219", "record Node, field at");
        (code, finding["change"].clone(), finding["new"]["text"].clone())
    };
    let root = "{ when = { Kind = \"root\" }, names = [\"y\", \"x\"] },";
    let moved = (1, "its element x moved: 0 -> 1".into(), root.into());
    assert_eq!(report(&schema("\"x\", \"y\"", "\"y\", \"x\"")), moved);
    let leaf = "{ when = { Kind = \"leaf\" }, names = [\"x\"] },";
    let changed = (0, "names of its elements changed".into(), leaf.into());
    assert_eq!(report(&schema("\"x\"", "\"x\", \"y\"")), changed);
    // Cases in another order say the same.
    let swapped = old.replace("\"leaf\" }", "\"tmp\" }").replace("\"root\" }", "\"leaf\" }");
    let (code, report) = compare(&old, &swapped.replace("\"tmp\" }", "\"root\" }"));
    assert_eq!((code, report["findings"].as_array().map(Vec::len)), (0, Some(0)));
}

// G-07: each change of a field's type in a target is one of its callers.
#[test]
fn a_type_that_changes_under_programs_is_source_breaking() {
    let old =
        station().replace("\"_reserved\", type = \"[u8; 11]\"", "\"spare\", type = \"[u8; 11]\"");
    let carved = edited(
        &old,
        &[
            REVISION,
            (
                "{ offset = 45, name = \"spare\", type = \"[u8; 11]\", reserved = true },",
                "{ offset = 45, name = \"gain\", type = \"u8\", since = 3, sentinel = 0 },\n  \
                 { offset = 46, name = \"spare\", type = \"[u8; 10]\", reserved = true },",
            ),
        ],
    );
    let (code, report) = compare(&old, &carved);
    assert_eq!(code, 0, "{report:#}");
    let found = finding(&report, "D0201", "record LogHeader, field gain");
    assert_eq!(found["source_breaking"], true);
    assert_eq!(
        found["change"],
        "added in reserved bytes 45..46; zero means absent; spare, a [u8; 11], is a [u8; 10]"
    );
    for (edit, rule, element) in [
        (
            ("name = \"channel\", type = \"u8\"", "name = \"channel\", type = \"i8\""),
            "D0205",
            "record LogHeader, field channel",
        ),
        (
            ("name = \"spares\", type = \"[u16; 2]\"", "name = \"spares\", type = \"[u8; 4]\""),
            "D0205",
            "record LogHeader, field spares",
        ),
    ] {
        let (_, report) = compare(&station(), &edited(&station(), &[edit]));
        let found = report["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|it| it["element"] == element);
        let found = found.expect("it is found");
        assert!(found["rule"] == rule || found["rule"] == "D0204", "{found}");
        assert_eq!(found["source_breaking"], true, "{rule}");
    }
}

// Symptom: E0903 asked to remove the role, and D0208 then called the zero a real value, though the sentinel stays.
#[test]
fn a_field_with_a_role_is_removed_as_any_other() {
    let photo = "sentinel = \"NO_PHOTO\", default = \"NO_PHOTO\", role = { link = \"photos\" }";
    let with_role = format!("{photo}, removed = 3");
    let without = with_role.replace(", role = { link = \"photos\" }", "");
    for removed in [with_role, without] {
        let new = edited(&station().replace(photo, &removed), &[REVISION]);
        let (code, report) = compare(&station(), &new);
        let found = finding(&report, "D0207", "record Reading, field photo");
        assert_eq!((code, verdicts(found)), (0, "ok ok tombstone met".into()), "{report:#}");
    }
    // Without a value for "none", the zero of new files is a count for old readers.
    let count = "type = \"u32\", role = { count = \"events\" } },\n  { offset = 16";
    let gone = count.replace("events\" } }", "events\" }, removed = 3 }");
    let new = edited(&station().replace(count, &gone), &[REVISION]);
    let (code, report) = compare(&station(), &new);
    let found = finding(&report, "D0208", "record LogHeader, field readings");
    assert_eq!((code, verdicts(found)), (1, "wrong ok version unmet".into()));
}

// G-07: the link of our own events.
#[test]
fn the_link_of_an_event_can_be_removed_from_our_schema() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/atf-v2.toml");
    let old = std::fs::read_to_string(path).expect("the schema is there");
    let link = "role = { link = \"detail\" }";
    assert_eq!(old.matches(link).count(), 1);
    let new = old
        .replace(link, &format!("{link}, removed = 2"))
        .replace("revision = 1\n", "revision = 2\n");
    let (code, report) = compare(&old, &new);
    let found = finding(&report, "D0207", "record IndexEvent, field detail_seq");
    assert_eq!((code, verdicts(found)), (0, "ok ok tombstone met".into()));
}
