/* The events of several threads in timestamp order. R-010 from C. */
#include "check.h"
#include "trace.h"

/* The events of all threads of a session, sorted: the expected result of a merge. */
struct expected {
    uint64_t rank; /* the running maximum of the thread's timestamps */
    AtfMergedEvent event;
};

static int by_rank(const void *left, const void *right) {
    const struct expected *a = (const struct expected *)left, *b = (const struct expected *)right;
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    if (a->event.thread_id != b->event.thread_id) {
        return a->event.thread_id < b->event.thread_id ? -1 : 1;
    }
    return a->event.seq < b->event.seq ? -1 : 1;
}

static struct expected *sorted(const AtfSessionReader *session, size_t *count) {
    const size_t total = (size_t)atf_session_reader_event_count(session);
    struct expected *all = (struct expected *)calloc(total + 1, sizeof *all);
    size_t at, len = 0;
    CHECK(all != NULL);
    for (at = 0; at < atf_session_reader_thread_count(session); at++) {
        AtfSessionThread thread;
        AtfThreadReader *reader = NULL;
        AtfIndexReader *index = NULL;
        uint64_t highest = 0;
        uint32_t seq;
        CHECK_OK(atf_session_reader_thread_at(session, at, &thread));
        if (!thread.is_readable) {
            continue;
        }
        CHECK_OK(atf_session_reader_thread(session, thread.thread_id, &reader));
        CHECK_OK(atf_thread_reader_index(reader, &index));
        atf_thread_reader_close(reader);
        for (seq = 0; seq < atf_index_reader_count(index); seq++) {
            struct expected *next = &all[len++];
            CHECK_OK(atf_index_reader_get(index, seq, &next->event.event));
            next->event.thread_id = thread.thread_id;
            next->event.seq = seq;
            highest = next->event.event.timestamp_ns > highest ? next->event.event.timestamp_ns : highest;
            next->rank = highest;
        }
        atf_index_reader_close(index);
    }
    CHECK_EQ(len, total);
    qsort(all, len, sizeof *all, by_rank);
    *count = len;
    return all;
}

static void same_merged(const AtfMergedEvent *found, const AtfMergedEvent *expected) {
    CHECK_EQ(found->thread_id, expected->thread_id);
    CHECK_EQ(found->seq, expected->seq);
    CHECK(trace_same_event(&found->event, &expected->event));
}

/* All events in `from`..`to`, one by one and in batches of several sizes. */
static void gives_what_is_expected(const AtfSessionReader *session, uint64_t from, uint64_t to) {
    static AtfMergedEvent room[1000];
    const size_t rooms[] = {1, 7, 1000};
    size_t count = 0, at, size;
    struct expected *all = sorted(session, &count);
    AtfMerge *merge = NULL;
    AtfMergedEvent event;
    CHECK_OK(atf_merge_open(session, from, to, NULL, 0, &merge));
    for (at = 0; at < count; at++) {
        const uint64_t time = all[at].event.event.timestamp_ns;
        if (time >= from && (time < to || to == UINT64_MAX)) {
            CHECK_EQ(atf_merge_next(merge, &event), 1);
            same_merged(&event, &all[at].event);
        }
    }
    CHECK_EQ(atf_merge_remaining(merge), 0);
    CHECK_EQ(atf_merge_next(merge, &event), 0);
    CHECK_EQ(atf_merge_next(merge, &event), 0);
    atf_merge_close(merge);
    for (size = 0; size < sizeof rooms / sizeof rooms[0]; size++) {
        size_t got = 0, given = 0;
        uint64_t left;
        CHECK_OK(atf_merge_open(session, from, to, NULL, 0, &merge));
        left = atf_merge_remaining(merge);
        for (at = 0; at < count; at++) {
            const uint64_t time = all[at].event.event.timestamp_ns;
            if (time < from || (time >= to && to != UINT64_MAX)) {
                continue;
            }
            if (given == got) {
                CHECK_OK(atf_merge_next_batch(merge, room, rooms[size], &got));
                CHECK_EQ(got, left < rooms[size] ? left : rooms[size]);
                left -= got;
                given = 0;
            }
            same_merged(&room[given++], &all[at].event);
        }
        CHECK_EQ(given, got);
        CHECK_OK(atf_merge_next_batch(merge, room, rooms[size], &got));
        CHECK_EQ(got, 0);
        atf_merge_close(merge);
    }
    free(all);
}

static void events_come_in_the_order_of_time(const char *dir) {
    char *path = trace_synth(dir, "s", 5, 5000, 0);
    AtfSessionReader *session = NULL;
    uint64_t start = 0, end = 0;
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_OK(atf_session_reader_time_range(session, &start, &end));
    gives_what_is_expected(session, 0, UINT64_MAX);
    gives_what_is_expected(session, start + (end - start) / 4, start + (end - start) / 2);
    gives_what_is_expected(session, start + (end - start) / 2, UINT64_MAX);
    gives_what_is_expected(session, 0, start);
    gives_what_is_expected(session, end, start);
    atf_session_reader_close(session);
    free(path);
}

static AtfSessionReader *clocks_that_go_backwards(const char *dir) {
    const uint64_t times[3][4] = {{10, 30, 20, UINT64_MAX}, {20, 20, 5, 25}, {40, 1, 2, 30}};
    AtfSessionReader *session = NULL;
    uint32_t thread;
    for (thread = 0; thread < 3; thread++) {
        char name[32];
        char *folder, *index;
        snprintf(name, sizeof name, "thread_%u", (unsigned)thread * 10);
        folder = check_path(dir, name);
        index = check_path(folder, "index.atf");
        CHECK_EQ(mkdir(folder, 0777), 0);
        trace_index(index, thread * 10, times[thread], 4, thread != 2);
        free(index);
        free(folder);
    }
    CHECK_OK(atf_session_reader_open(dir, &session));
    return session;
}

