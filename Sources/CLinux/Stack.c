#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES_MAX = 64 };
static void *frames[FRAMES_MAX];
static int frame_count;
static atomic_int is_taken;

int clinux_stack_signal(void) {
    return SIGRTMIN + 1;
}

// On the thread whose stack is asked for; calls nothing that may wait.
static void take_stack(int signal) {
    (void)signal;
    int error = errno;
    frame_count = backtrace(frames, FRAMES_MAX);
    atomic_store_explicit(&is_taken, 1, memory_order_release);
    errno = error;
}

int clinux_prepare_stacks(void) {
    // The first call loads a library, which a handler must not.
    void *first[1];
    backtrace(first, 1);
    struct sigaction action = { .sa_handler = take_stack, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    return sigaction(clinux_stack_signal(), &action, NULL);
}

int clinux_take_stack(pid_t thread, int millis) {
    atomic_store_explicit(&is_taken, 0, memory_order_relaxed);
    if (syscall(SYS_tgkill, getpid(), thread, clinux_stack_signal()) != 0) return -1;
    struct timespec pause = { .tv_nsec = 1000000 };
    while (!atomic_load_explicit(&is_taken, memory_order_acquire)) {
        if (millis-- <= 0) return -1;
        nanosleep(&pause, NULL);
    }
    return frame_count;
}

int clinux_frame(int index, char *text, size_t size) {
    if (index < 0 || index >= frame_count) return 0;
    Dl_info found;
    if (!dladdr(frames[index], &found) || !found.dli_fname) return snprintf(text, size, "%p", frames[index]);
    const char *slash = strrchr(found.dli_fname, '/');
    return snprintf(
        text, size, "%s+0x%lx%s%s", slash ? slash + 1 : found.dli_fname,
        (unsigned long)((char *)frames[index] - (char *)found.dli_fbase), found.dli_sname ? " " : "",
        found.dli_sname ? found.dli_sname : "");
}

pid_t clinux_thread_number(void) {
    return (pid_t)syscall(SYS_gettid);
}
