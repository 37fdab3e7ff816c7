/* Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit. */
#ifndef ATF_V2_TYPES_H
#define ATF_V2_TYPES_H

/**
 * ADA Trace Format v2
 *
 * Function call and return traces. Each thread of the traced process has its own
 * files: an index lane with one fixed-size event per call, return, exception or signal,
 * and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
 * two lanes refer to each other by sequence.
 */

#if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__)
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "atf-v2 is little-endian: these structs do not match its bytes on a big-endian machine"
#endif
#elif defined(__BIG_ENDIAN__) || defined(__ARMEB__) || defined(__MIPSEB__) || defined(__sparc) || defined(__s390__)
#error "atf-v2 is little-endian: these structs do not match its bytes on a big-endian machine"
#endif

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#define ATF_STATIC_ASSERT(condition, message) static_assert(condition, message)
extern "C" {
#else
#define ATF_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#endif

/* Beside the pragma, which every compiler has: by the attribute a compiler sees that a field may be unaligned
   where a program takes its address. */
#if defined(__GNUC__) || defined(__clang__)
#define ATF_PACKED __attribute__((packed))
#else
#define ATF_PACKED
#endif

/** Version of the format, as stored on disk. */
#define ATF_FORMAT_VERSION 1
/** Revision of the format: counts compatible additions; not stored on disk. */
#define ATF_FORMAT_REVISION 1

/** Value of `detail_seq` in an index event that has no detail event. */
#define ATF_NO_DETAIL_SEQ UINT32_C(0xFFFFFFFF)

/** Maximum of stack bytes in one function payload; 128 is the usual setting. */
#define ATF_MAX_STACK_BYTES UINT16_C(256)

/**
 * The buffers of a ring start at multiples of this many bytes. The capacity of a buffer is a power of two and at least this many bytes.
 *
 * Since revision 1.
 */
#define ATF_RING_ALIGN UINT32_C(4096)

/**
 * Arch, uint8_t on disk.
 *
 * Instruction set of the traced process.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_ARCH_X86_64 UINT8_C(1) /**< 64-bit x86. */
#define ATF_ARCH_ARM64 UINT8_C(2) /**< 64-bit ARM (AArch64). */

/**
 * Os, uint8_t on disk.
 *
 * Operating system of the traced process.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_OS_IOS UINT8_C(1) /**< iOS. */
#define ATF_OS_ANDROID UINT8_C(2) /**< Android. */
#define ATF_OS_MACOS UINT8_C(3) /**< macOS. */
#define ATF_OS_LINUX UINT8_C(4) /**< Linux. */
#define ATF_OS_WINDOWS UINT8_C(5) /**< Windows. */

/**
 * ClockType, uint8_t on disk.
 *
 * Clock of the timestamps. Each clock is continuous: it keeps running while the machine sleeps.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_CLOCK_MACH_CONTINUOUS UINT8_C(1) /**< `mach_continuous_time` of macOS and iOS. */
#define ATF_CLOCK_QPC UINT8_C(2) /**< `QueryPerformanceCounter` of Windows. */
#define ATF_CLOCK_BOOTTIME UINT8_C(3) /**< `CLOCK_BOOTTIME` of Linux and Android. */

/**
 * EventKind, uint32_t on disk.
 *
 * What an index event records.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_EVENT_KIND_CALL UINT32_C(1) /**< The function was entered. */
#define ATF_EVENT_KIND_RETURN UINT32_C(2) /**< The function returned. */
#define ATF_EVENT_KIND_EXCEPTION UINT32_C(3) /**< An exception left the function. */
#define ATF_EVENT_KIND_LOST UINT32_C(4) /**< Events were lost here: `function_id` holds their number, and the time is that of the next recorded event. A marker, not an event of the program. Since revision 1. */
#define ATF_EVENT_KIND_SIGNAL UINT32_C(5) /**< A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call made at this place. Neither a call nor a return: the depth of the call stack stays as it is. Since revision 1. */

/**
 * DetailEventType, uint16_t on disk.
 *
 * What a detail event records. It selects the payload.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_DETAIL_EVENT_FUNCTION_CALL UINT16_C(3) /**< Registers and stack at the entry of a function. */
#define ATF_DETAIL_EVENT_FUNCTION_RETURN UINT16_C(4) /**< Registers and stack at the return of a function. */

/**
 * SummedFile, uint8_t on disk.
 *
 * The file that a file of chunk checksums is about.
 *
 * Since revision 1.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_SUMMED_INDEX UINT8_C(0) /**< The index file of a thread. Since revision 1. */
#define ATF_SUMMED_DETAIL UINT8_C(1) /**< The detail file of a thread. Since revision 1. */
#define ATF_SUMMED_MANIFEST UINT8_C(2) /**< The manifest of the session. Since revision 1. */

/**
 * IndexFlags, uint32_t on disk.
 *
 * Flags of an index file.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_INDEX_FLAG_HAS_DETAIL_FILE UINT32_C(0x1) /**< There is a detail file beside the index file. */
#define ATF_INDEX_FLAG_MUST_UNDERSTAND UINT32_C(0x0) /**< Bits that every reader must know; a reader that ignores them misreads the file. */

/**
 * ChunkFlags, uint32_t on disk.
 *
 * What is known of a chunk.
 *
 * Since revision 1.
 *
 * Open: keep unknown values; a later revision may define them.
 */
#define ATF_CHUNK_UNVERIFIED UINT32_C(0x1) /**< Nothing proves that the bytes are what was recorded: the machine stopped before they were synced. Since revision 1. */
#define ATF_CHUNK_CLOSING_ENTRY UINT32_C(0x2) /**< The last entry: it covers the file's header and footer. Since revision 1. */
#define ATF_CHUNK_KNOWN_DAMAGED UINT32_C(0x4) /**< The bytes failed an earlier checksum, and recovery kept them. Since revision 1. */
#define ATF_CHUNK_MUST_UNDERSTAND UINT32_C(0x0) /**< Bits that every reader must know; a reader that ignores them misreads the file. */

/* ATF_ARCH_HOST: the Arch of the target machine; not defined if the schema has none for it. */
#if defined(__x86_64__) || defined(_M_X64)
#define ATF_ARCH_HOST ATF_ARCH_X86_64
#elif defined(__aarch64__) || defined(_M_ARM64)
#define ATF_ARCH_HOST ATF_ARCH_ARM64
#endif

/* ATF_OS_HOST: the Os of the target machine; not defined if the schema has none for it. */
#if defined(__APPLE__) && defined(__ENVIRONMENT_IPHONE_OS_VERSION_MIN_REQUIRED__)
#define ATF_OS_HOST ATF_OS_IOS
#elif defined(__ANDROID__)
#define ATF_OS_HOST ATF_OS_ANDROID
#elif defined(__APPLE__) && defined(__MACH__)
#define ATF_OS_HOST ATF_OS_MACOS
#elif defined(__linux__)
#define ATF_OS_HOST ATF_OS_LINUX
#elif defined(_WIN32)
#define ATF_OS_HOST ATF_OS_WINDOWS
#endif

/* ATF_CLOCK_HOST: the ClockType of the target machine; not defined if the schema has none for it. */
#if defined(__APPLE__)
#define ATF_CLOCK_HOST ATF_CLOCK_MACH_CONTINUOUS
#elif defined(_WIN32)
#define ATF_CLOCK_HOST ATF_CLOCK_QPC
#elif defined(__linux__) || defined(__ANDROID__)
#define ATF_CLOCK_HOST ATF_CLOCK_BOOTTIME
#endif

#pragma pack(push, 1)

/**
 * First bytes of an index file. Counts and times are zero until the file is finalized.
 *
 * 64 bytes.
 */
typedef struct ATF_PACKED AtfIndexHeader {
    /** Marks an index file. (offset 0, always "ATI2") */
    uint8_t magic[4];
    /** Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1) */
    uint8_t endian;
    /** Version of the format. (offset 5, always 1) */
    uint8_t version;
    /** Instruction set of the traced process. (offset 6, Arch) */
    uint8_t arch;
    /** Operating system of the traced process. (offset 7, Os) */
    uint8_t os;
    /** Flags of this file; undeclared bits are zero. (offset 8, IndexFlags) */
    uint32_t flags;
    /** Thread that wrote this file. (offset 12) */
    uint32_t thread_id;
    /** Clock of every timestamp in this file. (offset 16, ClockType) */
    uint8_t clock_type;
    /** Zero. (offset 17) */
    uint8_t _reserved1[3];
    /** Zero. (offset 20) */
    uint32_t _reserved2;
    /** Distance from one event to the next. (offset 24, in bytes, 32 by default) */
    uint32_t event_size;
    /** Number of events; 0 until the file is finalized. (offset 28) */
    uint32_t event_count;
    /** Offset of the first event. (offset 32, in bytes, 64 by default) */
    uint64_t events_offset;
    /** Offset of the footer; the end of this header until the file is finalized. (offset 40, in bytes, 64 by default) */
    uint64_t footer_offset;
    /** Timestamp of the first event. (offset 48, in ns) */
    uint64_t time_start_ns;
    /** Timestamp of the last event. (offset 56, in ns) */
    uint64_t time_end_ns;
} AtfIndexHeader;

/**
 * One call, return, exception or signal. Its sequence is its position in the file, counted from zero.
 *
 * 32 bytes.
 */
typedef struct ATF_PACKED IndexEvent {
    /** Time of the event on the clock named in the header. (offset 0, in ns) */
    uint64_t timestamp_ns;
    /** The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a number. (offset 8) */
    uint64_t function_id;
    /** Thread that the event happened on. (offset 16) */
    uint32_t thread_id;
    /** What happened. (offset 20, EventKind) */
    uint32_t event_kind;
    /** Depth of the call stack. (offset 24) */
    uint32_t call_depth;
    /** Sequence of the linked detail event. (offset 28, ATF_NO_DETAIL_SEQ by default, ATF_NO_DETAIL_SEQ means none) */
    uint32_t detail_seq;
} IndexEvent;

/**
 * Last bytes of a finalized index file. If it differs from the header, the footer is right.
 *
 * 64 bytes.
 */
typedef struct ATF_PACKED AtfIndexFooter {
    /** The magic of the header, reversed. (offset 0, always "2ITA") */
    uint8_t magic[4];
    /** CRC-32 (IEEE) of the events section. (offset 4) */
    uint32_t checksum;
    /** Number of events. (offset 8) */
    uint64_t event_count;
    /** Timestamp of the first event. (offset 16, in ns) */
    uint64_t time_start_ns;
    /** Timestamp of the last event. (offset 24, in ns) */
    uint64_t time_end_ns;
    /** Length of the events section. (offset 32, in bytes) */
    uint64_t bytes_written;
    /** Zero. (offset 40) */
    uint8_t reserved[24];
} AtfIndexFooter;

/**
 * First bytes of a detail file. Counts and lengths are zero until the file is finalized.
 *
 * 64 bytes.
 */
typedef struct ATF_PACKED AtfDetailHeader {
    /** Marks a detail file. (offset 0, always "ATD2") */
    uint8_t magic[4];
    /** Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1) */
    uint8_t endian;
    /** Version of the format. (offset 5, always 1) */
    uint8_t version;
    /** Instruction set of the traced process. (offset 6, Arch) */
    uint8_t arch;
    /** Operating system of the traced process. (offset 7, Os) */
    uint8_t os;
    /** Zero. (offset 8) */
    uint32_t flags;
    /** Thread that wrote this file. (offset 12) */
    uint32_t thread_id;
    /** Zero. (offset 16) */
    uint32_t _reserved1;
    /** Offset of the first event. (offset 20, in bytes, 64 by default) */
    uint64_t events_offset;
    /** Number of detail events; 0 until the file is finalized. (offset 28) */
    uint64_t event_count;
    /** Length of the events section. (offset 36, in bytes) */
    uint64_t bytes_length;
    /** Lowest `index_seq` of the events. (offset 44) */
    uint64_t index_seq_start;
    /** Highest `index_seq` of the events. (offset 52) */
    uint64_t index_seq_end;
    /** Zero. (offset 60) */
    uint8_t _reserved2[4];
} AtfDetailHeader;

/**
 * Header of a detail event; its payload follows. The event's sequence is its position in the file, counted from zero.
 *
 * 24 bytes.
 */
typedef struct ATF_PACKED DetailEventHeader {
    /** Length of this header and its payload. (offset 0, in bytes) */
    uint32_t total_length;
    /** What the payload is. (offset 4, DetailEventType) */
    uint16_t event_type;
    /** Flags of the event type. None are defined, so zero. (offset 6) */
    uint16_t flags;
    /** Sequence of the linked index event. (offset 8) */
    uint32_t index_seq;
    /** Thread that the event happened on. (offset 12) */
    uint32_t thread_id;
    /** Time of the event, as in the linked index event. (offset 16, in ns) */
    uint64_t timestamp;
} DetailEventHeader;

/**
 * Payload of a function's call or return: registers, then a snapshot of the stack.
 *
 * 100 bytes, followed by stack_snapshot, whose length in bytes is stack_size.
 */
typedef struct ATF_PACKED DetailFunctionPayload {
    /** The function, as in the linked index event. (offset 0) */
    uint64_t function_id;
    /** Registers; which ones depends on the instruction set and the event type. (offset 8) */
    uint64_t x_regs[8];
    /** Link register, or return address. (offset 72) */
    uint64_t lr;
    /** Frame pointer. (offset 80) */
    uint64_t fp;
    /** Stack pointer: address of the first byte of the snapshot. (offset 88) */
    uint64_t sp;
    /** Length of the stack snapshot. (offset 96, in bytes, at most ATF_MAX_STACK_BYTES) */
    uint16_t stack_size;
    /** Zero. (offset 98) */
    uint16_t _reserved;
    /* stack_snapshot [stack_size] follows. Stack bytes from `sp` upward. */
} DetailFunctionPayload;

/**
 * Payload as the original tracer wrote it, under both event types. A payload is this record if it has this size and its `timestamp` and `function_id` are those of the linked index event. It is read, and never written.
 *
 * 516 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED OriginalDetailPayload {
    /** Time of the event, as in the linked index event. (offset 0, in ns) */
    uint64_t timestamp;
    /** The function, as in the linked index event. (offset 8) */
    uint64_t function_id;
    /** Thread that the event happened on. (offset 16) */
    uint32_t thread_id;
    /** What happened. (offset 20, EventKind) */
    uint32_t event_kind;
    /** Depth of the call stack. (offset 24) */
    uint32_t call_depth;
    /** Not used; any value. (offset 28) */
    uint8_t padding[4];
    /** Registers, the same ones as in `DetailFunctionPayload`. (offset 32) */
    uint64_t x_regs[8];
    /** Link register; 0 on x86_64. (offset 96) */
    uint64_t lr;
    /** Frame pointer. (offset 104) */
    uint64_t fp;
    /** Stack pointer: address of the first byte of the snapshot. (offset 112) */
    uint64_t sp;
    /** Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning. (offset 120) */
    uint8_t stack_snapshot[128];
    /** Length of the stack snapshot. (offset 248, in bytes, at most 128) */
    uint32_t stack_size;
    /** Not used; any value. (offset 252) */
    uint8_t unused[264];
} OriginalDetailPayload;