static void no_event_is_missed_where_clocks_go_backwards(const char *dir) {
    AtfSessionReader *session = clocks_that_go_backwards(dir);
    uint64_t from, to;
    for (from = 0; from < 45; from += 5) {
        for (to = 0; to < 45; to += 5) {
            gives_what_is_expected(session, from, to);
        }
        gives_what_is_expected(session, from, UINT64_MAX);
    }
    atf_session_reader_close(session);
}

static void threads_are_chosen_by_their_ids(const char *dir) {
    AtfSessionReader *session = clocks_that_go_backwards(dir);
    const uint32_t some[] = {20, 0}, twice[] = {0, 20, 0}, unknown[] = {0, 7};
    AtfMergedEvent event;
    AtfMerge *merge = NULL;
    size_t count = 0;
    CHECK_OK(atf_merge_open(session, 0, UINT64_MAX, some, 2, &merge));
    CHECK_EQ(atf_merge_remaining(merge), 8);
    while (atf_merge_next(merge, &event) == 1) {
        CHECK(event.thread_id == 0 || event.thread_id == 20);
        CHECK_EQ(event.event.thread_id, event.thread_id);
        count++;
    }
    CHECK_EQ(count, 8);
    atf_merge_close(merge);
    CHECK_OK(atf_merge_open(session, 0, UINT64_MAX, some, 0, &merge));
    CHECK_EQ(atf_merge_remaining(merge), 0);
    atf_merge_close(merge);
    merge = NULL;
    CHECK_FAILS(atf_merge_open(session, 0, UINT64_MAX, twice, 3, &merge), -EINVAL,
                "argument threads: expected each thread once, found 0 twice");
    CHECK_FAILS(atf_merge_open(session, 0, UINT64_MAX, unknown, 2, &merge), -ENOENT, "argument thread_id: expected a thread of ");
    CHECK(merge == NULL);
    atf_session_reader_close(session);
}

static void thread_that_cannot_be_read_is_left_out_or_refused(const char *dir) {
    char *path = trace_synth(dir, "s", 3, 300, 0);
    char *index = check_path(path, "thread_1/index.atf");
    const uint32_t damaged[] = {1};
    AtfSessionReader *session = NULL;
    AtfMerge *merge = NULL;
    trace_damage(index, 0, 4);
    CHECK_OK(atf_session_reader_open(path, &session));
    gives_what_is_expected(session, 0, UINT64_MAX);
    CHECK_FAILS(atf_merge_open(session, 0, UINT64_MAX, damaged, 1, &merge), -EBADMSG, "header at byte 0: magic");
    CHECK(merge == NULL);
    atf_session_reader_close(session);
    free(index);
    free(path);
}

static void merge_outlives_its_session(const char *dir) {
    char *path = trace_synth(dir, "s", 2, 2000, 0);
    AtfSessionReader *session = NULL;
    AtfMerge *merge = NULL;
    AtfMergedEvent event;
    size_t count = 0;
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_OK(atf_merge_open(session, 0, UINT64_MAX, NULL, 0, &merge));
    CHECK_EQ(atf_merge_next(merge, &event), 1);
    atf_session_reader_close(session);
    while (atf_merge_next(merge, &event) == 1) {
        count++;
    }
    CHECK_EQ(count, 1999);
    atf_merge_close(merge);
    free(path);
}

static void null_is_an_argument_that_is_refused(const char *dir) {
    AtfSessionReader *session = clocks_that_go_backwards(dir);
    AtfMerge *merge = NULL;
    AtfMergedEvent event;
    size_t got = 77;
    CHECK_FAILS(atf_merge_open(NULL, 0, 1, NULL, 0, &merge), -EINVAL, "argument session: expected a pointer, found NULL");
    CHECK_FAILS(atf_merge_open(session, 0, 1, NULL, 0, NULL), -EINVAL, "argument merge: expected a pointer, found NULL");
    CHECK_FAILS(atf_merge_open(session, 0, 1, NULL, 2, &merge), -EINVAL, "argument threads: expected a pointer, found NULL");
    CHECK(merge == NULL);
    CHECK_OK(atf_merge_open(session, 0, UINT64_MAX, NULL, 0, &merge));
    CHECK_EQ(atf_merge_remaining(NULL), 0);
    CHECK_EQ(atf_merge_next(NULL, &event), -EINVAL);
    CHECK_EQ(atf_merge_next(merge, NULL), -EINVAL);
    CHECK_EQ(atf_merge_next_batch(NULL, &event, 1, &got), -EINVAL);
    CHECK_EQ(atf_merge_next_batch(merge, NULL, 1, &got), -EINVAL);
    CHECK_EQ(atf_merge_next_batch(merge, &event, 1, NULL), -EINVAL);
    CHECK_FAILS(atf_merge_next_batch(merge, &event, 0, &got), -EINVAL, "argument events: expected room for at least one");
    CHECK_EQ(atf_merge_next_batch(merge, &event, SIZE_MAX, &got), -EINVAL);
    CHECK_EQ(got, 77);
    /* The failed calls lost no event. */
    CHECK_EQ(atf_merge_remaining(merge), 12);
    atf_merge_close(merge);
    atf_merge_close(NULL);
    atf_session_reader_close(session);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(events_come_in_the_order_of_time);
    CHECK_RUN(no_event_is_missed_where_clocks_go_backwards);
    CHECK_RUN(threads_are_chosen_by_their_ids);
    CHECK_RUN(thread_that_cannot_be_read_is_left_out_or_refused);
    CHECK_RUN(merge_outlives_its_session);
    CHECK_RUN(null_is_an_argument_that_is_refused);
    return check_end();
}
