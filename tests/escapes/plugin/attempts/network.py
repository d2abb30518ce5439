"""Ways to other machines, and to other programs on this one."""

import contextlib
import socket
from typing import Any


def tcp(given: Any) -> str:
    with socket.create_connection(("127.0.0.1", given["port"])) as connected:
        return str(connected)


def tcp_listen(_: Any) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening)


def udp(given: Any) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        return sending.sendto(b"out", ("127.0.0.1", given["udp_port"]))


def unix_path(given: Any) -> None:
    with socket.socket(socket.AF_UNIX) as connecting:
        connecting.connect(given["door"])


def control_socket(given: Any) -> str:
    """Where sockets are open to it, as the host's own command line would call."""
    with socket.socket(socket.AF_UNIX) as connecting:
        connecting.connect(f"{given['control']}/{given['host']}.sock")
        return connecting.makefile().readline().strip()


def flood_refusals(_: Any) -> str:
    for _ in range(1000):
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_UNIX)
    return "flooded"


def unix_abstract(given: Any) -> None:
    with socket.socket(socket.AF_UNIX) as connecting:
        connecting.connect("\0" + given["abstract"])


def unix_pair_sends_elsewhere(given: Any) -> int:
    # Either of a pair of datagram sockets can name another receiver.
    one, _other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return one.sendto(b"out", given["door"])


def pair_of_another_family(_: Any) -> str:
    tipc = 30
    return str(socket.socketpair(tipc, socket.SOCK_STREAM))


def netlink(_: Any) -> str:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as opened:
        return str(opened)


def packet(_: Any) -> str:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as opened:
        return str(opened)


def dns(_: Any) -> str:
    try:
        return str(socket.getaddrinfo("example.com", 443))
    except socket.gaierror as error:
        # It has numbers of its own, which are no errors of the kernel's.
        raise OSError(error.strerror) from None
