/* The writer of a thread, and a session with such writers. */
#include "check.h"

#include <signal.h>

#include "files.h"

#define EVENTS 1000

/* The exit code of `atf verify` for one thread. */
static int verify_thread(const char *dir, const char *thread) {
    char *path = check_path(dir, thread);
    const int code = check_atf("verify", path);
    free(path);
    return code;
}

static AtfWriter *new_writer(const char *dir, uint32_t thread_id) {
    AtfWriter *writer = NULL;
    CHECK_OK(atf_writer_create(dir, thread_id, ATF_CLOCK_HOST, &writer));
    CHECK(writer != NULL);
    return writer;
}

static void index_only_makes_no_detail_file(const char *dir) {
    AtfWriter *writer = new_writer(dir, 7);
    AtfThreadSummary summary;
    FileBytes index;
    uint32_t number;
    for (number = 0; number < EVENTS; number++) {
        const AtfEvent event = event_of(number);
        CHECK_EQ(atf_writer_write_event(writer, &event, NULL), number);
    }
    CHECK_EQ(atf_writer_event_count(writer), EVENTS);
    CHECK_OK(atf_thread_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_writer_finalize(writer, &summary));
    atf_writer_close(writer);
    CHECK_EQ(summary.size, sizeof summary);
    CHECK_EQ(summary.thread_id, 7);
    CHECK_EQ(summary.events, EVENTS);
    CHECK_EQ(summary.has_detail, 0);
    CHECK_EQ(summary.has_counts, 0);
    CHECK_EQ(summary.time_start_ns, 1000);
    CHECK_EQ(summary.time_end_ns, 1000 + EVENTS - 1);
    CHECK(!check_exists(dir, "thread_7/detail.atf"));
    CHECK(!check_exists(dir, "thread_7/detail.off"));
    index = read_in(dir, "thread_7/index.atf");
    check_index_ends(&index, 7, EVENTS, false);
    for (number = 0; number < EVENTS; number++) {
        const AtfEvent expected = event_of(number);
        const IndexEvent found = index_event(&index, number);
        CHECK_EQ(found.timestamp_ns, expected.timestamp_ns);
        CHECK_EQ(found.function_id, expected.function_id);
        CHECK_EQ(found.thread_id, 7);
        CHECK_EQ(found.event_kind, expected.event_kind);
        CHECK_EQ(found.call_depth, expected.call_depth);
        CHECK_EQ(found.detail_seq, ATF_NO_DETAIL_SEQ);
    }
    free(index.bytes);
}

static AtfRegisters registers_of(uint32_t number) {
    AtfRegisters registers;
    int at;
    for (at = 0; at < 8; at++) {
        registers.x_regs[at] = (uint64_t)number << 8 | (uint64_t)at;
    }
    registers.lr = number + UINT64_C(1);
    registers.fp = number + UINT64_C(2);
    registers.sp = number + UINT64_C(3);
    return registers;
}

/* Payloads of both kinds and of many lengths, one for every third event. */
static void write_with_payloads(AtfWriter *writer, uint32_t count) {
    unsigned char bytes[ATF_MAX_STACK_BYTES];
    uint32_t number;
    for (number = 0; number < count; number++) {
        const AtfEvent event = event_of(number);
        const AtfRegisters registers = registers_of(number);
        AtfPayload payload;
        memset(bytes, (int)(number & 0xFF), sizeof bytes);
        if (number % 6 == 0) {
            payload = atf_function_payload(&registers, bytes, number % (ATF_MAX_STACK_BYTES + 1));
        } else {
            payload = atf_raw_payload(0x1234, bytes, number % 200);
        }
        CHECK_EQ(atf_writer_write_event(writer, &event, number % 3 == 0 ? &payload : NULL), number);
    }
}

