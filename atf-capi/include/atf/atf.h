/* Generated from the source of atf-capi by `cargo run -p atf-capi-header`; do not edit. */
#ifndef ATF_H
#define ATF_H

/**
 * The C interface of ATF, the format of function call and return traces.
 *
 * What holds for every function:
 *
 * - A function that can fail returns 0 or a negative errno, or UINT32_MAX where it returns a sequence;
 *   atf_last_error() then says what, where, expected and found. Some return 1 as well, and say for what.
 * - NULL where a pointer is needed is -EINVAL. A handle that was ended is -EBADF. No function aborts, throws
 *   or leaves a half-made handle.
 * - A handle belongs to one thread at a time, unless its functions say otherwise. It is freed by its own
 *   close function, once, and not used after that.
 * - A thread must not be cancelled (pthread_cancel) within a function, which may be one of the places where that
 *   happens, pushes that wait included: the C library then ends the process, as Rust's frames are not unwound.
 *   Who cancels threads calls pthread_setcancelstate around them.
 * - Strings are UTF-8 and end with a zero byte; paths are what the operating system takes.
 * - Structs that have a `size` are to be filled by their init function: a later library knows by it
 *   which members a program was compiled with.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atf_v2_types.h"

/**
 * Where a traced thread pushes its events. One for each traced thread, used by that thread and its signal
 * handlers alone.
 */
typedef struct AtfProducer AtfProducer;


/**
 * No call has failed on this thread.
 */
#define ATF_ERROR_NONE 0

/**
 * The operating system refused: a file cannot be opened, read or written.
 */
#define ATF_ERROR_IO 1

/**
 * The path names neither a session, a thread's directory nor an .atf file.
 */
#define ATF_ERROR_NOT_A_TRACE 2

/**
 * The manifest is not JSON, is too long, or lacks what is required of it.
 */
#define ATF_ERROR_MANIFEST 3

/**
 * The place for output is taken. Nothing was changed.
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
 * Events or records were handed over in another order than their sequences were reserved in.
 */
#define ATF_ERROR_OUT_OF_SEQUENCE 8

/**
 * Sequences were reserved and never written, so the file cannot be finalized.
 */
#define ATF_ERROR_UNWRITTEN 9

/**
 * An event of a slice belongs to another thread. Nothing of the slice was written.
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
 * An argument is not one that the function takes.
 */
#define ATF_ERROR_ARGUMENT 13

/**
 * What was asked for by its number or name does not exist.
 */
#define ATF_ERROR_NOT_FOUND 14

/**
 * The handle was finalized or stopped, or is of another process.
 */
#define ATF_ERROR_CLOSED 15

/**
 * The program's header and the library describe different bytes.
 */
#define ATF_ERROR_HEADER_MISMATCH 16

/**
 * A call panicked: a defect of the library. Close the handle and report it.
 */
#define ATF_ERROR_PANIC 17

/**
 * An error that has no code of its own yet; the text says which.
 */
#define ATF_ERROR_OTHER 99

/**
 * A file, directory or entry that must exist does not.
 */
#define ATF_ERROR_FAULT_MISSING 101

/**
 * A file cannot be opened or read, or is no regular file.
 */
#define ATF_ERROR_FAULT_UNREADABLE 102

/**
 * Something exists that must not, like a detail.off without a detail.atf.
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
 * The magic is not that of this kind of file.
 */
#define ATF_ERROR_FAULT_BAD_MAGIC 106

/**
 * The endian mark is not that of little-endian data.
 */
#define ATF_ERROR_FAULT_BAD_BYTE_ORDER 107

/**
 * The version, or the size of its records, is one that this library cannot work with.
 */
#define ATF_ERROR_FAULT_UNSUPPORTED_VERSION 108

/**
 * A field that is never 0 is 0: these bytes did not reach the disk.
 */
#define ATF_ERROR_FAULT_ZEROED 109

/**
 * A value is not one that the format allows.
 */
#define ATF_ERROR_FAULT_OUT_OF_RANGE 110

/**
 * A value that the schema does not name, in a field that decides how the file is read.
 */
#define ATF_ERROR_FAULT_UNKNOWN_VALUE 111

/**
 * Reserved bytes or unknown flag bits are not 0.
 */
#define ATF_ERROR_FAULT_RESERVED_NOT_ZERO 112

/**
 * The checksum is not that of the bytes.
 */
#define ATF_ERROR_FAULT_CHECKSUM 113

/**
 * A count or length is not that of the data.
 */
#define ATF_ERROR_FAULT_COUNT_MISMATCH 114

/**
 * A recorded time is not that of the events.
 */
#define ATF_ERROR_FAULT_TIME_MISMATCH 115

/**
 * Two places that must agree do not: thread, platform, clock or flags.
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
 * The offsets in a detail.off are not those of the records beside it.
 */
#define ATF_ERROR_FAULT_OFFSETS_STALE 119

/**
 * A ring holds events that are not in the thread's files.
 */
#define ATF_ERROR_FAULT_RING_NOT_DRAINED 120

/**
 * A ring was not removed; all its events are in the thread's files.
 */
#define ATF_ERROR_FAULT_RING_LEFT_BEHIND 121

/**
 * A ring, or the place where one belongs, through which nothing was recorded.
 */
#define ATF_ERROR_FAULT_RING_NEVER_MADE 122

/**
 * The ring is from before the machine was started again.
 */
#define ATF_ERROR_FAULT_RING_OF_OTHER_BOOT 123

/**
 * Events or records of a ring did not reach the disk before the machine stopped.
 */
#define ATF_ERROR_FAULT_NOT_ON_DISK 124

/**
 * The manifest is not JSON, or lacks what is required of it.
 */
#define ATF_ERROR_FAULT_BAD_MANIFEST 125

/**
 * An entry that may exist once exists twice.
 */
#define ATF_ERROR_FAULT_DUPLICATE 126

/**
 * The file changed since it was scanned.
 */
#define ATF_ERROR_FAULT_CHANGED 127

/**
 * A push that finds no room drops the event and counts it: the traced program is never held up.
 */
#define ATF_WHEN_FULL_DROP 0

/**
 * A push that finds no room waits until the drain has made some; where no drain is there, it drops.
 */
#define ATF_WHEN_FULL_BLOCK 1

/**
 * An index.atf.
 */
#define ATF_FILE_INDEX 1

/**
 * A detail.atf.
 */
#define ATF_FILE_DETAIL 2

/**
 * A lanes.ring: what was not in the files yet when a recording was killed.
 */
#define ATF_FILE_RING 3

/**
 * A detail.off: where the records of a detail.atf start.
 */
#define ATF_FILE_OFFSETS 4

/**
 * A manifest.json.
 */
#define ATF_FILE_MANIFEST 5

/**
 * `first_bad_offset` of a file of which no byte is bad.
 */
#define ATF_NO_OFFSET UINT64_MAX

/**
 * The processor's counter on the scale of atf_now_ns: costs less. Made once per session, so that all threads
 * have one scale; it never changes, and any number of threads may ask it at once.
 */
typedef struct AtfClock AtfClock;

/**
 * The records of a detail.atf, one after the other. For one thread at a time.
 */
typedef struct AtfDetailIterator AtfDetailIterator;

/**
 * Reads one detail.atf over a memory map: see AtfIndexReader.
 *
 * Opening does not scan. The first call that asks for a record by its sequence, or for their number, walks all
 * records once; AtfThreadReader does without where the recorder left their offsets.
 */
typedef struct AtfDetailReader AtfDetailReader;

/**
 * Writes one detail.atf. Use an AtfWriter to have a thread's directory with both files.
 */
typedef struct AtfDetailWriter AtfDetailWriter;

/**
 * A session and its drain, which brings what threads push into their lanes to their files. Any number of threads
 * may use one at once; closing it is for one of them, when the others are done with it.
 */
typedef struct AtfDrain AtfDrain;

/**
 * Reads one index.atf over a memory map: finalized, never finalized, or torn by a crash.
 *
 * What holds for all readers (AtfIndexReader, AtfDetailReader, AtfThreadReader, AtfSessionReader):
 *
 * - Several threads may use one at the same time; only closing it is for one of them, after the others.
 * - Whoever gets a handle closes it, in any order: the reader of a thread that a session gave, or a merge,
 *   goes on when the session is closed. Files stay mapped until the last handle that needs them is closed.
 * - Pointers into a file that a call gave are valid until the handle that was passed to it is closed.
 * - A file must not be truncated while it is mapped: reading behind its new end is SIGBUS. A recording that
 *   appends to it may go on, and shows when the file is opened again.
 */
