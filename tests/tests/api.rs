//! What every public type of the runtime promises: threads, errors, and readers over any bytes.

use std::error::Error as _;
use std::sync::Arc;

use atf_runtime::error::{FieldId, ManifestFault, Region};
use atf_runtime::format::{Arch, ClockType, EventKind, IndexEvent, Os};
use atf_runtime::reader::{DetailExtent, DetailIter, FileBytes, IndexExtent, IndexIter};
use atf_runtime::recovery::{LanePlan, Plan, RingPlan, ThreadPlan};
use atf_runtime::session::{Session, SessionReader, SessionWriter, TracePath};
use atf_runtime::verify::{Note, Problem, Report};
use atf_runtime::writer::{DetailWriter, IndexWriter};
use atf_runtime::{
    DetailEvent, DetailReader, DetailSeq, Error, Event, Fault, FaultKind, FunctionDetail,
    IndexReader, IndexSeq, Merge, MergedEvent, Payload, Platform, Sequences, ThreadCounters,
    ThreadReader, ThreadSummary, ThreadWriter, WriterOptions,
};
use atf_tests::scratch::Scratch;

fn is_shared<T: Send + Sync>() {}
fn is_owned<T: Send + Sync + 'static>() {}
fn is_error<T: std::error::Error + Send + Sync + Clone + 'static>() {}

#[test]
fn public_types_can_be_sent_to_threads_and_shared() {
    is_error::<Error>();
    is_error::<atf_runtime::ring::PushError>();
    is_owned::<Fault>();
    is_owned::<(FaultKind, FieldId, Region, ManifestFault)>();
    is_owned::<(IndexReader, DetailReader, ThreadReader, FileBytes)>();
    is_owned::<(IndexExtent, DetailExtent)>();
    is_owned::<(Session, SessionReader, SessionWriter, TracePath)>();
    is_owned::<(IndexWriter, DetailWriter, ThreadWriter)>();
    is_owned::<(Event, Platform, Sequences, ThreadCounters, ThreadSummary, WriterOptions)>();
    is_owned::<(IndexSeq, DetailSeq)>();
    is_owned::<(Plan, ThreadPlan, LanePlan, RingPlan)>();
    is_owned::<(Report, Problem, Note)>();
    is_owned::<atf_runtime::manifest::Manifest>();
    is_shared::<(Merge<'_>, MergedEvent<'_>, IndexIter<'_>, DetailIter<'_>)>();
    is_shared::<(DetailEvent<'_>, Payload<'_>, FunctionDetail<'_>)>();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use atf_runtime::clock::Clock;
        use atf_runtime::drain::{Drain, DrainOptions, DrainSummary, Metrics};
        is_owned::<(Clock, Drain, DrainOptions, DrainSummary, Metrics)>();
        // A thread's own: it can be handed to that thread, and not be used by two.
        fn is_sent<T: Send>() {}
        is_sent::<atf_runtime::ring::Producer>();
    }
}

// A main that returns Result ends by printing the error with {:?}.
#[test]
fn debug_form_of_an_error_is_its_message_with_the_cause() {
    let error = IndexReader::open("no/such/index.atf").unwrap_err();
    let cause = error.source().unwrap();
    assert!(cause.downcast_ref::<std::io::Error>().is_some());
    assert_eq!(error.to_string(), "no/such/index.atf: cannot open");
    let line = format!("no/such/index.atf: cannot open: {cause}");
    assert_eq!(format!("{error:#}"), line);
    assert_eq!(format!("{error:?}"), line);
    assert_eq!(format!("{:?}", error.clone()), line);
}

