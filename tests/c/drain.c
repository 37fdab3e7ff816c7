/* Drains: options, reports, calls in a wrong order, and what a drain leaves that is not stopped. */
#include "check.h"

#include <pthread.h>

#include "files.h"

static AtfDrain *new_drain(const char *dir) {
    AtfDrain *drain = NULL;
    AtfDrainOptions options;
    CHECK_OK(atf_drain_options_init(&options, sizeof options));
    options.sync_on_finalize = 0;
    CHECK_OK(atf_drain_start(dir, &options, &drain));
    return drain;
}

static void push(AtfProducer *producer, uint32_t from, uint32_t to) {
    uint32_t number;
    for (number = from; number < to; number++) {
        const AtfEvent event = event_of(number);
        CHECK_EQ(atf_producer_push_inline(producer, &event, NULL, NULL), 0);
    }
}

static void session_is_recorded_with_symbols_and_counts(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir);
    const AtfModule module = {sizeof module, 1, "/usr/bin/traced", 0x400000, 0, NULL};
    const AtfSymbol symbol = {sizeof symbol, 0, UINT64_C(1) << 32, "main"};
    AtfProducer *producer = NULL;
    AtfDrainSummary summary;
    AtfThreadSummary thread;
    AtfMetrics metrics;
    AtfThreadMetrics of_thread;
    FileBytes manifest;
    uint32_t unfinished;
    CHECK_OK(atf_drain_register(drain, 3, &producer));
    CHECK_FAILS(atf_drain_register(drain, 3, &producer), -EEXIST, "thread_3");
    CHECK_OK(atf_drain_set_symbols(drain, &module, 1, &symbol, 1));
    CHECK_OK(atf_drain_describe_thread(drain, 3, "worker", 4711));
    push(producer, 0, 1000);
    CHECK_OK(atf_metrics_init(&metrics, sizeof metrics));
    CHECK_OK(atf_thread_metrics_init(&of_thread, sizeof of_thread));
    /* The metrics are updated with a delay. */
    do {
        CHECK_OK(atf_drain_metrics(drain, &metrics));
    } while (metrics.events < 1000);
    CHECK_EQ(metrics.events, 1000);
    CHECK_EQ(metrics.threads, 1);
    CHECK_EQ(metrics.has_error, 0);
    CHECK_OK(atf_drain_thread_metrics(drain, 0, &of_thread));
    CHECK_EQ(of_thread.thread_id, 3);
    CHECK_EQ(of_thread.events, 1000);
    CHECK_EQ(atf_drain_thread_metrics(drain, 1, &of_thread), -ENOENT);
    CHECK_OK(atf_thread_summary_init(&thread, sizeof thread));
    CHECK_FAILS(atf_drain_thread_summary(drain, 0, &thread), -EINVAL, "stopped");
    CHECK_EQ(atf_drain_unfinished_thread(drain, 0, &unfinished), -EINVAL);
    push(producer, 1000, 2000);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(drain, &summary));
    CHECK_EQ(summary.size, sizeof summary);
    CHECK_EQ(summary.threads, 1);
    CHECK_EQ(summary.unfinished, 0);
    CHECK_EQ(summary.events, 2000);
    CHECK_EQ(summary.details, 0);
    CHECK_EQ(summary.dropped_events, 0);
    CHECK_OK(atf_drain_thread_summary(drain, 0, &thread));
    CHECK_EQ(thread.emitted, 2000);
    CHECK_EQ(thread.has_detail, 0);
    CHECK_EQ(atf_drain_unfinished_thread(drain, 0, &unfinished), -ENOENT);
    atf_producer_close(producer);
    atf_drain_close(drain);
    CHECK(!check_exists(dir, "thread_3/detail.atf"));
    CHECK(!check_exists(dir, "thread_3/lanes.ring"));
    manifest = read_in(dir, "manifest.json");
    CHECK_HAS((const char *)manifest.bytes, "\"main\"");
    CHECK_HAS((const char *)manifest.bytes, "\"emitted\": 2000");
    CHECK_HAS((const char *)manifest.bytes, "\"name\": \"worker\"");
    CHECK_HAS((const char *)manifest.bytes, "\"os_id\": 4711");
    CHECK_HAS((const char *)manifest.bytes, "\"command\": [");
    CHECK_HAS((const char *)manifest.bytes, "\"realtime_ns\": ");
    free(manifest.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void stopped_session_takes_no_thread_and_stops_once(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir);
    AtfDrainSummary summary;
    AtfProducer *producer = NULL;
    summary.size = 1;
    CHECK_FAILS(atf_drain_stop(drain, &summary), -EINVAL, "AtfDrainSummary.size");
    CHECK_OK(atf_drain_stop(drain, NULL));
    CHECK_FAILS(atf_drain_stop(drain, NULL), -EBADF, "session");
    CHECK_FAILS(atf_drain_set_symbols(drain, NULL, 0, NULL, 0), -EBADF, "drain: expected an open one, found a stopped one");
    CHECK_EQ(atf_drain_stop_within(drain, 1, NULL), -EBADF);
    CHECK_EQ(atf_drain_wait(drain, NULL), -EBADF);
    CHECK_EQ(atf_drain_register(drain, 0, &producer), -EBADF);
    CHECK(producer == NULL);
    CHECK_OK(atf_drain_set_detail(drain, false));
    atf_drain_close(drain);
    free(dir);
}

