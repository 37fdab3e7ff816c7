/* Reads the files that a program has written. Include check.h first. */
#ifndef FILES_H
#define FILES_H

/* Event `number`. */
static inline AtfEvent event_of(uint32_t number) {
    AtfEvent event;
    event.timestamp_ns = 1000 + (uint64_t)number;
    event.function_id = UINT64_C(1) << 32 | number;
    event.event_kind = number % 2 == 0 ? ATF_EVENT_KIND_CALL : ATF_EVENT_KIND_RETURN;
    event.call_depth = number % 7;
    return event;
}

/* A lane's file, read completely. */
typedef struct {
    unsigned char *bytes;
    size_t len;
} FileBytes;

static inline FileBytes read_in(const char *dir, const char *name) {
    FileBytes file;
    char *path = check_path(dir, name);
    file.bytes = check_read(path, &file.len);
    free(path);
    return file;
}

/* Event number `seq` of an index file. */
static inline IndexEvent index_event(const FileBytes *index, uint32_t seq) {
    IndexEvent event;
    AtfIndexHeader header;
    memcpy(&header, index->bytes, sizeof header);
    CHECK(header.events_offset + (seq + UINT64_C(1)) * header.event_size <= index->len);
    memcpy(&event, index->bytes + header.events_offset + (uint64_t)seq * header.event_size, sizeof event);
    return event;
}

/* Checks header and footer of a finalized index file with `count` events. */
static inline void check_index_ends(const FileBytes *index, uint32_t thread_id, uint32_t events, bool has_detail) {
    AtfIndexHeader header;
    AtfIndexFooter footer;
    CHECK(index->len >= sizeof header + sizeof footer);
    memcpy(&header, index->bytes, sizeof header);
    memcpy(&footer, index->bytes + index->len - sizeof footer, sizeof footer);
    CHECK_BYTES(header.magic, ATF_INDEX_HEADER_MAGIC, 4);
    CHECK_EQ(header.endian, ATF_INDEX_HEADER_ENDIAN);
    CHECK_EQ(header.version, ATF_INDEX_HEADER_VERSION);
    CHECK_EQ(header.arch, ATF_ARCH_HOST);
    CHECK_EQ(header.os, ATF_OS_HOST);
    CHECK_EQ(header.flags, has_detail ? ATF_INDEX_FLAG_HAS_DETAIL_FILE : 0);
    CHECK_EQ(header.thread_id, thread_id);
    CHECK_EQ(header.clock_type, ATF_CLOCK_HOST);
    CHECK_EQ(header.event_size, sizeof(IndexEvent));
    CHECK_EQ(header.event_count, events);
    CHECK_EQ(header.events_offset, sizeof header);
    CHECK_EQ(header.footer_offset, sizeof header + (uint64_t)events * sizeof(IndexEvent));
    CHECK_EQ(index->len, header.footer_offset + sizeof footer);
    CHECK_BYTES(footer.magic, ATF_INDEX_FOOTER_MAGIC, 4);
    CHECK_EQ(footer.event_count, events);
    CHECK_EQ(footer.bytes_written, (uint64_t)events * sizeof(IndexEvent));
    CHECK_EQ(footer.time_start_ns, header.time_start_ns);
    CHECK_EQ(footer.time_end_ns, header.time_end_ns);
    if (events > 0) {
        CHECK_EQ(header.time_start_ns, index_event(index, 0).timestamp_ns);
        CHECK_EQ(header.time_end_ns, index_event(index, events - 1).timestamp_ns);
    }
}

/* Checks header and footer of a finalized detail file with `count` records. */
static inline void check_detail_ends(const FileBytes *detail, uint32_t thread_id, uint32_t records) {
    AtfDetailHeader header;
    AtfDetailFooter footer;
    CHECK(detail->len >= sizeof header + sizeof footer);
    memcpy(&header, detail->bytes, sizeof header);
    memcpy(&footer, detail->bytes + detail->len - sizeof footer, sizeof footer);
    CHECK_BYTES(header.magic, ATF_DETAIL_HEADER_MAGIC, 4);
    CHECK_EQ(header.thread_id, thread_id);
    CHECK_EQ(header.event_count, records);
    CHECK_EQ(header.bytes_length, detail->len - sizeof header - sizeof footer);
    CHECK_BYTES(footer.magic, ATF_DETAIL_FOOTER_MAGIC, 4);
    CHECK_EQ(footer.event_count, records);
}

/* The record at offset `*at` of a detail file; `*at` is moved to the end of the record. */
static inline DetailEventHeader next_record(const FileBytes *detail, size_t *at, const unsigned char **payload) {
    DetailEventHeader header;
    CHECK(*at + sizeof header <= detail->len);
    memcpy(&header, detail->bytes + *at, sizeof header);
    CHECK(header.total_length >= sizeof header && *at + header.total_length <= detail->len);
    *payload = detail->bytes + *at + sizeof header;
    *at += header.total_length;
    return header;
}

/* Runs `atf recover --in-place PATH` and returns its exit code. */
static inline int recover_in_place(const char *path) {
    const char *program = getenv("ATF");
    int status = 0;
    pid_t child;
    CHECK(program != NULL);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execl(program, program, "recover", "--in-place", path, (char *)NULL);
        _exit(127);
    }
    CHECK(child > 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#endif /* FILES_H */