#[test]
fn faults_differ_by_kind_and_place() {
    let fault_of = |bytes: Vec<u8>| {
        let error = IndexReader::from_bytes("bytes", bytes).unwrap_err();
        let fault = error.fault().unwrap();
        (fault.kind, fault.region, fault.field)
    };
    let (truncated, header) = (FaultKind::Truncated, Region::Header);
    assert_eq!(fault_of(vec![0; 63]), (truncated, header, FieldId::Length));
    let magic = (FaultKind::BadMagic, header, FieldId::Schema("magic"));
    assert_eq!(fault_of(vec![0; 64]), magic);
    let mut other = atf_runtime::format::AtfIndexHeader::INIT;
    other.version = 77;
    let bytes = zerocopy::IntoBytes::as_bytes(&other).to_vec();
    let version = (FaultKind::UnsupportedVersion, header, FieldId::Schema("version"));
    assert_eq!(fault_of(bytes), version);
    other.version = 0;
    let bytes = zerocopy::IntoBytes::as_bytes(&other).to_vec();
    assert_eq!(fault_of(bytes), (FaultKind::Zeroed, header, FieldId::Schema("version")));
}

/// The two files of a thread with three events, of which the second has a detail record.
fn files_of_a_thread() -> (Vec<u8>, Vec<u8>) {
    let dir = Scratch::new();
    let (arch, os, clock_type) = (Arch::X86_64, Os::LINUX, ClockType::BOOTTIME);
    let platform = Platform { arch, os, clock_type };
    let options = WriterOptions::default();
    let mut writer = ThreadWriter::create(dir.path(), 7, platform, options).unwrap();
    for timestamp_ns in [10, 20, 30] {
        let event_kind = EventKind::CALL;
        let event = Event { timestamp_ns, function_id: 1, event_kind, call_depth: 0 };
        let detail = (timestamp_ns == 20).then(|| FunctionDetail::default().into());
        writer.write_event(&event, detail).unwrap();
    }
    writer.finalize().unwrap();
    let read = |name: &str| std::fs::read(dir.path().join("thread_7").join(name)).unwrap();
    (read("index.atf"), read("detail.atf"))
}

// Records have an alignment of 1, so that any address will do.
#[test]
fn readers_read_owned_shared_and_static_bytes_at_any_alignment() {
    let (index, detail) = files_of_a_thread();
    let leaked: &'static [u8] = Box::leak([&[0xFF], &index[..]].concat().into_boxed_slice());
    let sources: [FileBytes; 4] = [
        index.clone().into(),
        Arc::<[u8]>::from(index.clone()).into(),
        std::borrow::Cow::<'static, [u8]>::Owned(index.clone()).into(),
        leaked[1..].into(),
    ];
    for bytes in sources {
        let reader = IndexReader::from_bytes("memory", bytes).unwrap();
        let times = reader.iter().map(|event: &IndexEvent| event.timestamp_ns.get());
        assert_eq!(times.collect::<Vec<_>>(), [10, 20, 30]);
        assert_eq!(reader.as_slice().unwrap().len(), 3);
        assert_eq!(reader.path(), std::path::Path::new("memory"));
        let detail = DetailReader::from_bytes("memory", detail.clone()).unwrap();
        let thread = ThreadReader::from_readers(reader, Some(detail));
        let event = *thread.index().get(IndexSeq(1)).unwrap();
        let record = thread.get_detail_for(&event).unwrap().unwrap();
        assert_eq!(record.index_seq(), IndexSeq(1));
        assert!(thread.get_detail(DetailSeq(1)).unwrap().is_none());
    }
}

// The same answers as from the file, wherever it is cut.
#[test]
fn bytes_in_memory_are_read_as_far_as_a_file_is() {
    let (index, _) = files_of_a_thread();
    let dir = Scratch::new();
    let path = dir.path().join("index.atf");
    for len in 0..index.len() {
        std::fs::write(&path, &index[..len]).unwrap();
        let of_file = IndexReader::open(&path);
        let of_bytes = IndexReader::from_bytes(&path, index[..len].to_vec());
        match (of_file, of_bytes) {
            (Ok(file), Ok(bytes)) => {
                assert_eq!(file.extent(), bytes.extent());
                assert!(file.iter().eq(bytes.iter()));
            }
            (Err(file), Err(bytes)) => assert_eq!(file.to_string(), bytes.to_string()),
            (file, bytes) => panic!("{len}: {file:?}, {bytes:?}"),
        }
    }
}
