/* Verification and recovery give the same as the command: results, texts, files. */
#include "check.h"
#include "trace.h"

#include <sys/file.h>

struct told {
    uint64_t done, total;
    unsigned calls;
};

static void tell(uint64_t done, uint64_t total, void *user) {
    struct told *told = (struct told *)user;
    CHECK(done >= told->done && done <= total);
    told->done = done;
    told->total = total;
    told->calls++;
}

/* Whether a trace is clean; the command must agree. */
static int verdict(const char *path) {
    const int code = atf_verify(path, NULL, NULL, NULL);
    CHECK_EQ(check_atf("verify", path), code);
    return code;
}

static void clean_trace_has_no_problem(const char *dir) {
    char *path = trace_synth(dir, "s", 2, 2000, 5);
    char *index = check_path(path, "thread_0/index.atf");
    AtfVerifyReport *report = NULL;
    AtfProblem problem;
    AtfNote note;
    struct told told = {0, 0, 0};
    CHECK_EQ(atf_verify(path, tell, &told, &report), 0);
    CHECK(told.calls > 0 && told.done > 64000);
    CHECK_EQ(atf_verify_report_problem_count(report), 0);
    CHECK_FAILS(atf_verify_report_problem(report, 0, &problem), -ENOENT, "expected less than 0 (problems), found 0");
    CHECK_EQ(atf_verify_report_note_count(report), 0);
    CHECK_FAILS(atf_verify_report_note(report, 0, &note), -ENOENT, "expected less than 0 (notes), found 0");
    atf_verify_report_close(report);
    /* A folder above it. */
    CHECK_EQ(verdict(dir), 0);
    /* One file alone. */
    CHECK_EQ(atf_verify(index, NULL, NULL, &report), 0);
    CHECK_EQ(atf_verify_report_note_count(report), 1);
    CHECK_OK(atf_verify_report_note(report, 0, &note));
    CHECK_TEXT(note.file, index);
    CHECK_HAS(note.text, ": one file alone: its links were not checked");
    atf_verify_report_close(report);
    free(index);
    free(path);
}

static void problem_is_told_in_parts_and_in_one_line(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 100, 0);
    char *index = check_path(path, "thread_0/index.atf");
    AtfVerifyReport *report = NULL;
    AtfProblem problem;
    char line[4096];
    size_t at, count;
    trace_damage(index, 64 + 100 * 32 + 8, 1); /* event_count in the footer */
    CHECK_EQ(verdict(path), 1);
    CHECK_EQ(atf_verify(path, NULL, NULL, &report), 1);
    count = atf_verify_report_problem_count(report);
    CHECK(count > 0);
    for (at = 0; at < count; at++) {
        CHECK_OK(atf_verify_report_problem(report, at, &problem));
        snprintf(line, sizeof line, "%s: %s at byte %llu: %s: expected %s, found %s", problem.file, problem.region,
                 (unsigned long long)problem.offset, problem.field, problem.expected, problem.found);
        CHECK_TEXT(problem.text, line);
    }
    CHECK_OK(atf_verify_report_problem(report, 0, &problem));
    CHECK_TEXT(problem.file, index);
    atf_verify_report_close(report);
    free(index);
    free(path);
}

static void what_is_no_trace_is_refused(const char *dir) {
    char *file = check_path(dir, "notes.txt");
    char *absent = check_path(dir, "absent");
    AtfVerifyReport *verified = NULL;
    AtfRecoverReport *recovered = NULL;
    check_write(file, "some notes", 10);
    CHECK_FAILS(atf_verify(file, NULL, NULL, &verified), -EBADMSG, "notes.txt: expected an .atf file");
    CHECK_FAILS(atf_verify(absent, NULL, NULL, &verified), -ENOENT, "absent: cannot open: ");
    CHECK_FAILS(atf_verify(dir, NULL, NULL, &verified), -EBADMSG, "found a directory with none of them");
    CHECK_FAILS(atf_verify(NULL, NULL, NULL, &verified), -EINVAL, "argument path: expected a pointer, found NULL");
    CHECK_FAILS(atf_recover(file, NULL, NULL, NULL, &recovered), -EBADMSG, "notes.txt: expected an .atf file");
    CHECK_FAILS(atf_recover(absent, NULL, NULL, NULL, &recovered), -ENOENT, "absent: cannot open: ");
    CHECK_FAILS(atf_recover(NULL, file, NULL, NULL, &recovered), -EINVAL, "argument path: expected a pointer, found NULL");
    CHECK(verified == NULL && recovered == NULL);
    free(absent);
    free(file);
}

