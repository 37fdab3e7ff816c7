/* The functions of a tracer_backend's own ATF sources, on libatf: the same names, arguments and results.
   docs/migrating.md tells how to move with it, and what changes. With ATF_SHIM_TYPES_ONLY, it is the three helpers
   alone, and needs the generated header but no library. */
#ifndef ATF_SHIM_H
#define ATF_SHIM_H

#ifdef ATF_SHIM_TYPES_ONLY
#include "atf_v2_types.h"
#else
#include <atf/atf.h>
#include <errno.h>
#include <string.h>
#endif
#include <stddef.h>

static inline int index_event_has_detail(const IndexEvent *event) {
    return event != NULL && event->detail_seq != ATF_NO_DETAIL_SEQ;
}
static inline uint32_t index_event_get_detail_seq(const IndexEvent *event) {
    return event != NULL ? event->detail_seq : ATF_NO_DETAIL_SEQ;
}
static inline uint32_t detail_event_get_index_seq(const DetailEventHeader *header) {
    return header != NULL ? header->index_seq : UINT32_MAX;
}

#ifndef ATF_SHIM_TYPES_ONLY
typedef AtfWriter AtfThreadWriter;
typedef AtfThreadCounters ThreadCounters;

static inline AtfWriterOptions atf_shim_options(uint8_t clock_type) {
    AtfWriterOptions options;
    memset(&options, 0, sizeof options); /* If the library does not know its size, creating a writer fails. */
    (void)atf_writer_options_init(&options, sizeof options);
    options.create_parents = 1;
    options.clock_type = clock_type;
    return options;
}

static inline AtfThreadWriter *atf_thread_writer_create(const char *session_dir, uint32_t id, uint8_t clock_type) {
    const AtfWriterOptions options = atf_shim_options(clock_type);
    AtfThreadWriter *writer = NULL;
    (void)atf_writer_create_with(session_dir, id, &options, &writer);
    return writer;
}
static inline uint32_t atf_thread_writer_write_event(AtfThreadWriter *writer, uint64_t timestamp_ns,
        uint64_t function_id, uint32_t event_kind, uint32_t call_depth, const void *payload, size_t size) {
    const AtfEvent event = {timestamp_ns, function_id, event_kind, call_depth};
    const bool is_return = event_kind == ATF_EVENT_KIND_RETURN;
    const uint16_t type = is_return ? ATF_DETAIL_EVENT_FUNCTION_RETURN : ATF_DETAIL_EVENT_FUNCTION_CALL;
    const AtfPayload detail = atf_raw_payload(type, payload, size);
    return atf_writer_write_event(writer, &event, payload != NULL && size > 0 ? &detail : NULL);
}
static inline int atf_thread_writer_finalize(AtfThreadWriter *writer) { return atf_writer_finalize(writer, NULL); }
static inline void atf_thread_writer_close(AtfThreadWriter *writer) { atf_writer_close(writer); }

static inline AtfIndexWriter *atf_shim_index_create(const char *path, uint32_t id, uint8_t clock_type) {
    const AtfWriterOptions options = atf_shim_options(clock_type);
    AtfIndexWriter *writer = NULL;
    (void)atf_index_writer_create_with(path, id, &options, &writer);
    return writer;
}
static inline int atf_index_writer_write_event(AtfIndexWriter *writer, const IndexEvent *event) {
    const uint32_t seq = atf_write_index_event(writer, event);
    return seq != UINT32_MAX ? 0 : writer == NULL || event == NULL ? -EINVAL : -EIO;
}
static inline AtfDetailWriter *atf_shim_detail_create(const char *path, uint32_t id, uint8_t clock_type) {
    const AtfWriterOptions options = atf_shim_options(clock_type);
    AtfDetailWriter *writer = NULL;
    (void)atf_detail_writer_create_with(path, id, &options, &writer);
    return writer;
}
static inline int atf_detail_writer_write_event(AtfDetailWriter *writer, uint32_t index_seq, uint64_t timestamp,
        uint16_t event_type, const void *payload, size_t size) {
    const AtfEvent event = {timestamp, 0, ATF_EVENT_KIND_CALL, 0};
    const AtfPayload detail = atf_raw_payload(event_type, payload, size);
    const uint32_t seq = atf_write_detail_event(writer, index_seq, &event, &detail);
    return seq != UINT32_MAX ? 0 : writer == NULL || (payload == NULL && size > 0) ? -EINVAL : -EIO;
}
/* Without a sequence left, both are UINT32_MAX. */
static inline void atf_shim_reserve(ThreadCounters *counters, int with_detail, uint32_t *index, uint32_t *detail) {
    AtfSequences sequences = {UINT32_MAX, ATF_NO_DETAIL_SEQ};
    if (counters != NULL && index != NULL && detail != NULL) {
        (void)atf_reserve_sequences(counters, with_detail != 0, &sequences);
        *index = sequences.index_seq;
        *detail = sequences.detail_seq;
    }
}

/* libatf has these names with other arguments: from here on they mean the old ones. */
#define atf_index_writer_create atf_shim_index_create
#define atf_detail_writer_create atf_shim_detail_create
#define atf_reserve_sequences atf_shim_reserve
#endif
#endif
