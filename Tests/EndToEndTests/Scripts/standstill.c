// Lets a worker stand still: the one that accepts a connection while there is the file that MARTLET_STANDSTILL names,
// which it takes away first. The file has the word `spin` or `wait`. Loaded by LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef int acceptor(int, struct sockaddr *, socklen_t *, int);

__attribute__((noinline)) void stands_still(int spins) {
    for (volatile long count = 0;; count++)
        if (!spins) pause();
}

int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags) {
    int result = ((acceptor *)dlsym(RTLD_NEXT, "accept4"))(socket, address, length, flags);
    char name[16] = "", word[8] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    const char *path = getenv("MARTLET_STANDSTILL");
    FILE *file = result >= 0 && path && strncmp(name, "worker-", 7) == 0 ? fopen(path, "r") : NULL;
    if (!file) return result;
    int is_read = fscanf(file, "%7s", word) == 1;
    fclose(file);
    // One worker takes it.
    if (is_read && unlink(path) == 0) stands_still(strcmp(word, "spin") == 0);
    return result;
}