static void check_records(const FileBytes *index, const FileBytes *detail, uint32_t count) {
    uint32_t number, records = 0;
    size_t at = sizeof(AtfDetailHeader);
    for (number = 0; number < count; number++) {
        const IndexEvent event = index_event(index, number);
        const unsigned char *payload, *bytes;
        DetailEventHeader record;
        size_t len, byte;
        if (number % 3 != 0) {
            CHECK_EQ(event.detail_seq, ATF_NO_DETAIL_SEQ);
            continue;
        }
        /* From the event to its record, and back. */
        CHECK_EQ(event.detail_seq, records);
        record = next_record(detail, &at, &payload);
        CHECK_EQ(record.index_seq, number);
        CHECK_EQ(record.thread_id, event.thread_id);
        CHECK_EQ(record.timestamp, event.timestamp_ns);
        bytes = payload;
        len = number % 200;
        if (number % 6 == 0) {
            const AtfRegisters registers = registers_of(number);
            DetailFunctionPayload function;
            memcpy(&function, payload, sizeof function);
            CHECK_EQ(record.event_type, number % 2 == 0 ? ATF_DETAIL_EVENT_FUNCTION_CALL : ATF_DETAIL_EVENT_FUNCTION_RETURN);
            CHECK_EQ(function.function_id, event.function_id);
            CHECK_BYTES(function.x_regs, registers.x_regs, sizeof registers.x_regs);
            CHECK_EQ(function.lr, registers.lr);
            CHECK_EQ(function.fp, registers.fp);
            CHECK_EQ(function.sp, registers.sp);
            CHECK_EQ(function.stack_size, number % (ATF_MAX_STACK_BYTES + 1));
            bytes += sizeof function;
            len = function.stack_size;
        } else {
            CHECK_EQ(record.event_type, 0x1234);
        }
        CHECK_EQ(record.total_length, sizeof record + (size_t)(bytes - payload) + len);
        for (byte = 0; byte < len; byte++) {
            CHECK_EQ(bytes[byte], number & 0xFF);
        }
        records++;
    }
    CHECK_EQ(at, detail->len - sizeof(AtfDetailFooter));
}

static void both_lanes_make_both_files_linked_in_both_directions(const char *dir) {
    AtfWriter *writer = new_writer(dir, 0);
    AtfThreadSummary summary;
    FileBytes index, detail;
    const uint32_t records = (EVENTS + 2) / 3;
    write_with_payloads(writer, EVENTS);
    CHECK_OK(atf_thread_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_writer_finalize(writer, &summary));
    atf_writer_close(writer);
    CHECK_EQ(summary.has_detail, 1);
    CHECK_EQ(summary.details, records);
    index = read_in(dir, "thread_0/index.atf");
    detail = read_in(dir, "thread_0/detail.atf");
    check_index_ends(&index, 0, EVENTS, true);
    check_detail_ends(&detail, 0, records);
    check_records(&index, &detail, EVENTS);
    CHECK_EQ(verify_thread(dir, "thread_0"), 0);
    free(index.bytes);
    free(detail.bytes);
}

static void reserved_sequences_are_written_in_their_order(const char *dir) {
    AtfWriter *writer = new_writer(dir, 0);
    AtfSequences first, second, made_up = {9, 9};
    const AtfEvent event = event_of(0);
    const AtfPayload payload = atf_raw_payload(7, "seven", 5);
    CHECK_OK(atf_writer_reserve_sequences(writer, true, &first));
    CHECK_OK(atf_writer_reserve_sequences(writer, false, &second));
    CHECK_EQ(first.index_seq, 0);
    CHECK_EQ(first.detail_seq, 0);
    CHECK_EQ(second.index_seq, 1);
    CHECK_EQ(second.detail_seq, ATF_NO_DETAIL_SEQ);
    /* A call out of order is refused and changes nothing. */
    CHECK_FAILS(atf_writer_write_index(writer, &second, &event), -EINVAL, "index lane");
    CHECK_FAILS(atf_writer_write_index(writer, &first, &event), -EINVAL, "detail lane");
    CHECK_FAILS(atf_writer_write_detail(writer, &second, &event, &payload), -EINVAL, "index lane");
    CHECK_FAILS(atf_writer_write_index(writer, &made_up, &event), -EINVAL, "index lane");
    CHECK_EQ(atf_writer_write_event(writer, &event, NULL), UINT32_MAX);
    CHECK_OK(atf_writer_write_detail(writer, &first, &event, &payload));
    CHECK_FAILS(atf_writer_write_detail(writer, &first, &event, &payload), -EINVAL, "detail lane");
    CHECK_OK(atf_writer_write_index(writer, &first, &event));
    CHECK_OK(atf_writer_write_index(writer, &second, &event));
    CHECK_EQ(atf_writer_write_event(writer, &event, &payload), 2);
    CHECK_OK(atf_writer_finalize(writer, NULL));
    atf_writer_close(writer);
    CHECK_EQ(verify_thread(dir, "thread_0"), 0);
}