static void same_files(const char *left, const char *right) {
    size_t left_len = 0, right_len = 0;
    unsigned char *left_bytes = check_read(left, &left_len), *right_bytes = check_read(right, &right_len);
    CHECK_EQ(left_len, right_len);
    CHECK_BYTES(left_bytes, right_bytes, left_len);
    free(left_bytes);
    free(right_bytes);
}

static void intact_trace_is_copied_unchanged(const char *dir) {
    char *path = trace_synth(dir, "s", 2, 2000, 5);
    char *out = check_path(dir, "out");
    const char *names[] = {"manifest.json", "thread_0/index.atf", "thread_0/detail.atf", "thread_1/index.atf"};
    AtfRecoverReport *report = NULL;
    AtfRecoveredFile file;
    AtfProblem problem;
    struct told told = {0, 0, 0};
    size_t at;
    CHECK_EQ(atf_recover(path, out, tell, &told, &report), 0);
    CHECK(told.calls > 0 && told.done > 64000);
    CHECK(!atf_recover_report_is_snapshot(report));
    CHECK_EQ(atf_recover_report_problem_count(report), 0);
    CHECK_FAILS(atf_recover_report_problem(report, 0, &problem), -ENOENT, "expected less than 0 (problems), found 0");
    for (at = 0; at < atf_recover_report_file_count(report); at++) {
        CHECK_OK(atf_recover_report_file(report, at, &file));
        CHECK(file.is_unchanged);
        CHECK_TEXT(file.outcome, "kept as it is");
        CHECK_EQ(file.first_bad_offset, ATF_NO_OFFSET);
        CHECK_EQ(file.dropped + file.unlinked + file.from_ring + file.unverified + file.lost, 0);
    }
    CHECK_FAILS(atf_recover_report_file(report, at, &file), -ENOENT, "(files)");
    atf_recover_report_close(report);
    for (at = 0; at < sizeof names / sizeof names[0]; at++) {
        char *from = check_path(path, names[at]), *to = check_path(out, names[at]);
        same_files(from, to);
        free(from);
        free(to);
    }
    /* In place, nothing is changed. */
    CHECK_EQ(atf_recover(path, NULL, NULL, NULL, NULL), 0);
    CHECK_EQ(verdict(path), 0);
    free(out);
    free(path);
}

/* A thread's files after a kill. */
static void tear(const char *path) {
    char *index = check_path(path, "thread_0/index.atf"), *detail = check_path(path, "thread_0/detail.atf");
    trace_cut(index, 64 + 500 * 32 + 5);
    trace_cut(detail, trace_size(detail) - 64 - 10);
    free(index);
    free(detail);
}