/**
 * Last 64 bytes of a finalized detail file. If it differs from the header, the footer is right.
 *
 * 64 bytes.
 */
typedef struct ATF_PACKED AtfDetailFooter {
    /** The magic of the header, reversed. (offset 0, always "2DTA") */
    uint8_t magic[4];
    /** CRC-32 (IEEE) of the events section. (offset 4) */
    uint32_t checksum;
    /** Number of detail events. (offset 8) */
    uint64_t event_count;
    /** Length of the events section. (offset 16, in bytes) */
    uint64_t bytes_length;
    /** Timestamp of the first detail event. (offset 24, in ns) */
    uint64_t time_start_ns;
    /** Timestamp of the last detail event. (offset 32, in ns) */
    uint64_t time_end_ns;
    /** Zero. (offset 40) */
    uint8_t reserved[24];
} AtfDetailFooter;

/**
 * First bytes of an offsets file.
 *
 * 64 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED DetailOffsetsHeader {
    /** Marks an offsets file. (offset 0, always "ATO2") */
    uint8_t magic[4];
    /** Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1) */
    uint8_t endian;
    /** Version of the format. (offset 5, always 1) */
    uint8_t version;
    /** Zero. (offset 6) */
    uint16_t _reserved1;
    /** Number of records from one entry to the next. (offset 8, 64 by default) */
    uint32_t record_interval;
    /** Thread that the detail file belongs to. (offset 12) */
    uint32_t thread_id;
    /** Distance from one entry to the next. (offset 16, in bytes, 8 by default) */
    uint32_t entry_size;
    /** Zero. (offset 20) */
    uint32_t _reserved2;
    /** Offset of the first entry. (offset 24, in bytes, 64 by default) */
    uint64_t entries_offset;
    /** Zero. (offset 32) */
    uint8_t _reserved3[32];
} DetailOffsetsHeader;

/**
 * Offset of a record: entry n is for the record with sequence n times `record_interval`.
 *
 * 8 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED DetailOffset {
    /** Byte of the detail file at which the record starts. (offset 0, in bytes) */
    uint64_t offset;
} DetailOffset;

