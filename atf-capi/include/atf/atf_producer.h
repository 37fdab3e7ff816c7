/* The push into a lane that is compiled into the traced program. Included by atf.h; not by itself.

   Written by hand beside atf-runtime/src/ring/push.rs, which says why each step is as it is: the same
   stores, in the same order and with the same memory orders. A test compares the offsets below with those of
   the library, and atf_check_header() does when a program starts. */
#ifndef ATF_PRODUCER_H
#define ATF_PRODUCER_H

/**
 * Of the offsets below; see atf_check_producer_layout.
 */
#define ATF_PRODUCER_LAYOUT_HASH UINT64_C(0x31d25ea45ebcb922)

#if defined(__GNUC__) && UINTPTR_MAX == UINT64_MAX && (defined(__linux__) || defined(__ANDROID__))

/* The start of a lane. Nothing here is for the program to read or write. */
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
/* A revision whose records have more fields fills them here, and in the library, before this is changed. */
ATF_STATIC_ASSERT(sizeof(IndexEvent) == ATF_INDEX_EVENT_CORE_SIZE, "fields of IndexEvent");

#define ATF_PRODUCER_INLINE static inline __attribute__((always_inline, unused))
/* A word of the control block, which the drain reads and writes as well. */
#define ATF_PRODUCER_WORD(lane, name) ((uint64_t *)(void *)((lane)->control + offsetof(RingControl, name)))
/* For a signal handler of this thread: what stands before it in the program is done. */
#define ATF_PRODUCER_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* Whether nothing is in the way of a push, which has begun then. */
ATF_PRODUCER_INLINE bool atf_producer_begin(AtfProducer *lane) {
    if (__builtin_expect(__atomic_load_n(lane->fork_mark, __ATOMIC_RELAXED) != 1, 0)) {
        return false;
    }
    if (__builtin_expect(__atomic_load_n(&lane->is_pushing, __ATOMIC_RELAXED) != 0, 0)) {
        return false;
    }
    __atomic_store_n(&lane->is_pushing, 1, __ATOMIC_RELAXED);
    __atomic_store_n(ATF_PRODUCER_WORD(lane, pushing), 1, __ATOMIC_RELAXED);
    ATF_PRODUCER_FENCE();
    return true;
}

ATF_PRODUCER_INLINE void atf_producer_end(AtfProducer *lane) {
    ATF_PRODUCER_FENCE();
    __atomic_store_n(&lane->is_pushing, 0, __ATOMIC_RELAXED);
    ATF_PRODUCER_FENCE();
    __atomic_store_n(ATF_PRODUCER_WORD(lane, pushing), 0, __ATOMIC_RELEASE);
}

/* Whether the lane takes events, the stream has been told of all that were lost, and the event has room. */
ATF_PRODUCER_INLINE bool atf_producer_takes_event(const AtfProducer *lane) {
    return __builtin_expect(__atomic_load_n(ATF_PRODUCER_WORD(lane, closed), __ATOMIC_RELAXED) == 0, 1) &&
           __builtin_expect(__atomic_load_n(ATF_PRODUCER_WORD(lane, dropped_events), __ATOMIC_RELAXED) <= lane->marked, 1) &&
           __builtin_expect(lane->index_limit - lane->index_head >= sizeof(IndexEvent), 1);
}

/* Copies into the detail lane, over the end of its buffer if it comes to that; the position behind it. */
static inline uint64_t atf_producer_copy(AtfProducer *lane, uint64_t position, const void *bytes, size_t length) {
    const size_t at = (size_t)(position & (lane->detail_capacity - 1));
    const size_t before_end = (size_t)lane->detail_capacity - at;
    if (length <= before_end) {
        if (length > 0) {
            memcpy(lane->detail_buffer + at, bytes, length);
        }
    } else {
        memcpy(lane->detail_buffer + at, bytes, before_end);
        memcpy(lane->detail_buffer, (const unsigned char *)bytes + before_end, length - before_end);
    }
    return position + length;
}

/* Copies the record of the event that is pushed next; false, and nothing is done, where that takes more than a
   copy. ATF_NO_DETAIL_SEQ where detail is switched off. */
