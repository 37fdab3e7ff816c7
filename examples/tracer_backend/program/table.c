#include "table.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash(const char *word, size_t len) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)word[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The slot of a word, or the free slot for it. */
static Entry *find(const Table *table, const char *word, size_t len) {
    size_t slot = hash(word, len) & (table->slots - 1);
    for (;;) {
        Entry *entry = &table->entries[slot];
        if (entry->word == NULL || (strncmp(entry->word, word, len) == 0 && entry->word[len] == 0)) {
            return entry;
        }
        slot = (slot + 1) & (table->slots - 1);
    }
}

static int grow(Table *table) {
    Table larger = {.slots = table->slots == 0 ? 64 : table->slots * 2, .used = table->used};
    larger.entries = calloc(larger.slots, sizeof *larger.entries);
    if (larger.entries == NULL) {
        return -1;
    }
    for (size_t i = 0; i < table->slots; i++) {
        const Entry *entry = &table->entries[i];
        if (entry->word != NULL) {
            *find(&larger, entry->word, strlen(entry->word)) = *entry;
        }
    }
    free(table->entries);
    *table = larger;
    return 0;
}

int table_add(Table *table, const char *word, size_t len, uint64_t times) {
    if (table->used * 2 >= table->slots && grow(table) != 0) {
        return -1;
    }
    Entry *entry = find(table, word, len);
    if (entry->word == NULL) {
        entry->word = strndup(word, len);
        if (entry->word == NULL) {
            return -1;
        }
        table->used++;
    }
    entry->count += times;
    return 0;
}

int table_merge(Table *into, const Table *from) {
    for (size_t i = 0; i < from->slots; i++) {
        const Entry *entry = &from->entries[i];
        if (entry->word != NULL && table_add(into, entry->word, strlen(entry->word), entry->count) != 0) {
            return -1;
        }
    }
    return 0;
}

static int by_count(const void *left, const void *right) {
    const Entry *a = left, *b = right;
    if (a->count != b->count) {
        return a->count < b->count ? 1 : -1;
    }
    return strcmp(a->word, b->word);
}

Entry *table_sorted(const Table *table) {
    Entry *sorted = malloc((table->used + 1) * sizeof *sorted);
    size_t count = 0;
    if (sorted == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < table->slots; i++) {
        if (table->entries[i].word != NULL) {
            sorted[count++] = table->entries[i];
        }
    }
    qsort(sorted, count, sizeof *sorted, by_count);
    return sorted;
}

void table_free(Table *table) {
    for (size_t i = 0; i < table->slots; i++) {
        free(table->entries[i].word);
    }
    free(table->entries);
    *table = (Table){0};
}
