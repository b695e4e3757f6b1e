# ruff: noqa
# %% exhaustion/fork-bomb: fork -> refused
refused(os.fork)

# %% [x86] escape/clone-flags: vfork, clone, clone3, fork by number -> refused
refused_calls([58, 57])
refused_calls([56], 17, 0, 0, 0, 0)
refused_calls([435], ctypes.create_string_buffer(88), 88)

# %% [harmless] escape/programs: start a program -> refused
import subprocess

refused(subprocess.check_output, ["/bin/true"])
refused(subprocess.check_output, ["/usr/bin/id"])

# %% escape/programs: the shell -> refused
if os.system("true") == 0:
    raise Breach("a shell ran")

# %% escape/programs: execute a script of one's own, or memory -> refused
with open("script", "w") as file:
    file.write("#!/bin/sh\ntrue")
refused(os.execv, "script", ["script"])
refused(os.memfd_create, "x")

# %% exhaustion/fork-bomb: multiprocessing -> refused
import multiprocessing

refused(multiprocessing.get_context("fork").Process(target=print).start)
refused(multiprocessing.get_context("spawn").Process(target=print).start)

# %% escape/signals: signal everybody, the server, the grader, the group -> refused
refused(os.kill, -1, 9)
refused(os.kill, os.getppid() or 1, 9)
refused(os.kill, GRADER, 9)
refused(os.killpg, os.getpgrp(), 9)

# %% [x86] escape/signals: signals by number: tgkill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo -> refused
refused_calls([234], GRADER, GRADER, 9)
refused_calls([200], GRADER, 9)
refused_calls([129], GRADER, 9, 0)
refused_calls([297], GRADER, GRADER, 9, 0)

# %% escape/signals: have a pipe send a signal to the grader -> refused
import fcntl

reader, writer = os.pipe()
refused(fcntl.fcntl, reader, fcntl.F_SETOWN, GRADER)
refused(fcntl.fcntl, reader, fcntl.F_SETSIG, 9)
refused(fcntl.fcntl, reader, 15, bytes(8))

# %% [x86] answers/other-process-memory: handles of other processes: pidfd_open, pidfd_getfd, pidfd_send_signal, kcmp -> refused
refused_calls([434, 312], GRADER, 0)
refused_calls([438, 424], 0, 0, 0)

# %% [x86] answers/other-process-memory: read or write another process's memory: ptrace, process_vm_readv, process_vm_writev -> refused
refused_calls([101], 16, GRADER, 0, 0)
refused_calls([101, 310, 311], 0, 0, 0, 0, 0, 0)

# %% [harmless] answers/proc-and-passwd: what /proc tells of oneself -> refused
for name in ("environ", "maps", "mem", "status", "cmdline"):
    refused(read, "/proc/self/" + name)

# %% answers/proc-and-passwd: what /proc tells of others -> refused
for process in (1, GRADER, os.getppid()):
    refused(read, f"/proc/{process}/environ")
    refused(os.listdir, f"/proc/{process}/root")
    refused(os.listdir, f"/proc/{process}/fd")

# %% answers/environment: secrets in the environment -> refused
left = set(os.environ) - {"PATH", "HOME", "LANG", "LC_CTYPE", "TMPDIR", "MPLBACKEND", "MPLCONFIGDIR"}
if left or "canary" in str(dict(os.environ)):
    raise Breach(left)

# %% answers/open-descriptors: inherited descriptors -> refused
for descriptor in range(4, 4096):
    refused(os.fstat, descriptor)

# %% escape/raised-limits: raise one's own limits -> refused
import resource

for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
    refused(resource.setrlimit, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

# %% [x86] escape/raised-limits: change another's limits -> refused
refused_calls([302], GRADER, 0, ctypes.create_string_buffer(16), 0)

# %% escape/raised-limits: run ahead of others: nice, real time, affinity -> refused
refused(os.nice, -5)
refused(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
refused(os.sched_setaffinity, GRADER, {0})

# %% [x86] escape/privileges: get privileges back: setuid, setgid, setgroups, capset, prctl, a filter of one's own -> refused
refused(os.setgroups, [0])
refused_calls([105, 106, 113, 117], 0, 0, 0)
refused_calls([126, 317], 0, 0, 0)
refused_calls([157], 8, 1, 0, 0, 0)
refused_calls([157], 22, 1, 0, 0, 0)
refused_calls([157], 4, 1, 0, 0, 0)
refused_calls([157], 1, 0, 0, 0, 0)
