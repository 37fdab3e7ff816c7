//! What verification says of function payloads, and what it leaves alone.

use atf_tests::builder::{FunctionPayload, NO_DETAIL, Thread, manifest, sample_event};
use atf_tests::judge::{notes, problems};
use atf_tests::scratch::Scratch;

use atf_runtime::session::TracePath;

fn payload(function_id: u64, reserved: u16) -> Vec<u8> {
    let stack = vec![7; 16];
    let (lr, fp, sp) = (1, 2, 3);
    FunctionPayload { function_id, x_regs: [9; 8], lr, fp, sp, stack_size: None, reserved, stack }
        .bytes()
}

/// Problems and notes of a thread of three events, all with records, after `change`.
fn verified(change: impl FnOnce(&mut Thread)) -> (Vec<String>, Vec<String>) {
    let mut thread = Thread::sample(7, 3, &[0, 1, 2]);
    for seq in 0..3 {
        thread.index.events[seq].event_kind = 1;
        let function_id = thread.index.events[seq].function_id;
        let record = &mut thread.detail_mut().records[seq];
        (record.event_type, record.payload) = (3, payload(function_id, 0));
    }
    change(&mut thread);
    thread.index = thread.index.clone().finalize();
    thread.detail = Some(thread.detail_mut().clone().finalize());
    let dir = Scratch::new();
    std::fs::write(dir.path().join("manifest.json"), manifest(std::slice::from_ref(&thread)))
        .unwrap();
    thread.write(dir.path());
    let path = TracePath::Session(dir.path().to_owned());
    (problems(&path), notes(&path))
}

// Symptom: "every check that the format allows" left out the reserved bytes of a payload.
#[test]
fn reserved_bytes_of_a_function_payload_are_a_problem() {
    let function_id = sample_event(7, 1, NO_DETAIL).function_id;
    let (problems, notes) = verified(|thread| {
        thread.detail_mut().records[1].payload = payload(function_id, 0x0102);
    });
    assert_eq!(
        problems,
        [
            "thread_7/detail.atf: record 1 at byte 326: _reserved: expected 0 (reserved: damaged, or from a newer \
          revision), found 02 01"
        ]
    );
    assert_eq!(notes, [""; 0]);
}

// A payload of another function is opaque: its bytes mean something else.
#[test]
fn payload_of_another_function_is_opaque_and_noted() {
    let (problems, notes) = verified(|thread| {
        for seq in [1, 2] {
            thread.detail_mut().records[seq].payload = payload(0xABCD, 0x0102);
        }
    });
    assert_eq!(problems, [""; 0]);
    assert_eq!(
        notes,
        [
            "thread_7/detail.atf: payloads that name another function than their event, and are opaque: 2, \
             first record 1"
        ]
    );
}

#[test]
fn record_of_a_return_on_a_call_is_noted() {
    let (problems, notes) = verified(|thread| thread.detail_mut().records[2].event_type = 4);
    assert_eq!(problems, [""; 0]);
    assert_eq!(
        notes,
        ["thread_7/detail.atf: records of returns that belong to calls: 1, first record 2"]
    );
}

// An exception's record may have either type; other types, lengths and shapes are not judged.
#[test]
fn other_payloads_are_not_judged() {
    for event_type in [3, 4] {
        let said = verified(|thread| {
            thread.index.events[2].event_kind = 3;
            thread.detail_mut().records[2].event_type = event_type;
        });
        assert_eq!(said, (vec![], vec![]), "{event_type}");
    }
    for (event_type, payload) in [(9, payload(1, 0xFFFF)), (3, vec![0xFF; 99]), (3, vec![])] {
        let said = verified(|thread| {
            let record = &mut thread.detail_mut().records[1];
            (record.event_type, record.payload) = (event_type, payload.clone());
        });
        assert_eq!(said, (vec![], vec![]), "{event_type}, {} bytes", payload.len());
    }
}