static inline bool atf_producer_push_detail(AtfProducer *lane, const AtfEvent *event, const AtfPayload *payload,
                                        uint32_t *detail_seq) {
    const AtfRegisters *registers = payload->registers;
    const size_t fixed = registers == NULL ? 0 : sizeof(DetailFunctionPayload);
    const uint64_t room = lane->detail_limit - lane->detail_head;
    DetailEventHeader header;
    uint64_t total, at;
    if (payload->bytes == NULL && payload->length > 0) {
        return false;
    }
    if (__atomic_load_n(ATF_PRODUCER_WORD(lane, detail_enabled), __ATOMIC_RELAXED) == 0) {
        *detail_seq = ATF_NO_DETAIL_SEQ;
        return true;
    }
    /* In this order nothing overflows. */
    if (payload->length > room || payload->length > UINT32_MAX - sizeof header - sizeof(DetailFunctionPayload) ||
        (registers != NULL && payload->length > ATF_MAX_STACK_BYTES) || lane->next_detail == ATF_NO_DETAIL_SEQ) {
        return false;
    }
    total = sizeof header + fixed + payload->length;
    if (total > room) {
        return false;
    }
    atf_detail_event_header_init(&header);
    header.total_length = (uint32_t)total;
    header.event_type = payload->event_type;
    header.index_seq = (uint32_t)(lane->index_head / sizeof(IndexEvent));
    header.thread_id = lane->thread_id;
    header.timestamp = event->timestamp_ns;
    at = lane->detail_head;
    if (registers == NULL) {
        at = atf_producer_copy(lane, at, &header, sizeof header);
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
        at = atf_producer_copy(lane, at, &header, sizeof header);
        at = atf_producer_copy(lane, at, &function, sizeof function);
    }
    at = atf_producer_copy(lane, at, payload->bytes, payload->length);
    *detail_seq = lane->next_detail;
    lane->next_detail = *detail_seq + 1;
    lane->detail_head = at;
    __atomic_store_n(ATF_PRODUCER_WORD(lane, detail_head), at, __ATOMIC_RELEASE);
    return true;
}

/* Writes and publishes the event, and with it its record. */
ATF_PRODUCER_INLINE uint32_t atf_producer_publish(AtfProducer *lane, const AtfEvent *event, uint32_t detail_seq) {
    const uint64_t head = lane->index_head;
    /* Field by field into its place: an event that is put together elsewhere and then copied in larger pieces
       makes the processor wait for its own stores. It never crosses the end of the buffer. */
    IndexEvent *slot = (IndexEvent *)(void *)(lane->index_buffer + (head & (lane->index_capacity - 1)));
    slot->timestamp_ns = event->timestamp_ns;
    slot->function_id = event->function_id;
    slot->thread_id = lane->thread_id;
    slot->event_kind = event->event_kind;
    slot->call_depth = event->call_depth;
    slot->detail_seq = detail_seq;
    lane->index_head = head + sizeof(IndexEvent);
    __atomic_store_n(ATF_PRODUCER_WORD(lane, index_head), head + sizeof(IndexEvent), __ATOMIC_RELEASE);
    return (uint32_t)(head / sizeof(IndexEvent));
}

/* The call. It gets a copy of the event: one whose address is not given away can stay in registers. */
static __attribute__((cold, noinline, unused)) int atf_producer_push_slowly(AtfProducer *lane, const AtfEvent event,
                                                                        const AtfPayload *payload, uint32_t *index_seq) {
    return atf_producer_push(lane, &event, payload, index_seq);
}

/**
 * atf_producer_push without a call: what it does where nothing is unusual, and else that call. Both may be used for
 * one lane, in turn, also by signal handlers.
 *
 * @return As atf_producer_push.
 */
ATF_PRODUCER_INLINE int atf_producer_push_inline(AtfProducer *lane, const AtfEvent *event, const AtfPayload *payload,
                                         uint32_t *index_seq) {
    uint32_t detail_seq = ATF_NO_DETAIL_SEQ;
    uint32_t seq;
    if (__builtin_expect(event == NULL, 0)) {
        return atf_producer_push(lane, NULL, payload, index_seq);
    }
    if (__builtin_expect(lane == NULL, 0) || !atf_producer_begin(lane)) {
        return atf_producer_push_slowly(lane, *event, payload, index_seq);
    }
    if (!atf_producer_takes_event(lane) ||
        (payload != NULL && !atf_producer_push_detail(lane, event, payload, &detail_seq))) {
        /* Nothing was written: this was no push, and the other one is. */
        atf_producer_end(lane);
        return atf_producer_push_slowly(lane, *event, payload, index_seq);
    }
    seq = atf_producer_publish(lane, event, detail_seq);
    atf_producer_end(lane);
    if (index_seq != NULL) {
        *index_seq = seq;
    }
    return 0;
}

#undef ATF_PRODUCER_FENCE
#undef ATF_PRODUCER_WORD
#undef ATF_PRODUCER_INLINE

#else

/* Where the compiler or the machine is another one: always the call. */
static inline int atf_producer_push_inline(AtfProducer *lane, const AtfEvent *event, const AtfPayload *payload,
                                       uint32_t *index_seq) {
    return atf_producer_push(lane, event, payload, index_seq);
}

#endif

#endif /* ATF_PRODUCER_H */
