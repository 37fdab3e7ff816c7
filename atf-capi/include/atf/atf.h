/* Generated from the source of atf-capi by `cargo run -p atf-capi-header`; do not edit. */
#ifndef ATF_H
#define ATF_H

/**
 * The C interface of ATF, a format for function call and return traces. C11 or newer, C++17 or newer.
 *
 * Contents:
 *
 *   1. Errors                     the text and the code of the last failure
 *   2. Versions                   does this header fit the library?
 *   3. Events                     events, payloads and sequences
 *   4. Sessions                   threads, modules and functions of a manifest
 *   5. Clocks                     timestamps
 *   6. Producing                  a traced thread pushes events into its ring
 *   7. Draining                   a drain empties the rings into files
 *   8. Writing without rings      a thread writes its files itself
 *   9. Reading                    files, threads and sessions, over memory maps
 *  10. Merging                    the events of all threads, in timestamp order
 *  11. Verification and recovery  check a trace, repair a damaged one
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

/* ----------------------------------------------------------------------------------------------------------------
   1. Errors
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * No call has failed on this thread.
 */
#define ATF_ERROR_NONE 0

/**
 * The operating system returned an error: a file cannot be opened, read or written.
 */
#define ATF_ERROR_IO 1

/**
 * The path names neither a session, a thread's directory nor an .atf file.
 */
#define ATF_ERROR_NOT_A_TRACE 2

/**
 * The manifest is not JSON, is too long, or lacks a required key.
 */
#define ATF_ERROR_MANIFEST 3

/**
 * The output exists already. Nothing was changed.
 */
#define ATF_ERROR_OUTPUT_TAKEN 4

/**
 * The trace is being recorded. Nothing was changed.
 */
#define ATF_ERROR_BEING_RECORDED 5

/**
 * The drain was stopped.
 */
#define ATF_ERROR_DRAIN_STOPPED 6

/**
 * All sequences of a lane are used up.
 */
#define ATF_ERROR_SEQUENCES_EXHAUSTED 7

/**
 * Events or records were not written in the order in which their sequences were reserved.
 */
#define ATF_ERROR_OUT_OF_SEQUENCE 8

/**
 * Reserved sequences were never written, so the file cannot be finalized.
 */
#define ATF_ERROR_UNWRITTEN 9

/**
 * An event of an array belongs to another thread. Nothing was written.
 */
#define ATF_ERROR_FOREIGN_EVENT 10

/**
 * The payload is too long to be stored.
 */
#define ATF_ERROR_PAYLOAD_TOO_LONG 11

/**
 * The processor's counter cannot be used as a clock on this machine.
 */
#define ATF_ERROR_NO_COUNTER 12

/**
 * An argument has a value that is not allowed.
 */
#define ATF_ERROR_ARGUMENT 13

/**
 * Something that was asked for by number or name does not exist.
 */
#define ATF_ERROR_NOT_FOUND 14

/**
 * The handle was finalized, finished or stopped, or belongs to another process.
 */
#define ATF_ERROR_CLOSED 15

/**
 * The program's header and the library describe different bytes.
 */
#define ATF_ERROR_HEADER_MISMATCH 16

/**
 * Internal error of the library. Close the handle and report it.
 */
#define ATF_ERROR_PANIC 17

/**
 * This operating system cannot do it: rings and drains need Linux or Android.
 */
#define ATF_ERROR_UNSUPPORTED 18

/**
 * The path is a folder with more than one session.
 */
#define ATF_ERROR_SEVERAL_SESSIONS 19

/**
 * An error that this version has no code for; see the text.
 */
#define ATF_ERROR_OTHER 99

/**
 * A file, directory or entry that must exist is missing.
 */
#define ATF_ERROR_FAULT_MISSING 101

/**
 * It is not a regular file.
 */
#define ATF_ERROR_FAULT_UNREADABLE 102

/**
 * Something exists that must not, for example a detail.off without a detail.atf.
 */
#define ATF_ERROR_FAULT_UNEXPECTED 103

/**
 * The bytes end before the record or section does.
 */
#define ATF_ERROR_FAULT_TRUNCATED 104

/**
 * The footer of a finalized file is missing.
 */
#define ATF_ERROR_FAULT_MISSING_FOOTER 105

/**
 * The magic does not match the kind of file.
 */
#define ATF_ERROR_FAULT_BAD_MAGIC 106

/**
 * The endian mark does not say little-endian.
 */
#define ATF_ERROR_FAULT_BAD_BYTE_ORDER 107

/**
 * This library does not support the version, or the size of the records.
 */
#define ATF_ERROR_FAULT_UNSUPPORTED_VERSION 108

/**
 * A field that is never 0 is 0: the bytes did not reach the disk.
 */
#define ATF_ERROR_FAULT_ZEROED 109

/**
 * The format does not allow the value.
 */
#define ATF_ERROR_FAULT_OUT_OF_RANGE 110

/**
 * The schema does not list the value of a field that decides how the file is read.
 */
#define ATF_ERROR_FAULT_UNKNOWN_VALUE 111

/**
 * Reserved bytes or unknown flag bits are not 0.
 */
#define ATF_ERROR_FAULT_RESERVED_NOT_ZERO 112

/**
 * The checksum does not match the bytes.
 */
#define ATF_ERROR_FAULT_CHECKSUM 113

/**
 * A count or length does not match the data.
 */
#define ATF_ERROR_FAULT_COUNT_MISMATCH 114

/**
 * A recorded time does not match the events.
 */
#define ATF_ERROR_FAULT_TIME_MISMATCH 115

/**
 * Two places that must agree differ: thread, platform, clock or flags.
 */
#define ATF_ERROR_FAULT_MISMATCH 116

/**
 * The link between an event and its detail record is broken.
 */
#define ATF_ERROR_FAULT_LINK_BROKEN 117

/**
 * Bytes follow the footer.
 */
#define ATF_ERROR_FAULT_TRAILING_BYTES 118

/**
 * The offsets in a detail.off do not match the records of the detail.atf.
 */
#define ATF_ERROR_FAULT_OFFSETS_STALE 119

/**
 * A ring has events that are not in the thread's files.
 */
#define ATF_ERROR_FAULT_RING_NOT_DRAINED 120

/**
 * A ring was not removed, although all its events are in the thread's files.
 */
#define ATF_ERROR_FAULT_RING_LEFT_BEHIND 121

/**
 * A ring, or a place for one, that was never used.
 */
#define ATF_ERROR_FAULT_RING_NEVER_MADE 122

/**
 * The ring is from before the machine was restarted.
 */
#define ATF_ERROR_FAULT_RING_OF_OTHER_BOOT 123

/**
 * Events or records of a ring did not reach the disk before the machine stopped.
 */
#define ATF_ERROR_FAULT_NOT_ON_DISK 124

/**
 * The manifest is not JSON, or lacks a required key.
 */
#define ATF_ERROR_FAULT_BAD_MANIFEST 125

/**
 * An entry that may exist only once exists twice.
 */
#define ATF_ERROR_FAULT_DUPLICATE 126

/**
 * The file has changed since it was scanned.
 */
#define ATF_ERROR_FAULT_CHANGED 127

/**
 * The recording failed, and its files were not completed since.
 */
#define ATF_ERROR_FAULT_FAILED 128

/**
 * The text of the last call that failed on this thread: file, place, expected, found. It is for people; programs
 * should use atf_last_error_code.
 *
 * A call that succeeds does not change it. Pushes set no text.
 *
 * @return The text, UTF-8, never NULL; empty if no call has failed on this thread. Valid until the next call that
 *         fails on this thread, or until the thread ends. Do not free it.
 */
const char *atf_last_error(void);

/**
 * The code of the last call that failed on this thread. It says more than the errno that the call returned: for
 * example, -EBADMSG stands for a missing footer as well as for a wrong checksum.
 *
 * A call that succeeds does not change it. Pushes set no code. An error keeps its code in later versions; new
 * codes may come.
 *
 * @return One of the ATF_ERROR_ constants; ATF_ERROR_NONE if no call has failed on this thread.
 */
uint32_t atf_last_error_code(void);

/* ----------------------------------------------------------------------------------------------------------------
   2. Versions
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * Checks that this header and the library that was loaded describe the same bytes. Call it once, before anything else.
 *
 * @return 0; -EPROTONOSUPPORT if not (atf_last_error names the record that differs).
 */
static inline int atf_check_header(void);

/**
 * The library's version, for example "0.1.0".
 *
 * @return The text, never NULL. Do not free it.
 */
const char *atf_version(void);

/**
 * The format version that this library writes into files: ATF_FORMAT_VERSION of its own header.
 *
 * @return The version.
 */
uint32_t atf_format_version(void);

/**
 * Checks that the header that a program was compiled with describes the same bytes as this library. Call
 * `atf_check_header()` instead, which passes what its header says.
 *
 * @param format_version ATF_FORMAT_VERSION.
 * @param format_revision ATF_FORMAT_REVISION.
 * @param layout_hashes The layout hashes of `count` records, as `atf_check_header` lists them.
 * @param count Number of hashes.
 * @return 0; -EPROTONOSUPPORT if they differ (atf_last_error names the record); -EINVAL.
 */
int atf_check_layouts(uint32_t format_version,
                      uint32_t format_revision,
                      const uint64_t *layout_hashes,
                      size_t count);

/* ----------------------------------------------------------------------------------------------------------------
   3. Events
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * An event, as a tracer fills it in. The library adds the thread and the sequences.
 */
typedef struct {
    /**
     * Time in ns on the clock of the session: see atf_now_ns.
     */
    uint64_t timestamp_ns;
    /**
     * The function: `(module_id << 32) | symbol_index`. Of a signal, its number.
     */
    uint64_t function_id;
    /**
     * ATF_EVENT_KIND_CALL, ATF_EVENT_KIND_RETURN, ATF_EVENT_KIND_EXCEPTION or ATF_EVENT_KIND_SIGNAL.
     */
    uint32_t event_kind;
    /**
     * Depth of the call stack; 0 for the outermost function.
     */
    uint32_t call_depth;
} AtfEvent;

/**
 * Registers at a function's call or return.
 */
typedef struct {
    /**
     * Argument registers, in the order that the format defines for the architecture. On a return only the first is
     * set.
     */
    uint64_t x_regs[8];
    /**
     * Link register or return address.
     */
    uint64_t lr;
    /**
     * Frame pointer.
     */
    uint64_t fp;
    /**
     * Stack pointer: the address that the stack bytes were taken from.
     */
    uint64_t sp;
} AtfRegisters;

/**
 * What a detail record carries. Make it with atf_raw_payload or atf_function_payload.
 *
 * It points to memory of the program. A call that takes a payload copies the memory before it returns.
 */
typedef struct {
    /**
     * Registers, for the payload that the format defines; NULL for any other bytes.
     */
    const AtfRegisters *registers;
    /**
     * The bytes. With registers they are the stack, from the stack pointer upward. NULL only if `length` is 0.
     */
    const void *bytes;
    /**
     * Number of bytes. With registers 0 to ATF_MAX_STACK_BYTES; otherwise the record must stay under 4 GiB.
     */
    size_t length;
    /**
     * ATF_DETAIL_EVENT_FUNCTION_CALL or another type. Ignored with registers: the event's kind gives the type.
     */
    uint16_t event_type;
    /**
     * Must be 0.
     */
    uint16_t reserved[3];
} AtfPayload;

/**
 * The sequences of one event: its own, and that of its detail record if it has one.
 */
