# ruff: noqa
# %% [harmless] answers/reference-on-disk: read a secret by its path -> refused
refused(read, SECRET)

# %% [harmless] answers/grader-and-home-on-disk: list the folders of the machine -> refused
for place in ("/", "/home", "/root", "/tmp", "/etc", "/srv", "/var", os.path.dirname(SECRET)):
    refused(os.listdir, place)

# %% [harmless] answers/proc-and-passwd: read the password files -> refused
refused(read, "/etc/passwd")
refused(read, "/etc/shadow")

# %% [harmless] answers/grader-and-home-on-disk: read the grader's source -> refused
refused(read, SOURCE)

# %% answers/relative-paths: climb out of the scratch directory -> refused
refused(read, "../../" + os.path.basename(SECRET))
refused(os.listdir, "../..")
refused(os.listdir, "../1")
refused(write, "../x")

# %% escape/trap-files: a symbolic link to a secret -> refused
refused(os.symlink, SECRET, "link")
refused(read, "link")

# %% escape/trap-files: hard link, device, fifo -> refused
refused(os.link, SECRET, "hard")
refused(os.mknod, "node", 0o20666, os.makedev(1, 1))
refused(os.mkfifo, "fifo")

# %% faking/written-results: write outside the scratch directory -> refused
for place in ("/tmp/x", "/var/tmp/x", "/dev/shm/x", "/x", SECRET + ".x", "/usr/lib/x"):
    refused(write, place)

# %% faking/changed-library: change a library for the next student -> refused
import torch

library = torch.__file__
refused(open, library, "a")
refused(os.remove, library)
refused(os.rename, library, library + "x")
refused(write, os.path.dirname(library) + "/__pycache__/evil.pyc")

# %% faking/shadow-modules: put a module in front of another -> refused
import sysconfig

refused(write, sysconfig.get_path("purelib") + "/sitecustomize.py")
refused(write, sysconfig.get_path("stdlib") + "/numpy.py")
refused(write, os.path.dirname(os.__file__) + "/numpy.py")

# %% escape/metadata: truncate, give away or mark a readable file -> refused
import torch

refused(os.truncate, torch.__file__, 0)
refused(os.chown, torch.__file__, 1, 1)
refused(os.setxattr, torch.__file__, "user.x", b"1")

# %% escape/metadata: chmod and utime seem to work and change nothing -> refused
import torch

before = os.stat(torch.__file__)
os.chmod(torch.__file__, 0o777)
os.utime(torch.__file__, (0, 0))
after = os.stat(torch.__file__)
if (before.st_mode, before.st_mtime) != (after.st_mode, after.st_mtime):
    raise Breach("a library's metadata changed")

# %% [full] answers/stat-oracle: ask whether a hidden file exists -> refused
refused(os.stat, SECRET)

# %% faking/left-files: look into and remove another student's scratch -> refused
for place in SCRATCHES:
    if place != os.getcwd():
        refused(os.listdir, place)
        refused(os.rmdir, place)
        refused(write, place + "/x")

# %% answers/loaded-modules: import the grader and the reference -> refused
refused(__import__, "grader")
refused(__import__, "reference")
refused(__import__, "pydantic")

# %% answers/installed-answers: the grader's metadata -> refused
import importlib.metadata

try:
    found = importlib.metadata.distribution("nn-course-grader")
    text = (found.read_text("METADATA") or "") + (found.read_text("RECORD") or "")
except ImportError:
    text = ""
if text:
    raise Breach(text)

# %% answers/frames-and-heap: answers left in memory -> refused
import gc

for name in sys.modules:
    if name.split(".")[0] in ("grader", "reference", "tests", "conftest"):
        raise Breach(name)
for thing in gc.get_objects():
    if isinstance(thing, dict) and "expected" in thing and "reference" in thing:
        raise Breach("a dictionary of answers")

# %% escape/kernel-interfaces: devices beyond null, zero, full and random -> refused
for device in ("mem", "kmsg", "tty", "fuse", "kvm", "vda", "sda", "net/tun", "shm"):
    refused(os.open, "/dev/" + device, os.O_RDONLY)

# %% [full] escape/programs: load native code of one's own -> refused
import glob, shutil, numpy

shutil.copyfile(glob.glob(os.path.dirname(numpy.__file__) + "/_core/*.so")[0], "own.so")
refused(ctypes.CDLL, "./own.so")

# %% faking/left-files: a folder that cannot be entered, for the next student to trip over -> refused
os.makedirs("a/b/c")
os.mkdir("closed", 0)
open("file", "w").close()
