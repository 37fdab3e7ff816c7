/* Records the session that tests/tests/cross_language.rs records in Rust: the files must be equal.

       record DIRECTORY finalized|killed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <atf/atf.h>

#define MUST(condition)                                                                                               \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: expected %s; atf_last_error: %s\n", __FILE__, __LINE__, #condition,               \
                    atf_last_error());                                                                                \
            exit(1);                                                                                                  \
        }                                                                                                             \
    } while (0)

static void record_thread(AtfWriter *writer, uint32_t id) {
    unsigned char stack[200];
    uint32_t number;
    for (number = 0; number < 100; number++) {
        AtfRegisters registers;
        AtfPayload payload;
        AtfEvent event;
        const bool has_detail = id != 0 && number % 4 < 2;
        event.timestamp_ns = UINT64_C(1000) + number * 10 - (id == 3 && number % 9 == 8 ? 500 : 0);
        event.function_id = UINT64_C(1) << 32 | (number % 3 + 7);
        event.event_kind = number % 6;
        event.call_depth = number % 7;
        memset(stack, (int)number, sizeof stack);
        memset(&registers, 0xFF, sizeof registers);
        registers.sp = 1;
        registers.lr = 2;
        registers.fp = 3;
        payload = number % 4 == 0 ? atf_function_payload(&registers, stack, number % 200)
                                  : atf_raw_payload(99, stack, number % 200);
        MUST(atf_writer_write_event(writer, &event, has_detail ? &payload : NULL) == number);
    }
}

int main(int argc, char **argv) {
    const uint32_t ids[] = {0, 3, UINT32_C(4000000000)};
    AtfSessionWriter *session = NULL;
    AtfModule module;
    AtfSymbol symbols[2];
    bool is_finalized;
    size_t at;
    if (argc != 3) {
        fprintf(stderr, "usage: %s DIRECTORY finalized|killed\n", argv[0]);
        return 2;
    }
    is_finalized = strcmp(argv[2], "finalized") == 0;
    MUST(atf_check_header() == 0);
    memset(&module, 0, sizeof module);
    module.size = sizeof module;
    module.module_id = 1;
    module.path = "/bin/\xc3\xa9";
    module.base_address = 0x400000;
    module.size_bytes = 4096;
    memset(symbols, 0, sizeof symbols);
    symbols[0].size = symbols[1].size = sizeof symbols[0];
    symbols[0].function_id = UINT64_C(0x100000007);
    symbols[0].name = "main";
    symbols[1].function_id = UINT64_C(0x100000008);
    symbols[1].name = "n\xc3\xa9";
    MUST(atf_session_writer_create(argv[1], ATF_CLOCK_HOST, &session) == 0);
    MUST(atf_session_writer_set_symbols(session, &module, 1, symbols, 2) == 0);
    for (at = 0; at < sizeof ids / sizeof ids[0]; at++) {
        AtfWriter *writer = NULL;
        AtfThreadSummary summary;
        MUST(atf_writer_create(argv[1], ids[at], ATF_CLOCK_HOST, &writer) == 0);
        record_thread(writer, ids[at]);
        if (is_finalized) {
            MUST(atf_thread_summary_init(&summary, sizeof summary) == 0);
            MUST(atf_writer_finalize(writer, &summary) == 0);
            MUST(atf_session_writer_add(session, &summary) == 0);
        }
        atf_writer_close(writer);
    }
    if (is_finalized) {
        MUST(atf_session_writer_finish(session) == 0);
    }
    atf_session_writer_close(session);
    return 0;
}
