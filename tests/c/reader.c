/* Readers of index.atf, detail.atf and thread directories: finalized, truncated and damaged. from C. */
#include "check.h"
#include "trace.h"

#include <pthread.h>

/* What outputs contain before a call that must not change them. */
static IndexEvent untouched_event(void) {
    IndexEvent event;
    memset(&event, 0x77, sizeof event);
    return event;
}

static void finalized_index_gives_its_events(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 1000, 0);
    char *path = check_path(session, "thread_0/index.atf");
    AtfIndexReader *reader = NULL;
    AtfIndexHeader header;
    AtfIndexFooter footer;
    AtfIndexView view;
    IndexEvent event, untouched = untouched_event();
    uint64_t start = 1, end = 2;
    uint32_t seq, first = 7, count = 7;
    CHECK_OK(atf_index_reader_open(path, &reader));
    CHECK_EQ(atf_index_reader_count(reader), 1000);
    CHECK_EQ(atf_index_reader_thread_id(reader), 0);
    CHECK(atf_index_reader_is_finalized(reader));
    CHECK(!atf_index_reader_has_detail(reader));
    CHECK_OK(atf_index_reader_header(reader, &header));
    CHECK_OK(atf_index_reader_footer(reader, &footer));
    CHECK_EQ(header.event_count, 1000);
    CHECK_EQ(footer.event_count, 1000);
    CHECK_OK(atf_index_reader_view(reader, &view));
    CHECK_EQ(view.count, 1000);
    CHECK_EQ(view.stride, sizeof(IndexEvent));
    for (seq = 0; seq < view.count; seq++) {
        CHECK_OK(atf_index_reader_get(reader, seq, &event));
        CHECK(trace_same_event(&event, atf_index_view_at(&view, seq)));
        CHECK_EQ(event.detail_seq, ATF_NO_DETAIL_SEQ);
    }
    event = untouched;
    CHECK_FAILS(atf_index_reader_get(reader, 1000, &event), -ENOENT, "argument seq: expected less than 1000 (events of ");
    CHECK_FAILS(atf_index_reader_get(reader, UINT32_MAX, &event), -ENOENT, "found 4294967295");
    CHECK(trace_same_event(&event, &untouched));
    CHECK_FAILS(atf_index_reader_lost_events(reader, 0, &start), -ENOENT, "argument seq: expected a marker of lost events");
    CHECK_OK(atf_index_reader_time_range(reader, &start, &end));
    CHECK_EQ(start, footer.time_start_ns);
    CHECK_EQ(end, footer.time_end_ns);
    CHECK_EQ(atf_index_reader_find_start(reader, 0), 0);
    CHECK_EQ(atf_index_reader_find_start(reader, end + 1), 1000);
    CHECK_EQ(atf_index_reader_find_end(reader, start), 0);
    CHECK_OK(atf_index_reader_get(reader, 400, &event));
    CHECK_OK(atf_index_reader_range(reader, event.timestamp_ns, event.timestamp_ns + 1, &first, &count));
    CHECK(first <= 400 && 400 < first + count);
    CHECK_OK(atf_index_reader_range(reader, end, start, &first, &count));
    CHECK_EQ(count, 0);
    CHECK_OK(atf_index_reader_range(reader, 0, UINT64_MAX, &first, &count));
    CHECK_EQ(first, 0);
    CHECK_EQ(count, 1000);
    atf_index_reader_close(reader);
    free(path);
    free(session);
}

static void index_without_events_is_one(const char *dir) {
    char *path = check_path(dir, "index.atf");
    AtfIndexReader *reader = NULL;
    AtfIndexView view;
    uint64_t start = 1, end = 2;
    trace_index(path, 5, NULL, 0, true);
    CHECK_OK(atf_index_reader_open(path, &reader));
    CHECK_EQ(atf_index_reader_count(reader), 0);
    CHECK_OK(atf_index_reader_view(reader, &view));
    CHECK(view.first == NULL);
    CHECK_EQ(view.count, 0);
    CHECK_FAILS(atf_index_reader_time_range(reader, &start, &end), -ENOENT, "expected a file with events");
    CHECK(start == 1 && end == 2);
    CHECK_EQ(atf_index_reader_find_start(reader, 1), 0);
    atf_index_reader_close(reader);
    free(path);
}