typedef struct AtfIndexReader AtfIndexReader;

/**
 * Writes one index.atf. Use an AtfWriter to have a thread's directory with both files.
 */
typedef struct AtfIndexWriter AtfIndexWriter;

/**
 * Gives the events of several threads in the order of time. For one thread at a time.
 *
 * The order is that of (running maximum of the thread's timestamps, thread, sequence): time order, stable on ties, and
 * within a thread the order of the file also where its clock goes backwards. It needs about a kilobyte per thread,
 * whatever the length of the files.
 */
typedef struct AtfMerge AtfMerge;

/**
 * What recovery did. Several threads may look at one at the same time.
 */
typedef struct AtfRecoverReport AtfRecoverReport;

/**
 * Reads a session: a directory with manifest.json and a thread_N/ per thread. See AtfIndexReader for what holds for
 * all readers.
 *
 * Opening maps the files and looks at both ends of each. What is wrong with one thread never hides another.
 */
typedef struct AtfSessionReader AtfSessionReader;

/**
 * Makes a session's directory and its manifest; the threads' files come from an AtfWriter each. A session that
 * goes through lanes is an AtfDrain.
 */
typedef struct AtfSessionWriter AtfSessionWriter;

/**
 * Reads a thread's directory: index.atf, and detail.atf if there is one. See AtfIndexReader for what holds for all
 * readers.
 *
 * Where the recorder left the offsets of the detail records (detail.off), a record is found by them and nothing is
 * walked. They are confirmed: wrong ones cost time and give no other answers.
 */
typedef struct AtfThreadReader AtfThreadReader;

/**
 * What atf_verify found. Several threads may look at one at the same time.
 */
typedef struct AtfVerifyReport AtfVerifyReport;

/**
 * Writes `thread_N/index.atf` and, from the first payload on, `thread_N/detail.atf`. One for each traced
 * thread, used by that thread alone.
 */
typedef struct AtfWriter AtfWriter;

/**
 * Hands out the sequences of one thread, which alone uses it. A plain value: to begin, zero it and
 * set thread_id.
 */
typedef struct {
    /**
     * The traced thread.
     */
    uint32_t thread_id;
    /**
     * The next event's position in index.atf: as many were reserved so far.
     */
    uint32_t index_count;
    /**
     * The next record's position in detail.atf: as many were reserved so far.
     */
    uint32_t detail_count;
} AtfThreadCounters;

/**
 * The places of one event: its own, and its detail record's if it has one.
 */
typedef struct {
    /**
     * Position of the event in index.atf.
     */
    uint32_t index_seq;
    /**
     * Position of its record in detail.atf; ATF_NO_DETAIL_SEQ when it has none.
     */
    uint32_t detail_seq;
} AtfSequences;

/**
 * What a tracer knows of an event; its thread and its sequences are the writer's business.
 */
typedef struct {
    /**
     * When, in ns on the clock of the writer: see atf_now_ns.
     */
    uint64_t timestamp_ns;
    /**
     * `(module_id << 32) | symbol_index`.
     */
    uint64_t function_id;
    /**
     * ATF_EVENT_KIND_CALL, ATF_EVENT_KIND_RETURN or ATF_EVENT_KIND_EXCEPTION.
     */
    uint32_t event_kind;
    /**
     * Depth of the call stack.
     */
    uint32_t call_depth;
} AtfEvent;

/**
 * Registers at a function's call or return.
 */
typedef struct {
    /**
     * Argument registers, as the format lists them per architecture; on a return only the first is set.
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
     * Stack pointer: where the stack bytes were taken.
     */
    uint64_t sp;
} AtfRegisters;

/**
 * What a detail record carries: made by atf_raw_payload or atf_function_payload.
 *
 * It points to the program's memory, which is copied before a call that is given it returns.
 */
typedef struct {
    /**
     * Registers, for the payload that the format defines; NULL for any other bytes.
     */
    const AtfRegisters *registers;
    /**
     * The bytes; behind registers those of the stack, from the stack pointer upward. NULL when there are none.
     */
    const void *bytes;
    /**
     * Number of bytes; behind registers at most ATF_MAX_STACK_BYTES, else what a record's length of
     * 32 bits leaves.
     */
    size_t length;
    /**
     * ATF_DETAIL_EVENT_FUNCTION_CALL or another type. Behind registers it follows from the event's kind.
     */
    uint16_t event_type;
} AtfPayload;

/**
 * What a thread holds that was ended. To be filled by atf_thread_summary_init before it is passed on.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * Thread.
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
     * 1 when there is a detail.atf, else 0.
     */
    uint32_t has_detail;
    /**
     * 1 when the thread was recorded through lanes and so has the last four members, else 0.
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
     * Events that the program handed over: `recorded + dropped_events`.
     */
    uint64_t emitted;
    /**
     * Those that are in index.atf, markers of lost events not counted.
     */
    uint64_t recorded;
    /**
     * Those that found no room.
     */
    uint64_t dropped_events;
    /**
     * Events that are in index.atf without the detail that they came with.
     */
    uint64_t dropped_details;
} AtfThreadSummary;

/**
 * A module of the traced program.
 */
typedef struct {
    /**
     * Upper half of the function_ids of its functions.
     */
    uint32_t module_id;
    /**
     * File it was loaded from; not NULL.
     */
    const char *path;
    /**
     * Address it was loaded at.
     */
    uint64_t base_address;
    /**
     * Length in memory, in bytes; 0 where it is not known.
     */
    uint64_t size;
    /**
     * Build id; NULL where it has none.
     */
    const char *build_id;
} AtfModule;

/**
 * The name of a traced function.
 */
typedef struct {
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
 * The size of a thread's lanes, and what happens when they are full. To be filled by atf_producer_options_init.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * ATF_WHEN_FULL_DROP or ATF_WHEN_FULL_BLOCK.
     */
    uint32_t when_full;
    /**
     * Buffer of the index lane, in bytes; rounded up to a power of two of at least 4096. It has to hold what
     * comes in while the disk stalls: 4 MiB, as it is set, are 131072 events.
     */
    uint64_t index_bytes;
    /**
     * Buffer of the detail lane, likewise; 0: no detail is taken.
     */
    uint64_t detail_bytes;
    /**
     * The clock of the timestamps: ATF_CLOCK_HOST, as it is set.
     */
    uint32_t clock_type;
    /**
     * Zero.
     */
    uint32_t reserved;
} AtfProducerOptions;

/**
 * What a session holds that was ended. To be filled by atf_drain_summary_init before it is passed on.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * Threads whose files were ended: see atf_drain_thread_summary.
     */
    uint32_t threads;
    /**
     * Threads that were left behind: see atf_drain_unfinished_thread.
     */
    uint32_t unfinished;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Events in the files of all of `threads`, markers of lost ones included.
     */
    uint64_t events;
    /**
     * Detail records in their files.
     */
    uint64_t details;
    /**
     * Events that found no room.
     */
    uint64_t dropped_events;
    /**
     * Detail records that found no room although their event did.
     */
    uint64_t dropped_details;
} AtfDrainSummary;

/**
 * What a drain has done so far, over all threads. To be filled by atf_metrics_init before it is passed on.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * Threads, also those that have ended.
     */
    uint32_t threads;
    /**
     * Events taken out of the lanes, markers of lost ones included.
     */
    uint64_t events;
    /**
     * Detail records taken out of the lanes.
     */
    uint64_t details;
    /**
     * Bytes of both that are in the files.
     */
    uint64_t bytes_written;
    /**
     * Events that found no room.
     */
    uint64_t dropped_events;
    /**
     * Detail records that found no room although their event did.
     */
    uint64_t dropped_details;
    /**
     * Most bytes that ever waited in one lane, as the drain saw it.
     */
    uint64_t high_water_bytes;
    /**
     * 1 when something has gone wrong: a full disk, a damaged lane. Writing is tried again.
     */
    uint32_t has_error;
    /**
     * Zero.
     */
    uint32_t reserved;
} AtfMetrics;

/**
 * What was drained of a thread so far. To be filled by atf_thread_metrics_init before it is passed on.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * Thread.
     */
    uint32_t thread_id;
    /**
     * Events taken out of its lane, markers of lost ones included.
     */
    uint64_t events;
    /**
     * Detail records taken out of its lane.
     */
    uint64_t details;
    /**
     * Bytes of both that are in its files.
     */
    uint64_t bytes_written;
    /**
     * Events that found no room.
     */
    uint64_t dropped_events;
    /**
     * Detail records that found no room although their event did.
     */
    uint64_t dropped_details;
    /**
     * Most bytes that ever waited in one of its lanes, as the drain saw it.
     */
    uint64_t high_water_bytes;
    /**
     * 1 when its files are finalized.
     */
    uint32_t is_ended;
    /**
     * Zero.
     */
    uint32_t reserved;
} AtfThreadMetrics;

