#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    void (*work)(void *context, size_t worker, size_t piece);
    void *context;
    size_t pieces;
    atomic_size_t next;
} Pool;

typedef struct {
    Pool *pool;
    size_t number;
    pthread_t thread;
} Worker;

static void *worker_main(void *argument) {
    Worker *worker = argument;
    Pool *pool = worker->pool;
    for (;;) {
        size_t piece = atomic_fetch_add(&pool->next, 1);
        if (piece >= pool->pieces) {
            return NULL;
        }
        pool->work(pool->context, worker->number, piece);
    }
}

int pool_run(size_t workers, size_t pieces, void (*work)(void *context, size_t worker, size_t piece), void *context) {
    Pool pool = {.work = work, .context = context, .pieces = pieces};
    Worker *all = calloc(workers, sizeof *all);
    int failure = 0;
    size_t started = 0;
    if (all == NULL) {
        return ENOMEM;
    }
    for (; started < workers && failure == 0; started++) {
        all[started].pool = &pool;
        all[started].number = started;
        failure = pthread_create(&all[started].thread, NULL, worker_main, &all[started]);
        if (failure != 0) {
            break;
        }
    }
    if (started == 0) {
        free(all);
        return failure;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(all[i].thread, NULL);
    }
    free(all);
    return failure;
}
