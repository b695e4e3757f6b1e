# ruff: noqa
# %% [harmless] escape/sockets: sockets of every family -> refused
import socket

for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, 17, 40):
    refused(socket.socket, family, socket.SOCK_RAW if family == 17 else socket.SOCK_STREAM)

# %% [harmless] escape/datagram-pairs: a datagram pair, which could send to any socket with a path -> refused
import socket

refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM)

# %% escape/local-services: fetch a page -> refused
import urllib.request

refused(urllib.request.urlopen, "http://127.0.0.1:1/", None, 2)

# %% escape/local-services: ask for a name -> refused
import socket

refused(socket.getaddrinfo, "example.org", 80)

# %% escape/passed-descriptors: hand a descriptor to the grader -> refused
import socket

channel = socket.socket(fileno=os.dup(3))
refused(channel.sendmsg, [b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, b"\1\0\0\0")])

# %% escape/passed-descriptors: connect and bind with the request channel itself -> refused
import socket

channel = socket.socket(fileno=os.dup(3))
refused(channel.connect, "\0grader")
refused(channel.bind, "\0grader")
refused(channel.listen)
