/* wordcount [-j THREADS] FILE...: the words that occur most often, counted by a pool of threads. A program as any
   other: nothing in it knows that it is traced. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool.h"
#include "table.h"
#include "words.h"

enum { SHOWN = 10, MAX_THREADS = 256 };

typedef struct {
    char **paths;
    Table *tables; /* One per worker: no lock. */
    atomic_int failed;
} Job;

static void count_piece(void *context, size_t worker, size_t piece) {
    Job *job = context;
    if (count_file(job->paths[piece], &job->tables[worker]) != 0) {
        fprintf(stderr, "wordcount: %s: %s\n", job->paths[piece], strerror(errno));
        atomic_store(&job->failed, 1);
    }
}

static int print_top(const Table *table) {
    Entry *sorted = table_sorted(table);
    if (sorted == NULL) {
        return -1;
    }
    for (size_t i = 0; i < table->used && i < SHOWN; i++) {
        printf("%8llu %s\n", (unsigned long long)sorted[i].count, sorted[i].word);
    }
    free(sorted);
    return 0;
}

static int count_files(size_t threads, size_t files, char **paths) {
    Job job = {.paths = paths, .tables = calloc(threads, sizeof(Table))};
    Table all = {0};
    int failure = job.tables == NULL ? ENOMEM : pool_run(threads, files, count_piece, &job);
    for (size_t i = 0; failure == 0 && i < threads; i++) {
        failure = table_merge(&all, &job.tables[i]) != 0 ? ENOMEM : 0;
    }
    if (failure == 0 && print_top(&all) != 0) {
        failure = ENOMEM;
    }
    for (size_t i = 0; job.tables != NULL && i < threads; i++) {
        table_free(&job.tables[i]);
    }
    table_free(&all);
    free(job.tables);
    if (failure != 0) {
        fprintf(stderr, "wordcount: %s\n", strerror(failure));
    }
    return failure != 0 || atomic_load(&job.failed);
}

int main(int argc, char **argv) {
    long threads = 4;
    int option;
    while ((option = getopt(argc, argv, "j:")) != -1) {
        threads = option == 'j' ? strtol(optarg, NULL, 10) : 0;
        if (threads < 1 || threads > MAX_THREADS) {
            fprintf(stderr, "usage: wordcount [-j THREADS] FILE...\n");
            return 2;
        }
    }
    return count_files((size_t)threads, (size_t)(argc - optind), argv + optind);
}
