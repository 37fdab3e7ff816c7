//! The process that tests of rings and drain kill, halt, and limit in disk space and open files. Its
//! first word says what it does; it fails by a panic.

#[cfg(target_os = "linux")]
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match *words {
        ["drain", dir] => linux::drain(dir.as_ref()),
        ["produce", dir, report, threads, events, policy, drain] => {
            let number = |word: &str| word.parse().expect("a number");
            linux::Producing {
                dir: dir.as_ref(),
                report: report.as_ref(),
                threads: number(threads) as u32,
                events: number(events),
                blocks: policy == "block",
                has_drain: drain == "with_drain",
            }
            .run();
        }
        ["full_disk", dir] => linux::full_disk(dir.as_ref()),
        ["few_files", dir] => linux::few_files(dir.as_ref()),
        _ => panic!("what to do? {words:?}"),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;
    use std::thread;
    use std::time::Duration;

    use atf_runtime::drain::Drain;
    use atf_runtime::ring::{Producer, WhenFull};
    use atf_tests::numbered::{
        Pushed, assert_clean, assert_exact, options, platform, small_ring, start, wait_for,
    };
    use atf_tests::victim::Report;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// Drains a session until it is over.
    pub(crate) fn drain(dir: &Path) {
        let drain = Drain::attach(dir, options().flush_interval(Duration::from_millis(1)));
        drain.expect("a session without a drain").wait().expect("an end in order");
    }

    pub(crate) struct Producing<'a> {
        pub(crate) dir: &'a Path,
        pub(crate) report: &'a Path,
        pub(crate) threads: u32,
        pub(crate) events: u64,
        pub(crate) blocks: bool,
        pub(crate) has_drain: bool,
    }

    impl Producing<'_> {
        /// Pushes events from several threads, and reports every push that returned.
        pub(crate) fn run(&self) {
            let when_full = if self.blocks { WhenFull::Block } else { WhenFull::Drop };
            let ring = small_ring().when_full(when_full);
            let options = options().ring(ring).flush_interval(Duration::from_millis(1));
            let drain = self.has_drain.then(|| start(self.dir, options));
            let report = Report::open(self.report);
            thread::scope(|scope| {
                for thread_id in 0..self.threads {
                    let (drain, report) = (&drain, &report);
                    scope.spawn(move || {
                        let producer = match drain {
                            Some(drain) => drain.register(thread_id),
                            None => Producer::create(self.dir, thread_id, platform(), ring),
                        };
                        let producer = producer.expect("a producer");
                        let mut pushed = Pushed::default();
                        while pushed.recorded + pushed.dropped < self.events {
                            pushed.push(&producer).expect("success or a drop");
                            report.set(thread_id, &pushed);
                        }
                    });
                }
            });
            if let Some(drain) = drain {
                drain.stop().expect("an end in order");
            }
        }
    }

    fn limit(resource: Resource, current: Option<u64>) {
        let maximum = getrlimit(resource).maximum;
        setrlimit(resource, Rlimit { current, maximum }).expect("a lower limit");
    }

    /// The files may not grow for a while: the thread continues, and no event whose push returned
    /// success is lost. SIGXFSZ has its default, which ends the program.
    pub(crate) fn full_disk(dir: &Path) {
        let ring = small_ring().index_bytes(64 * 1024).detail_bytes(64 * 1024);
        let drain = start(dir, options().ring(ring).flush_interval(Duration::from_millis(1)));
        let producer = drain.register(0).expect("a producer");
        let mut pushed = Pushed::default();
        limit(Resource::Fsize, Some(256 * 1024));
        wait_for("the disk to refuse", || {
            pushed.push_many(&producer, 100);
            let error = drain.metrics().last_error;
            error.is_some_and(|error| error.contains("thread_0/") && error.contains("too large"))
        });
        let dropped = pushed.dropped;
        wait_for("the ring to be full", || {
            pushed.push_many(&producer, 100);
            pushed.dropped >= dropped + 5_000
        });
        let recorded = pushed.recorded;
        limit(Resource::Fsize, getrlimit(Resource::Fsize).maximum);
        wait_for("the drain to continue", || {
            pushed.push_many(&producer, 100);
            pushed.recorded > recorded + 5_000
        });
        drop(producer);
        assert!(drain.stop().expect("an end in order").unfinished.is_empty());
        assert_clean(dir);
        assert!(assert_exact(dir, 0, &pushed).markers > 0);
    }

    /// A process that may open few files: threads beyond the limit are reported, and
    /// are drained once others have ended.
    pub(crate) fn few_files(dir: &Path) {
        let drain =
            start(dir, options().ring(small_ring().index_bytes(8192)).sync_on_finalize(true));
        limit(Resource::Nofile, Some(48));
        let mut threads = Vec::new();
        let refused = loop {
            match drain.register(threads.len() as u32) {
                Ok(producer) => threads.push((producer, Pushed::default())),
                Err(error) => break error,
            }
        };
        let refused = format!("{refused}: {:?}", std::error::Error::source(&refused));
        assert!(refused.contains("Too many open files"), "{refused}");
        assert!(threads.len() > 8, "{}", threads.len());
        for (producer, pushed) in &mut threads {
            pushed.push_many(producer, 200);
        }
        wait_for("the drain to say so", || {
            let error = drain.metrics().last_error;
            error.is_some_and(|error| error.contains("Too many open files"))
        });
        let all: Vec<Pushed> = threads.drain(..).map(|(_, pushed)| pushed).collect();
        assert!(drain.stop().expect("an end in order").unfinished.is_empty());
        limit(Resource::Nofile, getrlimit(Resource::Nofile).maximum);
        assert_clean(dir);
        for (thread_id, pushed) in all.iter().enumerate() {
            assert_exact(dir, thread_id as u32, pushed);
        }
    }
}
