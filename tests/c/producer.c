/* Producers: the inline push, the call, both in turn, and every special case. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "files.h"

static AtfDrain *new_drain(const char *dir, uint32_t when_full, uint64_t buffer_bytes) {
    AtfDrain *drain = NULL;
    AtfDrainOptions options;
    CHECK_OK(atf_drain_options_init(&options, sizeof options));
    options.when_full = when_full;
    options.index_bytes = buffer_bytes;
    options.detail_bytes = buffer_bytes;
    options.sync_on_finalize = 0;
    CHECK_OK(atf_drain_start(dir, &options, &drain));
    return drain;
}

/* The payload of event `number`; `bytes` has room for 300 bytes. */
static AtfPayload payload_of(uint32_t number, unsigned char *bytes, AtfRegisters *registers) {
    memset(bytes, (int)(number & 0xFF), 300);
    memset(registers, 0, sizeof *registers);
    registers->sp = number;
    if (number % 2 == 0) {
        return atf_function_payload(registers, bytes, number % (ATF_MAX_STACK_BYTES + 1));
    }
    return atf_raw_payload(0x7777, bytes, number % 301);
}

/* Pushes event `number`, every third one with a payload, inline or by a call. */
static int push(AtfProducer *producer, uint32_t number, bool is_inline, uint32_t *seq) {
    const AtfEvent event = event_of(number);
    unsigned char bytes[300];
    AtfRegisters registers;
    const AtfPayload payload = payload_of(number, bytes, &registers);
    const AtfPayload *const given = number % 3 == 0 ? &payload : NULL;
    return is_inline ? atf_producer_push_inline(producer, &event, given, seq) : atf_producer_push(producer, &event, given, seq);
}

/* Checks that a thread's files have the events 0 to `count` - 1, every third one with its record. */
static void check_thread(const char *dir, uint32_t thread_id, uint32_t count) {
    char name[64];
    FileBytes index, detail;
    uint32_t number, records = 0;
    size_t at = sizeof(AtfDetailHeader);
    snprintf(name, sizeof name, "thread_%u/index.atf", thread_id);
    index = read_in(dir, name);
    snprintf(name, sizeof name, "thread_%u/detail.atf", thread_id);
    detail = read_in(dir, name);
    check_index_ends(&index, thread_id, count, true);
    for (number = 0; number < count; number++) {
        const IndexEvent found = index_event(&index, number);
        const AtfEvent expected = event_of(number);
        const unsigned char *payload;
        unsigned char bytes[300];
        AtfRegisters registers;
        const AtfPayload given = payload_of(number, bytes, &registers);
        DetailEventHeader record;
        CHECK_EQ(found.timestamp_ns, expected.timestamp_ns);
        CHECK_EQ(found.function_id, expected.function_id);
        CHECK_EQ(found.thread_id, thread_id);
        CHECK_EQ(found.event_kind, expected.event_kind);
        CHECK_EQ(found.call_depth, expected.call_depth);
        if (number % 3 != 0) {
            CHECK_EQ(found.detail_seq, ATF_NO_DETAIL_SEQ);
            continue;
        }
        CHECK_EQ(found.detail_seq, records);
        records++;
        record = next_record(&detail, &at, &payload);
        CHECK_EQ(record.index_seq, number);
        CHECK_EQ(record.thread_id, thread_id);
        CHECK_EQ(record.timestamp, expected.timestamp_ns);
        if (number % 2 == 0) {
            DetailFunctionPayload function;
            CHECK_EQ(record.event_type, ATF_DETAIL_EVENT_FUNCTION_CALL);
            CHECK_EQ(record.total_length, sizeof record + sizeof function + given.length);
            memcpy(&function, payload, sizeof function);
            CHECK_EQ(function.function_id, expected.function_id);
            CHECK_EQ(function.sp, number);
            CHECK_EQ(function.stack_size, given.length);
            payload += sizeof function;
        } else {
            CHECK_EQ(record.event_type, 0x7777);
            CHECK_EQ(record.total_length, sizeof record + given.length);
        }
        CHECK_BYTES(payload, given.bytes, given.length);
    }
    CHECK_EQ(at, detail.len - sizeof(AtfDetailFooter));
    check_detail_ends(&detail, thread_id, records);
    free(index.bytes);
    free(detail.bytes);
}

