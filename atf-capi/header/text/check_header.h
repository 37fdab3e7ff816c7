/**
 * Checks that this header and the library that was loaded describe the same bytes. Call it once, before anything else.
 *
 * @return 0; -EPROTONOSUPPORT if not (atf_last_error names the record that differs).
 */
static inline int atf_check_header(void);
