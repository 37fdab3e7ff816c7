/* A session: its manifest, its threads, and threads that cannot be read. R-009 from C. */
#include "check.h"
#include "trace.h"

static void intact_session_gives_its_threads_and_times(const char *dir) {
    char *path = trace_synth(dir, "s", 3, 3000, 10);
    char *manifest = check_path(path, "manifest.json");
    AtfSessionReader *session = NULL;
    AtfSessionThread thread;
    AtfSessionProblem problem;
    AtfThreadReader *reader = NULL;
    AtfDetailReader *detail = NULL;
    uint64_t start = 0, end = 0, details = 0, counted = 0;
    size_t at;
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_OK(atf_session_reader_manifest(session));
    CHECK_TEXT(atf_session_reader_state(session), "complete");
    CHECK_EQ(atf_session_reader_problem_count(session), 0);
    CHECK_FAILS(atf_session_reader_problem(session, 0, &problem), -ENOENT,
                "argument at: expected less than 0 (problems), found 0");
    CHECK_EQ(atf_session_reader_event_count(session), 3000);
    CHECK_OK(atf_session_reader_time_range(session, &start, &end));
    CHECK(start < end);
    CHECK_EQ(atf_session_reader_thread_count(session), 3);
    for (at = 0; at < 3; at++) {
        CHECK_OK(atf_session_reader_thread_at(session, at, &thread));
        CHECK_EQ(thread.thread_id, at);
        CHECK(thread.is_in_manifest && thread.is_there && thread.is_readable);
        CHECK_OK(atf_session_reader_thread(session, thread.thread_id, &reader));
        CHECK_EQ(atf_thread_reader_thread_id(reader), at);
        CHECK_OK(atf_thread_reader_detail(reader, &detail));
        counted += atf_detail_reader_count(detail);
        atf_detail_reader_close(detail);
        atf_thread_reader_close(reader);
    }
    CHECK_OK(atf_session_reader_detail_count(session, &details));
    CHECK_EQ(details, counted);
    CHECK_FAILS(atf_session_reader_thread_at(session, 3, &thread), -ENOENT, "expected less than 3 (threads), found 3");
    reader = NULL;
    CHECK_FAILS(atf_session_reader_thread(session, 77, &reader), -ENOENT, "argument thread_id: expected a thread of ");
    CHECK(reader == NULL);
    atf_session_reader_close(session);
    /* Opened by the path of its manifest. */
    CHECK_OK(atf_session_reader_open(manifest, &session));
    CHECK_EQ(atf_session_reader_event_count(session), 3000);
    atf_session_reader_close(session);
    CHECK_EQ(chdir(path), 0);
    CHECK_OK(atf_session_reader_open("manifest.json", &session));
    CHECK_EQ(atf_session_reader_event_count(session), 3000);
    atf_session_reader_close(session);
    CHECK_OK(atf_session_reader_open(".", &session));
    CHECK_EQ(atf_session_reader_event_count(session), 3000);
    atf_session_reader_close(session);
    free(manifest);
    free(path);
}