/* An unfinalized file, and one that was truncated anywhere, gives its complete events. */
static void truncated_index_gives_its_complete_events(const char *dir) {
    const uint64_t times[] = {10, 20, 30, 40};
    char *path = check_path(dir, "index.atf");
    AtfIndexReader *reader = NULL;
    AtfIndexFooter footer;
    size_t len, size;
    unsigned char *bytes;
    trace_index(path, 5, times, 4, false);
    CHECK_OK(atf_index_reader_open(path, &reader));
    CHECK_EQ(atf_index_reader_count(reader), 4);
    CHECK(!atf_index_reader_is_finalized(reader));
    CHECK_FAILS(atf_index_reader_footer(reader, &footer), -ENOENT, "expected a file with a footer");
    atf_index_reader_close(reader);
    CHECK_EQ(unlink(path), 0);
    trace_index(path, 5, times, 4, true);
    bytes = check_read(path, &size);
    CHECK_EQ(size, 64 + 4 * 32 + 64);
    for (len = 0; len < size; len++) {
        check_write(path, bytes, len);
        reader = NULL;
        if (len < 64) {
            CHECK_FAILS(atf_index_reader_open(path, &reader), -EBADMSG, "header at byte ");
            CHECK(reader == NULL);
            continue;
        }
        CHECK_OK(atf_index_reader_open(path, &reader));
        CHECK_EQ(atf_index_reader_count(reader), len < 64 + 4 * 32 ? (len - 64) / 32 : 4);
        CHECK(!atf_index_reader_is_finalized(reader));
        atf_index_reader_close(reader);
    }
    free(bytes);
    free(path);
}

/* Events that are longer than ours, as in a later revision. */
static void longer_events_are_read_by_their_stride(const char *dir) {
    const uint64_t times[] = {10, 20, 30};
    const size_t stride = 40;
    char *path = check_path(dir, "index.atf");
    unsigned char *bytes, longer[64 + 3 * 40 + 64];
    AtfIndexHeader header;
    AtfIndexFooter footer;
    AtfIndexReader *reader = NULL;
    AtfIndexView view;
    IndexEvent event;
    size_t at;
    trace_index(path, 5, times, 3, true);
    bytes = check_read(path, NULL);
    memset(longer, 0xee, sizeof longer);
    memcpy(&header, bytes, sizeof header);
    memcpy(&footer, bytes + 64 + 3 * 32, sizeof footer);
    header.event_size = (uint32_t)stride;
    header.footer_offset = 64 + 3 * stride;
    footer.bytes_written = 3 * stride;
    memcpy(longer, &header, sizeof header);
    for (at = 0; at < 3; at++) {
        memcpy(longer + 64 + at * stride, bytes + 64 + at * 32, 32);
    }
    memcpy(longer + 64 + 3 * stride, &footer, sizeof footer);
    check_write(path, longer, sizeof longer);
    CHECK_OK(atf_index_reader_open(path, &reader));
    CHECK_OK(atf_index_reader_view(reader, &view));
    CHECK_EQ(view.stride, stride);
    CHECK_EQ(view.count, 3);
    for (at = 0; at < 3; at++) {
        CHECK_OK(atf_index_reader_get(reader, (uint32_t)at, &event));
        CHECK_EQ(event.timestamp_ns, times[at]);
        CHECK(trace_same_event(&event, atf_index_view_at(&view, (uint32_t)at)));
    }
    atf_index_reader_close(reader);
    free(bytes);
    free(path);
}

