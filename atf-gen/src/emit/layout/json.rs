//! The layout as one JSON object.

use serde_json::{Map, Value as Json, json};

use super::tail_type;
use crate::emit::value;
use crate::model::{Field, Format, RecordId, Type};

/// The given records, or all, with what the tables say.
#[must_use]
pub fn json(format: &Format, only: Option<RecordId>) -> String {
    let ids: Vec<RecordId> =
        only.map_or_else(|| (0..format.records.len()).collect(), |id| vec![id]);
    let records: Vec<Json> = ids.iter().map(|id| record(format, *id)).collect();
    let mut object = Map::new();
    object.insert("format".to_owned(), json!(format.name));
    object.insert("version".to_owned(), json!(format.version));
    object.insert("revision".to_owned(), json!(format.revision));
    object.insert("endian".to_owned(), json!("little"));
    object.insert("records".to_owned(), json!(records));
    if only.is_none() {
        object.insert("enums".to_owned(), enums(format));
        object.insert("flags".to_owned(), flags(format));
        object.insert("constants".to_owned(), constants(format));
        object.insert("files".to_owned(), files(format));
    }
    format!("{:#}\n", Json::Object(object))
}

fn record(format: &Format, id: RecordId) -> Json {
    let record = &format.records[id];
    let fields: Vec<Json> = record.fields.iter().map(|at| field(format, at)).collect();
    let tail = record.tail.as_ref().map(|tail| {
        json!({
            "offset": tail.offset,
            "type": tail_type(record),
            "field": tail.name,
            "unit": tail.unit,
            "meaning": tail.doc,
            "count": record.fields[tail.count].name,
        })
    });
    json!({ "name": record.name, "size": record.size, "meaning": record.doc, "fields": fields, "tail": tail })
}

fn field(format: &Format, field: &Field) -> Json {
    let text = |given: &Option<crate::model::Value>| {
        given.as_ref().map(|given| value::text(format, &field.ty, given))
    };
    json!({
        "offset": field.offset,
        "size": field.size,
        "type": format.type_name(&field.ty),
        "field": field.name,
        "unit": field.unit,
        "meaning": field.doc,
        "const": text(&field.constant),
        "default": text(&field.default),
        "sentinel": text(&field.sentinel),
        "max": text(&field.max),
        "reserved": field.reserved,
        "role": field.role.map(|role| format.role_text(role.kind)),
    })
}

fn enums(format: &Format) -> Json {
    format
        .enums
        .iter()
        .map(|declared| {
            let values: Vec<Json> = declared
                .values
                .iter()
                .map(|value| json!({ "name": value.name, "value": value.value, "meaning": value.doc }))
                .collect();
            json!({
                "name": declared.name,
                "type": format.type_name(&Type::Int(declared.int)),
                "open": declared.open,
                "meaning": declared.doc,
                "values": values,
            })
        })
        .collect()
}

fn flags(format: &Format) -> Json {
    format
        .flags
        .iter()
        .map(|declared| {
            let bits: Vec<Json> = declared
                .bits
                .iter()
                .map(|bit| json!({ "name": bit.name, "bit": bit.bit, "meaning": bit.doc }))
                .collect();
            json!({
                "name": declared.name,
                "type": format.type_name(&Type::Int(declared.int)),
                "open": declared.open,
                "meaning": declared.doc,
                "bits": bits,
            })
        })
        .collect()
}

fn constants(format: &Format) -> Json {
    format
        .constants
        .iter()
        .map(|constant| {
            json!({
                "name": constant.name,
                "type": format.type_name(&constant.ty),
                "value": value::text(format, &constant.ty, &constant.value),
                "meaning": constant.doc,
            })
        })
        .collect()
}

fn files(format: &Format) -> Json {
    let name = |id: Option<RecordId>| id.map(|id| format.records[id].name.clone());
    format
        .files
        .iter()
        .map(|file| {
            json!({
                "name": file.name,
                "path": file.path,
                "optional": file.optional,
                "meaning": file.doc,
                "header": name(file.header),
                "event": name(file.event),
                "footer": name(file.footer),
                "framing": file.framing.word(),
                "footer_at": file.footer_at.word(),
            })
        })
        .collect()
}
