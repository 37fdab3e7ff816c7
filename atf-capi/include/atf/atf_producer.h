/* The push that is compiled into the traced program. Included by atf.h; do not include it alone.

   Written by hand after atf-runtime/src/ring/push.rs, which explains each step: the same stores, in the same order
   and with the same memory orders. A test compares the offsets below with those of the library; so does
   atf_check_header() when a program starts. */
#ifndef ATF_PRODUCER_H
#define ATF_PRODUCER_H

/**
 * Hash of the names and offsets below; see atf_check_producer_layout.
 */
#define ATF_PRODUCER_LAYOUT_HASH UINT64_C(0x31d25ea45ebcb922)

#if defined(__GNUC__) && UINTPTR_MAX == UINT64_MAX && (defined(__linux__) || defined(__ANDROID__))

/* The start of a producer. The program must not read or write its members. */
struct AtfProducer {
    unsigned char *control;
    unsigned char *index_buffer;
    unsigned char *detail_buffer;
    const unsigned char *fork_mark;
    uint64_t index_capacity;
    uint64_t index_head;
    uint64_t index_limit;
    uint64_t reserved1[2];
    uint64_t detail_capacity;
    uint64_t detail_head;
    uint64_t detail_limit;
    uint64_t reserved2[2];
    uint64_t marked;
    uint32_t next_detail;
    uint32_t thread_id;
    uint8_t is_pushing;
    uint8_t reserved3[7];
};

ATF_STATIC_ASSERT(offsetof(struct AtfProducer, control) == 0, "offset of AtfProducer.control");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, index_buffer) == 8, "offset of AtfProducer.index_buffer");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, detail_buffer) == 16, "offset of AtfProducer.detail_buffer");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, fork_mark) == 24, "offset of AtfProducer.fork_mark");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, index_capacity) == 32, "offset of AtfProducer.index_capacity");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, index_head) == 40, "offset of AtfProducer.index_head");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, index_limit) == 48, "offset of AtfProducer.index_limit");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, detail_capacity) == 72, "offset of AtfProducer.detail_capacity");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, detail_head) == 80, "offset of AtfProducer.detail_head");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, detail_limit) == 88, "offset of AtfProducer.detail_limit");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, marked) == 112, "offset of AtfProducer.marked");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, next_detail) == 120, "offset of AtfProducer.next_detail");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, thread_id) == 124, "offset of AtfProducer.thread_id");
ATF_STATIC_ASSERT(offsetof(struct AtfProducer, is_pushing) == 128, "offset of AtfProducer.is_pushing");
ATF_STATIC_ASSERT(sizeof(struct AtfProducer) == 136, "size of AtfProducer");
/* If a revision adds fields to the record: fill them in atf_producer_publish and in the library, then change this. */
ATF_STATIC_ASSERT(sizeof(IndexEvent) == ATF_INDEX_EVENT_CORE_SIZE, "fields of IndexEvent");

#define ATF_PRODUCER_INLINE static inline __attribute__((always_inline, unused))
/* A word of the control block, which the drain reads and writes as well. */
#define ATF_PRODUCER_WORD(producer, name) ((uint64_t *)(void *)((producer)->control + offsetof(RingControl, name)))
/* Keeps the order of stores for a signal handler of this thread. */
#define ATF_PRODUCER_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* Begins a push. Returns false in a forked process, and if it interrupts another push of this thread. */
ATF_PRODUCER_INLINE bool atf_producer_begin(AtfProducer *producer) {
    if (__builtin_expect(__atomic_load_n(producer->fork_mark, __ATOMIC_RELAXED) != 1, 0)) {
        return false;
    }
    if (__builtin_expect(__atomic_load_n(&producer->is_pushing, __ATOMIC_RELAXED) != 0, 0)) {
        return false;
    }
    __atomic_store_n(&producer->is_pushing, 1, __ATOMIC_RELAXED);
    __atomic_store_n(ATF_PRODUCER_WORD(producer, pushing), 1, __ATOMIC_RELAXED);
    ATF_PRODUCER_FENCE();
    return true;
}