static void what_is_no_index_is_refused(const char *dir) {
    char *path = check_path(dir, "index.atf");
    AtfIndexReader *reader = NULL;
    AtfDetailReader *detail = NULL;
    AtfThreadReader *thread = NULL;
    AtfSessionReader *session = NULL;
    CHECK_FAILS(atf_index_reader_open(path, &reader), -ENOENT, "index.atf: cannot open: ");
    CHECK_FAILS(atf_detail_reader_open(path, &detail), -ENOENT, "index.atf: cannot open: ");
    CHECK_FAILS(atf_thread_reader_open(dir, &thread), -ENOENT, "index.atf: cannot open: ");
    CHECK_FAILS(atf_session_reader_open(path, &session), -ENOENT, "index.atf: cannot open: ");
    CHECK_FAILS(atf_index_reader_open("", &reader), -EINVAL, "argument path: expected a path, found an empty string");
    trace_index(path, 5, NULL, 0, true);
    CHECK_FAILS(atf_detail_reader_open(path, &detail), -EBADMSG, "index.atf: header at byte 0: magic: expected ");
    CHECK_FAILS(atf_session_reader_open(path, &session), -EBADMSG, "expected one session (manifest.json, thread_N/), found an index.atf");
    trace_damage(path, 0, 1);
    CHECK_FAILS(atf_index_reader_open(path, &reader), -EBADMSG, "index.atf: header at byte 0: magic: expected ");
    CHECK_FAILS(atf_thread_reader_open(dir, &thread), -EBADMSG, "index.atf: header at byte 0: magic: expected ");
    CHECK(reader == NULL && detail == NULL && thread == NULL && session == NULL);
    free(path);
}

static void same_record(const AtfDetail *left, const AtfDetail *right) {
    CHECK_BYTES(&left->header, &right->header, sizeof left->header);
    CHECK_EQ(left->offset, right->offset);
    CHECK_EQ(left->payload_size, right->payload_size);
    CHECK_BYTES(left->payload, right->payload, left->payload_size);
    CHECK_EQ(left->stack_size, right->stack_size);
}

static void finalized_detail_gives_its_records_every_way(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 1000, 3);
    char *path = check_path(session, "thread_0/detail.atf");
    AtfDetailReader *reader = NULL;
    AtfDetailIterator *iterator = NULL;
    AtfDetailHeader header;
    AtfDetailFooter footer;
    AtfDetail record, other;
    uint32_t seq = 0, count;
    CHECK_OK(atf_detail_reader_open(path, &reader));
    CHECK(atf_detail_reader_is_finalized(reader));
    CHECK_EQ(atf_detail_reader_thread_id(reader), 0);
    CHECK_EQ(atf_detail_reader_records_end(reader), trace_size(path) - 64);
    CHECK_OK(atf_detail_reader_header(reader, &header));
    CHECK_OK(atf_detail_reader_footer(reader, &footer));
    count = atf_detail_reader_count(reader);
    CHECK(count > 300);
    CHECK_EQ(header.event_count, count);
    CHECK_EQ(footer.event_count, count);
    CHECK_OK(atf_detail_reader_iterate(reader, &iterator));
    while (atf_detail_iterator_next(iterator, &record) == 1) {
        CHECK_OK(atf_detail_reader_get(reader, seq, &other));
        same_record(&record, &other);
        CHECK_OK(atf_detail_reader_get_by_index_seq(reader, record.header.index_seq, &other));
        same_record(&record, &other);
        CHECK_EQ(record.header.total_length, 24 + record.payload_size);
        CHECK(record.function != NULL && record.stack != NULL);
        CHECK_EQ(record.stack_size, record.function->stack_size);
        CHECK(record.stack == record.payload + 100);
        seq++;
    }
    CHECK_EQ(seq, count);
    CHECK_EQ(atf_detail_iterator_next(iterator, &record), 0);
    CHECK_FAILS(atf_detail_reader_get(reader, count, &record), -ENOENT, "argument seq: expected less than ");
    CHECK_FAILS(atf_detail_reader_get_by_index_seq(reader, UINT32_MAX, &record), -ENOENT,
                "argument index_seq: expected an event with a record in ");
    atf_detail_iterator_close(iterator);
    atf_detail_reader_close(reader);
    free(path);
    free(session);
}