/**
 * How a session is recorded. To be filled by atf_drain_options_init.
 */
typedef struct {
    /**
     * Length of this struct.
     */
    uint32_t size;
    /**
     * What a push does that finds no room: ATF_WHEN_FULL_DROP or ATF_WHEN_FULL_BLOCK.
     */
    uint32_t when_full;
    /**
     * Buffer of each thread's index lane, in bytes; rounded up to a power of two of at least 4096.
     */
    uint64_t index_bytes;
    /**
     * Buffer of each thread's detail lane, likewise; 0: no detail is taken.
     */
    uint64_t detail_bytes;
    /**
     * Bytes collected per lane before they are written; the nearest of 131072 to 524288 is taken.
     */
    uint64_t write_bytes;
    /**
     * After so many ns what a lane collected is written although it is less.
     */
    uint64_t flush_interval_ns;
    /**
     * A thread's files are synced whenever so many bytes of them were written; 0: only at the end.
     */
    uint64_t sync_bytes;
    /**
     * Whether a thread's files are synced when they end: 1 or 0. Without it a power cut may cost a trace
     * that was ended.
     */
    uint32_t sync_on_finalize;
    /**
     * The clock of the timestamps: ATF_CLOCK_HOST, as it is set.
     */
    uint32_t clock_type;
    /**
     * The clock that the program reads, if it is no other than atf_now_ns: NULL. It is copied.
     */
    const AtfClock *clock;
} AtfDrainOptions;

/**
 * All events of an index.atf, where they lie in the map. See atf_index_view_at.
 */
typedef struct {
    /**
     * The first event; NULL when there is none.
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
 * A detail record: its header, and where its payload lies in the map.
 *
 * The pointers are valid until the handle that the call was given is closed.
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
     * The bytes behind the header.
     */
    const uint8_t *payload;
    /**
     * Number of them: `header.total_length` less 24.
     */
    size_t payload_size;
    /**
     * The payload as registers, where it is that of a function's call or return; NULL where it is any other.
     */
    const DetailFunctionPayload *function;
    /**
     * The stack behind the registers, from `function->sp` upward; NULL where `function` is.
     */
    const uint8_t *stack;
    /**
     * Number of stack bytes: at most ATF_MAX_STACK_BYTES.
     */
    size_t stack_size;
} AtfDetail;

/**
 * A thread of a session.
 */
typedef struct {
    /**
     * The thread, as its directory and the manifest name it.
     */
    uint32_t thread_id;
    /**
     * Whether the manifest lists it.
     */
    bool is_in_manifest;
    /**
     * Whether its directory is there.
     */
    bool is_there;
    /**
     * Whether its index.atf can be read.
     */
    bool is_readable;
} AtfSessionThread;

/**
 * Why a thread of a session, or its detail lane, cannot be read.
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
     * What is wrong, and with which file. Valid until the session is closed.
     */
    const char *text;
} AtfSessionProblem;

/**
 * The name of a function, as a session's manifest has it.
 */
typedef struct {
    /**
     * As events have it.
     */
    uint64_t function_id;
    /**
     * Its name. Valid until the session is closed.
     */
    const char *name;
} AtfFunctionName;

/**
 * An event and where it is from.
 */
typedef struct {
    /**
     * Thread, as the session names it, which a damaged event may contradict.
     */
    uint32_t thread_id;
    /**
     * Position of the event in its thread's index.atf.
     */
    uint32_t seq;
    /**
     * A copy of the event.
     */
    IndexEvent event;
} AtfMergedEvent;

/**
 * Told now and then how far a call is, on the thread that made the call.
 *
 * It cannot end the work, must return (no longjmp, no exception), and must not use what the call works on.
 *
 * @param done Bytes worked through; `total` is what that will be, roughly: what is written and what changes meanwhile
 *        is not known before.
 * @param user What the call was given.
 */
typedef void (*AtfProgress)(uint64_t done, uint64_t total, void *user);

/**
 * One place in a file where the bytes are not what the format says. All texts belong to the report that gave it, and
 * are valid until that is closed.
 */
typedef struct {
    /**
     * All of it in one line: file, region at byte N, field, expected, found.
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
     * The schema's name of the field, or "length" for the region as a whole.
     */
    const char *field;
    /**
     * What the format or the rest of the file asks for.
     */
    const char *expected;
    /**
     * What was found.
     */
    const char *found;
    /**
     * What is wrong: one of the ATF_ERROR_FAULT_ constants. Decide by this, not by the texts.
     */
    uint32_t code;
} AtfProblem;

/**
 * Something that is worth knowing and no fault. Its texts are as those of an AtfProblem.
 */
typedef struct {
    /**
     * All of it in one line: file, what there is to know.
     */
    const char *text;
    /**
     * File or directory.
     */
    const char *file;
} AtfNote;

/**
 * What is kept of a file and what became of it. Its texts are valid until the report is closed.
 */
typedef struct {
    /**
     * The file that was recovered.
     */
    const char *file;
    /**
     * What became of it, in words: "kept as it is", "finalized", ...
     */
    const char *outcome;
    /**
     * Events or records kept.
     */
    uint64_t kept;
    /**
     * Events or records that were there in part or were promised, and are not kept.
     */
    uint64_t dropped;
    /**
     * Events whose detail record is gone: they are kept without it.
     */
    uint64_t unlinked;
    /**
     * Those of the kept that were still in the ring.
     */
    uint64_t from_ring;
    /**
     * Those of the kept that may not be what was recorded: the machine was started again since.
     */
    uint64_t unverified;
    /**
     * Of a ring: events that found no room, which an event of kind ATF_EVENT_KIND_LOST now tells of.
     */
    uint64_t lost;
    /**
     * First byte behind what is kept that is neither footer nor end of the file; ATF_NO_OFFSET where there is none.
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
     * Whether it is known which thread's file it is.
     */
    bool has_thread_id;
    /**
     * Whether nothing was wrong with it.
     */
    bool is_whole;
} AtfRecoveredFile;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The text of the last call that failed on this thread: file, place, what was expected and what
 * was found. UTF-8. For people: programs decide by atf_last_error_code.
 *
 * Calls that succeed leave it as it is. Never NULL; an empty string when no call has failed on
 * this thread. Valid until the next call on this thread that fails, or the thread ends; not to be
 * freed.
 */
const char *atf_last_error(void);

/**
 * The code of the last call that failed on this thread: one of the ATF_ERROR_ constants, or
 * ATF_ERROR_NONE when no call has failed on this thread. It says more than the errno that the call
 * returned: an errno of -EBADMSG is a footer that is missing, a checksum that is wrong, and so on.
 *
 * The numbers are stable: an error keeps its number, and a later library may have new ones. Calls
 * that succeed leave the code as it is. Pushing into a ring does not set it.
 */
uint32_t atf_last_error_code(void);

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

/**
 * Reserves the sequences of the next event.
 *
 * @param with_detail Whether it has a detail record.
 * @param sequences Where they go. Not touched on failure.
 * @return 0; -EOVERFLOW when a lane has used up its 4294967295 sequences: then none is reserved in the
 *         other lane either; -EINVAL for NULL.
 */
int atf_reserve_sequences(AtfThreadCounters *counters,
                          bool with_detail,
                          AtfSequences *sequences);

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
 * Appends a run of events, as they are: the fastest way in.
 *
 * @param events So many events; may be NULL when there are none.
 * @param count Number of events.
 * @param taken Where the number of those goes that were taken, also on failure; may be NULL.
 * @return 0; -EOVERFLOW when all sequences are used up; -EBADF when it was finalized; -EINVAL; another
 *         negative errno when the disk refused. The first `taken` events were taken then, and nothing of
 *         them is lost.
 */
int atf_write_index_events(AtfIndexWriter *writer,
                           const IndexEvent *events,
                           size_t count,
                           size_t *taken);

/**
 * Hands what is buffered to the operating system.
 *
 * @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
 *         nothing is lost, and the call can be repeated.
 */
int atf_index_writer_flush(AtfIndexWriter *writer);

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
 * Makes a detail file and writes its header. Beside one that is called "detail.atf" stands a "detail.off",
 * which readers jump by.
 *
 * The calls for one writer come from one thread at a time; different writers are independent.
 *
 * @param path The file to make; its directory exists, it does not.
 * @param thread_id The traced thread.
 * @param writer Where the new writer goes, to be given to atf_detail_writer_close. Not touched on failure.
 * @return 0; -EEXIST when there is such a file; -EINVAL; another negative errno of the system's.
 */
