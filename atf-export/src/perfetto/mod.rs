//! Perfetto's protobuf trace: <https://perfetto.dev/docs/reference/synthetic-track-event>.
//!
//! The process and each thread have a track with its name. Each call is a slice of its thread's track, on the clock
//! BOOTTIME; names stand in the file once. A place where events were lost is an instant, and a slice that did not end
//! by a return says so in an annotation of its end.

mod messages;

use std::io::Write;

use atf_analysis::EndedBy;
use prost::Message;

use self::messages::{
    DebugAnnotation, EventName, InternedData, ProcessDescriptor, ThreadDescriptor, TracePacket,
    TrackDescriptor, TrackEvent,
};
use crate::Progress;
use crate::error::Result;
use crate::exported::Exported;
use crate::gaps::gaps;
use crate::names::{Numbered, of_function, of_module};
use crate::source::Source;
use crate::steps::{Step, Totals};

/// Number of the builtin clock BOOTTIME.
const BOOTTIME: u32 = 6;
/// All packets are of one writer.
const SEQUENCE: u32 = 1;
/// What was interned before is forgotten, and: what was interned is needed.
const STARTS_STATE: u32 = 1;
const NEEDS_STATE: u32 = 2;
const SLICE_BEGIN: i32 = 1;
const SLICE_END: i32 = 2;
const INSTANT: i32 = 3;
/// The track of the process; those of threads follow.
const PROCESS_TRACK: u64 = 1;
/// Key of a packet in a trace: field 1, with a length.
const PACKET_KEY: u8 = 0x0A;

/// Writes the calls of `source`. `progress` is called with the bytes of events that were read.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output), and [`Error::Analysis`](crate::Error::Analysis) when a temporary file is
/// refused.
pub fn write(
    source: &Source<'_>,
    out: &mut impl Write,
    progress: Option<Progress<'_>>,
) -> Result<Exported> {
    let mut silent = |_| ();
    let progress = progress.unwrap_or(&mut silent);
    let mut packets = Packets { out, bytes: Vec::new(), names: Numbered::default() };
    packets.put(&TracePacket {
        sequence_flags: Some(STARTS_STATE),
        track_descriptor: Some(process_track(source)),
        ..packet()
    })?;
    let mut totals = Totals::default();
    for (thread_id, index) in source.threads() {
        let track_uuid = thread_uuid(thread_id);
        packets.put(&TracePacket {
            track_descriptor: Some(thread_track(source, thread_id)),
            ..packet()
        })?;
        totals.add_thread(source, (thread_id, index), progress, |step| match step {
            Step::Begin { call, time_ns } => {
                packets.begin(source, call.function_id, track_uuid, time_ns)
            }
            Step::End { call, time_ns } => packets.end(call.ended_by, track_uuid, time_ns),
        })?;
        for gap in gaps(index, source.selection) {
            let annotation = DebugAnnotation {
                name: Some("lost_events".to_owned()),
                uint_value: Some(gap.events),
                string_value: None,
            };
            packets.put(&TracePacket {
                timestamp: Some(gap.to_ns),
                track_event: Some(TrackEvent {
                    r#type: Some(INSTANT),
                    track_uuid: Some(track_uuid),
                    name: Some(format!("lost events: {}", gap.events)),
                    debug_annotations: vec![annotation],
                    ..Default::default()
                }),
                ..packet()
            })?;
        }
    }
    packets.out.flush()?;
    Ok(totals.exported())
}

/// What all packets have in common.
fn packet() -> TracePacket {
    TracePacket {
        timestamp_clock_id: Some(BOOTTIME),
        trusted_packet_sequence_id: Some(SEQUENCE),
        sequence_flags: Some(NEEDS_STATE),
        ..Default::default()
    }
}

/// The process, or a track with the title if its id is not known. The format has 32 bits for ids.
fn process_track(source: &Source<'_>) -> TrackDescriptor {
    let name = source.process_name().to_owned();
    let track = TrackDescriptor { uuid: PROCESS_TRACK, ..Default::default() };
    match source.pid().and_then(|pid| i32::try_from(pid).ok()) {
        Some(pid) => {
            let process = ProcessDescriptor { pid: Some(pid), process_name: name };
            TrackDescriptor { process: Some(process), ..track }
        }
        None => TrackDescriptor { name: Some(name), ..track },
    }
}

/// A thread, or a track with its name below that of the process if the system's ids are not known.
fn thread_track(source: &Source<'_>, thread_id: u32) -> TrackDescriptor {
    let pid = source.pid().and_then(|pid| i32::try_from(pid).ok());
    let tid = source.os_id(thread_id).and_then(|id| i32::try_from(id).ok());
    let thread_name = source.thread_name(thread_id);
    let track = TrackDescriptor { uuid: thread_uuid(thread_id), ..Default::default() };
    if let (Some(_), Some(_)) = (pid, tid) {
        let thread = ThreadDescriptor { pid, tid, thread_name };
        TrackDescriptor { thread: Some(thread), ..track }
    } else {
        TrackDescriptor { name: Some(thread_name), parent_uuid: Some(PROCESS_TRACK), ..track }
    }
}

fn thread_uuid(thread_id: u32) -> u64 {
    PROCESS_TRACK + 1 + u64::from(thread_id)
}

/// Writes packets.
struct Packets<'a, W> {
    out: &'a mut W,
    bytes: Vec<u8>,
    names: Numbered,
}

impl<W: Write> Packets<'_, W> {
    fn begin(
        &mut self,
        source: &Source<'_>,
        function_id: u64,
        track_uuid: u64,
        time_ns: u64,
    ) -> Result<()> {
        let (number, is_new) = self.names.number(function_id);
        // 0 is no number of an interned text.
        let iid = number as u64 + 1;
        let interned_data = is_new.then(|| InternedData {
            event_categories: vec![EventName {
                iid,
                name: of_module(source, function_id).unwrap_or("unknown").to_owned(),
            }],
            event_names: vec![EventName { iid, name: of_function(source, function_id) }],
        });
        self.put(&TracePacket {
            timestamp: Some(time_ns),
            interned_data,
            track_event: Some(TrackEvent {
                r#type: Some(SLICE_BEGIN),
                track_uuid: Some(track_uuid),
                name_iid: Some(iid),
                category_iids: vec![iid],
                ..Default::default()
            }),
            ..packet()
        })
    }

    fn end(&mut self, ended_by: EndedBy, track_uuid: u64, time_ns: u64) -> Result<()> {
        let annotation = (ended_by != EndedBy::Return).then(|| DebugAnnotation {
            name: Some("ended_by".to_owned()),
            uint_value: None,
            string_value: Some(ended_by.to_string()),
        });
        self.put(&TracePacket {
            timestamp: Some(time_ns),
            track_event: Some(TrackEvent {
                r#type: Some(SLICE_END),
                track_uuid: Some(track_uuid),
                debug_annotations: annotation.into_iter().collect(),
                ..Default::default()
            }),
            ..packet()
        })
    }

    fn put(&mut self, packet: &TracePacket) -> Result<()> {
        self.bytes.clear();
        self.bytes.push(PACKET_KEY);
        prost::encoding::encode_varint(packet.encoded_len() as u64, &mut self.bytes);
        packet.encode_raw(&mut self.bytes);
        Ok(self.out.write_all(&self.bytes)?)
    }
}
