/* Generated from the source of atf-capi by `cargo run -p atf-capi-header`; do not edit. */
#ifndef ATF_H
#define ATF_H

/**
 * The C interface of ATF, the format of function call and return traces.
 *
 * What holds for every function:
 *
 * - A function that can fail returns 0 or a negative errno, or UINT32_MAX where it returns a sequence;
 *   atf_last_error() then says what, where, expected and found.
 * - NULL where a pointer is needed is -EINVAL. A handle that was ended is -EBADF. No function aborts, throws
 *   or leaves a half-made handle.
 * - A handle belongs to one thread at a time, unless its functions say otherwise. It is freed by its own
 *   close function, once, and not used after that.
 * - Strings are UTF-8 and end with a zero byte; paths are what the operating system takes.
 * - Structs that have a `size` are to be filled by their init function: a later library knows by it
 *   which members a program was compiled with.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atf_v2_types.h"


/**
 * Writes one index.atf. Use an AtfWriter to have a thread's directory with both files.
 */
typedef struct AtfIndexWriter AtfIndexWriter;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes an index file and writes its header.
 *
 * The calls for one writer come from one thread at a time; different writers are independent.
 *
 * @param path The file to make; its directory exists, it does not.
 * @param thread_id The traced thread.
 * @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
 * @param writer Where the new writer goes, to be given to atf_index_writer_close. Not touched on failure.
 * @return 0; -EEXIST when there is such a file; -EINVAL; another negative errno of the system's.
 */
int atf_index_writer_create(const char *path,
                            uint32_t thread_id,
                            uint8_t clock_type,
                            AtfIndexWriter **writer);

/**
 * Appends one event, as it is.
 *
 * The event should carry the writer's thread_id, and ATF_NO_DETAIL_SEQ where it has no detail record:
 * atf_verify tells where it does not.
 *
 * @return The event's sequence; UINT32_MAX when it was not taken (see atf_last_error): all
 *         sequences are used up, the disk refused, the writer was finalized, or an argument is NULL.
 *         When the disk refused nothing is lost, and the call can be repeated.
 */
uint32_t atf_write_index_event(AtfIndexWriter *writer,
                               const IndexEvent *event);

/**
 * Writes what is left, the footer and the final header. No event can be written afterwards.
 *
 * @return 0; -EBADF when it was finalized already; -EINVAL for NULL; another negative errno when the disk
 *         refused: the file is one that recovery reads, and the call can be repeated.
 */
int atf_index_writer_finalize(AtfIndexWriter *writer);

/**
 * Closes a writer and frees it. One that was not finalized hands what it has to the operating system
 * and leaves a file that recovery reads. NULL is nothing to do.
 */
void atf_index_writer_close(AtfIndexWriter *writer);

/**
 * What the last call that failed on this thread has to say: file, place, what was expected and
 * what was found. UTF-8.
 *
 * Calls that succeed leave it as it is. Never NULL; an empty string when no call has failed on
 * this thread. Valid until the next call on this thread that fails, or the thread ends; not to be
 * freed.
 */
const char *atf_last_error(void);

/**
 * The library's version, "0.1.0". Never NULL; not to be freed.
 */
const char *atf_version(void);

/**
 * The `version` that stands in files which this library writes (ATF_FORMAT_VERSION of its header).
 */
uint32_t atf_format_version(void);

/**
 * Whether the header that a program was compiled with describes the bytes as this library does.
 * Call `atf_check_header()`, which passes what its header says.
 *
 * @param format_version ATF_FORMAT_VERSION.
 * @param format_revision ATF_FORMAT_REVISION.
 * @param layout_hashes The layout hashes of `count` records, as `atf_check_header` lists them.
 * @return 0; -EPROTONOSUPPORT when they differ (the text says in what); -EINVAL.
 */
int atf_check_layouts(uint32_t format_version,
                      uint32_t format_revision,
                      const uint64_t *layout_hashes,
                      size_t count);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether this header and the library that is loaded describe the same bytes. Once at the start is enough.
 *
 * @return 0; -EPROTONOSUPPORT, and atf_last_error() says which record differs.
 */
static inline int atf_check_header(void) {
    const uint64_t hashes[] = {
        ATF_INDEX_EVENT_LAYOUT_HASH,    ATF_DETAIL_EVENT_HEADER_LAYOUT_HASH, ATF_DETAIL_FUNCTION_PAYLOAD_LAYOUT_HASH,
        ATF_INDEX_HEADER_LAYOUT_HASH,   ATF_INDEX_FOOTER_LAYOUT_HASH,        ATF_DETAIL_HEADER_LAYOUT_HASH,
        ATF_DETAIL_FOOTER_LAYOUT_HASH,  ATF_RING_CONTROL_LAYOUT_HASH,
    };
    return atf_check_layouts(ATF_FORMAT_VERSION, ATF_FORMAT_REVISION, hashes, sizeof hashes / sizeof hashes[0]);
}

#ifdef __cplusplus
}
#endif

#endif /* ATF_H */
