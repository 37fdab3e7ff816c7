//! The layout as one JSON object.

use serde_json::{Map, Value as Json, json};

use super::tail_type;
use crate::emit::{history, value};
use crate::model::{Evolution, Field, Format, RecordId, Tombstone, Type};

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

/// `json` with the history of its element.
fn with_history(mut json: Json, evolution: &Evolution) -> Json {
    if let Some(object) = json.as_object_mut() {
        object.insert("since".to_owned(), json!(evolution.since));
        object.insert("was".to_owned(), json!(evolution.was));
        object.insert("deprecated".to_owned(), json!(evolution.deprecated));
    }
    json
}

/// The same of what can change its meaning and be removed.
fn told_of_a_part(json: Json, evolution: &Evolution) -> Json {
    let mut json = with_history(json, evolution);
    if let Some(object) = json.as_object_mut() {
        object.insert("semantics".to_owned(), json!(evolution.semantics));
        object.insert("removed".to_owned(), json!(evolution.removed));
    }
    json
}

/// The removed values or bits, with their number under `key`.
fn gone(tombstones: &[Tombstone], key: &str) -> Vec<Json> {
    tombstones
        .iter()
        .map(|gone| {
            let json = json!({ "name": gone.name, key: gone.number, "meaning": gone.doc });
            told_of_a_part(json, &gone.evolution)
        })
        .collect()
}

fn record(format: &Format, id: RecordId) -> Json {
    let record = &format.records[id];
    let fields: Vec<Json> = record.fields.iter().map(|at| field(format, at)).collect();
    let tail = record.tail.as_ref().map(|tail| {
        let json = json!({
            "offset": tail.offset,
            "type": tail_type(record),
            "field": tail.name,
            "unit": tail.unit,
            "meaning": tail.doc,
            "count": record.fields[tail.count].name,
        });
        told_of_a_part(json, &tail.evolution)
    });
    let trailer = record.trailer.map(|id| format.records[id].name.clone());
    let json = json!({
        "name": record.name,
        "size": record.size,
        "core_size": record.core_size(),
        "layout_hash": format!("{:016x}", record.hashes.layout),
        "core_hash": format!("{:016x}", record.hashes.core),
        "meaning": record.doc,
        "fields": fields,
        "tail": tail,
        "trailer": trailer,
    });
    with_history(json, &record.evolution)
}

fn field(format: &Format, field: &Field) -> Json {
    let text = |given: &Option<crate::model::Value>| {
        given.as_ref().map(|given| value::text(format, &field.ty, given))
    };
    let json = json!({
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
        "guard": history::guard(format, field),
    });
    told_of_a_part(json, &field.evolution)
}

fn enums(format: &Format) -> Json {
    format
        .enums
        .iter()
        .map(|declared| {
            let values: Vec<Json> = declared
                .values
                .iter()
                .map(|value| {
                    let json =
                        json!({ "name": value.name, "value": value.value, "meaning": value.doc });
                    told_of_a_part(json, &value.evolution)
                })
                .collect();
            let json = json!({
                "name": declared.name,
                "type": format.type_name(&Type::Int(declared.int)),
                "open": declared.open,
                "meaning": declared.doc,
                "values": values,
                "removed": gone(&declared.tombstones, "value"),
            });
            with_history(json, &declared.evolution)
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
                .map(|bit| {
                    let json = json!({
                        "name": bit.name,
                        "bit": bit.bit,
                        "must_understand": bit.must_understand,
                        "meaning": bit.doc,
                    });
                    told_of_a_part(json, &bit.evolution)
                })
                .collect();
            let json = json!({
                "name": declared.name,
                "type": format.type_name(&Type::Int(declared.int)),
                "open": declared.open,
                "meaning": declared.doc,
                "bits": bits,
                "removed": gone(&declared.tombstones, "bit"),
            });
            with_history(json, &declared.evolution)
        })
        .collect()
}

fn constants(format: &Format) -> Json {
    format
        .constants
        .iter()
        .map(|constant| {
            let json = json!({
                "name": constant.name,
                "type": format.type_name(&constant.ty),
                "value": value::text(format, &constant.ty, &constant.value),
                "meaning": constant.doc,
            });
            with_history(json, &constant.evolution)
        })
        .collect()
}

fn files(format: &Format) -> Json {
    let name = |id: Option<RecordId>| id.map(|id| format.records[id].name.clone());
    format
        .files
        .iter()
        .map(|file| {
            let json = json!({
                "name": file.name,
                "path": file.path,
                "optional": file.optional,
                "meaning": file.doc,
                "header": name(file.header),
                "event": name(file.event),
                "footer": name(file.footer),
                "framing": file.framing.word(),
                "footer_at": file.footer_at.word(),
            });
            with_history(json, &file.evolution)
        })
        .collect()
}
