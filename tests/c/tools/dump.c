/* Prints sessions as the C interface reads them, in the form of tests/src/cross.rs; with --verdict the result of
   verification.

   Reads the directories of sessions from stdin, one per line. Exits with 1 if answers of the library contradict each
   other. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <atf/atf.h>

#define MUST(condition)                                                                                               \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: expected %s; atf_last_error: %s\n", __FILE__, __LINE__, #condition,               \
                    atf_last_error());                                                                                \
            exit(1);                                                                                                  \
        }                                                                                                             \
    } while (0)

/* Prints a text without the cause after "cannot open: ", which comes from the operating system. */
static void print_text(int code, const char *text) {
    const char *cannot = code == -EBADMSG ? NULL : strstr(text, ": cannot ");
    const char *cause = cannot == NULL ? NULL : strstr(cannot + 2, ": ");
    MUST(code < 0 && code != -EINVAL);
    if (cause == NULL) {
        printf("%s\n", text);
    } else {
        printf("%.*s\n", (int)(cause - text), text);
    }
}

static void print_error(int code, const char *text) {
    printf("error ");
    print_text(code, text);
}

static void print_range(int code, uint64_t first, uint64_t last) {
    if (code == 0) {
        printf(" %" PRIu64 " %" PRIu64 "\n", first, last);
    } else {
        MUST(code == -ENOENT);
        printf(" none\n");
    }
}

/* The middle half of a range that is not empty. */
static bool middle(int code, uint64_t *first, uint64_t *last) {
    const uint64_t quarter = (*last - *first) / 4;
    if (code != 0 || *last < *first) {
        return false;
    }
    *first += quarter;
    *last -= quarter;
    return true;
}

/* Prints the offset of a record, or the error. */
static void print_found(int code, const AtfDetail *record) {
    if (code == 0) {
        printf("%" PRIu64 "\n", record->offset);
    } else if (code == -ENOENT && strncmp(atf_last_error(), "argument ", 9) == 0) {
        printf("none\n");
    } else {
        print_error(code, atf_last_error());
    }
}

static void dump_record(const AtfThreadReader *thread, const AtfDetail *record) {
    IndexEvent event;
    size_t at;
    const int back = atf_thread_reader_get_index_for(thread, record, &event);
    MUST(record->payload_size + sizeof record->header == record->header.total_length);
    MUST((record->function == NULL) == (record->stack == NULL));
    printf("record %" PRIu64 " %" PRIu32 " %u %u %" PRIu32 " %" PRIu32 " %" PRIu64 " ", record->offset,
           record->header.total_length, (unsigned)record->header.event_type, (unsigned)record->header.flags,
           record->header.index_seq, record->header.thread_id, record->header.timestamp);
    for (at = 0; at < record->payload_size; at++) {
        printf("%02x", record->payload[at]);
    }
    if (back == 0) {
        printf(" %" PRIu64, event.timestamp_ns);
    } else {
        MUST(back == -ENOENT);
        printf(" none");
    }
    if (record->function == NULL) {
        printf(" opaque\n");
        return;
    }
    MUST(memcmp(record->function, record->payload, sizeof *record->function) == 0);
    MUST(record->stack == record->payload + sizeof *record->function);
    MUST(record->stack_size == record->function->stack_size);
    printf(" %zu\n", record->stack_size);
}

static void dump_records(const AtfThreadReader *thread, const AtfDetailReader *detail) {
    AtfDetailIterator *iterator = NULL;
    AtfDetail record, same;
    uint32_t seq = 0;
    int code;
    printf("detail %" PRIu32 " %d %" PRIu64 "\n", atf_detail_reader_count(detail), atf_detail_reader_is_finalized(detail),
           atf_detail_reader_records_end(detail));
    MUST(atf_detail_reader_iterate(detail, &iterator) == 0);
    while ((code = atf_detail_iterator_next(iterator, &record)) == 1) {
        MUST(atf_detail_reader_get(detail, seq, &same) == 0 && same.offset == record.offset);
        MUST(atf_thread_reader_get_detail(thread, seq, &same) == 0 && same.offset == record.offset);
        dump_record(thread, &record);
        seq++;
    }
    MUST(seq == atf_detail_reader_count(detail));
    if (code != 0) {
        printf("records ");
        print_error(code, atf_last_error());
        MUST(atf_detail_iterator_next(iterator, &record) == 0);
    }
    atf_detail_iterator_close(iterator);
}

static void dump_events(const AtfThreadReader *thread, const AtfIndexReader *index, const AtfDetailReader *detail) {
    AtfIndexView view;
    uint32_t seq;
    MUST(atf_index_reader_view(index, &view) == 0);
    for (seq = 0; seq < view.count; seq++) {
        IndexEvent event;
        AtfDetail record;
        MUST(atf_index_reader_get(index, seq, &event) == 0);
        MUST(memcmp(&event, atf_index_view_at(&view, seq), sizeof event) == 0);
        printf("event %" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", seq,
               event.timestamp_ns, event.function_id, event.thread_id, event.event_kind, event.call_depth,
               event.detail_seq);
        printf("link %" PRIu32 " ", seq);
        print_found(atf_thread_reader_get_detail_for(thread, &event, &record), &record);
        if (detail != NULL) {
            printf("named %" PRIu32 " ", seq);
            print_found(atf_detail_reader_get_by_index_seq(detail, seq, &record), &record);
        }
    }
}

