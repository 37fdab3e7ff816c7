//! `atf-gen explain`.

use std::io::Write;

use super::error::{Failure, io};
use crate::diagnostic::explain::{self, Topic};
use crate::diagnostic::nearest;

/// What examples are called in their reports.
const EXAMPLE: &str = "example.toml";

pub(super) fn print(code: Option<&str>, json: bool, out: &mut dyn Write) -> Result<u8, Failure> {
    let topics = explain::topics();
    let text = match code {
        None if json => format!(
            "{:#}\n",
            serde_json::json!({
                "codes": topics.iter().map(|topic| serde_json::json!({
                    "code": topic.code,
                    "rule": topic.rule,
                })).collect::<Vec<_>>(),
            })
        ),
        None => topics.iter().map(|topic| format!("{}  {}\n", topic.code, topic.rule)).collect(),
        Some(code) => {
            let Some(topic) = explain::topic(code) else { return Err(unknown(code, &topics)) };
            if json { object(&topic) } else { page(&topic) }
        }
    };
    out.write_all(text.as_bytes()).map_err(io("standard output"))?;
    out.flush().map_err(io("standard output"))?;
    Ok(super::FINE)
}

fn unknown(code: &str, topics: &[Topic]) -> Failure {
    let hint = match nearest(code, topics.iter().map(|topic| topic.code.as_str())) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "`atf-gen explain` lists them".to_owned(),
    };
    Failure::Asked(format!("expected the code of a rule, found {code}: {hint}"))
}

/// The report of the wrong example.
fn report(topic: &Topic) -> Option<String> {
    let wrong = topic.wrong.as_ref()?;
    crate::load(EXAMPLE, &wrong.bytes).err().map(|diagnostics| diagnostics.drawn().to_string())
}

fn page(topic: &Topic) -> String {
    let mut page = format!("{}: {}\n\n{}\n", topic.code, topic.rule, topic.text);
    let mut section = |title: &str, text: Option<&str>| {
        let Some(text) = text else { return };
        page.push_str(&format!("\n{title}\n\n"));
        for line in text.trim_end().lines() {
            page.push_str(format!("    {line}").trim_end());
            page.push('\n');
        }
    };
    let wrong = topic.wrong.as_ref().map(|example| example.text.as_str());
    section("Wrong:", wrong.filter(|text| !text.is_empty()));
    section("Report:", report(topic).as_deref());
    section("Right:", topic.right.as_ref().map(|example| example.text.as_str()));
    page
}

fn object(topic: &Topic) -> String {
    let object = serde_json::json!({
        "code": topic.code,
        "rule": topic.rule,
        "text": topic.text,
        "wrong": topic.wrong.as_ref().map(|example| &example.text),
        "report": report(topic),
        "right": topic.right.as_ref().map(|example| &example.text),
    });
    format!("{object:#}\n")
}
