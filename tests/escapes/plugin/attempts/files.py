"""Files that are nobody's business."""

import os
import shutil
from pathlib import Path
from typing import Any

from . import raw


def read_secret(given: Any) -> str:
    return Path(given["secret"]).read_text()


def read_through_cwd(given: Any) -> str:
    os.chdir(Path(given["secret"]).parent)
    return Path("secret").read_text()


def list_home(given: Any) -> list[str]:
    return os.listdir(given["home"])


def write_outside(given: Any) -> int:
    return Path(given["secret"]).with_name("planted").write_text("planted")


def truncate_secret(given: Any) -> None:
    os.truncate(given["secret"], 0)


def remove_secret(given: Any) -> None:
    os.remove(given["secret"])


def rename_secret(given: Any) -> None:
    os.rename(given["secret"], Path(given["data"], "taken"))


def chmod_secret(given: Any) -> None:
    os.chmod(given["secret"], 0o777)


def chmod_secret_anew(given: Any) -> int:
    return raw.call("fchmodat2", -100, given["secret"].encode(), 0o777, 0)


def chmod_code(given: Any) -> None:
    with Path(given["code"], "main.py").open() as file:
        os.fchmod(file.fileno(), 0o777)


def chown_secret(given: Any) -> None:
    os.chown(given["secret"], os.getuid(), os.getgid())


def touch_secret(given: Any) -> None:
    os.utime(given["secret"], (0, 0))


def mark_secret(given: Any) -> None:
    os.setxattr(given["secret"], "user.planted", b"1")


def watch_home(given: Any) -> int:
    watching = raw.call("inotify_init1", 0)
    return raw.call("inotify_add_watch", watching, given["home"].encode(), 0xFFF)


def follow_symlink(given: Any) -> str:
    link = Path(given["data"], "link")
    link.unlink(missing_ok=True)
    link.symlink_to(given["secret"])
    return link.read_text()


def link_secret(given: Any) -> str:
    link = Path(given["data"], "hard")
    os.link(given["secret"], link)
    return link.read_text()


def link_code(given: Any) -> int:
    link = Path(given["data"], "main.py")
    os.link(Path(given["code"], "main.py"), link)
    return link.write_text("planted")


def change_code(given: Any) -> int:
    return Path(given["code"], "main.py").write_text("planted")


def add_code(given: Any) -> str:
    return shutil.copyfile(__file__, Path(given["code"], "agents", "more.py"))


def plant_bytecode(given: Any) -> None:
    Path(given["code"], "__pycache__").mkdir()


def plant_bytecode_of_python(given: Any) -> int:
    return Path(os.__file__).with_name("planted.pyc").write_bytes(b"")


def read_others_data(given: Any) -> list[str]:
    return os.listdir(given["others"])


def read_history(given: Any) -> bytes:
    return Path(given["history"]).read_bytes()


def read_trust(given: Any) -> bytes:
    return Path(given["trust"]).read_bytes()


def write_trust(given: Any) -> int:
    return Path(given["trust"]).write_text("planted")


def read_audit(given: Any) -> bytes:
    return Path(given["audit"]).read_bytes()


def write_audit(given: Any) -> int:
    with Path(given["audit"]).open("a") as file:
        return file.write("planted")


def write_settings(given: Any) -> int:
    return Path(given["settings"]).write_text("sandbox: {level: none, min_level: none}")


def open_terminal(_: Any) -> int:
    return os.open("/dev/tty", os.O_RDWR)


def open_memory_device(_: Any) -> int:
    return os.open("/dev/mem", os.O_RDONLY)


def make_device(given: Any) -> None:
    os.mknod(Path(given["data"], "pipe"), 0o010600)


def run_own_program(given: Any) -> None:
    program = Path(given["data"], "program")
    program.write_text("#!/bin/sh\n")
    os.execv(program, [str(program)])