/* Enough to wrap around in the smallest ring many times. */
static uint32_t pushes(void) {
    return getenv("CHECK_SLOWLY") != NULL ? 2000 : 20000;
}

/* Way 0: by the call. 1: inline. 2: both in turn. */
static void record(const char *parent, int way) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_BLOCK, 4096);
    AtfDrainSummary summary;
    AtfProducer *producer = NULL;
    uint32_t number;
    CHECK_OK(atf_drain_register(drain, 5, &producer));
    for (number = 0; number < pushes(); number++) {
        uint32_t seq = 0;
        CHECK_EQ(push(producer, number, way == 1 || (way == 2 && number % 5 < 2), &seq), 0);
        CHECK_EQ(seq, number);
    }
    CHECK_EQ(atf_producer_event_count(producer), pushes());
    CHECK_EQ(atf_producer_detail_count(producer), (pushes() + 2) / 3);
    CHECK_EQ(atf_producer_dropped_events(producer), 0);
    CHECK_EQ(atf_producer_dropped_details(producer), 0);
    atf_producer_close(producer);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(drain, &summary));
    atf_drain_close(drain);
    CHECK_EQ(summary.threads, 1);
    CHECK_EQ(summary.unfinished, 0);
    CHECK_EQ(summary.events, pushes());
    CHECK_EQ(summary.details, (pushes() + 2) / 3);
    check_thread(dir, 5, pushes());
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void call_records_events_and_their_payloads(const char *dir) { record(dir, 0); }
static void inline_push_records_events_and_their_payloads(const char *dir) { record(dir, 1); }
static void both_pushes_in_turn_are_one(const char *dir) { record(dir, 2); }

typedef struct {
    AtfProducer *producer;
    uint32_t thread_id;
} TracedThread;

static void *produce(void *argument) {
    const TracedThread *const thread = (const TracedThread *)argument;
    uint32_t number;
    for (number = 0; number < pushes(); number++) {
        CHECK_EQ(push(thread->producer, number, true, NULL), 0);
    }
    atf_producer_close(thread->producer);
    return NULL;
}

static void four_threads_push_into_a_ring_each(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_BLOCK, 65536);
    TracedThread traced[4];
    pthread_t threads[4];
    uint32_t thread_id;
    AtfThreadSummary summary;
    for (thread_id = 0; thread_id < 4; thread_id++) {
        traced[thread_id].thread_id = thread_id;
        CHECK_OK(atf_drain_register(drain, thread_id, &traced[thread_id].producer));
        CHECK_EQ(pthread_create(&threads[thread_id], NULL, produce, &traced[thread_id]), 0);
    }
    for (thread_id = 0; thread_id < 4; thread_id++) {
        CHECK_EQ(pthread_join(threads[thread_id], NULL), 0);
    }
    CHECK_OK(atf_drain_stop(drain, NULL));
    CHECK_OK(atf_thread_summary_init(&summary, sizeof summary));
    for (thread_id = 0; thread_id < 4; thread_id++) {
        CHECK_OK(atf_drain_thread_summary(drain, thread_id, &summary));
        CHECK_EQ(summary.thread_id, thread_id);
        CHECK_EQ(summary.events, pushes());
        CHECK_EQ(summary.has_counts, 1);
        CHECK_EQ(summary.emitted, pushes());
        CHECK_EQ(summary.dropped_events, 0);
        check_thread(dir, thread_id, pushes());
    }
    CHECK_EQ(atf_drain_thread_summary(drain, 4, &summary), -ENOENT);
    atf_drain_close(drain);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

