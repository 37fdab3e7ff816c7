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
