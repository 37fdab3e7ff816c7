//! Records: a class each, with a slot per field. A class comes after those of the records in it.

use std::fmt::Write as _;

use super::{fields, names, text, types};
use crate::emit::{case, parallel};
use crate::model::{Field, Format, Record, RecordId, Type};

/// The classes. Each comes after those that it refers to.
pub(super) fn emit(format: &Format, out: &mut String) {
    let order = order(format);
    parallel::append(out, order.len(), |out, position| {
        let class = one(format, &format.records[order[position]]);
        let _ = write!(out, "\n\n{class}");
    });
}

fn order(format: &Format) -> Vec<RecordId> {
    fn visit(format: &Format, id: RecordId, done: &mut [bool], order: &mut Vec<RecordId>) {
        if std::mem::replace(&mut done[id], true) {
            return;
        }
        for field in &format.records[id].fields {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            if let Type::Record(inner) = ty {
                visit(format, *inner, done, order);
            }
        }
        if let Some(trailer) = format.records[id].trailer {
            visit(format, trailer, done, order);
        }
        order.push(id);
    }
    let mut done = vec![false; format.records.len()];
    let mut order = Vec::new();
    for id in 0..format.records.len() {
        visit(format, id, &mut done, &mut order);
    }
    order
}

fn one(format: &Format, record: &Record) -> String {
    let mut out = String::with_capacity(512 * (1 + record.fields.len()));
    let _ = writeln!(out, "class {}(Record):", record.name);
    let fallback = format!("The record {}.", record.name);
    let doc = if record.doc.is_empty() { &fallback } else { &record.doc };
    let mut size = format!("{} bytes.", record.size);
    if let Some(tail) = &record.tail {
        let count = record.fields[tail.count].member();
        size = format!(
            "{} bytes, then as many bytes of `{}` as `{count}` says.",
            record.size, tail.name
        );
    }
    let history = text::history(&record.evolution);
    out.push_str(&text::docstring(&[doc, &size, &history], "    "));
    out.push('\n');
    slots(record, &mut out);
    for field in &record.fields {
        out.push('\n');
        out.push_str(&text::comment(&fields::about(format, field), "    "));
        let _ = writeln!(out, "    {}: {}", field.member(), types::annotation(format, &field.ty));
    }
    out.push('\n');
    facts(format, record, &mut out);
    init(format, record, &mut out);
    unpack(format, record, &mut out);
    for (position, field) in record.fields.iter().enumerate() {
        has(format, field, position, record, &mut out);
        computed(format, field, &mut out);
        element_names(format, field, &mut out);
    }
    constants(format, record, &mut out);
    out
}

fn slots(record: &Record, out: &mut String) {
    let names: Vec<String> =
        record.fields.iter().map(|field| text::string(&field.member())).collect();
    let line = format!("    __slots__ = {}\n", text::tuple(&names));
    if line.len() <= text::WIDTH {
        out.push_str(&line);
    } else {
        out.push_str(&text::call("    ", "__slots__ = ", &names, ""));
    }
}

/// Name, size, description of the fields.
fn facts(format: &Format, record: &Record, out: &mut String) {
    let codes: String = record.fields.iter().map(|field| types::code(format, field).0).collect();
    let _ = writeln!(out, "    NAME = {}", text::string(&record.name));
    let _ = writeln!(out, "    SIZE = {}", record.size);
    let _ = writeln!(out, "    CORE = {}", core(record));
    let _ = writeln!(out, "    STRUCT = struct.Struct(\"<{codes}\")");
    out.push_str("    FIELDS = (\n");
    for field in &record.fields {
        out.push_str(&fields::description(format, field));
    }
    out.push_str("    )\n");
    if let Some(tail) = &record.tail {
        let mut arguments = vec![
            text::string(&tail.name),
            tail.offset.to_string(),
            text::string(&record.fields[tail.count].member()),
        ];
        arguments.extend(tail.unit.iter().map(|unit| format!("unit={}", text::string(unit))));
        let about = text::about(&tail.doc, &tail.evolution);
        if !about.is_empty() {
            arguments.push(text::long_string("doc", &about, "        "));
        }
        out.push_str(&text::call("    ", "TAIL = CountedTail", &arguments, ""));
    }
    if let Some(trailer) = record.trailer {
        let _ = writeln!(out, "    TRAILER = {}", format.records[trailer].name);
    }
    let closed = closed(format, record);
    if !closed.is_empty() {
        let _ = writeln!(out, "    _CLOSED = {}", text::tuple(&closed));
    }
}

