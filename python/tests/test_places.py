"""What a SessionReader takes as a path: bundles, folders and FOLDER/@latest, as the Rust crate and the command do."""

import json
import pathlib
import pickle

import pytest
from conftest import event, index_bytes

import atf


def make_session(directory: pathlib.Path, events: int) -> pathlib.Path:
    thread = directory / "thread_7"
    thread.mkdir(parents=True)
    thread.joinpath("index.atf").write_bytes(index_bytes([event(seq) for seq in range(events)]))
    return directory


def test_a_bundle_a_folder_and_latest_are_opened(tmp_path):
    old = make_session(tmp_path / "ada_traces/session_20260102_030405/pid_7", 3)
    assert atf.SessionReader(tmp_path).dir == str(old)
    new = make_session(tmp_path / "ada_traces/session_20260103_030405/pid_8", 5)
    for path in (tmp_path / "@latest", str(tmp_path / "ada_traces/@latest")):
        with atf.SessionReader(path) as session:
            assert (session.dir, session.event_count) == (str(new), 5)
    with pytest.raises(atf.SeveralSessionsError, match="expected one session, found 2; newest last: ") as raised:
        atf.SessionReader(tmp_path)
    assert raised.value.sessions == [str(old), str(new)]
    assert raised.value.path == str(tmp_path)
    copy = pickle.loads(pickle.dumps(raised.value))
    assert (type(copy), copy.sessions, str(copy)) == (atf.SeveralSessionsError, raised.value.sessions, str(raised.value))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"trace_root": "ada_traces", "trace_session": "session_20260102_030405"}))
    for path in (tmp_path, manifest):
        with atf.SessionReader(path) as session:
            assert session.event_count == 3
    manifest.write_text(json.dumps({"trace_session": "../.."}))
    with pytest.raises(atf.NotATraceError, match='found "../..", which is outside') as refused:
        atf.SessionReader(tmp_path)
    assert refused.value.path == str(manifest)


def test_a_folder_of_something_else_is_refused(tmp_path):
    for text in (None, '{"name": "app"}'):
        if text is not None:
            tmp_path.joinpath("manifest.json").write_text(text)
        with pytest.raises(atf.NotATraceError, match="expected one session .* found a directory with none of them"):
            atf.SessionReader(tmp_path)
    thread = make_session(tmp_path, 1) / "thread_7"
    with pytest.raises(atf.NotATraceError, match="found a thread directory"):
        atf.SessionReader(thread)