/**
 * First bytes of a file of chunk checksums.
 *
 * 64 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED ChunkSumsHeader {
    /** Marks a file of chunk checksums. (offset 0, always "ATS2") */
    uint8_t magic[4];
    /** Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1) */
    uint8_t endian;
    /** Version of the format. (offset 5, always 1) */
    uint8_t version;
    /** The file that is covered. (offset 6, SummedFile) */
    uint8_t lane;
    /** Zero. (offset 7) */
    uint8_t _reserved1;
    /** Thread that the file belongs to; 0 for the manifest. (offset 8) */
    uint32_t thread_id;
    /** Length of a chunk. Chunk n starts at byte 64 + n times this. (offset 12, in bytes, 65536 by default) */
    uint32_t chunk_bytes;
    /** Distance from one entry to the next. (offset 16, in bytes, 40 by default) */
    uint32_t entry_size;
    /** Checksum of this header. (offset 20) */
    uint32_t header_crc;
    /** Offset of the first entry. (offset 24, in bytes, 64 by default) */
    uint64_t entries_offset;
    /** Zero. (offset 32) */
    uint8_t _reserved2[32];
} ChunkSumsHeader;

/**
 * Checksum and times of a chunk. A chunk may have several entries, of which the last one counts. The closing entry has the chunk 0xFFFFFFFF, the length 128, the checksum of the file's header and then its footer, and the times of all events.
 *
 * 40 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED ChunkSum {
    /** Number of the chunk. (offset 0) */
    uint32_t chunk_number;
    /** Bytes of the chunk that are covered, from its start. (offset 4, in bytes) */
    uint32_t covered_length;
    /** CRC-32 (IEEE) of these bytes. (offset 8) */
    uint32_t data_crc;
    /** What is known of the bytes. (offset 12, ChunkFlags) */
    uint32_t flags;
    /** Lowest timestamp of the events or records that begin in these bytes. If it is higher than `time_max_ns`, none does. (offset 16, in ns) */
    uint64_t time_min_ns;
    /** Highest timestamp of them. (offset 24, in ns) */
    uint64_t time_max_ns;
    /** Zero. (offset 32) */
    uint32_t _reserved;
    /** Checksum of this entry. (offset 36) */
    uint32_t entry_crc;
} ChunkSum;

/**
 * Control block of a ring. Fields written by the producer, fields written by the drain, and fields that both read at each event are on separate cache lines.
 *
 * 512 bytes.
 *
 * Since revision 1.
 */
typedef struct ATF_PACKED RingControl {
    /** Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created: without them the ring is not ready. (offset 0, always "ATR2") */
    uint8_t magic[4];
    /** Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1) */
    uint8_t endian;
    /** Version of the format. (offset 5, always 1) */
    uint8_t version;
    /** Instruction set of the traced process. (offset 6, Arch) */
    uint8_t arch;
    /** Operating system of the traced process. (offset 7, Os) */
    uint8_t os;
    /** Clock of every timestamp. (offset 8, ClockType) */
    uint8_t clock_type;
    /** Zero. (offset 9) */
    uint8_t _reserved1[3];
    /** Thread of the producer. (offset 12) */
    uint32_t thread_id;
    /** Offset of the buffer of the index lane. (offset 16, in bytes, 4096 by default) */
    uint64_t index_offset;
    /** Length of the buffer of the index lane: a power of two. (offset 24, in bytes) */
    uint64_t index_capacity;
    /** Offset of the buffer of the detail lane. (offset 32, in bytes) */
    uint64_t detail_offset;
    /** Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane. (offset 40, in bytes) */
    uint64_t detail_capacity;
    /** The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If the id differs, the machine was restarted, and pages may have reached the disk in any order. (offset 48) */
    uint8_t boot_id[16];
    /** Process of the producer. (offset 64) */
    uint32_t process_id;
    /** Zero. (offset 68) */
    uint8_t _reserved2[60];
    /** Position after the last published event. Written by the producer: this store publishes events. (offset 128, in bytes) */
    uint64_t index_head;
    /** Position after the last detail record. A record is published with its index event. Written by the producer. (offset 136, in bytes) */
    uint64_t detail_head;
    /** Events dropped because the ring was full. Written by the producer. (offset 144) */
    uint64_t dropped_events;
    /** Detail records dropped because their buffer was full, while their event was kept. Written by the producer. (offset 152) */
    uint64_t dropped_details;
    /** 1 during a push. Written by the producer. (offset 160) */
    uint64_t pushing;
    /** 1 once the producer has ended cleanly. Written by the producer. (offset 168) */
    uint64_t ended;
    /** Zero. (offset 176) */
    uint8_t _reserved3[80];
    /** Position up to which the index lane was written to its file. Written by the drain. (offset 256, in bytes) */
    uint64_t index_tail;
    /** Position up to which the detail lane was written to its file. Written by the drain. (offset 264, in bytes) */
    uint64_t detail_tail;
    /** Time of the drain's last visit, on the clock that keeps running while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain. (offset 272, in ns) */
    uint64_t heartbeat_ns;
    /** Zero. (offset 280) */
    uint8_t _reserved4[104];
    /** 1 once no more events are accepted. Written by the drain. (offset 384) */
    uint64_t closed;
    /** 0 while detail is switched off: events are recorded without it. Written by the drain or the program. (offset 392, 1 by default) */
    uint64_t detail_enabled;
    /** What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event. Written when the ring is created. (offset 400) */
    uint64_t block;
    /** Zero. (offset 408) */
    uint8_t _reserved5[104];
} RingControl;

#pragma pack(pop)

/* AtfIndexHeader */
#define ATF_INDEX_HEADER_SIZE 64
#define ATF_INDEX_HEADER_CORE_SIZE 64
#define ATF_INDEX_HEADER_LAYOUT_HASH UINT64_C(0x827278f264eefd09)
#define ATF_INDEX_HEADER_CORE_HASH UINT64_C(0xa160a96f5fd3836d)
#define ATF_INDEX_HEADER_MAGIC "ATI2"
#define ATF_INDEX_HEADER_ENDIAN UINT8_C(1)
#define ATF_INDEX_HEADER_VERSION UINT8_C(1)
#define ATF_INDEX_HEADER_EVENT_SIZE_DEFAULT UINT32_C(32)
#define ATF_INDEX_HEADER_EVENTS_OFFSET_DEFAULT UINT64_C(64)
#define ATF_INDEX_HEADER_FOOTER_OFFSET_DEFAULT UINT64_C(64)

/* IndexEvent */
#define ATF_INDEX_EVENT_SIZE 32
#define ATF_INDEX_EVENT_CORE_SIZE 32
#define ATF_INDEX_EVENT_LAYOUT_HASH UINT64_C(0xd2ab412bc4117eda)
#define ATF_INDEX_EVENT_CORE_HASH UINT64_C(0xf53f388f5d191278)
#define ATF_INDEX_EVENT_DETAIL_SEQ_DEFAULT ATF_NO_DETAIL_SEQ

/* AtfIndexFooter */
#define ATF_INDEX_FOOTER_SIZE 64
#define ATF_INDEX_FOOTER_CORE_SIZE 64
#define ATF_INDEX_FOOTER_LAYOUT_HASH UINT64_C(0x79745c2cf26db82c)
#define ATF_INDEX_FOOTER_CORE_HASH UINT64_C(0xaec40dc6dce53775)
#define ATF_INDEX_FOOTER_MAGIC "2ITA"

/* AtfDetailHeader */
#define ATF_DETAIL_HEADER_SIZE 64
#define ATF_DETAIL_HEADER_CORE_SIZE 64
#define ATF_DETAIL_HEADER_LAYOUT_HASH UINT64_C(0x8711a898dd0be190)
#define ATF_DETAIL_HEADER_CORE_HASH UINT64_C(0x49cf73ccd8e48492)
#define ATF_DETAIL_HEADER_MAGIC "ATD2"
#define ATF_DETAIL_HEADER_ENDIAN UINT8_C(1)
#define ATF_DETAIL_HEADER_VERSION UINT8_C(1)
#define ATF_DETAIL_HEADER_EVENTS_OFFSET_DEFAULT UINT64_C(64)

/* DetailEventHeader */
#define ATF_DETAIL_EVENT_HEADER_SIZE 24
#define ATF_DETAIL_EVENT_HEADER_CORE_SIZE 24
#define ATF_DETAIL_EVENT_HEADER_LAYOUT_HASH UINT64_C(0xfbb7e8b1addcae70)
#define ATF_DETAIL_EVENT_HEADER_CORE_HASH UINT64_C(0x4955a22a5f7f1e7b)

/* DetailFunctionPayload */
#define ATF_DETAIL_FUNCTION_PAYLOAD_SIZE 100
#define ATF_DETAIL_FUNCTION_PAYLOAD_CORE_SIZE 100
#define ATF_DETAIL_FUNCTION_PAYLOAD_LAYOUT_HASH UINT64_C(0xba886b13deb9b612)
#define ATF_DETAIL_FUNCTION_PAYLOAD_CORE_HASH UINT64_C(0xb406a4898de5aa16)

