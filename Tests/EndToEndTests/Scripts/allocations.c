// Counts heap allocations by the library that asked for them, for the allocation test; loaded by LD_PRELOAD.
//
// The counts stand in the file named by MARTLET_ALLOCATIONS, mapped shared, so that the test reads them while the
// program runs: rows of 64 bytes, a name of 56 and a count of 8.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

enum { ROWS = 64 };

struct row {
    char name[56];
    uint64_t count;
};

static struct row *rows;
static uintptr_t starts[ROWS], ends[ROWS];
static int used = 1;

// Executable mappings of the program and of everything it is linked with; row 0 is for whatever came later.
static void read_mappings(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], flags[8], path[400];
    while (maps && used < ROWS && fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        path[0] = 0;
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %399s", &start, &end, flags, path) < 3 || flags[2] != 'x') continue;
        const char *base = strrchr(path, '/');
        snprintf(rows[used].name, sizeof rows[used].name, "%s", base ? base + 1 : path);
        starts[used] = start;
        ends[used++] = end;
    }
    if (maps) fclose(maps);
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("MARTLET_ALLOCATIONS");
    int file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0 || ftruncate(file, sizeof(struct row) * ROWS) != 0) return;
    void *shared = mmap(NULL, sizeof(struct row) * ROWS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared == MAP_FAILED) return;
    struct row *table = shared;
    strcpy(table[0].name, "elsewhere");
    rows = table;
    read_mappings();
}

static void count(void *caller) {
    if (!rows) return;
    int row = 0;
    for (int index = 1; index < used; index++)
        if ((uintptr_t)caller >= starts[index] && (uintptr_t)caller < ends[index]) row = index;
    __atomic_fetch_add(&rows[row].count, 1, __ATOMIC_RELAXED);
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size) {
    count(CALLER);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(CALLER);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(CALLER);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(CALLER);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(CALLER);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count(CALLER);
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