static void damaged_record_ends_the_lane_with_an_error(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 300, 1);
    char *path = check_path(session, "thread_0/detail.atf");
    AtfDetailReader *reader = NULL;
    AtfDetailIterator *iterator = NULL;
    AtfDetail record;
    uint32_t seq;
    CHECK_OK(atf_detail_reader_open(path, &reader));
    CHECK_OK(atf_detail_reader_get(reader, 100, &record));
    atf_detail_reader_close(reader);
    /* The most significant byte of the length. */
    trace_damage(path, (size_t)record.offset + 3, 1);
    CHECK_OK(atf_detail_reader_open(path, &reader));
    CHECK_EQ(atf_detail_reader_count(reader), 100);
    CHECK_OK(atf_detail_reader_get(reader, 99, &record));
    CHECK_FAILS(atf_detail_reader_get(reader, 100, &record), -EBADMSG, "detail.atf: record 100 at byte ");
    CHECK_FAILS(atf_detail_reader_get(reader, 299, &record), -EBADMSG, "total_length: expected 24 to ");
    CHECK_FAILS(atf_detail_reader_get(reader, 300, &record), -ENOENT, "argument seq: expected less than 100");
    CHECK_OK(atf_detail_reader_iterate(reader, &iterator));
    for (seq = 0; seq < 100; seq++) {
        CHECK_EQ(atf_detail_iterator_next(iterator, &record), 1);
    }
    CHECK_FAILS(atf_detail_iterator_next(iterator, &record), -EBADMSG, "record 100 at byte ");
    CHECK_EQ(atf_detail_iterator_next(iterator, &record), 0);
    atf_detail_iterator_close(iterator);
    atf_detail_reader_close(reader);
    /* Without footer and final header, the same bytes are a truncated end. */
    trace_cut(path, trace_size(path) - 64);
    CHECK_OK(atf_detail_reader_open(path, &reader));
    CHECK(!atf_detail_reader_is_finalized(reader));
    atf_detail_reader_close(reader);
    free(path);
    free(session);
}

static void thread_links_both_ways(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 1000, 3);
    char *path = check_path(session, "thread_0");
    char *detail_path = check_path(path, "detail.atf");
    AtfThreadReader *thread = NULL;
    AtfIndexReader *index = NULL;
    AtfDetailReader *detail = NULL;
    AtfDetail record, other;
    IndexEvent event, linked;
    uint32_t seq, links = 0;
    CHECK_OK(atf_thread_reader_open(path, &thread));
    CHECK_EQ(atf_thread_reader_thread_id(thread), 0);
    CHECK_OK(atf_thread_reader_index(thread, &index));
    CHECK_OK(atf_thread_reader_detail(thread, &detail));
    for (seq = 0; seq < atf_index_reader_count(index); seq++) {
        CHECK_OK(atf_index_reader_get(index, seq, &event));
        if (event.detail_seq == ATF_NO_DETAIL_SEQ) {
            CHECK_FAILS(atf_thread_reader_get_detail_for(thread, &event, &record), -ENOENT,
                        "argument event: expected a detail record in ");
            continue;
        }
        CHECK_OK(atf_thread_reader_get_detail_for(thread, &event, &record));
        CHECK_EQ(record.header.index_seq, seq);
        CHECK_EQ(record.header.timestamp, event.timestamp_ns);
        CHECK_EQ(record.function->function_id, event.function_id);
        CHECK_OK(atf_thread_reader_get_index_for(thread, &record, &linked));
        CHECK(trace_same_event(&event, &linked));
        CHECK_OK(atf_thread_reader_get_detail(thread, event.detail_seq, &other));
        same_record(&record, &other);
        links++;
    }
    CHECK_EQ(links, atf_detail_reader_count(detail));
    /* An event of another thread that names a record. */
    event = linked;
    event.timestamp_ns++;
    CHECK_FAILS(atf_thread_reader_get_detail_for(thread, &event, &record), -EBADMSG, "index_seq: expected the sequence");
    event.detail_seq = 100000;
    CHECK_FAILS(atf_thread_reader_get_detail_for(thread, &event, &record), -ENOENT, "found none at detail_seq 100000");
    CHECK_FAILS(atf_thread_reader_get_detail(thread, 100000, &record), -ENOENT, "argument seq: ");
    record.header.index_seq = 1000;
    CHECK_FAILS(atf_thread_reader_get_index_for(thread, &record, &event), -ENOENT, "found 1000");
    atf_index_reader_close(index);
    atf_detail_reader_close(detail);
    atf_thread_reader_close(thread);
    /* A detail.atf that cannot be opened does not hide the index. */
    trace_damage(detail_path, 0, 4);
    CHECK_OK(atf_thread_reader_open(path, &thread));
    detail = NULL;
    CHECK_FAILS(atf_thread_reader_detail(thread, &detail), -EBADMSG, "detail.atf: header at byte 0: magic");
    CHECK_FAILS(atf_thread_reader_get_detail(thread, 0, &record), -EBADMSG, "detail.atf: header at byte 0: magic");
    CHECK_OK(atf_thread_reader_index(thread, &index));
    CHECK_EQ(atf_index_reader_count(index), 1000);
    atf_index_reader_close(index);
    atf_thread_reader_close(thread);
    CHECK_EQ(unlink(detail_path), 0);
    CHECK_OK(atf_thread_reader_open(path, &thread));
    CHECK_FAILS(atf_thread_reader_detail(thread, &detail), -ENOENT, "expected a thread with a detail.atf");
    CHECK_FAILS(atf_thread_reader_get_detail(thread, 0, &record), -ENOENT, "expected a thread with a detail.atf");
    CHECK(detail == NULL);
    atf_thread_reader_close(thread);
    free(detail_path);
    free(path);
    free(session);
}

