//! The manifest's `process` and `wall_clock`: which process was recorded, and when.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::Manifest;

/// The process that was recorded, as far as the recorder knows.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ManifestProcess {
    /// Its id.
    pub pid: Option<u64>,
    /// The id of its parent.
    pub parent_pid: Option<u64>,
    /// Its command line: the name that it was started by, and the arguments.
    pub command: Vec<String>,
    /// The path of its program.
    pub executable: Option<String>,
    /// The name of the machine.
    pub host: Option<String>,
    /// The machine's boot in which the session was created: on Linux the text of
    /// `/proc/sys/kernel/random/boot_id`. After another boot the machine may have lost power, so that only what
    /// a checksum covers is known to be what was recorded.
    pub boot_id: Option<String>,
    /// Unknown keys.
    pub other: Map<String, Value>,
}

/// The system's clock and the trace's, read at the same time. It places the trace in wall-clock time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct WallClock {
    /// Time since 1970 in UTC, in ns.
    pub realtime_ns: u64,
    /// The trace's clock, in ns.
    pub boottime_ns: u64,
}

impl ManifestProcess {
    /// This process. Text that is not Unicode is replaced; what the system does not tell is absent.
    ///
    /// ```
    /// use atf_runtime::manifest::ManifestProcess;
    /// let process = ManifestProcess::current();
    /// assert_eq!(process.pid, Some(std::process::id().into()));
    /// ```
    #[must_use]
    pub fn current() -> Self {
        let executable = std::env::current_exe().ok();
        Self {
            pid: Some(std::process::id().into()),
            parent_pid: parent_pid(),
            command: std::env::args_os().map(|it| it.to_string_lossy().into_owned()).collect(),
            executable: executable.map(|path| path.to_string_lossy().into_owned()),
            host: kernel_says("hostname"),
            boot_id: kernel_says("random/boot_id"),
            other: Map::new(),
        }
    }

    /// Another process of this machine, as far as the system tells; on systems other than Linux and Android that is
    /// only its id.
    ///
    /// ```
    /// use atf_runtime::manifest::ManifestProcess;
    /// let process = ManifestProcess::of(std::process::id());
    /// assert_eq!(process.pid, ManifestProcess::current().pid);
    /// ```
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let file = |name: &str| std::path::PathBuf::from(format!("/proc/{pid}/{name}"));
        let command = std::fs::read(file("cmdline")).unwrap_or_default();
        let parts = command.strip_suffix(b"\0").unwrap_or(&command).split(|&byte| byte == 0);
        let command = parts.map(|part| String::from_utf8_lossy(part).into_owned());
        let status = std::fs::read_to_string(file("status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        let executable = std::fs::read_link(file("exe")).ok();
        Self {
            pid: Some(pid.into()),
            parent_pid: parent.and_then(|text| text.trim().parse().ok()),
            command: command.collect(),
            executable: executable.map(|path| path.to_string_lossy().into_owned()),
            host: kernel_says("hostname"),
            boot_id: kernel_says("random/boot_id"),
            other: Map::new(),
        }
    }
}

impl WallClock {
    /// Reads the system's clock; `boottime_ns` is what the trace's clock says now.
    ///
    /// ```
    /// use atf_runtime::manifest::WallClock;
    /// let wall_clock = WallClock::at(1_000);
    /// assert_eq!(wall_clock.unix_ns(3_000), wall_clock.realtime_ns + 2_000);
    /// ```
    #[must_use]
    pub fn at(boottime_ns: u64) -> Self {
        // A clock before 1970 was not set.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { realtime_ns: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX), boottime_ns }
    }

    /// The time since 1970 in UTC, in ns, at which the trace's clock shows `time_ns`. Stops at 0 and `u64::MAX`.
    #[must_use]
    pub const fn unix_ns(&self, time_ns: u64) -> u64 {
        if time_ns >= self.boottime_ns {
            self.realtime_ns.saturating_add(time_ns - self.boottime_ns)
        } else {
            self.realtime_ns.saturating_sub(self.boottime_ns - time_ns)
        }
    }
}

#[cfg(unix)]
fn parent_pid() -> Option<u64> {
    Some(std::os::unix::process::parent_id().into())
}

#[cfg(not(unix))]
fn parent_pid() -> Option<u64> {
    None
}

/// A line that Linux has under this name.
fn kernel_says(name: &str) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok()?;
    Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

impl Manifest {
    /// The boot of the machine in which the session was created, as it is written.
    pub(crate) fn boot_id(&self) -> Option<&str> {
        self.process.as_ref()?.boot_id.as_deref()
    }

    /// Says in which boot of the machine the session is recorded. Nothing happens if that is unknown.
    pub(crate) fn set_boot_id(&mut self, boot_id: Option<String>) {
        if boot_id.is_some() {
            self.process.get_or_insert_default().boot_id = boot_id;
        }
    }
}