typedef struct {
    /**
     * Position of the event in index.atf, counted from 0.
     */
    uint32_t index_seq;
    /**
     * Position of its record in detail.atf, counted from 0; ATF_NO_DETAIL_SEQ if it has none.
     */
    uint32_t detail_seq;
} AtfSequences;

/**
 * Makes a payload of any bytes.
 *
 * @param event_type ATF_DETAIL_EVENT_FUNCTION_CALL or another type.
 * @param bytes The bytes; they must be valid until the payload was passed to a call. NULL only if `length` is 0.
 * @param length Number of bytes.
 * @return The payload.
 */
static inline AtfPayload atf_raw_payload(uint16_t event_type, const void *bytes, size_t length) {
    AtfPayload payload;
    payload.registers = NULL;
    payload.bytes = bytes;
    payload.length = length;
    payload.event_type = event_type;
    payload.reserved[0] = 0;
    payload.reserved[1] = 0;
    payload.reserved[2] = 0;
    return payload;
}

/**
 * Makes the payload that the format defines for calls and returns: registers and stack.
 *
 * @param registers The registers; they must be valid until the payload was passed to a call.
 * @param stack The stack, from the stack pointer upward, valid as long. NULL only if `length` is 0.
 * @param length Number of stack bytes, 0 to ATF_MAX_STACK_BYTES.
 * @return The payload.
 */
static inline AtfPayload atf_function_payload(const AtfRegisters *registers, const void *stack, size_t length) {
    AtfPayload payload = atf_raw_payload(0, stack, length);
    payload.registers = registers;
    return payload;
}

/* ----------------------------------------------------------------------------------------------------------------
   4. Sessions
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * A module of the traced program: the executable or a shared library.
 */
typedef struct {
    /**
     * `sizeof(AtfModule)`, the same in all elements of a list.
     */
    uint32_t size;
    /**
     * Upper half of the function_ids of its functions.
     */
    uint32_t module_id;
    /**
     * File that it was loaded from; not NULL.
     */
    const char *path;
    /**
     * Address that it was loaded at.
     */
    uint64_t base_address;
    /**
     * Length in memory in bytes; 0 if unknown.
     */
    uint64_t size_bytes;
    /**
     * Build id as text; NULL if it has none.
     */
    const char *build_id;
} AtfModule;

/**
 * The name of a traced function.
 */
typedef struct {
    /**
     * `sizeof(AtfSymbol)`, the same in all elements of a list.
     */
    uint32_t size;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * function_id of its events.
     */
    uint64_t function_id;
    /**
     * The name; not NULL.
     */
    const char *name;
} AtfSymbol;

/**
 * The totals of a finalized thread. Fill it with atf_thread_summary_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * The thread.
     */
    uint32_t thread_id;
    /**
     * Events in index.atf.
     */
    uint32_t events;
    /**
     * Records in detail.atf.
     */
    uint32_t details;
    /**
     * 1 if there is a detail.atf, otherwise 0.
     */
    uint32_t has_detail;
    /**
     * 1 if the thread was recorded through a ring, and so the last four members are set; otherwise 0.
     */
    uint32_t has_counts;
    /**
     * Time of the first event in ns; 0 without events.
     */
    uint64_t time_start_ns;
    /**
     * Time of the last event in ns; 0 without events.
     */
    uint64_t time_end_ns;
    /**
     * Events that the program pushed: `recorded + dropped_events`.
     */
    uint64_t emitted;
    /**
     * Of those, the events in index.atf; markers of lost events do not count.
     */
    uint64_t recorded;
    /**
     * Of those, the events that were dropped.
     */
    uint64_t dropped_events;
    /**
     * Events in index.atf whose detail record was dropped.
     */
    uint64_t dropped_details;
} AtfThreadSummary;

/**
 * Initializes a summary: `atf_thread_summary_init(&summary, sizeof summary)`.
 *
 * @param summary Receives zeros and its size.
 * @param size `sizeof *summary`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_thread_summary_init(AtfThreadSummary *summary, size_t size);

/* ----------------------------------------------------------------------------------------------------------------
   5. Clocks
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * The time since the machine was started, sleep included: CLOCK_BOOTTIME, which is ATF_CLOCK_HOST.
 *
 * It never decreases, and is the same for all threads and processes. It makes no system call if the kernel reads
 * its clock from the TSC. May be called from a signal handler.
 *
 * @return Time in ns.
 */
uint64_t atf_now_ns(void);

/**
 * The processor's counter (TSC) on the scale of atf_now_ns. Reading it costs less than atf_now_ns.
 *
 * Make one per session, so that all threads share one scale. It never changes: any number of threads may read it
 * at once.
 */
typedef struct AtfClock AtfClock;

/**
 * Makes a clock from the TSC. Takes about 10 ms, to compare the TSC with the system's clock.
 *
 * @param clock Receives the clock, for atf_clock_close. Set only on success. Pass the clock in AtfDrainOptions
 *        too, so that the manifest records its calibration.
 * @return 0; -ENOTSUP if the TSC cannot be used as a clock (atf_last_error says why; use atf_now_ns instead);
 *         -EINVAL.
 */
int atf_clock_calibrate(AtfClock **clock);

/**
 * Reads a clock. May be called from a signal handler.
 *
 * @param clock A clock; NULL to read atf_now_ns.
 * @return Time in ns, on the scale of atf_now_ns.
 */
uint64_t atf_clock_now_ns(const AtfClock *clock);

/**
 * Frees a clock. No thread may use it during the call or after it. Does nothing for NULL.
 */
void atf_clock_close(AtfClock *clock);

/* ----------------------------------------------------------------------------------------------------------------
   6. Producing
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * The handle of a traced thread's ring, which the thread pushes its events into. One per traced thread: only that thread
 * and its signal handlers push.
 */
typedef struct AtfProducer AtfProducer;

/**
 * If the ring is full, a push drops the event and counts it. The traced program never waits.
 */
#define ATF_WHEN_FULL_DROP 0

/**
 * If the ring is full, a push waits for the drain. If no drain runs, it drops the event.
 */
#define ATF_WHEN_FULL_BLOCK 1

/**
 * The sizes of a ring, and what happens when it is full. Fill it with atf_producer_options_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * ATF_WHEN_FULL_DROP (default) or ATF_WHEN_FULL_BLOCK.
     */
    uint32_t when_full;
    /**
     * Size of the ring's index buffer in bytes, rounded up to a power of two, at least 4096. It must hold the events
     * that come while the disk stalls: the default of 4 MiB holds 131072 events.
     */
    uint64_t index_bytes;
    /**
     * Size of the ring's detail buffer in bytes, rounded the same way. 0: no details are recorded.
     */
    uint64_t detail_bytes;
    /**
     * The clock of the timestamps: ATF_CLOCK_HOST (default).
     */
    uint32_t clock_type;
    /**
     * Must be 0.
     */
    uint32_t reserved;
} AtfProducerOptions;

/**
 * Fills options with the defaults: `atf_producer_options_init(&options, sizeof options)`.
 *
 * @param options Receives the defaults.
 * @param size `sizeof *options`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_producer_options_init(AtfProducerOptions *options, size_t size);

/**
 * Creates the directory `thread_<thread_id>` of a session and the ring in it, for a program whose rings another
 * process drains (`atf drain`, atf_drain_attach). If this process drains, use atf_drain_register.
 *
 * @param session_dir A session's directory: see atf_session_writer_create.
 * @param thread_id The traced thread, unique in the session.
 * @param options NULL for the defaults.
 * @param producer Receives the producer, for atf_producer_close. Set only on success.
 * @return 0; -EEXIST if the thread has a directory already; -ENOSPC if the disk has no room for the ring; -EINVAL;
 *         another negative errno of the operating system.
 */
int atf_producer_create(const char *session_dir,
                        uint32_t thread_id,
                        const AtfProducerOptions *options,
                        AtfProducer **producer);

/**
 * Pushes one event and, with a payload, its detail record. Once it has returned 0, both survive the death of this
 * process, of the drain, and of both.
 *
 * Lock-free. Makes no system call, unless it waits. May be called from a signal handler of the producer's thread.
 * atf_producer_push_inline does the same, compiled into the caller.
 *
 * If the payload has no room, the event is recorded without it and counted: see atf_producer_dropped_details. If
 * detail is switched off, the event is recorded without its payload and not counted.
 *
 * @param producer The thread's producer.
 * @param event The event.
 * @param payload The payload of its detail record; NULL for an event without one.
 * @param index_seq Receives the event's sequence; may be NULL. Set only on success.
 * @return 0; a negative errno if the event was not recorded. No text is set for atf_last_error. Counted as
 *         dropped: -EAGAIN if the ring is full; -EINTR if this push interrupted a push of its own thread;
 *         -EOVERFLOW if all sequences are used; -EBADMSG if another process has damaged the ring, which is not
 *         used again. Not counted: -EPIPE if the recording was stopped; -ECHILD in a forked process; -EMSGSIZE if
 *         the payload is too long for the ring or for a record; -EINVAL.
 */
int atf_producer_push(AtfProducer *producer,
                      const AtfEvent *event,
                      const AtfPayload *payload,
                      uint32_t *index_seq);

/**
 * Number of events in the ring's index so far, markers of lost events included.
 *
 * @param producer The producer.
 * @return The number; UINT32_MAX for NULL.
 */
uint32_t atf_producer_event_count(const AtfProducer *producer);

/**
 * Number of detail records pushed so far.
 *
 * @param producer The producer.
 * @return The number; UINT32_MAX for NULL.
 */
uint32_t atf_producer_detail_count(const AtfProducer *producer);

/**
 * Number of events dropped so far.
 *
 * @param producer The producer.
 * @return The number; UINT64_MAX for NULL.
 */
uint64_t atf_producer_dropped_events(const AtfProducer *producer);

/**
 * Number of detail records dropped so far whose events were recorded.
 *
 * @param producer The producer.
 * @return The number; UINT64_MAX for NULL.
 */
uint64_t atf_producer_dropped_details(const AtfProducer *producer);

/**
 * Switches detail records on or off, from the next push on.
 *
 * @param producer The producer.
 * @param is_enabled Whether pushes record their payloads.
 * @return 0; -EINVAL.
 */
int atf_producer_set_detail(AtfProducer *producer, bool is_enabled);

/**
 * Marks the thread as ended and frees the producer. The drain still writes what was pushed. The thread and its
 * signal handlers must not push during the call or after it. In a forked process the call only frees memory. Does
 * nothing for NULL.
 */
void atf_producer_close(AtfProducer *producer);

/**
 * Checks that the inline push that a program was compiled with knows a producer's members as this library does.
 * `atf_check_header()` calls it.
 *
 * @param layout_hash ATF_PRODUCER_LAYOUT_HASH.
 * @return 0; -EPROTONOSUPPORT if it differs: do not use atf_producer_push_inline then.
 */
int atf_check_producer_layout(uint64_t layout_hash);

/* The push that is compiled into the traced program: atf_producer_push_inline. */
#include "atf_producer.h"

/* ----------------------------------------------------------------------------------------------------------------
   7. Draining
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * The totals of a session whose drain was stopped. Fill it with atf_drain_summary_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * Threads whose files were finalized: see atf_drain_thread_summary.
     */
    uint32_t threads;
    /**
     * Threads that were left unfinished: see atf_drain_unfinished_thread.
     */
    uint32_t unfinished;
    /**
     * Threads that could not be registered: nothing of them is recorded.
     */
    uint32_t untraced_threads;
    /**
     * Events in the files of all finalized threads, markers of lost events included.
     */
    uint64_t events;
    /**
     * Detail records in their files.
     */
    uint64_t details;
    /**
     * Events that were dropped.
     */
    uint64_t dropped_events;
    /**
     * Detail records that were dropped although their event was recorded.
     */
    uint64_t dropped_details;
} AtfDrainSummary;

