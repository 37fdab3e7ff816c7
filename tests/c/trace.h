/* Traces that the tests read: made by the command `atf`, then cut and damaged. Include check.h first. */
#ifndef TRACE_H
#define TRACE_H

#include <fcntl.h>

/* Creates a session with `threads` threads and `events` events in all. Every `detail_every`th event of a thread has a
   detail record; none if that is 0. Free the path. */
static inline char *trace_synth(const char *dir, const char *name, unsigned threads, unsigned events,
                                unsigned detail_every) {
    char *path = check_path(dir, name);
    const char *atf = getenv("ATF");
    char numbers[3][16];
    int status = 0;
    pid_t child;
    if (atf == NULL) {
        CHECK_FAIL("expected the command atf in the environment variable ATF");
    }
    snprintf(numbers[0], sizeof numbers[0], "%u", threads);
    snprintf(numbers[1], sizeof numbers[1], "%u", events);
    snprintf(numbers[2], sizeof numbers[2], "%u", detail_every);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL) {
            _exit(126);
        }
        execl(atf, atf, "synth", "--out", path, "--threads", numbers[0], "--events", numbers[1], "--detail-every",
              numbers[2], (char *)NULL);
        _exit(127);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return path;
}

/* Damages bytes of a file. */
static inline void trace_damage(const char *path, size_t offset, size_t len) {
    size_t size = 0, at;
    unsigned char *bytes = check_read(path, &size);
    CHECK(offset + len <= size);
    for (at = offset; at < offset + len; at++) {
        bytes[at] ^= 0x5a;
    }
    check_write(path, bytes, size);
    free(bytes);
}

/* Truncates a file to `len` bytes. */
static inline void trace_cut(const char *path, size_t len) {
    CHECK_EQ(truncate(path, (off_t)len), 0);
}

static inline size_t trace_size(const char *path) {
    struct stat status;
    CHECK_EQ(stat(path, &status), 0);
    return (size_t)status.st_size;
}

static inline bool trace_same_event(const IndexEvent *left, const IndexEvent *right) {
    return memcmp(left, right, sizeof *left) == 0;
}

/* Writes an index.atf of thread `thread_id` with these timestamps, finalized or not. */
static inline void trace_index(const char *path, uint32_t thread_id, const uint64_t *times, size_t count,
                               bool is_finalized) {
    AtfIndexWriter *writer = NULL;
    size_t at;
    CHECK_OK(atf_index_writer_create(path, thread_id, ATF_CLOCK_HOST, &writer));
    for (at = 0; at < count; at++) {
        IndexEvent event;
        atf_index_event_init(&event);
        event.timestamp_ns = times[at];
        event.thread_id = thread_id;
        event.function_id = at;
        event.event_kind = ATF_EVENT_KIND_CALL;
        CHECK_EQ(atf_write_index_event(writer, &event), at);
    }
    if (is_finalized) {
        CHECK_OK(atf_index_writer_finalize(writer));
    }
    atf_index_writer_close(writer);
}

#endif /* TRACE_H */
