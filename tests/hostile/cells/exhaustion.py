# ruff: noqa
# %% exhaustion/fork-bomb: a fork bomb -> refused
for _ in range(100):
    refused(os.fork)

# %% exhaustion/thread-bomb: a bomb of threads -> raises RuntimeError
import threading, time

for _ in range(20_000):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

# %% exhaustion/memory: memory at once -> refused
import mmap, torch

refused(bytearray, 8 << 30)
refused(torch.ones, 1 << 31)
refused(mmap.mmap, -1, 16 << 30)

# %% exhaustion/memory: memory bit by bit -> raises MemoryError
kept = []
while True:
    kept.append(bytearray(100 << 20))

# %% exhaustion/processor: a loop without end -> timed out
while True:
    pass

# %% exhaustion/processor: a loop in C that holds the interpreter -> timed out
import re

re.match(r"(a+)+$", "a" * 40 + "b")

# %% exhaustion/processor: a number without end -> timed out
9**9**9

# %% exhaustion/sleep: sleep -> timed out
import time

time.sleep(600)

# %% exhaustion/ignored-signals: ignore every signal and go on -> timed out
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass

# %% exhaustion/sleep: stop itself -> timed out or crashed or nothing
import signal

signal.raise_signal(signal.SIGSTOP)

# %% exhaustion/disk: one huge file -> raises OSError
with open("big", "wb") as file:
    while True:
        file.write(bytes(1 << 20))
        file.flush()

# %% [full] exhaustion/disk: many large files -> raises OSError
for number in range(100):
    with open(f"part{number}", "wb") as file:
        file.write(bytes(10 << 20))

# %% [full] exhaustion/disk: a hundred thousand files -> raises OSError
for number in range(100_000):
    open(f"file{number}", "w").close()

# %% exhaustion/output-flood: print without end -> violation
line = "x" * (1 << 20)
while True:
    print(line)

# %% exhaustion/stacks: the stack of C -> crashed or raises RecursionError
sys.setrecursionlimit(10**9)


class Mirror:
    def __repr__(self):
        return repr(self)


repr(Mirror())

# %% exhaustion/stacks: a hundred thousand parentheses -> raises MemoryError or raises SyntaxError or crashed
compile("(" * 100_000, "bomb", "eval")

# %% exhaustion/descriptors: descriptors without end -> raises OSError
kept = []
while True:
    kept.append(os.open("/dev/null", os.O_RDONLY))

# %% exhaustion/descriptors: memory in pipes -> raises OSError
import fcntl

while True:
    reader, writer = os.pipe()
    fcntl.fcntl(writer, 1031, 1 << 20)

# %% exhaustion/core-dumps: a core dump -> refused
import resource

if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
    raise Breach("core dumps are on")
