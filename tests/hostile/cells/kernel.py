# ruff: noqa
# %% [x86] escape/clone-flags: threads with a new namespace, unshare, setns -> refused
refused_calls([56], 0x10000 | 0x10000000, 0, 0, 0, 0)
refused_calls([56], 0x10000 | 0x80, 0, 0, 0, 0)
refused_calls([272], 0x10000000)
refused_calls([272], 0x20000)
refused_calls([308], 3, 0)

# %% [x86] escape/mounts: mount, umount, pivot_root, chroot, swapon, reboot, kexec, modules -> refused
refused_calls([165, 166, 155, 161, 167, 169, 246, 175, 313, 320], 0, 0, 0, 0, 0)

# %% [x86] escape/mounts: the new mount calls, fanotify, file handles, quotactl, acct, syslog -> refused
refused_calls([428, 429, 430, 431, 432, 433, 442, 300, 301, 303, 304, 179, 163, 103], 0, 0, 0, 0, 0)

# %% [x86] escape/kernel-interfaces: bpf, perf, userfaultfd, io_uring, keys -> refused
refused_calls([321, 298, 323, 425, 426, 427, 250, 248, 249], 0, 0, 0, 0, 0)

# %% [x86] escape/shared-memory: shared memory, semaphores, queues, memfd_secret, inotify, timerfd, signalfd -> refused
refused_calls([29, 30, 64, 68, 240, 447, 253, 294, 283, 289], 0, 0, 0, 0, 0)

# %% [x86] escape/metadata: truncate by path, ioprio, personality, vhangup, quota, nfs -> refused
refused_calls([76, 251, 135, 153, 443, 180], 0, 0, 0, 0, 0)

# %% [x86] escape/privileges: landlock and seccomp once more, to loosen them -> refused
refused_calls([444, 445, 446, 317], 0, 0, 0, 0)

# %% [x86] escape/foreign-calls: the 32-bit system calls -> crashed
import mmap

page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
raise Breach(ctypes.CFUNCTYPE(ctypes.c_int)(address)())

# %% [x86] escape/foreign-calls: the x32 system calls -> crashed
raise Breach(libc.syscall(ctypes.c_long(0x40000000 + 39)))

# %% escape/terminals: inject keys into a terminal, take over the console -> refused
import fcntl

refused(fcntl.ioctl, 0, 0x5412, b"x")
refused(fcntl.ioctl, 1, 0x541D)
refused(fcntl.ioctl, 2, 0x5422)

# %% [x86] escape/clock-and-host: set the clock and the host's name -> refused
import time

refused(time.clock_settime, time.CLOCK_REALTIME, 0.0)
refused_calls([170, 171], ctypes.c_char_p(b"x"), 1)
refused(write, "/proc/sys/kernel/hostname")
