// Answers for names of the domain `test` from a file, for tests of what becomes of names; loaded by LD_PRELOAD.
//
// The file named by MARTLET_NAMES has a line for each name: the name and its addresses in their order, or the word
// `silence`; then the file is read again when somebody has opened the FIFO of its name and `.go` for writing. Each name
// that is asked for is told on standard error. Other names go to the C library. c-ares, which is asked first, knows none
// of the domain. The address in MARTLET_UNAVAILABLE
// cannot be connected to: EADDRNOTAVAIL.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int connector(int, const struct sockaddr *, socklen_t);
typedef void told(void *, int, int, void *);
typedef void asker(void *, const char *, const char *, const void *, told *, void *);
typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int is_told(const char *name) {
    size_t length = name ? strlen(name) : 0;
    return length >= 5 && strcmp(name + length - 5, ".test") == 0;
}

// Reads the name's line; 0 where there is none.
static int look_up(const char *name, char *line, size_t size) {
    FILE *file = fopen(getenv("MARTLET_NAMES"), "r");
    size_t length = strlen(name);
    int found = 0;
    while (file && !found && fgets(line, size, file))
        found = strncmp(line, name, length) == 0 && line[length] == ' ';
    if (file) fclose(file);
    return found;
}

// Returns when somebody has opened the FIFO for writing.
static void wait_for_go(void) {
    char path[512];
    snprintf(path, sizeof path, "%s.go", getenv("MARTLET_NAMES"));
    FILE *go = fopen(path, "r");
    if (go) fclose(go);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list) {
    resolver *next = (resolver *)dlsym(RTLD_NEXT, "getaddrinfo");
    if (!is_told(name)) return next(name, service, hints, list);
    size_t length = strlen(name);
    dprintf(2, "asked for %s\n", name);
    char line[512];
    int found = look_up(name, line, sizeof line);
    if (found && strstr(line, " silence")) {
        wait_for_go();
        found = look_up(name, line, sizeof line);
    }
    struct addrinfo **end = list;
    *list = NULL;
    char *rest = line + length;
    for (char *word; found && (word = strsep(&rest, " \n"));) {
        if (*word == 0 || next(word, service, hints, end) != 0) continue;
        end = &(*end)->ai_next;
    }
    return *list ? 0 : EAI_NONAME;
}

void ares_getaddrinfo(
    void *channel, const char *name, const char *service, const void *hints, told *answer, void *argument
) {
    asker *next = (asker *)dlsym(RTLD_NEXT, "ares_getaddrinfo");
    const int not_found = 4;
    if (is_told(name)) return answer(argument, not_found, 0, NULL);
    next(channel, name, service, hints, answer, argument);
}

int connect(int socket, const struct sockaddr *address, socklen_t length) {
    connector *next = (connector *)dlsym(RTLD_NEXT, "connect");
    const char *unavailable = getenv("MARTLET_UNAVAILABLE");
    const struct sockaddr_in *internet = (const struct sockaddr_in *)address;
    if (unavailable && address->sa_family == AF_INET && internet->sin_addr.s_addr == inet_addr(unavailable)) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    return next(socket, address, length);
}
