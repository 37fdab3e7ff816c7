// What is hard for a recorder: exceptions, coroutines, signals on their own stack, cancelled threads, forks, values in
// vector registers. Its output and exit status are the same with and without a recorder. An argument chooses how it ends.
#include <complex>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#define KEPT __attribute__((noinline))

struct Guard {
    int *count;
    KEPT ~Guard() { ++*count; }
};

KEPT int throws(int left, int *count) {
    Guard guard{count};
    if (left == 0) {
        throw std::runtime_error("thrown");
    }
    return throws(left - 1, count) + 1;
}

KEPT int catches(int left) {
    int count = 0;
    try {
        throws(left, &count);
    } catch (const std::exception &) {
        return count;
    }
    return -1;
}

KEPT int rethrows(int left) {
    try {
        return throws(left, &left);
    } catch (...) {
        throw;
    }
}

KEPT int above(int left) {
    try {
        return rethrows(left);
    } catch (...) {
        return 1;
    }
}

static ucontext_t home, parts[3];
static int steps;
KEPT void step(int part) { steps += part; }
KEPT void work(int part) {
    for (int i = 0; i < 20; i++) {
        step(part);
        swapcontext(&parts[part], &home);
    }
}
KEPT int coroutines() {
    static char stacks[3][65536];
    for (int part = 0; part < 3; part++) {
        getcontext(&parts[part]);
        parts[part].uc_stack.ss_sp = stacks[part];
        parts[part].uc_stack.ss_size = sizeof stacks[part];
        parts[part].uc_link = &home;
        makecontext(&parts[part], (void (*)())work, 1, part);
    }
    for (int i = 0; i < 21; i++) {
        for (int part = 0; part < 3; part++) {
            swapcontext(&home, &parts[part]);
        }
    }
    return steps;
}

static volatile int signals;
KEPT int counts(int value) { return value + 1; }
KEPT void handles(int) { signals = counts(signals); }
KEPT int raises() {
    static char stack[65536];
    stack_t other{};
    other.ss_sp = stack;
    other.ss_size = sizeof stack;
    sigaltstack(&other, nullptr);
    struct sigaction action{};
    action.sa_handler = handles;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &action, nullptr);
    for (int i = 0; i < 50; i++) {
        raise(SIGUSR1);
    }
    return signals;
}

KEPT void *waits(void *count) {
    Guard guard{(int *)count};
    for (;;) {
        pause();
    }
}
KEPT int cancels() {
    int count = 0;
    pthread_t thread;
    pthread_create(&thread, nullptr, waits, &count);
    pthread_cancel(thread);
    pthread_join(thread, nullptr);
    return count <= 1;
}
KEPT void *leaves(void *count) {
    Guard guard{(int *)count};
    pthread_exit(count);
}
KEPT int exits() {
    int count = 0;
    pthread_t thread;
    pthread_create(&thread, nullptr, leaves, &count);
    pthread_join(thread, nullptr);
    return count;
}

KEPT int forks() {
    const pid_t child = fork();
    if (child == 0) {
        _exit(catches(5) == 6 ? 3 : 4);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
KEPT int vforks() {
    const pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)nullptr);
        _exit(9);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

KEPT std::complex<double> complex_of(double value) { return {value + 1, value + 2}; }
KEPT long double twice(long double value) { return value * 2; }
KEPT double sum(double a, double b, double c, double d, double e, double f, double g, double h, double i) {
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9;
}
KEPT int last(int value) { return value * 3; }
KEPT int jumps(int value) { return last(value + 1); }

struct Late {
    KEPT ~Late() { usleep(1); }
};
static thread_local Late late;
KEPT void *uses(void *) {
    (void)&late;
    return nullptr;
}

int main(int count, char **words) {
    const char *end = count > 1 ? words[1] : "";
    std::printf("catches %d above %d coroutines %d raises %d\n", catches(30), above(5), coroutines(), raises());
    std::printf("cancels %d exits %d forks %d vforks %d\n", cancels(), exits(), forks(), vforks());
    const auto z = complex_of(1.5);
    std::printf("%g %g %Lg %g %d\n", z.real(), z.imag(), twice(1.25L), sum(1, 2, 3, 4, 5, 6, 7, 8, 9), jumps(4));
    pthread_t thread;
    pthread_create(&thread, nullptr, uses, nullptr);
    pthread_join(thread, nullptr);
    std::fflush(stdout);
    if (!std::strcmp(end, "segv")) {
        raise(SIGSEGV);
    } else if (!std::strcmp(end, "abort")) {
        std::abort();
    } else if (!std::strcmp(end, "throw")) {
        throw 5;
    } else if (!std::strcmp(end, "_exit")) {
        _exit(42);
    } else if (!std::strcmp(end, "kill")) {
        kill(getpid(), SIGKILL);
    }
    return 17;
}
