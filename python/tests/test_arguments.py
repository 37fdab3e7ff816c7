"""What readers take for a path and for a number, and what they refuse."""

import os

import numpy
import pytest
from conftest import detail_bytes, event, index_bytes, record

import atf


@pytest.fixture
def files(thread_dir):
    return thread_dir(index_bytes([event(0), event(1)]), detail_bytes([record(0), record(1)]))


class Like:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


def test_a_path_is_text_bytes_or_path_like(files):
    path = os.fspath(files / "index.atf")
    for given in (path, os.fsencode(path), files / "index.atf", Like(path), Like(os.fsencode(path))):
        with atf.IndexReader(given) as index:
            assert index.path == path and len(index) == 2
    assert atf.ThreadReader(os.fsencode(files)).dir == os.fspath(files)
    assert len(atf.SessionReader(os.fsencode(files.parent))) == 1
    for given in (None, 7, 1.5, ["index.atf"], Like(7)):
        for kind in (atf.IndexReader, atf.DetailReader, atf.ThreadReader, atf.SessionReader):
            with pytest.raises(TypeError):
                kind(given)
        with pytest.raises(TypeError):
            atf.Manifest.read(given)


def test_a_path_that_is_no_text_is_named_in_errors(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff"
    with pytest.raises(atf.NotFoundError) as caught:
        atf.IndexReader(path)
    assert os.fsencode(caught.value.path) == path and "/\ufffd: cannot open" in str(caught.value)


def test_numbers_are_integers(files):
    with atf.SessionReader(files.parent) as session:
        thread = session[numpy.uint32(7)]
        index, detail = thread.index, thread.detail
        assert index[numpy.int64(-1)] == index[True] == index.get(numpy.uint8(1))
        for number in (1.0, "1", None):
            for use in (
                index.get, index.find_start, index.find_end, index.__getitem__, index[:].__getitem__,
                thread.get, thread.get_detail, thread.get_by_index_seq, detail.get, detail.__getitem__,
                detail.get_by_index_seq, session.thread, session.__getitem__,
                lambda it: index.range(0, it), lambda it: session.merged(threads=[it]),
                lambda it: session.merged_blocks(block_events=it),
            ):  # fmt: skip
                with pytest.raises(TypeError):
                    use(number)
        for times in ((1.0, None), (None, 2.0)):
            with pytest.raises(TypeError):
                session.merged(*times)
        for far in (-1, 1 << 32, 1 << 80):
            assert index.get(far) is None and detail.get(far) is None and session.thread(far) is None
            assert detail.get_by_index_seq(far) is None and far not in session
            with pytest.raises(KeyError):
                session[far]
        with pytest.raises(IndexError, match=f"event {1 << 80} of 2"):
            index[1 << 80]
        with pytest.raises(ValueError, match="block_events: expected 1 or more"):
            session.merged_blocks(block_events=-1)


def test_an_event_and_a_record_are_what_links_are_asked_for(files):
    thread = atf.ThreadReader(files)
    for wrong in (None, 3, thread.detail[0], thread.detail[0].header):
        with pytest.raises(TypeError):
            thread.get_detail_for(wrong)
    with pytest.raises(TypeError):
        thread.get_index_for(thread[0])


def test_readers_can_be_subclassed_and_opened(files):
    class Own(atf.IndexReader):
        pass

    with Own.open(files / "index.atf") as index:
        assert type(index) is Own and len(index) == 2
    assert type(atf.ThreadReader.open(files)) is atf.ThreadReader
