/* From an address to a module. A module's number is never used again, also when another one is loaded at its place. */
#include "record.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MODULES_MAX = 1024 };

struct Module {
    uint64_t low;
    uint64_t high;
    uint64_t base;
    /* A bit per byte: functions that are traced; NULL for all. */
    uint8_t *chosen;
    bool is_loaded;
    bool is_seen;
    char path[1024];
};

static struct Module modules[MODULES_MAX];
static uint32_t module_count;
static uint32_t lock;
volatile uint32_t atf_modules_changed = 1;

static void lock_modules(void) {
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0) {
        usleep(50);
    }
}

static void unlock_modules(void) {
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static void path_of(const char *name, char *path, size_t room) {
    ssize_t length;
    if (name[0] == 0 && (length = readlink("/proc/self/exe", path, room - 1)) > 0) {
        path[length] = 0;
        return;
    }
    strncpy(path, name, room - 1);
    path[room - 1] = 0;
}

/* What is traced of a module; switches its sleds on. */
static void choose(struct Module *module, const struct AtfPlace *places, uint32_t count) {
    const uint64_t length = module->high - module->base;
    uint8_t *bits = mmap(NULL, length / 8 + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bits == MAP_FAILED) {
        return;
    }
    for (uint32_t at = 0; at < count; at++) {
        if (places[at].offset < length) {
            bits[places[at].offset >> 3] |= (uint8_t)(1u << (places[at].offset & 7));
        }
    }
    module->chosen = bits;
    atf_patch(module->base, places, count);
}

static void announce(uint32_t number, bool is_new) {
    struct Module *module = &modules[number];
    struct AtfAnswer answer;
    const struct AtfQuestion question = {ATF_ASK_MODULE, number + 1, module->base, module->high - module->base};
    const int file = atf_ask(&question, module->path, &answer);
    if (file < 0) {
        return;
    }
    const size_t bytes = (answer.count ? answer.count : 1) * sizeof(struct AtfPlace);
    void *places = is_new ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    if (places != MAP_FAILED) {
        choose(module, places, answer.count);
        munmap(places, bytes);
    }
    close(file);
}

static int found(struct dl_phdr_info *info, size_t size, void *data) {
    uint64_t low = UINT64_MAX, high = 0;
    (void)size;
    (void)data;
    for (int at = 0; at < info->dlpi_phnum; at++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[at];
        if (header->p_type == PT_LOAD) {
            const uint64_t start = info->dlpi_addr + header->p_vaddr;
            low = start < low ? start : low;
            high = start + header->p_memsz > high ? start + header->p_memsz : high;
        }
    }
    if (high == 0) {
        return 0;
    }
    char path[sizeof modules[0].path];
    path_of(info->dlpi_name, path, sizeof path);
    for (uint32_t at = 0; at < module_count; at++) {
        struct Module *module = &modules[at];
        if (module->is_loaded && module->low == low && module->high == high && strcmp(module->path, path) == 0) {
            module->is_seen = true;
            return 0;
        }
    }
    if (module_count < MODULES_MAX) {
        struct Module *module = &modules[module_count];
        module->low = low;
        module->high = high;
        module->base = info->dlpi_addr;
        module->is_loaded = module->is_seen = true;
        memcpy(module->path, path, sizeof path);
        __atomic_store_n(&module_count, module_count + 1, __ATOMIC_RELEASE);
    }
    return 0;
}

/* Compares the list with what is loaded. */
static void look(void) {
    const uint32_t before = module_count;
    for (uint32_t at = 0; at < module_count; at++) {
        modules[at].is_seen = false;
    }
    dl_iterate_phdr(found, NULL);
    for (uint32_t at = 0; at < before; at++) {
        if (modules[at].is_loaded && !modules[at].is_seen) {
            struct AtfAnswer answer;
            const struct AtfQuestion question = {ATF_ASK_UNLOADED, at + 1, 0, 0};
            modules[at].is_loaded = false;
            atf_ask(&question, NULL, &answer);
        }
    }
    for (uint32_t at = before; at < module_count; at++) {
        announce(at, true);
    }
    __atomic_fetch_add(&atf_modules_changed, 1, __ATOMIC_RELEASE);
}

void atf_modules_start(void) {
    lock_modules();
    look();
    unlock_modules();
}

/* A fork says again what is loaded; the lock may have been held by a thread that it does not have. */
void atf_modules_announce(void) {
    unlock_modules();
    for (uint32_t at = 0; at < module_count; at++) {
        if (modules[at].is_loaded) {
            announce(at, false);
        }
    }
}

static const struct Module *module_at(uint64_t address) {
    for (uint32_t at = 0; at < module_count; at++) {
        if (modules[at].is_loaded && address - modules[at].low < modules[at].high - modules[at].low) {
            return &modules[at];
        }
    }
    return NULL;
}

void atf_module(struct Thread *thread, uint64_t address) {
    struct Calm calm;
    const uint32_t state = thread->state;
    thread->state = THREAD_BUSY;
    atf_calm(&calm);
    lock_modules();
    const struct Module *module = module_at(address);
    if (module == NULL) {
        look();
        module = module_at(address);
    }
    thread->modules_seen = atf_modules_changed;
    if (module != NULL) {
        thread->module_low = module->low;
        thread->module_length = module->high - module->low;
        thread->module_base = module->base;
        thread->module_id = (uint64_t)(module - modules) + 1;
        thread->module_chosen = module->chosen;
    } else {
        /* Code that was made while the program runs: its pages are a module without a name. */
        thread->module_low = address & ~UINT64_C(0xFFF);
        thread->module_length = 0x1000;
        thread->module_base = 0;
        thread->module_id = 0;
        thread->module_chosen = NULL;
    }
    unlock_modules();
    atf_uncalm(&calm);
    thread->state = state;
}

/* A module that is loaded next may get the addresses of this one. Which module calls matters for dlopen, not here. */
EXPORT int dlclose(void *handle) {
    static int (*next)(void *);
    if (next == NULL) {
        next = (int (*)(void *))(uintptr_t)dlsym(RTLD_NEXT, "dlclose");
    }
    const int result = next(handle);
    if (atf_is_on) {
        struct Calm calm;
        const uint32_t state = atf_thread.state;
        atf_thread.state = THREAD_BUSY;
        atf_calm(&calm);
        lock_modules();
        look();
        unlock_modules();
        atf_uncalm(&calm);
        atf_thread.state = state;
    }
    return result;
}
