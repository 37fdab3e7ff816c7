/* Version, header check and the text of the last error. */
#include "check.h"

#include <pthread.h>

static void header_and_library_agree(const char *dir) {
    (void)dir;
    CHECK_OK(atf_check_header());
    CHECK_EQ(atf_format_version(), ATF_FORMAT_VERSION);
    CHECK_HAS(atf_version(), ".");
}

static void header_of_another_layout_is_refused_by_name(const char *dir) {
    const uint64_t hashes[] = {
        ATF_INDEX_EVENT_LAYOUT_HASH ^ 1, ATF_DETAIL_EVENT_HEADER_LAYOUT_HASH, ATF_DETAIL_FUNCTION_PAYLOAD_LAYOUT_HASH,
        ATF_INDEX_HEADER_LAYOUT_HASH,    ATF_INDEX_FOOTER_LAYOUT_HASH,        ATF_DETAIL_HEADER_LAYOUT_HASH,
        ATF_DETAIL_FOOTER_LAYOUT_HASH,   ATF_RING_CONTROL_LAYOUT_HASH,
    };
    (void)dir;
    CHECK_FAILS(atf_check_layouts(ATF_FORMAT_VERSION, ATF_FORMAT_REVISION, hashes, 8), -EPROTONOSUPPORT,
                "layout of IndexEvent: expected 0x");
    CHECK_FAILS(atf_check_layouts(ATF_FORMAT_VERSION + 1, 0, hashes, 8), -EPROTONOSUPPORT, "format version");
    CHECK_FAILS(atf_check_layouts(ATF_FORMAT_VERSION, 0, hashes, 7), -EPROTONOSUPPORT, "layouts: expected 8, found 7");
    CHECK_FAILS(atf_check_layouts(ATF_FORMAT_VERSION, 0, NULL, 8), -EINVAL, "layout_hashes");
    CHECK_FAILS(atf_check_layouts(ATF_FORMAT_VERSION, 0, hashes, SIZE_MAX), -EINVAL, "layout_hashes");
}

static void *other_thread(void *unused) {
    (void)unused;
    CHECK_TEXT(atf_last_error(), "");
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_NONE);
    CHECK_EQ(atf_check_layouts(ATF_FORMAT_VERSION, 0, NULL, 1), -EINVAL);
    CHECK_HAS(atf_last_error(), "layout_hashes");
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_ARGUMENT);
    return NULL;
}

static void last_error_is_the_threads_own_and_stays_over_success(const char *dir) {
    pthread_t thread;
    char *text;
    AtfIndexWriter *writer = NULL;
    CHECK_FAILS(atf_index_writer_create("", 0, ATF_CLOCK_HOST, &writer), -EINVAL, "path");
    CHECK(writer == NULL);
    text = strdup(atf_last_error());
    CHECK_EQ(pthread_create(&thread, NULL, other_thread, NULL), 0);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_OK(atf_check_header());
    CHECK_TEXT(atf_last_error(), text);
    free(text);
    text = check_path(dir, "no/such/directory/index.atf");
    CHECK_FAILS(atf_index_writer_create(text, 0, ATF_CLOCK_HOST, &writer), -ENOENT, "no/such/directory/index.atf");
    free(text);
}

/* Programs decide by the code: it says which fault it was, where the errno is the same for all. */
static void code_of_the_last_error_says_which_fault_it_was(const char *dir) {
    char *path = check_path(dir, "index.atf");
    AtfIndexReader *reader = NULL;
    FILE *file;
    CHECK_EQ(atf_index_reader_open(path, &reader), -ENOENT);
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_IO);
    file = fopen(path, "wb");
    CHECK(file != NULL && fclose(file) == 0);
    CHECK_EQ(atf_index_reader_open(path, &reader), -EBADMSG);
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_FAULT_TRUNCATED);
    file = fopen(path, "wb");
    CHECK(file != NULL && fprintf(file, "%064d", 0) == 64 && fclose(file) == 0);
    CHECK_EQ(atf_index_reader_open(path, &reader), -EBADMSG);
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_FAULT_BAD_MAGIC);
    CHECK_OK(atf_check_header());
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_FAULT_BAD_MAGIC);
    CHECK_EQ(atf_index_reader_open(path, NULL), -EINVAL);
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_ARGUMENT);
    CHECK_EQ(atf_index_reader_open(dir, &reader), -EBADMSG);
    CHECK_EQ(atf_last_error_code(), ATF_ERROR_NOT_A_TRACE);
    free(path);
}

int main(int argc, char **argv) {
    check_begin(argc, argv);
    CHECK_RUN(header_and_library_agree);
    CHECK_RUN(header_of_another_layout_is_refused_by_name);
    CHECK_RUN(last_error_is_the_threads_own_and_stays_over_success);
    CHECK_RUN(code_of_the_last_error_says_which_fault_it_was);
    return check_end();
}
