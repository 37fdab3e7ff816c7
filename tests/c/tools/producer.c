/* A traced program that tests/tests/c_kill.rs kills: threads that push inline into their rings, while another
   process drains.

       producer SESSION REPORT THREADS block|drop

   Events and report are those of tests/src/numbered.rs and tests/src/victim.rs. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <atf/atf.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *session;
static int report;
static bool blocks;

static void fail(const char *what) {
    fprintf(stderr, "producer: %s: %s\n", what, atf_last_error());
    exit(1);
}

static int push(AtfProducer *producer, uint64_t number, uint32_t *seq) {
    AtfEvent event;
    AtfRegisters registers;
    AtfPayload payload;
    unsigned char stack[101];
    event.timestamp_ns = 1000 + number;
    event.function_id = UINT64_C(1) << 32 | number;
    event.event_kind = number % 2 == 0 ? ATF_EVENT_KIND_CALL : ATF_EVENT_KIND_RETURN;
    event.call_depth = (uint32_t)number % 7;
    if (number % 3 != 0) {
        return atf_producer_push_inline(producer, &event, NULL, seq);
    }
    memset(&registers, 0, sizeof registers);
    registers.sp = number;
    memset(stack, (int)(number & 0xFF), sizeof stack);
    payload = atf_function_payload(&registers, stack, number % 101);
    return atf_producer_push_inline(producer, &event, &payload, seq);
}

static void *produce(void *argument) {
    const uint32_t thread_id = *(const uint32_t *)argument;
    AtfProducerOptions options;
    AtfProducer *producer = NULL;
    /* Recorded, dropped, number and sequence of the last event, stored together. */
    uint64_t pushed[4] = {0, 0, 0, 0};
    if (atf_producer_options_init(&options, sizeof options) != 0) {
        fail("options");
    }
    options.index_bytes = 4096;
    options.detail_bytes = 4096;
    options.when_full = blocks ? ATF_WHEN_FULL_BLOCK : ATF_WHEN_FULL_DROP;
    if (atf_producer_create(session, thread_id, &options, &producer) != 0) {
        fail("a producer");
    }
    for (;;) {
        const uint64_t number = pushed[0] + pushed[1];
        uint32_t seq = 0;
        const int code = push(producer, number, &seq);
        if (code == 0) {
            pushed[0]++;
            pushed[2] = number;
            pushed[3] = seq;
        } else if (code == -EAGAIN) {
            pushed[1]++;
        } else {
            fprintf(stderr, "producer: push %llu: %d\n", (unsigned long long)number, code);
            exit(1);
        }
        if (pwrite(report, pushed, sizeof pushed, (off_t)(thread_id * sizeof pushed)) != (ssize_t)sizeof pushed) {
            fail("the report");
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    static uint32_t ids[64];
    pthread_t thread;
    uint32_t count, at;
    if (argc != 5 || atf_check_header() != 0) {
        fail("usage: producer SESSION REPORT THREADS block|drop");
    }
    session = argv[1];
    report = open(argv[2], O_WRONLY);
    count = (uint32_t)strtoul(argv[3], NULL, 10);
    blocks = strcmp(argv[4], "block") == 0;
    if (report < 0 || count == 0 || count > 64) {
        fail("the report");
    }
    for (at = 0; at < count; at++) {
        ids[at] = at;
        if (pthread_create(&thread, NULL, produce, &ids[at]) != 0) {
            fail("a thread");
        }
    }
    for (;;) {
        pause();
    }
}
