/* Sessions with a drain: options, reports, wrong order, and what is left of one that is not stopped. */
#include "check.h"

#include <pthread.h>

#include "files.h"

static AtfDrain *new_session(const char *dir) {
    AtfDrain *session = NULL;
    AtfDrainOptions options;
    CHECK_OK(atf_drain_options_init(&options, sizeof options));
    options.sync_on_finalize = 0;
    CHECK_OK(atf_drain_start(dir, &options, &session));
    return session;
}

static void push(AtfProducer *lane, uint32_t from, uint32_t to) {
    uint32_t number;
    for (number = from; number < to; number++) {
        const AtfEvent event = event_of(number);
        CHECK_EQ(atf_producer_push_inline(lane, &event, NULL, NULL), 0);
    }
}

static void session_is_recorded_with_symbols_and_counts(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *session = new_session(dir);
    const AtfModule module = {1, "/usr/bin/traced", 0x400000, 0, NULL};
    const AtfSymbol symbol = {UINT64_C(1) << 32, "main"};
    AtfProducer *lane = NULL;
    AtfDrainSummary summary;
    AtfThreadSummary thread;
    AtfMetrics metrics;
    AtfThreadMetrics of_thread;
    FileBytes manifest;
    uint32_t unfinished;
    CHECK_OK(atf_drain_register(session, 3, &lane));
    CHECK_FAILS(atf_drain_register(session, 3, &lane), -EEXIST, "thread_3");
    CHECK_OK(atf_drain_set_symbols(session, &module, 1, &symbol, 1));
    push(lane, 0, 1000);
    CHECK_OK(atf_metrics_init(&metrics, sizeof metrics));
    CHECK_OK(atf_thread_metrics_init(&of_thread, sizeof of_thread));
    /* What the drain has taken comes to be told, sooner or later. */
    do {
        CHECK_OK(atf_drain_metrics(session, &metrics));
    } while (metrics.events < 1000);
    CHECK_EQ(metrics.events, 1000);
    CHECK_EQ(metrics.threads, 1);
    CHECK_EQ(metrics.has_error, 0);
    CHECK_OK(atf_drain_thread_metrics(session, 0, &of_thread));
    CHECK_EQ(of_thread.thread_id, 3);
    CHECK_EQ(of_thread.events, 1000);
    CHECK_EQ(atf_drain_thread_metrics(session, 1, &of_thread), -ENOENT);
    CHECK_OK(atf_thread_summary_init(&thread, sizeof thread));
    CHECK_FAILS(atf_drain_thread_summary(session, 0, &thread), -EINVAL, "stopped");
    CHECK_EQ(atf_drain_unfinished_thread(session, 0, &unfinished), -EINVAL);
    push(lane, 1000, 2000);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(session, &summary));
    CHECK_EQ(summary.size, sizeof summary);
    CHECK_EQ(summary.threads, 1);
    CHECK_EQ(summary.unfinished, 0);
    CHECK_EQ(summary.events, 2000);
    CHECK_EQ(summary.details, 0);
    CHECK_EQ(summary.dropped_events, 0);
    CHECK_OK(atf_drain_thread_summary(session, 0, &thread));
    CHECK_EQ(thread.emitted, 2000);
    CHECK_EQ(thread.has_detail, 0);
    CHECK_EQ(atf_drain_unfinished_thread(session, 0, &unfinished), -ENOENT);
    atf_producer_close(lane);
    atf_drain_close(session);
    CHECK(!check_exists(dir, "thread_3/detail.atf"));
    CHECK(!check_exists(dir, "thread_3/lanes.ring"));
    manifest = read_in(dir, "manifest.json");
    CHECK_HAS((const char *)manifest.bytes, "\"main\"");
    CHECK_HAS((const char *)manifest.bytes, "\"emitted\": 2000");
    free(manifest.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static void stopped_session_takes_no_thread_and_stops_once(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *session = new_session(dir);
    AtfDrainSummary summary;
    AtfProducer *lane = NULL;
    summary.size = 1;
    CHECK_FAILS(atf_drain_stop(session, &summary), -EINVAL, "AtfDrainSummary.size");
    CHECK_OK(atf_drain_stop(session, NULL));
    CHECK_FAILS(atf_drain_stop(session, NULL), -EBADF, "session");
    CHECK_FAILS(atf_drain_set_symbols(session, NULL, 0, NULL, 0), -EBADF, "session");
    CHECK_EQ(atf_drain_stop_within(session, 1, NULL), -EBADF);
    CHECK_EQ(atf_drain_wait(session, NULL), -EBADF);
    CHECK_EQ(atf_drain_register(session, 0, &lane), -EBADF);
    CHECK(lane == NULL);
    CHECK_OK(atf_drain_set_detail(session, false));
    atf_drain_close(session);
    free(dir);
}

/* As a crash would leave it: nothing that was pushed is lost, and another drain goes on. */
static void session_closed_without_a_stop_is_continued_by_another_drain(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *session = new_session(dir), *other = NULL;
    AtfDrainSummary summary;
    AtfProducer *lane = NULL;
    FileBytes index;
    CHECK_OK(atf_drain_register(session, 0, &lane));
    push(lane, 0, 100);
    CHECK_FAILS(atf_drain_attach(dir, NULL, &other), -EBUSY, "drain");
    CHECK(other == NULL);
    atf_drain_close(session);
    CHECK(check_exists(dir, "thread_0/lanes.ring"));
    push(lane, 100, 200);
    CHECK_OK(atf_drain_attach(dir, NULL, &other));
    push(lane, 200, 300);
    atf_producer_close(lane);
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
    AtfDrain *session = new_session(dir);
    AtfProducer *lane = NULL;
    FileBytes index;
    CHECK_OK(atf_drain_register(session, 0, &lane));
    push(lane, 0, 100);
    atf_producer_close(lane);
    atf_drain_close(session);
    CHECK_EQ(recover_in_place(dir), 1);
    index = read_in(dir, "thread_0/index.atf");
    check_index_ends(&index, 0, 100, false);
    free(index.bytes);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

/* Detail is switched off for threads that are there and for those to come. */
static void detail_is_switched_for_all_threads(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrain *session = new_session(dir);
    const AtfEvent event = event_of(0);
    const AtfPayload payload = atf_raw_payload(1, "detail", 6);
    AtfDrainSummary summary;
    AtfProducer *first = NULL, *second = NULL;
    uint32_t details;
    CHECK_OK(atf_drain_register(session, 0, &first));
    CHECK_EQ(atf_producer_push_inline(first, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(first), 1);
    CHECK_OK(atf_drain_set_detail(session, false));
    CHECK_OK(atf_drain_register(session, 1, &second));
    CHECK_EQ(atf_producer_push_inline(second, &event, &payload, NULL), 0);
    CHECK_EQ(atf_producer_detail_count(second), 0);
    /* Soon after, in the first lane. */
    do {
        details = atf_producer_detail_count(first);
        CHECK_EQ(atf_producer_push_inline(first, &event, &payload, NULL), 0);
    } while (atf_producer_detail_count(first) > details);
    CHECK_EQ(atf_producer_dropped_events(first), 0);
    atf_producer_close(first);
    atf_producer_close(second);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop_within(session, UINT64_C(60000000000), &summary));
    atf_drain_close(session);
    CHECK_EQ(summary.threads, 2);
    CHECK(summary.details <= details);
    CHECK_EQ(check_atf("verify", dir), 0);
    free(dir);
}

static AtfDrain *shared;

static void *register_and_push(void *argument) {
    const uint32_t thread_id = *(const uint32_t *)argument;
    AtfProducer *lane = NULL;
    CHECK_OK(atf_drain_register(shared, thread_id, &lane));
    push(lane, 0, 5000);
    atf_producer_close(lane);
    return NULL;
}

static void threads_register_themselves_at_once(const char *parent) {
    char *dir = check_path(parent, "session");
    AtfDrainSummary summary;
    pthread_t threads[8];
    uint32_t ids[8], at;
    shared = new_session(dir);
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
        AtfDrain *session = NULL;
        FileBytes manifest;
        CHECK_OK(atf_drain_options_init(&options, sizeof options));
        options.clock = clock;
        CHECK_OK(atf_drain_start(dir, &options, &session));
        atf_clock_close(clock);
        CHECK_OK(atf_drain_stop(session, NULL));
        atf_drain_close(session);
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
    AtfDrain *session = NULL;
    AtfDrainOptions options;
    AtfDrainSummary summary;
    AtfThreadSummary thread;
    AtfMetrics metrics;
    AtfThreadMetrics of_thread;
    AtfProducer *lane = NULL;
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
    CHECK_EQ(atf_drain_start(NULL, NULL, &session), -EINVAL);
    CHECK_EQ(atf_drain_start(dir, NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_attach(NULL, NULL, &session), -EINVAL);
    CHECK_EQ(atf_drain_attach(dir, NULL, NULL), -EINVAL);
    CHECK_FAILS(atf_drain_attach(dir, NULL, &session), -ENOENT, "session");
    CHECK_FAILS(atf_drain_attach(parent, NULL, &session), -EBADMSG, "a directory with neither");
    options.when_full = 7;
    CHECK_FAILS(atf_drain_start(dir, &options, &session), -EINVAL, "when_full");
    options.when_full = 0;
    options.size = UINT32_MAX;
    CHECK_FAILS(atf_drain_start(dir, &options, &session), -EINVAL, "AtfDrainOptions.size");
    CHECK(session == NULL);
    CHECK(!check_exists(parent, "session"));
    CHECK_EQ(atf_drain_register(NULL, 0, &lane), -EINVAL);
    CHECK_EQ(atf_drain_set_detail(NULL, true), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(NULL, NULL, 0, NULL, 0), -EINVAL);
    CHECK_EQ(atf_drain_metrics(NULL, &metrics), -EINVAL);
    CHECK_EQ(atf_drain_thread_metrics(NULL, 0, &of_thread), -EINVAL);
    CHECK_EQ(atf_drain_stop(NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_stop_within(NULL, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_wait(NULL, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_summary(NULL, 0, &thread), -EINVAL);
    CHECK_EQ(atf_drain_unfinished_thread(NULL, 0, &id), -EINVAL);
    atf_drain_close(NULL);
    session = new_session(dir);
    CHECK_EQ(atf_drain_register(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(session, NULL, 1, NULL, 0), -EINVAL);
    CHECK_EQ(atf_drain_set_symbols(session, NULL, 0, NULL, 1), -EINVAL);
    CHECK_EQ(atf_drain_metrics(session, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_metrics(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_thread_summary(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_drain_unfinished_thread(session, 0, NULL), -EINVAL);
    CHECK_OK(atf_drain_stop(session, NULL));
    atf_drain_close(session);
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
