// What the Glibc overlay lacks of Linux: epoll, eventfd, signalfd, accept4, what concerns threads and processes, and
// what opens, reads and sends files without waiting for a disk.
// Declarations only; each function is its system call and nothing else, but for the one that starts a process.
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>

enum {
    CLINUX_EPOLLIN = 0x001,
    CLINUX_EPOLLOUT = 0x004,
    CLINUX_EPOLLERR = 0x008,
    CLINUX_EPOLLHUP = 0x010,
    CLINUX_EPOLLRDHUP = 0x2000,
};

// Values above INT_MAX do not fit an imported enum constant.
static const uint32_t CLINUX_EPOLLEXCLUSIVE = 1u << 28;
static const uint32_t CLINUX_EPOLLET = 1u << 31;

// The kernel's struct epoll_event is packed on x86-64 only.
typedef struct {
    uint32_t events;
    uint64_t token;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
clinux_epoll_event;

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
int clinux_epoll_wait(int epoll, clinux_epoll_event *events, int count, int timeout_millis);

int clinux_eventfd(void);
int clinux_signalfd(const sigset_t *signals);
int clinux_accept(int listener, struct sockaddr *address, socklen_t *length);
int clinux_socket(int family);
int clinux_datagram_socket(int family);
// A datagram that gives whoever gets it a descriptor of the same open file (SCM_RIGHTS).
ssize_t clinux_send_descriptor(
    int socket, const struct sockaddr *address, socklen_t length, const char *bytes, size_t count, int descriptor);
// The same over a socket that is connected.
ssize_t clinux_channel_send(int socket, const char *bytes, size_t count, int descriptor);
// Takes a datagram, and the descriptor that came with it; -1 where none did.
ssize_t clinux_channel_receive(int socket, char *bytes, size_t count, int *descriptor);
// Two ends of a connection of datagrams that knows of its end.
int clinux_channel(int ends[2]);
// A file in memory alone.
int clinux_memory_file(const char *name);
// Starts a program that has standard input, output and error of this process, the channel as descriptor 3 and no other
// one, and takes every signal; returns 0 or the error's number.
int clinux_spawn(
    pid_t *process, const char *path, char *const arguments[], char *const variables[], int channel);
int clinux_set_thread_name(const char *name);
int clinux_set_dumpable(int is_dumpable);
void clinux_trim_heap(void);
// pthread_clockjoin_np by the monotonic clock: ETIMEDOUT when the thread has not ended by then.
int clinux_join_until(pthread_t thread, const struct timespec *moment);

enum {
    CLINUX_O_PATH = 010000000,
    CLINUX_RWF_NOWAIT = 0x08,
    CLINUX_RESOLVE_NO_MAGICLINKS = 0x02,
    CLINUX_RESOLVE_BENEATH = 0x08,
    CLINUX_RESOLVE_CACHED = 0x20,
};

static const long CLINUX_TMPFS = 0x01021994;
static const long CLINUX_RAMFS = 0x858458f6;

// ENOSYS before Linux 5.6; EINVAL for a way to resolve that the kernel does not know (CACHED before 5.12).
int clinux_openat2(int folder, const char *path, int flags, int resolve);
ssize_t clinux_preadv2(int file, void *bytes, size_t count, off_t offset, int flags);
// How many pages of the range lie in memory. ENOSYS before Linux 6.5; EPERM where the process may neither write to the
// file nor owns it (from 6.14 on).
int clinux_cachestat(int file, off_t offset, size_t count, size_t *pages);
// Bytes that were written to a stream socket and that the peer has not acknowledged (SIOCOUTQ); -1: it cannot be told.
int clinux_unacknowledged(int socket);
ssize_t clinux_sendfile(int socket, int file, off_t offset, size_t count);
// What kind of file system a file is on (the f_type of fstatfs); -1: it cannot be told.
long clinux_file_system(int file);
// A file without a name, which can never get one (O_TMPFILE | O_EXCL), readable by its owner only.
int clinux_tmpfile(const char *folder);

// A descriptor that tells of changes in folders; none wait.
int clinux_watch(void);
// Tells of names in a folder that come, go, or were written. Of a folder that is watched already nothing changes.
int clinux_watch_folder(int watch, const char *path);
// Takes what there is to tell away.
void clinux_watch_drain(int watch);
