/* What a drain reports when the system refuses, and what the session says of it afterwards. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "files.h"

typedef struct {
    pthread_mutex_t lock;
    unsigned count[5];
    int code[5];
    char text[5][512];
} Notices;

static void take_note(uint32_t notice, int code, const char *text, void *user) {
    Notices *const notices = (Notices *)user;
    pthread_mutex_lock(&notices->lock);
    CHECK(notice >= 1 && notice <= 4);
    notices->count[notice]++;
    notices->code[notice] = code;
    snprintf(notices->text[notice], sizeof notices->text[notice], "%s", text);
    pthread_mutex_unlock(&notices->lock);
}

static unsigned count_of(Notices *notices, uint32_t notice) {
    unsigned count;
    pthread_mutex_lock(&notices->lock);
    count = notices->count[notice];
    pthread_mutex_unlock(&notices->lock);
    return count;
}

static rlim_t limit(__rlimit_resource_t resource, rlim_t current) {
    struct rlimit now;
    rlim_t before;
    CHECK_EQ(getrlimit(resource, &now), 0);
    before = now.rlim_cur;
    now.rlim_cur = current;
    CHECK_EQ(setrlimit(resource, &now), 0);
    return before;
}

static volatile sig_atomic_t signals;

static void count_signal(int number) {
    (void)number;
    signals = signals + 1;
}

/* Ends the program if what a loop waits for does not come within a minute. */
static void wait_a_little(unsigned *rounds) {
    CHECK(++*rounds < 60000);
    usleep(1000);
}

static AtfDrain *new_drain(const char *dir, Notices *notices) {
    AtfDrain *drain = NULL;
    AtfDrainOptions options;
    CHECK_OK(atf_drain_options_init(&options, sizeof options));
    options.sync_on_finalize = 0;
    options.index_bytes = 1 << 20;
    options.detail_bytes = 0;
    options.when_full = ATF_WHEN_FULL_BLOCK;
    options.flush_interval_ns = 1000000;
    CHECK_OK(atf_drain_start(dir, &options, &drain));
    memset(notices, 0, sizeof *notices);
    pthread_mutex_init(&notices->lock, NULL);
    CHECK_OK(atf_drain_on_notice(drain, take_note, notices));
    return drain;
}

/* The program's handler for SIGXFSZ stays, and is not called: the drain's thread blocks the signal. */
static void full_disk_is_reported_once_and_ends(const char *parent) {
    char *dir = check_path(parent, "session");
    Notices notices;
    AtfDrain *drain;
    AtfProducer *producer = NULL;
    AtfMetrics metrics;
    struct sigaction action, found;
    uint32_t number;
    rlim_t before;
    unsigned rounds = 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_signal;
    CHECK_EQ(sigaction(SIGXFSZ, &action, NULL), 0);
    drain = new_drain(dir, &notices);
    CHECK_OK(atf_drain_register(drain, 0, &producer));
    CHECK_OK(atf_metrics_init(&metrics, sizeof metrics));
    before = limit(RLIMIT_FSIZE, 64 * 1024);
    for (number = 0; number < 10000; number++) {
        const AtfEvent event = event_of(number);
        CHECK_EQ(atf_producer_push_inline(producer, &event, NULL, NULL), 0);
    }
    while (count_of(&notices, ATF_NOTICE_WAITING) == 0) {
        wait_a_little(&rounds);
    }
    CHECK_EQ(notices.code[ATF_NOTICE_WAITING], -EFBIG);
    CHECK_HAS(notices.text[ATF_NOTICE_WAITING], "session/thread_0/index.atf: cannot write ");
    CHECK_HAS(notices.text[ATF_NOTICE_WAITING], "; the drain waits until there is room");
    do {
        wait_a_little(&rounds);
        CHECK_OK(atf_drain_metrics(drain, &metrics));
    } while (metrics.is_stalled == 0);
    CHECK_EQ(metrics.has_error, 1);
    limit(RLIMIT_FSIZE, before);
    while (count_of(&notices, ATF_NOTICE_RESUMED) == 0) {
        wait_a_little(&rounds);
    }
    do {
        wait_a_little(&rounds);
        CHECK_OK(atf_drain_metrics(drain, &metrics));
    } while (metrics.is_stalled != 0);
    atf_producer_close(producer);
    CHECK_OK(atf_drain_stop(drain, NULL));
    CHECK_EQ(atf_drain_on_notice(drain, take_note, &notices), -EBADF);
    CHECK_EQ(atf_drain_set_failed(drain, "too late"), -EBADF);
    atf_drain_close(drain);
    CHECK_EQ(count_of(&notices, ATF_NOTICE_WAITING), 1);
    CHECK_EQ(count_of(&notices, ATF_NOTICE_FAILED), 0);
    CHECK_EQ(sigaction(SIGXFSZ, NULL, &found), 0);
    CHECK(found.sa_handler == count_signal);
    CHECK_EQ(signals, 0);
    free(dir);
}