/**
 * Initializes a summary: `atf_drain_summary_init(&summary, sizeof summary)`.
 *
 * @param summary Receives zeros and its size.
 * @param size `sizeof *summary`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_drain_summary_init(AtfDrainSummary *summary, size_t size);

/**
 * What a drain has done so far, over all threads. Fill it with atf_metrics_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * Threads, those that have ended included.
     */
    uint32_t threads;
    /**
     * Events taken out of the rings, markers of lost events included.
     */
    uint64_t events;
    /**
     * Detail records taken out of the rings.
     */
    uint64_t details;
    /**
     * Bytes of events and records written to the files.
     */
    uint64_t bytes_written;
    /**
     * Events that were dropped.
     */
    uint64_t dropped_events;
    /**
     * Detail records that were dropped although their event was recorded.
     */
    uint64_t dropped_details;
    /**
     * Most bytes that the drain ever found waiting in one buffer of a ring.
     */
    uint64_t high_water_bytes;
    /**
     * 1 if something failed, for example a full disk or a damaged ring; otherwise 0. The drain tries again to write.
     */
    uint32_t has_error;
    /**
     * 1 while the drain cannot write, because the disk is full or a limit is reached; otherwise 0.
     */
    uint32_t is_stalled;
    /**
     * Threads that could not be registered: nothing of them is recorded.
     */
    uint64_t untraced_threads;
} AtfMetrics;

/**
 * Initializes metrics: `atf_metrics_init(&metrics, sizeof metrics)`.
 *
 * @param metrics Receives zeros and its size.
 * @param size `sizeof *metrics`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_metrics_init(AtfMetrics *metrics, size_t size);

/**
 * What a drain has done for one thread so far. Fill it with atf_thread_metrics_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * The thread.
     */
    uint32_t thread_id;
    /**
     * Events taken out of its ring, markers of lost events included.
     */
    uint64_t events;
    /**
     * Detail records taken out of its ring.
     */
    uint64_t details;
    /**
     * Bytes of events and records written to its files.
     */
    uint64_t bytes_written;
    /**
     * Events that were dropped.
     */
    uint64_t dropped_events;
    /**
     * Detail records that were dropped although their event was recorded.
     */
    uint64_t dropped_details;
    /**
     * Most bytes that the drain ever found waiting in one of the two buffers of its ring.
     */
    uint64_t high_water_bytes;
    /**
     * 1 if its files are finalized, otherwise 0.
     */
    uint32_t is_ended;
    /**
     * 0.
     */
    uint32_t reserved;
} AtfThreadMetrics;

/**
 * Initializes metrics: `atf_thread_metrics_init(&metrics, sizeof metrics)`.
 *
 * @param metrics Receives zeros and its size.
 * @param size `sizeof *metrics`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_thread_metrics_init(AtfThreadMetrics *metrics, size_t size);

/**
 * A session that is recorded, and its drain: a thread that empties the rings into the session's files. Several
 * threads may use one at once. One of them closes it, when no other uses it any more.
 */
typedef struct AtfDrain AtfDrain;

/**
 * How a session is recorded. Fill it with atf_drain_options_init first.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * What a push does if the ring is full: ATF_WHEN_FULL_DROP (default) or ATF_WHEN_FULL_BLOCK.
     */
    uint32_t when_full;
    /**
     * Size of the index buffer of each ring in bytes, rounded up to a power of two, at least 4096.
     */
    uint64_t index_bytes;
    /**
     * Size of the detail buffer of each ring in bytes, rounded the same way. 0: no details are recorded.
     */
    uint64_t detail_bytes;
    /**
     * Bytes per lane that the drain collects before it writes; limited to 131072 to 524288.
     */
    uint64_t write_bytes;
    /**
     * Time in ns after which the drain writes what it has collected, even if it is less.
     */
    uint64_t flush_interval_ns;
    /**
     * Number of bytes after which a thread's files are synced to the disk; 0: only at the end.
     */
    uint64_t sync_bytes;
    /**
     * 1 (default): sync a thread's files when they are finalized. 0: a power loss may damage a finalized trace.
     */
    uint32_t sync_on_finalize;
    /**
     * The clock of the timestamps: ATF_CLOCK_HOST (default).
     */
    uint32_t clock_type;
    /**
     * The clock that the program reads, copied; NULL (default) if it is atf_now_ns.
     */
    const AtfClock *clock;
} AtfDrainOptions;

/**
 * Fills options with the defaults: `atf_drain_options_init(&options, sizeof options)`.
 *
 * @param options Receives the defaults.
 * @param size `sizeof *options`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_drain_options_init(AtfDrainOptions *options, size_t size);

/**
 * Creates a session and starts its drain, a thread of this process.
 *
 * @param dir The session's directory: absent or empty. Missing directories above it are created.
 * @param options NULL for the defaults.
 * @param drain Receives the drain, for atf_drain_close. Set only on success.
 * @return 0; -EEXIST if `dir` is not empty, and then nothing was changed; -EINVAL; another negative errno of the
 *         operating system.
 */
int atf_drain_start(const char *dir,
                    const AtfDrainOptions *options,
                    AtfDrain **drain);

/**
 * Starts the drain of a session that other processes record, or that was left when its drain was killed: it
 * resumes where that one stopped. `atf drain` does the same.
 *
 * @param dir A session's directory.
 * @param options NULL for the defaults. `clock` and `clock_type` are ignored: the session has its own.
 * @param drain Receives the drain, for atf_drain_close. Set only on success.
 * @return 0; -EBUSY if another drain is running on the session; -EBADMSG if `dir` is not a session; -ENOENT;
 *         -EINVAL; another negative errno of the operating system.
 */
int atf_drain_attach(const char *dir,
                     const AtfDrainOptions *options,
                     AtfDrain **drain);

/**
 * Creates the ring of a thread of this process. Any thread may call it; hand the producer to the traced thread.
 * The producer stays valid after the drain is stopped or closed.
 *
 * @param drain The drain.
 * @param thread_id The traced thread, unique in the session.
 * @param producer Receives the producer, for atf_producer_close. Set only on success.
 * @return 0; -EEXIST if the thread has a directory already; -ENOSPC if the disk has no room for the ring; -EBADF
 *         if the drain was stopped; -ECHILD in a forked process; -EINVAL; another negative errno of the operating
 *         system.
 */
int atf_drain_register(AtfDrain *drain,
                       uint32_t thread_id,
                       AtfProducer **producer);

/**
 * Says in the manifest, from the next time it is written, how a thread is named, and which id the operating system
 * gave it. `atf info` shows both.
 *
 * @param drain The drain.
 * @param thread_id The traced thread.
 * @param name Its name, in UTF-8, or NULL if it has none. It is copied.
 * @param os_id The id of the operating system, or 0 if it is not known.
 * @return 0; -EINVAL, also for a name that is not UTF-8.
 */
int atf_drain_describe_thread(AtfDrain *drain,
                              uint32_t thread_id,
                              const char *name,
                              uint64_t os_id);

/**
 * Switches detail records on or off for all threads, later ones included. Each thread follows at one of its next
 * pushes.
 *
 * @param drain The drain.
 * @param is_enabled Whether pushes record their payloads.
 * @return 0; -EINVAL.
 */
int atf_drain_set_detail(AtfDrain *drain,
                         bool is_enabled);

/**
 * Sets the modules and function names of the manifest, replacing earlier ones. They are copied. Call it before the
 * drain is stopped.
 *
 * @param drain The drain.
 * @param modules `module_count` modules; may be NULL if there are none.
 * @param module_count Number of modules.
 * @param symbols `symbol_count` names; may be NULL if there are none.
 * @param symbol_count Number of names.
 * @return 0; -EBADF if the drain was stopped; -EINVAL, also for NULL or text that is not UTF-8 in an element. On
 *         failure the earlier lists stay.
 */
int atf_drain_set_symbols(AtfDrain *drain,
                          const AtfModule *modules,
                          size_t module_count,
                          const AtfSymbol *symbols,
                          size_t symbol_count);

/**
 * Says that the recorder failed. The manifest will have the text in `failed` and keep the state "recording" when the
 * drain is stopped. The drain itself continues.
 *
 * @param drain The drain.
 * @param reason Why, in one line of UTF-8. It is copied.
 * @return 0; -EBADF if the drain was stopped; -EINVAL.
 */
int atf_drain_set_failed(AtfDrain *drain,
                         const char *reason);

/**
 * What the drain has done so far, as of about 10 ms ago.
 *
 * @param drain The drain.
 * @param metrics Receives the numbers; initialized by atf_metrics_init. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_drain_metrics(const AtfDrain *drain, AtfMetrics *metrics);

/**
 * What the drain has done for one thread so far, as of about 10 ms ago.
 *
 * @param drain The drain.
 * @param at Which thread, counted from 0 in the order of their ids. Threads may be added between two calls.
 * @param metrics Receives the numbers; initialized by atf_thread_metrics_init. Set only on success.
 * @return 0; -ENOENT if there are fewer threads; -EINVAL.
 */
int atf_drain_thread_metrics(const AtfDrain *drain,
                             size_t at,
                             AtfThreadMetrics *metrics);

/**
 * Ends the recording. No new push begins; every event whose push returned 0 is in a finalized file when this
 * returns. The exception is a thread that is halted within a push, for example by a debugger: it counts as
 * `unfinished`.
 *
 * @param drain The drain.
 * @param summary Receives the totals, initialized by atf_drain_summary_init; may be NULL. Set only on success.
 * @return 0; -EBADF if the drain was stopped already; -ECHILD in a forked process; -EINVAL, and then the drain
 *         still runs; another negative errno if a thread's files could not be finalized: its ring is kept, so that
 *         another drain or recovery can finish it, the other threads are finalized, and the drain is stopped.
 */
int atf_drain_stop(AtfDrain *drain,
                   AtfDrainSummary *summary);

/**
 * As atf_drain_stop, with a time limit. A thread that is not finalized in time keeps its ring and counts as
 * `unfinished`. A thread whose files are being finalized at that moment is still completed.
 *
 * @param drain The drain.
 * @param limit_ns The limit in ns.
 * @param summary As for atf_drain_stop.
 * @return As atf_drain_stop.
 */
int atf_drain_stop_within(AtfDrain *drain,
                          uint64_t limit_ns,
                          AtfDrainSummary *summary);

/**
 * Drains until every producer is gone and no new one has come for half a second, then stops. It first waits for a
 * producer to come, unless the session or all of its threads have ended already.
 *
 * @param drain The drain.
 * @param summary As for atf_drain_stop.
 * @return As atf_drain_stop.
 */
int atf_drain_wait(AtfDrain *drain,
                   AtfDrainSummary *summary);

/**
 * The totals of one finalized thread, after the drain was stopped.
 *
 * @param drain The drain.
 * @param at Which thread, counted from 0 in the order of their ids; less than `threads` of AtfDrainSummary.
 * @param summary Receives the totals; initialized by atf_thread_summary_init. Set only on success.
 * @return 0; -ENOENT if there are fewer threads; -EINVAL, also before the drain is stopped.
 */
int atf_drain_thread_summary(const AtfDrain *drain,
                             size_t at,
                             AtfThreadSummary *summary);

