/* A thread gets its producer at its first traced call, and closes it when it ends. */
#include "threads.h"

#include <errno.h>
#include <pthread.h>

#include "session.h"

__thread Thread thread_self __attribute__((tls_model("initial-exec")));

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool has_key;

/* Runs when a thread ends, by return or pthread_exit. Destructors that run later are not traced. */
static void thread_ended(void *self) {
    threads_end(self);
}

static void make_key(void) {
    has_key = pthread_key_create(&key, thread_ended) == 0;
}

static uintptr_t end_of_stack(void) {
    pthread_attr_t attributes;
    void *start = NULL;
    size_t len = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return 0;
    }
    pthread_attr_getstack(&attributes, &start, &len);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)start + len;
}

void threads_shield(Shielded *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before->signals);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before->cancel);
}

void threads_unshield(const Shielded *before) {
    pthread_setcancelstate(before->cancel, NULL);
    pthread_sigmask(SIG_SETMASK, &before->signals, NULL);
}

bool threads_begin(Thread *self) {
    const int saved = errno;
    Shielded before;
    AtfProducer *producer = NULL;
    threads_shield(&before);
    self->state = THREAD_BUSY; /* Functions called here may be traced too, for example the program's own malloc. */
    pthread_once(&key_once, make_key);
    if (has_key && session_begin()) {
        producer = session_register();
    }
    if (producer != NULL) {
        self->producer = producer;
        self->depth = 0;
        self->stack_end = end_of_stack();
        pthread_setspecific(key, self);
    }
    self->state = producer != NULL ? THREAD_TRACED : THREAD_OFF;
    threads_unshield(&before);
    errno = saved;
    return producer != NULL;
}

void threads_end(Thread *self) {
    if (self->state != THREAD_TRACED) {
        return;
    }
    Shielded before;
    self->state = THREAD_OFF; /* First, so that a signal handler does not use the producer any more. */
    threads_shield(&before);
    atf_producer_close(self->producer);
    self->producer = NULL;
    threads_unshield(&before);
}

void threads_forget(void) {
    thread_self.state = THREAD_OFF;
}
