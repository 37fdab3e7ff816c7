/* Generated from the source of atf-capi by `cargo run -p atf-capi-header`; do not edit. */
#ifndef ATF_H
#define ATF_H

/**
 * The C interface of ATF, a format for function call and return traces. C11 or newer, C++17 or newer.
 *
 * Contents:
 *
@CONTENTS@
 *
 * Rules for all functions. A declaration says so if it differs.
 *
 * - Errors: a function that can fail returns 0 or a negative errno; a function that returns a sequence returns
 *   UINT32_MAX. Then atf_last_error() says what failed, where, what was expected and what was found, and
 *   atf_last_error_code() has a number for the error. Some functions also return 1, with the meaning that they give.
 *   -ENOTRECOVERABLE is an internal error of the library. No function aborts the process or throws.
 * - NULL: a pointer argument must not be NULL. NULL gives -EINVAL and changes nothing; so does any other argument that
 *   is not allowed. A handle that was finalized, finished or stopped gives -EBADF.
 * - Ownership: a function that gives a handle names the function that frees it. Call that once per handle, and do not
 *   use the handle afterwards. The library copies what it keeps of strings, arrays and structs before it returns.
 * - Threads: different handles are independent. One handle belongs to one thread at a time.
 * - Signal handlers: only the functions that say so may be called from one.
 * - fork: in a child process, the drains and producers of the parent give -ECHILD; closing a producer there only frees
 *   its memory. A child must not use or close the writers of its parent.
 * - Cancellation: disable it (pthread_setcancelstate) around calls. If a thread is cancelled (pthread_cancel) within a
 *   function of the library, or within a push that waits, the C library ends the process: frames of Rust cannot be
 *   unwound that way.
 * - Strings end with a zero byte. Texts are UTF-8; paths are bytes that the operating system takes.
 * - Versions: a struct that begins with `size` may get more members. Set `size`, or call its init function, before you
 *   pass it: the library then knows which members your program was compiled with. Members named `reserved` must be 0.
 *   All other structs keep their members.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atf_v2_types.h"

#ifdef __cplusplus
extern "C" {
#endif
