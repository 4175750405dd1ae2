"""`python -m simulator --port 0 --home .liantiao`: one JSON line when ready, then only stderr."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulator.profiles.build import ProfileError
from simulator.serving import DEFAULT_HOST, DEFAULT_PORT, Ready, serve
from simulator.shell.identities import IdentityError
from simulator.shell.journal import JournalError
from simulator.shell.loop import run

EXIT_SETUP = 2  # contracts 7: configuration or set-up is wrong


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator; the exit code. A user's mistake is one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="liantiao 模拟器")
    parser.add_argument("--host", default=DEFAULT_HOST, help="监听地址，默认只限本机；监听其他地址须明确写出")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="监听端口，0 为任选空闲端口")
    parser.add_argument("--home", type=Path, default=Path(".liantiao"), help="身份与日志所在目录")
    parser.add_argument("--profile", default="base", help="地方版名称或 YAML 文件")
    parser.add_argument(
        "--connections", type=int, default=0, help="连接总数上限，默认比进程的描述符上限少 64"
    )
    parser.add_argument("--per-peer", type=int, default=0, help="来自一个地址的连接上限，默认为总数的一半")
    options = parser.parse_args(arguments)
    try:
        run(
            serve(
                options.home, options.host, options.port, options.profile, announce,
                options.connections, options.per_peer,
            )
        )  # fmt: skip
    except KeyboardInterrupt:
        return 0
    except (IdentityError, ProfileError, JournalError) as error:
        print(error, file=sys.stderr)
        return EXIT_SETUP
    except (OSError, OverflowError) as error:
        print(
            f"--host {options.host} --port {options.port} --home {options.home}: 无法启动：{error}",
            file=sys.stderr,
        )
        return EXIT_SETUP
    return 0


def announce(ready: Ready) -> None:
    """Print the one line that whoever started us waits for."""
    line = {"ready": True, "base": ready.base, "control_token": ready.control_token}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
