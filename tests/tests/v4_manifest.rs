//! trace.json of a V4 trace: every key, what is required, and what an error says. L-01, L-07.

use std::fs;

use atf_runtime::error::ManifestFault;
use atf_runtime::v4::ManifestInfo;
use atf_tests::scratch::Scratch;
use atf_tests::v4;
use serde_json::{Value, json};

fn full() -> Value {
    json!({
        "os": "Darwin",
        "arch": "arm64",
        "timeStartNs": 1_700_000_000_000_000_000_u64,
        "timeEndNs": u64::MAX,
        "eventCount": 9,
        "spanCount": 3,
        "firstEventOffset": 0,
        "lastEventOffset": 700,
        "eventsFileSize": 712,
        "pid": 4711,
        "sessionId": u64::MAX,
        "bytesWritten": 712,
        "modules": ["2F1C", ""],
        "somethingElse": {"eventCount": []},
    })
}

const REQUIRED: [&str; 5] = ["os", "arch", "timeStartNs", "timeEndNs", "eventCount"];

#[test]
fn every_key_has_its_value() {
    let info = ManifestInfo::from_json(full().to_string()).unwrap();
    assert_eq!((info.os.as_str(), info.arch.as_str()), ("Darwin", "arm64"));
    assert_eq!((info.time_start_ns, info.time_end_ns), (1_700_000_000_000_000_000, u64::MAX));
    assert_eq!(info.duration_ns(), u64::MAX - 1_700_000_000_000_000_000);
    assert_eq!((info.event_count, info.recorded_span_count, info.span_count()), (9, Some(3), 3));
    assert_eq!((info.first_event_offset, info.last_event_offset), (Some(0), Some(700)));
    assert_eq!((info.events_file_size, info.bytes_written), (Some(712), Some(712)));
    assert_eq!((info.pid, info.session_id), (Some(4711), Some(u64::MAX)));
    assert_eq!(info.modules, ["2F1C", ""]);
}

#[test]
fn optional_keys_have_defaults() {
    let info = ManifestInfo::from_json(v4::manifest(2)).unwrap();
    assert_eq!((info.event_count, info.recorded_span_count, info.span_count()), (2, None, 0));
    assert_eq!((info.first_event_offset, info.last_event_offset), (None, None));
    assert_eq!((info.events_file_size, info.bytes_written), (None, None));
    assert_eq!((info.pid, info.session_id), (None, None));
    assert_eq!(info.modules, [""; 0]);
    assert_eq!(info.duration_ns(), 1_500_000_000);
    // The same where they are null.
    let mut nulls = full();
    for (key, value) in nulls.as_object_mut().unwrap() {
        if !REQUIRED.contains(&key.as_str()) {
            *value = Value::Null;
        }
    }
    let nulls = ManifestInfo::from_json(nulls.to_string()).unwrap();
    assert_eq!((nulls.recorded_span_count, nulls.pid, nulls.modules.len()), (None, None, 0));
}

const NUMBER: &str = "an integer from 0 to 18446744073709551615";

#[test]
fn missing_key_is_named() {
    for key in REQUIRED {
        let mut manifest = full();
        manifest.as_object_mut().unwrap().remove(key);
        let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
        let expected = if ["os", "arch"].contains(&key) { "a string" } else { NUMBER };
        assert_eq!(error.to_string(), format!("{key}: expected {expected}, found nothing"));
    }
}

