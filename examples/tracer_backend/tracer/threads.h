/* What the tracer knows of the thread that it runs in. */
#ifndef TRACER_THREADS_H
#define TRACER_THREADS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <atf/atf.h>

typedef enum {
    THREAD_NEW,    /* No function of it was seen. */
    THREAD_BUSY,   /* The tracer works; what it calls is not traced. */
    THREAD_TRACED, /* It has a lane. */
    THREAD_OFF,    /* It has none, or none any more. */
} ThreadState;

typedef struct {
    volatile ThreadState state; /* A signal handler of the thread reads it as well. */
    uint32_t depth;             /* Calls that have not returned. */
    AtfProducer *lane;
    uintptr_t stack_end;
} Thread;

/* In the block that every thread has from its beginning: found without a call, and without an allocation. */
extern __thread Thread thread_self __attribute__((tls_model("initial-exec")));

/* Where the tracer opens files, or waits: no handler may find that half done, and a thread that is cancelled there
   would be unwound through frames that are not of C, which ends the process. */
typedef struct {
    sigset_t signals;
    int cancel;
} Shielded;

void threads_shield(Shielded *before);
void threads_unshield(const Shielded *before);

/* Makes a lane for the thread that calls. Returns whether it is traced. */
bool threads_begin(Thread *self);

/* Ends the lane of the thread that calls. */
void threads_end(Thread *self);

/* In a forked child: its one thread is traced no more. */
void threads_forget(void);

#endif
