/* Counts what a session holds: threads, events, detail records found by sequence, and whether there is a manifest.
   Ends with 2 and the library's error where the operating system refuses to read a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <atf/atf.h>

static int failed(void) {
    fprintf(stderr, "error: %s\n", atf_last_error());
    return 2;
}

/* Counts the records of a thread; -1 after an error that is not the end of the records. */
static int64_t count_details(const AtfSessionReader *session, uint32_t id) {
    AtfThreadReader *thread = NULL;
    AtfDetailReader *detail = NULL;
    AtfDetail record;
    int64_t count = 0;
    int code = atf_session_reader_thread(session, id, &thread);
    if (code == -ENOENT || code == -EBADMSG) {
        return 0;
    }
    if (code != 0) {
        return -1;
    }
    if (atf_thread_reader_detail(thread, &detail) == 0) {
        while ((code = atf_thread_reader_get_detail(thread, (uint32_t)count, &record)) == 0) {
            count += 1;
        }
        if (code != -ENOENT) {
            count = -1;
        }
    }
    atf_detail_reader_close(detail);
    atf_thread_reader_close(thread);
    return count;
}

int main(int argc, char **argv) {
    AtfSessionReader *session = NULL;
    AtfMerge *merge = NULL;
    AtfMergedEvent event;
    uint64_t merged = 0;
    int code = 0;
    if (argc != 2 || atf_session_reader_open(argv[1], &session) != 0) {
        return failed();
    }
    code = atf_session_reader_manifest(session);
    if (code != 0 && code != -ENOENT && code != -EBADMSG) {
        return failed();
    }
    printf("manifest %s\n", code == 0 ? "valid" : code == -ENOENT ? "missing" : "invalid");
    printf("threads %zu, events %" PRIu64 "\n", atf_session_reader_thread_count(session),
           atf_session_reader_event_count(session));
    for (size_t at = 0; at < atf_session_reader_thread_count(session); at += 1) {
        AtfSessionThread thread;
        if (atf_session_reader_thread_at(session, at, &thread) != 0) {
            return failed();
        }
        const int64_t details = count_details(session, thread.thread_id);
        if (details < 0) {
            return failed();
        }
        printf("thread %" PRIu32 ": details %" PRId64 "\n", thread.thread_id, details);
    }
    if (atf_merge_open(session, 0, UINT64_MAX, NULL, 0, &merge) != 0) {
        return failed();
    }
    while (atf_merge_next(merge, &event) == 1) {
        merged += 1;
    }
    printf("merged %" PRIu64 "\n", merged);
    atf_merge_close(merge);
    atf_session_reader_close(session);
    return 0;
}