static void dump_thread(uint32_t id, const AtfThreadReader *thread) {
    AtfIndexReader *index = NULL;
    AtfDetailReader *detail = NULL;
    AtfIndexView view;
    uint64_t first = 0, last = 0;
    int code, opened;
    char *error;
    MUST(atf_thread_reader_index(thread, &index) == 0);
    MUST(atf_index_reader_view(index, &view) == 0);
    MUST(view.count == atf_index_reader_count(index));
    printf("thread %" PRIu32 " index %" PRIu32 " %zu %d %d", id, view.count, view.stride,
           atf_index_reader_is_finalized(index), atf_index_reader_has_detail(index));
    code = atf_index_reader_time_range(index, &first, &last);
    print_range(code, first, last);
    opened = atf_thread_reader_detail(thread, &detail);
    error = strdup(atf_last_error());
    MUST(error != NULL);
    dump_events(thread, index, detail);
    if (middle(code, &first, &last)) {
        printf("range %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu32 "\n", first, last,
               atf_index_reader_find_start(index, first), atf_index_reader_find_end(index, last));
    }
    if (opened == 0) {
        dump_records(thread, detail);
    } else if (opened == -ENOENT && strncmp(error, "argument ", 9) == 0) {
        printf("detail none\n");
    } else {
        printf("detail ");
        print_error(opened, error);
    }
    free(error);
    atf_detail_reader_close(detail);
    atf_index_reader_close(index);
}

static void dump_merge(const AtfSessionReader *session, const char *word, uint64_t from, uint64_t to) {
    AtfMerge *merge = NULL, *batched = NULL;
    AtfMergedEvent event, batch[7];
    size_t got = 0, given = 0;
    MUST(atf_merge_open(session, from, to, NULL, 0, &merge) == 0);
    MUST(atf_merge_open(session, from, to, NULL, 0, &batched) == 0);
    while (atf_merge_next(merge, &event) == 1) {
        if (given == got) {
            MUST(atf_merge_next_batch(batched, batch, 7, &got) == 0);
            given = 0;
        }
        MUST(given < got && memcmp(&batch[given], &event, sizeof event) == 0);
        given++;
        printf("%s %" PRIu32 " %" PRIu32 "\n", word, event.thread_id, event.seq);
    }
    MUST(given == got && atf_merge_remaining(batched) == 0);
    atf_merge_close(merge);
    atf_merge_close(batched);
}

static void dump(const char *dir) {
    AtfSessionReader *session = NULL;
    uint64_t first = 0, last = 0, details = 0;
    size_t at;
    int code;
    code = atf_session_reader_open(dir, &session);
    if (code != 0) {
        printf("session ");
        print_error(code, atf_last_error());
        return;
    }
    printf("manifest ");
    code = atf_session_reader_manifest(session);
    if (code == 0) {
        printf("ok\n");
    } else {
        print_error(code, atf_last_error());
    }
    for (at = 0; at < atf_session_reader_symbol_count(session); at++) {
        AtfFunctionName symbol;
        MUST(atf_session_reader_symbol_at(session, at, &symbol) == 0);
        MUST(atf_session_reader_symbol(session, symbol.function_id) == symbol.name);
        printf("symbol %" PRIu64 " %s\n", symbol.function_id, symbol.name);
    }
    printf("session %" PRIu64, atf_session_reader_event_count(session));
    code = atf_session_reader_detail_count(session, &details);
    if (code == 0) {
        printf(" %" PRIu64, details);
    } else {
        MUST(code == -ENOENT);
        printf(" unknown");
    }
    code = atf_session_reader_time_range(session, &first, &last);
    print_range(code, first, last);
    for (at = 0; at < atf_session_reader_problem_count(session); at++) {
        AtfSessionProblem problem;
        MUST(atf_session_reader_problem(session, at, &problem) == 0);
        printf("problem %" PRIu32 " ", problem.thread_id);
        print_text(problem.code, problem.text);
    }
    for (at = 0; at < atf_session_reader_thread_count(session); at++) {
        AtfSessionThread thread;
        AtfThreadReader *reader = NULL;
        int opened;
        MUST(atf_session_reader_thread_at(session, at, &thread) == 0);
        opened = atf_session_reader_thread(session, thread.thread_id, &reader);
        MUST((opened == 0) == thread.is_readable);
        if (opened == 0) {
            dump_thread(thread.thread_id, reader);
            atf_thread_reader_close(reader);
        } else {
            printf("thread %" PRIu32 " ", thread.thread_id);
            print_error(opened, atf_last_error());
        }
    }
    dump_merge(session, "merged", 0, UINT64_MAX);
    if (middle(code, &first, &last)) {
        dump_merge(session, "within", first, last);
    }
    atf_session_reader_close(session);
}

static void print_verdict(const char *path) {
    AtfVerifyReport *report = NULL;
    size_t at;
    const int code = atf_verify(path, NULL, NULL, &report);
    if (code < 0) {
        print_error(code, atf_last_error());
        return;
    }
    MUST((code == 0) == (atf_verify_report_problem_count(report) == 0));
    printf("%s\n", code == 0 ? "clean" : "problems");
    for (at = 0; at < atf_verify_report_problem_count(report); at++) {
        AtfProblem problem;
        MUST(atf_verify_report_problem(report, at, &problem) == 0);
        printf("problem %s\n", problem.text);
    }
    for (at = 0; at < atf_verify_report_note_count(report); at++) {
        AtfNote note;
        MUST(atf_verify_report_note(report, at, &note) == 0);
        printf("note %s\n", note.text);
    }
    atf_verify_report_close(report);
}

int main(int argc, char **argv) {
    static char line[65536];
    const bool is_verdict = argc == 2 && strcmp(argv[1], "--verdict") == 0;
    MUST(atf_check_header() == 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        printf("== %s\n", line);
        (is_verdict ? print_verdict : dump)(line);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
