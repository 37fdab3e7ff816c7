/* The C side of benches/benches/capi.rs: each function processes `events` events and returns the time in ns, or 0 on
   failure. */
#define _GNU_SOURCE
#include <atf/atf.h>

#include <stdio.h>
#include <time.h>

#define PAYLOAD_BYTES 64

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The same events as atf_benches::Events. */
static inline AtfEvent event_of(uint32_t seq) {
    AtfEvent event;
    event.timestamp_ns = 1000000000u + (uint64_t)seq * 13;
    event.function_id = UINT64_C(1) << 32 | (seq >> 1 & 0x3FF);
    event.event_kind = (seq & 1) == 0 ? ATF_EVENT_KIND_CALL : ATF_EVENT_KIND_RETURN;
    event.call_depth = seq >> 4 & 31;
    return event;
}

static inline IndexEvent record_of(uint32_t seq) {
    const AtfEvent event = event_of(seq);
    IndexEvent record;
    record.timestamp_ns = event.timestamp_ns;
    record.function_id = event.function_id;
    record.thread_id = 0;
    record.event_kind = event.event_kind;
    record.call_depth = event.call_depth;
    record.detail_seq = ATF_NO_DETAIL_SEQ;
    return record;
}

/* The baseline: fwrite per event, no checksum. */
uint64_t bench_stdio(const char *path, uint32_t events) {
    FILE *file = fopen(path, "wb");
    const uint64_t start = now();
    uint64_t took;
    uint32_t seq;
    if (file == NULL) {
        return 0;
    }
    for (seq = 0; seq < events; seq++) {
        const IndexEvent record = record_of(seq);
        if (fwrite(&record, sizeof record, 1, file) != 1) {
            return 0;
        }
    }
    if (fflush(file) != 0) {
        return 0;
    }
    took = now() - start;
    fclose(file);
    return took;
}

uint64_t bench_writer(const char *dir, uint32_t events) {
    AtfWriter *writer = NULL;
    uint64_t start, took;
    uint32_t seq;
    if (atf_writer_create(dir, 0, ATF_CLOCK_HOST, &writer) != 0) {
        return 0;
    }
    start = now();
    for (seq = 0; seq < events; seq++) {
        const AtfEvent event = event_of(seq);
        if (atf_writer_write_event(writer, &event, NULL) != seq) {
            return 0;
        }
    }
    if (atf_writer_flush(writer) != 0) {
        return 0;
    }
    took = now() - start;
    atf_writer_close(writer);
    return took;
}

uint64_t bench_index_writer(const char *path, uint32_t events) {
    AtfIndexWriter *writer = NULL;
    uint64_t start, took;
    uint32_t seq;
    if (atf_index_writer_create(path, 0, ATF_CLOCK_HOST, &writer) != 0) {
        return 0;
    }
    start = now();
    for (seq = 0; seq < events; seq++) {
        const IndexEvent record = record_of(seq);
        if (atf_write_index_event(writer, &record) != seq) {
            return 0;
        }
    }
    if (atf_index_writer_flush(writer) != 0) {
        return 0;
    }
    took = now() - start;
    atf_index_writer_close(writer);
    return took;
}

/* A producer whose ring has room for all events. */
static AtfProducer *producer_in(const char *dir, uint32_t events) {
    AtfProducerOptions options;
    AtfProducer *producer = NULL;
    if (atf_producer_options_init(&options, sizeof options) != 0) {
        return NULL;
    }
    options.index_bytes = (uint64_t)events * sizeof(IndexEvent);
    options.detail_bytes = (uint64_t)events * (sizeof(DetailEventHeader) + PAYLOAD_BYTES);
    return atf_producer_create(dir, 0, &options, &producer) == 0 ? producer : NULL;
}

#define PUSHES(name, push, given)                                                                                     \
    uint64_t name(const char *dir, uint32_t events) {                                                                 \
        static const unsigned char bytes[PAYLOAD_BYTES] = {1};                                                        \
        const AtfPayload payload = atf_raw_payload(ATF_DETAIL_EVENT_FUNCTION_CALL, bytes, sizeof bytes);              \
        AtfProducer *producer = producer_in(dir, events);                                                                         \
        uint64_t start, took;                                                                                         \
        uint32_t seq;                                                                                                 \
        (void)payload;                                                                                                \
        if (producer == NULL) {                                                                                           \
            return 0;                                                                                                 \
        }                                                                                                             \
        start = now();                                                                                                \
        for (seq = 0; seq < events; seq++) {                                                                          \
            const AtfEvent event = event_of(seq);                                                                     \
            if (push(producer, &event, given, NULL) != 0) {                                                               \
                return 0;                                                                                             \
            }                                                                                                         \
        }                                                                                                             \
        took = now() - start;                                                                                         \
        atf_producer_close(producer);                                                                                         \
        return took;                                                                                                  \
    }

PUSHES(bench_push_inline, atf_producer_push_inline, NULL)
PUSHES(bench_push_call, atf_producer_push, NULL)
PUSHES(bench_push_detail_inline, atf_producer_push_inline, &payload)
PUSHES(bench_push_detail_call, atf_producer_push, &payload)