ATF_PRODUCER_INLINE void atf_producer_end(AtfProducer *producer) {
    ATF_PRODUCER_FENCE();
    __atomic_store_n(&producer->is_pushing, 0, __ATOMIC_RELAXED);
    ATF_PRODUCER_FENCE();
    __atomic_store_n(ATF_PRODUCER_WORD(producer, pushing), 0, __ATOMIC_RELEASE);
}

/* Whether the ring is open, has a marker for all events that were lost, and has room for an event. */
ATF_PRODUCER_INLINE bool atf_producer_takes_event(const AtfProducer *producer) {
    return __builtin_expect(__atomic_load_n(ATF_PRODUCER_WORD(producer, closed), __ATOMIC_RELAXED) == 0, 1) &&
           __builtin_expect(__atomic_load_n(ATF_PRODUCER_WORD(producer, dropped_events), __ATOMIC_RELAXED) <= producer->marked, 1) &&
           __builtin_expect(producer->index_limit - producer->index_head >= sizeof(IndexEvent), 1);
}

/* Copies into the detail buffer, which wraps around at its end. Returns the position after the bytes. */
static inline uint64_t atf_producer_copy(AtfProducer *producer, uint64_t position, const void *bytes, size_t length) {
    const size_t at = (size_t)(position & (producer->detail_capacity - 1));
    const size_t before_end = (size_t)producer->detail_capacity - at;
    if (length <= before_end) {
        if (length > 0) {
            memcpy(producer->detail_buffer + at, bytes, length);
        }
    } else {
        memcpy(producer->detail_buffer + at, bytes, before_end);
        memcpy(producer->detail_buffer, (const unsigned char *)bytes + before_end, length - before_end);
    }
    return position + length;
}

/* Pushes the detail record of the next event. If detail is switched off, the sequence is ATF_NO_DETAIL_SEQ. Returns false,
   and changes nothing, if the library has to do it. */
static inline bool atf_producer_push_detail(AtfProducer *producer, const AtfEvent *event, const AtfPayload *payload,
                                        uint32_t *detail_seq) {
    const AtfRegisters *registers = payload->registers;
    const size_t fixed = registers == NULL ? 0 : sizeof(DetailFunctionPayload);
    const uint64_t room = producer->detail_limit - producer->detail_head;
    DetailEventHeader header;
    uint64_t total, at;
    if ((payload->bytes == NULL && payload->length > 0) ||
        (payload->reserved[0] | payload->reserved[1] | payload->reserved[2]) != 0) {
        return false;
    }
    if (__atomic_load_n(ATF_PRODUCER_WORD(producer, detail_enabled), __ATOMIC_RELAXED) == 0) {
        *detail_seq = ATF_NO_DETAIL_SEQ;
        return true;
    }
    /* This order avoids overflow. */
    if (payload->length > room || payload->length > UINT32_MAX - sizeof header - sizeof(DetailFunctionPayload) ||
        (registers != NULL && payload->length > ATF_MAX_STACK_BYTES) || producer->next_detail == ATF_NO_DETAIL_SEQ) {
        return false;
    }
    total = sizeof header + fixed + payload->length;
    if (total > room) {
        return false;
    }
    atf_detail_event_header_init(&header);
    header.total_length = (uint32_t)total;
    header.event_type = payload->event_type;
    header.index_seq = (uint32_t)(producer->index_head / sizeof(IndexEvent));
    header.thread_id = producer->thread_id;
    header.timestamp = event->timestamp_ns;
    at = producer->detail_head;
    if (registers == NULL) {
        at = atf_producer_copy(producer, at, &header, sizeof header);
    } else {
        DetailFunctionPayload function;
        atf_detail_function_payload_init(&function);
        header.event_type = event->event_kind == ATF_EVENT_KIND_RETURN ? ATF_DETAIL_EVENT_FUNCTION_RETURN
                                                                       : ATF_DETAIL_EVENT_FUNCTION_CALL;
        function.function_id = event->function_id;
        memcpy(function.x_regs, registers->x_regs, sizeof registers->x_regs);
        function.lr = registers->lr;
        function.fp = registers->fp;
        function.sp = registers->sp;
        function.stack_size = (uint16_t)payload->length;
        at = atf_producer_copy(producer, at, &header, sizeof header);
        at = atf_producer_copy(producer, at, &function, sizeof function);
    }
    at = atf_producer_copy(producer, at, payload->bytes, payload->length);
    *detail_seq = producer->next_detail;
    producer->next_detail = *detail_seq + 1;
    producer->detail_head = at;
    __atomic_store_n(ATF_PRODUCER_WORD(producer, detail_head), at, __ATOMIC_RELEASE);
    return true;
}

