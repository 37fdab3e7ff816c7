//! Nested records have a fixed size, no record contains itself, and records are not nested too
//! deep.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Format, RecordId, Type};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for record in &format.records {
        for field in &record.fields {
            if let Some(inner) = inner(&field.ty)
                && let Some(tail) = &format.records[inner].tail
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::TypeNotAllowed,
                        field.type_at,
                        format!(
                            "record {}, field {}: type: expected a record of a fixed size, found {}, which has the counted tail {}",
                            record.name, field.name, format.records[inner].name, tail.name
                        ),
                    )
                    .second(tail.at, "the tail")
                    .help("leave the tail out of the inner record, or use its fields directly"),
                );
            }
        }
    }
    let mut state = vec![State::New; format.records.len()];
    let mut depths = vec![0; format.records.len()];
    for start in 0..format.records.len() {
        walk(format, start, &mut state, &mut depths, diagnostics);
    }
}

/// Most records inside one another.
const DEEPEST: u32 = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// The record that `ty` holds, also in arrays.
fn inner(ty: &Type) -> Option<RecordId> {
    match ty {
        Type::Record(id) => Some(*id),
        Type::Array(element, _) => inner(element),
        Type::Int(_) | Type::Float(_) | Type::Enum(_) | Type::Flags(_) => None,
    }
}

/// Depth first with a stack of our own: a chain of records may be long.
fn walk(
    format: &Format,
    start: RecordId,
    state: &mut [State],
    depths: &mut [u32],
    diagnostics: &mut Diagnostics,
) {
    if state[start] != State::New {
        return;
    }
    state[start] = State::Open;
    let mut stack = vec![(start, 0)];
    while let Some((record, field)) = stack.pop() {
        let Some(next) = format.records[record].fields.get(field) else {
            state[record] = State::Done;
            depths[record] = depth(format, record, depths, diagnostics);
            continue;
        };
        stack.push((record, field + 1));
        let Some(target) = inner(&next.ty) else { continue };
        match state[target] {
            State::Done => {}
            State::New => {
                state[target] = State::Open;
                stack.push((target, 0));
            }
            State::Open => {
                let from = stack.iter().position(|(id, _)| *id == target).unwrap_or(0);
                let mut path: Vec<&str> = stack[from..]
                    .iter()
                    .take(8)
                    .map(|(id, _)| format.records[*id].name.as_str())
                    .collect();
                path.push(&format.records[target].name);
                diagnostics.push(
                    Diagnostic::new(
                        Code::RecordCycle,
                        next.type_at,
                        format!(
                            "record {}, field {}: type: expected a record that does not contain this one, found {}",
                            format.records[record].name,
                            next.name,
                            path.join(" -> ")
                        ),
                    )
                    .help("a record cannot contain itself; store a position or an offset instead"),
                );
            }
        }
    }
}

/// Depth of nested records in `record`, including itself. The depths of the records inside it
/// are already known.
fn depth(format: &Format, record: RecordId, depths: &[u32], diagnostics: &mut Diagnostics) -> u32 {
    let record = &format.records[record];
    let deepest = record
        .fields
        .iter()
        .filter_map(|field| Some((depths[inner(&field.ty)?], field)))
        .max_by_key(|(depth, _)| *depth);
    let Some((inside, field)) = deepest else { return 1 };
    if inside == DEEPEST {
        diagnostics.push(
            Diagnostic::new(
                Code::TooLarge,
                field.type_at,
                format!(
                    "record {}, field {}: type: expected at most {DEEPEST} nested records, found more",
                    record.name, field.name
                ),
            )
            .help("move the fields of the innermost records into the records that contain them"),
        );
    }
    inside.saturating_add(1)
}
