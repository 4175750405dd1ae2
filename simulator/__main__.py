"""`python -m simulator --port 0 --home .liantiao`: one JSON line when ready, then only stderr."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulator.profiles.build import ProfileError
from simulator.protocol.text.said import Said, Text, said_of, stored
from simulator.serving import DEFAULT_HOST, DEFAULT_PORT, Ready, serve
from simulator.shell.ending import terminate_gently
from simulator.shell.home_lock import HomeHeldError
from simulator.shell.identities import TOKEN_FILE, IdentityError
from simulator.shell.journal import JournalError
from simulator.shell.loop import run

EXIT_SETUP = 2  # contracts 7: configuration or set-up is wrong


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator; the exit code. A user's mistake is one line on stderr and `{"ready": false, "error", "error_said"}`."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=str(Said("liantiao 模拟器")))
    parser.add_argument(
        "--host", default=DEFAULT_HOST, help=str(Said("监听地址，默认只限本机；监听其他地址须明确写出"))
    )
    parser.add_argument(
        "--connections",
        type=int,
        default=0,
        help=str(Said("连接总数上限，默认比进程的描述符上限少 64")),
    )
    parser.add_argument(
        "--per-peer", type=int, default=0, help=str(Said("来自一个地址的连接上限，默认为总数的一半"))
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=str(Said("监听端口，0 为任选空闲端口"))
    )
    parser.add_argument("--home", type=Path, default=Path(".liantiao"), help=str(Said("身份与日志所在目录")))
    parser.add_argument("--profile", default="base", help=str(Said("地方版名称或 YAML 文件")))
    parser.add_argument(
        "--public",
        default="",
        help=str(Said("被测系统所用的地址，与监听地址不同时写出，例如 http://sim.example:18630")),
    )
    parser.add_argument(
        "--apart", action="store_true", help=str(Said("证据与原文写入单独的目录，结束时删除"))
    )
    parser.add_argument(
        "--with-parent", action="store_true", help=str(Said("标准输入关闭时结束（由别的进程启动时用）"))
    )
    parser.add_argument("--temporary", action="store_true", help=str(Said("结束时删除 --home")))
    options = parser.parse_args(arguments)
    terminate_gently()

    def announce(ready: Ready) -> None:
        line = {"ready": True, "base": ready.base, "listen": ready.listen}
        print(
            json.dumps({**line, "control_token_file": str((options.home / TOKEN_FILE).resolve())}), flush=True
        )

    try:
        run(
            serve(
                options.home, options.host, options.port, options.profile, announce, options.public,
                apart=options.apart, with_parent=options.with_parent, temporary=options.temporary,
                places=(options.connections, options.per_peer),
            )
        )  # fmt: skip
    except KeyboardInterrupt:
        return 0
    except (IdentityError, ProfileError, JournalError, HomeHeldError) as error:
        return refused(said_of(error))
    except (OSError, OverflowError) as error:
        place = Said("--host {} --port {} --home {}", options.host, options.port, options.home)
        return refused(Said("{}: 无法启动：{}", place, error))
    return 0


def refused(why: Text) -> int:
    """Say a user's mistake: to people on stderr, to whoever waits for the ready line in its place."""
    print(why, file=sys.stderr)
    print(json.dumps({"ready": False, **stored("error", why)}), flush=True)
    return EXIT_SETUP


if __name__ == "__main__":
    sys.exit(main())