/**
 * A thread that was left unfinished when the drain was stopped: it was halted within a push, or the time limit
 * came first. Its ring is kept; another drain or recovery can finish it.
 *
 * @param drain The drain.
 * @param at Which of these threads, counted from 0 in the order of their ids; less than `unfinished` of
 *        AtfDrainSummary.
 * @param thread_id Receives the thread's id. Set only on success.
 * @return 0; -ENOENT if there are fewer such threads; -EINVAL, also before the drain is stopped.
 */
int atf_drain_unfinished_thread(const AtfDrain *drain,
                                size_t at,
                                uint32_t *thread_id);

/**
 * Frees a drain. No thread may use it during the call or after it. If it was not stopped, the session is left as
 * by a crash: what was pushed is in the rings, the files are not finalized, and another drain or recovery can
 * finish them. Does nothing for NULL.
 */
void atf_drain_close(AtfDrain *drain);

/**
 * The drain cannot write or open something now: the disk is full, a limit is reached. It tries again. Threads that
 * record with ATF_WHEN_FULL_BLOCK wait meanwhile, once their rings are full. Reported once per cause, until
 * everything works again.
 */
#define ATF_NOTICE_WAITING 1

/**
 * After ATF_NOTICE_WAITING: everything works again.
 */
#define ATF_NOTICE_RESUMED 2

/**
 * The drain will not complete the files of a thread: a sync failed, a ring is damaged. atf_drain_stop will return the
 * error.
 */
#define ATF_NOTICE_FAILED 3

/**
 * A thread could not be registered: nothing of it is recorded.
 */
#define ATF_NOTICE_UNTRACED 4

/**
 * A function that a drain calls while it runs, on its own thread.
 *
 * It must return: no longjmp, no exception. It must not stop or close the drain. The drain waits for it.
 *
 * @param notice One of the ATF_NOTICE_ numbers, or a number of a later version.
 * @param code The negative errno of what failed; 0 for ATF_NOTICE_RESUMED.
 * @param text One line for people, valid during the call; never NULL.
 * @param user The pointer that was given.
 */
typedef void (*AtfNotice)(uint32_t notice, int code, const char *text, void *user);

/**
 * Sets the function that is told what the drain has to say while it runs, replacing an earlier one. What is wrong
 * already is reported first. Without one, a full disk shows in AtfMetrics only.
 *
 * @param drain The drain.
 * @param callback The function; NULL for none. It may be called until the drain is stopped or closed.
 * @param user Passed to the function; may be NULL. The drain's thread uses it.
 * @return 0; -EBADF if the drain was stopped; -EINVAL.
 */
int atf_drain_on_notice(AtfDrain *drain,
                        AtfNotice callback,
                        void *user);

/* ----------------------------------------------------------------------------------------------------------------
   8. Writing without rings
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * How a writer writes its files, and what their headers say of the machine. Fill it with atf_writer_options_init
 * first.
 *
 * A tracer sets `create_parents`. A program that writes files of another machine, such as a converter, also sets
 * `arch`, `os` and `clock_type`; atf_verify reports a clock that is not the one of that operating system.
 */
typedef struct {
    /**
     * Length of this struct, set by its init function.
     */
    uint32_t size;
    /**
     * 1: missing directories above the files are created, for their owner only; after a failure, directories that
     * were created may stay. 0 (default): a missing one is -ENOENT.
     */
    uint32_t create_parents;
    /**
     * Bytes per file that are collected before they are written; limited to 1 GiB.
     */
    uint64_t buffer_bytes;
    /**
     * 1 (default): sync the files when they are finalized. 0: a power loss may damage finalized files.
     */
    uint32_t sync_on_finalize;
    /**
     * The clock of the timestamps: an ATF_CLOCK_ constant; ATF_CLOCK_HOST (default). A detail.atf does not name it.
     */
    uint32_t clock_type;
    /**
     * The instruction set of the traced program: an ATF_ARCH_ constant; ATF_ARCH_HOST (default).
     */
    uint32_t arch;
    /**
     * The operating system of the traced program: an ATF_OS_ constant; ATF_OS_HOST (default).
     */
    uint32_t os;
} AtfWriterOptions;

/**
 * Fills options with the defaults: `atf_writer_options_init(&options, sizeof options)`.
 *
 * @param options Receives the defaults.
 * @param size `sizeof *options`.
 * @return 0; -EINVAL, also if this library does not know that size.
 */
int atf_writer_options_init(AtfWriterOptions *options, size_t size);

/**
 * Creates a session's directory and its manifest. Each thread's files are written by an AtfWriter. For one thread
 * at a time. To record through rings, use AtfDrain.
 */
typedef struct AtfSessionWriter AtfSessionWriter;

/**
 * Creates a session: its directory and a manifest with state "recording".
 *
 * @param dir The session's directory: absent or empty. Missing directories above it are created.
 * @param clock_type The clock of the timestamps: ATF_CLOCK_HOST, no other.
 * @param session Receives the session writer, for atf_session_writer_close. Set only on success.
 * @return 0; -EEXIST if `dir` is not empty, and then nothing was changed; -EINVAL; another negative errno of the
 *         operating system.
 */
int atf_session_writer_create(const char *dir,
                              uint8_t clock_type,
                              AtfSessionWriter **session);

/**
 * Sets the modules and function names of the manifest, replacing earlier ones. They are copied.
 *
 * @param session The session writer.
 * @param modules `module_count` modules; may be NULL if there are none.
 * @param module_count Number of modules.
 * @param symbols `symbol_count` names; may be NULL if there are none.
 * @param symbol_count Number of names.
 * @return 0; -EBADF if the session was finished; -EINVAL, also for NULL or text that is not UTF-8 in an element.
 *         On failure the earlier lists stay.
 */
int atf_session_writer_set_symbols(AtfSessionWriter *session,
                                   const AtfModule *modules,
                                   size_t module_count,
                                   const AtfSymbol *symbols,
                                   size_t symbol_count);

/**
 * Lists a thread in the manifest. Threads may be added in any order.
 *
 * @param session The session writer.
 * @param thread The totals that atf_writer_finalize gave.
 * @return 0; -EEXIST if the thread is listed already; -EBADF if the session was finished; -EINVAL.
 */
int atf_session_writer_add(AtfSessionWriter *session, const AtfThreadSummary *thread);

/**
 * Writes the manifest with state "complete". The session writer is ended, also on failure; close it afterwards.
 *
 * @param session The session writer.
 * @return 0; -EBADF if the session was finished already; -EINVAL; another negative errno if writing to the disk
 *         failed: then the manifest still has state "recording".
 */
int atf_session_writer_finish(AtfSessionWriter *session);

/**
 * Ends a session that failed: writes the manifest with state "recording" and the reason in `failed`. The session writer
 * is ended, also on failure; close it afterwards.
 *
 * @param session The session writer.
 * @param reason Why, in one line of UTF-8.
 * @return 0; -EBADF if the session was finished already; -EINVAL; another negative errno if writing to the disk
 *         failed: then the manifest stays as it was.
 */
int atf_session_writer_fail(AtfSessionWriter *session,
                            const char *reason);

/**
 * Frees a session writer. The writers of its threads are not affected. Does nothing for NULL.
 */
void atf_session_writer_close(AtfSessionWriter *session);

/**
 * Writes `thread_N/index.atf` and, from the first payload on, `thread_N/detail.atf`. One per traced thread; for
 * one thread at a time.
 */
typedef struct AtfWriter AtfWriter;

/**
 * Creates the directory `thread_<thread_id>` of a session and the writer of its files.
 *
 * @param session_dir A directory that exists: see atf_session_writer_create. atf_writer_create_with can make it.
 * @param thread_id The traced thread, unique in the session.
 * @param clock_type The clock of the timestamps: an ATF_CLOCK_ constant, of this machine ATF_CLOCK_HOST. It is only
 *        written down: atf_verify reports a clock that is not the one of this operating system.
 * @param writer Receives the writer, for atf_writer_close. Set only on success.
 * @return 0; -EEXIST if the thread has a directory already; -EINVAL; another negative errno of the operating
 *         system.
 */
int atf_writer_create(const char *session_dir,
                      uint32_t thread_id,
                      uint8_t clock_type,
                      AtfWriter **writer);

/**
 * As atf_writer_create, with options.
 *
 * @param session_dir A directory that exists, unless `create_parents` is set.
 * @param thread_id The traced thread, unique in the session.
 * @param options NULL for the defaults.
 * @param writer Receives the writer, for atf_writer_close. Set only on success.
 * @return As atf_writer_create; -EINVAL also for a number of the options that the format does not list.
 */
int atf_writer_create_with(const char *session_dir,
                           uint32_t thread_id,
                           const AtfWriterOptions *options,
                           AtfWriter **writer);

/**
 * Writes one event and, with a payload, its detail record. The writer fills in the thread and the links.
 *
 * @param writer The writer.
 * @param event The event.
 * @param payload The payload of its detail record; NULL for an event without one.
 * @return The event's sequence; UINT32_MAX on failure (see atf_last_error): all sequences are used, the payload is
 *         too long, reserved sequences are not written yet, writing to the disk failed, the writer was finalized,
 *         or an argument is NULL. Then neither event nor record was taken and no sequence is used. If writing to
 *         the disk failed, nothing is lost: call again.
 */
uint32_t atf_writer_write_event(AtfWriter *writer,
                                const AtfEvent *event,
                                const AtfPayload *payload);

/**
 * Reserves the sequences of the next event. Write it with atf_writer_write_detail (first, if `with_detail`) and
 * then atf_writer_write_index. Several events may be reserved; write them in the order in which they were
 * reserved.
 *
 * @param writer The writer.
 * @param with_detail Whether the event has a detail record.
 * @param sequences Receives the sequences. Set only on success.
 * @return 0; -EOVERFLOW if a lane has used all its sequences; -EBADF if the writer was finalized; -EINVAL.
 */
int atf_writer_reserve_sequences(AtfWriter *writer,
                                 bool with_detail,
                                 AtfSequences *sequences);

/**
 * Writes the detail record of an event whose sequences were reserved.
 *
 * @param writer The writer.
 * @param sequences The first reserved sequences that are not written yet.
 * @param event The event.
 * @param payload The record's payload; not NULL.
 * @return 0; -EINVAL, also if `sequences` are not the first, reserve no record, or the record is written already;
 *         -EMSGSIZE if the payload is too long; -EBADF if the writer was finalized; another negative errno if
 *         writing to the disk failed: nothing is lost, call again.
 */
int atf_writer_write_detail(AtfWriter *writer,
                            const AtfSequences *sequences,
                            const AtfEvent *event,
                            const AtfPayload *payload);

/**
 * Writes an event whose sequences were reserved.
 *
 * @param writer The writer.
 * @param sequences The first reserved sequences that are not written yet.
 * @param event The event.
 * @return 0; -EINVAL, also if `sequences` are not the first or the detail record is not written yet; -EBADF if the
 *         writer was finalized; another negative errno if writing to the disk failed: nothing is lost, call again.
 */
int atf_writer_write_index(AtfWriter *writer,
                           const AtfSequences *sequences,
                           const AtfEvent *event);

/**
 * Writes several events without detail, byte for byte. The fastest way to write.
 *
 * @param writer The writer.
 * @param events `count` events, each with the writer's `thread_id` and ATF_NO_DETAIL_SEQ; may be NULL if `count`
 *        is 0.
 * @param count Number of events.
 * @return 0; -EINVAL, also if an event is of another thread or links to a record, or reserved sequences are not
 *         written yet, and -EOVERFLOW if there are fewer sequences left: then nothing was written; -EBADF if the
 *         writer was finalized; another negative errno if writing to the disk failed: the first
 *         atf_writer_event_count events are kept, the rest was not taken.
 */
