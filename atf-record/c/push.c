/* A push that the inline one could not do: the ring is full, events were lost, or a push was interrupted. The same
   steps as atf-runtime/src/ring/push.rs, which explains them. */
#include "record.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

/* A drain without a heartbeat for so long is gone. */
#define STALE_NS UINT64_C(10000000000)
enum { SPINS = 64, YIELDS = 128, ROUNDS_PER_QUESTION = 1000 };

#define WORD(stack, name) ((uint64_t *)(void *)((stack)->producer.control + offsetof(RingControl, name)))
#define FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

uint64_t atf_boottime(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void drop(struct Stack *stack) {
    /* A signal handler of this thread may add to it as well. */
    __atomic_fetch_add(WORD(stack, dropped_events), 1, __ATOMIC_RELAXED);
}

static bool is_drain_gone(struct Stack *stack, uint32_t round, uint64_t since) {
    uint64_t heartbeat = __atomic_load_n(WORD(stack, heartbeat_ns), __ATOMIC_RELAXED);
    if (stack->is_gone && stack->gone_heartbeat == heartbeat && stack->gone_tail == stack->index_tail) {
        return true;
    }
    stack->gone_heartbeat = heartbeat;
    stack->gone_tail = stack->index_tail;
    const uint64_t now = atf_boottime();
    if (heartbeat > now) {
        heartbeat = 0;
    }
    const uint64_t last = heartbeat > since ? heartbeat : since;
    stack->is_gone = (now > last && now - last > STALE_NS) ||
                     (round >= YIELDS && round % ROUNDS_PER_QUESTION == YIELDS && !atf_is_answered());
    return stack->is_gone;
}

static void pause_round(uint32_t round) {
    if (round < SPINS) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    } else if (round < YIELDS) {
        sched_yield();
    } else {
        const struct timespec nap = {0, 100000};
        nanosleep(&nap, NULL);
    }
}

/* Whether there is room for `length` bytes, after waiting if that was chosen. */
static bool has_room(struct Stack *stack, uint64_t length) {
    struct AtfProducer *producer = &stack->producer;
    const uint64_t end = (uint64_t)ATF_NO_DETAIL_SEQ * sizeof(IndexEvent);
    uint64_t since = 0;
    if (stack->is_damaged || producer->index_head + length > end) {
        return false;
    }
    for (uint32_t round = 0;; round++) {
        const uint64_t tail = __atomic_load_n(WORD(stack, index_tail), __ATOMIC_ACQUIRE);
        if (tail > producer->index_head || tail < stack->index_tail) {
            stack->is_damaged = true;
            producer->index_limit = producer->index_head;
            return false;
        }
        stack->index_tail = tail;
        producer->index_limit = tail + producer->index_capacity < end ? tail + producer->index_capacity : end;
        if (producer->index_limit - producer->index_head >= length) {
            stack->is_gone = false;
            return true;
        }
        if (!atf_settings.blocks || __atomic_load_n(WORD(stack, closed), __ATOMIC_RELAXED) != 0) {
            return false;
        }
        if (since == 0) {
            since = atf_boottime();
        }
        if (is_drain_gone(stack, round, since)) {
            return false;
        }
        pause_round(round);
    }
}

static void put(struct AtfProducer *producer, uint64_t at, const AtfEvent *event) {
    IndexEvent *slot = (IndexEvent *)(void *)(producer->index_buffer + (at & (producer->index_capacity - 1)));
    slot->timestamp_ns = event->timestamp_ns;
    slot->function_id = event->function_id;
    slot->thread_id = producer->thread_id;
    slot->event_kind = event->event_kind;
    slot->call_depth = event->call_depth;
    slot->detail_seq = ATF_NO_DETAIL_SEQ;
}

static void push_open(struct Stack *stack, const AtfEvent *event) {
    struct AtfProducer *producer = &stack->producer;
    const uint64_t dropped = __atomic_load_n(WORD(stack, dropped_events), __ATOMIC_RELAXED);
    const uint64_t lost = dropped > producer->marked ? dropped - producer->marked : 0;
    const uint64_t length = (lost == 0 ? 1 : 2) * sizeof(IndexEvent);
    if (__atomic_load_n(WORD(stack, closed), __ATOMIC_RELAXED) != 0) {
        return;
    }
    if (producer->index_limit - producer->index_head < length && !has_room(stack, length)) {
        if (__atomic_load_n(WORD(stack, closed), __ATOMIC_RELAXED) == 0) {
            drop(stack);
        }
        return;
    }
    uint64_t at = producer->index_head;
    if (lost > 0) {
        const AtfEvent marker = {.timestamp_ns = event->timestamp_ns, .function_id = lost, .event_kind = ATF_EVENT_KIND_LOST};
        put(producer, at, &marker);
        producer->marked += lost;
        at += sizeof(IndexEvent);
    }
    put(producer, at, event);
    producer->index_head = at + sizeof(IndexEvent);
    __atomic_store_n(WORD(stack, index_head), producer->index_head, __ATOMIC_RELEASE);
}

/* The slow path of atf_producer_push_inline; stubs.S calls it with the vector registers saved. */
int atf_push(struct AtfProducer *producer, const AtfEvent *event, const AtfPayload *payload, uint32_t *index_seq) {
    struct Stack *stack = (struct Stack *)(void *)producer;
    (void)payload;
    (void)index_seq;
    if (*producer->fork_mark != 1) {
        return 1;
    }
    if (producer->is_pushing) {
        __atomic_store_n(WORD(stack, pushing), 1, __ATOMIC_RELAXED);
        FENCE();
        if (__atomic_load_n(WORD(stack, closed), __ATOMIC_RELAXED) == 0) {
            drop(stack);
        }
        return 1;
    }
    const int error = errno;
    producer->is_pushing = 1;
    __atomic_store_n(WORD(stack, pushing), 1, __ATOMIC_RELAXED);
    FENCE();
    push_open(stack, event);
    FENCE();
    producer->is_pushing = 0;
    FENCE();
    __atomic_store_n(WORD(stack, pushing), 0, __ATOMIC_RELEASE);
    errno = error;
    return 0;
}