/* A session directory without a drain. */
static char *undrained(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfSessionWriter *session = NULL;
    CHECK_OK(atf_session_writer_create(dir, ATF_CLOCK_HOST, &session));
    atf_session_writer_close(session);
    return dir;
}

static AtfProducer *new_producer(const char *dir, uint32_t when_full, uint64_t index_bytes, uint64_t detail_bytes) {
    AtfProducer *producer = NULL;
    AtfProducerOptions options;
    CHECK_OK(atf_producer_options_init(&options, sizeof options));
    options.when_full = when_full;
    options.index_bytes = index_bytes;
    options.detail_bytes = detail_bytes;
    CHECK_OK(atf_producer_create(dir, 7, &options, &producer));
    return producer;
}

#define SMALLEST (4096 / sizeof(IndexEvent))

/* A full ring drops and counts events; a marker with their number comes before the next event. */
static void full_ring_drops_and_a_marker_says_how_many(const char *parent, bool is_inline, uint32_t when_full) {
    char *dir = undrained(parent);
    AtfProducer *producer = new_producer(dir, when_full, 4096, 0);
    AtfDrain *drain = NULL;
    AtfDrainSummary summary;
    FileBytes index;
    IndexEvent event;
    uint32_t number, seq = 99;
    for (number = 0; number < SMALLEST; number++) {
        CHECK_EQ(push(producer, number * 3 + 1, is_inline, &seq), 0);
        CHECK_EQ(seq, number);
    }
    /* Without a drain, ATF_WHEN_FULL_BLOCK drops too. */
    for (number = 0; number < 10; number++) {
        CHECK_EQ(push(producer, 1, is_inline, &seq), -EAGAIN);
        CHECK_EQ(seq, SMALLEST - 1);
    }
    CHECK_EQ(atf_producer_dropped_events(producer), 10);
    CHECK_OK(atf_drain_attach(dir, NULL, &drain));
    do {
        number = 10 + (uint32_t)(atf_producer_dropped_events(producer) - 10);
    } while (push(producer, 1000, is_inline, &seq) == -EAGAIN);
    CHECK_EQ(seq, SMALLEST + 1);
    CHECK_EQ(push(producer, 1001, is_inline, &seq), 0);
    CHECK_EQ(seq, SMALLEST + 2);
    atf_producer_close(producer);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_wait(drain, &summary));
    atf_drain_close(drain);
    CHECK_EQ(summary.events, SMALLEST + 3);
    CHECK_EQ(summary.dropped_events, number);
    index = read_in(dir, "thread_7/index.atf");
    event = index_event(&index, SMALLEST);
    CHECK_EQ(event.event_kind, ATF_EVENT_KIND_LOST);
    CHECK_EQ(event.function_id, number);
    CHECK_EQ(event.timestamp_ns, event_of(1000).timestamp_ns);
    CHECK_EQ(event.detail_seq, ATF_NO_DETAIL_SEQ);
    CHECK_EQ(index_event(&index, SMALLEST + 1).function_id, event_of(1000).function_id);
    CHECK_EQ(index_event(&index, SMALLEST + 2).function_id, event_of(1001).function_id);
    free(index.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void full_ring_drops(const char *dir) { full_ring_drops_and_a_marker_says_how_many(dir, false, ATF_WHEN_FULL_DROP); }
static void full_ring_drops_inline(const char *dir) {
    full_ring_drops_and_a_marker_says_how_many(dir, true, ATF_WHEN_FULL_DROP);
}
static void full_ring_without_a_drain_does_not_block(const char *dir) {
    full_ring_drops_and_a_marker_says_how_many(dir, true, ATF_WHEN_FULL_BLOCK);
}

static void payload_without_room_or_wish_leaves_its_event(const char *parent) {
    char *dir = undrained(parent);
    AtfProducer *producer = new_producer(dir, ATF_WHEN_FULL_DROP, 65536, 4096);
    const AtfEvent event = event_of(0);
    unsigned char bytes[5000];
    AtfRegisters registers;
    AtfPayload payload = atf_raw_payload(1, bytes, 4096 - sizeof(DetailEventHeader));
    memset(bytes, 7, sizeof bytes);
    memset(&registers, 0, sizeof registers);
    /* Detail that is switched off is not counted as dropped. */
    CHECK_OK(atf_producer_set_detail(producer, false));
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(producer), 0);
    CHECK_EQ(atf_producer_dropped_details(producer), 0);
    CHECK_OK(atf_producer_set_detail(producer, true));
    /* A payload that fills the detail buffer, and one that is a byte longer. */
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(producer), 1);
    payload.length = 0;
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_push(producer, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(producer), 1);
    CHECK_EQ(atf_producer_dropped_details(producer), 2);
    CHECK_EQ(atf_producer_event_count(producer), 4);
    /* A payload that can never be stored is an error, and not counted. */
    payload.length = 4096 - sizeof(DetailEventHeader) + 1;
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), -EMSGSIZE);
    payload = atf_function_payload(&registers, bytes, ATF_MAX_STACK_BYTES + 1);
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), -EMSGSIZE);
    payload = atf_raw_payload(1, bytes, SIZE_MAX);
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), -EINVAL);
    payload = atf_raw_payload(1, NULL, 1);
    CHECK_EQ(atf_producer_push_inline(producer, &event, &payload, NULL), -EINVAL);
    CHECK_EQ(atf_producer_event_count(producer), 4);
    CHECK_EQ(atf_producer_dropped_events(producer), 0);
    atf_producer_close(producer);
    free(dir);
}

