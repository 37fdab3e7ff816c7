/* dl_iterate_phdr finds the modules. They are kept in a table that only grows, so that reading it takes no lock. Names
   come from the symbol table of each module's file, because dladdr does not know static functions. */
#include "modules.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_MODULES = 512, MAX_BUILD_ID = 64 };

typedef struct {
    uintptr_t bias; /* To add to addresses in the file. */
    uintptr_t start;
    uintptr_t end;
    char *path;
    char build_id[2 * MAX_BUILD_ID + 1];
} Loaded;

static Loaded table[MAX_MODULES];
static atomic_size_t count;
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;

uint64_t modules_function_id(uintptr_t address) {
    const size_t known = atomic_load_explicit(&count, memory_order_acquire);
    for (size_t i = 0; i < known; i++) {
        if (address - table[i].start < table[i].end - table[i].start) {
            /* There is no module 0: a function_id of 0 means no function. */
            return (uint64_t)(i + 1) << 32 | (uint32_t)(address - table[i].start);
        }
    }
    return 0;
}

static void read_build_id(Loaded *module, const char *notes, size_t len) {
    size_t at = 0;
    while (at + sizeof(ElfW(Nhdr)) <= len) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)(notes + at);
        const char *name = notes + at + sizeof *note;
        const unsigned char *bytes = (const unsigned char *)name + ((note->n_namesz + 3u) & ~3u);
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
            for (size_t i = 0; i < note->n_descsz && i < MAX_BUILD_ID; i++) {
                snprintf(module->build_id + 2 * i, 3, "%02x", bytes[i]);
            }
            return;
        }
        at += sizeof *note + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
    }
}

typedef struct {
    int is_new;
    unsigned long long adds;
} Look;

static int add(struct dl_phdr_info *info, size_t size, void *argument) {
    const size_t known = atomic_load_explicit(&count, memory_order_relaxed);
    Look *look = argument;
    Loaded module = {.bias = info->dlpi_addr, .start = UINTPTR_MAX};
    char own[4096];
    (void)size;
    if (look->adds == info->dlpi_adds) {
        return 1; /* Nothing new was loaded. */
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        const uintptr_t start = info->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD) {
            module.start = start < module.start ? start : module.start;
            module.end = start + part->p_memsz > module.end ? start + part->p_memsz : module.end;
        } else if (part->p_type == PT_NOTE) {
            read_build_id(&module, (const char *)start, part->p_memsz);
        }
    }
    if (module.start >= module.end || known == MAX_MODULES) {
        return 0;
    }
    for (size_t i = 0; i < known; i++) {
        if (table[i].start == module.start && table[i].end == module.end) {
            return 0;
        }
    }
    if (info->dlpi_name != NULL && info->dlpi_name[0] != 0) {
        module.path = strdup(info->dlpi_name);
    } else {
        /* The program itself, which comes first. The kernel's module (vdso) has a name but no file. */
        const ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
        own[len < 0 ? 0 : len] = 0;
        module.path = strdup(own);
    }
    if (module.path == NULL) {
        return 0;
    }
    table[known] = module;
    atomic_store_explicit(&count, known + 1, memory_order_release);
    look->is_new = 1;
    return 0;
}

static int adds_so_far(struct dl_phdr_info *info, size_t size, void *adds) {
    (void)size;
    *(unsigned long long *)adds = info->dlpi_adds;
    return 1;
}

int modules_refresh(void) {
    static unsigned long long seen = 0;
    Look look = {0, 0};
    unsigned long long adds = 0;
    pthread_mutex_lock(&growing);
    look.adds = seen;
    dl_iterate_phdr(adds_so_far, &adds);
    dl_iterate_phdr(add, &look);
    seen = adds;
    pthread_mutex_unlock(&growing);
    return look.is_new;
}

/* The symbols of all modules, while they are collected. The names point into the mapped files. */
typedef struct {
    AtfSymbol *symbols;
    size_t count;
    size_t capacity;
    int is_traced; /* Whether the current module calls the hooks. */
} Symbols;

static int push(Symbols *all, uint64_t function_id, const char *name) {
    if (all->count == all->capacity) {
        const size_t capacity = all->capacity == 0 ? 1024 : all->capacity * 2;
        AtfSymbol *larger = realloc(all->symbols, capacity * sizeof *larger);
        if (larger == NULL) {
            return -1;
        }
        all->symbols = larger;
        all->capacity = capacity;
    }
    all->symbols[all->count++] = (AtfSymbol){.size = sizeof(AtfSymbol), .function_id = function_id, .name = name};
    return 0;
}

typedef struct {
    char *bytes;
    size_t len;
} File;

static File map_file(const char *path) {
    File file = {NULL, 0};
    struct stat status;
    const int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) {
        return file;
    }
    if (fstat(handle, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, handle, 0);
        if (bytes != MAP_FAILED) {
            file.bytes = bytes;
            file.len = (size_t)status.st_size;
        }
    }
    close(handle);
    return file;
}

static int is_inside(const File *file, uint64_t offset, uint64_t len) {
    return offset <= file->len && len <= file->len - offset;
}