static void truncated(const char *path, const AtfRecoverReport *report) {
    AtfRecoveredFile file;
    AtfProblem problem;
    size_t at;
    char *index = check_path(path, "thread_0/index.atf");
    CHECK_OK(atf_recover_report_file(report, 0, &file));
    CHECK_TEXT(file.file, index);
    CHECK_EQ(file.kind, ATF_FILE_INDEX);
    CHECK(file.has_thread_id && !file.is_unchanged);
    CHECK_EQ(file.thread_id, 0);
    CHECK_EQ(file.kept, 500);
    CHECK(file.dropped > 0);
    CHECK_EQ(file.first_bad_offset, 64 + 500 * 32);
    CHECK_TEXT(file.outcome, "finalized");
    CHECK_OK(atf_recover_report_file(report, 1, &file));
    CHECK_EQ(file.kind, ATF_FILE_DETAIL);
    CHECK_EQ(file.kept, 100);
    CHECK_OK(atf_recover_report_file(report, atf_recover_report_file_count(report) - 1, &file));
    CHECK_EQ(file.kind, ATF_FILE_MANIFEST);
    CHECK(!file.has_thread_id && !file.is_unchanged);
    CHECK_HAS(file.outcome, "rewritten: ");
    CHECK(atf_recover_report_problem_count(report) > 0);
    for (at = 0; at < atf_recover_report_problem_count(report); at++) {
        CHECK_OK(atf_recover_report_problem(report, at, &problem));
        CHECK_HAS(problem.text, problem.expected);
        CHECK_HAS(problem.file, "/thread_0/");
    }
    free(index);
}

static void truncated_trace_is_repaired(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 1000, 5);
    char *out = check_path(dir, "out"), *inside = check_path(path, "out");
    AtfRecoverReport *report = NULL;
    AtfSessionReader *session = NULL;
    tear(path);
    CHECK_EQ(verdict(path), 1);
    /* If the output cannot be written, nothing is left there. */
    CHECK_FAILS(atf_recover(path, inside, NULL, NULL, &report), -EINVAL, "argument out: expected a place outside of ");
    CHECK_FAILS(atf_recover(path, path, NULL, NULL, &report), -EEXIST, "expected a new or empty directory");
    CHECK_FAILS(atf_recover(path, "", NULL, NULL, &report), -EINVAL, "argument out: expected a path");
    CHECK(report == NULL);
    CHECK_EQ(atf_recover(path, out, NULL, NULL, &report), 1);
    truncated(path, report);
    atf_recover_report_close(report);
    CHECK_EQ(verdict(out), 0);
    CHECK_EQ(verdict(path), 1);
    report = NULL;
    CHECK_FAILS(atf_recover(path, out, NULL, NULL, &report), -EEXIST, "expected a new or empty directory");
    CHECK(report == NULL);
    CHECK_EQ(atf_recover(path, NULL, NULL, NULL, &report), 1);
    truncated(path, report);
    atf_recover_report_close(report);
    CHECK_EQ(verdict(path), 0);
    CHECK_EQ(atf_recover(path, NULL, NULL, NULL, NULL), 0);
    CHECK_OK(atf_session_reader_open(path, &session));
    CHECK_EQ(atf_session_reader_event_count(session), 500);
    CHECK_TEXT(atf_session_reader_state(session), "complete");
    atf_session_reader_close(session);
    free(inside);
    free(out);
    free(path);
}

static void nothing_is_written_of_which_nothing_can_be_kept(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 100, 0);
    char *index = check_path(path, "thread_0/index.atf"), *out = check_path(dir, "out");
    AtfRecoverReport *report = NULL;
    trace_damage(index, 0, 4);
    CHECK_FAILS(atf_recover(path, out, NULL, NULL, &report), -EBADMSG, "index.atf: header at byte 0: magic: expected ");
    CHECK_FAILS(atf_recover(path, NULL, NULL, NULL, &report), -EBADMSG, "index.atf: header at byte 0: magic: expected ");
    CHECK(report == NULL);
    CHECK(!check_exists(dir, "out"));
    free(out);
    free(index);
    free(path);
}

static void trace_at_which_somebody_works_is_not_repaired_in_place(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 1000, 5);
    char *out = check_path(dir, "out");
    AtfRecoverReport *report = NULL;
    /* The lock that a drain holds. */
    const int held = open(path, O_RDONLY);
    CHECK(held >= 0);
    CHECK_EQ(flock(held, LOCK_EX), 0);
    tear(path);
    CHECK_FAILS(atf_recover(path, NULL, NULL, NULL, &report), -EBUSY, "is being recorded by");
    CHECK(report == NULL);
    CHECK_EQ(atf_recover(path, out, NULL, NULL, &report), 1);
    CHECK(atf_recover_report_is_snapshot(report));
    atf_recover_report_close(report);
    CHECK_EQ(close(held), 0);
    CHECK_EQ(atf_recover(path, NULL, NULL, NULL, &report), 1);
    CHECK(!atf_recover_report_is_snapshot(report));
    atf_recover_report_close(report);
    free(out);
    free(path);
}