int atf_detail_writer_create(const char *path,
                             uint32_t thread_id,
                             AtfDetailWriter **writer);

/**
 * Appends the detail record of an event.
 *
 * @param index_seq The event's sequence in the index: higher than that of the record before.
 * @param event The event: its time goes into the record, its function and kind into a function's payload.
 * @param payload What the record carries; not NULL.
 * @return The record's sequence, which is the event's `detail_seq`; UINT32_MAX when it was not taken (see
 *         atf_last_error): `index_seq` is not higher, the payload is too long, all sequences are used up,
 *         the disk refused, the writer was finalized, or an argument is NULL. When the disk refused
 *         nothing is lost, and the call can be repeated.
 */
uint32_t atf_write_detail_event(AtfDetailWriter *writer,
                                uint32_t index_seq,
                                const AtfEvent *event,
                                const AtfPayload *payload);

/**
 * Hands what is buffered to the operating system.
 *
 * @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
 *         nothing is lost, and the call can be repeated.
 */
int atf_detail_writer_flush(AtfDetailWriter *writer);

/**
 * Writes what is left, the footer and the final header. No record can be written afterwards.
 *
 * @return 0; -EBADF when it was finalized already; -EINVAL for NULL; another negative errno when the disk
 *         refused: the file is one that recovery reads, and the call can be repeated.
 */
int atf_detail_writer_finalize(AtfDetailWriter *writer);

/**
 * Closes a writer and frees it. One that was not finalized hands what it has to the operating system
 * and leaves a file that recovery reads. NULL is nothing to do.
 */
void atf_detail_writer_close(AtfDetailWriter *writer);

/**
 * Makes an AtfThreadSummary ready to be passed on: `atf_thread_summary_init(&summary, sizeof summary)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_thread_summary_init(AtfThreadSummary *summary,
                            size_t size);

/**
 * Makes `thread_<thread_id>` in a session's directory and the writer of its files.
 *
 * @param session_dir A directory that exists; see atf_session_writer_create.
 * @param thread_id The traced thread.
 * @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
 * @param writer Where the new writer goes, to be given to atf_writer_close. Not touched on failure.
 * @return 0; -EEXIST when the thread has a directory already; -EINVAL; another negative errno of the
 *         system's.
 */
int atf_writer_create(const char *session_dir,
                      uint32_t thread_id,
                      uint8_t clock_type,
                      AtfWriter **writer);

/**
 * Writes one event and, with a payload, its detail record. Links and thread are filled in.
 *
 * @param event The event.
 * @param payload What its detail record carries; NULL for an event without one.
 * @return The event's sequence; UINT32_MAX when neither event nor record was taken (see atf_last_error): all
 *         sequences are used up, the payload is too long, reserved sequences are not written yet, the
 *         disk refused, the writer was finalized, or an argument is NULL. No sequence is used up then. When
 *         the disk refused nothing is lost, and the call can be repeated.
 */
uint32_t atf_writer_write_event(AtfWriter *writer,
                                const AtfEvent *event,
                                const AtfPayload *payload);

/**
 * Reserves the sequences of the next event, which is then written by atf_writer_write_detail (first,
 * when `with_detail`) and atf_writer_write_index. Several may be reserved; they are written in the order in
 * which they were.
 *
 * @param with_detail Whether it has a detail record.
 * @param sequences Where they go. Not touched on failure.
 * @return 0; -EOVERFLOW when a lane's sequences are used up; -EBADF when it was finalized; -EINVAL for
 *         NULL.
 */
int atf_writer_reserve_sequences(AtfWriter *writer,
                                 bool with_detail,
                                 AtfSequences *sequences);

/**
 * Writes the detail record of the event for which `sequences` were reserved.
 *
 * @param sequences The first that were reserved and are not written.
 * @param event The event.
 * @param payload What the record carries; not NULL.
 * @return 0; -EINVAL when they are not the first, no record was reserved or it is written already, or for
 *         NULL; -EMSGSIZE when the payload is too long; -EBADF when it was finalized; another negative
 *         errno when the disk refused: then nothing is lost, and the call can be repeated.
 */
int atf_writer_write_detail(AtfWriter *writer,
                            const AtfSequences *sequences,
                            const AtfEvent *event,
                            const AtfPayload *payload);

/**
 * Writes the event for which `sequences` were reserved.
 *
 * @param sequences The first that were reserved and are not written.
 * @param event The event.
 * @return 0; -EINVAL when they are not the first or the detail record is not written yet, or for NULL; -EBADF
 *         when it was finalized; another negative errno when the disk refused: then nothing is lost, and
 *         the call can be repeated.
 */
int atf_writer_write_index(AtfWriter *writer,
                           const AtfSequences *sequences,
                           const AtfEvent *event);

/**
 * Writes a run of events without detail, byte for byte: the fastest way in.
 *
 * @param events So many events, each with the writer's `thread_id` and with ATF_NO_DETAIL_SEQ; may be NULL when
 *        there are none.
 * @param count Number of events.
 * @return 0; -EINVAL when an event is another thread's or names a record, or reserved sequences are not
 *         written yet; -EOVERFLOW when there are not as many sequences left: nothing was written then.
 *         -EBADF when it was finalized; another negative errno when the disk refused: the first
 *         atf_writer_event_count events are safe, the rest of the run was not taken.
 */
int atf_writer_write_index_events(AtfWriter *writer,
                                  const IndexEvent *events,
                                  size_t count);

/**
 * Number of events written, buffered ones included; UINT32_MAX for NULL or a writer that was finalized.
 */
uint32_t atf_writer_event_count(AtfWriter *writer);

/**
 * Hands what is buffered in both lanes to the operating system: it survives the end of this process.
 *
 * @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
 *         nothing is lost, and the call can be repeated.
 */
int atf_writer_flush(AtfWriter *writer);

/**
 * Ends both files: footers and final headers. The writer is over, also when this fails; it is still to be
 * closed.
 *
 * @param summary Where it goes what the thread holds (see atf_thread_summary_init), for
 *        atf_session_writer_add; may be NULL. Not touched on failure.
 * @return 0; -EBADF when it was finalized already; -EINVAL when reserved sequences were never written, or for
 *         NULL; another negative errno when the disk refused. Behind a failure the files are as a crash
 *         would leave them, and recovery reads them. An argument that cannot be leaves the writer as it was.
 */
int atf_writer_finalize(AtfWriter *writer,
                        AtfThreadSummary *summary);

/**
 * Closes a writer and frees it. One that was not finalized hands what it has to the operating system
 * and leaves files that recovery reads. NULL is nothing to do.
 */
void atf_writer_close(AtfWriter *writer);

/**
 * Makes a directory a session, with a manifest that says "recording".
 *
 * @param dir Absent or empty; its parent exists.
 * @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
 * @param session Where the new handle goes, to be given to atf_session_writer_close. Not touched on failure.
 * @return 0; -EEXIST when there is something in it, and then nothing was touched; -EINVAL; another negative
 *         errno of the system's.
 */
int atf_session_writer_create(const char *dir,
                              uint8_t clock_type,
                              AtfSessionWriter **session);

/**
 * Lists modules and function names in the manifest, in the place of those that were listed before. They
 * are copied.
 *
 * @param modules May be NULL when there are none.
 * @param symbols May be NULL when there are none.
 * @return 0; -EBADF when it was finished; -EINVAL for NULL, also in an element, or what is no UTF-8: then
 *         what was listed before stays.
 */
int atf_session_writer_set_symbols(AtfSessionWriter *session,
                                   const AtfModule *modules,
                                   size_t module_count,
                                   const AtfSymbol *symbols,
                                   size_t symbol_count);

/**
 * Lists a thread in the manifest: what atf_writer_finalize said of it, in any order of threads.
 *
 * @return 0; -EEXIST when the thread was listed already; -EBADF when it was finished; -EINVAL.
 */
int atf_session_writer_add(AtfSessionWriter *session, const AtfThreadSummary *thread);

/**
 * Ends the session: writes the manifest, which says "complete". The session writer is over, also when this
 * fails; it is still to be closed.
 *
 * @return 0; -EBADF when it was finished already; -EINVAL for NULL; another negative errno when the disk
 *         refused: then the manifest still says "recording".
 */
int atf_session_writer_finish(AtfSessionWriter *session);

/**
 * Closes a session writer and frees it; the writers of its threads are not touched. NULL is nothing to do.
 */
void atf_session_writer_close(AtfSessionWriter *session);