/// Positions of the fields whose value may have to be refused.
fn closed(format: &Format, record: &Record) -> Vec<String> {
    let fields = record.fields.iter().enumerate();
    let closed = fields.filter(|(_, field)| field.is_live() && types::is_closed(format, &field.ty));
    closed.map(|(position, _)| position.to_string()).collect()
}

/// Bytes up to the end of the last field that was always there.
fn core(record: &Record) -> u64 {
    let always = record.fields.iter().filter(|field| field.evolution.since == 0);
    always.map(Field::end).max().unwrap_or(0)
}

fn init(format: &Format, record: &Record, out: &mut String) {
    let mut parameters = vec!["self".to_owned(), "*".to_owned()];
    let mut body = String::new();
    for (position, field) in record.fields.iter().enumerate() {
        let (name, ty) = (field.member(), types::annotation(format, &field.ty));
        if let Some(value) = types::fresh(format, field) {
            parameters.push(format!("{name}: {ty} = {value}"));
            let _ = writeln!(body, "        self.{name} = {name}");
            continue;
        }
        parameters.push(format!("{name}: typing.Optional[{ty}] = None"));
        let fresh = match &field.ty {
            Type::Record(id) => format!("{}()", format.records[*id].name),
            _ => format!("self.FIELDS[{position}].kind.fresh()"),
        };
        let _ = writeln!(body, "        self.{name} = {fresh} if {name} is None else {name}");
    }
    out.push('\n');
    out.push_str(
        &text::call("    ", "def __init__", &parameters, " -> None:").replace("*,,", "*,"),
    );
    out.push_str(&body);
}

fn unpack(format: &Format, record: &Record, out: &mut String) {
    let name = &record.name;
    let mut function = "unpack_from";
    let mut doc = "The record that starts at byte `offset` of `buffer`.";
    let head = |function: &str, doc: &str| {
        format!(
            "\n    @classmethod\n    def {function}(cls, buffer: typing.Any, offset: int = 0) -> {name}:\n        \
             \"\"\"{doc}\"\"\"\n"
        )
    };
    if !closed(format, record).is_empty() {
        out.push_str(&head(function, doc));
        out.push_str(
            "        record = cls._take(buffer, offset)\n        _judged(record, offset)\n        \
             return record\n",
        );
        (function, doc) = ("_take", "The same, whatever its enums and flags hold.");
    }
    let _ = write!(
        out,
        "{}        if offset < 0 or len(buffer) - offset < {size}:\n            \
         raise _cut(cls, offset, len(buffer) - offset)\n",
        head(function, doc),
        size = record.size
    );
    let mut first = 0;
    let mut body = String::new();
    for field in &record.fields {
        let expression = types::read(format, field, first);
        body.push_str(&assignment(&field.member(), &expression));
        first += types::code(format, field).1;
    }
    if first > 0 {
        out.push_str("        values = cls.STRUCT.unpack_from(buffer, offset)\n");
    }
    out.push_str("        record = cls.__new__(cls)\n");
    out.push_str(&body);
    out.push_str("        return record\n");
}

