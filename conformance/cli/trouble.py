"""What the machine refused to a command: a full disk, a folder of somebody else, a missing file, a port in use.

Set-up and not a fault of ours: exit code 2, one line with the file and what to do.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from conformance.mistake import Mistake
from simulator.protocol.text.said import Said, Text

_FULL = Said("磁盘已满, 腾出空间后再试")
_DENIED = Said("没有权限, 改权限或换一个目录")
_ADVICE: tuple[tuple[str, Text], ...] = (
    ("ENOSPC", _FULL),
    ("EDQUOT", _FULL),
    ("EFBIG", _FULL),
    ("EACCES", _DENIED),
    ("EPERM", _DENIED),
    ("EROFS", Said("文件系统只读, 换一个目录")),
    ("ENOENT", Said("没有这个文件或目录")),
    ("ENOTDIR", Said("路径中有一段不是目录, 换一个路径")),
    ("EISDIR", Said("是目录, 写文件名")),
    ("EEXIST", Said("已存在, 移走它或换一个名称")),
    ("ELOOP", Said("是符号链接, 这里不跟随链接, 换成文件本身")),
    ("ENAMETOOLONG", Said("名称过长, 换一个短的")),
    ("EINVAL", Said("此系统不接受这个名称, 换一个")),
    ("EADDRINUSE", Said("端口已被占用, 结束占用它的程序或换一个端口")),
    ("EADDRNOTAVAIL", Said("本机没有这个地址, 换一个 --host")),
    ("EMFILE", Said("打开的文件过多, 提高系统的限制 (ulimit -n)")),
    ("ENFILE", Said("打开的文件过多, 提高系统的限制 (ulimit -n)")),
    ("ENOMEM", Said("内存不足, 结束一些程序后再试")),
)
"""Name of the system's error -> what the user does; not every system has every one."""
_BY_NUMBER: Mapping[int, Text] = {
    number: text for name, text in _ADVICE if (number := getattr(errno, name, None)) is not None
}


def trouble(error: BaseException) -> Mistake | None:
    """The mistake that a refusal of the system comes to, None for a fault of ours. A group counts as its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    advice = _BY_NUMBER.get(error.errno or 0) if isinstance(error, OSError) else None
    if not isinstance(error, OSError) or advice is None:
        return None
    named = error.filename2 or error.filename or ""
    name = named.decode(errors="replace") if isinstance(named, bytes) else str(named)
    if not name and error.errno in (errno.ENOENT, errno.EEXIST, errno.EINVAL):
        return None  # of no file: not what the user can mend
    return Mistake(advice, file=name)
