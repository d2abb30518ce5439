"""A child that speaks the protocol by hand, and misbehaves in the one way that its argument says."""

import json
import os
import signal
import socket
import struct
import sys
import time

HOST = socket.socket(fileno=3)


def say(message):
    text = json.dumps(message).encode()
    HOST.sendall(struct.pack("<I", len(text)) + text)


def read(length):
    data = b""
    while len(data) < length:
        more = HOST.recv(length - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def hear(kind=None):
    """The next message, or the next one of a kind."""
    while True:
        message = json.loads(read(struct.unpack("<I", read(4))[0]))
        if message["type"] == "ping":
            say({"type": "pong", "nonce": message["nonce"]})
        elif kind in (None, message["type"]):
            return message


def hello():
    say({"type": "hello", "protocol": {"major": 1, "minor": 0}, "software": "hostile"})


def greet():
    hello()
    hear("initialize")
    say({"type": "initialized"})


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def answer(item):
    """Answers one call with one item."""
    call = hear("call")["id"]
    say({"type": "item", "id": call, "value": item})
    say({"type": "end", "id": call})


def stubborn_grandchild():
    """Forks twice into a session of its own; its process id, once it ignores SIGTERM."""
    up, down = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() > 0:
            os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(down, str(os.getpid()).encode())
        while True:
            time.sleep(3600)
    return int(os.read(up, 100))


def census():
    """What this process was given."""
    open_now = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
            open_now.append(int(name))
        except OSError:
            pass  # the one that listed them
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    limits = [line.split() for line in open("/proc/self/limits") if line.startswith("Max core")]
    return {
        "descriptors": sorted(open_now),
        "stdin": os.readlink("/proc/self/fd/0"),
        "environment": dict(os.environ),
        "no_new_privs": int(status["NoNewPrivs"]),
        "core": limits[0][4:6],
    }


def main(how, step=0):
    if how == "exits":
        print("Traceback: no module named `missing`", file=sys.stderr, flush=True)
        os._exit(3)
    elif how == "aborts":
        print("assertion failed", file=sys.stderr, flush=True)
        os.abort()
    elif how == "dies":
        # At one point after the other of its life.
        if step == 1:
            hello()
        elif step == 2:
            HOST.sendall(struct.pack("<I", 500) + b'{"type":"hel')
        elif step >= 3:
            hello()
            hear("initialize")
        if step >= 4:
            say({"type": "initialized"})
        if step >= 5:
            hear("shutdown")
        if step >= 6:
            say({"type": "bye"})
        die()
    elif how == "silent":
        time.sleep(3600)
    greet()
    if how == "oversize":
        hear("call")
        HOST.sendall(struct.pack("<I", 0xFFFFFFFF))
        time.sleep(3600)
    elif how == "garbage":
        # What is framed and no message is answered; the session goes on.
        call = hear("call")["id"]
        for text in (b"", b"\xff\xfe", b"[]", b'{"type":"nonsense"}', b"{" * 5000):
            HOST.sendall(struct.pack("<I", len(text)) + text)
            hear("rejected")
        say({"type": "item", "id": call, "value": "alive"})
        say({"type": "end", "id": call})
    elif how == "closes":
        hear("call")
        HOST.close()
        time.sleep(3600)
    elif how == "prints":
        call = hear("call")["id"]
        for number in range(300_000):
            print("line", number)
        sys.stdout.flush()
        os.write(1, b"x" * 1_000_000 + b"\n")
        say({"type": "end", "id": call})
    elif how == "census":
        answer(census())
    elif how == "greets":
        for _ in range(100):
            hello()
        time.sleep(3600)
    elif how == "bids farewell":
        hear("shutdown")
        say({"type": "bye", "error": "\x1b[2Jtoo long" + "!" * 1_000_000})
    elif how == "stops its supervisor":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = stubborn_grandchild()
        os.kill(os.getppid(), signal.SIGSTOP)
        answer(grandchild)
        time.sleep(3600)
    elif how == "deaf":
        call = hear("call")["id"]
        say({"type": "item", "id": call, "value": "deaf from here on"})
        time.sleep(3600)
    elif how == "calls":
        # Two calls on the host within one of the host's.
        call = hear("call")["id"]
        for number in (1, 2):
            target = {"kind": "run_agent", "name": "x", "request": {"task": ""}}
            credit = {"items": 8, "bytes": 1000}
            say({"type": "call", "id": number, "parent": call, "target": target, "credit": credit})
        hear("end")
    elif how == "waits to be cancelled":
        # A hook, and an agent that says that it has come; either may be first.
        calls = {call["target"]["kind"]: call["id"] for call in (hear("call"), hear("call"))}
        say({"type": "item", "id": calls["agent"], "value": "called"})
        say({"type": "end", "id": calls["agent"]})
        cancelled = hear("cancel")
        assert cancelled["id"] == calls["hook"]
        error = {"kind": "cancelled", "message": cancelled["reason"]}
        say({"type": "error", "id": calls["hook"], "error": error})
    elif how == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        answer(stubborn_grandchild())
        while True:
            time.sleep(3600)
    hear("shutdown")
    say({"type": "bye"})


main(sys.argv[1], *map(int, sys.argv[2:]))