/* OriginalDetailPayload */
#define ATF_ORIGINAL_DETAIL_PAYLOAD_SIZE 516
#define ATF_ORIGINAL_DETAIL_PAYLOAD_CORE_SIZE 516
#define ATF_ORIGINAL_DETAIL_PAYLOAD_LAYOUT_HASH UINT64_C(0x2c55a870cebe08f5)
#define ATF_ORIGINAL_DETAIL_PAYLOAD_CORE_HASH UINT64_C(0xf9298b0846d2cce8)

/* AtfDetailFooter */
#define ATF_DETAIL_FOOTER_SIZE 64
#define ATF_DETAIL_FOOTER_CORE_SIZE 64
#define ATF_DETAIL_FOOTER_LAYOUT_HASH UINT64_C(0x6a284e4b64a96cb6)
#define ATF_DETAIL_FOOTER_CORE_HASH UINT64_C(0x82b11df08e4c8c21)
#define ATF_DETAIL_FOOTER_MAGIC "2DTA"

/* DetailOffsetsHeader */
#define ATF_DETAIL_OFFSETS_HEADER_SIZE 64
#define ATF_DETAIL_OFFSETS_HEADER_CORE_SIZE 64
#define ATF_DETAIL_OFFSETS_HEADER_LAYOUT_HASH UINT64_C(0x538361779af14135)
#define ATF_DETAIL_OFFSETS_HEADER_CORE_HASH UINT64_C(0x2e09656a00b16de3)
#define ATF_DETAIL_OFFSETS_HEADER_MAGIC "ATO2"
#define ATF_DETAIL_OFFSETS_HEADER_ENDIAN UINT8_C(1)
#define ATF_DETAIL_OFFSETS_HEADER_VERSION UINT8_C(1)
#define ATF_DETAIL_OFFSETS_HEADER_RECORD_INTERVAL_DEFAULT UINT32_C(64)
#define ATF_DETAIL_OFFSETS_HEADER_ENTRY_SIZE_DEFAULT UINT32_C(8)
#define ATF_DETAIL_OFFSETS_HEADER_ENTRIES_OFFSET_DEFAULT UINT64_C(64)

/* DetailOffset */
#define ATF_DETAIL_OFFSET_SIZE 8
#define ATF_DETAIL_OFFSET_CORE_SIZE 8
#define ATF_DETAIL_OFFSET_LAYOUT_HASH UINT64_C(0x7d6d7ab3b994f05a)
#define ATF_DETAIL_OFFSET_CORE_HASH UINT64_C(0x8eb15baec17e638d)

/* ChunkSumsHeader */
#define ATF_CHUNK_SUMS_HEADER_SIZE 64
#define ATF_CHUNK_SUMS_HEADER_CORE_SIZE 64
#define ATF_CHUNK_SUMS_HEADER_LAYOUT_HASH UINT64_C(0xf61ff841ce6fa7b4)
#define ATF_CHUNK_SUMS_HEADER_CORE_HASH UINT64_C(0xdc698b01e8493a6f)
#define ATF_CHUNK_SUMS_HEADER_MAGIC "ATS2"
#define ATF_CHUNK_SUMS_HEADER_ENDIAN UINT8_C(1)
#define ATF_CHUNK_SUMS_HEADER_VERSION UINT8_C(1)
#define ATF_CHUNK_SUMS_HEADER_CHUNK_BYTES_DEFAULT UINT32_C(65536)
#define ATF_CHUNK_SUMS_HEADER_ENTRY_SIZE_DEFAULT UINT32_C(40)
#define ATF_CHUNK_SUMS_HEADER_ENTRIES_OFFSET_DEFAULT UINT64_C(64)

/* ChunkSum */
#define ATF_CHUNK_SUM_SIZE 40
#define ATF_CHUNK_SUM_CORE_SIZE 40
#define ATF_CHUNK_SUM_LAYOUT_HASH UINT64_C(0xac69845956c559d9)
#define ATF_CHUNK_SUM_CORE_HASH UINT64_C(0x613b8bcc6e17f382)

/* RingControl */
#define ATF_RING_CONTROL_SIZE 512
#define ATF_RING_CONTROL_CORE_SIZE 512
#define ATF_RING_CONTROL_LAYOUT_HASH UINT64_C(0xc55b045a612eac3b)
#define ATF_RING_CONTROL_CORE_HASH UINT64_C(0x3c31378be6816c47)
#define ATF_RING_CONTROL_MAGIC "ATR2"
#define ATF_RING_CONTROL_ENDIAN UINT8_C(1)
#define ATF_RING_CONTROL_VERSION UINT8_C(1)
#define ATF_RING_CONTROL_INDEX_OFFSET_DEFAULT UINT64_C(4096)
#define ATF_RING_CONTROL_DETAIL_ENABLED_DEFAULT UINT64_C(1)

ATF_STATIC_ASSERT(sizeof(AtfIndexHeader) == 64, "size of AtfIndexHeader");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, magic) == 0, "offset of AtfIndexHeader.magic");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, endian) == 4, "offset of AtfIndexHeader.endian");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, version) == 5, "offset of AtfIndexHeader.version");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, arch) == 6, "offset of AtfIndexHeader.arch");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, os) == 7, "offset of AtfIndexHeader.os");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, flags) == 8, "offset of AtfIndexHeader.flags");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, thread_id) == 12, "offset of AtfIndexHeader.thread_id");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, clock_type) == 16, "offset of AtfIndexHeader.clock_type");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, _reserved1) == 17, "offset of AtfIndexHeader._reserved1");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, _reserved2) == 20, "offset of AtfIndexHeader._reserved2");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, event_size) == 24, "offset of AtfIndexHeader.event_size");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, event_count) == 28, "offset of AtfIndexHeader.event_count");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, events_offset) == 32, "offset of AtfIndexHeader.events_offset");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, footer_offset) == 40, "offset of AtfIndexHeader.footer_offset");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, time_start_ns) == 48, "offset of AtfIndexHeader.time_start_ns");
ATF_STATIC_ASSERT(offsetof(AtfIndexHeader, time_end_ns) == 56, "offset of AtfIndexHeader.time_end_ns");

ATF_STATIC_ASSERT(sizeof(IndexEvent) == 32, "size of IndexEvent");
ATF_STATIC_ASSERT(offsetof(IndexEvent, timestamp_ns) == 0, "offset of IndexEvent.timestamp_ns");
ATF_STATIC_ASSERT(offsetof(IndexEvent, function_id) == 8, "offset of IndexEvent.function_id");
ATF_STATIC_ASSERT(offsetof(IndexEvent, thread_id) == 16, "offset of IndexEvent.thread_id");
ATF_STATIC_ASSERT(offsetof(IndexEvent, event_kind) == 20, "offset of IndexEvent.event_kind");
ATF_STATIC_ASSERT(offsetof(IndexEvent, call_depth) == 24, "offset of IndexEvent.call_depth");
ATF_STATIC_ASSERT(offsetof(IndexEvent, detail_seq) == 28, "offset of IndexEvent.detail_seq");

ATF_STATIC_ASSERT(sizeof(AtfIndexFooter) == 64, "size of AtfIndexFooter");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, magic) == 0, "offset of AtfIndexFooter.magic");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, checksum) == 4, "offset of AtfIndexFooter.checksum");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, event_count) == 8, "offset of AtfIndexFooter.event_count");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, time_start_ns) == 16, "offset of AtfIndexFooter.time_start_ns");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, time_end_ns) == 24, "offset of AtfIndexFooter.time_end_ns");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, bytes_written) == 32, "offset of AtfIndexFooter.bytes_written");
ATF_STATIC_ASSERT(offsetof(AtfIndexFooter, reserved) == 40, "offset of AtfIndexFooter.reserved");

ATF_STATIC_ASSERT(sizeof(AtfDetailHeader) == 64, "size of AtfDetailHeader");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, magic) == 0, "offset of AtfDetailHeader.magic");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, endian) == 4, "offset of AtfDetailHeader.endian");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, version) == 5, "offset of AtfDetailHeader.version");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, arch) == 6, "offset of AtfDetailHeader.arch");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, os) == 7, "offset of AtfDetailHeader.os");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, flags) == 8, "offset of AtfDetailHeader.flags");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, thread_id) == 12, "offset of AtfDetailHeader.thread_id");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, _reserved1) == 16, "offset of AtfDetailHeader._reserved1");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, events_offset) == 20, "offset of AtfDetailHeader.events_offset");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, event_count) == 28, "offset of AtfDetailHeader.event_count");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, bytes_length) == 36, "offset of AtfDetailHeader.bytes_length");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, index_seq_start) == 44, "offset of AtfDetailHeader.index_seq_start");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, index_seq_end) == 52, "offset of AtfDetailHeader.index_seq_end");
ATF_STATIC_ASSERT(offsetof(AtfDetailHeader, _reserved2) == 60, "offset of AtfDetailHeader._reserved2");