static void finalizing_before_reserved_sequences_are_written_leaves_what_a_crash_leaves(const char *dir) {
    AtfWriter *writer = new_writer(dir, 0);
    AtfSequences sequences;
    const AtfEvent event = event_of(0);
    CHECK_EQ(atf_writer_write_event(writer, &event, NULL), 0);
    CHECK_OK(atf_writer_reserve_sequences(writer, false, &sequences));
    CHECK_FAILS(atf_writer_finalize(writer, NULL), -EINVAL, "reserved");
    CHECK_EQ(atf_writer_finalize(writer, NULL), -EBADF);
    atf_writer_close(writer);
    CHECK_EQ(verify_thread(dir, "thread_0"), 1);
}

static void runs_of_events_are_written_completely_or_not_at_all(const char *dir) {
    AtfWriter *writer = new_writer(dir, 3);
    IndexEvent events[100];
    FileBytes index;
    uint32_t at;
    memset(events, 0, sizeof events);
    for (at = 0; at < 100; at++) {
        events[at].timestamp_ns = at;
        events[at].thread_id = 3;
        events[at].event_kind = ATF_EVENT_KIND_CALL;
        events[at].detail_seq = ATF_NO_DETAIL_SEQ;
    }
    CHECK_OK(atf_writer_write_index_events(writer, events, 100));
    CHECK_OK(atf_writer_write_index_events(writer, NULL, 0));
    events[50].thread_id = 4;
    CHECK_FAILS(atf_writer_write_index_events(writer, events, 100), -EINVAL, "thread_id: expected 3, found 4");
    CHECK_EQ(atf_writer_event_count(writer), 100);
    CHECK_OK(atf_writer_flush(writer));
    index = read_in(dir, "thread_3/index.atf");
    CHECK_EQ(index.len, sizeof(AtfIndexHeader) + 100 * sizeof(IndexEvent));
    events[50].thread_id = 3;
    CHECK_BYTES(index.bytes + sizeof(AtfIndexHeader), events, sizeof events);
    free(index.bytes);
    CHECK_OK(atf_writer_finalize(writer, NULL));
    atf_writer_close(writer);
}

static void what_was_finalized_takes_nothing_more(const char *dir) {
    AtfWriter *writer = new_writer(dir, 0);
    AtfSequences sequences = {0, ATF_NO_DETAIL_SEQ};
    const AtfEvent event = event_of(0);
    const AtfPayload payload = atf_raw_payload(7, NULL, 0);
    CHECK_OK(atf_writer_finalize(writer, NULL));
    CHECK_FAILS(atf_writer_finalize(writer, NULL), -EBADF, "writer");
    CHECK_EQ(atf_writer_write_event(writer, &event, NULL), UINT32_MAX);
    CHECK_EQ(atf_writer_event_count(writer), UINT32_MAX);
    CHECK_EQ(atf_writer_write_index_events(writer, NULL, 0), -EBADF);
    CHECK_EQ(atf_writer_reserve_sequences(writer, false, &sequences), -EBADF);
    CHECK_EQ(atf_writer_write_detail(writer, &sequences, &event, &payload), -EBADF);
    CHECK_EQ(atf_writer_write_index(writer, &sequences, &event), -EBADF);
    CHECK_EQ(atf_writer_flush(writer), -EBADF);
    atf_writer_close(writer);
}