static void manifest_gives_names_and_state(const char *dir) {
    static const char text[] = "{\"format_version\": \"2.1\", \"threads\": [{\"id\": 4}, {\"id\": 9}], \"state\": \"paused\","
                               " \"symbols\": [{\"function_id\": \"0x100000002\", \"name\": \"spam::eggs\"},"
                               " {\"function_id\": \"no number\", \"name\": \"x\"}, {\"function_id\": \"0x0\", \"name\": \"a\\u0000b\"}]}";
    const uint64_t times[] = {30, 40};
    char *manifest = check_path(dir, "manifest.json");
    char *thread_dir = check_path(dir, "thread_4");
    char *index = check_path(thread_dir, "index.atf");
    AtfSessionReader *session = NULL;
    AtfSessionThread thread;
    AtfSessionProblem problem;
    AtfThreadReader *reader = NULL;
    AtfFunctionName symbol;
    uint64_t start = 0, end = 0;
    const char *name;
    CHECK_EQ(mkdir(thread_dir, 0777), 0);
    trace_index(index, 4, times, 2, true);
    check_write(manifest, text, sizeof text - 1);
    CHECK_OK(atf_session_reader_open(dir, &session));
    CHECK_TEXT(atf_session_reader_state(session), "paused");
    name = atf_session_reader_symbol(session, UINT64_C(0x100000002));
    CHECK_TEXT(name, "spam::eggs");
    CHECK_TEXT(atf_session_reader_symbol(session, 0), "a?b");
    CHECK(atf_session_reader_symbol(session, 3) == NULL);
    CHECK(atf_session_reader_symbol(session, UINT64_C(0x100000002)) == name);
    CHECK_EQ(atf_session_reader_symbol_count(session), 2);
    CHECK_OK(atf_session_reader_symbol_at(session, 1, &symbol));
    CHECK_EQ(symbol.function_id, UINT64_C(0x100000002));
    CHECK(symbol.name == name);
    CHECK_FAILS(atf_session_reader_symbol_at(session, 2, &symbol), -ENOENT, "expected less than 2 (symbols), found 2");
    /* Thread 9 is only in the manifest. */
    CHECK_EQ(atf_session_reader_thread_count(session), 2);
    CHECK_OK(atf_session_reader_thread_at(session, 1, &thread));
    CHECK(thread.thread_id == 9 && thread.is_in_manifest && !thread.is_there && !thread.is_readable);
    CHECK_EQ(atf_session_reader_problem_count(session), 1);
    CHECK_OK(atf_session_reader_problem(session, 0, &problem));
    CHECK_EQ(problem.thread_id, 9);
    CHECK_EQ(problem.code, -ENOENT);
    CHECK_HAS(problem.text, "thread_9/index.atf: cannot open: ");
    CHECK_FAILS(atf_session_reader_thread(session, 9, &reader), -ENOENT, "thread_9/index.atf: cannot open: ");
    CHECK_TEXT(atf_last_error(), problem.text);
    CHECK_OK(atf_session_reader_time_range(session, &start, &end));
    CHECK(start == 30 && end == 40);
    atf_session_reader_close(session);
    check_write(manifest, "{", 1);
    CHECK_OK(atf_session_reader_open(dir, &session));
    CHECK_FAILS(atf_session_reader_manifest(session), -EBADMSG, "manifest.json: expected a session's manifest, found: ");
    CHECK(atf_session_reader_state(session) == NULL);
    CHECK(atf_session_reader_symbol(session, 0) == NULL);
    CHECK_EQ(atf_session_reader_event_count(session), 2);
    atf_session_reader_close(session);
    CHECK_EQ(unlink(manifest), 0);
    CHECK_OK(atf_session_reader_open(dir, &session));
    CHECK_FAILS(atf_session_reader_manifest(session), -ENOENT, "manifest.json: cannot open: ");
    CHECK_OK(atf_session_reader_thread_at(session, 0, &thread));
    CHECK(thread.thread_id == 4 && !thread.is_in_manifest && thread.is_there && thread.is_readable);
    atf_session_reader_close(session);
    free(index);
    free(thread_dir);
    free(manifest);
}

static void one_damaged_thread_hides_no_other(const char *dir) {
    char *path = trace_synth(dir, "s", 3, 3000, 10);
    char *index = check_path(path, "thread_1/index.atf");
    char *detail = check_path(path, "thread_2/detail.atf");
    AtfSessionReader *session = NULL;
    AtfSessionProblem problem;
    AtfThreadReader *reader = NULL;
    uint64_t count = 0;
    trace_damage(index, 4, 1);
    trace_cut(detail, 10);
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_EQ(atf_session_reader_event_count(session), 2000);
    CHECK_EQ(atf_session_reader_problem_count(session), 2);
    CHECK_OK(atf_session_reader_problem(session, 0, &problem));
    CHECK_EQ(problem.thread_id, 1);
    CHECK_EQ(problem.code, -EBADMSG);
    CHECK_HAS(problem.text, "thread_1/index.atf: header at byte 4: endian: expected 1");
    CHECK_OK(atf_session_reader_problem(session, 1, &problem));
    CHECK_EQ(problem.thread_id, 2);
    CHECK_EQ(problem.code, -EBADMSG);
    CHECK_HAS(problem.text, "thread_2/detail.atf: header at byte 0: length: expected ");
    CHECK_FAILS(atf_session_reader_thread(session, 1, &reader), -EBADMSG, "header at byte 4: endian");
    CHECK_OK(atf_session_reader_thread(session, 2, &reader));
    atf_thread_reader_close(reader);
    CHECK_OK(atf_session_reader_detail_count(session, &count));
    CHECK_EQ(count, 100);
    atf_session_reader_close(session);
    free(detail);
    free(index);
    free(path);
}