int atf_writer_write_index_events(AtfWriter *writer,
                                  const IndexEvent *events,
                                  size_t count);

/**
 * Number of events written, buffered ones included.
 *
 * @param writer The writer.
 * @return The number; UINT32_MAX for NULL or a finalized writer.
 */
uint32_t atf_writer_event_count(AtfWriter *writer);

/**
 * Passes all buffered bytes to the operating system. They survive the end of this process.
 *
 * @param writer The writer.
 * @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
 *         nothing is lost, call again.
 */
int atf_writer_flush(AtfWriter *writer);

/**
 * Finalizes both files: writes footers and final headers. The writer is ended, also on failure; close it
 * afterwards.
 *
 * @param writer The writer.
 * @param summary Receives the totals, for atf_session_writer_add; initialized by atf_thread_summary_init. May be
 *        NULL. Set only on success.
 * @return 0; -EBADF if the writer was finalized already; -EINVAL for an invalid argument, and then the writer is
 *         not changed, or if reserved sequences were never written; another negative errno if writing to the disk
 *         failed. After such a failure the files are as after a crash: readable, and recovery can finalize them.
 */
int atf_writer_finalize(AtfWriter *writer,
                        AtfThreadSummary *summary);

/**
 * Frees a writer. If it was not finalized, it passes its buffer to the operating system; the files stay readable,
 * and recovery can finalize them. Does nothing for NULL.
 */
void atf_writer_close(AtfWriter *writer);

/**
 * Writes one index.atf. For one thread at a time. To write a thread's directory with both files, use AtfWriter.
 */
typedef struct AtfIndexWriter AtfIndexWriter;

/**
 * Creates an index file and writes its header.
 *
 * @param path The file; it does not exist, its directory does.
 * @param thread_id The traced thread.
 * @param clock_type The clock of the timestamps: an ATF_CLOCK_ constant, of this machine ATF_CLOCK_HOST. It is only
 *        written down: atf_verify reports a clock that is not the one of this operating system.
 * @param writer Receives the writer, for atf_index_writer_close. Set only on success.
 * @return 0; -EEXIST if the file exists; -EINVAL; another negative errno of the operating system.
 */
int atf_index_writer_create(const char *path,
                            uint32_t thread_id,
                            uint8_t clock_type,
                            AtfIndexWriter **writer);

/**
 * As atf_index_writer_create, with options.
 *
 * @param path The file; it does not exist. Its directory does, unless `create_parents` is set.
 * @param thread_id The traced thread.
 * @param options NULL for the defaults.
 * @param writer Receives the writer, for atf_index_writer_close. Set only on success.
 * @return As atf_index_writer_create; -EINVAL also for a number of the options that the format does not list.
 */
int atf_index_writer_create_with(const char *path,
                                 uint32_t thread_id,
                                 const AtfWriterOptions *options,
                                 AtfIndexWriter **writer);

/**
 * Appends one event, byte for byte.
 *
 * The event should have the writer's thread_id, and ATF_NO_DETAIL_SEQ if it has no detail record. The writer does
 * not check that; atf_verify does.
 *
 * @param writer The writer.
 * @param event The event.
 * @return The event's sequence; UINT32_MAX on failure (see atf_last_error): all sequences are used, writing to the
 *         disk failed, the writer was finalized, or an argument is NULL. If writing to the disk failed, nothing is
 *         lost: call again.
 */
uint32_t atf_write_index_event(AtfIndexWriter *writer,
                               const IndexEvent *event);

/**
 * Appends several events, byte for byte. The fastest way to write.
 *
 * @param writer The writer.
 * @param events `count` events; may be NULL if `count` is 0.
 * @param count Number of events.
 * @param taken Receives the number of events that were taken, also on failure; may be NULL.
 * @return 0; -EOVERFLOW if all sequences are used; -EBADF if the writer was finalized; -EINVAL; another negative
 *         errno if writing to the disk failed. On failure the first `taken` events are kept, and none of them is
 *         lost.
 */
int atf_write_index_events(AtfIndexWriter *writer,
                           const IndexEvent *events,
                           size_t count,
                           size_t *taken);

/**
 * Passes all buffered bytes to the operating system.
 *
 * @param writer The writer.
 * @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
 *         nothing is lost, call again.
 */
int atf_index_writer_flush(AtfIndexWriter *writer);

/**
 * Writes the buffer, the footer and the final header. No event can be written afterwards.
 *
 * @param writer The writer.
 * @return 0; -EBADF if the writer was finalized already; -EINVAL; another negative errno if writing to the disk
 *         failed: call again, or leave the file to recovery.
 */
int atf_index_writer_finalize(AtfIndexWriter *writer);

/**
 * Frees a writer. If it was not finalized, it passes its buffer to the operating system; the file stays readable,
 * and recovery can finalize it. Does nothing for NULL.
 */
void atf_index_writer_close(AtfIndexWriter *writer);

/**
 * Writes one detail.atf. For one thread at a time. To write a thread's directory with both files, use AtfWriter.
 */
typedef struct AtfDetailWriter AtfDetailWriter;

/**
 * Creates a detail file and writes its header. For a file named "detail.atf" it also creates "detail.off" beside
 * it, which readers use to find records.
 *
 * @param path The file; it does not exist, its directory does.
 * @param thread_id The traced thread.
 * @param writer Receives the writer, for atf_detail_writer_close. Set only on success.
 * @return 0; -EEXIST if the file exists; -EINVAL; another negative errno of the operating system.
 */
int atf_detail_writer_create(const char *path,
                             uint32_t thread_id,
                             AtfDetailWriter **writer);

/**
 * As atf_detail_writer_create, with options.
 *
 * @param path The file; it does not exist. Its directory does, unless `create_parents` is set.
 * @param thread_id The traced thread.
 * @param options NULL for the defaults.
 * @param writer Receives the writer, for atf_detail_writer_close. Set only on success.
 * @return As atf_detail_writer_create; -EINVAL also for a number of the options that the format does not list.
 */
int atf_detail_writer_create_with(const char *path,
                                  uint32_t thread_id,
                                  const AtfWriterOptions *options,
                                  AtfDetailWriter **writer);

/**
 * Appends the detail record of an event.
 *
 * @param writer The writer.
 * @param index_seq The event's sequence in the index: higher than that of the record before.
 * @param event The event: its time goes into the record, its function and kind into a function payload.
 * @param payload The record's payload; not NULL.
 * @return The record's sequence, which is the event's `detail_seq`; UINT32_MAX on failure (see atf_last_error):
 *         `index_seq` is not higher, the payload is too long, all sequences are used, writing to the disk failed,
 *         the writer was finalized, or an argument is NULL. If writing to the disk failed, nothing is lost: call
 *         again.
 */
uint32_t atf_write_detail_event(AtfDetailWriter *writer,
                                uint32_t index_seq,
                                const AtfEvent *event,
                                const AtfPayload *payload);

/**
 * Passes all buffered bytes to the operating system.
 *
 * @param writer The writer.
 * @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
 *         nothing is lost, call again.
 */
int atf_detail_writer_flush(AtfDetailWriter *writer);

/**
 * Writes the buffer, the footer and the final header. No record can be written afterwards.
 *
 * @param writer The writer.
 * @return 0; -EBADF if the writer was finalized already; -EINVAL; another negative errno if writing to the disk
 *         failed: call again, or leave the file to recovery.
 */
int atf_detail_writer_finalize(AtfDetailWriter *writer);

/**
 * Frees a writer. If it was not finalized, it passes its buffer to the operating system; the file stays readable,
 * and recovery can finalize it. Does nothing for NULL.
 */
void atf_detail_writer_close(AtfDetailWriter *writer);

/**
 * The counters of one thread's sequences. For one thread at a time. A plain value: to begin, zero it and set
 * `thread_id`.
 */
typedef struct {
    /**
     * The traced thread.
     */
    uint32_t thread_id;
    /**
     * How many index sequences were reserved: the next event's position in index.atf.
     */
    uint32_t index_count;
    /**
     * How many detail sequences were reserved: the next record's position in detail.atf.
     */
    uint32_t detail_count;
} AtfThreadCounters;

/**
 * Reserves the sequences of the next event.
 *
 * @param counters The thread's counters.
 * @param with_detail Whether the event has a detail record.
 * @param sequences Receives the sequences. Set only on success.
 * @return 0; -EOVERFLOW if a lane has used all its 4294967295 sequences, and then no sequence of the other lane is
 *         reserved either; -EINVAL.
 */
int atf_reserve_sequences(AtfThreadCounters *counters,
                          bool with_detail,
                          AtfSequences *sequences);

/* ----------------------------------------------------------------------------------------------------------------
   9. Reading
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * Reads one index.atf over a memory map: finalized, unfinalized or truncated.
 *
 * Common to all readers (AtfIndexReader, AtfDetailReader, AtfThreadReader, AtfSessionReader):
 *
 * - Several threads may use one at once. One of them closes it, when no other uses it any more.
 * - Every handle must be closed; the order does not matter. The reader of a thread, or a merge, still works after
 *   the session that it came from was closed. Files stay mapped until the last handle that needs them is closed.
 * - Pointers into a file are valid until the handle that gave them is closed.
 * - A mapped file must not be truncated: reading beyond its new end raises SIGBUS. It may grow; open it again to
 *   see the new events.
 */
typedef struct AtfIndexReader AtfIndexReader;

/**
 * All events of an index.atf, in the mapped file: see atf_index_view_at.
 */
typedef struct {
    /**
     * The first event; NULL if there is none.
     */
    const IndexEvent *first;
    /**
     * Bytes from one event to the next: sizeof(IndexEvent), or more in a file of a later revision.
     */
    size_t stride;
    /**
     * Number of events.
     */
    uint32_t count;
} AtfIndexView;

/**
 * Opens an index.atf, finalized or not. Its header must be intact. Maps the file and reads only its ends, whatever
 * its length.
 *
 * @param path The file.
 * @param reader Receives the reader, for atf_index_reader_close. Set only on success.
 * @return 0; -ENOENT if there is no such file; -EBADMSG if its header is damaged or too short; -EINVAL; another
 *         negative errno of the operating system.
 */
int atf_index_reader_open(const char *path,
                          AtfIndexReader **reader);

/**
 * Frees a reader. Pointers into the file that it gave become invalid. Does nothing for NULL.
 */
void atf_index_reader_close(AtfIndexReader *reader);

/**
 * Number of events. Their sequences begin with 0.
 *
 * @param reader The reader.
 * @return The number; 0 for NULL.
 */
uint32_t atf_index_reader_count(const AtfIndexReader *reader);

/**
 * The thread that the file's header names.
 *
 * @param reader The reader.
 * @return The thread; 0 for NULL.
 */
uint32_t atf_index_reader_thread_id(const AtfIndexReader *reader);

/**
 * Whether the file has a valid footer. Without one, all complete events are read.
 *
 * @param reader The reader.
 * @return The answer; false for NULL.
 */
bool atf_index_reader_is_finalized(const AtfIndexReader *reader);

/**
 * Whether the header says that there is a detail.atf beside the file.
 *
 * @param reader The reader.
 * @return The answer; false for NULL.
 */
bool atf_index_reader_has_detail(const AtfIndexReader *reader);

