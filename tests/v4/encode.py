"""Writes events.bin beside this file with Google's protobuf, and in events.jsonl what is in it.

    python encode.py            writes both
    python encode.py --check    fails if they are not what it would write

Needs the package protobuf; the tests need only what is committed. `.ci/run` checks.
"""

import json
import pathlib
import random
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

Field = descriptor_pb2.FieldDescriptorProto
TYPES = {
    "uint64": Field.TYPE_UINT64,
    "int32": Field.TYPE_INT32,
    "string": Field.TYPE_STRING,
    "bytes": Field.TYPE_BYTES,
}
# Fields as in the format's page: name, type, number.
MESSAGES = {
    "TraceStart": [
        ("executable_path", "string", 1),
        ("args", "repeated string", 2),
        ("operating_system", "string", 3),
        ("cpu_architecture", "string", 4),
    ],
    "TraceEnd": [("exit_code", "int32", 1)],
    "FunctionCall": [
        ("symbol", "string", 1),
        ("address", "uint64", 2),
        ("argument_registers", "map", 3),
        ("stack_shallow_copy", "bytes", 4),
    ],
    "FunctionReturn": [("symbol", "string", 1), ("address", "uint64", 2), ("return_registers", "map", 3)],
    "SignalDelivery": [("number", "int32", 1), ("name", "string", 2), ("registers", "map", 3)],
    "Event": [
        ("event_id", "uint64", 1),
        ("thread_id", "int32", 2),
        ("timestamp", ".google.protobuf.Timestamp", 3),
        ("trace_start", ".v4.TraceStart", 10),
        ("trace_end", ".v4.TraceEnd", 11),
        ("function_call", ".v4.FunctionCall", 12),
        ("function_return", ".v4.FunctionReturn", 13),
        ("signal_delivery", ".v4.SignalDelivery", 14),
    ],
}


def add_map(message, field):
    field.label, field.type = Field.LABEL_REPEATED, Field.TYPE_MESSAGE
    name = "".join(word.capitalize() for word in field.name.split("_")) + "Entry"
    field.type_name = f".v4.{message.name}.{name}"
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    for number, (key, kind) in enumerate([("key", "string"), ("value", "uint64")], 1):
        entry.field.add(name=key, number=number, label=Field.LABEL_OPTIONAL, type=TYPES[kind])


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="v4.proto", package="v4", syntax="proto3")
    file.dependency.append(timestamp_pb2.DESCRIPTOR.name)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        if name == "Event":
            message.oneof_decl.add(name="payload")
        for field_name, kind, number in fields:
            field = message.field.add(name=field_name, number=number, label=Field.LABEL_OPTIONAL)
            if kind == "map":
                add_map(message, field)
            elif kind.startswith("."):
                field.type, field.type_name = Field.TYPE_MESSAGE, kind
                if number >= 10:
                    field.oneof_index = 0
            else:
                field.type = TYPES[kind.removeprefix("repeated ")]
                if kind.startswith("repeated "):
                    field.label = Field.LABEL_REPEATED
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("v4.Event"))


def events():
    """The events as plain values."""
    some = random.Random(4)
    names = ["rdi", "RSI", "x0", "größe", "", "a_register_with_a_name_of_31_by"]

    def registers(most):
        return {name: some.choice([0, 1, 127, 128, 2**32, 2**64 - 1]) for name in some.sample(names, some.randint(0, most))}

    def symbol():
        return some.choice(["", "main", "ns::größe(int)", "f" * 300, "λ🦀"])

    def payload():
        address = some.choice([0, 0x5555_0000_1000, 2**64 - 1])
        return some.choice([
            lambda: {"function_call": {
                "symbol": symbol(),
                "address": address,
                "argument_registers": registers(6),
                "stack_shallow_copy": some.randbytes(some.choice([0, 1, 64, 256])),
            }},
            lambda: {"function_return": {"symbol": symbol(), "address": address, "return_registers": registers(3)}},
            lambda: {"signal_delivery": {"number": some.choice([0, 11, -1]), "name": "SIGSEGV", "registers": registers(6)}},
        ])()

    yield 1, 7, (81, 0), {"trace_start": {
        "executable_path": "/usr/bin/größe",
        "args": ["größe", "", "--all"],
        "operating_system": "linux",
        "cpu_architecture": "x86_64",
    }}
    for number in range(2, 400):
        seconds, nanos = some.choice([(81, number), (0, 0), (2**33, 999_999_999), (-1, 5), (81, -5)])
        yield number, some.choice([7, 0, -2, 2**31 - 1, -(2**31)]), (seconds, nanos), payload()
    yield 2**64 - 1, 7, None, {"trace_end": {"exit_code": -3}}
    yield 400, 1, (82, 0), {}


def encode(event_type, number, thread, time, payload):
    event = event_type(event_id=number, thread_id=thread)
    if time is not None:
        event.timestamp.SetInParent()
        event.timestamp.seconds, event.timestamp.nanos = time
    for kind, fields in payload.items():
        message = getattr(event, kind)
        message.SetInParent()
        for name, value in fields.items():
            if isinstance(value, dict):
                getattr(message, name).update(value)
            elif isinstance(value, list):
                getattr(message, name).extend(value)
            else:
                setattr(message, name, value)
    return event.SerializeToString(deterministic=True)


def varint(number):
    """The length before a message; protobuf for Python has no public function for it."""
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes(encoded) + bytes([number])


def line(number, thread, time, payload):
    def plain(value):
        if isinstance(value, bytes):
            return value.hex()
        return {key: plain(inner) for key, inner in value.items()} if isinstance(value, dict) else value

    event = {"event_id": number, "thread_id": thread, "timestamp": time, "payload": plain(payload)}
    return json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n"


def main():
    event_type = event_class()
    encoded = [encode(event_type, *event) for event in events()]
    files = {
        "events.bin": b"".join(varint(len(message)) + message for message in encoded),
        "events.jsonl": "".join(line(*event) for event in events()).encode(),
    }
    folder = pathlib.Path(__file__).parent
    for name, content in files.items():
        if sys.argv[1:] != ["--check"]:
            (folder / name).write_bytes(content)
        elif (folder / name).read_bytes() != content:
            sys.exit(f"{folder / name}: is not what Google's protobuf writes; run {__file__}")
    print(f"{len(encoded)} events, {len(files['events.bin'])} bytes")


main()