/// `record.name = expression`; a loop that is too long for one line is split.
fn assignment(name: &str, expression: &str) -> String {
    let line = format!("        record.{name} = {expression}\n");
    let parts = expression
        .strip_prefix("tuple(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|inner| inner.split_once(" for "));
    match parts {
        Some((each, rest)) if line.trim_end().len() > text::WIDTH => format!(
            "        record.{name} = tuple(\n            {each}\n            for {rest}\n        )\n"
        ),
        _ => line,
    }
}

/// The property that says whether a field holds a value.
/// What a checksum of the record should be.
fn computed(format: &Format, field: &Field, out: &mut String) {
    let (Some(property), Some(role)) = (names::computed(field), &field.role) else { return };
    let name = field.member();
    let doc = format!("What `{name}` should hold: the {}.", format.role_text(role.kind));
    let _ = write!(out, "\n    @property\n    def {property}(self) -> int:\n");
    out.push_str(&text::docstring(&[&doc], "        "));
    let _ = writeln!(out, "        return self._own_checksum({})", text::string(&name));
}

fn has(format: &Format, field: &Field, position: usize, record: &Record, out: &mut String) {
    let Some(property) = names::has(field) else { return };
    let name = field.member();
    let mut tests = Vec::new();
    let mut words = Vec::new();
    let mut argument = "";
    if let Some(guard) = &field.guard {
        let owner = &format.records[guard.record];
        let flags = &owner.fields[guard.field];
        if let Type::Flags(id) = flags.ty {
            let declared = &format.flags[id];
            let bit = &declared.bits[guard.bit];
            let is_own = std::ptr::eq(owner, record);
            if !is_own {
                argument = "header";
            }
            let holder = if is_own { "self" } else { "header" };
            tests.push(format!(
                "bool({holder}.{} & {}.{})",
                flags.member(),
                declared.name,
                case::upper(&bit.name)
            ));
            words.push(format!("`{}` is set", bit.name));
        }
    }
    if let Some(sentinel) = &field.sentinel {
        let none = types::literal(format, &field.ty, sentinel);
        tests.push(match field.ty {
            // A NaN is not equal to anything.
            Type::Float(_) => format!(
                "self.FIELDS[{position}].kind.pack(self.{name}) != {}",
                text::bytes(&sentinel.bytes)
            ),
            _ => format!("self.{name} != {none}"),
        });
        words.push(format!("it is not {none}"));
    }
    let doc = format!("Whether `{name}` holds a value: {}.", words.join(" and "));
    let _ = if argument.is_empty() {
        write!(out, "\n    @property\n    def {property}(self) -> bool:\n")
    } else {
        let owner = field.guard.map_or("typing.Any", |guard| &format.records[guard.record].name);
        write!(out, "\n    def {property}(self, {argument}: {owner}) -> bool:\n")
    };
    out.push_str(&text::docstring(&[&doc], "        "));
    let _ = writeln!(out, "        return {}", tests.join(" and "));
}

/// The function that gives an array's elements their names.
fn element_names(format: &Format, field: &Field, out: &mut String) {
    let Some(function) = names::element_names(field) else { return };
    let mut enums = Vec::new();
    for case in field.element_names.iter().flat_map(|list| &list.when) {
        if !enums.contains(&case.id) {
            enums.push(case.id);
        }
    }
    let parameters: Vec<String> =
        enums.iter().map(|id| format!("{}: int", names::argument(&format.enums[*id]))).collect();
    out.push_str("\n    @staticmethod\n");
    out.push_str(&text::call(
        "    ",
        &format!("def {function}"),
        &parameters,
        " -> typing.Tuple[str, ...]:",
    ));
    let doc = format!(
        "Names of the first elements of `{}`, as many as have one for these values.",
        field.member()
    );
    out.push_str(&text::docstring(&[&doc], "        "));
    for list in &field.element_names {
        let names: Vec<String> = list.names.iter().map(|name| text::string(name)).collect();
        let result = text::tuple(&names);
        if list.when.is_empty() {
            let _ = writeln!(out, "        return {result}");
            return;
        }
        let tests = list.when.iter().map(|case| {
            let declared = &format.enums[case.id];
            let argument = names::argument(declared);
            let member = |at: &usize| {
                format!("{}.{}", declared.name, case::upper(&declared.values[*at].name))
            };
            match case.values.as_slice() {
                [one] => format!("{argument} == {}", member(one)),
                many => {
                    let many: Vec<String> = many.iter().map(member).collect();
                    format!("{argument} in {}", text::tuple(&many))
                }
            }
        });
        let tests = tests.collect::<Vec<_>>().join(" and ");
        let _ = writeln!(out, "        if {tests}:\n            return {result}");
    }
    out.push_str("        return ()\n");
}

/// The only legal values of fields. They come last, so that no code in the class takes them for
/// constants of the format.
fn constants(format: &Format, record: &Record, out: &mut String) {
    for (at, (field, value)) in
        record.fields.iter().filter_map(|field| Some((field, field.constant.as_ref()?))).enumerate()
    {
        if at == 0 {
            out.push('\n');
        }
        let doc = format!("The only legal value of `{}`.", field.member());
        out.push_str(&text::comment(&doc, "    "));
        let value = types::literal(format, &field.ty, value);
        let _ = writeln!(out, "    {} = {value}", names::field_const(field));
    }
}
