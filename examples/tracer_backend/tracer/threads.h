/* The state of the calling thread. */
#ifndef TRACER_THREADS_H
#define TRACER_THREADS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <atf/atf.h>

typedef enum {
    THREAD_NEW,    /* No traced call yet. */
    THREAD_BUSY,   /* In the tracer; what it calls is not traced. */
    THREAD_TRACED, /* It has a producer. */
    THREAD_OFF,    /* It is not traced, or not any more. */
} ThreadState;

typedef struct {
    volatile ThreadState state; /* Also read by signal handlers of the thread. */
    uint32_t depth;             /* Traced calls that have not returned. */
    AtfProducer *producer;
    uintptr_t stack_end;
} Thread;

/* In static TLS: reading it needs no call and no allocation. */
extern __thread Thread thread_self __attribute__((tls_model("initial-exec")));

/* Blocks signals and cancellation while the tracer opens files or waits. A handler must not interrupt that, and a thread
   that is cancelled there would be unwound through frames of Rust, which ends the process. */
typedef struct {
    sigset_t signals;
    int cancel;
} Shielded;

void threads_shield(Shielded *before);
void threads_unshield(const Shielded *before);

/* Gives the calling thread a producer. Returns whether it is traced. */
bool threads_begin(Thread *self);

/* Closes the producer of the calling thread. */
void threads_end(Thread *self);

/* In a forked child: stops tracing its only thread. */
void threads_forget(void);

#endif