/* A ring that is too large for the limit does not raise the signal either, and the thread is counted. */
static void thread_that_cannot_be_registered_is_counted(const char *parent) {
    char *dir = check_path(parent, "session");
    Notices notices;
    AtfDrain *drain = new_drain(dir, &notices);
    AtfProducer *producer = NULL;
    AtfSessionReader *session;
    AtfDrainSummary summary;
    AtfMetrics metrics;
    sigset_t all, mask;
    rlim_t before;
    unsigned rounds = 0;
    signals = 0;
    CHECK_OK(atf_metrics_init(&metrics, sizeof metrics));
    before = limit(RLIMIT_FSIZE, 64 * 1024);
    CHECK_EQ(atf_drain_register(drain, 7, &producer), -EFBIG);
    CHECK_EQ(atf_drain_register(drain, 7, &producer), -EFBIG);
    CHECK_EQ(atf_drain_register(drain, 8, &producer), -EFBIG);
    /* Tracers block all signals here, so that no handler interrupts it. */
    sigfillset(&all);
    CHECK_EQ(pthread_sigmask(SIG_BLOCK, &all, &mask), 0);
    CHECK_EQ(atf_drain_register(drain, 8, &producer), -EFBIG);
    CHECK_EQ(pthread_sigmask(SIG_SETMASK, &mask, NULL), 0);
    limit(RLIMIT_FSIZE, before);
    CHECK_EQ(signals, 0);
    while (count_of(&notices, ATF_NOTICE_UNTRACED) < 4) {
        wait_a_little(&rounds);
    }
    CHECK_HAS(notices.text[ATF_NOTICE_UNTRACED], "thread 8 is not traced: ");
    CHECK_EQ(notices.code[ATF_NOTICE_UNTRACED], -EFBIG);
    do {
        wait_a_little(&rounds);
        CHECK_OK(atf_drain_metrics(drain, &metrics));
    } while (metrics.untraced_threads != 2);
    /* One of them after all. */
    CHECK_OK(atf_drain_register(drain, 8, &producer));
    atf_producer_close(producer);
    CHECK_OK(atf_drain_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_drain_stop(drain, &summary));
    CHECK_EQ(summary.threads, 1);
    CHECK_EQ(summary.untraced_threads, 1);
    atf_drain_close(drain);
    CHECK_OK(atf_session_reader_open(dir, &session));
    CHECK_EQ(atf_session_reader_untraced_threads(session), 1);
    CHECK(atf_session_reader_failed(session) == NULL);
    atf_session_reader_close(session);
    free(dir);
}

static void recorder_that_failed_says_so_in_the_manifest(const char *parent) {
    char *dir = check_path(parent, "drained"), *files = check_path(parent, "written");
    Notices notices;
    AtfDrain *drain = new_drain(dir, &notices);
    AtfSessionWriter *writer = NULL;
    AtfSessionReader *session;
    CHECK_OK(atf_drain_set_failed(drain, "the debugger was detached"));
    CHECK_OK(atf_drain_stop(drain, NULL));
    atf_drain_close(drain);
    CHECK_OK(atf_session_writer_create(files, ATF_CLOCK_HOST, &writer));
    CHECK_EQ(atf_session_writer_fail(writer, NULL), -EINVAL);
    CHECK_OK(atf_session_writer_fail(writer, "the debugger was detached"));
    CHECK_EQ(atf_session_writer_fail(writer, "again"), -EBADF);
    atf_session_writer_close(writer);
    const char *const dirs[] = {dir, files};
    for (int i = 0; i < 2; i++) {
        CHECK_OK(atf_session_reader_open(dirs[i], &session));
        CHECK_TEXT(atf_session_reader_state(session), "recording");
        CHECK_TEXT(atf_session_reader_failed(session), "the debugger was detached");
        atf_session_reader_close(session);
        CHECK_EQ(atf_verify(dirs[i], NULL, NULL, NULL), 1);
    }
    free(files);
    free(dir);
}

static void null_is_an_error(const char *parent) {
    (void)parent;
    CHECK_EQ(atf_drain_on_notice(NULL, take_note, NULL), -EINVAL);
    CHECK_EQ(atf_drain_set_failed(NULL, "reason"), -EINVAL);
    CHECK_EQ(atf_session_writer_fail(NULL, "reason"), -EINVAL);
    CHECK(atf_session_reader_failed(NULL) == NULL);
    CHECK_EQ(atf_session_reader_untraced_threads(NULL), 0);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(full_disk_is_reported_once_and_ends);
    CHECK_RUN(thread_that_cannot_be_registered_is_counted);
    CHECK_RUN(recorder_that_failed_says_so_in_the_manifest);
    CHECK_RUN(null_is_an_error);
    return check_end();
}