ATF_STATIC_ASSERT(sizeof(DetailEventHeader) == 24, "size of DetailEventHeader");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, total_length) == 0, "offset of DetailEventHeader.total_length");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, event_type) == 4, "offset of DetailEventHeader.event_type");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, flags) == 6, "offset of DetailEventHeader.flags");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, index_seq) == 8, "offset of DetailEventHeader.index_seq");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, thread_id) == 12, "offset of DetailEventHeader.thread_id");
ATF_STATIC_ASSERT(offsetof(DetailEventHeader, timestamp) == 16, "offset of DetailEventHeader.timestamp");

ATF_STATIC_ASSERT(sizeof(DetailFunctionPayload) == 100, "size of DetailFunctionPayload");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, function_id) == 0, "offset of DetailFunctionPayload.function_id");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, x_regs) == 8, "offset of DetailFunctionPayload.x_regs");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, lr) == 72, "offset of DetailFunctionPayload.lr");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, fp) == 80, "offset of DetailFunctionPayload.fp");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, sp) == 88, "offset of DetailFunctionPayload.sp");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, stack_size) == 96, "offset of DetailFunctionPayload.stack_size");
ATF_STATIC_ASSERT(offsetof(DetailFunctionPayload, _reserved) == 98, "offset of DetailFunctionPayload._reserved");

ATF_STATIC_ASSERT(sizeof(OriginalDetailPayload) == 516, "size of OriginalDetailPayload");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, timestamp) == 0, "offset of OriginalDetailPayload.timestamp");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, function_id) == 8, "offset of OriginalDetailPayload.function_id");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, thread_id) == 16, "offset of OriginalDetailPayload.thread_id");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, event_kind) == 20, "offset of OriginalDetailPayload.event_kind");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, call_depth) == 24, "offset of OriginalDetailPayload.call_depth");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, padding) == 28, "offset of OriginalDetailPayload.padding");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, x_regs) == 32, "offset of OriginalDetailPayload.x_regs");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, lr) == 96, "offset of OriginalDetailPayload.lr");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, fp) == 104, "offset of OriginalDetailPayload.fp");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, sp) == 112, "offset of OriginalDetailPayload.sp");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, stack_snapshot) == 120, "offset of OriginalDetailPayload.stack_snapshot");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, stack_size) == 248, "offset of OriginalDetailPayload.stack_size");
ATF_STATIC_ASSERT(offsetof(OriginalDetailPayload, unused) == 252, "offset of OriginalDetailPayload.unused");

ATF_STATIC_ASSERT(sizeof(AtfDetailFooter) == 64, "size of AtfDetailFooter");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, magic) == 0, "offset of AtfDetailFooter.magic");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, checksum) == 4, "offset of AtfDetailFooter.checksum");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, event_count) == 8, "offset of AtfDetailFooter.event_count");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, bytes_length) == 16, "offset of AtfDetailFooter.bytes_length");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, time_start_ns) == 24, "offset of AtfDetailFooter.time_start_ns");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, time_end_ns) == 32, "offset of AtfDetailFooter.time_end_ns");
ATF_STATIC_ASSERT(offsetof(AtfDetailFooter, reserved) == 40, "offset of AtfDetailFooter.reserved");

ATF_STATIC_ASSERT(sizeof(DetailOffsetsHeader) == 64, "size of DetailOffsetsHeader");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, magic) == 0, "offset of DetailOffsetsHeader.magic");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, endian) == 4, "offset of DetailOffsetsHeader.endian");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, version) == 5, "offset of DetailOffsetsHeader.version");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, _reserved1) == 6, "offset of DetailOffsetsHeader._reserved1");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, record_interval) == 8, "offset of DetailOffsetsHeader.record_interval");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, thread_id) == 12, "offset of DetailOffsetsHeader.thread_id");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, entry_size) == 16, "offset of DetailOffsetsHeader.entry_size");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, _reserved2) == 20, "offset of DetailOffsetsHeader._reserved2");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, entries_offset) == 24, "offset of DetailOffsetsHeader.entries_offset");
ATF_STATIC_ASSERT(offsetof(DetailOffsetsHeader, _reserved3) == 32, "offset of DetailOffsetsHeader._reserved3");

ATF_STATIC_ASSERT(sizeof(DetailOffset) == 8, "size of DetailOffset");
ATF_STATIC_ASSERT(offsetof(DetailOffset, offset) == 0, "offset of DetailOffset.offset");

ATF_STATIC_ASSERT(sizeof(ChunkSumsHeader) == 64, "size of ChunkSumsHeader");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, magic) == 0, "offset of ChunkSumsHeader.magic");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, endian) == 4, "offset of ChunkSumsHeader.endian");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, version) == 5, "offset of ChunkSumsHeader.version");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, lane) == 6, "offset of ChunkSumsHeader.lane");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, _reserved1) == 7, "offset of ChunkSumsHeader._reserved1");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, thread_id) == 8, "offset of ChunkSumsHeader.thread_id");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, chunk_bytes) == 12, "offset of ChunkSumsHeader.chunk_bytes");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, entry_size) == 16, "offset of ChunkSumsHeader.entry_size");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, header_crc) == 20, "offset of ChunkSumsHeader.header_crc");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, entries_offset) == 24, "offset of ChunkSumsHeader.entries_offset");
ATF_STATIC_ASSERT(offsetof(ChunkSumsHeader, _reserved2) == 32, "offset of ChunkSumsHeader._reserved2");

ATF_STATIC_ASSERT(sizeof(ChunkSum) == 40, "size of ChunkSum");
ATF_STATIC_ASSERT(offsetof(ChunkSum, chunk_number) == 0, "offset of ChunkSum.chunk_number");
ATF_STATIC_ASSERT(offsetof(ChunkSum, covered_length) == 4, "offset of ChunkSum.covered_length");
ATF_STATIC_ASSERT(offsetof(ChunkSum, data_crc) == 8, "offset of ChunkSum.data_crc");
ATF_STATIC_ASSERT(offsetof(ChunkSum, flags) == 12, "offset of ChunkSum.flags");
ATF_STATIC_ASSERT(offsetof(ChunkSum, time_min_ns) == 16, "offset of ChunkSum.time_min_ns");
ATF_STATIC_ASSERT(offsetof(ChunkSum, time_max_ns) == 24, "offset of ChunkSum.time_max_ns");
ATF_STATIC_ASSERT(offsetof(ChunkSum, _reserved) == 32, "offset of ChunkSum._reserved");
ATF_STATIC_ASSERT(offsetof(ChunkSum, entry_crc) == 36, "offset of ChunkSum.entry_crc");

ATF_STATIC_ASSERT(sizeof(RingControl) == 512, "size of RingControl");
ATF_STATIC_ASSERT(offsetof(RingControl, magic) == 0, "offset of RingControl.magic");
ATF_STATIC_ASSERT(offsetof(RingControl, endian) == 4, "offset of RingControl.endian");
ATF_STATIC_ASSERT(offsetof(RingControl, version) == 5, "offset of RingControl.version");
ATF_STATIC_ASSERT(offsetof(RingControl, arch) == 6, "offset of RingControl.arch");
ATF_STATIC_ASSERT(offsetof(RingControl, os) == 7, "offset of RingControl.os");
ATF_STATIC_ASSERT(offsetof(RingControl, clock_type) == 8, "offset of RingControl.clock_type");
ATF_STATIC_ASSERT(offsetof(RingControl, _reserved1) == 9, "offset of RingControl._reserved1");
ATF_STATIC_ASSERT(offsetof(RingControl, thread_id) == 12, "offset of RingControl.thread_id");
ATF_STATIC_ASSERT(offsetof(RingControl, index_offset) == 16, "offset of RingControl.index_offset");
ATF_STATIC_ASSERT(offsetof(RingControl, index_capacity) == 24, "offset of RingControl.index_capacity");
ATF_STATIC_ASSERT(offsetof(RingControl, detail_offset) == 32, "offset of RingControl.detail_offset");
ATF_STATIC_ASSERT(offsetof(RingControl, detail_capacity) == 40, "offset of RingControl.detail_capacity");
ATF_STATIC_ASSERT(offsetof(RingControl, boot_id) == 48, "offset of RingControl.boot_id");
ATF_STATIC_ASSERT(offsetof(RingControl, process_id) == 64, "offset of RingControl.process_id");
ATF_STATIC_ASSERT(offsetof(RingControl, _reserved2) == 68, "offset of RingControl._reserved2");
ATF_STATIC_ASSERT(offsetof(RingControl, index_head) == 128, "offset of RingControl.index_head");
ATF_STATIC_ASSERT(offsetof(RingControl, detail_head) == 136, "offset of RingControl.detail_head");
ATF_STATIC_ASSERT(offsetof(RingControl, dropped_events) == 144, "offset of RingControl.dropped_events");
ATF_STATIC_ASSERT(offsetof(RingControl, dropped_details) == 152, "offset of RingControl.dropped_details");
ATF_STATIC_ASSERT(offsetof(RingControl, pushing) == 160, "offset of RingControl.pushing");
ATF_STATIC_ASSERT(offsetof(RingControl, ended) == 168, "offset of RingControl.ended");
ATF_STATIC_ASSERT(offsetof(RingControl, _reserved3) == 176, "offset of RingControl._reserved3");
ATF_STATIC_ASSERT(offsetof(RingControl, index_tail) == 256, "offset of RingControl.index_tail");
ATF_STATIC_ASSERT(offsetof(RingControl, detail_tail) == 264, "offset of RingControl.detail_tail");
ATF_STATIC_ASSERT(offsetof(RingControl, heartbeat_ns) == 272, "offset of RingControl.heartbeat_ns");
ATF_STATIC_ASSERT(offsetof(RingControl, _reserved4) == 280, "offset of RingControl._reserved4");
ATF_STATIC_ASSERT(offsetof(RingControl, closed) == 384, "offset of RingControl.closed");
ATF_STATIC_ASSERT(offsetof(RingControl, detail_enabled) == 392, "offset of RingControl.detail_enabled");
ATF_STATIC_ASSERT(offsetof(RingControl, block) == 400, "offset of RingControl.block");
ATF_STATIC_ASSERT(offsetof(RingControl, _reserved5) == 408, "offset of RingControl._reserved5");

