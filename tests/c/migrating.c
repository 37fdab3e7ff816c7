/* A tracer_backend that moved to libatf with the shim of examples/tracer_backend: its calls, as docs/migrating.md has
   them, and the manifest that it writes. */
#include "check.h"

#include "../../examples/tracer_backend/shim/atf_shim.h"
#include "files.h"

#define FUNCTION (UINT64_C(1) << 32)
/* The old drain stored its ring's record as the payload: 516 bytes. */
#define OLD_RECORD 516

/* The record as the old drain stored it. */
static void old_record(unsigned char *record, uint32_t number) {
    const uint64_t timestamp = 1000 + (uint64_t)number, function_id = FUNCTION | number;
    memset(record, 0, OLD_RECORD);
    memcpy(record, &timestamp, 8);
    memcpy(record + 8, &function_id, 8);
    record[20] = number % 2 == 0 ? ATF_EVENT_KIND_CALL : ATF_EVENT_KIND_RETURN;
    record[32] = (unsigned char)number; /* x_regs[0] */
}

/* Threads 0 and 1 as an old program writes them: thread 1 with a detail record per event. */
static void write_threads(const char *session) {
    uint32_t id, number;
    for (id = 0; id < 2; id++) {
        unsigned char record[OLD_RECORD];
        AtfThreadWriter *writer = atf_thread_writer_create(session, id, ATF_CLOCK_HOST);
        CHECK(writer != NULL);
        for (number = 0; number < 10; number++) {
            const uint32_t kind = number % 2 == 0 ? ATF_EVENT_KIND_CALL : ATF_EVENT_KIND_RETURN;
            old_record(record, number);
            CHECK_EQ(atf_thread_writer_write_event(writer, 1000 + (uint64_t)number, FUNCTION | number, kind, 0,
                                                   id == 1 ? record : NULL, id == 1 ? OLD_RECORD : 0),
                     number);
        }
        CHECK_EQ(atf_thread_writer_finalize(writer), 0);
        CHECK(atf_thread_writer_finalize(writer) != 0);
        CHECK_EQ(atf_thread_writer_write_event(writer, 1, 1, ATF_EVENT_KIND_CALL, 0, NULL, 0), UINT32_MAX);
        atf_thread_writer_close(writer);
    }
}

static void session_with_the_old_manifest_is_clean(const char *dir) {
    /* The parents do not exist: the old writers made them. */
    char *session = check_path(dir, "ada_traces/session_20260102_030405/pid_7");
    char *path = check_path(session, "manifest.json");
    AtfSessionReader *reader = NULL;
    AtfThreadReader *thread = NULL;
    AtfVerifyReport *report = NULL;
    AtfDetail detail;
    IndexEvent event;
    FILE *manifest;
    write_threads(session);
    CHECK(!check_exists(session, "thread_0/detail.atf") && check_exists(session, "thread_1/detail.atf"));
    /* The old manifest: written before the files are finalized, details everywhere, no times, no state. */
    manifest = fopen(path, "w");
    CHECK(manifest != NULL);
    fprintf(manifest, "{\"format_version\": \"2.0\", \"threads\": [{\"id\": 0, \"has_detail\": true}, {\"id\": 1, \"has_detail\": true}], \"time_start_ns\": 0, \"time_end_ns\": 0}\n");
    CHECK(fclose(manifest) == 0);
    CHECK_EQ(atf_verify(session, NULL, NULL, &report), 0);
    CHECK(atf_verify_report_note_count(report) > 0);
    atf_verify_report_close(report);
    CHECK_OK(atf_session_reader_open(dir, &reader));
    CHECK_EQ(atf_session_reader_event_count(reader), 20);
    CHECK_OK(atf_session_reader_thread(reader, 1, &thread));
    CHECK_OK(atf_thread_reader_get_detail(thread, 3, &detail));
    CHECK_EQ(detail_event_get_index_seq(&detail.header), 3);
    CHECK_EQ(detail.payload_size, OLD_RECORD);
    CHECK(detail.function == NULL && detail.original != NULL);
    CHECK_EQ(detail.original->x_regs[0], 3);
    CHECK_EQ(detail.stack_size, 0);
    CHECK(detail.stack == detail.original->stack_snapshot);
    CHECK_OK(atf_thread_reader_get_index_for(thread, &detail, &event));
    CHECK(index_event_has_detail(&event));
    CHECK_EQ(index_event_get_detail_seq(&event), 3);
    atf_thread_reader_close(thread);
    atf_session_reader_close(reader);
    CHECK_EQ(check_atf("info", dir), 0);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(path);
    free(session);
}

static void what_exists_is_not_overwritten(const char *dir) {
    AtfThreadWriter *writer = atf_thread_writer_create(dir, 0, ATF_CLOCK_HOST);
    CHECK(writer != NULL);
    CHECK(atf_thread_writer_create(dir, 0, ATF_CLOCK_HOST) == NULL);
    CHECK_HAS(atf_last_error(), "thread_0");
    atf_thread_writer_close(writer);
    CHECK(atf_thread_writer_create(dir, 1, 99) == NULL);
    CHECK_HAS(atf_last_error(), "clock_type");
}