/* Writes the event and publishes it, and with it its detail record. */
ATF_PRODUCER_INLINE uint32_t atf_producer_publish(AtfProducer *producer, const AtfEvent *event, uint32_t detail_seq) {
    const uint64_t head = producer->index_head;
    /* Field by field into its place: if an event is built elsewhere and copied in larger pieces, the processor waits
       for its own stores. An event never crosses the end of the buffer. */
    IndexEvent *slot = (IndexEvent *)(void *)(producer->index_buffer + (head & (producer->index_capacity - 1)));
    slot->timestamp_ns = event->timestamp_ns;
    slot->function_id = event->function_id;
    slot->thread_id = producer->thread_id;
    slot->event_kind = event->event_kind;
    slot->call_depth = event->call_depth;
    slot->detail_seq = detail_seq;
    producer->index_head = head + sizeof(IndexEvent);
    __atomic_store_n(ATF_PRODUCER_WORD(producer, index_head), head + sizeof(IndexEvent), __ATOMIC_RELEASE);
    return (uint32_t)(head / sizeof(IndexEvent));
}

/* The call of the library. It gets a copy of the event: as long as its address is not taken, it stays in registers. */
static __attribute__((cold, noinline, unused)) int atf_producer_push_slowly(AtfProducer *producer, const AtfEvent event,
                                                                        const AtfPayload *payload, uint32_t *index_seq) {
    return atf_producer_push(producer, &event, payload, index_seq);
}

/**
 * Does what atf_producer_push does: the fast path is compiled into the caller, everything else is a call of the
 * library. Both may be used for one producer, in any order, also in signal handlers.
 *
 * @param producer The thread's producer.
 * @param event The event.
 * @param payload The payload of its detail record; NULL for an event without one.
 * @param index_seq Receives the event's sequence; may be NULL. Set only on success.
 * @return As atf_producer_push.
 */
ATF_PRODUCER_INLINE int atf_producer_push_inline(AtfProducer *producer, const AtfEvent *event, const AtfPayload *payload,
                                         uint32_t *index_seq) {
    uint32_t detail_seq = ATF_NO_DETAIL_SEQ;
    uint32_t seq;
    if (__builtin_expect(event == NULL, 0)) {
        return atf_producer_push(producer, NULL, payload, index_seq);
    }
    if (__builtin_expect(producer == NULL, 0) || !atf_producer_begin(producer)) {
        return atf_producer_push_slowly(producer, *event, payload, index_seq);
    }
    if (!atf_producer_takes_event(producer) ||
        (payload != NULL && !atf_producer_push_detail(producer, event, payload, &detail_seq))) {
        /* Nothing was written. The library pushes instead. */
        atf_producer_end(producer);
        return atf_producer_push_slowly(producer, *event, payload, index_seq);
    }
    seq = atf_producer_publish(producer, event, detail_seq);
    atf_producer_end(producer);
    if (index_seq != NULL) {
        *index_seq = seq;
    }
    return 0;
}

#undef ATF_PRODUCER_FENCE
#undef ATF_PRODUCER_WORD
#undef ATF_PRODUCER_INLINE

#else

/* For other compilers and machines: always the call. */
static inline int atf_producer_push_inline(AtfProducer *producer, const AtfEvent *event, const AtfPayload *payload,
                                       uint32_t *index_seq) {
    return atf_producer_push(producer, event, payload, index_seq);
}

#endif

#endif /* ATF_PRODUCER_H */