/* Adds the functions of one symbol table. A malformed file gives none. */
static int add_table(Symbols *all, const File *file, const ElfW(Shdr) *sections, size_t section, size_t sections_len,
                     size_t module) {
    const ElfW(Shdr) *symbols = &sections[section];
    const ElfW(Shdr) *names;
    const ElfW(Sym) *symbol;
    if (symbols->sh_link >= sections_len) {
        return 0;
    }
    names = &sections[symbols->sh_link];
    if (!is_inside(file, symbols->sh_offset, symbols->sh_size) || !is_inside(file, names->sh_offset, names->sh_size) ||
        names->sh_size == 0 || file->bytes[names->sh_offset + names->sh_size - 1] != 0 ||
        symbols->sh_offset % sizeof(ElfW(Addr)) != 0) {
        return 0;
    }
    symbol = (const ElfW(Sym) *)(const void *)(file->bytes + symbols->sh_offset);
    for (size_t i = 0; i < symbols->sh_size / sizeof *symbol; i++) {
        const uintptr_t address = table[module].bias + symbol[i].st_value;
        const char *name = file->bytes + names->sh_offset + symbol[i].st_name;
        if (symbol[i].st_name >= names->sh_size) {
            continue;
        }
        if (symbol[i].st_shndx == SHN_UNDEF) {
            const size_t len = strlen("__cyg_profile_func_enter");
            /* In .symtab, the symbol version may follow the name. */
            all->is_traced |= strncmp(name, "__cyg_profile_func_enter", len) == 0 && (name[len] == 0 || name[len] == '@');
        } else if (ELF64_ST_TYPE(symbol[i].st_info) == STT_FUNC && /* The same bits in 32-bit files. */
                   address >= table[module].start && address < table[module].end) {
            const uint64_t id = (uint64_t)(module + 1) << 32 | (uint32_t)(address - table[module].start);
            if (push(all, id, name) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* Adds the functions of a module that calls the hooks. Others would be many and never appear in a trace. */
static int add_symbols(Symbols *all, const File *file, size_t module) {
    const size_t before = all->count;
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)(const void *)file->bytes;
    const ElfW(Shdr) *sections;
    ElfW(Word) wanted = SHT_DYNSYM;
    if (file->len < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
        header->e_shentsize != sizeof *sections || header->e_shoff % sizeof(ElfW(Addr)) != 0 ||
        !is_inside(file, header->e_shoff, (uint64_t)header->e_shnum * sizeof *sections)) {
        return 0;
    }
    sections = (const ElfW(Shdr) *)(const void *)(file->bytes + header->e_shoff);
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == SHT_SYMTAB) {
            wanted = SHT_SYMTAB; /* It contains .dynsym. */
        }
    }
    all->is_traced = 0;
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == wanted && add_table(all, file, sections, i, header->e_shnum, module) != 0) {
            return -1;
        }
    }
    if (!all->is_traced) {
        all->count = before;
    }
    return 0;
}

static int by_function_id(const void *left, const void *right) {
    const AtfSymbol *a = left, *b = right;
    return a->function_id == b->function_id ? 0 : a->function_id < b->function_id ? -1 : 1;
}

/* Keeps one name per function. */
static void sort_and_thin(Symbols *all) {
    size_t kept = 0;
    if (all->count == 0) {
        return;
    }
    qsort(all->symbols, all->count, sizeof *all->symbols, by_function_id);
    for (size_t i = 1; i < all->count; i++) {
        if (all->symbols[i].function_id != all->symbols[kept].function_id) {
            all->symbols[++kept] = all->symbols[i];
        }
    }
    all->count = kept + 1;
}

int modules_list(int (*use)(void *context, const AtfModule *modules, size_t module_count, const AtfSymbol *symbols,
                            size_t symbol_count),
                 void *context) {
    const size_t known = atomic_load_explicit(&count, memory_order_acquire);
    AtfModule *modules = calloc(known + 1, sizeof *modules);
    File *files = calloc(known + 1, sizeof *files);
    Symbols symbols = {NULL, 0, 0, 0};
    int result = -1;
    if (modules != NULL && files != NULL) {
        for (size_t i = 0; i < known; i++) {
            modules[i].size = sizeof modules[i];
            modules[i].module_id = (uint32_t)(i + 1);
            modules[i].path = table[i].path;
            modules[i].base_address = table[i].start;
            modules[i].size_bytes = table[i].end - table[i].start;
            modules[i].build_id = table[i].build_id[0] == 0 ? NULL : table[i].build_id;
            files[i] = map_file(table[i].path);
            if (files[i].bytes != NULL && add_symbols(&symbols, &files[i], i) != 0) {
                break; /* Out of memory: list what was collected so far. */
            }
        }
        sort_and_thin(&symbols);
        result = use(context, modules, known, symbols.symbols, symbols.count);
        for (size_t i = 0; i < known; i++) {
            if (files[i].bytes != NULL) {
                munmap(files[i].bytes, files[i].len);
            }
        }
    }
    free(symbols.symbols);
    free(files);
    free(modules);
    return result;
}