static void null_is_an_error_everywhere(const char *dir) {
    AtfWriter *writer = NULL;
    AtfSessionWriter *session = NULL;
    AtfSequences sequences;
    AtfThreadSummary summary;
    const AtfEvent event = event_of(0);
    AtfPayload payload = atf_raw_payload(7, NULL, 1);
    CHECK_FAILS(atf_writer_create(NULL, 0, ATF_CLOCK_HOST, &writer), -EINVAL, "session_dir");
    CHECK_FAILS(atf_writer_create(dir, 0, ATF_CLOCK_HOST, NULL), -EINVAL, "writer");
    CHECK_FAILS(atf_writer_create(dir, 0, 99, &writer), -EINVAL, "argument clock_type: expected one of 1 (mach_continuous), 2 (qpc), 3 (boottime), found 99");
    CHECK(writer == NULL);
    CHECK(!check_exists(dir, "thread_0"));
    CHECK_EQ(atf_writer_write_event(NULL, &event, NULL), UINT32_MAX);
    CHECK_EQ(atf_writer_reserve_sequences(NULL, false, &sequences), -EINVAL);
    CHECK_EQ(atf_writer_write_detail(NULL, &sequences, &event, &payload), -EINVAL);
    CHECK_EQ(atf_writer_write_index(NULL, &sequences, &event), -EINVAL);
    CHECK_EQ(atf_writer_write_index_events(NULL, NULL, 0), -EINVAL);
    CHECK_EQ(atf_writer_event_count(NULL), UINT32_MAX);
    CHECK_EQ(atf_writer_flush(NULL), -EINVAL);
    CHECK_EQ(atf_writer_finalize(NULL, NULL), -EINVAL);
    atf_writer_close(NULL);
    writer = new_writer(dir, 0);
    CHECK_EQ(atf_writer_write_event(writer, NULL, NULL), UINT32_MAX);
    CHECK_EQ(atf_writer_write_event(writer, &event, &payload), UINT32_MAX);
    CHECK_HAS(atf_last_error(), "payload");
    payload.bytes = "";
    payload.length = SIZE_MAX;
    CHECK_EQ(atf_writer_write_event(writer, &event, &payload), UINT32_MAX);
    CHECK_EQ(atf_writer_reserve_sequences(writer, false, NULL), -EINVAL);
    CHECK_EQ(atf_writer_write_detail(writer, NULL, &event, &payload), -EINVAL);
    CHECK_EQ(atf_writer_write_index(writer, NULL, &event), -EINVAL);
    CHECK_EQ(atf_writer_write_index_events(writer, NULL, 1), -EINVAL);
    summary.size = 3;
    CHECK_FAILS(atf_writer_finalize(writer, &summary), -EINVAL, "AtfThreadSummary.size");
    CHECK_EQ(atf_thread_summary_init(NULL, sizeof summary), -EINVAL);
    CHECK_EQ(atf_thread_summary_init(&summary, sizeof summary + 8), -EINVAL);
    CHECK_OK(atf_writer_finalize(writer, NULL));
    atf_writer_close(writer);
    CHECK_EQ(atf_session_writer_create(NULL, ATF_CLOCK_HOST, &session), -EINVAL);
    CHECK_EQ(atf_session_writer_create(dir, ATF_CLOCK_HOST, NULL), -EINVAL);
    CHECK_EQ(atf_session_writer_add(NULL, &summary), -EINVAL);
    CHECK_EQ(atf_session_writer_set_symbols(NULL, NULL, 0, NULL, 0), -EINVAL);
    CHECK_EQ(atf_session_writer_finish(NULL), -EINVAL);
    atf_session_writer_close(NULL);
}

static void directory_of_a_thread_is_made_once(const char *dir) {
    AtfWriter *writer = new_writer(dir, 0), *again = NULL;
    CHECK_FAILS(atf_writer_create(dir, 0, ATF_CLOCK_HOST, &again), -EEXIST, "thread_0");
    CHECK(again == NULL);
    atf_writer_close(writer);
    CHECK_FAILS(atf_writer_create("/nonexistent/session", 0, ATF_CLOCK_HOST, &again), -ENOENT, "/nonexistent");
}

