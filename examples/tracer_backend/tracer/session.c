/* Environment variables of the traced program:

     TRACER_SESSION      the session's directory; default: trace_PID in the current directory
     TRACER_STACK_BYTES  record registers and this many bytes of the stack with each event, 0 to 512
     TRACER_OFF          record nothing

   If the session cannot be started, the tracer says so on stderr, and the program runs untraced. */
#include "session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "modules.h"
#include "threads.h"

/* How long the end of the program waits for a slow disk. */
enum { END_S = 10 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static AtfDrain *drain;
static atomic_bool is_recording;
static atomic_uint next_thread;
static char dir[4096];
static long stack_bytes = -1;

static void say(const char *what, int code) {
    fprintf(stderr, "tracer: %s: %s: error %d: %s\n", dir, what, code, atf_last_error());
}

/* Runs on the drain's thread. Threads that could not be registered are counted in the last line. */
static void noticed(uint32_t notice, int code, const char *text, void *unused) {
    (void)code;
    (void)unused;
    if (notice != ATF_NOTICE_UNTRACED) {
        fprintf(stderr, "tracer: %s\n", text);
    }
}

static int set_symbols(void *unused, const AtfModule *modules, size_t module_count, const AtfSymbol *symbols,
                       size_t symbol_count) {
    (void)unused;
    return atf_drain_set_symbols(drain, modules, module_count, symbols, symbol_count);
}

void session_list_modules(void) {
    const int code = modules_list(set_symbols, NULL);
    if (code != 0) {
        say("names of functions", code);
    }
}

/* A child has no drain and must not stop that of its parent. It is not traced. */
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
        /* This tracer makes the program wait rather than lose a call. Without a drain nothing waits. */
        options.when_full = ATF_WHEN_FULL_BLOCK;
        code = atf_drain_start(dir, &options, &drain);
    }
    if (code == 0) {
        /* The program waits while the disk is full; people must hear why. */
        code = atf_drain_on_notice(drain, noticed, NULL);
    }
    if (code == 0) {
        code = -pthread_atfork(NULL, NULL, forked);
    }
    if (code != 0) {
        say("the session cannot be started", code);
        return;
    }
    modules_refresh();
    session_list_modules(); /* Now, not at the end: so a program that is killed has its names too. */
    atomic_store(&is_recording, true);
}

bool session_begin(void) {
    pthread_once(&once, begin);
    return atomic_load(&is_recording);
}

AtfProducer *session_register(void) {
    AtfProducer *producer = NULL;
    if (atf_drain_register(drain, atomic_fetch_add(&next_thread, 1), &producer) != 0) {
        return NULL;
    }
    return producer;
}

long session_stack_bytes(void) {
    return stack_bytes;
}

__attribute__((constructor)) static void load(void) {
    threads_begin(&thread_self); /* The main thread becomes thread 0, before any signal handler is installed. */
}

static const char *plural(unsigned long long count) {
    return count == 1 ? "" : "s";
}

/* Runs after main, exit() and the program's destructors. Pushes of threads that still run fail with -EPIPE. */
__attribute__((destructor)) static void unload(void) {
    AtfDrainSummary summary;
    int code;
    if (!atomic_exchange(&is_recording, false)) {
        return;
    }
    threads_end(&thread_self);
    code = atf_drain_summary_init(&summary, sizeof summary);
    if (code == 0) {
        code = atf_drain_stop_within(drain, END_S * UINT64_C(1000000000), &summary);
    }
    if (code != 0) {
        say("the session was not finalized (`atf recover` can do it)", code);
        return;
    }
    fprintf(stderr, "tracer: %s: %u thread%s, %llu event%s, %llu lost", dir, summary.threads,
            plural(summary.threads), (unsigned long long)summary.events, plural(summary.events),
            (unsigned long long)summary.dropped_events);
    if (summary.untraced_threads > 0) {
        fprintf(stderr, "; %u thread%s not traced: they could not be registered", summary.untraced_threads,
                plural(summary.untraced_threads));
    }
    fputc('\n', stderr);
    atf_drain_close(drain);
}