#[test]
fn value_of_a_wrong_type_is_named_with_its_key() {
    let texts = ["os", "arch", "modules[1]"];
    for key in full().as_object().unwrap().keys().filter(|key| *key != "somethingElse") {
        let key = if key == "modules" { "modules[1]" } else { key };
        let expected = if texts.contains(&key) { "a string" } else { NUMBER };
        for (wrong, found) in [
            (json!(true), "true"),
            (json!(-1), "-1"),
            (json!(1.5), "1.5"),
            (json!(1e300), "1e300"),
            (json!([1]), "an array"),
            (json!({"a": 1}), "an object"),
        ] {
            let mut manifest = full();
            match key {
                "modules[1]" => manifest["modules"][1] = wrong,
                key => manifest[key] = wrong,
            }
            let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
            let found = found.replace("1e300", "1e+300");
            assert_eq!(error.to_string(), format!("{key}: expected {expected}, found {found}"));
            assert!(matches!(error, ManifestFault::Key { key: named, .. } if named == key));
        }
    }
    let mut manifest = full();
    manifest["pid"] = "4711".into();
    let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
    assert_eq!(error.to_string(), format!("pid: expected {NUMBER}, found \"4711\""));
    manifest = full();
    manifest["modules"] = "2F1C".into();
    let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
    assert_eq!(error.to_string(), "modules: expected an array of strings, found \"2F1C\"");
    manifest = full();
    manifest["os"] = Value::Null;
    let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
    assert_eq!(error.to_string(), "os: expected a string, found null");
}

#[test]
fn long_value_is_shortened_in_the_error() {
    let mut manifest = full();
    manifest["pid"] = "ö".repeat(100_000).into();
    let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err().to_string();
    assert!(error.ends_with("ö...") && error.len() < 200, "{error}");
}

#[test]
fn end_before_the_start_is_refused() {
    let mut manifest = full();
    manifest["timeEndNs"] = 5.into();
    let error = ManifestInfo::from_json(manifest.to_string()).unwrap_err();
    let expected = "at least 1700000000000000000, which is timeStartNs";
    assert_eq!(error.to_string(), format!("timeEndNs: expected {expected}, found 5"));
    manifest["timeEndNs"] = manifest["timeStartNs"].clone();
    assert_eq!(ManifestInfo::from_json(manifest.to_string()).unwrap().duration_ns(), 0);
}

// L-07: the error says where.
#[test]
fn corrupt_json_is_refused_with_line_and_column() {
    for (text, found) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\"os\": \"linux\",\n\"arch\" x}", "expected `:` at line 2 column 8"),
        ("[]", "an array"),
        ("\"trace\"", "\"trace\""),
        ("{} {}", "trailing characters at line 1 column 4"),
    ] {
        let error = ManifestInfo::from_json(text).unwrap_err();
        assert_eq!(error.to_string(), format!("expected a JSON object, found: {found}"), "{text}");
        assert!(matches!(error, ManifestFault::NotJson { .. }), "{text}");
    }
    let cut = full().to_string();
    for len in 0..cut.len() {
        let error = ManifestInfo::from_json(&cut[..len]).unwrap_err();
        assert!(matches!(error, ManifestFault::NotJson { .. }), "{len}: {error}");
    }
    assert!(ManifestInfo::from_json(b"{\"os\": \"\xFF\"}").is_err());
    assert!(ManifestInfo::from_json("[".repeat(1 << 20)).is_err());
}

#[test]
fn errors_of_a_file_have_its_path() {
    let dir = Scratch::new();
    let path = dir.path().join("trace.json");
    let missing = ManifestInfo::open(&dir).unwrap_err();
    assert!(format!("{missing:#}").starts_with(&format!("{}: cannot open: ", path.display())));
    fs::write(&path, "{\"os\": 1}").unwrap();
    let wrong = ManifestInfo::open(&dir).unwrap_err().to_string();
    assert_eq!(wrong, format!("{}: os: expected a string, found 1", path.display()));
    fs::write(&path, vec![b' '; (16 << 20) + 1]).unwrap();
    let long = ManifestInfo::open(&dir).unwrap_err().to_string();
    let expected = "length: expected at most 16777216 bytes, found 16777217";
    assert_eq!(long, format!("{}: {expected}", path.display()));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let directory = ManifestInfo::open(&dir).unwrap_err().to_string();
    assert!(directory.ends_with("expected a regular file, found something else"), "{directory}");
}