/**
 * The time since the machine was started, sleep included, in ns: CLOCK_BOOTTIME, ATF_CLOCK_HOST. Never
 * decreases; the same for all threads and processes. Without a system call, where the kernel's clock is the
 * processor's counter.
 */
uint64_t atf_now_ns(void);

/**
 * Makes a clock of the processor's counter; takes some 10 ms, in which it is laid on the system's scale.
 *
 * @param clock Where it goes, to be given to atf_clock_close; and into AtfDrainOptions, so that the manifest
 *        says how it was laid. Not touched on failure.
 * @return 0; -ENOTSUP where the counter cannot be trusted, and the text says why: use atf_now_ns then;
 *         -EINVAL for NULL.
 */
int atf_clock_calibrate(AtfClock **clock);

/**
 * The time in ns, on the scale of atf_now_ns, from this clock; with NULL it is atf_now_ns.
 */
uint64_t atf_clock_now_ns(const AtfClock *clock);

/**
 * Frees a clock, when no thread asks it any more. NULL is nothing to do.
 */
void atf_clock_close(AtfClock *clock);

/**
 * Fills options with what is usual: `atf_producer_options_init(&options, sizeof options)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_producer_options_init(AtfProducerOptions *options, size_t size);

/**
 * Makes `thread_<thread_id>` in a session's directory and the lanes in it, for a program whose events another
 * process drains (`atf drain`, atf_drain_attach). Where this process drains, use atf_drain_register.
 *
 * @param session_dir A session's directory: see atf_session_writer_create, `atf record`.
 * @param thread_id The traced thread.
 * @param options NULL for what is usual.
 * @param lane Where the new lane goes, to be given to atf_producer_close. Not touched on failure.
 * @return 0; -EEXIST when the thread has a directory already; -ENOSPC when the disk has no room for the whole
 *         of the lanes; -EINVAL; another negative errno of the system's.
 */
int atf_producer_create(const char *session_dir,
                        uint32_t thread_id,
                        const AtfProducerOptions *options,
                        AtfProducer **lane);

/**
 * Records one event and, with a payload, its detail record. Lock-free, without a system call unless it waits, and
 * may be called from a signal handler of the lane's thread. Once it has returned 0 both survive the death of this
 * process, of the drain, and of both.
 *
 * An event whose payload finds no room is recorded without it and counted: see atf_producer_dropped_details. So
 * is one that comes while detail is switched off, uncounted.
 *
 * atf_producer_push_inline is the same, compiled into the caller.
 *
 * @param event The event.
 * @param payload What its detail record carries; NULL for an event without one.
 * @param index_seq Where the event's sequence goes; may be NULL. Not touched on failure.
 * @return 0; a negative errno when the event was not recorded, which atf_last_error does not speak of.
 *         Counted as dropped: -EAGAIN when the lane is full; -EINTR when it interrupted a push of its own
 *         thread; -EOVERFLOW when all sequences are used up; -EBADMSG when the lane was damaged by another
 *         process, and is not used any more. Not counted: -EPIPE when the recording was stopped; -ECHILD
 *         in a forked process; -EMSGSIZE when the payload can never be stored; -EINVAL for NULL.
 */
int atf_producer_push(AtfProducer *lane,
                      const AtfEvent *event,
                      const AtfPayload *payload,
                      uint32_t *index_seq);

/**
 * Number of events that the lane took so far, markers of lost ones included; UINT32_MAX for NULL.
 */
uint32_t atf_producer_event_count(const AtfProducer *lane);

/**
 * Number of detail records that the lane took so far; UINT32_MAX for NULL.
 */
uint32_t atf_producer_detail_count(const AtfProducer *lane);

/**
 * Number of events dropped so far; UINT64_MAX for NULL.
 */
uint64_t atf_producer_dropped_events(const AtfProducer *lane);

/**
 * Number of detail records dropped so far although their events were recorded; UINT64_MAX for NULL.
 */
uint64_t atf_producer_dropped_details(const AtfProducer *lane);

/**
 * Switches detail on or off, from the next push on.
 *
 * @return 0; -EINVAL for NULL.
 */
int atf_producer_set_detail(AtfProducer *lane, bool is_enabled);

/**
 * Says that the thread has ended, and frees its lane; what was pushed is drained all the same. To be called when
 * its thread and its signal handlers push no more. In a forked process it frees only memory. NULL is
 * nothing to do.
 */
void atf_producer_close(AtfProducer *lane);

/**
 * Whether the inline push that a program was compiled with knows a lane as this library does. Called by
 * `atf_check_header()`.
 *
 * @param layout_hash ATF_PRODUCER_LAYOUT_HASH.
 * @return 0; -EPROTONOSUPPORT when it differs: atf_producer_push_inline must not be used.
 */
int atf_check_producer_layout(uint64_t layout_hash);

/**
 * Makes an AtfDrainSummary ready to be passed on: `atf_drain_summary_init(&summary, sizeof summary)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_drain_summary_init(AtfDrainSummary *summary,
                           size_t size);

/**
 * Makes an AtfMetrics ready to be passed on: `atf_metrics_init(&metrics, sizeof metrics)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_metrics_init(AtfMetrics *metrics, size_t size);

/**
 * Makes an AtfThreadMetrics ready to be passed on: `atf_thread_metrics_init(&metrics, sizeof metrics)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_thread_metrics_init(AtfThreadMetrics *metrics,
                            size_t size);

/**
 * Fills options with what is usual: `atf_drain_options_init(&options, sizeof options)`.
 *
 * @return 0; -EINVAL for NULL or a size that this library does not know.
 */
int atf_drain_options_init(AtfDrainOptions *options, size_t size);

/**
 * Makes a session and starts its drain, a thread of this process.
 *
 * @param dir Absent or empty; its parent exists.
 * @param options NULL for what is usual.
 * @param session Where the new session goes, to be given to atf_drain_close. Not touched on failure.
 * @return 0; -EEXIST when there is something in `dir`, and then nothing was touched; -EINVAL; another
 *         negative errno of the system's.
 */
int atf_drain_start(const char *dir,
                    const AtfDrainOptions *options,
                    AtfDrain **session);

/**
 * Starts the drain of a session that other processes record, or that they and their drain were killed in:
 * it goes on where that stood. What `atf drain` does.
 *
 * @param dir A session's directory.
 * @param options NULL for what is usual; `clock` and `clock_type` are those of whoever began the session.
 * @param session Where the handle goes, to be given to atf_drain_close. Not touched on failure.
 * @return 0; -EBUSY when another drain is at work on it; -EBADMSG when it is no session; -ENOENT; -EINVAL;
 *         another negative errno of the system's.
 */
int atf_drain_attach(const char *dir,
                     const AtfDrainOptions *options,
                     AtfDrain **session);

/**
 * Makes the lanes of a thread of this process. The lane is handed to that thread, which pushes by
 * atf_producer_push or atf_producer_push_inline; it stays valid when the session is stopped or closed.
 *
 * @param thread_id The traced thread; no other of the session has it.
 * @param lane Where the new lane goes, to be given to atf_producer_close. Not touched on failure.
 * @return 0; -EEXIST when the thread has a directory already; -ENOSPC when the disk has no room for the whole
 *         of the lanes; -EBADF when the session was stopped; -ECHILD in a forked process; -EINVAL for NULL;
 *         another negative errno of the system's.
 */
int atf_drain_register(AtfDrain *session,
                       uint32_t thread_id,
                       AtfProducer **lane);

/**
 * Switches detail on or off for all threads, those to come too. Each takes it up at a push soon after.
 *
 * @return 0; -EINVAL for NULL.
 */
int atf_drain_set_detail(AtfDrain *session,
                         bool is_enabled);

/**
 * Lists modules and function names in the manifest, in the place of those that were listed before. They
 * are copied. To be called before the session is stopped.
 *
 * @param modules May be NULL when there are none.
 * @param symbols May be NULL when there are none.
 * @return 0; -EBADF when it was stopped; -EINVAL for NULL, also in an element, or what is no UTF-8: then what was listed before stays.
 */
int atf_drain_set_symbols(AtfDrain *session,
                          const AtfModule *modules,
                          size_t module_count,
                          const AtfSymbol *symbols,
                          size_t symbol_count);

/**
 * What was done so far; some 10 ms old.
 *
 * @param metrics Where it goes; its size was set by atf_metrics_init.
 * @return 0; -EINVAL.
 */
int atf_drain_metrics(const AtfDrain *session, AtfMetrics *metrics);