/**
 * Copies the header, byte for byte. If it disagrees with the footer, the footer is right; atf_index_reader_count
 * and atf_index_reader_time_range take care of that.
 *
 * @param reader The reader.
 * @param header Receives the header. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_index_reader_header(const AtfIndexReader *reader,
                            AtfIndexHeader *header);

/**
 * Copies the footer, byte for byte, also a damaged one.
 *
 * @param reader The reader.
 * @param footer Receives the footer. Set only on success.
 * @return 0; -ENOENT if there is none; -EINVAL.
 */
int atf_index_reader_footer(const AtfIndexReader *reader, AtfIndexFooter *footer);

/**
 * Copies one event. O(1).
 *
 * @param reader The reader.
 * @param seq The event's sequence, less than atf_index_reader_count.
 * @param event Receives the event. Set only on success.
 * @return 0; -ENOENT if `seq` is too large; -EINVAL.
 */
int atf_index_reader_get(const AtfIndexReader *reader, uint32_t seq, IndexEvent *event);

/**
 * Gives access to all events without a copy: `for (i = 0; i < view.count; i++) atf_index_view_at(&view, i)`.
 *
 * @param reader The reader.
 * @param view Receives the view, valid until the reader is closed. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_index_reader_view(const AtfIndexReader *reader,
                          AtfIndexView *view);

/**
 * Timestamps of the first and the last event, from the events themselves.
 *
 * @param reader The reader.
 * @param start_ns Receives that of the first event, in ns. Set only on success.
 * @param end_ns Receives that of the last event, in ns. Set only on success.
 * @return 0; -ENOENT if there is no event; -EINVAL.
 */
int atf_index_reader_time_range(const AtfIndexReader *reader, uint64_t *start_ns, uint64_t *end_ns);

/**
 * Tells whether an event is a marker of lost events, and how many events were lost before the next one.
 *
 * An event of kind ATF_EVENT_KIND_LOST is a marker only if its depth is 0, it has no detail record, and the next
 * event, if there is one, has its time. Otherwise it is of an unknown kind: other recorders use the number for other
 * things.
 *
 * @param reader The reader.
 * @param seq The event's sequence.
 * @param lost Receives the number of lost events. Set only on success.
 * @return 0 if the event is a marker; -ENOENT if it is none, or if there is no such event; -EINVAL.
 */
int atf_index_reader_lost_events(const AtfIndexReader *reader,
                                 uint32_t seq,
                                 uint64_t *lost);

/**
 * Finds the first event at or after a time, by binary search.
 *
 * If the thread's clock went backwards, the result is one of several places where an earlier event is followed by
 * one that is not. A merge with a range misses no event even then: see atf_merge_open.
 *
 * @param reader The reader.
 * @param from_ns The time in ns.
 * @return The event's sequence; atf_index_reader_count if all events are earlier; 0 for NULL.
 */
uint32_t atf_index_reader_find_start(const AtfIndexReader *reader,
                                     uint64_t from_ns);

/**
 * Finds the end of the events before a time, by binary search: see atf_index_reader_find_start.
 *
 * @param reader The reader.
 * @param to_ns The time in ns.
 * @return One more than the sequence of the last event before it; 0 if no event is earlier, and for NULL.
 */
uint32_t atf_index_reader_find_end(const AtfIndexReader *reader,
                                   uint64_t to_ns);

/**
 * Finds the events of a time range, by binary search: see atf_index_reader_find_start.
 *
 * @param reader The reader.
 * @param from_ns Start of the range in ns, inclusive.
 * @param to_ns End of the range in ns, exclusive.
 * @param first Receives the sequence of the first event. Set only on success.
 * @param count Receives the number of events; 0 if the range is empty. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_index_reader_range(const AtfIndexReader *reader,
                           uint64_t from_ns,
                           uint64_t to_ns,
                           uint32_t *first,
                           uint32_t *count);

/**
 * A detail record: its header, and where its payload is in the mapped file.
 *
 * The pointers are valid until the handle that gave the record is closed.
 */
typedef struct {
    /**
     * A copy of the record's header.
     */
    DetailEventHeader header;
    /**
     * Where the record starts, in bytes from the start of the file.
     */
    uint64_t offset;
    /**
     * The payload: the bytes after the header. Never NULL.
     */
    const uint8_t *payload;
    /**
     * Length of the payload in bytes: `header.total_length - 24`.
     */
    size_t payload_size;
    /**
     * The registers, if the payload is that of a function call or return; otherwise NULL.
     */
    const DetailFunctionPayload *function;
    /**
     * The registers, if the payload is one of the original tracer; otherwise NULL. At most one of this and `function`
     * is set.
     */
    const OriginalDetailPayload *original;
    /**
     * The stack bytes from the `sp` of the registers upward; NULL without registers.
     */
    const uint8_t *stack;
    /**
     * Length of the stack bytes, 0 to ATF_MAX_STACK_BYTES.
     */
    size_t stack_size;
} AtfDetail;

/**
 * Reads one detail.atf over a memory map. See AtfIndexReader for what all readers have in common.
 *
 * Opening does not scan the file. The first call that needs a record's sequence, or the number of records, reads
 * all records once. AtfThreadReader avoids that if there is a detail.off.
 */
typedef struct AtfDetailReader AtfDetailReader;

/**
 * Gives the records of a detail.atf one after the other. For one thread at a time.
 */
typedef struct AtfDetailIterator AtfDetailIterator;

/**
 * Opens a detail.atf, finalized or not. Its header must be intact.
 *
 * @param path The file.
 * @param reader Receives the reader, for atf_detail_reader_close. Set only on success.
 * @return As atf_index_reader_open.
 */
int atf_detail_reader_open(const char *path, AtfDetailReader **reader);

/**
 * Frees a reader. Pointers into the file that it gave become invalid. Does nothing for NULL.
 */
void atf_detail_reader_close(AtfDetailReader *reader);

/**
 * Number of complete records. The first call reads all records.
 *
 * @param reader The reader.
 * @return The number; 0 for NULL.
 */
uint32_t atf_detail_reader_count(const AtfDetailReader *reader);

/**
 * The thread that the file's header names.
 *
 * @param reader The reader.
 * @return The thread; 0 for NULL.
 */
uint32_t atf_detail_reader_thread_id(const AtfDetailReader *reader);

/**
 * Whether the file has a valid footer.
 *
 * @param reader The reader.
 * @return The answer; false for NULL.
 */
bool atf_detail_reader_is_finalized(const AtfDetailReader *reader);

/**
 * Where the last complete record ends. The first call reads all records.
 *
 * @param reader The reader.
 * @return Bytes from the start of the file; 0 for NULL.
 */
uint64_t atf_detail_reader_records_end(const AtfDetailReader *reader);

/**
 * Copies the header, byte for byte.
 *
 * @param reader The reader.
 * @param header Receives the header. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_detail_reader_header(const AtfDetailReader *reader, AtfDetailHeader *header);

/**
 * Copies the footer, byte for byte, also a damaged one.
 *
 * @param reader The reader.
 * @param footer Receives the footer. Set only on success.
 * @return 0; -ENOENT if there is none; -EINVAL.
 */
int atf_detail_reader_footer(const AtfDetailReader *reader, AtfDetailFooter *footer);

/**
 * Finds the record with a sequence. Reads at most 63 records before it; the first call reads all.
 *
 * @param reader The reader.
 * @param seq The record's sequence, less than atf_detail_reader_count.
 * @param record Receives the record. Set only on success.
 * @return 0; -ENOENT if `seq` is too large; -EBADMSG if the file should have that record but a record before it is
 *         damaged; -EINVAL.
 */
int atf_detail_reader_get(const AtfDetailReader *reader,
                          uint32_t seq,
                          AtfDetail *record);

/**
 * Finds the record of an event, by binary search. The first call reads all records.
 *
 * @param reader The reader.
 * @param index_seq The event's sequence in index.atf.
 * @param record Receives the record. Set only on success.
 * @return 0; -ENOENT if no record names that event; -EBADMSG if a damaged record ends the file before it; -EINVAL.
 */
int atf_detail_reader_get_by_index_seq(const AtfDetailReader *reader,
                                       uint32_t index_seq,
                                       AtfDetail *record);

/**
 * Starts an iteration at the first record.
 *
 * @param reader The reader; it may be closed before the iterator.
 * @param iterator Receives the iterator, for atf_detail_iterator_close. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_detail_reader_iterate(const AtfDetailReader *reader, AtfDetailIterator **iterator);

/**
 * Gives the next record, in the order of the file. An incomplete record at the end of an unfinalized file is not
 * given.
 *
 * @param iterator The iterator.
 * @param record Receives the record; its pointers are valid until the iterator is closed. Set only if the result
 *        is 1.
 * @return 1: a record; 0: no more records; -EBADMSG: the next record is damaged, and no more follow; -EINVAL.
 */
int atf_detail_iterator_next(AtfDetailIterator *iterator,
                             AtfDetail *record);

/**
 * Frees an iterator. The records that it gave become invalid. Does nothing for NULL.
 */
void atf_detail_iterator_close(AtfDetailIterator *iterator);

/**
 * Reads a thread's directory: index.atf, and detail.atf if there is one. See AtfIndexReader for what all readers
 * have in common.
 *
 * If there is a detail.off, which the recorder writes, records are found by it without reading the file. Its
 * offsets are checked: wrong ones cost time and never change an answer.
 */
typedef struct AtfThreadReader AtfThreadReader;

/**
 * Opens the files of a thread. A damaged detail.atf does not hide the index;
 * atf_thread_reader_detail says what is wrong with it.
 *
 * @param dir The thread's directory.
 * @param reader Receives the reader, for atf_thread_reader_close. Set only on success.
 * @return As atf_index_reader_open, for the thread's index.atf; also a negative errno if the operating system refuses to
 *         open detail.atf.
 */
int atf_thread_reader_open(const char *dir,
                           AtfThreadReader **reader);

/**
 * Frees a reader. Pointers into the files that it gave become invalid; readers that it gave still work. Does
 * nothing for NULL.
 */
void atf_thread_reader_close(AtfThreadReader *reader);

/**
 * The thread that the header of index.atf names.
 *
 * @param reader The reader.
 * @return The thread; 0 for NULL.
 */
uint32_t atf_thread_reader_thread_id(const AtfThreadReader *reader);

/**
 * Gives a reader of the thread's index.atf. The file is not opened again.
 *
 * @param reader The reader; it may be closed before `index`.
 * @param index Receives the index reader, for atf_index_reader_close. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_thread_reader_index(const AtfThreadReader *reader, AtfIndexReader **index);

/**
 * Gives a reader of the thread's detail.atf. The file is not opened again.
 *
 * @param reader The reader; it may be closed before `detail`.
 * @param detail Receives the detail reader, for atf_detail_reader_close. Set only on success.
 * @return 0; -ENOENT if the thread has no detail.atf; -EBADMSG or another negative errno if it could not be
 *         opened; -EINVAL.
 */
int atf_thread_reader_detail(const AtfThreadReader *reader,
                             AtfDetailReader **detail);

/**
 * Finds the detail record with a sequence. With a detail.off it reads at most 63 records before it; without one,
 * see atf_detail_reader_get.
 *
 * @param reader The reader.
 * @param detail_seq The record's sequence, as an event has it.
 * @param record Receives the record. Set only on success.
 * @return 0; -ENOENT if there is no such record, or no detail.atf; -EBADMSG if the file should have that record
 *         but a record before it is damaged, or if detail.atf is damaged; another negative errno if it could not
 *         be opened; -EINVAL.
 */
int atf_thread_reader_get_detail(const AtfThreadReader *reader,
                                 uint32_t detail_seq,
                                 AtfDetail *record);

