/* The first event of a thread, its end, and further stacks on it. */
#include "record.h"

#include <errno.h>
#include <limits.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t next_thread;
uint64_t atf_untraced_threads;
static pthread_key_t key;

/* How far below the lowest frame of a stack that is not the thread's own the next one may be. Further away begins
   another stack: coroutines often have theirs side by side. */
enum { GAP = 32 * 1024, ABOVE = 1024 };

void atf_calm(struct Calm *calm) {
    sigset_t all;
    _Static_assert(sizeof(sigset_t) <= sizeof calm->mask, "room for a mask");
    calm->error = errno;
    sigfillset(&all);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &calm->cancel);
    pthread_sigmask(SIG_BLOCK, &all, (sigset_t *)calm->mask);
}

void atf_uncalm(const struct Calm *calm) {
    pthread_sigmask(SIG_SETMASK, (const sigset_t *)calm->mask, NULL);
    pthread_setcancelstate(calm->cancel, NULL);
    errno = calm->error;
}

static void *memory(size_t bytes) {
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static uint64_t hexadecimal(const char **text) {
    uint64_t value = 0;
    for (;; (*text)++) {
        const char c = **text;
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) {
            return value;
        }
        value = value << 4 | (uint64_t)digit;
    }
}

/* The mapped range around `address`. Not by pthread_getattr_np, which allocates: the program's own allocator may be
   what is traced. */
static bool mapped_around(uint64_t address, uint64_t *low, uint64_t *high) {
    char page[4096];
    size_t kept = 0;
    ssize_t got;
    bool found = false;
    const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    while (!found && (got = read(file, page + kept, sizeof page - 1 - kept)) > 0) {
        page[kept + (size_t)got] = 0;
        char *line = page, *end;
        while (!found && (end = strchr(line, '\n')) != NULL) {
            const char *at = line;
            *low = hexadecimal(&at);
            at += *at == '-';
            *high = hexadecimal(&at);
            found = address >= *low && address < *high;
            line = end + 1;
        }
        kept = strlen(line);
        if (kept == sizeof page - 1) {
            /* A line with a very long path: what matters of it was read. */
            kept = 0;
        }
        memmove(page, line, kept);
    }
    close(file);
    return found;
}

/* The stack that the system gave this thread. */
static void own_stack(struct Stack *stack) {
    const bool is_main = syscall(SYS_gettid) == getpid();
    /* Thread-local data is at the top of a thread's stack; the random bytes of the kernel at that of the first. */
    const uint64_t inside = is_main ? (uint64_t)getauxval(AT_RANDOM) : (uint64_t)&atf_thread;
    uint64_t low = 0, high = 0;
    if (!mapped_around(inside, &low, &high)) {
        low = inside > (UINT64_C(8) << 20) ? inside - (UINT64_C(8) << 20) : 0;
        high = inside;
    }
    if (is_main) {
        /* It grows. */
        struct rlimit limit;
        uint64_t most = UINT64_C(64) << 20;
        if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
            most = limit.rlim_cur;
        }
        low = high > most && high - most < low ? high - most : low;
    }
    stack->low = low;
    stack->length = high - low;
}

/* One thread at a time gets its ring: many at once would need as many descriptors. */
static uint32_t ring_lock;