/* A tracer names the clock that it reads, and files of every other machine can be written. */
static void every_clock_and_machine_of_the_format_is_taken(const char *dir) {
    static const uint8_t CLOCKS[] = {ATF_CLOCK_MACH_CONTINUOUS, ATF_CLOCK_QPC, ATF_CLOCK_BOOTTIME};
    static const uint8_t SYSTEMS[] = {ATF_OS_MACOS, ATF_OS_WINDOWS, ATF_OS_LINUX};
    AtfWriterOptions options;
    AtfIndexWriter *index = NULL;
    AtfSessionWriter *session = NULL;
    AtfDrain *drain = NULL;
    AtfDrainOptions drain_options;
    char *path = check_path(dir, "one.atf"), *below = check_path(dir, "session");
    uint32_t at, clock;
    for (at = 0; at < 3; at++) {
        AtfWriter *writer = NULL;
        AtfIndexHeader header;
        FileBytes file;
        char name[32];
        /* On this machine: the header says what the caller says. */
        CHECK_OK(atf_writer_create(dir, at, CLOCKS[at], &writer));
        write_with_payloads(writer, 3);
        CHECK_OK(atf_writer_finalize(writer, NULL));
        atf_writer_close(writer);
        snprintf(name, sizeof name, "thread_%u/index.atf", (unsigned)at);
        file = read_in(dir, name);
        memcpy(&header, file.bytes, sizeof header);
        free(file.bytes);
        CHECK_EQ(header.clock_type, CLOCKS[at]);
        CHECK_EQ(header.os, ATF_OS_HOST);
        snprintf(name, sizeof name, "thread_%u", (unsigned)at);
        CHECK_EQ(verify_thread(dir, name), CLOCKS[at] == ATF_CLOCK_HOST ? 0 : 1);
        CHECK_OK(atf_index_writer_create(path, 0, CLOCKS[at], &index));
        atf_index_writer_close(index);
        remove(path);
        /* Of another machine: clean. */
        CHECK_OK(atf_writer_options_init(&options, sizeof options));
        options.clock_type = CLOCKS[at];
        options.os = SYSTEMS[at];
        options.arch = ATF_ARCH_ARM64;
        CHECK_OK(atf_writer_create_with(dir, 10 + at, &options, &writer));
        write_with_payloads(writer, 3);
        CHECK_OK(atf_writer_finalize(writer, NULL));
        atf_writer_close(writer);
        snprintf(name, sizeof name, "thread_%u", (unsigned)(10 + at));
        CHECK_EQ(verify_thread(dir, name), 0);
    }
    /* All other numbers are refused, also those that a byte would cut off. */
    for (clock = 0; clock < 600; clock++) {
        if (clock >= 1 && clock <= 3) {
            continue;
        }
        options.clock_type = clock;
        CHECK_FAILS(atf_index_writer_create_with(path, 0, &options, &index), -EINVAL, "options.clock_type");
        if (clock < 256) {
            CHECK_FAILS(atf_index_writer_create(path, 0, (uint8_t)clock, &index), -EINVAL, "clock_type");
        }
    }
    CHECK(!check_exists(dir, "one.atf"));
    /* Sessions and drains keep this machine's clock. */
    CHECK_OK(atf_drain_options_init(&drain_options, sizeof drain_options));
    for (at = 0; at < 3; at++) {
        if (CLOCKS[at] == ATF_CLOCK_HOST) {
            continue;
        }
        CHECK_FAILS(atf_session_writer_create(below, CLOCKS[at], &session), -EINVAL, "clock_type");
        drain_options.clock_type = CLOCKS[at];
        CHECK_FAILS(atf_drain_start(below, &drain_options, &drain), -EINVAL, "clock_type");
    }
    CHECK(!check_exists(dir, "session"));
    free(path);
    free(below);
}