/**
 * What was drained of one thread so far; some 10 ms old.
 *
 * @param position Which thread, in the order of their ids, from 0 on; threads may come in between two calls.
 * @param metrics Where it goes; its size was set by atf_thread_metrics_init.
 * @return 0; -ENOENT when there are fewer threads; -EINVAL.
 */
int atf_drain_thread_metrics(const AtfDrain *session,
                             size_t position,
                             AtfThreadMetrics *metrics);

/**
 * Ends the recording: no further push begins, and everything for which a push returned 0 is in finalized
 * files when this returns. A thread that was held up within a push (a debugger halts it) is the exception:
 * it is one of `unfinished`.
 *
 * @param summary Where it goes what the session holds (see atf_drain_summary_init); may be NULL. Not touched
 *        on failure.
 * @return 0; -EBADF when it was stopped already; -ECHILD in a forked process; -EINVAL; another negative
 *         errno that kept a thread from being ended: its lane is still there, the others are ended, and
 *         recovery mends it. The session is over then as well, unless it is -EINVAL.
 */
int atf_drain_stop(AtfDrain *session,
                   AtfDrainSummary *summary);

/**
 * As atf_drain_stop, but what is not ended after `limit_ns` stays as it is and is one of `unfinished`.
 * A thread that is being ended then is still ended.
 *
 * @return As atf_drain_stop.
 */
int atf_drain_stop_within(AtfDrain *session,
                          uint64_t limit_ns,
                          AtfDrainSummary *summary);

/**
 * Drains until every producer is gone and none has come for half a second, then ends the session. At first
 * it waits for one to come, unless the session or all of its threads have ended already.
 *
 * @return As atf_drain_stop.
 */
int atf_drain_wait(AtfDrain *session,
                   AtfDrainSummary *summary);

/**
 * What one thread of a session holds that was stopped.
 *
 * @param position Which thread, in the order of their ids, from 0 on.
 * @param summary Where it goes; its size was set by atf_thread_summary_init.
 * @return 0; -ENOENT when there are fewer threads; -EINVAL, also before the session was stopped.
 */
int atf_drain_thread_summary(const AtfDrain *session, size_t position, AtfThreadSummary *summary);

/**
 * A thread that a stop left behind: the deadline came first, or it was held up within a push. Its lane is
 * still there, and another drain or recovery goes on with it.
 *
 * @param position Which of them, in the order of their ids, from 0 on.
 * @param thread_id Where its id goes. Not touched on failure.
 * @return 0; -ENOENT when there are fewer such threads; -EINVAL, also before the session was stopped.
 */
int atf_drain_unfinished_thread(const AtfDrain *session,
                                size_t position,
                                uint32_t *thread_id);

/**
 * Closes a session and frees it. One that was not stopped is left as a crash would leave it: what was pushed
 * is in its lanes, files are not finalized, and recovery or another drain goes on. NULL is nothing to do.
 */
void atf_drain_close(AtfDrain *session);

/**
 * Opens an index.atf in any state in which its header can be believed. Costs a map and a look at both ends of
 * the file, whatever its length.
 *
 * @param path The file.
 * @param reader Where the new reader goes, to be given to atf_index_reader_close. Not touched on failure.
 * @return 0; -ENOENT when there is no such file; -EBADMSG when its header is damaged or too short; -EINVAL;
 *         another negative errno of the system's.
 */
int atf_index_reader_open(const char *path,
                          AtfIndexReader **reader);

/**
 * Closes a reader. Pointers into its file that were got through it are not valid any more. NULL is nothing to do.
 */
void atf_index_reader_close(AtfIndexReader *reader);

/**
 * Number of events. Their sequences are 0 to one less.
 *
 * @return The number; 0 for NULL.
 */
uint32_t atf_index_reader_count(const AtfIndexReader *reader);

/**
 * Thread of the file, as its header says.
 *
 * @return The thread; 0 for NULL.
 */
uint32_t atf_index_reader_thread_id(const AtfIndexReader *reader);

/**
 * Whether the file has the footer that ends a finalized one. One that was killed or torn has none, and is read as
 * far as its events are whole.
 *
 * @return The answer; false for NULL.
 */
bool atf_index_reader_is_finalized(const AtfIndexReader *reader);

/**
 * Whether the header says that there is a detail.atf beside the file.
 *
 * @return The answer; false for NULL.
 */
bool atf_index_reader_has_detail(const AtfIndexReader *reader);

/**
 * Copies the header as it stands in the file. Where it disagrees with the footer, the footer is right:
 * atf_index_reader_count and atf_index_reader_time_range know.
 *
 * @param header Where it goes. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_index_reader_header(const AtfIndexReader *reader,
                            AtfIndexHeader *header);

/**
 * Copies the footer at the end of the events, also a damaged one.
 *
 * @param footer Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there is none; -EINVAL.
 */
int atf_index_reader_footer(const AtfIndexReader *reader, AtfIndexFooter *footer);

/**
 * Copies the event at a sequence. Takes the same time wherever it is.
 *
 * @param seq Less than atf_index_reader_count.
 * @param event Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `seq` events; -EINVAL.
 */
int atf_index_reader_get(const AtfIndexReader *reader, uint32_t seq, IndexEvent *event);

/**
 * Gives all events where they lie, without a copy: `for (i = 0; i < view.count; i++) atf_index_view_at(&view, i)`.
 *
 * @param view Where it goes; valid until the reader is closed. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_index_reader_view(const AtfIndexReader *reader,
                          AtfIndexView *view);

/**
 * Timestamps of the first and the last event, in ns, whatever header and footer say.
 *
 * @param start_ns Where that of the first goes. Not touched on failure.
 * @param end_ns Where that of the last goes. Not touched on failure.
 * @return 0; -ENOENT when there is no event; -EINVAL.
 */
int atf_index_reader_time_range(const AtfIndexReader *reader, uint64_t *start_ns, uint64_t *end_ns);

/**
 * Sequence of the first event at or after a time, by binary search.
 *
 * On a thread whose clock went backwards it is *a* place where an earlier event is followed by one that is not;
 * atf_merge_open misses no event there.
 *
 * @return The sequence; atf_index_reader_count when all events are earlier; 0 for NULL.
 */
uint32_t atf_index_reader_find_start(const AtfIndexReader *reader,
                                     uint64_t from_ns);

/**
 * Sequence behind the last event before a time: as atf_index_reader_find_start.
 *
 * @return The sequence; 0 when no event is earlier, and for NULL.
 */
uint32_t atf_index_reader_find_end(const AtfIndexReader *reader, uint64_t to_ns);

/**
 * The events from a time to another one, by binary search: see atf_index_reader_find_start.
 *
 * @param from_ns Events at this time are among them.
 * @param to_ns Events at this time are not.
 * @param first Where the sequence of the first goes. Not touched on failure.
 * @param count Where their number goes: 0 where the range is empty. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_index_reader_range(const AtfIndexReader *reader,
                           uint64_t from_ns,
                           uint64_t to_ns,
                           uint32_t *first,
                           uint32_t *count);

/**
 * Opens a detail.atf in any state in which its header can be believed.
 *
 * @param path The file.
 * @param reader Where the new reader goes, to be given to atf_detail_reader_close. Not touched on failure.
 * @return As atf_index_reader_open.
 */
int atf_detail_reader_open(const char *path,
                           AtfDetailReader **reader);

/**
 * Closes a reader. Pointers into its file that were got through it are not valid any more. NULL is nothing to do.
 */
void atf_detail_reader_close(AtfDetailReader *reader);

/**
 * Number of whole records. The first call walks them.
 *
 * @return The number; 0 for NULL.
 */
uint32_t atf_detail_reader_count(const AtfDetailReader *reader);

/**
 * Thread of the file, as its header says.
 *
 * @return The thread; 0 for NULL.
 */
uint32_t atf_detail_reader_thread_id(const AtfDetailReader *reader);

/**
 * Whether the file has the footer that ends a finalized one.
 *
 * @return The answer; false for NULL.
 */
bool atf_detail_reader_is_finalized(const AtfDetailReader *reader);

/**
 * Where the whole records end: the byte behind the last one. The first call walks them.
 *
 * @return Bytes from the start of the file; 0 for NULL.
 */
uint64_t atf_detail_reader_whole_end(const AtfDetailReader *reader);

/**
 * Copies the header as it stands in the file.
 *
 * @param header Where it goes. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_detail_reader_header(const AtfDetailReader *reader, AtfDetailHeader *header);

/**
 * Copies the footer at the end of the records, also a damaged one.
 *
 * @param footer Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there is none; -EINVAL.
 */
int atf_detail_reader_footer(const AtfDetailReader *reader, AtfDetailFooter *footer);