/** Initializes `*record` as a new AtfIndexHeader: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_index_header_init(AtfIndexHeader *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_INDEX_HEADER_MAGIC, sizeof(record->magic));
    record->endian = ATF_INDEX_HEADER_ENDIAN;
    record->version = ATF_INDEX_HEADER_VERSION;
    record->event_size = ATF_INDEX_HEADER_EVENT_SIZE_DEFAULT;
    record->events_offset = ATF_INDEX_HEADER_EVENTS_OFFSET_DEFAULT;
    record->footer_offset = ATF_INDEX_HEADER_FOOTER_OFFSET_DEFAULT;
}

/** Initializes `*record` as a new IndexEvent: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_index_event_init(IndexEvent *record) {
    memset(record, 0, sizeof(*record));
    record->detail_seq = ATF_INDEX_EVENT_DETAIL_SEQ_DEFAULT;
}

/** Initializes `*record` as a new AtfIndexFooter: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_index_footer_init(AtfIndexFooter *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_INDEX_FOOTER_MAGIC, sizeof(record->magic));
}

/** Initializes `*record` as a new AtfDetailHeader: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_header_init(AtfDetailHeader *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_DETAIL_HEADER_MAGIC, sizeof(record->magic));
    record->endian = ATF_DETAIL_HEADER_ENDIAN;
    record->version = ATF_DETAIL_HEADER_VERSION;
    record->events_offset = ATF_DETAIL_HEADER_EVENTS_OFFSET_DEFAULT;
}

/** Initializes `*record` as a new DetailEventHeader: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_event_header_init(DetailEventHeader *record) {
    memset(record, 0, sizeof(*record));
}

/** Initializes `*record` as a new DetailFunctionPayload: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_function_payload_init(DetailFunctionPayload *record) {
    memset(record, 0, sizeof(*record));
}

/** Initializes `*record` as a new OriginalDetailPayload: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_original_detail_payload_init(OriginalDetailPayload *record) {
    memset(record, 0, sizeof(*record));
}

/** Initializes `*record` as a new AtfDetailFooter: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_footer_init(AtfDetailFooter *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_DETAIL_FOOTER_MAGIC, sizeof(record->magic));
}

/** Initializes `*record` as a new DetailOffsetsHeader: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_offsets_header_init(DetailOffsetsHeader *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_DETAIL_OFFSETS_HEADER_MAGIC, sizeof(record->magic));
    record->endian = ATF_DETAIL_OFFSETS_HEADER_ENDIAN;
    record->version = ATF_DETAIL_OFFSETS_HEADER_VERSION;
    record->record_interval = ATF_DETAIL_OFFSETS_HEADER_RECORD_INTERVAL_DEFAULT;
    record->entry_size = ATF_DETAIL_OFFSETS_HEADER_ENTRY_SIZE_DEFAULT;
    record->entries_offset = ATF_DETAIL_OFFSETS_HEADER_ENTRIES_OFFSET_DEFAULT;
}

/** Initializes `*record` as a new DetailOffset: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_detail_offset_init(DetailOffset *record) {
    memset(record, 0, sizeof(*record));
}

/** Initializes `*record` as a new ChunkSumsHeader: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_chunk_sums_header_init(ChunkSumsHeader *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_CHUNK_SUMS_HEADER_MAGIC, sizeof(record->magic));
    record->endian = ATF_CHUNK_SUMS_HEADER_ENDIAN;
    record->version = ATF_CHUNK_SUMS_HEADER_VERSION;
    record->chunk_bytes = ATF_CHUNK_SUMS_HEADER_CHUNK_BYTES_DEFAULT;
    record->entry_size = ATF_CHUNK_SUMS_HEADER_ENTRY_SIZE_DEFAULT;
    record->entries_offset = ATF_CHUNK_SUMS_HEADER_ENTRIES_OFFSET_DEFAULT;
}

/** Initializes `*record` as a new ChunkSum: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_chunk_sum_init(ChunkSum *record) {
    memset(record, 0, sizeof(*record));
}

/** Initializes `*record` as a new RingControl: constants and defaults are set, everything else is zero. `record` is not NULL. */
static inline void atf_ring_control_init(RingControl *record) {
    memset(record, 0, sizeof(*record));
    memcpy(&record->magic, ATF_RING_CONTROL_MAGIC, sizeof(record->magic));
    record->endian = ATF_RING_CONTROL_ENDIAN;
    record->version = ATF_RING_CONTROL_VERSION;
    record->index_offset = ATF_RING_CONTROL_INDEX_OFFSET_DEFAULT;
    record->detail_enabled = ATF_RING_CONTROL_DETAIL_ENABLED_DEFAULT;
}

/** Whether `has_detail_file` is set in `flags`: 1 or 0. */
static inline int atf_index_flag_has_detail_file_is_set(uint32_t flags) {
    return (flags & ATF_INDEX_FLAG_HAS_DETAIL_FILE) != 0;
}

/** Whether `unverified` is set in `flags`: 1 or 0. */
static inline int atf_chunk_unverified_is_set(uint32_t flags) {
    return (flags & ATF_CHUNK_UNVERIFIED) != 0;
}

/** Whether `closing_entry` is set in `flags`: 1 or 0. */
static inline int atf_chunk_closing_entry_is_set(uint32_t flags) {
    return (flags & ATF_CHUNK_CLOSING_ENTRY) != 0;
}

/** Whether `known_damaged` is set in `flags`: 1 or 0. */
static inline int atf_chunk_known_damaged_is_set(uint32_t flags) {
    return (flags & ATF_CHUNK_KNOWN_DAMAGED) != 0;
}

