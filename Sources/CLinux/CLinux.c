#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

// The same on every machine that Swift runs on; the headers of Debian 12 name the first only.
#define CLINUX_SYS_OPENAT2 437
#define CLINUX_SYS_CACHESTAT 451

#ifdef SYS_openat2
_Static_assert(CLINUX_SYS_OPENAT2 == SYS_openat2, "number of openat2");
#endif
#ifdef SYS_cachestat
_Static_assert(CLINUX_SYS_CACHESTAT == SYS_cachestat, "number of cachestat");
#endif
_Static_assert(CLINUX_O_PATH == O_PATH && CLINUX_RWF_NOWAIT == RWF_NOWAIT, "flags of files");

_Static_assert(TMPFS_MAGIC == 0x01021994 && RAMFS_MAGIC == 0x858458f6, "kinds of file systems");

_Static_assert(sizeof(clinux_epoll_event) == sizeof(struct epoll_event), "epoll_event layout");
_Static_assert(CLINUX_EPOLLIN == EPOLLIN && CLINUX_EPOLLOUT == EPOLLOUT, "epoll event bits");
_Static_assert(CLINUX_EPOLLERR == EPOLLERR && CLINUX_EPOLLHUP == EPOLLHUP, "epoll event bits");
_Static_assert(CLINUX_EPOLLRDHUP == EPOLLRDHUP, "epoll event bits");
_Static_assert((1u << 28) == EPOLLEXCLUSIVE && (1u << 31) == EPOLLET, "epoll mode bits");

int clinux_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data.u64 = token };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data.u64 = token };
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

int clinux_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

int clinux_epoll_wait(int epoll, clinux_epoll_event *events, int count, int timeout_millis) {
    return epoll_wait(epoll, (struct epoll_event *)events, count, timeout_millis);
}

int clinux_eventfd(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

int clinux_signalfd(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int clinux_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int clinux_datagram_socket(int family) {
    return socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

ssize_t clinux_send_descriptor(
    int socket, const struct sockaddr *address, socklen_t length, const char *bytes, size_t count, int descriptor
) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { .iov_base = (void *)bytes, .iov_len = count };
    struct msghdr message = {
        .msg_name = (void *)address, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
    };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &descriptor, sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t clinux_channel_send(int socket, const char *bytes, size_t count, int descriptor) {
    if (descriptor >= 0) return clinux_send_descriptor(socket, NULL, 0, bytes, count, descriptor);
    return send(socket, bytes, count, MSG_NOSIGNAL);
}

ssize_t clinux_channel_receive(int socket, char *bytes, size_t count, int *descriptor) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { .iov_base = bytes, .iov_len = count };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
    };
    *descriptor = -1;
    ssize_t result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *head = result < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS
        && head->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(descriptor, CMSG_DATA(head), sizeof(int));
    }
    return result;
}

int clinux_channel(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

int clinux_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int clinux_spawn(
    pid_t *process, const char *path, char *const arguments[], char *const variables[], int channel
) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (!error) {
        error = posix_spawn_file_actions_adddup2(&actions, channel, 3);
        if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
        if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
        if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        if (!error) error = posix_spawn(process, path, &actions, &attributes, arguments, variables);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int clinux_wait_for_end(pid_t process, int timeout_millis) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0)
        return -1;
    struct pollfd ending = {.fd = descriptor, .events = POLLIN};
    int count = poll(&ending, 1, timeout_millis);
    int error = errno;
    close(descriptor);
    errno = error;
    return count;
}

int clinux_set_thread_name(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

int clinux_join_until(pthread_t thread, const struct timespec *moment) {
    return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, moment);
}

int clinux_set_dumpable(int is_dumpable) {
    return prctl(PR_SET_DUMPABLE, is_dumpable);
}

int clinux_is_dumpable(void) {
    return prctl(PR_GET_DUMPABLE);
}

void clinux_trim_heap(void) {
    malloc_trim(0);
}

int clinux_openat2(int folder, const char *path, int flags, int resolve) {
    struct {
        uint64_t flags, mode, resolve;
    } how = { .flags = (uint64_t)(unsigned)flags, .resolve = (uint64_t)(unsigned)resolve };
    return (int)syscall(CLINUX_SYS_OPENAT2, folder, path, &how, sizeof(how));
}

ssize_t clinux_preadv2(int file, void *bytes, size_t count, off_t offset, int flags) {
    struct iovec part = { .iov_base = bytes, .iov_len = count };
    return preadv2(file, &part, 1, offset, flags);
}

int clinux_cachestat(int file, off_t offset, size_t count, size_t *pages) {
    struct {
        uint64_t offset, count;
    } range = { (uint64_t)offset, count };
    struct {
        uint64_t cached, dirty, written, evicted, evicted_recently;
    } found = { 0 };
    long result = syscall(CLINUX_SYS_CACHESTAT, file, &range, &found, 0);
    *pages = found.cached;
    return (int)result;
}

int clinux_unacknowledged(int socket) {
    int count;
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -1;
}

ssize_t clinux_sendfile(int socket, int file, off_t offset, size_t count) {
    return sendfile(socket, file, &offset, count);
}

long clinux_file_system(int file) {
    struct statfs status;
    return fstatfs(file, &status) == 0 ? (long)status.f_type : -1;
}

int clinux_tmpfile(const char *folder) {
    return open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
}

int clinux_watch(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

int clinux_watch_folder(int watch, const char *path) {
    return inotify_add_watch(
        watch, path, IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_ONLYDIR);
}

void clinux_watch_drain(int watch) {
    char events[4096];
    while (read(watch, events, sizeof events) > 0) {}
}
