/* The hooks. On x86-64 no vector register is used here, so that XRay's stubs need not save any; all that is slow goes
   through stubs.S, which saves them. */
#if defined(__x86_64__)
#if defined(__clang__)
#define GENERAL __attribute__((target("general-regs-only")))
#else
#pragma GCC target("general-regs-only")
#define GENERAL
#endif
#else
#define GENERAL
#endif
#include "record.h"

#include <time.h>

#define INLINE static inline __attribute__((always_inline)) GENERAL

__thread struct Thread atf_thread;

INLINE uint64_t now(void) {
#if defined(__x86_64__)
    if (LIKELY(atf_settings.counter_scale != 0)) {
        uint32_t low, high;
        __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
        const uint64_t since = ((uint64_t)high << 32 | low) - atf_settings.counter_base;
        return atf_settings.counter_ns + (uint64_t)((unsigned __int128)since * atf_settings.counter_scale >> 32);
    }
#endif
    return atf_boottime();
}

uint64_t GENERAL atf_now(void) {
    return now();
}

/* Whether the thread is recorded, and runs on a stack that is: its own, or another one that has a ring as well. */
INLINE bool is_live(struct Thread *thread, uint64_t sp) {
    if (UNLIKELY(thread->state != THREAD_ON)) {
        return thread->state == THREAD_NEW && atf_is_on && atf_slow_begin(thread, sp);
    }
    return LIKELY(sp - thread->stack->low < thread->stack->length) || atf_slow_stack(thread, sp);
}

/* The module of `address` is in the thread's cache from here on. */
INLINE void find_module(struct Thread *thread, uint64_t address) {
    if (UNLIKELY(address - thread->module_low >= thread->module_length || thread->modules_seen != atf_modules_changed)) {
        atf_slow_module(thread, address);
    }
}

INLINE bool is_chosen(const struct Thread *thread, uint64_t address) {
    const uint64_t offset = address - thread->module_base;
    return LIKELY(thread->module_chosen == NULL) || (thread->module_chosen[offset >> 3] >> (offset & 7) & 1);
}

INLINE uint64_t id_of(const struct Thread *thread, uint64_t address) {
    return thread->module_id << 32 | (uint32_t)(address - thread->module_base);
}

INLINE void emit(struct Stack *stack, uint32_t kind, uint64_t id, uint32_t depth) {
    if (LIKELY(depth < atf_settings.max_depth)) {
        const AtfEvent event = {.timestamp_ns = now(), .function_id = id, .event_kind = kind, .call_depth = depth};
        (void)atf_producer_push_inline(&stack->producer, &event, NULL, NULL);
    }
}

/* Ends the innermost call: it has returned, or is gone by longjmp or an exception. */
INLINE void end_call(struct Stack *stack) {
    const uint32_t depth = stack->depth - 1;
    const uint64_t id = stack->frames[depth].id;
    stack->depth = depth;
    emit(stack, ATF_EVENT_KIND_RETURN, id, depth);
}

INLINE void begin_call(struct Stack *stack, uint64_t sp, uint64_t id, uint64_t site, uint64_t hook) {
    const uint32_t depth = stack->depth;
    if (UNLIKELY(depth >= FRAMES_MAX)) {
        return;
    }
    stack->frames[depth] = (struct Frame){sp, id, site, hook};
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    stack->depth = depth + 1;
    emit(stack, ATF_EVENT_KIND_CALL, id, depth);
}

/* Frames at the place of a new one: an inlined function has the frame of its caller, and then the same return address;
   a frame with another one, or with a call from the same place, is gone. */
static __attribute__((noinline, cold)) GENERAL void end_stale(struct Stack *stack, uint64_t sp, uint64_t site, uint64_t hook) {
    while (stack->depth > 0 && stack->frames[stack->depth - 1].sp == sp && stack->frames[stack->depth - 1].site != site) {
        end_call(stack);
    }
    uint32_t depth = stack->depth;
    while (depth > 0 && stack->frames[depth - 1].sp == sp) {
        depth--;
        if (stack->frames[depth].hook == hook) {
            while (stack->depth > depth) {
                end_call(stack);
            }
            return;
        }
    }
}

