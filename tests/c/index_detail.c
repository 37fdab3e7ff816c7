/* Sequences, and the writers of a single lane. */
#include "check.h"

#include "files.h"

static void sequences_run_out_in_both_lanes_at_once(const char *dir) {
    AtfThreadCounters counters = {3, 0, 0};
    AtfSequences sequences = {5, 5};
    (void)dir;
    CHECK_OK(atf_reserve_sequences(&counters, false, &sequences));
    CHECK_EQ(sequences.index_seq, 0);
    CHECK_EQ(sequences.detail_seq, ATF_NO_DETAIL_SEQ);
    CHECK_OK(atf_reserve_sequences(&counters, true, &sequences));
    CHECK_EQ(sequences.index_seq, 1);
    CHECK_EQ(sequences.detail_seq, 0);
    CHECK_EQ(counters.index_count, 2);
    CHECK_EQ(counters.detail_count, 1);
    counters.detail_count = UINT32_MAX;
    CHECK_FAILS(atf_reserve_sequences(&counters, true, &sequences), -EOVERFLOW, "detail lane");
    CHECK_EQ(counters.index_count, 2);
    CHECK_EQ(sequences.index_seq, 1);
    counters.index_count = UINT32_MAX - 1;
    CHECK_OK(atf_reserve_sequences(&counters, false, &sequences));
    CHECK_EQ(sequences.index_seq, UINT32_MAX - 1);
    CHECK_FAILS(atf_reserve_sequences(&counters, false, &sequences), -EOVERFLOW, "thread 3: index lane");
    CHECK_EQ(counters.index_count, UINT32_MAX);
    CHECK_EQ(atf_reserve_sequences(NULL, false, &sequences), -EINVAL);
    CHECK_EQ(atf_reserve_sequences(&counters, false, NULL), -EINVAL);
}

/* A thread's directory, written by a tracer that handles both files itself. */
static void lanes_written_by_hand_are_linked_and_verified(const char *dir) {
    AtfThreadCounters counters = {3, 0, 0};
    AtfIndexWriter *index = NULL;
    AtfDetailWriter *detail = NULL;
    FileBytes bytes;
    char *thread = check_path(dir, "thread_3");
    char *index_path = check_path(thread, "index.atf"), *detail_path = check_path(thread, "detail.atf");
    uint32_t number;
    CHECK_EQ(mkdir(thread, 0777), 0);
    CHECK_OK(atf_index_writer_create(index_path, 3, ATF_CLOCK_HOST, &index));
    CHECK_OK(atf_detail_writer_create(detail_path, 3, &detail));
    CHECK_FAILS(atf_detail_writer_create(detail_path, 3, &detail), -EEXIST, "detail.atf");
    for (number = 0; number < 500; number++) {
        const AtfEvent event = event_of(number);
        const AtfPayload payload = atf_raw_payload(100, thread, number % 9);
        IndexEvent record;
        AtfSequences sequences;
        CHECK_OK(atf_reserve_sequences(&counters, number % 2 == 0, &sequences));
        if (number % 2 == 0) {
            CHECK_EQ(atf_write_detail_event(detail, sequences.index_seq, &event, &payload), sequences.detail_seq);
            CHECK_EQ(atf_write_detail_event(detail, sequences.index_seq, &event, &payload), UINT32_MAX);
        }
        memset(&record, 0, sizeof record);
        record.timestamp_ns = event.timestamp_ns;
        record.function_id = event.function_id;
        record.thread_id = 3;
        record.event_kind = event.event_kind;
        record.detail_seq = sequences.detail_seq;
        CHECK_EQ(atf_write_index_event(index, &record), sequences.index_seq);
    }
    CHECK_OK(atf_detail_writer_flush(detail));
    CHECK_OK(atf_index_writer_flush(index));
    CHECK_OK(atf_detail_writer_finalize(detail));
    CHECK_OK(atf_index_writer_finalize(index));
    CHECK_FAILS(atf_detail_writer_finalize(detail), -EBADF, "detail writer");
    CHECK_FAILS(atf_index_writer_finalize(index), -EBADF, "index writer");
    CHECK_EQ(atf_detail_writer_flush(detail), -EBADF);
    CHECK_EQ(atf_index_writer_flush(index), -EBADF);
    atf_detail_writer_close(detail);
    atf_index_writer_close(index);
    bytes = read_in(thread, "index.atf");
    /* An index writer does not know about the detail file. */
    check_index_ends(&bytes, 3, 500, false);
    free(bytes.bytes);
    bytes = read_in(thread, "detail.atf");
    check_detail_ends(&bytes, 3, 250);
    free(bytes.bytes);
    CHECK(check_exists(thread, "detail.off"));
    free(index_path);
    free(detail_path);
    free(thread);
}