static void parts_outlive_their_thread(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 300, 1);
    char *path = check_path(session, "thread_0");
    unsigned order;
    /* Each bit of `order` says whether one of them is closed before the others are used. */
    for (order = 0; order < 16; order++) {
        AtfThreadReader *thread = NULL;
        AtfIndexReader *index = NULL;
        AtfDetailReader *detail = NULL;
        AtfDetailIterator *iterator = NULL;
        IndexEvent event;
        AtfDetail record;
        CHECK_OK(atf_thread_reader_open(path, &thread));
        CHECK_OK(atf_thread_reader_index(thread, &index));
        CHECK_OK(atf_thread_reader_detail(thread, &detail));
        CHECK_OK(atf_detail_reader_iterate(detail, &iterator));
        if (order & 1) {
            atf_thread_reader_close(thread);
        }
        if (order & 2) {
            atf_index_reader_close(index);
        }
        if (order & 4) {
            atf_detail_reader_close(detail);
        }
        if (order & 8) {
            atf_detail_iterator_close(iterator);
        } else {
            CHECK_EQ(atf_detail_iterator_next(iterator, &record), 1);
            CHECK_EQ(record.payload_size + 24, record.header.total_length);
            atf_detail_iterator_close(iterator);
        }
        if (!(order & 4)) {
            CHECK_OK(atf_detail_reader_get(detail, 299, &record));
            atf_detail_reader_close(detail);
        }
        if (!(order & 2)) {
            CHECK_OK(atf_index_reader_get(index, 299, &event));
            atf_index_reader_close(index);
        }
        if (!(order & 1)) {
            CHECK_OK(atf_thread_reader_get_detail(thread, 7, &record));
            atf_thread_reader_close(thread);
        }
    }
    free(path);
    free(session);
}

struct share {
    const AtfThreadReader *thread;
    const AtfDetailReader *detail;
    uint32_t found;
};

static void *read_all(void *argument) {
    struct share *share = (struct share *)argument;
    uint32_t seq;
    for (seq = 0; seq < atf_detail_reader_count(share->detail); seq++) {
        AtfDetail record;
        if (atf_detail_reader_get(share->detail, seq, &record) == 0 &&
            atf_thread_reader_get_detail(share->thread, seq, &record) == 0 && record.header.total_length >= 24) {
            share->found++;
        }
    }
    return NULL;
}

