#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// The same on every machine that Swift runs on; the headers of Debian 12 know no later rights than those of Linux 6.1.
#define CLINUX_SYS_LANDLOCK_CREATE_RULESET 444
#define CLINUX_SYS_LANDLOCK_ADD_RULE 445
#define CLINUX_SYS_LANDLOCK_RESTRICT_SELF 446

#ifdef SYS_landlock_create_ruleset
_Static_assert(CLINUX_SYS_LANDLOCK_CREATE_RULESET == SYS_landlock_create_ruleset, "number of Landlock's calls");
#endif

int clinux_forbid_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int clinux_has_new_privileges_forbidden(void) {
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int keep_low_ports(void) {
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct sets[2] = { 0 };
    uint32_t bit = 1u << CAP_NET_BIND_SERVICE;
    sets[0] = (struct __user_cap_data_struct) { .effective = bit, .permitted = bit, .inheritable = bit };
    if (syscall(SYS_capset, &head, sets) != 0) return -1;
    // What is started in this process's place has it too.
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0);
}

int clinux_may_bind_low_ports(void) {
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct sets[2] = { 0 };
    if (syscall(SYS_capget, &head, sets) != 0) return 0;
    return (sets[0].effective & 1u << CAP_NET_BIND_SERVICE) != 0;
}

int clinux_become(uid_t user, gid_t group, const gid_t *groups, size_t count) {
    // A change of users takes both away.
    int parent_end = 0, is_dumpable = prctl(PR_GET_DUMPABLE);
    prctl(PR_GET_PDEATHSIG, &parent_end);
    int binds = clinux_may_bind_low_ports();
    // The C library's calls change every thread of the process.
    if (setgroups(count, groups) != 0 || setresgid(group, group, group) != 0) return -1;
    if (binds) prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (setresuid(user, user, user) != 0) return -1;
    if (binds) {
        keep_low_ports();
        prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    }
    prctl(PR_SET_DUMPABLE, is_dumpable == 1);
    if (parent_end) prctl(PR_SET_PDEATHSIG, parent_end);
    // There is a way back where a capability or a namespace leaves one.
    if (user != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

int clinux_thread_become(uid_t user, gid_t group, const gid_t *groups, size_t count) {
    int is_dumpable = prctl(PR_GET_DUMPABLE);
    // Past the C library, whose calls would change every thread.
    int result = syscall(SYS_setgroups, count, groups) != 0 || syscall(SYS_setresgid, group, group, group) != 0
            || syscall(SYS_setresuid, user, user, user) != 0
        ? -1
        : 0;
    prctl(PR_SET_DUMPABLE, is_dumpable == 1);
    return result;
}

#define DENIED(name) SYS_##name,
static const int denied[] = {
    // What looks into other processes, or lets them look into this one.
    DENIED(ptrace) DENIED(process_vm_readv) DENIED(process_vm_writev) DENIED(kcmp) DENIED(perf_event_open)
#ifdef SYS_pidfd_getfd
    DENIED(pidfd_getfd)
#endif
    // What changes the system.
    DENIED(reboot) DENIED(kexec_load) DENIED(swapon) DENIED(swapoff) DENIED(acct) DENIED(quotactl) DENIED(syslog)
    DENIED(init_module) DENIED(finit_module) DENIED(delete_module) DENIED(sethostname) DENIED(setdomainname)
    DENIED(settimeofday) DENIED(clock_settime) DENIED(clock_adjtime) DENIED(adjtimex) DENIED(vhangup)
#ifdef SYS_kexec_file_load
    DENIED(kexec_file_load)
#endif
    // What changes what the process sees of it.
    DENIED(mount) DENIED(umount2) DENIED(pivot_root) DENIED(chroot) DENIED(setns) DENIED(unshare) DENIED(mknodat)
    DENIED(personality) DENIED(open_by_handle_at) DENIED(fanotify_init)
#ifdef SYS_mount_setattr
    DENIED(move_mount) DENIED(open_tree) DENIED(fsopen) DENIED(fsconfig) DENIED(fsmount) DENIED(fspick)
    DENIED(mount_setattr)
#endif
    // Doors to the kernel that were left open before.
    DENIED(bpf) DENIED(userfaultfd) DENIED(add_key) DENIED(request_key) DENIED(keyctl)
#ifdef SYS_io_uring_setup
    DENIED(io_uring_setup) DENIED(io_uring_enter) DENIED(io_uring_register)
#endif
#ifdef __x86_64__
    DENIED(mknod) DENIED(iopl) DENIED(ioperm) DENIED(modify_ldt)
#endif
};

enum { DENIED_COUNT = sizeof denied / sizeof denied[0] };
// A jump of a filter leads over 255 instructions at most.
_Static_assert(DENIED_COUNT < 200, "number of denied calls");

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

int clinux_denied_count(void) {
    return DENIED_COUNT;
}

int clinux_deny_calls(void) {
#ifdef OWN_ARCHITECTURE
    struct sock_filter program[DENIED_COUNT + 6];
    int count = 0;
    // The last instruction denies, the one before it allows. Calls of other architectures have other numbers.
    const int allow = DENIED_COUNT + 4, deny = DENIED_COUNT + 5;
    program[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[count] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 0, deny - count - 1);
    count++;
    program[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    // Those of x32, which have this bit. -1 is nobody's, and a debugger's way to skip a call.
    program[count] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, deny - count - 1, 0);
    count++;
    for (int index = 0; index < DENIED_COUNT; index++, count++) {
        program[count] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)denied[index], deny - count - 1, 0);
    }
    program[allow] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[deny] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog filter = { .len = DENIED_COUNT + 6, .filter = program };
    // All threads at once; and without what older kernels do against speculation of whoever has a filter, which costs
    // each load behind a store.
    long flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
    if (result > 0) errno = EAGAIN;
    return result == 0 ? 0 : -1;
#else
    errno = ENOSYS;
    return -1;
#endif
}

int clinux_landlock_version(void) {
    return (int)syscall(CLINUX_SYS_LANDLOCK_CREATE_RULESET, NULL, 0, 1);
}

int clinux_landlock_create(uint64_t rights) {
    return (int)syscall(CLINUX_SYS_LANDLOCK_CREATE_RULESET, &rights, sizeof rights, 0);
}

int clinux_landlock_allow(int rules, int place, uint64_t rights) {
    struct {
        uint64_t rights;
        int32_t place;
    } __attribute__((packed)) rule = { rights, place };
    return (int)syscall(CLINUX_SYS_LANDLOCK_ADD_RULE, rules, 1, &rule, 0);
}

int clinux_landlock_restrict(int rules) {
    return (int)syscall(CLINUX_SYS_LANDLOCK_RESTRICT_SELF, rules, 0);
}
