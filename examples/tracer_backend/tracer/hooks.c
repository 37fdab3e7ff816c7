/* The hooks that -finstrument-functions calls at the beginning and at the end of every function. They run anywhere: in
   signal handlers, in destructors, before main. So they take no lock and allocate no memory once a thread has its
   producer, and restore errno. */
#include <errno.h>
#include <pthread.h>

#include "modules.h"
#include "session.h"
#include "threads.h"

#define HOOK __attribute__((visibility("default"), no_instrument_function))

HOOK void __cyg_profile_func_enter(void *function, void *call_site);
HOOK void __cyg_profile_func_exit(void *function, void *call_site);

/* The function is in a module that was loaded later, by dlopen. */
static __attribute__((noinline, cold)) uint64_t look_again(Thread *self, uintptr_t address) {
    const ThreadState before = self->state;
    Shielded shielded;
    threads_shield(&shielded);
    self->state = THREAD_BUSY;
    if (modules_refresh()) {
        session_list_modules();
    }
    self->state = before;
    threads_unshield(&shielded);
    return modules_function_id(address);
}

/* `sp` and `fp` are those of the traced function. */
static inline __attribute__((always_inline)) void record(Thread *self, uint32_t kind, uint32_t depth, void *function,
                                                         void *call_site, void *sp, void *fp) {
    const int saved = errno;
    AtfEvent event;
    AtfRegisters registers = {.lr = (uintptr_t)call_site, .fp = (uintptr_t)fp, .sp = (uintptr_t)sp};
    AtfPayload payload;
    const long stack = session_stack_bytes();
    int code, cancel;
    /* A push that waits for room is a cancellation point, where cancellation must be disabled: see threads.h. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    event.function_id = modules_function_id((uintptr_t)function);
    if (event.function_id == 0) {
        event.function_id = look_again(self, (uintptr_t)function);
    }
    event.timestamp_ns = atf_now_ns();
    event.event_kind = kind;
    event.call_depth = depth;
    if (stack < 0) {
        code = atf_producer_push_inline(self->producer, &event, NULL, NULL);
    } else {
        const uintptr_t from = (uintptr_t)sp;
#ifdef __x86_64__
        /* When a hook is called, the compiler has reused the argument registers, except these two. */
        if (kind == ATF_EVENT_KIND_CALL) {
            registers.x_regs[6] = registers.fp; /* rbp */
            registers.x_regs[7] = registers.sp; /* rsp */
        }
#endif
        size_t len = from < self->stack_end ? self->stack_end - from : 0; /* 0 on an alternate signal stack. */
        len = len < (size_t)stack ? len : (size_t)stack;
        payload = atf_function_payload(&registers, sp, len);
        code = atf_producer_push_inline(self->producer, &event, &payload, NULL);
    }
    pthread_setcancelstate(cancel, NULL);
    if (code == -EPIPE || code == -ECHILD) {
        self->state = THREAD_OFF; /* The drain was stopped, or this is a forked process. Other failures were counted as dropped. */
    }
    errno = saved;
}

void __cyg_profile_func_enter(void *function, void *call_site) {
    Thread *self = &thread_self;
    if (self->state == THREAD_TRACED || (self->state == THREAD_NEW && threads_begin(self))) {
        record(self, ATF_EVENT_KIND_CALL, self->depth++, function, call_site, __builtin_dwarf_cfa(),
               *(void **)__builtin_frame_address(0));
    }
}

void __cyg_profile_func_exit(void *function, void *call_site) {
    Thread *self = &thread_self;
    /* The return of a function that was called before its thread was traced is not recorded. */
    if (self->state == THREAD_TRACED && self->depth > 0) {
        record(self, ATF_EVENT_KIND_RETURN, --self->depth, function, call_site, __builtin_dwarf_cfa(),
               *(void **)__builtin_frame_address(0));
    }
}
