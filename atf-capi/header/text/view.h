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