/**
 * Finds the detail record of an event of this thread, and checks that the record names that event.
 *
 * @param reader The reader.
 * @param event The event, as a reader gave it.
 * @param record Receives the record. Set only on success.
 * @return 0; -ENOENT if the event has no record, or the record is missing; -EBADMSG if the record belongs to
 *         another event; otherwise as atf_thread_reader_get_detail.
 */
int atf_thread_reader_get_detail_for(const AtfThreadReader *reader,
                                     const IndexEvent *event,
                                     AtfDetail *record);

/**
 * Finds the event of a detail record of this thread.
 *
 * @param reader The reader.
 * @param record The record, as a reader gave it; only its header is read.
 * @param event Receives the event. Set only on success.
 * @return 0; -ENOENT if the index does not have it; -EINVAL.
 */
int atf_thread_reader_get_index_for(const AtfThreadReader *reader,
                                    const AtfDetail *record,
                                    IndexEvent *event);

/**
 * Reads a session: a directory with manifest.json and a thread_N/ for each thread. See AtfIndexReader for what all
 * readers have in common.
 *
 * Opening maps the files and reads only their ends. A thread that is damaged does not hide the others.
 */
typedef struct AtfSessionReader AtfSessionReader;

/**
 * A thread of a session.
 */
typedef struct {
    /**
     * The thread's id, from its directory and the manifest.
     */
    uint32_t thread_id;
    /**
     * Whether the manifest lists it.
     */
    bool is_in_manifest;
    /**
     * Whether its directory exists.
     */
    bool is_there;
    /**
     * Whether its index.atf can be read.
     */
    bool is_readable;
    /**
     * Events that nothing proves, as the manifest says: the machine lost power, or a sync failed.
     */
    uint64_t unverified_events;
    /**
     * Detail records that nothing proves, as the manifest says.
     */
    uint64_t unverified_details;
    /**
     * Whether the manifest says that the thread was recorded and its files are gone.
     */
    bool is_lost;
    /**
     * Events whose checksum failed and that recovery kept, as the manifest says.
     */
    uint64_t damaged_events;
    /**
     * Detail records whose checksum failed and that recovery kept, as the manifest says.
     */
    uint64_t damaged_details;
} AtfSessionThread;

/**
 * The name of a function, from a session's manifest.
 */
typedef struct {
    /**
     * function_id of its events.
     */
    uint64_t function_id;
    /**
     * Its name, never NULL. Valid until the session is closed.
     */
    const char *name;
} AtfFunctionName;

/**
 * Why a thread of a session, or its detail.atf, cannot be read.
 */
typedef struct {
    /**
     * The thread.
     */
    uint32_t thread_id;
    /**
     * The negative errno of opening it.
     */
    int code;
    /**
     * The error, with its file; never NULL. Valid until the session is closed.
     */
    const char *text;
} AtfSessionProblem;

/**
 * Opens a session: all threads that its manifest lists or that have a directory.
 *
 * A missing or invalid manifest is no failure (see atf_session_reader_manifest), nor is a thread whose files are
 * missing or damaged (see atf_session_reader_problem). If the operating system refuses to read any file, opening
 * fails: without it the session would seem to have fewer events.
 *
 * @param path The session's directory, or its manifest.json. Also a bundle, a directory whose manifest.json names the
 *        session inside it as `trace_session`; a folder above exactly one session; or FOLDER/@latest, the newest
 *        session below FOLDER. A folder is searched to any depth, but only its first 100,000 entries, without symbolic
 *        links and folders of other users.
 * @param session Receives the reader, for atf_session_reader_close. Set only on success.
 * @return 0; -EBADMSG if the path names no session (ATF_ERROR_NOT_A_TRACE) or several (ATF_ERROR_SEVERAL_SESSIONS);
 *         -ENOENT or another negative errno if a directory or file cannot be read; -EINVAL.
 */
int atf_session_reader_open(const char *path,
                            AtfSessionReader **session);

/**
 * Frees a session reader. Readers of its threads and merges still work; texts that it gave become invalid. Does
 * nothing for NULL.
 */
void atf_session_reader_close(AtfSessionReader *session);

/**
 * Number of threads, unreadable ones included.
 *
 * @param session The session.
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_thread_count(const AtfSessionReader *session);

/**
 * Describes a thread of the session.
 *
 * @param session The session.
 * @param at Which thread, counted from 0 in the order of their ids; less than atf_session_reader_thread_count.
 * @param thread Receives the description. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_session_reader_thread_at(const AtfSessionReader *session,
                                 size_t at,
                                 AtfSessionThread *thread);

/**
 * Gives a reader of one thread. Its files are not opened again.
 *
 * @param session The session; it may be closed before `thread`.
 * @param thread_id The thread's id.
 * @param thread Receives the thread reader, for atf_thread_reader_close. Set only on success.
 * @return 0; -ENOENT if the session has no such thread, or the thread has no index.atf; -EBADMSG or another
 *         negative errno if its index.atf could not be opened; -EINVAL.
 */
int atf_session_reader_thread(const AtfSessionReader *session,
                              uint32_t thread_id,
                              AtfThreadReader **thread);

/**
 * Number of threads whose index.atf or detail.atf could not be opened. atf_verify checks every byte.
 *
 * @param session The session.
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_problem_count(const AtfSessionReader *session);

/**
 * Why a thread's index.atf, or else its detail.atf, could not be opened.
 *
 * @param session The session.
 * @param at Which problem, counted from 0; less than atf_session_reader_problem_count.
 * @param problem Receives the problem; its text is valid until the session is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_session_reader_problem(const AtfSessionReader *session,
                               size_t at,
                               AtfSessionProblem *problem);

/**
 * Whether the session has a valid manifest. If not, atf_last_error says what is wrong.
 *
 * @param session The session.
 * @return 0; -ENOENT if there is no manifest; -EBADMSG if it is invalid; another negative errno of the operating
 *         system; -EINVAL.
 */
int atf_session_reader_manifest(const AtfSessionReader *session);

/**
 * The state that the manifest gives: "recording" during the recording, and after a recording that was killed;
 * "complete"; or a state of a later revision.
 *
 * @param session The session.
 * @return The text, valid until the session is closed; NULL if there is no valid manifest, or it has no state.
 */
const char *atf_session_reader_state(const AtfSessionReader *session);

/**
 * What stopped the recorder, as the manifest says: for example an error of the disk.
 *
 * @param session The session.
 * @return The text, valid until the session is closed; NULL if there is no valid manifest, or the recording did not
 *         fail.
 */
const char *atf_session_reader_failed(const AtfSessionReader *session);

/**
 * Number of threads that could not be registered when the session was recorded, as the manifest says: nothing of them is
 * in it.
 *
 * @param session The session.
 * @return The number; 0 if there is no valid manifest, and for NULL.
 */
uint64_t atf_session_reader_untraced_threads(const AtfSessionReader *session);

/**
 * The lowest first and the highest last timestamp of the readable threads, from their files.
 *
 * @param session The session.
 * @param start_ns Receives the lowest, in ns. Set only on success.
 * @param end_ns Receives the highest, in ns. Set only on success.
 * @return 0; -ENOENT if there is no event; -EINVAL.
 */
int atf_session_reader_time_range(const AtfSessionReader *session,
                                  uint64_t *start_ns,
                                  uint64_t *end_ns);

/**
 * Number of events of the readable threads.
 *
 * @param session The session.
 * @return The number; 0 for NULL.
 */
uint64_t atf_session_reader_event_count(const AtfSessionReader *session);

/**
 * Number of detail records of the readable threads, from their footers.
 *
 * @param session The session.
 * @param count Receives the number. Set only on success.
 * @return 0; -ENOENT if an unfinalized file does not have the number (atf_detail_reader_count counts); -EINVAL.
 */
int atf_session_reader_detail_count(const AtfSessionReader *session,
                                    uint64_t *count);

/**
 * The name of a function, from the manifest. The first call builds a table of all names.
 *
 * @param session The session.
 * @param function_id function_id of an event.
 * @return The name, valid until the session is closed; NULL if the manifest does not name the function, and for
 *         NULL.
 */
const char *atf_session_reader_symbol(const AtfSessionReader *session,
                                      uint64_t function_id);

/**
 * Number of functions that the manifest names. The first call builds a table of all names.
 *
 * @param session The session.
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_symbol_count(const AtfSessionReader *session);

/**
 * A function that the manifest names.
 *
 * @param session The session.
 * @param at Which function, counted from 0 in the order of their ids; less than atf_session_reader_symbol_count.
 * @param symbol Receives id and name; the name is valid until the session is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_session_reader_symbol_at(const AtfSessionReader *session,
                                 size_t at,
                                 AtfFunctionName *symbol);

/**
 * An event of a view.
 *
 * @param view The view.
 * @param seq The event's sequence, less than `view->count`. It is not checked.
 * @return The event, in the mapped file.
 */
static inline const IndexEvent *atf_index_view_at(const AtfIndexView *view, uint32_t seq) {
    return (const IndexEvent *)(const void *)((const uint8_t *)(const void *)view->first + view->stride * seq);
}

/* ----------------------------------------------------------------------------------------------------------------
   10. Merging
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * Gives the events of several threads in timestamp order. For one thread at a time.
 *
 * Events with the same time are ordered by thread and sequence. Within a thread the order of the file is kept,
 * also where its clock goes backwards: the sort key is (running maximum of the thread's timestamps, thread,
 * sequence). A merge needs about a kilobyte per thread, whatever the length of the files.
 */
typedef struct AtfMerge AtfMerge;

/**
 * An event and its origin.
 */
typedef struct {
    /**
     * The thread's id in the session. In a damaged file, `event.thread_id` may differ.
     */
    uint32_t thread_id;
    /**
     * Position of the event in its thread's index.atf, counted from 0.
     */
    uint32_t seq;
    /**
     * A copy of the event.
     */
    IndexEvent event;
} AtfMergedEvent;

/**
 * Starts a merge of a session's events.
 *
 * Without a range it reads nothing before the first event is asked for. With a range it first reads each thread's
 * events once per session, to see whether the thread's clock ever went backwards. For such a thread every range
 * costs another pass, and no event of the range is missed.
 *
 * @param session The session; it may be closed before the merge.
 * @param from_ns Start of the range in ns, inclusive; 0 for no limit.
 * @param to_ns End of the range in ns, exclusive; UINT64_MAX for no limit, and then an event at UINT64_MAX is
 *        included.
 * @param threads `thread_count` ids of threads, each once; NULL for all readable threads.
 * @param thread_count Number of ids. 0 gives no event, unless `threads` is NULL.
 * @param merge Receives the merge, for atf_merge_close. Set only on success.
 * @return 0; -ENOENT if the session has no such thread; -EBADMSG or another negative errno if the index.atf of one
 *         of them could not be opened; -EINVAL.
 */
int atf_merge_open(const AtfSessionReader *session,
                   uint64_t from_ns,
                   uint64_t to_ns,
                   const uint32_t *threads,
                   size_t thread_count,
                   AtfMerge **merge);

/**
 * Number of events that are left.
 *
 * @param merge The merge.
 * @return The number; 0 for NULL.
 */
uint64_t atf_merge_remaining(const AtfMerge *merge);

/**
 * Gives the next event.
 *
 * @param merge The merge.
 * @param event Receives the event. Set only if the result is 1.
 * @return 1: an event; 0: no more events; -EINVAL.
 */
int atf_merge_next(AtfMerge *merge, AtfMergedEvent *event);

/**
 * Gives the next events, as many as fit. Faster than one at a time.
 *
 * @param merge The merge.
 * @param events Room for `room` events.
 * @param room Number of events that fit, at least 1.
 * @param got Receives the number of events: less than `room` only at the end, and then 0. Set only on success.
 * @return 0; -EINVAL.
 */