/* The session is as after a crash: nothing that was pushed is lost, and another drain resumes. */
static void session_closed_without_a_stop_is_continued_by_another_drain(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir), *other = NULL;
    AtfDrainSummary summary;
    AtfProducer *producer = NULL;
    FileBytes index;
    CHECK_OK(atf_drain_register(drain, 0, &producer));
    push(producer, 0, 100);
    CHECK_FAILS(atf_drain_attach(dir, NULL, &other), -EBUSY, "drain");
    CHECK(other == NULL);
    atf_drain_close(drain);
    CHECK(check_exists(dir, "thread_0/lanes.ring"));
    push(producer, 100, 200);
    CHECK_OK(atf_drain_attach(dir, NULL, &other));
    push(producer, 200, 300);
    atf_producer_close(producer);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_wait(other, &summary));
    atf_drain_close(other);
    CHECK_EQ(summary.events, 300);
    index = read_in(dir, "thread_0/index.atf");
    check_index_ends(&index, 0, 300, false);
    free(index.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void session_closed_without_a_stop_is_recovered(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir);
    AtfProducer *producer = NULL;
    FileBytes index;
    CHECK_OK(atf_drain_register(drain, 0, &producer));
    push(producer, 0, 100);
    atf_producer_close(producer);
    atf_drain_close(drain);
    CHECK_EQ(recover_in_place(dir), 1);
    index = read_in(dir, "thread_0/index.atf");
    check_index_ends(&index, 0, 100, false);
    free(index.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

/* Detail is switched off for existing threads and for later ones. */
static void detail_is_switched_for_all_threads(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = new_drain(dir);
    const AtfEvent event = event_of(0);
    const AtfPayload payload = atf_raw_payload(1, "detail", 6);
    AtfDrainSummary summary;
    AtfProducer *first = NULL, *second = NULL;
    uint32_t details;
    CHECK_OK(atf_drain_register(drain, 0, &first));
    CHECK_EQ(atf_producer_push_inline(first, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(first), 1);
    CHECK_OK(atf_drain_set_detail(drain, false));
    CHECK_OK(atf_drain_register(drain, 1, &second));
    CHECK_EQ(atf_producer_push_inline(second, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(second), 0);
    /* The first producer follows soon. */
    do {
        details = atf_producer_detail_count(first);
        CHECK_EQ(atf_producer_push_inline(first, &event, &payload, NULL), 0);
    } while (atf_producer_detail_count(first) > details);
    CHECK_EQ(atf_producer_dropped_events(first), 0);
    atf_producer_close(first);
    atf_producer_close(second);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop_within(drain, UINT64_C(60000000000), &summary));
    atf_drain_close(drain);
    CHECK_EQ(summary.threads, 2);
    CHECK(summary.details <= details);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static AtfDrain *shared;

static void *register_and_push(void *argument) {
    const uint32_t thread_id = *(const uint32_t *)argument;
    AtfProducer *producer = NULL;
    CHECK_OK(atf_drain_register(shared, thread_id, &producer));
    push(producer, 0, 5000);
    atf_producer_close(producer);
    return NULL;
}

static void threads_register_themselves_at_once(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrainSummary summary;
    pthread_t threads[8];
    uint32_t ids[8], at;
    shared = new_drain(dir);
    for (at = 0; at < 8; at++) {
        ids[at] = at;
        CHECK_EQ(pthread_create(&threads[at], NULL, register_and_push, &ids[at]), 0);
    }
    for (at = 0; at < 8; at++) {
        CHECK_EQ(pthread_join(threads[at], NULL), 0);
    }
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(shared, &summary));
    atf_drain_close(shared);
    CHECK_EQ(summary.threads, 8);
    CHECK_EQ(summary.events + summary.dropped_events, 8 * 5000);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void clocks_are_on_one_scale(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfClock *clock = NULL;
    const uint64_t before = atf_now_ns();
    const int code = atf_clock_calibrate(&clock);
    uint64_t now, earlier = 0;
    int at;
    CHECK(before > 0);
    CHECK(atf_clock_now_ns(NULL) >= before);
    CHECK(code == 0 || code == -ENOTSUP);
    CHECK((clock != NULL) == (code == 0));
    for (at = 0; at < 1000; at++) {
        now = atf_clock_now_ns(clock);
        CHECK(now >= earlier);
        earlier = now;
    }
    if (code == 0) {
        AtfDrainOptions options;
        AtfDrain *drain = NULL;
        FileBytes manifest;
        CHECK_OK(atf_drain_options_init(&options, sizeof options));
        options.clock = clock;
        CHECK_OK(atf_drain_start(dir, &options, &drain));
        atf_clock_close(clock);
        CHECK_OK(atf_drain_stop(drain, NULL));
        atf_drain_close(drain);
        manifest = read_in(dir, "manifest.json");
        CHECK_HAS((const char *)manifest.bytes, "\"anchors\"");
        free(manifest.bytes);
        CHECK_EQ(check_atf("verify", dir), 0);
    }
    CHECK_EQ(atf_clock_calibrate(NULL), -EINVAL);
    atf_clock_close(NULL);
    free(dir);
}

static void null_is_an_error_everywhere(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *drain = NULL;
    AtfDrainOptions options;
    AtfDrainSummary summary;
    AtfThreadSummary thread;
    AtfMetrics metrics;
    AtfThreadMetrics of_thread;
    AtfProducer *producer = NULL;
    uint32_t id = 0;
    CHECK_EQ(atf_drain_options_init(NULL, sizeof options), -EINVAL);
    CHECK_EQ(atf_drain_options_init(&options, 0), -EINVAL);
    CHECK_EQ(atf_drain_summary_init(NULL, sizeof summary), -EINVAL);
    CHECK_EQ(atf_metrics_init(NULL, sizeof metrics), -EINVAL);
    CHECK_EQ(atf_thread_metrics_init(NULL, sizeof of_thread), -EINVAL);
    CHECK_OK(atf_drain_options_init(&options, sizeof options));
    CHECK_OK(atf_thread_summary_init(&thread, sizeof thread));
    CHECK_OK(atf_metrics_init(&metrics, sizeof metrics));
    CHECK_OK(atf_thread_metrics_init(&of_thread, sizeof of_thread));
    CHECK_EQ(atf_drain_start(NULL, NULL, &drain), -EINVAL);
    CHECK_EQ(atf_drain_start(dir, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_attach(NULL, NULL, &drain), -EINVAL);
    CHECK_EQ(atf_drain_attach(dir, NULL, NULL), -EINVAL);
    CHECK_FAILS(atf_drain_attach(dir, NULL, &drain), -ENOENT, "session");
    CHECK_FAILS(atf_drain_attach(parent, NULL, &drain), -EBADMSG, "a directory with neither");
    options.when_full = 7;
    CHECK_FAILS(atf_drain_start(dir, &options, &drain), -EINVAL, "when_full");
    options.when_full = 0;
    options.size = UINT32_MAX;
    CHECK_FAILS(atf_drain_start(dir, &options, &drain), -EINVAL, "AtfDrainOptions.size");
    CHECK(drain == NULL);
    CHECK(!check_exists(parent, "session"));
    CHECK_EQ(atf_drain_register(NULL, 0, &producer), -EINVAL);
    CHECK_EQ(atf_drain_set_detail(NULL, true), -EINVAL);
    CHECK_EQ(atf_drain_describe_thread(NULL, 0, "worker", 1), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(NULL, NULL, 0, NULL, 0), -EINVAL);
    CHECK_EQ(atf_drain_metrics(NULL, &metrics), -EINVAL);
    CHECK_EQ(atf_drain_thread_metrics(NULL, 0, &of_thread), -EINVAL);
    CHECK_EQ(atf_drain_stop(NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_stop_within(NULL, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_wait(NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_summary(NULL, 0, &thread), -EINVAL);
    CHECK_EQ(atf_drain_unfinished_thread(NULL, 0, &id), -EINVAL);
    atf_drain_close(NULL);
    drain = new_drain(dir);
    CHECK_EQ(atf_drain_register(drain, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(drain, NULL, 1, NULL, 0), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(drain, NULL, 0, NULL, 1), -EINVAL);
    CHECK_EQ(atf_drain_metrics(drain, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_metrics(drain, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_summary(drain, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_unfinished_thread(drain, 0, NULL), -EINVAL);
    CHECK_OK(atf_drain_stop(drain, NULL));
    atf_drain_close(drain);
    free(dir);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(session_is_recorded_with_symbols_and_counts);
    CHECK_RUN(stopped_session_takes_no_thread_and_stops_once);
    CHECK_RUN(session_closed_without_a_stop_is_continued_by_another_drain);
    CHECK_RUN(session_closed_without_a_stop_is_recovered);
    CHECK_RUN(detail_is_switched_for_all_threads);
    CHECK_RUN(threads_register_themselves_at_once);
    CHECK_RUN(clocks_are_on_one_scale);
    CHECK_RUN(null_is_an_error_everywhere);
    return check_end();
}