EXPORT GENERAL void __cyg_profile_func_enter(void *function, void *site) {
    struct Thread *thread = &atf_thread;
    const uint64_t sp = (uint64_t)__builtin_dwarf_cfa();
    const uint64_t hook = (uint64_t)__builtin_return_address(0);
    if (UNLIKELY(thread->state != THREAD_ON) && (thread->state != THREAD_NEW || !atf_is_on)) {
        return;
    }
    /* Before anything is made for the thread: it may call nothing that is chosen. */
    find_module(thread, (uint64_t)function);
    if (!is_chosen(thread, (uint64_t)function) || !is_live(thread, sp)) {
        return;
    }
    struct Stack *stack = thread->stack;
    while (stack->depth > 0 && UNLIKELY(stack->frames[stack->depth - 1].sp < sp)) {
        end_call(stack);
    }
    if (stack->depth > 0 && UNLIKELY(stack->frames[stack->depth - 1].sp == sp)) {
        end_stale(stack, sp, (uint64_t)site, hook);
    }
    begin_call(stack, sp, id_of(thread, (uint64_t)function), (uint64_t)site, hook);
}

/* Which of the open calls ends; `depth` of them if none. */
static __attribute__((noinline, cold)) GENERAL uint32_t ending(const struct Stack *stack, uint64_t id, uint64_t sp, bool jumped) {
    uint32_t at = stack->depth;
    if (jumped) {
        /* The hook was jumped to, after the frame was removed: of the frames below, it is the outermost. */
        while (at > 0 && stack->frames[at - 1].sp < sp) {
            at--;
        }
        return at < stack->depth && stack->frames[at].id == id ? at : stack->depth;
    }
    while (at > 0) {
        at--;
        if (stack->frames[at].id == id && stack->frames[at].sp >= sp) {
            return at;
        }
    }
    return stack->depth;
}

EXPORT GENERAL void __cyg_profile_func_exit(void *function, void *site) {
    struct Thread *thread = &atf_thread;
    if (UNLIKELY(thread->state != THREAD_ON)) {
        return;
    }
    const uint64_t sp = (uint64_t)__builtin_dwarf_cfa();
    const bool jumped = __builtin_return_address(0) == site;
    /* Jumped to, it has the place of the caller's frame: that is on the same stack, but for its very end. */
    if (UNLIKELY(sp - 16 - thread->stack->low >= thread->stack->length) && !atf_slow_stack(thread, sp - 16)) {
        return;
    }
    find_module(thread, (uint64_t)function);
    if (!is_chosen(thread, (uint64_t)function)) {
        return;
    }
    struct Stack *stack = thread->stack;
    const uint64_t id = id_of(thread, (uint64_t)function);
    const uint32_t depth = stack->depth;
    if (UNLIKELY(depth == 0)) {
        return;
    }
    const struct Frame *top = &stack->frames[depth - 1];
    const bool is_top = jumped ? top->sp < sp && (depth == 1 || top[-1].sp >= sp) : top->sp == sp;
    if (UNLIKELY(top->id != id || !is_top)) {
        const uint32_t at = ending(stack, id, sp, jumped);
        if (at == depth) {
            /* It began before the recording did. */
            return;
        }
        while (stack->depth > at + 1) {
            end_call(stack);
        }
    }
    end_call(stack);
}

#if defined(__x86_64__)
/* `at`: the address after the sled's call; `sp`: the place behind the function's return address. */
GENERAL void atf_xray_entry(uint64_t at, uint64_t sp) {
    struct Thread *thread = &atf_thread;
    if (!is_live(thread, sp)) {
        return;
    }
    /* A sled that was switched on is chosen; it stands where its function begins, but for an endbr64. */
    find_module(thread, at - 5);
    struct Stack *stack = thread->stack;
    while (stack->depth > 0 && UNLIKELY(stack->frames[stack->depth - 1].sp <= sp)) {
        end_call(stack);
    }
    begin_call(stack, sp, id_of(thread, at - 5), 0, 0);
}

GENERAL void atf_xray_exit(uint64_t at, uint64_t sp) {
    struct Thread *thread = &atf_thread;
    (void)at;
    if (UNLIKELY(thread->state != THREAD_ON)) {
        return;
    }
    if (UNLIKELY(sp - thread->stack->low >= thread->stack->length) && !atf_slow_stack(thread, sp)) {
        return;
    }
    struct Stack *stack = thread->stack;
    while (stack->depth > 0 && UNLIKELY(stack->frames[stack->depth - 1].sp < sp)) {
        end_call(stack);
    }
    if (LIKELY(stack->depth > 0 && stack->frames[stack->depth - 1].sp == sp)) {
        end_call(stack);
    }
}
#endif