int atf_merge_next_batch(AtfMerge *merge,
                         AtfMergedEvent *events,
                         size_t room,
                         size_t *got);

/**
 * Frees a merge. Does nothing for NULL.
 */
void atf_merge_close(AtfMerge *merge);

/* ----------------------------------------------------------------------------------------------------------------
   11. Verification and recovery
   ---------------------------------------------------------------------------------------------------------------- */

/**
 * A function that a long call runs from time to time, on the thread that made the call.
 *
 * It must return: no longjmp, no exception. It must not use the objects of the call. It cannot stop the call.
 *
 * @param done Bytes processed so far.
 * @param total Estimated number of bytes in all; may grow, and is never less than `done`.
 * @param user The pointer that the call was given.
 */
typedef void (*AtfProgress)(uint64_t done, uint64_t total, void *user);

/**
 * One place in a file where the bytes are not what the format requires. The texts belong to the report, and are
 * valid until it is closed. No pointer is NULL.
 */
typedef struct {
    /**
     * The problem in one line: file, region at byte N, field, expected, found.
     */
    const char *text;
    /**
     * File or directory.
     */
    const char *file;
    /**
     * Part of the file: "header", "footer", "event 17", "record 3".
     */
    const char *region;
    /**
     * Where the field starts, in bytes from the start of the file.
     */
    uint64_t offset;
    /**
     * The field's name in the schema, or "length" for the whole region.
     */
    const char *field;
    /**
     * What the format, or the rest of the file, requires.
     */
    const char *expected;
    /**
     * What the file has.
     */
    const char *found;
    /**
     * The kind of problem: one of the ATF_ERROR_FAULT_ constants. Programs should use it instead of the texts.
     */
    uint32_t code;
} AtfProblem;

/**
 * An observation that is not an error. The texts belong to the report, and are valid until it is closed. No
 * pointer is NULL.
 */
typedef struct {
    /**
     * The note in one line: file, observation.
     */
    const char *text;
    /**
     * File or directory.
     */
    const char *file;
} AtfNote;

/**
 * What atf_verify found. Several threads may read one at once.
 */
typedef struct AtfVerifyReport AtfVerifyReport;

/**
 * Checks every byte that the format defines: framing, counts, times, checksums, links in both directions, reserved
 * bytes, and the manifest against the files. Changes nothing.
 *
 * @param path A session's directory, a folder above it that contains exactly one session, a thread's directory, or
 *        an .atf file.
 * @param progress Reports progress; NULL for none.
 * @param user Passed to `progress`.
 * @param report Receives the report, for atf_verify_report_close, if the result is 0 or 1. May be NULL.
 * @return 0: no problem (there may be notes); 1: there are problems; -ENOENT; -EBADMSG if the path is none of
 *         these; -EINVAL; another negative errno of the operating system.
 */
int atf_verify(const char *path,
               AtfProgress progress,
               void *user,
               AtfVerifyReport **report);

/**
 * Number of problems in the report. A report has at most 20 problems of one kind per file; a note has the number
 * of the others.
 *
 * @param report The report.
 * @return The number; 0 for NULL.
 */
size_t atf_verify_report_problem_count(const AtfVerifyReport *report);

/**
 * Describes a problem.
 *
 * @param report The report.
 * @param at Which problem, counted from 0; less than atf_verify_report_problem_count.
 * @param problem Receives the problem; its texts are valid until the report is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_verify_report_problem(const AtfVerifyReport *report,
                              size_t at,
                              AtfProblem *problem);

/**
 * Number of notes in the report: observations that are not errors.
 *
 * @param report The report.
 * @return The number; 0 for NULL.
 */
size_t atf_verify_report_note_count(const AtfVerifyReport *report);

/**
 * Describes a note.
 *
 * @param report The report.
 * @param at Which note, counted from 0; less than atf_verify_report_note_count.
 * @param note Receives the note; its texts are valid until the report is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_verify_report_note(const AtfVerifyReport *report,
                           size_t at,
                           AtfNote *note);

/**
 * Frees a report and its texts. Does nothing for NULL.
 */
void atf_verify_report_close(AtfVerifyReport *report);

/**
 * An index.atf.
 */
#define ATF_FILE_INDEX 1

/**
 * A detail.atf.
 */
#define ATF_FILE_DETAIL 2

/**
 * A lanes.ring: events that the drain had not yet written when the recording was killed.
 */
#define ATF_FILE_RING 3

/**
 * A detail.off: the offsets of records in detail.atf.
 */
#define ATF_FILE_OFFSETS 4

/**
 * A manifest.json.
 */
#define ATF_FILE_MANIFEST 5

/**
 * `first_bad_offset` of a file without a bad byte.
 */
#define ATF_NO_OFFSET UINT64_MAX

/**
 * What atf_recover did. Several threads may read one at once.
 */
typedef struct AtfRecoverReport AtfRecoverReport;

/**
 * What was kept of a file. The texts belong to the report, and are valid until it is closed. No pointer is NULL.
 */
typedef struct {
    /**
     * The file that was recovered.
     */
    const char *file;
    /**
     * What was done, in words: "kept as it is", "finalized", ...
     */
    const char *outcome;
    /**
     * Events or records kept.
     */
    uint64_t kept;
    /**
     * Events or records that were incomplete or missing, and are not kept.
     */
    uint64_t dropped;
    /**
     * Events that are kept without their detail record, because the record is gone.
     */
    uint64_t unlinked;
    /**
     * Of `kept`, those that came from the ring.
     */
    uint64_t from_ring;
    /**
     * Of `kept`, those that may differ from what was recorded: the machine was restarted since, and no checksum covers
     * them.
     */
    uint64_t unverified;
    /**
     * Of `kept`, those whose checksum does not match: some of them are not what was recorded.
     */
    uint64_t damaged;
    /**
     * For a ring: events that were dropped during the recording. A marker of kind ATF_EVENT_KIND_LOST now has their
     * number.
     */
    uint64_t lost;
    /**
     * Offset of the first byte after the kept part that is neither a footer nor the end of the file; ATF_NO_OFFSET if
     * there is none.
     */
    uint64_t first_bad_offset;
    /**
     * ATF_FILE_INDEX, ATF_FILE_DETAIL, ATF_FILE_RING, ATF_FILE_OFFSETS or ATF_FILE_MANIFEST.
     */
    uint32_t kind;
    /**
     * The thread, if `has_thread_id`.
     */
    uint32_t thread_id;
    /**
     * Whether the file's thread is known.
     */
    bool has_thread_id;
    /**
     * Whether the file had no problem: it was kept as it is.
     */
    bool is_unchanged;
} AtfRecoveredFile;

/**
 * Repairs a truncated, unfinalized or inconsistent trace.
 *
 * Keeps every complete index event, and a thread's detail records up to the first that is incomplete or that
 * its event does not name. An event whose record is gone loses only its link. Events that a killed recording
 * left in a ring are appended to the thread's files. The result is finalized, and then verified.
 *
 * A field of a header that another source tells is repaired. What a checksum does not confirm is kept, and the
 * manifest lists it as damaged; where no manifest is written, the old checksum stays. A thread whose files are gone
 * or cannot be read stays in the manifest, marked lost; in place its files are renamed to *.damaged. Recovering the
 * result again changes no byte, and returns 0 exactly when atf_verify finds no problem in it.
 *
 * @param path A session's directory, a folder above it that contains exactly one session, a thread's directory, or
 *        an .atf file.
 * @param out Where to write the repaired copy, of the same kind as `path`: absent or an empty directory, and not
 *        inside the trace. The original is not changed; after a failure nothing is left in `out`. The copy of a
 *        trace that is still recorded is a snapshot. NULL: repair in place. What is cut off is gone then; if the
 *        repair is interrupted, it can be run again with the same result.
 * @param progress Reports progress in bytes read and written; NULL for none.
 * @param user Passed to `progress`.
 * @param report Receives the report, for atf_recover_report_close, if the result is 0 or 1. May be NULL.
 * @return 0: the trace had no problem, and was copied or left unchanged; atf_verify finds none in the result
 *         either; 1: something was repaired, was lost or cannot be repaired, and the result was written; -EBUSY if it is still recorded and should be repaired in place; -EEXIST if `out`
 *         is taken; -EBADMSG if nothing can be kept, or the path is none of these; -ENOENT; -EINVAL; another
 *         negative errno of the operating system. After -EBUSY, -EEXIST and -EBADMSG nothing was changed.
 */
int atf_recover(const char *path,
                const char *out,
                AtfProgress progress,
                void *user,
                AtfRecoverReport **report);

/**
 * Whether the trace was still recorded, so that the copy is a snapshot.
 *
 * @param report The report.
 * @return The answer; false for NULL.
 */
bool atf_recover_report_is_snapshot(const AtfRecoverReport *report);

/**
 * Number of problems that the result still has: no source tells what would be right, or there is no manifest to
 * list what is damaged. atf_verify describes them.
 *
 * @param report The report.
 * @return The number; 0 for NULL.
 */
size_t atf_recover_report_remaining_count(const AtfRecoverReport *report);

/**
 * Number of files in the report.
 *
 * @param report The report.
 * @return The number; 0 for NULL.
 */
size_t atf_recover_report_file_count(const AtfRecoverReport *report);

/**
 * Describes what was done with a file. Files are ordered by thread id; the manifest is last.
 *
 * @param report The report.
 * @param at Which file, counted from 0; less than atf_recover_report_file_count.
 * @param file Receives the description; its texts are valid until the report is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_recover_report_file(const AtfRecoverReport *report,
                            size_t at,
                            AtfRecoveredFile *file);

/**
 * Number of problems that the files had.
 *
 * @param report The report.
 * @return The number; 0 for NULL.
 */
size_t atf_recover_report_problem_count(const AtfRecoverReport *report);

/**
 * Describes a problem that a file had.
 *
 * @param report The report.
 * @param at Which problem, counted from 0; less than atf_recover_report_problem_count.
 * @param problem Receives the problem; its texts are valid until the report is closed. Set only on success.
 * @return 0; -ENOENT if `at` is too large; -EINVAL.
 */
int atf_recover_report_problem(const AtfRecoverReport *report,
                               size_t at,
                               AtfProblem *problem);

/**
 * Frees a report and its texts. Does nothing for NULL.
 */
void atf_recover_report_close(AtfRecoverReport *report);

/* Declared in the section on versions. Its body needs the hashes of everything above. */
static inline int atf_check_header(void) {
    const uint64_t hashes[] = {
        ATF_INDEX_EVENT_LAYOUT_HASH,    ATF_DETAIL_EVENT_HEADER_LAYOUT_HASH, ATF_DETAIL_FUNCTION_PAYLOAD_LAYOUT_HASH,
        ATF_INDEX_HEADER_LAYOUT_HASH,   ATF_INDEX_FOOTER_LAYOUT_HASH,        ATF_DETAIL_HEADER_LAYOUT_HASH,
        ATF_DETAIL_FOOTER_LAYOUT_HASH,  ATF_RING_CONTROL_LAYOUT_HASH,
    };
    const int code = atf_check_layouts(ATF_FORMAT_VERSION, ATF_FORMAT_REVISION, hashes, sizeof hashes / sizeof hashes[0]);
    return code != 0 ? code : atf_check_producer_layout(ATF_PRODUCER_LAYOUT_HASH);
}

#ifdef __cplusplus
}
#endif

#endif /* ATF_H */
