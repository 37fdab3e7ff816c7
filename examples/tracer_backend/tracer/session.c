/* What is set from outside, by the environment of the traced program:

     TRACER_SESSION      the session's directory; trace_PID in the current one otherwise
     TRACER_STACK_BYTES  with it, each event has registers and so many bytes of the stack, 0 to 512
     TRACER_OFF          nothing is recorded

   A session that cannot be begun is said on stderr, and the program runs as it would without a tracer. */
#include "session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "modules.h"
#include "threads.h"

/* The program's end waits no longer than this for a disk that is slow. */
enum { END_S = 10 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static AtfDrain *session;
static atomic_bool is_recording;
static atomic_uint next_thread;
static char dir[4096];
static long stack_bytes = -1;

static void say(const char *what, int code) {
    fprintf(stderr, "tracer: %s: %s: error %d: %s\n", dir, what, code, atf_last_error());
}

static int set_symbols(void *unused, const AtfModule *modules, size_t module_count, const AtfSymbol *symbols,
                       size_t symbol_count) {
    (void)unused;
    return atf_drain_set_symbols(session, modules, module_count, symbols, symbol_count);
}

void session_list_modules(void) {
    const int code = modules_list(set_symbols, NULL);
    if (code != 0) {
        say("names of functions", code);
    }
}

/* A child has no drain, and must not end what is its parent's. What it does is not recorded. */
static void forked(void) {
    atomic_store(&is_recording, false);
    threads_forget();
}

static void begin(void) {
    const char *wanted = getenv("TRACER_SESSION");
    const char *stack = getenv("TRACER_STACK_BYTES");
    AtfDrainOptions options;
    int code;
    if (getenv("TRACER_OFF") != NULL) {
        return;
    }
    if (wanted != NULL && wanted[0] != 0) {
        snprintf(dir, sizeof dir, "%s", wanted);
    } else {
        snprintf(dir, sizeof dir, "trace_%ld", (long)getpid());
    }
    if (stack != NULL) {
        stack_bytes = strtol(stack, NULL, 10);
        stack_bytes = stack_bytes < 0 ? 0 : stack_bytes > ATF_MAX_STACK_BYTES ? ATF_MAX_STACK_BYTES : stack_bytes;
    }
    code = atf_check_header();
    if (code == 0) {
        code = atf_drain_options_init(&options, sizeof options);
    }
    if (code == 0) {
        /* This tracer would rather hold the program up than lose a call; a drain that is gone holds up nobody. */
        options.when_full = ATF_WHEN_FULL_BLOCK;
        code = atf_drain_start(dir, &options, &session);
    }
    if (code == 0) {
        code = -pthread_atfork(NULL, NULL, forked);
    }
    if (code != 0) {
        say("no session", code);
        return;
    }
    modules_refresh();
    session_list_modules(); /* Now, and not at the end: a program that is killed has its names. */
    atomic_store(&is_recording, true);
}

bool session_begin(void) {
    pthread_once(&once, begin);
    return atomic_load(&is_recording);
}

AtfProducer *session_register(void) {
    AtfProducer *lane = NULL;
    if (atf_drain_register(session, atomic_fetch_add(&next_thread, 1), &lane) != 0) {
        return NULL;
    }
    return lane;
}

long session_stack_bytes(void) {
    return stack_bytes;
}

__attribute__((constructor)) static void load(void) {
    threads_begin(&thread_self); /* The main thread is thread 0, and none of its handlers is there yet. */
}

/* Behind main, exit() and the program's own destructors. Threads that still run find their lanes closed. */
__attribute__((destructor)) static void unload(void) {
    AtfDrainSummary summary;
    int code;
    if (!atomic_exchange(&is_recording, false)) {
        return;
    }
    threads_end(&thread_self);
    code = atf_drain_summary_init(&summary, sizeof summary);
    if (code == 0) {
        code = atf_drain_stop_within(session, END_S * UINT64_C(1000000000), &summary);
    }
    if (code != 0) {
        say("the session was not ended; `atf recover` can", code);
        return;
    }
    fprintf(stderr, "tracer: %s: %u threads, %llu events, %llu lost\n", dir, summary.threads,
            (unsigned long long)summary.events, (unsigned long long)summary.dropped_events);
    atf_drain_close(session);
}