static void killed_writer_leaves_what_is_recovered(const char *dir) {
    const uint64_t times[] = {10, 20, 30};
    char *folder = check_path(dir, "thread_3");
    char *index = check_path(folder, "index.atf");
    AtfThreadReader *thread = NULL;
    AtfIndexReader *reader = NULL;
    CHECK_EQ(mkdir(folder, 0777), 0);
    trace_index(index, 3, times, 3, false);
    CHECK_EQ(verdict(folder), 1);
    CHECK_EQ(atf_recover(folder, NULL, NULL, NULL, NULL), 1);
    CHECK_EQ(verdict(folder), 0);
    CHECK_OK(atf_thread_reader_open(folder, &thread));
    CHECK_OK(atf_thread_reader_index(thread, &reader));
    CHECK(atf_index_reader_is_finalized(reader));
    CHECK_EQ(atf_index_reader_count(reader), 3);
    atf_index_reader_close(reader);
    atf_thread_reader_close(thread);
    free(index);
    free(folder);
}

static void null_is_an_argument_that_is_refused(const char *dir) {
    char *path = trace_synth(dir, "s", 1, 10, 0);
    AtfVerifyReport *verified = NULL;
    AtfRecoverReport *recovered = NULL;
    AtfProblem problem;
    AtfNote note;
    AtfRecoveredFile file;
    CHECK_EQ(atf_verify(path, NULL, NULL, &verified), 0);
    CHECK_EQ(atf_recover(path, NULL, NULL, NULL, &recovered), 0);
    CHECK_EQ(atf_verify_report_problem_count(NULL), 0);
    CHECK_EQ(atf_verify_report_problem(NULL, 0, &problem), -EINVAL);
    CHECK_EQ(atf_verify_report_problem(verified, 0, NULL), -EINVAL);
    CHECK_EQ(atf_verify_report_note_count(NULL), 0);
    CHECK_EQ(atf_verify_report_note(NULL, 0, &note), -EINVAL);
    CHECK_EQ(atf_verify_report_note(verified, 0, NULL), -EINVAL);
    CHECK(!atf_recover_report_is_snapshot(NULL));
    CHECK_EQ(atf_recover_report_file_count(NULL), 0);
    CHECK_EQ(atf_recover_report_file(NULL, 0, &file), -EINVAL);
    CHECK_EQ(atf_recover_report_file(recovered, 0, NULL), -EINVAL);
    CHECK_EQ(atf_recover_report_problem_count(NULL), 0);
    CHECK_EQ(atf_recover_report_problem(NULL, 0, &problem), -EINVAL);
    CHECK_EQ(atf_recover_report_problem(recovered, 0, NULL), -EINVAL);
    atf_verify_report_close(verified);
    atf_recover_report_close(recovered);
    atf_verify_report_close(NULL);
    atf_recover_report_close(NULL);
    free(path);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(clean_trace_has_no_problem);
    CHECK_RUN(problem_is_told_in_parts_and_in_one_line);
    CHECK_RUN(what_is_no_trace_is_refused);
    CHECK_RUN(intact_trace_is_copied_unchanged);
    CHECK_RUN(truncated_trace_is_repaired);
    CHECK_RUN(nothing_is_written_of_which_nothing_can_be_kept);
    CHECK_RUN(trace_at_which_somebody_works_is_not_repaired_in_place);
    CHECK_RUN(killed_writer_leaves_what_is_recovered);
    CHECK_RUN(null_is_an_argument_that_is_refused);
    return check_end();
}