/**
 * The record at a sequence. Steps over at most 63 records; the first call walks all.
 *
 * @param seq Less than atf_detail_reader_count.
 * @param record Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `seq` records; -EBADMSG when the file promises that record and a
 *         damaged one lies before it; -EINVAL.
 */
int atf_detail_reader_get(const AtfDetailReader *reader,
                          uint32_t seq,
                          AtfDetail *record);

/**
 * The record that belongs to an event, by binary search; the first call walks all records.
 *
 * @param index_seq The event's sequence in index.atf.
 * @param record Where it goes. Not touched on failure.
 * @return 0; -ENOENT when no record names that event; -EBADMSG when a damaged record ends the file before it;
 *         -EINVAL.
 */
int atf_detail_reader_get_by_index_seq(const AtfDetailReader *reader,
                                       uint32_t index_seq,
                                       AtfDetail *record);

/**
 * Begins with the first record. Nothing is walked before it is asked for.
 *
 * @param iterator Where the new iterator goes, to be given to atf_detail_iterator_close. It does not need the reader
 *        to stay open. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_detail_reader_iterate(const AtfDetailReader *reader,
                              AtfDetailIterator **iterator);

/**
 * The next record, in the order of the file. The torn end of a file that was never finalized is its end.
 *
 * @param record Where it goes; its pointers are valid until the iterator is closed. Touched only for 1.
 * @return 1: a record; 0: there are no more; -EBADMSG: the next one is damaged, and there will be no more; -EINVAL.
 */
int atf_detail_iterator_next(AtfDetailIterator *iterator,
                             AtfDetail *record);

/**
 * Closes an iterator. The records that it gave are not valid any more. NULL is nothing to do.
 */
void atf_detail_iterator_close(AtfDetailIterator *iterator);

/**
 * Opens the files of a thread. A detail.atf that cannot be opened does not hide the index: atf_thread_reader_detail
 * tells why.
 *
 * @param dir The thread's directory.
 * @param reader Where the new reader goes, to be given to atf_thread_reader_close. Not touched on failure.
 * @return As atf_index_reader_open, of its index.atf.
 */
int atf_thread_reader_open(const char *dir,
                           AtfThreadReader **reader);

/**
 * Closes a reader. Pointers into its files that were got through it are not valid any more; readers that it gave go
 * on. NULL is nothing to do.
 */
void atf_thread_reader_close(AtfThreadReader *reader);

/**
 * The thread, as the header of its index.atf says.
 *
 * @return The thread; 0 for NULL.
 */
uint32_t atf_thread_reader_thread_id(const AtfThreadReader *reader);

/**
 * A reader of the thread's events. The file is not opened again.
 *
 * @param index Where it goes, to be given to atf_index_reader_close, before or after the thread's. Not touched on
 *        failure.
 * @return 0; -EINVAL.
 */
int atf_thread_reader_index(const AtfThreadReader *reader,
                            AtfIndexReader **index);

/**
 * A reader of the thread's detail records. The file is not opened again.
 *
 * @param detail Where it goes, to be given to atf_detail_reader_close, before or after the thread's. Not touched on
 *        failure.
 * @return 0; -ENOENT when the thread has no detail.atf; -EBADMSG or another negative errno when it could not be
 *         opened; -EINVAL.
 */
int atf_thread_reader_detail(const AtfThreadReader *reader,
                             AtfDetailReader **detail);

/**
 * The detail record at a sequence. With the offsets that a recorder leaves it steps over at most 63 records and never
 * walks all; without, see atf_detail_reader_get.
 *
 * @param detail_seq As an event names it.
 * @param record Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there is no such record, or no detail.atf; -EBADMSG when the file promises that record and
 *         a damaged one lies before it, or detail.atf could not be opened; another negative errno when it could not
 *         be; -EINVAL.
 */
int atf_thread_reader_get_detail(const AtfThreadReader *reader,
                                 uint32_t detail_seq,
                                 AtfDetail *record);

/**
 * The detail record that an event of this thread links to, confirmed: the event must be the one that the record
 * names.
 *
 * @param event The event, as a reader gave it.
 * @param record Where it goes. Not touched on failure.
 * @return 0; -ENOENT when the event links to none, or the record is not there (any more); -EBADMSG when the record
 *         belongs to another event, and as atf_thread_reader_get_detail; -EINVAL.
 */
int atf_thread_reader_get_detail_for(const AtfThreadReader *reader,
                                     const IndexEvent *event,
                                     AtfDetail *record);

/**
 * The event that a detail record of this thread belongs to.
 *
 * @param record The record, as a reader gave it; only its header is looked at.
 * @param event Where it goes. Not touched on failure.
 * @return 0; -ENOENT when the index does not hold it (any more); -EINVAL.
 */
int atf_thread_reader_get_index_for(const AtfThreadReader *reader,
                                    const AtfDetail *record,
                                    IndexEvent *event);

/**
 * Opens a session: the threads that its manifest lists or a directory exists for.
 *
 * A missing or wrong manifest is no failure, see atf_session_reader_manifest; nor is a thread that cannot be read, see
 * atf_session_reader_problem.
 *
 * @param path The session's directory, or its manifest.json.
 * @param session Where the new reader goes, to be given to atf_session_reader_close. Not touched on failure.
 * @return 0; -ENOENT or another negative errno when the directory cannot be read; -EINVAL.
 */
int atf_session_reader_open(const char *path,
                            AtfSessionReader **session);

/**
 * Closes a session. Readers of its threads and merges go on; texts that it gave are not valid any more. NULL is
 * nothing to do.
 */
void atf_session_reader_close(AtfSessionReader *session);

/**
 * Number of threads, also of those that cannot be read.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_thread_count(const AtfSessionReader *session);

/**
 * A thread of the session, by its place in the order of the ids.
 *
 * @param at Less than atf_session_reader_thread_count.
 * @param thread Where it goes. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_session_reader_thread_at(const AtfSessionReader *session,
                                 size_t at,
                                 AtfSessionThread *thread);

/**
 * A reader of one of the threads. Its files are not opened again.
 *
 * @param thread_id The thread, as the session names it.
 * @param thread Where it goes, to be given to atf_thread_reader_close, before or after the session's. Not touched on
 *        failure.
 * @return 0; -ENOENT when the session has no such thread, or that has no index.atf; -EBADMSG or another negative errno
 *         when its index.atf could not be opened; -EINVAL.
 */
int atf_session_reader_thread(const AtfSessionReader *session,
                              uint32_t thread_id,
                              AtfThreadReader **thread);

/**
 * Number of threads that cannot be read, wholly or in their detail lane, as far as opening shows: atf_verify looks at
 * every byte.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_problem_count(const AtfSessionReader *session);

/**
 * Why a thread cannot be read: its index, or else its detail lane.
 *
 * @param at Less than atf_session_reader_problem_count.
 * @param problem Where it goes; its text is valid until the session is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_session_reader_problem(const AtfSessionReader *session,
                               size_t at,
                               AtfSessionProblem *problem);

/**
 * Whether the session has a manifest that can be read.
 *
 * @return 0; -ENOENT when there is none; -EBADMSG when it is not a session's; another negative errno of the system's;
 *         -EINVAL. What is wrong with it is in atf_last_error.
 */
int atf_session_reader_manifest(const AtfSessionReader *session);

/**
 * What the manifest says of the session: "recording" while it is being recorded, and for ever when it was killed;
 * "complete"; or a word of a later revision.
 *
 * @return The word, valid until the session is closed; NULL when there is no manifest, or it says nothing.
 */
const char *atf_session_reader_state(const AtfSessionReader *session);

/**
 * Lowest first and highest last timestamp over the threads that can be read, in ns. From the files, whatever the
 * manifest says.
 *
 * @param start_ns Where the lowest goes. Not touched on failure.
 * @param end_ns Where the highest goes. Not touched on failure.
 * @return 0; -ENOENT when there is no event; -EINVAL.
 */
int atf_session_reader_time_range(const AtfSessionReader *session,
                                  uint64_t *start_ns,
                                  uint64_t *end_ns);

/**
 * Number of events of the threads that can be read.
 *
 * @return The number; 0 for NULL.
 */
uint64_t atf_session_reader_event_count(const AtfSessionReader *session);

/**
 * Number of detail records of the threads that can be read, as their files say.
 *
 * @param count Where it goes. Not touched on failure.
 * @return 0; -ENOENT when a file that was not finalized does not say: atf_detail_reader_count counts; -EINVAL.
 */
int atf_session_reader_detail_count(const AtfSessionReader *session,
                                    uint64_t *count);