static void missing_directories_are_made_when_asked_for(const char *dir) {
    AtfWriterOptions options;
    AtfWriter *writer = NULL;
    AtfIndexWriter *index = NULL;
    AtfDetailWriter *detail = NULL;
    AtfSessionWriter *session = NULL;
    char *of_thread = check_path(dir, "a/b/session"), *of_index = check_path(dir, "c/d/index.atf");
    char *of_detail = check_path(dir, "e/f/detail.atf"), *of_session = check_path(dir, "g/h/session");
    CHECK_OK(atf_writer_options_init(&options, sizeof options));
    CHECK_FAILS(atf_writer_create_with(of_thread, 7, &options, &writer), -ENOENT, "a/b/session");
    CHECK_FAILS(atf_index_writer_create_with(of_index, 7, NULL, &index), -ENOENT, "index.atf");
    CHECK_FAILS(atf_detail_writer_create_with(of_detail, 7, NULL, &detail), -ENOENT, "detail.atf");
    CHECK(!check_exists(dir, "a") && !check_exists(dir, "c") && !check_exists(dir, "e"));
    options.create_parents = 1;
    CHECK_OK(atf_writer_create_with(of_thread, 7, &options, &writer));
    CHECK_OK(atf_index_writer_create_with(of_index, 7, &options, &index));
    CHECK_OK(atf_detail_writer_create_with(of_detail, 7, &options, &detail));
    write_with_payloads(writer, 10);
    CHECK_OK(atf_writer_finalize(writer, NULL));
    CHECK_OK(atf_index_writer_finalize(index));
    CHECK_OK(atf_detail_writer_finalize(detail));
    atf_writer_close(writer);
    atf_index_writer_close(index);
    atf_detail_writer_close(detail);
    CHECK_EQ(verify_thread(dir, "a/b/session/thread_7"), 0);
    /* What exists is still refused, and a file is no directory. */
    CHECK_FAILS(atf_writer_create_with(of_thread, 7, &options, &writer), -EEXIST, "thread_7");
    CHECK_FAILS(atf_writer_create_with(of_index, 7, &options, &writer), -EEXIST, "index.atf");
    /* A session always makes its directory. */
    CHECK_OK(atf_session_writer_create(of_session, ATF_CLOCK_HOST, &session));
    CHECK_OK(atf_session_writer_finish(session));
    atf_session_writer_close(session);
    CHECK(check_exists(dir, "g/h/session/manifest.json"));
    CHECK_EQ(atf_writer_options_init(NULL, sizeof options), -EINVAL);
    options.size = 3;
    CHECK_FAILS(atf_writer_create_with(of_thread, 8, &options, &writer), -EINVAL, "AtfWriterOptions.size");
    free(of_thread);
    free(of_index);
    free(of_detail);
    free(of_session);
}

