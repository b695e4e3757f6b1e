# ruff: noqa
# %% faking/polite-exit: leave politely -> raises SystemExit
sys.exit(0)

# %% faking/sudden-exit: leave at once with success -> crashed
os._exit(0)

# %% faking/sudden-exit: abort -> crashed
os.abort()

# %% faking/sudden-exit: touch address 0 -> crashed
ctypes.string_at(0)

# %% faking/last-words: leave with a last word -> crashed
import atexit

atexit.register(print, '{"score": 100}')
os._exit(0)

# %% faking/odd-exceptions: interrupt -> raises KeyboardInterrupt
raise KeyboardInterrupt

# %% faking/odd-exceptions: stop a generator that nobody started -> raises GeneratorExit
raise GeneratorExit


# %% faking/odd-exceptions: an exception of one's own, outside Exception -> raises Escape
class Escape(BaseException):
    pass


raise Escape("x")


# %% faking/mute-exceptions: an exception that fails to describe itself -> raises Mute
class Mute(Exception):
    def __str__(self):
        raise ValueError("no")


raise Mute


# %% faking/mute-exceptions: an exception that never ends describing itself -> timed out
class Endless(Exception):
    def __str__(self):
        while True:
            pass


raise Endless


# %% faking/mute-exceptions: an exception with an enormous description -> raises Long
class Long(Exception):
    def __str__(self):
        return "x" * (100 << 20)


raise Long

# %% exhaustion/garbled-channel: hang up on the grader -> crashed
os.close(3)

# %% exhaustion/garbled-channel: noise on the request channel -> violation
os.write(3, b"\xff" * 64)

# %% values/huge-replies: a header that announces a terabyte -> violation
send(b"", length=1 << 40)

# %% values/nested-and-endless: a reply nested five million deep -> violation
send(b"\x91" * 5_000_000 + b"\xc0")

# %% values/pickles: an extension type, which would be a pickle elsewhere -> violation
import msgpack

send(msgpack.packb({"ok": True, "value": msgpack.ExtType(5, b"cos\nsystem\n(S'true'\ntR.")}))

# %% values/lying-headers: an array larger than the world -> violation
import msgpack

send(msgpack.packb({"ok": True, "value": {"__t__": "f4", "s": [1 << 31] * 3, "b": b"", "k": "numpy"}}))

# %% values/lying-headers: an array of objects -> violation
import msgpack

send(msgpack.packb({"ok": True, "value": {"__t__": "O8", "s": [1], "b": b"x" * 8, "k": "numpy"}}))

# %% values/huge-replies: a map that announces two billion entries -> violation
send(b"\xdf\x7f\xff\xff\xff")

# %% faking/forged-replies: a reply that says nothing -> violation
import msgpack

send(msgpack.packb({"value": 1}))

# %% faking/forged-replies: a list instead of a reply -> violation
import msgpack

send(msgpack.packb([1, 2, 3]))

# %% faking/forged-replies: an error that is none -> violation
import msgpack

send(msgpack.packb({"ok": False, "error": "none"}))

# %% exhaustion/slow-talk: a byte now and then -> timed out
import time

send(b"", length=1000)
while True:
    os.write(3, b"\xc0")
    time.sleep(0.05)

# %% faking/printed-verdicts: print what a grader might print -> nothing
print('{"tests": [{"status": "passed", "score": 100}], "score": 100}')
