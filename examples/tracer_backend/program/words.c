#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORD = 64 };

static int is_of_a_word(char letter) {
    return isalnum((unsigned char)letter) || letter == '_';
}

static size_t to_lower(const char *from, size_t len, char *to) {
    size_t kept = len < MAX_WORD ? len : MAX_WORD;
    for (size_t i = 0; i < kept; i++) {
        to[i] = (char)tolower((unsigned char)from[i]);
    }
    return kept;
}

static int count_line(const char *line, Table *table) {
    char word[MAX_WORD];
    while (*line != 0) {
        size_t len = 0;
        while (*line != 0 && !is_of_a_word(*line)) {
            line++;
        }
        while (is_of_a_word(line[len])) {
            len++;
        }
        if (len > 0 && table_add(table, word, to_lower(line, len, word), 1) != 0) {
            errno = ENOMEM;
            return -1;
        }
        line += len;
    }
    return 0;
}

int count_file(const char *path, Table *table) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    int failed;
    if (file == NULL) {
        return -1;
    }
    errno = 0;
    failed = 0;
    while (failed == 0 && getline(&line, &capacity, file) >= 0) {
        failed = count_line(line, table);
    }
    if (ferror(file)) {
        failed = -1;
    }
    free(line);
    fclose(file);
    return failed;
}