/**
 * The name of a function, from the manifest. The first call makes a table of all.
 *
 * @param function_id As events have it.
 * @return The name, valid until the session is closed; NULL when the manifest names no such function, and for NULL.
 */
const char *atf_session_reader_symbol(const AtfSessionReader *session,
                                      uint64_t function_id);

/**
 * Number of functions that the manifest names, each once. The first call makes a table of all.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_session_reader_symbol_count(const AtfSessionReader *session);

/**
 * A function that the manifest names, by its place in the order of the ids.
 *
 * @param at Less than atf_session_reader_symbol_count.
 * @param symbol Where it goes; its name is valid until the session is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_session_reader_symbol_at(const AtfSessionReader *session,
                                 size_t at,
                                 AtfFunctionName *symbol);

/**
 * Begins to merge the events of a session. Reads nothing before it is asked for the first event, unless a range is
 * given: then whether a thread's clock ever went backwards costs a pass over its events, once per session, and where it
 * did, so does each range. No event of the range is missed there.
 *
 * @param session The session; it may be closed before the merge.
 * @param from_ns Events at this time and later; 0 for all.
 * @param to_ns Events before this time; UINT64_MAX for all, also those at that time.
 * @param threads Ids of the threads, each once, as the session names them; NULL for all that can be read.
 * @param thread_count Number of them. 0 is no thread, unless `threads` is NULL.
 * @param merge Where the new merge goes, to be given to atf_merge_close. Not touched on failure.
 * @return 0; -ENOENT when the session has no such thread; -EBADMSG or another negative errno when the index.atf of one
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
 * @return The number; 0 for NULL.
 */
uint64_t atf_merge_remaining(const AtfMerge *merge);

/**
 * The next event.
 *
 * @param event Where it goes. Touched only for 1.
 * @return 1: an event; 0: there are no more; -EINVAL.
 */
int atf_merge_next(AtfMerge *merge, AtfMergedEvent *event);

/**
 * The next events, as many as there is room for: the fast way.
 *
 * @param events Room for `room` events.
 * @param room Number of them, at least 1.
 * @param got Where their number goes: less than `room` only at the end, and 0 behind it. Not touched on failure.
 * @return 0; -EINVAL.
 */
int atf_merge_next_batch(AtfMerge *merge,
                         AtfMergedEvent *events,
                         size_t room,
                         size_t *got);

/**
 * Closes a merge. NULL is nothing to do.
 */
void atf_merge_close(AtfMerge *merge);

/**
 * Checks every byte that the format fixes: framing, counts, times, checksums, links in both directions, reserved bytes,
 * and the manifest against the files. Nothing is changed.
 *
 * @param path A session's directory or a folder above it that holds exactly one, a thread's directory, or an .atf file.
 * @param progress Told how far it is; or NULL.
 * @param user Given to `progress`.
 * @param report Where the report goes, to be given to atf_verify_report_close, whether there are problems or not; or
 *        NULL when the answer is enough. Not touched on failure.
 * @return 0: clean (there may be notes); 1: there are problems; a negative errno when it cannot be read at all: -ENOENT;
 *         -EBADMSG when the path is none of these; -EINVAL; another negative errno of the system's.
 */
int atf_verify(const char *path,
               AtfProgress progress,
               void *user,
               AtfVerifyReport **report);

/**
 * Number of problems in the report. Of one kind in one file at most 20 are in it: how many more there are is a note.
 *
 * @return The number, 0 when all is clean; 0 for NULL.
 */
size_t atf_verify_report_problem_count(const AtfVerifyReport *report);

/**
 * A problem.
 *
 * @param at Less than atf_verify_report_problem_count.
 * @param problem Where it goes; its texts are valid until the report is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_verify_report_problem(const AtfVerifyReport *report,
                              size_t at,
                              AtfProblem *problem);

/**
 * Number of notes in the report: what is worth knowing and no fault.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_verify_report_note_count(const AtfVerifyReport *report);

/**
 * A note.
 *
 * @param at Less than atf_verify_report_note_count.
 * @param note Where it goes; its texts are valid until the report is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_verify_report_note(const AtfVerifyReport *report,
                           size_t at,
                           AtfNote *note);

/**
 * Frees a report and its texts. NULL is nothing to do.
 */
void atf_verify_report_close(AtfVerifyReport *report);

/**
 * Makes a whole trace of one that was torn, never finalized, or disagrees with itself.
 *
 * Keeps every index event whose bytes are whole, and every detail record that such an event names; an event whose
 * record is gone loses only the link. What a killed recording left in a thread's ring is written behind what is in the
 * files. The result is finalized.
 *
 * @param path A session's directory or a folder above it that holds exactly one, a thread's directory, or an .atf file.
 * @param out Where the whole trace goes, which is then what `path` is: absent, or an empty directory, and not inside
 *        the trace. The damaged one is not touched, and after a failure nothing is left there. Of a trace that is being
 *        recorded it is a snapshot. NULL repairs the files where they lie: what is cut off is gone, and a crash in
 *        between leaves a trace that can be recovered to the same result.
 * @param progress Told how far it is, in bytes read and written; or NULL.
 * @param user Given to `progress`.
 * @param report Where the report goes, to be given to atf_recover_report_close, for 0 and 1; or NULL when the answer is
 *        enough. Not touched on failure.
 * @return 0: all was whole, and was copied or left as it is; 1: something was repaired or lost, and the output is there;
 *         -EBUSY when it is being recorded and was to be repaired where it lies; -EEXIST when there is something at
 *         `out`; -EBADMSG when nothing can be kept, or the path is none of these; -ENOENT; -EINVAL; another negative
 *         errno of the system's. For -EBUSY, -EEXIST and -EBADMSG nothing was touched.
 */
int atf_recover(const char *path,
                const char *out,
                AtfProgress progress,
                void *user,
                AtfRecoverReport **report);

/**
 * Whether the trace was being recorded: then what was written is a snapshot.
 *
 * @return The answer; false for NULL.
 */
bool atf_recover_report_is_snapshot(const AtfRecoverReport *report);

/**
 * Number of files that the report tells of.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_recover_report_file_count(const AtfRecoverReport *report);

/**
 * What became of a file: thread by thread in the order of their ids, the manifest last.
 *
 * @param at Less than atf_recover_report_file_count.
 * @param file Where it goes; its texts are valid until the report is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_recover_report_file(const AtfRecoverReport *report,
                            size_t at,
                            AtfRecoveredFile *file);

/**
 * Number of problems that the files had.
 *
 * @return The number; 0 for NULL.
 */
size_t atf_recover_report_problem_count(const AtfRecoverReport *report);

/**
 * What was wrong with a file.
 *
 * @param at Less than atf_recover_report_problem_count.
 * @param problem Where it goes; its texts are valid until the report is closed. Not touched on failure.
 * @return 0; -ENOENT when there are no more than `at`; -EINVAL.
 */
int atf_recover_report_problem(const AtfRecoverReport *report,
                               size_t at,
                               AtfProblem *problem);

/**
 * Frees a report and its texts. NULL is nothing to do.
 */
void atf_recover_report_close(AtfRecoverReport *report);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#ifdef __cplusplus
extern "C" {
#endif

#include "atf_producer.h"

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
    const int code = atf_check_layouts(ATF_FORMAT_VERSION, ATF_FORMAT_REVISION, hashes, sizeof hashes / sizeof hashes[0]);
    return code != 0 ? code : atf_check_producer_layout(ATF_PRODUCER_LAYOUT_HASH);
}

/**
 * An event of a view.
 *
 * @param seq Less than `view->count`; it is not checked here.
 */
static inline const IndexEvent *atf_index_view_at(const AtfIndexView *view, uint32_t seq) {
    return (const IndexEvent *)(const void *)((const uint8_t *)(const void *)view->first + view->stride * seq);
}

/**
 * A payload of any bytes.
 *
 * @param event_type ATF_DETAIL_EVENT_FUNCTION_CALL or another type.
 */
static inline AtfPayload atf_raw_payload(uint16_t event_type, const void *bytes, size_t length) {
    AtfPayload payload;
    payload.registers = NULL;
    payload.bytes = bytes;
    payload.length = length;
    payload.event_type = event_type;
    return payload;
}

/**
 * The payload that the format defines: registers, and the stack's bytes from the stack pointer upward.
 *
 * @param length At most ATF_MAX_STACK_BYTES.
 */
static inline AtfPayload atf_function_payload(const AtfRegisters *registers, const void *stack, size_t length) {
    AtfPayload payload = atf_raw_payload(0, stack, length);
    payload.registers = registers;
    return payload;
}

#ifdef __cplusplus
}
#endif

#endif /* ATF_H */
