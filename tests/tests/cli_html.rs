//! `atf html`: the page has its budget, holds what the trace holds, and nothing in a trace becomes markup or script.

use std::fs;
use std::io::Read;
use std::path::Path;

use atf_runtime::format::{Arch, ClockType, EventKind, Os};
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, Platform, WriterOptions};
use atf_tests::cli::run;
use atf_tests::scratch::Scratch;
use serde_json::Value as Json;

const PLATFORM: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

/// What stands between two marks, once.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after}")).0
}

/// The data of a page: the object, and the numbers behind it.
fn data(page: &str) -> (Json, Vec<u8>) {
    let text = between(page, "id=\"data\">", "</script>");
    assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=".contains(&it)));
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(&base64(text)[..]).read_to_end(&mut bytes).unwrap();
    let len = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    (serde_json::from_slice(&bytes[4..4 + len]).unwrap(), bytes[4 + len..].to_vec())
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').map(digit).collect();
    let mut bytes = Vec::new();
    for part in letters.chunks(4) {
        let bits = part.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit));
        let bits = bits << (6 * (4 - part.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..part.len()]);
    }
    bytes
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first().expect("more numbers");
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }
}

/// Calls that are shown and that are folded, of the whole page.
fn calls_of(page: &str) -> (u64, u64) {
    let (object, numbers) = data(page);
    let mut numbers = Numbers(&numbers);
    let (mut shown, mut folded) = (0, 0);
    for thread in object["threads"].as_array().unwrap() {
        for _ in 0..numbers.next() {
            let _gap = [numbers.next(), numbers.next(), numbers.next()];
        }
        let mut now;
        for _ in 0..numbers.next() {
            let spans = numbers.next();
            now = 0;
            for _ in 0..spans {
                now += numbers.next();
                now += numbers.next();
                assert!(now <= object["duration_ns"].as_u64().unwrap());
            }
            let functions = object["functions"].as_array().unwrap().len() as u64;
            (0..spans).for_each(|_| assert!(numbers.next() < functions));
            shown += spans;
            for _ in 0..numbers.next() {
                let [_at, calls, _ns, function] = [(); 4].map(|()| numbers.next());
                assert!(function < functions);
                folded += calls;
            }
        }
        folded += thread["deeper"].as_u64().unwrap();
    }
    assert!(numbers.0.is_empty(), "no number is left");
    (shown, folded)
}

fn html(session: &Path, out: &Path, more: &[&str]) -> String {
    let args = ["html", session.to_str().unwrap(), "-o", out.to_str().unwrap(), "--force"];
    run([&args[..], more].concat()).exits(0);
    fs::read_to_string(out).unwrap()
}

#[test]
fn page_holds_every_call_within_its_budget() {
    let folder = Scratch::new();
    let [session, out] = ["s", "page.html"].map(|name| folder.path().join(name));
    let args = ["--threads", "3", "--events", "60000"];
    run([&["synth", "--out", session.to_str().unwrap()], &args[..]].concat()).exits(0);
    let whole = html(&session, &out, &[]);
    let (object, _) = data(&whole);
    let calls: u64 = object["threads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thread| thread["calls"].as_u64().unwrap())
        .sum();
    assert_eq!(calls_of(&whole), (calls, 0));
    let report: u64 = object["parts"]["report"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[1].as_u64().unwrap())
        .sum();
    assert_eq!(report, calls);
    for (budget, most) in [("200kB", 200_000), ("100kB", 100_000)] {
        let page = html(&session, &out, &["--budget", budget]);
        assert!(page.len() <= most, "{budget}: {}", page.len());
        let (shown, folded) = calls_of(&page);
        assert_eq!(shown + folded, calls, "{budget}");
        assert!(folded > 0 && shown > 0, "{budget}: {shown} shown, {folded} folded");
    }
    let args = ["html", session.to_str().unwrap(), "-o", out.to_str().unwrap(), "--force"];
    let refused = run([&args[..], &["--budget", "20kB"]].concat()).exits(2);
    assert!(refused.stderr.contains("the smallest page of this trace takes"), "{}", refused.stderr);
    // Without --force nothing is written over.
    run(&args[..4]).exits(2);
}

/// A session whose names try everything.
fn hostile(dir: &Path) {
    let names = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "]]>-->\"'`\u{2028}\u{202e}\\",
        "",
    ];
    let mut session = SessionWriter::create(dir, PLATFORM, WriterOptions::default()).unwrap();
    let symbols = names.iter().zip(0..).map(|(name, at)| Symbol::new(1, at, *name));
    session.set_symbols(vec![Module::new(1, "/home/<private>/a.out")], symbols.collect());
    let mut thread = session.thread(0).unwrap();
    for at in 0..names.len() as u64 {
        for (kind, time) in [(EventKind::CALL, 10 * at), (EventKind::RETURN, 10 * at + 5)] {
            thread.write_event(&Event::new(100 + time, 1 << 32 | at, kind), None).unwrap();
        }
    }
    let summary = thread.finalize().unwrap();
    session.finish(&[summary]).unwrap();
}

#[test]
fn nothing_in_a_trace_becomes_markup_or_script() {
    let folder = Scratch::new();
    let dir = folder.path().join("<b>&s");
    hostile(&dir);
    let page = html(&dir, &folder.path().join("page.html"), &[]);
    // One script besides the data, and what the policy allows is this one.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("alert(1)") && !page.contains("<b>"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    // The data have the names as they are, and no folder.
    let (object, _) = data(&page);
    let functions = object["functions"].as_array().unwrap();
    assert!(functions.iter().any(|it| it[0] == "</script><script>alert(1)</script>"));
    assert!(functions.iter().all(|it| it[1] == "a.out"), "{functions:?}");
    assert!(!object.to_string().contains("private"));
    // No address but in comments: the page asks for nothing.
    for word in ["http://", "https://", "innerHTML", "eval(", "import("] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn process_is_shown_when_asked_for() {
    let folder = Scratch::new();
    let [session, out] = ["s", "page.html"].map(|name| folder.path().join(name));
    run(["synth", "--out", session.to_str().unwrap(), "--threads", "1", "--events", "10"]).exits(0);
    let path = session.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["process"] =
        serde_json::json!({"pid": 7, "command": ["secret", "--key"], "host": "machine"});
    fs::write(&path, manifest.to_string()).unwrap();
    assert!(data(&html(&session, &out, &[])).0.get("process").is_none());
    let process = &data(&html(&session, &out, &["--with-process"])).0["process"];
    assert_eq!((&process["command"][0], &process["host"]), (&"secret".into(), &"machine".into()));
}

// Depths that say nothing, a clock that goes back, lost events, calls without end.
#[test]
fn cases_out_of_the_ordinary_have_a_page() {
    let folder = Scratch::new();
    for case in ["bigfid", "clockback", "depthmax", "m_badbytesname", "unbal", "ztail"] {
        let session = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calls").join(case);
        let page = html(&session, &folder.path().join("page.html"), &[]);
        let (object, _) = data(&page);
        let threads = object["threads"].as_array().unwrap();
        let calls: u64 = threads.iter().map(|thread| thread["calls"].as_u64().unwrap()).sum();
        let (shown, folded) = calls_of(&page);
        assert_eq!(shown + folded, calls, "{case}");
    }
}