/* The first thread reads all records while the others wait for them. */
static void several_threads_use_one_reader(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 2000, 1);
    char *path = check_path(session, "thread_0");
    AtfThreadReader *thread = NULL;
    AtfDetailReader *detail = NULL;
    pthread_t threads[4];
    struct share shares[4];
    size_t at;
    CHECK_OK(atf_thread_reader_open(path, &thread));
    CHECK_OK(atf_thread_reader_detail(thread, &detail));
    for (at = 0; at < 4; at++) {
        shares[at].thread = thread;
        shares[at].detail = detail;
        shares[at].found = 0;
        CHECK_EQ(pthread_create(&threads[at], NULL, read_all, &shares[at]), 0);
    }
    for (at = 0; at < 4; at++) {
        CHECK_EQ(pthread_join(threads[at], NULL), 0);
        CHECK_EQ(shares[at].found, 2000);
    }
    atf_detail_reader_close(detail);
    atf_thread_reader_close(thread);
    free(path);
    free(session);
}

static void null_is_an_argument_that_is_refused(const char *dir) {
    char *session = trace_synth(dir, "s", 1, 100, 1);
    char *path = check_path(session, "thread_0");
    AtfThreadReader *thread = NULL;
    AtfIndexReader *index = NULL;
    AtfDetailReader *detail = NULL;
    AtfDetailIterator *iterator = NULL;
    AtfIndexHeader index_header;
    AtfIndexFooter index_footer;
    AtfDetailHeader detail_header;
    AtfDetailFooter detail_footer;
    AtfIndexView view;
    AtfDetail record;
    IndexEvent event;
    uint64_t time = 0;
    uint32_t number = 0;
    CHECK_FAILS(atf_index_reader_open(NULL, &index), -EINVAL, "argument path: expected a pointer, found NULL");
    CHECK_FAILS(atf_index_reader_open(path, NULL), -EINVAL, "argument reader: expected a pointer, found NULL");
    CHECK_EQ(atf_detail_reader_open(NULL, &detail), -EINVAL);
    CHECK_EQ(atf_detail_reader_open(path, NULL), -EINVAL);
    CHECK_EQ(atf_thread_reader_open(NULL, &thread), -EINVAL);
    CHECK_EQ(atf_thread_reader_open(path, NULL), -EINVAL);
    CHECK(index == NULL && detail == NULL && thread == NULL);
    CHECK_OK(atf_thread_reader_open(path, &thread));
    CHECK_EQ(atf_thread_reader_index(NULL, &index), -EINVAL);
    CHECK_EQ(atf_thread_reader_index(thread, NULL), -EINVAL);
    CHECK_EQ(atf_thread_reader_detail(NULL, &detail), -EINVAL);
    CHECK_EQ(atf_thread_reader_detail(thread, NULL), -EINVAL);
    CHECK(index == NULL && detail == NULL);
    CHECK_OK(atf_thread_reader_index(thread, &index));
    CHECK_OK(atf_thread_reader_detail(thread, &detail));
    CHECK_EQ(atf_detail_reader_iterate(NULL, &iterator), -EINVAL);
    CHECK_EQ(atf_detail_reader_iterate(detail, NULL), -EINVAL);
    CHECK(iterator == NULL);
    CHECK_OK(atf_detail_reader_iterate(detail, &iterator));
    CHECK_EQ(atf_detail_iterator_next(NULL, &record), -EINVAL);
    CHECK_EQ(atf_detail_iterator_next(iterator, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_count(NULL), 0);
    CHECK_HAS(atf_last_error(), "argument reader: expected a pointer, found NULL");
    CHECK_EQ(atf_index_reader_thread_id(NULL), 0);
    CHECK(!atf_index_reader_is_finalized(NULL));
    CHECK(!atf_index_reader_has_detail(NULL));
    CHECK_EQ(atf_index_reader_header(NULL, &index_header), -EINVAL);
    CHECK_EQ(atf_index_reader_header(index, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_footer(NULL, &index_footer), -EINVAL);
    CHECK_EQ(atf_index_reader_footer(index, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_get(NULL, 0, &event), -EINVAL);
    CHECK_EQ(atf_index_reader_get(index, 0, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_view(NULL, &view), -EINVAL);
    CHECK_EQ(atf_index_reader_view(index, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_time_range(NULL, &time, &time), -EINVAL);
    CHECK_EQ(atf_index_reader_time_range(index, NULL, &time), -EINVAL);
    CHECK_EQ(atf_index_reader_time_range(index, &time, NULL), -EINVAL);
    CHECK_EQ(atf_index_reader_lost_events(NULL, 0, &time), -EINVAL);
    CHECK_EQ(atf_index_reader_find_start(NULL, 1), 0);
    CHECK_EQ(atf_index_reader_find_end(NULL, 1), 0);
    CHECK_EQ(atf_index_reader_range(NULL, 0, 1, &number, &number), -EINVAL);
    CHECK_EQ(atf_index_reader_range(index, 0, 1, NULL, &number), -EINVAL);
    CHECK_EQ(atf_index_reader_range(index, 0, 1, &number, NULL), -EINVAL);
    CHECK_EQ(atf_detail_reader_count(NULL), 0);
    CHECK_EQ(atf_detail_reader_thread_id(NULL), 0);
    CHECK_EQ(atf_detail_reader_records_end(NULL), 0);
    CHECK(!atf_detail_reader_is_finalized(NULL));
    CHECK_EQ(atf_detail_reader_header(NULL, &detail_header), -EINVAL);
    CHECK_EQ(atf_detail_reader_header(detail, NULL), -EINVAL);
    CHECK_EQ(atf_detail_reader_footer(NULL, &detail_footer), -EINVAL);
    CHECK_EQ(atf_detail_reader_footer(detail, NULL), -EINVAL);
    CHECK_EQ(atf_detail_reader_get(NULL, 0, &record), -EINVAL);
    CHECK_EQ(atf_detail_reader_get(detail, 0, NULL), -EINVAL);
    CHECK_EQ(atf_detail_reader_get_by_index_seq(NULL, 0, &record), -EINVAL);
    CHECK_EQ(atf_detail_reader_get_by_index_seq(detail, 0, NULL), -EINVAL);
    CHECK_EQ(atf_thread_reader_thread_id(NULL), 0);
    CHECK_EQ(atf_thread_reader_get_detail(NULL, 0, &record), -EINVAL);
    CHECK_EQ(atf_thread_reader_get_detail(thread, 0, NULL), -EINVAL);
    CHECK_EQ(atf_thread_reader_get_detail_for(NULL, &event, &record), -EINVAL);
    CHECK_EQ(atf_thread_reader_get_detail_for(thread, NULL, &record), -EINVAL);
    CHECK_OK(atf_index_reader_get(index, 0, &event));
    CHECK_EQ(atf_thread_reader_get_detail_for(thread, &event, NULL), -EINVAL);
    CHECK_OK(atf_thread_reader_get_detail_for(thread, &event, &record));
    CHECK_EQ(atf_thread_reader_get_index_for(NULL, &record, &event), -EINVAL);
    CHECK_EQ(atf_thread_reader_get_index_for(thread, NULL, &event), -EINVAL);
    CHECK_EQ(atf_thread_reader_get_index_for(thread, &record, NULL), -EINVAL);
    atf_detail_iterator_close(iterator);
    atf_detail_reader_close(detail);
    atf_index_reader_close(index);
    atf_thread_reader_close(thread);
    atf_index_reader_close(NULL);
    atf_detail_reader_close(NULL);
    atf_detail_iterator_close(NULL);
    atf_thread_reader_close(NULL);
    free(path);
    free(session);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(finalized_index_gives_its_events);
    CHECK_RUN(index_without_events_is_one);
    CHECK_RUN(truncated_index_gives_its_complete_events);
    CHECK_RUN(longer_events_are_read_by_their_stride);
    CHECK_RUN(what_is_no_index_is_refused);
    CHECK_RUN(finalized_detail_gives_its_records_every_way);
    CHECK_RUN(damaged_record_ends_the_lane_with_an_error);
    CHECK_RUN(thread_links_both_ways);
    CHECK_RUN(parts_outlive_their_thread);
    CHECK_RUN(several_threads_use_one_reader);
    CHECK_RUN(null_is_an_argument_that_is_refused);
    return check_end();
}
