//! trace.json: what the recorder wrote of a V4 trace when the recording ended.

use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::{Error, ManifestFault, Result};
use crate::input::open_regular;

/// Name of the manifest in a trace's directory.
pub const MANIFEST_FILE: &str = "trace.json";
/// A larger file is refused: reading it would only fill the memory.
const MAX_BYTES: u64 = 16 << 20;

/// A V4 trace's trace.json. Keys that V4 does not have are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ManifestInfo {
    /// `os`: operating system, in the recorder's words: "darwin", "linux", "unknown".
    pub os: String,
    /// `arch`: architecture, in the recorder's words: "x86_64", "aarch64", "arm64", "unknown".
    pub arch: String,
    /// `timeStartNs`: wall clock at the start, in ns. Not the clock of the events.
    pub time_start_ns: u64,
    /// `timeEndNs`: wall clock at the end, in ns, or the last event's time if that is larger.
    pub time_end_ns: u64,
    /// `eventCount`: events in events.bin.
    pub event_count: u64,
    /// `spanCount`: calls with their return; `None` if it was not recorded, see
    /// [`span_count`](Self::span_count).
    pub recorded_span_count: Option<u64>,
    /// `firstEventOffset`: where the first event starts in events.bin, in bytes.
    pub first_event_offset: Option<u64>,
    /// `lastEventOffset`: where the last event starts in events.bin, in bytes.
    pub last_event_offset: Option<u64>,
    /// `eventsFileSize`: length of events.bin in bytes.
    pub events_file_size: Option<u64>,
    /// `pid`: process.
    pub pid: Option<u64>,
    /// `sessionId`: number of the session.
    pub session_id: Option<u64>,
    /// `bytesWritten`: bytes that the recorder wrote into events.bin.
    pub bytes_written: Option<u64>,
    /// `modules`: UUIDs of the modules of the traced program.
    pub modules: Vec<String>,
}

impl ManifestInfo {
    /// Reads trace.json in the directory of a trace.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it is missing or cannot be read; [`Error::NotATrace`] when it is no regular
    /// file; [`Error::Manifest`] when it is not what [`from_json`](Self::from_json) accepts.
    pub fn open(trace_dir: impl AsRef<Path>) -> Result<Self> {
        Self::read(&trace_dir.as_ref().join(MANIFEST_FILE))
    }

    /// Reads the manifest in the file `path`.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let fault = |fault| Error::Manifest { path: path.to_owned(), fault };
        let (file, len) = open_regular(path)?;
        if len > MAX_BYTES {
            return Err(fault(ManifestFault::TooLong { limit: MAX_BYTES, found: len }));
        }
        let mut json = Vec::new();
        // It may grow while it is read.
        file.take(MAX_BYTES).read_to_end(&mut json).map_err(Error::io(path, "read"))?;
        Self::from_json(&json).map_err(fault)
    }

    /// Reads a manifest from its text.
    ///
    /// An optional key may be missing or `null`.
    ///
    /// # Errors
    ///
    /// [`ManifestFault::NotJson`], with line and column; [`ManifestFault::Key`] for a required key
    /// that is missing, a value of another type, and an end before the start.
    ///
    /// ```
    /// use atf_runtime::v4::ManifestInfo;
    /// let json = br#"{"os": "linux", "arch": "x86_64", "timeStartNs": 5, "timeEndNs": 9, "eventCount": 2}"#;
    /// let info = ManifestInfo::from_json(json).unwrap();
    /// assert_eq!((info.event_count, info.duration_ns(), info.span_count()), (2, 4, 0));
    /// let error = ManifestInfo::from_json(br#"{"os": 4}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "os: expected a string, found 4");
    /// ```
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, ManifestFault> {
        let value = serde_json::from_slice(json.as_ref())
            .map_err(|error| ManifestFault::NotJson { found: error.to_string() })?;
        let Value::Object(object) = value else {
            return Err(ManifestFault::NotJson { found: describe(&value) });
        };
        let keys = Keys(&object);
        let info = Self {
            os: keys.required_text("os")?,
            arch: keys.required_text("arch")?,
            time_start_ns: keys.required_number("timeStartNs")?,
            time_end_ns: keys.required_number("timeEndNs")?,
            event_count: keys.required_number("eventCount")?,
            recorded_span_count: keys.number("spanCount")?,
            first_event_offset: keys.number("firstEventOffset")?,
            last_event_offset: keys.number("lastEventOffset")?,
            events_file_size: keys.number("eventsFileSize")?,
            pid: keys.number("pid")?,
            session_id: keys.number("sessionId")?,
            bytes_written: keys.number("bytesWritten")?,
            modules: keys.texts("modules")?,
        };
        if info.time_end_ns < info.time_start_ns {
            let start = info.time_start_ns;
            let expected = format!("at least {start}, which is timeStartNs");
            return Err(fault("timeEndNs", expected, info.time_end_ns.to_string()));
        }
        Ok(info)
    }

    /// From start to end, in ns. Both are of the wall clock, or the end is the last event's time:
    /// then this says little.
    #[must_use]
    pub fn duration_ns(&self) -> u64 {
        self.time_end_ns - self.time_start_ns
    }

    /// Calls with their return; 0 if that was not recorded.
    #[must_use]
    pub fn span_count(&self) -> u64 {
        self.recorded_span_count.unwrap_or(0)
    }
}

fn fault(key: &str, expected: impl Into<String>, found: impl Into<String>) -> ManifestFault {
    ManifestFault::Key { key: key.to_owned(), expected: expected.into(), found: found.into() }
}

const NUMBER: &str = "an integer from 0 to 18446744073709551615";
const TEXT: &str = "a string";
/// Longest text of a found value in an error, in characters.
const SHOWN: usize = 40;

/// A value as an error shows it.
fn describe(value: &Value) -> String {
    let text = match value {
        Value::Array(_) => return "an array".to_owned(),
        Value::Object(_) => return "an object".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The keys of an object.
struct Keys<'a>(&'a Map<String, Value>);

impl Keys<'_> {
    /// The value of an optional key.
    fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn required(&self, key: &str, expected: &str) -> Result<&Value, ManifestFault> {
        self.0.get(key).ok_or_else(|| fault(key, expected, "nothing"))
    }

    fn required_text(&self, key: &str) -> Result<String, ManifestFault> {
        as_text(key, self.required(key, TEXT)?)
    }

    fn required_number(&self, key: &str) -> Result<u64, ManifestFault> {
        as_number(key, self.required(key, NUMBER)?)
    }

    fn number(&self, key: &str) -> Result<Option<u64>, ManifestFault> {
        self.get(key).map(|value| as_number(key, value)).transpose()
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, ManifestFault> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let Value::Array(elements) = value else {
            return Err(fault(key, "an array of strings", describe(value)));
        };
        let elements = elements.iter().enumerate();
        elements.map(|(at, element)| as_text(&format!("{key}[{at}]"), element)).collect()
    }
}

fn as_text(key: &str, value: &Value) -> Result<String, ManifestFault> {
    match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(fault(key, TEXT, describe(other))),
    }
}

fn as_number(key: &str, value: &Value) -> Result<u64, ManifestFault> {
    value.as_u64().ok_or_else(|| fault(key, NUMBER, describe(value)))
}