static bool ask_for_ring(struct Stack *stack) {
    char name[17] = "";
    struct AtfAnswer answer;
    prctl(PR_GET_NAME, name);
    stack->number = __atomic_fetch_add(&next_thread, 1, __ATOMIC_RELAXED);
    const struct AtfQuestion question = {ATF_ASK_THREAD, stack->number, (uint64_t)syscall(SYS_gettid),
                                         __atomic_load_n(&atf_untraced_threads, __ATOMIC_RELAXED)};
    const int file = atf_ask(&question, name, &answer);
    if (file < 0) {
        return false;
    }
    void *map = answer.refused ? MAP_FAILED
                               : mmap(NULL, answer.value, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
    close(file);
    if (map == MAP_FAILED) {
        return false;
    }
    const RingControl *control = map;
    stack->map = map;
    stack->map_length = answer.value;
    stack->index_tail = 0;
    stack->is_gone = stack->is_damaged = false;
    memset(&stack->producer, 0, sizeof stack->producer);
    stack->producer.control = map;
    stack->producer.index_buffer = (unsigned char *)map + control->index_offset;
    stack->producer.fork_mark = atf_fork_mark;
    stack->producer.index_capacity = control->index_capacity;
    stack->producer.index_limit = control->index_capacity;
    stack->producer.thread_id = control->thread_id;
    return true;
}

/* Gets a ring for a stack. Signals are blocked: no handler of this thread waits for its own lock. */
static bool get_ring(struct Stack *stack) {
    while (__atomic_exchange_n(&ring_lock, 1, __ATOMIC_ACQUIRE) != 0) {
        usleep(50);
    }
    const bool has_ring = ask_for_ring(stack);
    if (has_ring && stack->length == 0) {
        own_stack(stack);
    }
    __atomic_store_n(&ring_lock, 0, __ATOMIC_RELEASE);
    return has_ring;
}

static struct Stack *new_stack(uint64_t low, uint64_t length) {
    struct Stack *stack = memory(sizeof *stack + sizeof(struct Frame) * FRAMES_MAX);
    if (stack != NULL) {
        stack->low = low;
        stack->length = length;
    }
    if (stack == NULL || !get_ring(stack)) {
        if (stack != NULL) {
            munmap(stack, sizeof *stack + sizeof(struct Frame) * FRAMES_MAX);
        }
        __atomic_fetch_add(&atf_untraced_threads, 1, __ATOMIC_RELAXED);
        return NULL;
    }
    stack->frames = (struct Frame *)(void *)(stack + 1);
    return stack;
}

static void release(struct Stack *stack) {
    struct AtfAnswer answer;
    const struct AtfQuestion question = {ATF_ASK_ENDED, stack->number, 0,
                                         __atomic_load_n(&atf_untraced_threads, __ATOMIC_RELAXED)};
    atf_ask(&question, NULL, &answer);
    munmap(stack->map, stack->map_length);
    munmap(stack, sizeof *stack + sizeof(struct Frame) * FRAMES_MAX);
}

/* Calls that did not return, because the thread was cancelled or called pthread_exit: their frames are gone. */
static void end_calls(struct Stack *stack) {
    const uint64_t now = atf_now();
    while (stack->depth > 0) {
        stack->depth--;
        const AtfEvent event = {.timestamp_ns = now, .function_id = stack->frames[stack->depth].id,
                                .event_kind = ATF_EVENT_KIND_RETURN, .call_depth = stack->depth};
        if (stack->depth < atf_settings.max_depth) {
            atf_push(&stack->producer, &event, NULL, NULL);
        }
    }
}

/* The end of a thread. Destructors of other keys may call traced functions as well: ours runs in the last round. */
static void thread_ended(void *data) {
    struct Thread *thread = data;
    if (thread->rounds_left > 0) {
        thread->rounds_left--;
        pthread_setspecific(key, thread);
        return;
    }
    struct Calm calm;
    atf_calm(&calm);
    const bool was_on = thread->state == THREAD_ON;
    thread->state = THREAD_OFF;
    for (uint32_t at = 0; was_on && at < thread->stack_count; at++) {
        end_calls(thread->stacks[at]);
        release(thread->stacks[at]);
    }
    atf_uncalm(&calm);
}

__attribute__((constructor(101))) static void make_key(void) {
    pthread_key_create(&key, thread_ended);
}

/* A fork has one thread, whose open calls are called again in a trace of its own. */
static void call_again(struct Stack *stack) {
    const uint64_t now = atf_now();
    for (uint32_t depth = 0; depth < stack->depth && depth < atf_settings.max_depth; depth++) {
        const AtfEvent event = {.timestamp_ns = now, .function_id = stack->frames[depth].id,
                                .event_kind = ATF_EVENT_KIND_CALL, .call_depth = depth};
        atf_push(&stack->producer, &event, NULL, NULL);
    }
}

void atf_thread_fork(struct Thread *thread) {
    next_thread = 0;
    /* It may have been held by a thread that the fork does not have. */
    ring_lock = 0;
    atf_untraced_threads = 0;
    if (thread->state == THREAD_ON) {
        /* Of the stacks only the one on which it runs now goes on. */
        thread->stacks[0] = thread->stack;
        thread->stack_count = 1;
        munmap(thread->stack->map, thread->stack->map_length);
        thread->stack->map = NULL;
        thread->state = THREAD_NEW;
    }
}

bool atf_begin(struct Thread *thread, uint64_t sp) {
    struct Calm calm;
    thread->state = THREAD_BUSY;
    atf_calm(&calm);
    bool is_on = false;
    if (atf_process_ready()) {
        if (thread->stack_count == 1) {
            is_on = get_ring(thread->stack);
            if (is_on) {
                call_again(thread->stack);
            }
        } else {
            thread->stack = new_stack(0, 0);
            if (thread->stack != NULL) {
                thread->stacks[thread->stack_count++] = thread->stack;
                thread->rounds_left = PTHREAD_DESTRUCTOR_ITERATIONS - 2;
                is_on = true;
            }
        }
        pthread_setspecific(key, thread);
    }
    thread->state = is_on ? THREAD_ON : THREAD_OFF;
    atf_uncalm(&calm);
    return is_on && (sp - thread->stack->low < thread->stack->length || atf_switch_stack(thread, sp));
}

static bool stretch(struct Thread *thread, struct Stack *stack, uint64_t sp) {
    const uint64_t top = stack->low + stack->length;
    uint64_t low = sp > GAP ? sp - GAP : 0;
    for (uint32_t at = 0; at < thread->stack_count; at++) {
        const struct Stack *other = thread->stacks[at];
        const uint64_t end = other->low + other->length;
        if (other != stack && end <= sp && end > low) {
            low = end;
        }
    }
    if (low < stack->low) {
        stack->low = low;
        stack->length = top - low;
    }
    return true;
}

/* The thread's own stack comes first, and its range is known. Of the others the highest frame is: a place belongs to
   the nearest one above it. */
bool atf_switch_stack(struct Thread *thread, uint64_t sp) {
    struct Stack *own = thread->stacks[0], *nearest = NULL;
    if (sp - own->low < own->length) {
        thread->stack = own;
        return true;
    }
    for (uint32_t at = 1; at < thread->stack_count; at++) {
        struct Stack *stack = thread->stacks[at];
        const uint64_t top = stack->low + stack->length;
        if (top > sp && (nearest == NULL || top < nearest->low + nearest->length)) {
            nearest = stack;
        }
    }
    if (nearest != NULL && sp >= (nearest->low > GAP ? nearest->low - GAP : 0)) {
        thread->stack = nearest;
        return stretch(thread, nearest, sp);
    }
    if (thread->stack_count == STACKS_MAX) {
        return false;
    }
    struct Calm calm;
    thread->state = THREAD_BUSY;
    atf_calm(&calm);
    struct Stack *stack = new_stack(sp, ABOVE);
    if (stack != NULL) {
        stretch(thread, stack, sp);
        thread->stacks[thread->stack_count++] = stack;
        thread->stack = stack;
    }
    thread->state = THREAD_ON;
    atf_uncalm(&calm);
    return stack != NULL;
}