/** CRC-32 of IEEE 802.3 over the `length` bytes at `bytes`, continued from `sum`, which is 0 for the first. `bytes` is not NULL. */
static inline uint32_t atf_crc32(uint32_t sum, const void *bytes, size_t length) {
    const unsigned char *at = (const unsigned char *)bytes;
    sum = ~sum;
    for (; length != 0; length--, at++) {
        int bit;
        sum ^= *at;
        for (bit = 0; bit < 8; bit++) {
            sum = (sum & 1) != 0 ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
        }
    }
    return ~sum;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_index_header_magic(const AtfIndexHeader *record) {
    return record->magic;
}

/** `endian`. `record` is not NULL. */
static inline uint8_t atf_index_header_endian(const AtfIndexHeader *record) {
    return record->endian;
}

/** `version`. `record` is not NULL. */
static inline uint8_t atf_index_header_version(const AtfIndexHeader *record) {
    return record->version;
}

/** `arch`. `record` is not NULL. */
static inline uint8_t atf_index_header_arch(const AtfIndexHeader *record) {
    return record->arch;
}

/** `os`. `record` is not NULL. */
static inline uint8_t atf_index_header_os(const AtfIndexHeader *record) {
    return record->os;
}

/** `flags`. `record` is not NULL. */
static inline uint32_t atf_index_header_flags(const AtfIndexHeader *record) {
    return record->flags;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_index_header_thread_id(const AtfIndexHeader *record) {
    return record->thread_id;
}

/** `clock_type`. `record` is not NULL. */
static inline uint8_t atf_index_header_clock_type(const AtfIndexHeader *record) {
    return record->clock_type;
}

/** `event_size`. `record` is not NULL. */
static inline uint32_t atf_index_header_event_size(const AtfIndexHeader *record) {
    return record->event_size;
}

/** `event_count`. `record` is not NULL. */
static inline uint32_t atf_index_header_event_count(const AtfIndexHeader *record) {
    return record->event_count;
}

/** `events_offset`. `record` is not NULL. */
static inline uint64_t atf_index_header_events_offset(const AtfIndexHeader *record) {
    return record->events_offset;
}

/** `footer_offset`. `record` is not NULL. */
static inline uint64_t atf_index_header_footer_offset(const AtfIndexHeader *record) {
    return record->footer_offset;
}

/** `time_start_ns`. `record` is not NULL. */
static inline uint64_t atf_index_header_time_start_ns(const AtfIndexHeader *record) {
    return record->time_start_ns;
}

/** `time_end_ns`. `record` is not NULL. */
static inline uint64_t atf_index_header_time_end_ns(const AtfIndexHeader *record) {
    return record->time_end_ns;
}

/** Whether `detail_seq` holds a value, 1 or 0: it does when it is not ATF_NO_DETAIL_SEQ. `record` is not NULL. */
static inline int atf_index_event_has_detail_seq(const IndexEvent *record) {
    return record->detail_seq != ATF_NO_DETAIL_SEQ;
}

/** `timestamp_ns`. `record` is not NULL. */
static inline uint64_t atf_index_event_timestamp_ns(const IndexEvent *record) {
    return record->timestamp_ns;
}

/** `function_id`. `record` is not NULL. */
static inline uint64_t atf_index_event_function_id(const IndexEvent *record) {
    return record->function_id;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_index_event_thread_id(const IndexEvent *record) {
    return record->thread_id;
}

/** `event_kind`. `record` is not NULL. */
static inline uint32_t atf_index_event_event_kind(const IndexEvent *record) {
    return record->event_kind;
}

/** `call_depth`. `record` is not NULL. */
static inline uint32_t atf_index_event_call_depth(const IndexEvent *record) {
    return record->call_depth;
}

/** `detail_seq`. `record` is not NULL. */
static inline uint32_t atf_index_event_detail_seq(const IndexEvent *record) {
    return record->detail_seq;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_index_footer_magic(const AtfIndexFooter *record) {
    return record->magic;
}

/** `checksum`. `record` is not NULL. */
static inline uint32_t atf_index_footer_checksum(const AtfIndexFooter *record) {
    return record->checksum;
}

/** `event_count`. `record` is not NULL. */
static inline uint64_t atf_index_footer_event_count(const AtfIndexFooter *record) {
    return record->event_count;
}

/** `time_start_ns`. `record` is not NULL. */
static inline uint64_t atf_index_footer_time_start_ns(const AtfIndexFooter *record) {
    return record->time_start_ns;
}

/** `time_end_ns`. `record` is not NULL. */
static inline uint64_t atf_index_footer_time_end_ns(const AtfIndexFooter *record) {
    return record->time_end_ns;
}

/** `bytes_written`. `record` is not NULL. */
static inline uint64_t atf_index_footer_bytes_written(const AtfIndexFooter *record) {
    return record->bytes_written;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_detail_header_magic(const AtfDetailHeader *record) {
    return record->magic;
}

/** `endian`. `record` is not NULL. */
static inline uint8_t atf_detail_header_endian(const AtfDetailHeader *record) {
    return record->endian;
}

/** `version`. `record` is not NULL. */
static inline uint8_t atf_detail_header_version(const AtfDetailHeader *record) {
    return record->version;
}

/** `arch`. `record` is not NULL. */
static inline uint8_t atf_detail_header_arch(const AtfDetailHeader *record) {
    return record->arch;
}

/** `os`. `record` is not NULL. */
static inline uint8_t atf_detail_header_os(const AtfDetailHeader *record) {
    return record->os;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_detail_header_thread_id(const AtfDetailHeader *record) {
    return record->thread_id;
}

/** `events_offset`. `record` is not NULL. */
static inline uint64_t atf_detail_header_events_offset(const AtfDetailHeader *record) {
    return record->events_offset;
}

/** `event_count`. `record` is not NULL. */
static inline uint64_t atf_detail_header_event_count(const AtfDetailHeader *record) {
    return record->event_count;
}

/** `bytes_length`. `record` is not NULL. */
static inline uint64_t atf_detail_header_bytes_length(const AtfDetailHeader *record) {
    return record->bytes_length;
}

/** `index_seq_start`. `record` is not NULL. */
static inline uint64_t atf_detail_header_index_seq_start(const AtfDetailHeader *record) {
    return record->index_seq_start;
}

/** `index_seq_end`. `record` is not NULL. */
static inline uint64_t atf_detail_header_index_seq_end(const AtfDetailHeader *record) {
    return record->index_seq_end;
}

/** `total_length`. `record` is not NULL. */
static inline uint32_t atf_detail_event_header_total_length(const DetailEventHeader *record) {
    return record->total_length;
}

/** `event_type`. `record` is not NULL. */
static inline uint16_t atf_detail_event_header_event_type(const DetailEventHeader *record) {
    return record->event_type;
}

/** `flags`. `record` is not NULL. */
static inline uint16_t atf_detail_event_header_flags(const DetailEventHeader *record) {
    return record->flags;
}

/** `index_seq`. `record` is not NULL. */
static inline uint32_t atf_detail_event_header_index_seq(const DetailEventHeader *record) {
    return record->index_seq;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_detail_event_header_thread_id(const DetailEventHeader *record) {
    return record->thread_id;
}

/** `timestamp`. `record` is not NULL. */
static inline uint64_t atf_detail_event_header_timestamp(const DetailEventHeader *record) {
    return record->timestamp;
}

/** `function_id`. `record` is not NULL. */
static inline uint64_t atf_detail_function_payload_function_id(const DetailFunctionPayload *record) {
    return record->function_id;
}

/** An element of `x_regs`, of which there are 8. `record` is not NULL. */
static inline uint64_t atf_detail_function_payload_x_regs(const DetailFunctionPayload *record, size_t index) {
    return record->x_regs[index];
}

/** `lr`. `record` is not NULL. */
static inline uint64_t atf_detail_function_payload_lr(const DetailFunctionPayload *record) {
    return record->lr;
}

/** `fp`. `record` is not NULL. */
static inline uint64_t atf_detail_function_payload_fp(const DetailFunctionPayload *record) {
    return record->fp;
}

/** `sp`. `record` is not NULL. */
static inline uint64_t atf_detail_function_payload_sp(const DetailFunctionPayload *record) {
    return record->sp;
}

/** `stack_size`. `record` is not NULL. */
static inline uint16_t atf_detail_function_payload_stack_size(const DetailFunctionPayload *record) {
    return record->stack_size;
}

/**
 * Start of `stack_snapshot`: `record->stack_size` bytes after the record.
 *
 * `record` is not NULL, and the bytes after it are in the same buffer; their end is not checked.
 */
static inline const uint8_t *atf_detail_function_payload_stack_snapshot(const DetailFunctionPayload *record) {
    return (const uint8_t *)(const void *)record + ATF_DETAIL_FUNCTION_PAYLOAD_SIZE;
}

/** `timestamp`. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_timestamp(const OriginalDetailPayload *record) {
    return record->timestamp;
}

/** `function_id`. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_function_id(const OriginalDetailPayload *record) {
    return record->function_id;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_original_detail_payload_thread_id(const OriginalDetailPayload *record) {
    return record->thread_id;
}

/** `event_kind`. `record` is not NULL. */
static inline uint32_t atf_original_detail_payload_event_kind(const OriginalDetailPayload *record) {
    return record->event_kind;
}

/** `call_depth`. `record` is not NULL. */
static inline uint32_t atf_original_detail_payload_call_depth(const OriginalDetailPayload *record) {
    return record->call_depth;
}

/** `padding`. `record` is not NULL. */
static inline const uint8_t *atf_original_detail_payload_padding(const OriginalDetailPayload *record) {
    return record->padding;
}

/** An element of `x_regs`, of which there are 8. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_x_regs(const OriginalDetailPayload *record, size_t index) {
    return record->x_regs[index];
}

/** `lr`. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_lr(const OriginalDetailPayload *record) {
    return record->lr;
}

/** `fp`. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_fp(const OriginalDetailPayload *record) {
    return record->fp;
}

/** `sp`. `record` is not NULL. */
static inline uint64_t atf_original_detail_payload_sp(const OriginalDetailPayload *record) {
    return record->sp;
}

/** `stack_snapshot`. `record` is not NULL. */
static inline const uint8_t *atf_original_detail_payload_stack_snapshot(const OriginalDetailPayload *record) {
    return record->stack_snapshot;
}

/** `stack_size`. `record` is not NULL. */
static inline uint32_t atf_original_detail_payload_stack_size(const OriginalDetailPayload *record) {
    return record->stack_size;
}

/** `unused`. `record` is not NULL. */
static inline const uint8_t *atf_original_detail_payload_unused(const OriginalDetailPayload *record) {
    return record->unused;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_detail_footer_magic(const AtfDetailFooter *record) {
    return record->magic;
}

/** `checksum`. `record` is not NULL. */
static inline uint32_t atf_detail_footer_checksum(const AtfDetailFooter *record) {
    return record->checksum;
}

/** `event_count`. `record` is not NULL. */
static inline uint64_t atf_detail_footer_event_count(const AtfDetailFooter *record) {
    return record->event_count;
}

/** `bytes_length`. `record` is not NULL. */
static inline uint64_t atf_detail_footer_bytes_length(const AtfDetailFooter *record) {
    return record->bytes_length;
}

/** `time_start_ns`. `record` is not NULL. */
static inline uint64_t atf_detail_footer_time_start_ns(const AtfDetailFooter *record) {
    return record->time_start_ns;
}

/** `time_end_ns`. `record` is not NULL. */
static inline uint64_t atf_detail_footer_time_end_ns(const AtfDetailFooter *record) {
    return record->time_end_ns;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_detail_offsets_header_magic(const DetailOffsetsHeader *record) {
    return record->magic;
}

/** `endian`. `record` is not NULL. */
static inline uint8_t atf_detail_offsets_header_endian(const DetailOffsetsHeader *record) {
    return record->endian;
}

/** `version`. `record` is not NULL. */
static inline uint8_t atf_detail_offsets_header_version(const DetailOffsetsHeader *record) {
    return record->version;
}

/** `record_interval`. `record` is not NULL. */
static inline uint32_t atf_detail_offsets_header_record_interval(const DetailOffsetsHeader *record) {
    return record->record_interval;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_detail_offsets_header_thread_id(const DetailOffsetsHeader *record) {
    return record->thread_id;
}

/** `entry_size`. `record` is not NULL. */
static inline uint32_t atf_detail_offsets_header_entry_size(const DetailOffsetsHeader *record) {
    return record->entry_size;
}

/** `entries_offset`. `record` is not NULL. */
static inline uint64_t atf_detail_offsets_header_entries_offset(const DetailOffsetsHeader *record) {
    return record->entries_offset;
}

/** `offset`. `record` is not NULL. */
static inline uint64_t atf_detail_offset_offset(const DetailOffset *record) {
    return record->offset;
}

/** What `header_crc` should hold: the crc32 of the fields of this record, with this one as zero. `record` is not NULL. */
static inline uint32_t atf_chunk_sums_header_computed_header_crc(const ChunkSumsHeader *record) {
    static const unsigned char zeros[] = {0, 0, 0, 0};
    uint32_t sum = atf_crc32(0, record, 20);
    sum = atf_crc32(sum, zeros, sizeof(zeros));
    sum = atf_crc32(sum, (const unsigned char *)record + 24, 40);
    return sum;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_chunk_sums_header_magic(const ChunkSumsHeader *record) {
    return record->magic;
}

/** `endian`. `record` is not NULL. */
static inline uint8_t atf_chunk_sums_header_endian(const ChunkSumsHeader *record) {
    return record->endian;
}

/** `version`. `record` is not NULL. */
static inline uint8_t atf_chunk_sums_header_version(const ChunkSumsHeader *record) {
    return record->version;
}

/** `lane`. `record` is not NULL. */
static inline uint8_t atf_chunk_sums_header_lane(const ChunkSumsHeader *record) {
    return record->lane;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_chunk_sums_header_thread_id(const ChunkSumsHeader *record) {
    return record->thread_id;
}

/** `chunk_bytes`. `record` is not NULL. */
static inline uint32_t atf_chunk_sums_header_chunk_bytes(const ChunkSumsHeader *record) {
    return record->chunk_bytes;
}

/** `entry_size`. `record` is not NULL. */
static inline uint32_t atf_chunk_sums_header_entry_size(const ChunkSumsHeader *record) {
    return record->entry_size;
}

/** `header_crc`. `record` is not NULL. */
static inline uint32_t atf_chunk_sums_header_header_crc(const ChunkSumsHeader *record) {
    return record->header_crc;
}

/** `entries_offset`. `record` is not NULL. */
static inline uint64_t atf_chunk_sums_header_entries_offset(const ChunkSumsHeader *record) {
    return record->entries_offset;
}

/** What `entry_crc` should hold: the crc32 of the bytes of this record before this field. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_computed_entry_crc(const ChunkSum *record) {
    uint32_t sum = atf_crc32(0, record, 36);
    return sum;
}

/** `chunk_number`. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_chunk_number(const ChunkSum *record) {
    return record->chunk_number;
}

/** `covered_length`. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_covered_length(const ChunkSum *record) {
    return record->covered_length;
}

/** `data_crc`. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_data_crc(const ChunkSum *record) {
    return record->data_crc;
}

/** `flags`. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_flags(const ChunkSum *record) {
    return record->flags;
}

/** `time_min_ns`. `record` is not NULL. */
static inline uint64_t atf_chunk_sum_time_min_ns(const ChunkSum *record) {
    return record->time_min_ns;
}

/** `time_max_ns`. `record` is not NULL. */
static inline uint64_t atf_chunk_sum_time_max_ns(const ChunkSum *record) {
    return record->time_max_ns;
}

/** `entry_crc`. `record` is not NULL. */
static inline uint32_t atf_chunk_sum_entry_crc(const ChunkSum *record) {
    return record->entry_crc;
}

/** `magic`. `record` is not NULL. */
static inline const uint8_t *atf_ring_control_magic(const RingControl *record) {
    return record->magic;
}

/** `endian`. `record` is not NULL. */
static inline uint8_t atf_ring_control_endian(const RingControl *record) {
    return record->endian;
}

/** `version`. `record` is not NULL. */
static inline uint8_t atf_ring_control_version(const RingControl *record) {
    return record->version;
}

/** `arch`. `record` is not NULL. */
static inline uint8_t atf_ring_control_arch(const RingControl *record) {
    return record->arch;
}

/** `os`. `record` is not NULL. */
static inline uint8_t atf_ring_control_os(const RingControl *record) {
    return record->os;
}

/** `clock_type`. `record` is not NULL. */
static inline uint8_t atf_ring_control_clock_type(const RingControl *record) {
    return record->clock_type;
}

/** `thread_id`. `record` is not NULL. */
static inline uint32_t atf_ring_control_thread_id(const RingControl *record) {
    return record->thread_id;
}

/** `index_offset`. `record` is not NULL. */
static inline uint64_t atf_ring_control_index_offset(const RingControl *record) {
    return record->index_offset;
}

/** `index_capacity`. `record` is not NULL. */
static inline uint64_t atf_ring_control_index_capacity(const RingControl *record) {
    return record->index_capacity;
}

/** `detail_offset`. `record` is not NULL. */
static inline uint64_t atf_ring_control_detail_offset(const RingControl *record) {
    return record->detail_offset;
}

/** `detail_capacity`. `record` is not NULL. */
static inline uint64_t atf_ring_control_detail_capacity(const RingControl *record) {
    return record->detail_capacity;
}

/** `boot_id`. `record` is not NULL. */
static inline const uint8_t *atf_ring_control_boot_id(const RingControl *record) {
    return record->boot_id;
}

/** `process_id`. `record` is not NULL. */
static inline uint32_t atf_ring_control_process_id(const RingControl *record) {
    return record->process_id;
}

/** `index_head`. `record` is not NULL. */
static inline uint64_t atf_ring_control_index_head(const RingControl *record) {
    return record->index_head;
}

/** `detail_head`. `record` is not NULL. */
static inline uint64_t atf_ring_control_detail_head(const RingControl *record) {
    return record->detail_head;
}

/** `dropped_events`. `record` is not NULL. */
static inline uint64_t atf_ring_control_dropped_events(const RingControl *record) {
    return record->dropped_events;
}

/** `dropped_details`. `record` is not NULL. */
static inline uint64_t atf_ring_control_dropped_details(const RingControl *record) {
    return record->dropped_details;
}

/** `pushing`. `record` is not NULL. */
static inline uint64_t atf_ring_control_pushing(const RingControl *record) {
    return record->pushing;
}

/** `ended`. `record` is not NULL. */
static inline uint64_t atf_ring_control_ended(const RingControl *record) {
    return record->ended;
}

/** `index_tail`. `record` is not NULL. */
static inline uint64_t atf_ring_control_index_tail(const RingControl *record) {
    return record->index_tail;
}

/** `detail_tail`. `record` is not NULL. */
static inline uint64_t atf_ring_control_detail_tail(const RingControl *record) {
    return record->detail_tail;
}

/** `heartbeat_ns`. `record` is not NULL. */
static inline uint64_t atf_ring_control_heartbeat_ns(const RingControl *record) {
    return record->heartbeat_ns;
}

/** `closed`. `record` is not NULL. */
static inline uint64_t atf_ring_control_closed(const RingControl *record) {
    return record->closed;
}

/** `detail_enabled`. `record` is not NULL. */
static inline uint64_t atf_ring_control_detail_enabled(const RingControl *record) {
    return record->detail_enabled;
}

/** `block`. `record` is not NULL. */
static inline uint64_t atf_ring_control_block(const RingControl *record) {
    return record->block;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ATF_V2_TYPES_H */
