/* What a session reader and the checks take as a path: bundles, folders and FOLDER/@latest. */
#include "check.h"

static void write_text(const char *dir, const char *name, const char *text) {
    char *path = check_path(dir, name);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    free(path);
}

/* A session with `events` events, below `dir`; missing directories are made. */
static void make_session(const char *dir, const char *below, uint32_t events) {
    char *path = check_path(dir, below);
    AtfSessionWriter *session = NULL;
    AtfWriter *writer = NULL;
    AtfThreadSummary summary;
    uint32_t number;
    CHECK_OK(atf_session_writer_create(path, ATF_CLOCK_HOST, &session));
    CHECK_OK(atf_writer_create(path, 0, ATF_CLOCK_HOST, &writer));
    for (number = 0; number < events; number++) {
        AtfEvent event = {1000, UINT64_C(1) << 32, ATF_EVENT_KIND_CALL, 0};
        CHECK_EQ(atf_writer_write_event(writer, &event, NULL), number);
    }
    CHECK_OK(atf_thread_summary_init(&summary, sizeof summary));
    CHECK_OK(atf_writer_finalize(writer, &summary));
    CHECK_OK(atf_session_writer_add(session, &summary));
    CHECK_OK(atf_session_writer_finish(session));
    atf_writer_close(writer);
    atf_session_writer_close(session);
    free(path);
}

/* Checks that every reader finds a session with so many events at `dir`/`name`. */
static void check_found(const char *dir, const char *name, uint64_t events) {
    char *path = check_path(dir, name);
    AtfSessionReader *session = NULL;
    AtfVerifyReport *report = NULL;
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_EQ(atf_session_reader_event_count(session), events);
    atf_session_reader_close(session);
    CHECK_EQ(atf_verify(path, NULL, NULL, &report), 0);
    atf_verify_report_close(report);
    CHECK_EQ(check_atf("info", path), 0);
    free(path);
}

static void check_refused(const char *path, uint32_t code, const char *text) {
    AtfSessionReader *session = NULL;
    AtfVerifyReport *report = NULL;
    CHECK_FAILS(atf_session_reader_open(path, &session), -EBADMSG, text);
    CHECK_EQ(atf_last_error_code(), code);
    CHECK(session == NULL);
    CHECK_FAILS(atf_verify(path, NULL, NULL, &report), -EBADMSG, text);
    CHECK_FAILS(atf_recover(path, NULL, NULL, NULL, NULL), -EBADMSG, text);
}

static void every_place_of_a_session_is_found(const char *dir) {
    char *outside = check_path(dir, "bundle");
    make_session(dir, "bundle/ada_traces/session_20260102_030405/pid_7", 3);
    make_session(dir, "bundle/ada_traces/session_20260103_030405/pid_8", 5);
    check_found(dir, "bundle/ada_traces/session_20260102_030405", 3);
    check_found(dir, "bundle/ada_traces/session_20260102_030405/pid_7/manifest.json", 3);
    check_found(dir, "bundle/ada_traces/@latest", 5);
    check_refused(outside, ATF_ERROR_SEVERAL_SESSIONS, "expected one session, found 2; newest last: ");
    write_text(outside, "manifest.json", "{\"version\": 1, \"trace_root\": \"ada_traces\", \"trace_session\": \"session_20260102_030405/pid_7\"}");
    check_found(dir, "bundle", 3);
    check_found(dir, "", 3);
    check_found(dir, "bundle/manifest.json", 3);
    write_text(outside, "manifest.json", "{\"trace_session\": \"../..\"}");
    check_refused(outside, ATF_ERROR_NOT_A_TRACE, "found \"../..\", which is outside");
    free(outside);
}

static void folder_of_something_else_is_refused(const char *dir) {
    check_refused(dir, ATF_ERROR_NOT_A_TRACE, "found a directory with none of them");
    write_text(dir, "manifest.json", "{\"name\": \"app\"}");
    check_refused(dir, ATF_ERROR_NOT_A_TRACE, "found a directory with none of them");
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(every_place_of_a_session_is_found);
    CHECK_RUN(folder_of_something_else_is_refused);
    return check_end();
}
