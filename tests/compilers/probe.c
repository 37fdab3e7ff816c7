/* Compiled, never run, by every compiler that tests/compilers/run.sh knows, as C11 and as C++17.
   EXPECT_ARCH, EXPECT_OS and EXPECT_CLOCK say what the target is; BARE, that none of its headers
   are here. */
#ifndef BARE
#ifdef _WIN32
#include <windows.h> /* Before the header: its macros must not get in the way. */
#endif
#include <errno.h>
#include <stdio.h>
#endif

#include "atf_v2_types.h"
#include "atf_v2_types.h" /* The guard. */

#if !defined(ATF_ARCH_HOST) || !defined(ATF_OS_HOST) || !defined(ATF_CLOCK_HOST)
#error "the header does not know the target"
#endif
ATF_STATIC_ASSERT(ATF_ARCH_HOST == EXPECT_ARCH, "architecture of the target");
ATF_STATIC_ASSERT(ATF_OS_HOST == EXPECT_OS, "operating system of the target");
ATF_STATIC_ASSERT(ATF_CLOCK_HOST == EXPECT_CLOCK, "clock of the target");
#if ATF_NO_DETAIL_SEQ != 0xFFFFFFFF || ATF_FORMAT_VERSION != 1
#error "constants are numbers to the preprocessor, too"
#endif

/* Packed inside a struct of other alignment, and the includer's own packing afterwards. */
struct around {
    char before;
    IndexEvent event;
};
struct natural {
    char before;
    uint32_t number;
};
ATF_STATIC_ASSERT(sizeof(struct around) == 33, "records have no alignment");
ATF_STATIC_ASSERT(sizeof(struct natural) == 8, "the packing ends with the header");

int use(void *bytes, int *found);
int use(void *bytes, int *found) {
    AtfIndexHeader *index_header = (AtfIndexHeader *)bytes;
    AtfIndexFooter *index_footer = (AtfIndexFooter *)bytes;
    AtfDetailHeader *detail_header = (AtfDetailHeader *)bytes;
    AtfDetailFooter *detail_footer = (AtfDetailFooter *)bytes;
    IndexEvent *event = (IndexEvent *)bytes;
    DetailEventHeader *detail = (DetailEventHeader *)bytes;
    DetailFunctionPayload *payload = (DetailFunctionPayload *)bytes;
    atf_index_header_init(index_header);
    index_header->arch = ATF_ARCH_HOST;
    index_header->os = ATF_OS_HOST;
    index_header->clock_type = ATF_CLOCK_HOST;
    index_header->flags |= ATF_INDEX_FLAG_HAS_DETAIL_FILE;
    atf_index_footer_init(index_footer);
    atf_detail_header_init(detail_header);
    atf_detail_footer_init(detail_footer);
    atf_index_event_init(event);
    event->event_kind = ATF_EVENT_KIND_EXCEPTION;
    atf_detail_event_header_init(detail);
    detail->event_type = ATF_DETAIL_EVENT_FUNCTION_RETURN;
    atf_detail_function_payload_init(payload);
    found[0] = atf_index_event_has_detail_seq(event);
    found[1] = atf_index_flag_has_detail_file_is_set(index_header->flags);
    found[2] = *atf_detail_function_payload_stack_snapshot(payload);
    return memcmp(index_header->magic, ATF_INDEX_HEADER_MAGIC, sizeof(index_header->magic));
}
