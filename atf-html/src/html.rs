//! The file: markup, style, script and data.
//!
//! The data are base64, which cannot end its element. The policy allows the one script and the one style by their
//! hashes, and nothing else: no network, no frame, no form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../page/style.css");
const BODY: &str = include_str!("../page/body.html");
/// In this order: each uses only those before it.
const SCRIPTS: [&str; 6] = [
    include_str!("../page/format.js"),
    include_str!("../page/data.js"),
    include_str!("../page/timeline.js"),
    include_str!("../page/flame.js"),
    include_str!("../page/report.js"),
    include_str!("../page/main.js"),
];

/// The page with these data.
pub(crate) fn page(title: &str, data: &[u8]) -> String {
    let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat());
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(STYLE),
    );
    let data = STANDARD.encode(data);
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{BODY}\
         <script type=\"text/plain\" id=\"data\">{data}</script>\n<script>{script}</script>\n</body>\n</html>\n"
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
