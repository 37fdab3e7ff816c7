/* Switches XRay's sleds on. A sled is a jump over room for a call, or a return with room for a call behind it. */
#include "record.h"

#if defined(__x86_64__)

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void atf_stub_entry(void);
void atf_stub_exit(void);

enum { SLED = 11, JUMP = 16, PAGE = 4096, ENTRY = 0, EXIT = 1 };

/* A page that the module's code can reach, with jumps to the two stubs. */
static uint8_t *near_page(uint64_t base) {
    for (uint64_t distance = 0x100000; distance < 0x60000000; distance += 0x100000) {
        for (int below = 1; below >= 0; below--) {
            const uint64_t at = below ? base - distance : base + distance;
            if (below && base < distance) {
                continue;
            }
            void *wanted = (void *)(uintptr_t)(at & ~(uint64_t)(PAGE - 1));
            void *page = mmap(wanted, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
            if (page == wanted) {
                return page;
            }
            if (page != MAP_FAILED) {
                munmap(page, PAGE);
            }
        }
    }
    return NULL;
}

static void put_jump(uint8_t *at, void (*target)(void)) {
    /* jmp *0(%rip), and the address. */
    static const uint8_t jump[6] = {0xff, 0x25, 0, 0, 0, 0};
    memcpy(at, jump, sizeof jump);
    memcpy(at + sizeof jump, &target, sizeof target);
}

static bool switch_on(int file, uint64_t at, uint32_t kind, const uint8_t *page) {
    static const uint8_t nop[6] = {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00};
    uint8_t code[SLED];
    const uint8_t *sled = (const uint8_t *)(uintptr_t)at;
    const bool returns = kind == ATF_PLACE_XRAY_EXIT;
    if (sled[0] != (returns ? 0xc3 : 0xeb)) {
        return false;
    }
    const uint8_t *stub = page + (kind == ATF_PLACE_XRAY_ENTRY ? ENTRY : EXIT) * JUMP;
    const int64_t distance = (int64_t)((uint64_t)(uintptr_t)stub - (at + 5));
    const int32_t near = (int32_t)distance;
    if (near != distance) {
        return false;
    }
    code[0] = 0xe8;
    memcpy(code + 1, &near, sizeof near);
    memcpy(code + 5, nop, sizeof nop);
    if (returns) {
        code[5] = 0xc3;
    }
    return pwrite(file, code, sizeof code, (off_t)at) == (ssize_t)sizeof code;
}

void atf_patch(uint64_t base, const struct AtfPlace *places, uint32_t count) {
    uint8_t *page = NULL;
    int file = -1;
    for (uint32_t at = 0; at < count; at++) {
        if (places[at].kind == ATF_PLACE_FUNCTION) {
            continue;
        }
        if (page == NULL) {
            page = near_page(base);
            /* It writes to pages that are not writable, so that no page ever is writable and executable. */
            file = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
            if (page == NULL || file < 0) {
                break;
            }
            put_jump(page + ENTRY * JUMP, atf_stub_entry);
            put_jump(page + EXIT * JUMP, atf_stub_exit);
            mprotect(page, PAGE, PROT_READ | PROT_EXEC);
        }
        switch_on(file, base + places[at].offset, places[at].kind, page);
    }
    if (file >= 0) {
        close(file);
    }
}

#else

void atf_patch(uint64_t base, const struct AtfPlace *places, uint32_t count) {
    (void)base;
    (void)places;
    (void)count;
}

#endif