static void runs_of_events_say_how_many_were_taken(const char *dir) {
    AtfIndexWriter *writer = NULL;
    IndexEvent events[3];
    FileBytes index;
    size_t taken = 99;
    char *path = check_path(dir, "index.atf");
    memset(events, 0, sizeof events);
    CHECK_OK(atf_index_writer_create(path, 0, ATF_CLOCK_HOST, &writer));
    CHECK_OK(atf_write_index_events(writer, events, 3, &taken));
    CHECK_EQ(taken, 3);
    CHECK_OK(atf_write_index_events(writer, NULL, 0, &taken));
    CHECK_EQ(taken, 0);
    CHECK_OK(atf_write_index_events(writer, events, 2, NULL));
    taken = 99;
    CHECK_FAILS(atf_write_index_events(writer, NULL, 1, &taken), -EINVAL, "events");
    CHECK_EQ(taken, 0);
    CHECK_EQ(atf_write_index_events(writer, events, SIZE_MAX, &taken), -EINVAL);
    CHECK_EQ(atf_write_index_events(NULL, events, 3, &taken), -EINVAL);
    CHECK_OK(atf_index_writer_finalize(writer));
    CHECK_EQ(atf_write_index_events(writer, events, 3, &taken), -EBADF);
    CHECK_EQ(atf_write_index_event(writer, events), UINT32_MAX);
    atf_index_writer_close(writer);
    index = read_in(dir, "index.atf");
    check_index_ends(&index, 0, 5, false);
    free(index.bytes);
    free(path);
}

static void null_is_an_error_everywhere(const char *dir) {
    AtfIndexWriter *index = NULL;
    AtfDetailWriter *detail = NULL;
    IndexEvent record;
    const AtfEvent event = event_of(0);
    const AtfPayload payload = atf_raw_payload(1, NULL, 0);
    char *path = check_path(dir, "a.atf");
    memset(&record, 0, sizeof record);
    CHECK_EQ(atf_index_writer_create(NULL, 0, ATF_CLOCK_HOST, &index), -EINVAL);
    CHECK_EQ(atf_index_writer_create(path, 0, ATF_CLOCK_HOST, NULL), -EINVAL);
    CHECK_EQ(atf_detail_writer_create(NULL, 0, &detail), -EINVAL);
    CHECK_EQ(atf_detail_writer_create(path, 0, NULL), -EINVAL);
    CHECK(!check_exists(dir, "a.atf"));
    CHECK_EQ(atf_write_index_event(NULL, &record), UINT32_MAX);
    CHECK_EQ(atf_write_detail_event(NULL, 0, &event, &payload), UINT32_MAX);
    CHECK_EQ(atf_index_writer_flush(NULL), -EINVAL);
    CHECK_EQ(atf_detail_writer_flush(NULL), -EINVAL);
    CHECK_EQ(atf_index_writer_finalize(NULL), -EINVAL);
    CHECK_EQ(atf_detail_writer_finalize(NULL), -EINVAL);
    atf_index_writer_close(NULL);
    atf_detail_writer_close(NULL);
    CHECK_OK(atf_detail_writer_create(path, 0, &detail));
    CHECK_EQ(atf_write_detail_event(detail, 0, NULL, &payload), UINT32_MAX);
    CHECK_EQ(atf_write_detail_event(detail, 0, &event, NULL), UINT32_MAX);
    CHECK_HAS(atf_last_error(), "payload");
    CHECK_EQ(atf_write_detail_event(detail, 0, &event, &payload), 0);
    atf_detail_writer_close(detail);
    free(path);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(sequences_run_out_in_both_lanes_at_once);
    CHECK_RUN(lanes_written_by_hand_are_linked_and_verified);
    CHECK_RUN(runs_of_events_say_how_many_were_taken);
    CHECK_RUN(null_is_an_error_everywhere);
    return check_end();
}
