/* What the parts of the library share. */
#ifndef ATF_RECORD_H
#define ATF_RECORD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <atf/atf.h>

#include "protocol.h"

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define EXPORT __attribute__((visibility("default")))

/* A call that has not returned. */
struct Frame {
    /* Where its frame is on the stack: lower than those of its callers. */
    uint64_t sp;
    uint64_t id;
    /* Where it returns to, and where in it the hook was called: tells an inlined function from a stale frame at the
       same place. Zero for XRay, where each frame has a place of its own. */
    uint64_t site;
    uint64_t hook;
};

enum { FRAMES_MAX = 65536, STACKS_MAX = 256 };

/* A stack that a thread runs on: its own, a signal's, a coroutine's. Each is a thread of the trace. */
struct Stack {
    struct AtfProducer producer;
    uint64_t index_tail;
    uint64_t low;
    /* All addresses of the stack: [low, low + length). */
    uint64_t length;
    struct Frame *frames;
    uint32_t depth;
    uint32_t number;
    /* The drain's heartbeat and tail when it was found to be gone. */
    uint64_t gone_heartbeat;
    uint64_t gone_tail;
    bool is_gone;
    bool is_damaged;
    void *map;
    uint64_t map_length;
};

enum ThreadState { THREAD_NEW = 0, THREAD_ON, THREAD_BUSY, THREAD_OFF };

struct Thread {
    volatile uint32_t state;
    /* The module of the last function, and which state of all modules that was read from. */
    uint32_t modules_seen;
    uint64_t module_low;
    uint64_t module_length;
    uint64_t module_id;
    uint64_t module_base;
    const uint8_t *module_chosen;
    struct Stack *stack;
    struct Stack *stacks[STACKS_MAX];
    uint32_t stack_count;
    uint32_t rounds_left;
};

struct Settings {
    char socket[1024];
    uint32_t max_depth;
    bool blocks;
    /* The counter on the clock's scale; 0: the clock itself. */
    uint64_t counter_base;
    uint64_t counter_ns;
    uint64_t counter_scale;
};

extern struct Settings atf_settings;
/* Whether anything is recorded in this process. */
extern volatile uint32_t atf_is_on;
/* Counts changes of the loaded modules. */
extern volatile uint32_t atf_modules_changed;
/* A byte that is 1, and 0 in every fork. */
extern unsigned char *atf_fork_mark;
extern uint64_t atf_untraced_threads;
extern __thread struct Thread atf_thread;

/* Saves what a slow path must not change: errno, the signal mask, the state of cancellation. */
struct Calm {
    uint64_t mask[16];
    int error;
    int cancel;
};
void atf_calm(struct Calm *calm);
void atf_uncalm(const struct Calm *calm);

/* Called by the hooks through stubs.S, which keeps the vector registers. */
bool atf_slow_begin(struct Thread *thread, uint64_t sp);
void atf_slow_module(struct Thread *thread, uint64_t address);
bool atf_slow_stack(struct Thread *thread, uint64_t sp);
bool atf_begin(struct Thread *thread, uint64_t sp);
void atf_module(struct Thread *thread, uint64_t address);
bool atf_switch_stack(struct Thread *thread, uint64_t sp);
int atf_push(struct AtfProducer *producer, const AtfEvent *event, const AtfPayload *payload, uint32_t *index_seq);

/* Asks; returns the file of the answer, -1 for none. `answer->refused` also if nobody answers. */
int atf_ask(const struct AtfQuestion *question, const char *text, struct AtfAnswer *answer);
bool atf_is_answered(void);

void atf_modules_start(void);
void atf_modules_announce(void);
bool atf_process_ready(void);
void atf_thread_fork(struct Thread *thread);
void atf_patch(uint64_t base, const struct AtfPlace *places, uint32_t count);
/* The clock of the trace's times, and that of heartbeats. */
uint64_t atf_now(void);
uint64_t atf_boottime(void);

#endif
