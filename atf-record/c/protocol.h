/* What the library asks `atf record`, one message each over a socket of its own; src/protocol.rs is the other side.
   A question is a struct AtfQuestion and the bytes of its text. The answer may bring a file. */
#ifndef ATF_RECORD_PROTOCOL_H
#define ATF_RECORD_PROTOCOL_H

#include <stdint.h>

enum {
    /* A program begins in this process, or a fork does: may it be recorded? */
    ATF_ASK_START = 1,
    /* A module was loaded. `id`: its number, `a`: its base, `b`: its length, text: its path. The file is a table of
       struct AtfPlace, `count` of them; no file: every function that calls the hooks is traced. */
    ATF_ASK_MODULE = 2,
    /* A thread begins. `id`: its number, `a`: the system's, `b`: threads that could not be traced, text: its name. The
       file is its ring, which has the length `value`. */
    ATF_ASK_THREAD = 3,
    /* A thread has ended. `id`: its number. */
    ATF_ASK_ENDED = 4,
    /* The module `id` was removed from memory. */
    ATF_ASK_UNLOADED = 5
};

enum { ATF_TEXT_MAX = 4096 };

struct AtfQuestion {
    uint32_t kind;
    uint32_t id;
    uint64_t a;
    uint64_t b;
};

struct AtfAnswer {
    /* 0: yes. */
    uint32_t refused;
    uint32_t count;
    uint64_t value;
};

enum { ATF_PLACE_FUNCTION = 0, ATF_PLACE_XRAY_ENTRY = 1, ATF_PLACE_XRAY_EXIT = 2, ATF_PLACE_XRAY_TAIL = 3 };

/* A function that is traced, or a place that is switched on. */
struct AtfPlace {
    /* From the module's base. */
    uint32_t offset;
    uint32_t kind;
    /* The function that it is in, from the module's base. */
    uint32_t function;
};

#endif
