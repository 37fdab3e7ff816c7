/* The start of a process: settings, and whether it is recorded. */
#include "record.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

struct Settings atf_settings = {.max_depth = UINT32_MAX, .blocks = true};
volatile uint32_t atf_is_on;
unsigned char *atf_fork_mark;
/* For stubs.S. */
uint64_t atf_vector_bytes __attribute__((visibility("hidden"))) = 1024;
uint32_t atf_has_xsave __attribute__((visibility("hidden")));
/* Whether this fork has said that it is there. */
static uint32_t is_fork;

static uint64_t number(const char *text) {
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
    }
    return value;
}

static void set(const char *name, const char *value) {
    static uint64_t counter_end, counter_end_ns;
    if (strcmp(name, "socket") == 0 && strlen(value) < sizeof atf_settings.socket) {
        memcpy(atf_settings.socket, value, strlen(value) + 1);
    } else if (strcmp(name, "depth") == 0) {
        atf_settings.max_depth = (uint32_t)number(value);
    } else if (strcmp(name, "block") == 0) {
        atf_settings.blocks = number(value) != 0;
    } else if (strcmp(name, "counter") == 0) {
        atf_settings.counter_base = number(value);
    } else if (strcmp(name, "counter_ns") == 0) {
        atf_settings.counter_ns = number(value);
    } else if (strcmp(name, "counter_end") == 0) {
        counter_end = number(value);
    } else if (strcmp(name, "counter_end_ns") == 0) {
        counter_end_ns = number(value);
        if (counter_end > atf_settings.counter_base) {
            const unsigned __int128 ns = counter_end_ns - atf_settings.counter_ns;
            atf_settings.counter_scale = (uint64_t)((ns << 32) / (counter_end - atf_settings.counter_base));
        }
    }
}

/* Reads the settings: a regular file that only its owner can write, and that this user or root owns. */
static bool read_settings(const char *path) {
    char text[4096];
    struct stat status;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return false;
    }
    ssize_t length = -1;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_uid == geteuid() || status.st_uid == 0) &&
        (status.st_mode & 022) == 0) {
        length = read(file, text, sizeof text - 1);
    }
    close(file);
    if (length < 0) {
        return false;
    }
    text[length] = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = 0;
        char *value = strchr(line, '=');
        if (value != NULL) {
            *value = 0;
            set(line, value + 1);
        }
    }
    return atf_settings.socket[0] != 0;
}

static void find_vectors(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) != 0 && __get_cpuid_count(13, 0, &a, &b, &c, &d)) {
        atf_vector_bytes = b + 64;
        atf_has_xsave = 1;
    }
#endif
}

static void set_fork_mark(void) {
    atf_fork_mark[0] = 1;
}

static bool may_record(void) {
    struct AtfAnswer answer;
    const struct AtfQuestion question = {ATF_ASK_START, 0, (uint64_t)getppid(), 0};
    const int file = atf_ask(&question, NULL, &answer);
    if (file >= 0) {
        close(file);
    }
    return !answer.refused;
}

/* In the child of a fork. It gets a trace of its own with its first event: most only call exec. */
static void forked(void) {
    if (!atf_is_on) {
        return;
    }
    is_fork = 1;
    set_fork_mark();
    atf_thread_fork(&atf_thread);
}

bool atf_process_ready(void) {
    if (is_fork) {
        is_fork = 0;
        if (!may_record()) {
            atf_is_on = 0;
            return false;
        }
        atf_modules_announce();
    }
    return atf_is_on != 0;
}

/* Empty: what a program that was compiled with -pg would otherwise leave is a gmon.out in its directory. */
EXPORT void __monstartup(unsigned long low, unsigned long high) {
    (void)low;
    (void)high;
}

EXPORT void _mcleanup(void) {}

__attribute__((constructor(102))) static void start(void) {
    const char *path = getenv("ATF_RECORD");
    /* With other rights than its user's a program does not listen to the environment. */
    if (path == NULL || getauxval(AT_SECURE) != 0 || !read_settings(path)) {
        return;
    }
    find_vectors();
    atf_fork_mark = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (atf_fork_mark == MAP_FAILED || madvise(atf_fork_mark, 4096, MADV_WIPEONFORK) != 0 || !may_record()) {
        return;
    }
    set_fork_mark();
    pthread_atfork(NULL, NULL, forked);
    atf_modules_start();
    atf_is_on = 1;
}
