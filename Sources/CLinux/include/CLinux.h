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
// Waits until a child has ended, which is not reaped: 1, 0 when the time is over, -1 with errno.
int clinux_wait_for_end(pid_t process, int timeout_millis);
int clinux_set_thread_name(const char *name);
int clinux_set_dumpable(int is_dumpable);
int clinux_is_dumpable(void);
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

// No program that this process starts gets more rights than it has; for this thread and those that it starts.
int clinux_forbid_new_privileges(void);
int clinux_has_new_privileges_forbidden(void);
// Whether this thread may bind ports below 1024 (CAP_NET_BIND_SERVICE).
int clinux_may_bind_low_ports(void);
// Makes the process another user's, all of its threads. Of what root may, this thread and those that it starts keep
// CAP_NET_BIND_SERVICE, where they have it. ENOTRECOVERABLE: the process could become root again.
int clinux_become(uid_t user, gid_t group, const gid_t *groups, size_t count);
// The same of this thread alone, for the rest of its life.
int clinux_thread_become(uid_t user, gid_t group, const gid_t *groups, size_t count);
// How many calls clinux_deny_calls denies.
int clinux_denied_count(void);
// Denies calls that an edge never makes with EPERM, for all threads and what they start. Needs
// clinux_forbid_new_privileges.
int clinux_deny_calls(void);

// Which version of Landlock the kernel has; -1: none.
int clinux_landlock_version(void);
// Rules by which rights are denied everywhere but in places that are named; a descriptor.
int clinux_landlock_create(uint64_t rights);
// Names one, by a descriptor of it.
int clinux_landlock_allow(int rules, int place, uint64_t rights);
// Has this thread, and those that it starts, go by the rules. Needs clinux_forbid_new_privileges.
int clinux_landlock_restrict(int rules);

// The number of this thread in /proc/self/task.
pid_t clinux_thread_number(void);
// The signal by which a thread is asked for its stack.
int clinux_stack_signal(void);
// Lets threads be asked. Called before the first of them is.
int clinux_prepare_stacks(void);
// Asks a thread that has not blocked the signal; one asks at a time. How many frames there are; -1: no answer in time.
int clinux_take_stack(pid_t thread, int millis);
// Writes what the last answer has for a frame, counted from 0 at the innermost one.
int clinux_frame(int index, char *text, size_t size);