static void null_is_an_error_everywhere(const char *parent) {
    char *dir = undrained(parent);
    const AtfEvent event = event_of(0);
    AtfProducerOptions options;
    AtfProducer *producer = NULL;
    CHECK_EQ(atf_producer_options_init(NULL, sizeof options), -EINVAL);
    CHECK_EQ(atf_producer_options_init(&options, 1), -EINVAL);
    CHECK_EQ(atf_producer_options_init(&options, sizeof options + 1), -EINVAL);
    CHECK_OK(atf_producer_options_init(&options, sizeof options));
    CHECK_EQ(options.clock_type, ATF_CLOCK_HOST);
    CHECK_EQ(atf_producer_create(NULL, 0, &options, &producer), -EINVAL);
    CHECK_EQ(atf_producer_create(dir, 0, &options, NULL), -EINVAL);
    options.when_full = 2;
    CHECK_FAILS(atf_producer_create(dir, 0, &options, &producer), -EINVAL, "when_full");
    options.when_full = 0;
    options.clock_type = 259;
    CHECK_FAILS(atf_producer_create(dir, 0, &options, &producer), -EINVAL, "clock_type");
    options.clock_type = ATF_CLOCK_HOST;
    options.reserved = 1;
    CHECK_FAILS(atf_producer_create(dir, 0, &options, &producer), -EINVAL, "options.reserved: expected 0, found 1");
    options.reserved = 0;
    options.size = 0;
    CHECK_FAILS(atf_producer_create(dir, 0, &options, &producer), -EINVAL, "AtfProducerOptions.size");
    CHECK(producer == NULL);
    CHECK_OK(atf_producer_create(dir, 0, NULL, &producer));
    CHECK_FAILS(atf_producer_create(dir, 0, NULL, &producer), -EEXIST, "thread_0");
    CHECK_EQ(atf_producer_push(NULL, &event, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_producer_push(producer, NULL, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_producer_push_inline(NULL, &event, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_producer_push_inline(producer, NULL, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_producer_event_count(NULL), UINT32_MAX);
    CHECK_EQ(atf_producer_detail_count(NULL), UINT32_MAX);
    CHECK_EQ(atf_producer_dropped_events(NULL), UINT64_MAX);
    CHECK_EQ(atf_producer_dropped_details(NULL), UINT64_MAX);
    CHECK_EQ(atf_producer_set_detail(NULL, true), -EINVAL);
    CHECK_EQ(atf_check_producer_layout(ATF_PRODUCER_LAYOUT_HASH), 0);
    CHECK_FAILS(atf_check_producer_layout(1), -EPROTONOSUPPORT, "layout of AtfProducer");
    atf_producer_close(producer);
    atf_producer_close(NULL);
    free(dir);
}

static void pushes_behind_a_stop_are_refused_and_not_counted(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_DROP, 4096);
    AtfProducer *producer = NULL;
    uint32_t seq = 0;
    CHECK_OK(atf_drain_register(drain, 5, &producer));
    CHECK_EQ(push(producer, 0, true, &seq), 0);
    CHECK_OK(atf_drain_stop(drain, NULL));
    CHECK_EQ(push(producer, 1, true, &seq), -EPIPE);
    CHECK_EQ(push(producer, 1, false, &seq), -EPIPE);
    CHECK_EQ(atf_producer_dropped_events(producer), 0);
    atf_drain_close(drain);
    CHECK_EQ(push(producer, 1, true, &seq), -EPIPE);
    atf_producer_close(producer);
    check_thread(dir, 5, 1);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

/* After fork, the child's producers are disabled, and those of the parent still work. */
static void forked_process_does_not_push_into_its_parents_ring(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_DROP, 4096);
    AtfProducer *producer = NULL;
    pid_t child;
    CHECK_OK(atf_drain_register(drain, 5, &producer));
    CHECK_EQ(push(producer, 0, true, NULL), 0);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        AtfProducer *other = NULL;
        CHECK_EQ(push(producer, 1, true, NULL), -ECHILD);
        CHECK_EQ(push(producer, 1, false, NULL), -ECHILD);
        CHECK_EQ(atf_drain_register(drain, 6, &other), -ECHILD);
        CHECK_EQ(atf_drain_stop(drain, NULL), -ECHILD);
        atf_producer_close(producer);
        atf_drain_close(drain);
        /* The drain's thread, whose memory this process has a copy of, stayed with the parent: valgrind is not to
           look for what it left. */
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    check_child(child);
    CHECK_EQ(push(producer, 1, true, NULL), 0);
    CHECK_OK(atf_drain_stop(drain, NULL));
    atf_producer_close(producer);
    atf_drain_close(drain);
    check_thread(dir, 5, 2);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static AtfProducer *handlers_producer;
static volatile sig_atomic_t handled, taken, interrupted;

static void push_in_handler(int signal_number) {
    AtfEvent event;
    int code;
    (void)signal_number;
    event.timestamp_ns = 1;
    event.function_id = UINT64_C(9) << 32;
    event.event_kind = ATF_EVENT_KIND_CALL;
    event.call_depth = 0;
    code = atf_producer_push_inline(handlers_producer, &event, NULL, NULL);
    if (code == 0) {
        taken = taken + 1;
    } else if (code == -EINTR) {
        interrupted = interrupted + 1;
    } else {
        abort();
    }
    handled = handled + 1;
}

static volatile bool stop_signals;

static void *send_signals(void *argument) {
    const pthread_t *const target = (const pthread_t *)argument;
    while (!__atomic_load_n(&stop_signals, __ATOMIC_RELAXED)) {
        if (pthread_kill(*target, SIGUSR1) != 0) {
            abort();
        }
    }
    return NULL;
}

/* A push in a signal handler is recorded, or counted as dropped if it interrupted another push. */
static void push_from_a_signal_handler_is_taken_or_counted(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_BLOCK, 65536);
    struct sigaction action, before;
    pthread_t self = pthread_self(), sender;
    AtfDrainSummary summary;
    FileBytes index;
    uint32_t number = 0, seq, at, own = 0, handlers = 0;
    uint64_t lost = 0;
    CHECK_OK(atf_drain_register(drain, 5, &handlers_producer));
    memset(&action, 0, sizeof action);
    action.sa_handler = push_in_handler;
    action.sa_flags = SA_RESTART;
    CHECK_EQ(sigaction(SIGUSR1, &action, &before), 0);
    CHECK_EQ(pthread_create(&sender, NULL, send_signals, &self), 0);
    /* Until enough signals have come; if possible, one of them within a push. */
    while (handled < 100 || (interrupted == 0 && number < 50 * pushes())) {
        CHECK_EQ(push(handlers_producer, number, number % 4 != 0, &seq), 0);
        number++;
    }
    __atomic_store_n(&stop_signals, true, __ATOMIC_RELAXED);
    CHECK_EQ(pthread_join(sender, NULL), 0);
    CHECK_EQ(sigaction(SIGUSR1, &before, NULL), 0);
    CHECK_EQ(atf_producer_dropped_events(handlers_producer), interrupted);
    atf_producer_close(handlers_producer);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(drain, &summary));
    atf_drain_close(drain);
    index = read_in(dir, "thread_5/index.atf");
    for (at = 0; at < summary.events; at++) {
        const IndexEvent event = index_event(&index, at);
        if (event.event_kind == ATF_EVENT_KIND_LOST) {
            lost += event.function_id;
        } else if (event.function_id >> 32 == 9) {
            handlers++;
        } else {
            CHECK_EQ(event.function_id, event_of(own).function_id);
            own++;
        }
    }
    CHECK_EQ(own, number);
    CHECK_EQ(handlers, taken);
    CHECK_EQ(lost, interrupted);
    free(index.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

/* kill -9 of the process that pushes and drains: what was pushed is in the ring, and recovery finds it. */
static void pushed_events_survive_kill_and_are_recovered(const char *parent) {
    char *dir = check_path(parent, "session");
    uint32_t *const pushed =
        (uint32_t *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    FileBytes index;
    int status = 0;
    uint32_t at, found;
    pid_t child;
    AtfIndexFooter footer;
    CHECK(pushed != MAP_FAILED);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        AtfDrain *drain = new_drain(dir, ATF_WHEN_FULL_BLOCK, 4096);
        AtfProducer *producer = NULL;
        uint32_t number;
        CHECK_OK(atf_drain_register(drain, 0, &producer));
        for (number = 0;; number++) {
            CHECK_EQ(push(producer, number, true, NULL), 0);
            __atomic_store_n(pushed, number + 1, __ATOMIC_RELEASE);
        }
    }
    CHECK(child > 0);
    while (__atomic_load_n(pushed, __ATOMIC_ACQUIRE) < pushes() / 4) {
        CHECK_EQ(waitpid(child, &status, WNOHANG), 0);
    }
    CHECK_EQ(kill(child, SIGKILL), 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(recover_in_place(dir), 1);
    CHECK_EQ(check_atf("verify", dir), 0);
    index = read_in(dir, "thread_0/index.atf");
    memcpy(&footer, index.bytes + index.len - sizeof footer, sizeof footer);
    found = (uint32_t)footer.event_count;
    at = *pushed;
    CHECK(found == at || found == at + 1);
    check_thread(dir, 0, found);
    free(index.bytes);
    CHECK_EQ(munmap(pushed, 4096), 0);
    free(dir);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(call_records_events_and_their_payloads);
    CHECK_RUN(inline_push_records_events_and_their_payloads);
    CHECK_RUN(both_pushes_in_turn_are_one);
    CHECK_RUN(four_threads_push_into_a_ring_each);
    CHECK_RUN(full_ring_drops);
    CHECK_RUN(full_ring_drops_inline);
    CHECK_RUN(full_ring_without_a_drain_does_not_block);
    CHECK_RUN(payload_without_room_or_wish_leaves_its_event);
    CHECK_RUN(null_is_an_error_everywhere);
    CHECK_RUN(pushes_behind_a_stop_are_refused_and_not_counted);
    CHECK_RUN(forked_process_does_not_push_into_its_parents_ring);
    CHECK_RUN(push_from_a_signal_handler_is_taken_or_counted);
    CHECK_RUN(pushed_events_survive_kill_and_are_recovered);
    return check_end();
}