static void session_without_events_has_no_times(const char *dir) {
    AtfSessionReader *session = NULL;
    uint64_t start = 1, end = 2;
    AtfSessionWriter *writer = NULL;
    CHECK_OK(atf_session_writer_create(dir, ATF_CLOCK_HOST, &writer));
    CHECK_OK(atf_session_writer_finish(writer));
    atf_session_writer_close(writer);
    CHECK_OK(atf_session_reader_open(dir, &session));
    CHECK_EQ(atf_session_reader_thread_count(session), 0);
    CHECK_FAILS(atf_session_reader_time_range(session, &start, &end), -ENOENT, "expected a session with events");
    CHECK(start == 1 && end == 2);
    atf_session_reader_close(session);
}

static void threads_outlive_their_session(const char *dir) {
    char *path = trace_synth(dir, "s", 2, 2000, 10);
    AtfSessionReader *session = NULL;
    AtfThreadReader *first = NULL, *second = NULL;
    AtfIndexReader *index = NULL;
    AtfDetail record;
    IndexEvent event;
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_OK(atf_session_reader_thread(session, 0, &first));
    CHECK_OK(atf_session_reader_thread(session, 1, &second));
    atf_session_reader_close(session);
    CHECK_OK(atf_thread_reader_index(first, &index));
    atf_thread_reader_close(first);
    CHECK_OK(atf_index_reader_get(index, 999, &event));
    CHECK_OK(atf_thread_reader_get_detail(second, 5, &record));
    atf_thread_reader_close(second);
    CHECK_OK(atf_index_reader_get(index, 0, &event));
    atf_index_reader_close(index);
    free(path);
}

static void null_is_an_argument_that_is_refused(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 10, 0);
    AtfSessionReader *session = NULL;
    AtfSessionThread thread;
    AtfSessionProblem problem;
    AtfThreadReader *reader = NULL;
    AtfFunctionName symbol;
    uint64_t number = 0;
    CHECK_FAILS(atf_session_reader_open(NULL, &session), -EINVAL, "argument path: expected a pointer, found NULL");
    CHECK_FAILS(atf_session_reader_open(path, NULL), -EINVAL, "argument session: expected a pointer, found NULL");
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_EQ(atf_session_reader_thread_count(NULL), 0);
    CHECK_EQ(atf_session_reader_thread_at(NULL, 0, &thread), -EINVAL);
    CHECK_EQ(atf_session_reader_thread_at(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_session_reader_thread(NULL, 0, &reader), -EINVAL);
    CHECK_EQ(atf_session_reader_thread(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_session_reader_problem_count(NULL), 0);
    CHECK_EQ(atf_session_reader_problem(NULL, 0, &problem), -EINVAL);
    CHECK_EQ(atf_session_reader_problem(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_session_reader_manifest(NULL), -EINVAL);
    CHECK(atf_session_reader_state(NULL) == NULL);
    CHECK(atf_session_reader_symbol(NULL, 0) == NULL);
    CHECK_EQ(atf_session_reader_symbol_count(NULL), 0);
    CHECK_EQ(atf_session_reader_symbol_at(NULL, 0, &symbol), -EINVAL);
    CHECK_EQ(atf_session_reader_symbol_at(session, 0, NULL), -EINVAL);
    CHECK_EQ(atf_session_reader_time_range(NULL, &number, &number), -EINVAL);
    CHECK_EQ(atf_session_reader_time_range(session, NULL, &number), -EINVAL);
    CHECK_EQ(atf_session_reader_time_range(session, &number, NULL), -EINVAL);
    CHECK_EQ(atf_session_reader_event_count(NULL), 0);
    CHECK_EQ(atf_session_reader_detail_count(NULL, &number), -EINVAL);
    CHECK_EQ(atf_session_reader_detail_count(session, NULL), -EINVAL);
    CHECK(reader == NULL && number == 0);
    atf_session_reader_close(session);
    atf_session_reader_close(NULL);
    free(path);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(intact_session_gives_its_threads_and_times);
    CHECK_RUN(manifest_gives_names_and_state);
    CHECK_RUN(one_damaged_thread_hides_no_other);
    CHECK_RUN(session_without_events_has_no_times);
    CHECK_RUN(threads_outlive_their_session);
    CHECK_RUN(null_is_an_argument_that_is_refused);
    return check_end();
}