static void session_of_writers_is_listed_in_its_manifest(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfSessionWriter *session = NULL, *again = NULL;
    AtfModule module = {sizeof module, 1, "/usr/bin/traced", 0x400000, 0x1000, "abcdef"};
    AtfSymbol symbols[] = {{sizeof(AtfSymbol), 0, UINT64_C(1) << 32, "main"}, {sizeof(AtfSymbol), 0, UINT64_C(1) << 32 | 1, "work"}};
    AtfThreadSummary summary;
    FileBytes manifest;
    uint32_t thread_id;
    CHECK_OK(atf_session_writer_create(dir, ATF_CLOCK_HOST, &session));
    CHECK_FAILS(atf_session_writer_create(dir, ATF_CLOCK_HOST, &again), -EEXIST, "session");
    CHECK(again == NULL);
    for (thread_id = 0; thread_id < 2; thread_id++) {
        AtfWriter *writer = new_writer(dir, thread_id);
        write_with_payloads(writer, thread_id * 100);
        CHECK_OK(atf_thread_summary_init(&summary, sizeof summary));
        CHECK_OK(atf_writer_finalize(writer, &summary));
        atf_writer_close(writer);
        CHECK_OK(atf_session_writer_add(session, &summary));
        CHECK_FAILS(atf_session_writer_add(session, &summary), -EEXIST, "not listed yet");
    }
    summary.size = 0;
    CHECK_FAILS(atf_session_writer_add(session, &summary), -EINVAL, "size");
    CHECK_OK(atf_session_writer_set_symbols(session, &module, 1, symbols, 2));
    symbols[1].size = 0;
    CHECK_FAILS(atf_session_writer_set_symbols(session, &module, 1, symbols, 2), -EINVAL, "symbols[1].size: expected 24, as in symbols[0], found 0");
    symbols[1].size = sizeof symbols[1];
    symbols[1].reserved = 1;
    CHECK_FAILS(atf_session_writer_set_symbols(session, &module, 1, symbols, 2), -EINVAL, "symbol.reserved: expected 0, found 1");
    symbols[1].reserved = 0;
    module.size++;
    CHECK_FAILS(atf_session_writer_set_symbols(session, &module, 1, symbols, 2), -EINVAL, "AtfModule.size: expected 40, found 41");
    module.size = sizeof module;
    symbols[1].name = "\xFF";
    CHECK_FAILS(atf_session_writer_set_symbols(session, &module, 1, symbols, 2), -EINVAL, "UTF-8");
    module.path = NULL;
    CHECK_FAILS(atf_session_writer_set_symbols(session, &module, 1, symbols, 2), -EINVAL, "module.path");
    CHECK_OK(atf_session_writer_finish(session));
    CHECK_EQ(atf_session_writer_finish(session), -EBADF);
    CHECK_EQ(atf_session_writer_set_symbols(session, NULL, 0, NULL, 0), -EBADF);
    atf_session_writer_close(session);
    CHECK_EQ(check_atf("verify", dir), 0);
    manifest = read_in(dir, "manifest.json");
    CHECK_HAS((const char *)manifest.bytes, "\"complete\"");
    CHECK_HAS((const char *)manifest.bytes, "\"work\"");
    CHECK_HAS((const char *)manifest.bytes, "\"abcdef\"");
    CHECK_HAS((const char *)manifest.bytes, "\"0x100000001\"");
    free(manifest.bytes);
    free(dir);
}

/* Flushed events survive the process; recovery finalizes the files. */
static void killed_without_finalizing_is_recovered(const char *parent) {
    char *dir = check_path(parent, "session");
    FileBytes index, detail;
    int status = 0;
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        AtfSessionWriter *session = NULL;
        AtfWriter *writer;
        CHECK_OK(atf_session_writer_create(dir, ATF_CLOCK_HOST, &session));
        writer = new_writer(dir, 0);
        write_with_payloads(writer, EVENTS);
        CHECK_OK(atf_writer_flush(writer));
        (void)raise(SIGKILL);
    }
    CHECK(child > 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK_EQ(check_atf("verify", dir), 1);
    CHECK_EQ(recover_in_place(dir), 1);
    CHECK_EQ(check_atf("verify", dir), 0);
    index = read_in(dir, "thread_0/index.atf");
    detail = read_in(dir, "thread_0/detail.atf");
    check_index_ends(&index, 0, EVENTS, true);
    check_detail_ends(&detail, 0, (EVENTS + 2) / 3);
    check_records(&index, &detail, EVENTS);
    free(index.bytes);
    free(detail.bytes);
    free(dir);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(index_only_makes_no_detail_file);
    CHECK_RUN(both_lanes_make_both_files_linked_in_both_directions);
    CHECK_RUN(reserved_sequences_are_written_in_their_order);
    CHECK_RUN(finalizing_before_reserved_sequences_are_written_leaves_what_a_crash_leaves);
    CHECK_RUN(runs_of_events_are_written_completely_or_not_at_all);
    CHECK_RUN(what_was_finalized_takes_nothing_more);
    CHECK_RUN(null_is_an_error_everywhere);
    CHECK_RUN(directory_of_a_thread_is_made_once);
    CHECK_RUN(every_clock_and_machine_of_the_format_is_taken);
    CHECK_RUN(missing_directories_are_made_when_asked_for);
    CHECK_RUN(session_of_writers_is_listed_in_its_manifest);
    CHECK_RUN(killed_without_finalizing_is_recovered);
    return check_end();
}