static void lanes_are_written_by_themselves(const char *dir) {
    char *index_path = check_path(dir, "new/thread_7/index.atf"), *detail_path = check_path(dir, "new/thread_7/detail.atf");
    AtfIndexWriter *index = atf_index_writer_create(index_path, 7, ATF_CLOCK_HOST);
    AtfDetailWriter *detail = atf_detail_writer_create(detail_path, 7, ATF_CLOCK_HOST);
    IndexEvent event = {1000, FUNCTION, 7, ATF_EVENT_KIND_CALL, 0, 0};
    FileBytes bytes;
    CHECK(index != NULL && detail != NULL);
    CHECK_EQ(atf_index_writer_write_event(index, &event), 0);
    CHECK_EQ(atf_detail_writer_write_event(detail, 0, 1000, ATF_DETAIL_EVENT_FUNCTION_CALL, "payload", 7), 0);
    CHECK_EQ(atf_detail_writer_write_event(detail, 1, 1001, ATF_DETAIL_EVENT_FUNCTION_RETURN, NULL, 0), 0);
    /* A record of an earlier event is refused; the old writer took it. */
    CHECK_EQ(atf_detail_writer_write_event(detail, 1, 1002, ATF_DETAIL_EVENT_FUNCTION_CALL, "x", 1), -EIO);
    CHECK_EQ(atf_index_writer_finalize(index), 0);
    CHECK_EQ(atf_detail_writer_finalize(detail), 0);
    CHECK_EQ(atf_index_writer_write_event(index, &event), -EIO);
    atf_index_writer_close(index);
    atf_detail_writer_close(detail);
    bytes = read_in(dir, "new/thread_7/index.atf");
    CHECK_EQ(index_event(&bytes, 0).function_id, FUNCTION);
    free(bytes.bytes);
    free(index_path);
    free(detail_path);
}

static void sequences_are_reserved_as_before(const char *dir) {
    ThreadCounters counters;
    uint32_t index = 9, detail = 9;
    (void)dir;
    memset(&counters, 0, sizeof counters);
    atf_reserve_sequences(&counters, 1, &index, &detail);
    CHECK(index == 0 && detail == 0);
    atf_reserve_sequences(&counters, 0, &index, &detail);
    CHECK(index == 1 && detail == ATF_NO_DETAIL_SEQ);
    atf_reserve_sequences(&counters, 1, &index, &detail);
    CHECK(index == 2 && detail == 1);
    CHECK(counters.index_count == 3 && counters.detail_count == 2);
    /* The old ones began again at 0. */
    counters.index_count = UINT32_MAX;
    atf_reserve_sequences(&counters, 1, &index, &detail);
    CHECK(index == UINT32_MAX && detail == UINT32_MAX);
    CHECK(counters.index_count == UINT32_MAX && counters.detail_count == 2);
}

static void null_is_an_error(const char *dir) {
    char *index_path = check_path(dir, "i.atf"), *detail_path = check_path(dir, "d.atf");
    AtfIndexWriter *index = atf_index_writer_create(index_path, 1, ATF_CLOCK_HOST);
    AtfDetailWriter *detail = atf_detail_writer_create(detail_path, 1, ATF_CLOCK_HOST);
    IndexEvent event = {1000, FUNCTION, 1, ATF_EVENT_KIND_CALL, 0, 42};
    DetailEventHeader header = {24, ATF_DETAIL_EVENT_FUNCTION_CALL, 0, 17, 1, 1000};
    ThreadCounters counters = {1, 5, 5};
    uint32_t seq = 9;
    CHECK_EQ(index_event_has_detail(&event), 1);
    CHECK_EQ(index_event_get_detail_seq(&event), 42);
    CHECK_EQ(detail_event_get_index_seq(&header), 17);
    event.detail_seq = ATF_NO_DETAIL_SEQ;
    CHECK_EQ(index_event_has_detail(&event), 0);
    CHECK_EQ(index_event_has_detail(NULL), 0);
    CHECK_EQ(index_event_get_detail_seq(NULL), ATF_NO_DETAIL_SEQ);
    CHECK_EQ(detail_event_get_index_seq(NULL), UINT32_MAX);
    CHECK(atf_thread_writer_create(NULL, 1, ATF_CLOCK_HOST) == NULL);
    CHECK_EQ(atf_thread_writer_write_event(NULL, 1, 1, ATF_EVENT_KIND_CALL, 0, NULL, 0), UINT32_MAX);
    CHECK_EQ(atf_thread_writer_finalize(NULL), -EINVAL);
    atf_thread_writer_close(NULL);
    CHECK(atf_index_writer_create(NULL, 1, ATF_CLOCK_HOST) == NULL);
    CHECK_EQ(atf_index_writer_write_event(NULL, &event), -EINVAL);
    CHECK_EQ(atf_index_writer_write_event(index, NULL), -EINVAL);
    CHECK_EQ(atf_index_writer_finalize(NULL), -EINVAL);
    atf_index_writer_close(NULL);
    CHECK(atf_detail_writer_create(NULL, 1, ATF_CLOCK_HOST) == NULL);
    CHECK_EQ(atf_detail_writer_write_event(NULL, 0, 1, ATF_DETAIL_EVENT_FUNCTION_CALL, "x", 1), -EINVAL);
    CHECK_EQ(atf_detail_writer_write_event(detail, 0, 1, ATF_DETAIL_EVENT_FUNCTION_CALL, NULL, 16), -EINVAL);
    CHECK_EQ(atf_detail_writer_finalize(NULL), -EINVAL);
    atf_detail_writer_close(NULL);
    atf_reserve_sequences(NULL, 1, &seq, &seq);
    atf_reserve_sequences(&counters, 1, NULL, &seq);
    atf_reserve_sequences(&counters, 1, &seq, NULL);
    CHECK(seq == 9 && counters.index_count == 5 && counters.detail_count == 5);
    atf_index_writer_close(index);
    atf_detail_writer_close(detail);
    free(index_path);
    free(detail_path);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(session_with_the_old_manifest_is_clean);
    CHECK_RUN(what_exists_is_not_overwritten);
    CHECK_RUN(lanes_are_written_by_themselves);
    CHECK_RUN(sequences_are_reserved_as_before);
    CHECK_RUN(null_is_an_error);
    return check_end();
}
