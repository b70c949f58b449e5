#define _GNU_SOURCE
#include "CLinux.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

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

int clinux_set_thread_name(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

int clinux_join_until(pthread_t thread, const struct timespec *moment) {
    return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, moment);
}

int clinux_set_dumpable(int is_dumpable) {
    return prctl(PR_SET_DUMPABLE, is_dumpable);
}

void clinux_trim_heap(void) {
    malloc_trim(0);
}
