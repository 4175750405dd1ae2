"""`python -m conformance.reference`: serve one or several reference hospitals; one ready line on stdout."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import aiohttp
from aiohttp import web

from conformance.reference import logbook
from conformance.reference.config import Config, ConfigError, from_block, read_block, read_json
from conformance.reference.driver import routes
from conformance.reference.healthy import HEALTHY
from conformance.reference.held_answers import MOST_MS, held
from conformance.reference.hospital import Hospital
from conformance.reference.mutants import MUTANTS
from conformance.reference.peer_wire import TIMEOUT_S, Wire
from conformance.reference.practice import Practice
from conformance.reference.variants import VARIANTS
from simulator.protocol.text.said import Said, Text, listed, said_of, stored

MAX_HOSPITALS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class ServedHospital:
    """One hospital to serve."""

    config: Config
    mutants: str = ""
    variant: str = ""
    delay_ms: int = 0
    log: str = ""
    files: str = ""
    """A folder for its log and the files it would go live with."""


def practice_of(mutants: str, variant: str) -> Practice:
    """The healthy practice with a variant and mutants (comma separated) applied. Raises ConfigError."""
    practice = HEALTHY
    changes = {v.name: v.apply for v in VARIANTS} | {m.name: m.apply for m in MUTANTS}
    known = {"--variant": [v.name for v in VARIANTS], "--mutant": [m.name for m in MUTANTS]}
    for option, names in (("--variant", variant), ("--mutant", mutants)):
        for name in filter(None, (part.strip() for part in names.split(","))):
            if name not in known[option]:
                raise ConfigError(
                    Said("{} {}: 没有这个名字, 可用: {}", option, name, listed(", ", known[option]))
                )
            practice = changes[name](practice)
    return practice


def plans_of(options: argparse.Namespace) -> list[ServedHospital]:
    """What to serve, from the options or LIANTIAO_VENDOR_CONFIG. Raises ConfigError."""
    if options.hospitals:
        rows = read_json(options.hospitals)
        if not isinstance(rows, list) or not rows or len(rows) > MAX_HOSPITALS:
            raise ConfigError(Said("{}: 应为 1 到 {} 个对象的 JSON 数组", options.hospitals, MAX_HOSPITALS))
        plans = []
        for n, row in enumerate(rows):
            if not isinstance(row, dict):
                raise ConfigError(
                    Said("{}: [{}]: 应为对象 {{config, mutant, variant}}", options.hospitals, n)
                )
            config = from_block(row.get("config"), f"{options.hospitals}: [{n}].config")
            delay_ms = _delay(row.get("delay_ms") or 0, f"{options.hospitals}: [{n}].delay_ms")
            mutant, variant, files = (str(row.get(name) or "") for name in ("mutant", "variant", "files"))
            plans.append(ServedHospital(config, mutant, variant, delay_ms, files=files))
        return plans
    files = options.config or os.environ.get("LIANTIAO_VENDOR_CONFIG", "")
    if not files:
        raise ConfigError(Said("--config FILE: 缺少, 也可用环境变量 LIANTIAO_VENDOR_CONFIG"))
    names = files.split(",") if options.config else [files]
    delay_ms = _delay(options.delay_ms, "--delay-ms")
    return [
        ServedHospital(read_block(name.strip()), options.mutant, options.variant, delay_ms, options.log)
        for name in names
    ]


def _delay(value: object, where: str) -> int:
    if type(value) is not int or not 0 <= value <= MOST_MS:
        raise ConfigError(Said("{}: 应为 0 到 {} 的整数 (毫秒)", where, MOST_MS))
    return value


async def serve(plans: Sequence[ServedHospital], host: str, port: int, *, with_parent: bool = False) -> None:
    """Serve until cancelled, or `with_parent` until the standard input has ended. Raises OSError when the port is taken."""
    gone = asyncio.Event()
    if with_parent:
        _watch_parent(asyncio.get_running_loop(), gone)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False) as session:
        hospitals = []
        for plan in plans:
            practice = practice_of(plan.mutants, plan.variant)
            log = plan.log
            if plan.files:
                folder, telling = Path(plan.files), practice.telling
                logbook.leave_files(folder, plan.config, telling.configuration, telling.source)
                log = str(folder / logbook.LOG)
            wire = Wire(plan.config, practice, session)
            hospitals.append(Hospital(plan.config, practice, wire, log=logbook.opened(log)))
        app = web.Application(client_max_size=8 * 1024 * 1024)
        single = len(plans) == 1
        prefixes = ["" if single else f"/h{n}" for n in range(len(plans))]
        for plan, hospital, prefix in zip(plans, hospitals, prefixes, strict=True):
            app.add_routes(held(routes(hospital, prefix), plan.delay_ms))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            base = f"http://{host}:{runner.addresses[0][1]}"
            lines = [_ready(h, base + prefix) for h, prefix in zip(hospitals, prefixes, strict=True)]
            print(json.dumps(lines[0] if single else lines), flush=True)
            await gone.wait()
        finally:
            for hospital in hospitals:
                await hospital.close()
                hospital.log.close()
            await runner.cleanup()


def _watch_parent(loop: asyncio.AbstractEventLoop, gone: asyncio.Event) -> None:
    """Set `gone` when the standard input has ended: the system closes it when whoever started us is no more."""

    def read() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # we were faster
            loop.call_soon_threadsafe(gone.set)

    threading.Thread(target=read, name="parent", daemon=True).start()


def _ready(hospital: Hospital, base: str) -> dict[str, object]:
    notify = f"{base}/notify/6302" if hospital.practice.noticing.receives else "none"
    unpaid = hospital.practice.cancelling.unpaid_ms
    return {
        "ready": True,
        "driver": base,
        "notify": notify,
        "institution": hospital.config.code,
        "timers": {"unpaid_order_s": unpaid // 1000 if unpaid is not None else None},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns 0, or 2 for a user's mistake."""
    parser = argparse.ArgumentParser(
        prog="python -m conformance.reference", description=str(Said("参考医院"))
    )
    parser.add_argument("--config", default="", help=str(Said("接入参数文件, 多个用逗号分隔")))
    parser.add_argument(
        "--hospitals", default="", help=str(Said("多家医院: JSON 数组文件 [{config, mutant, variant}]"))
    )
    parser.add_argument("--mutant", default="", help=str(Said("故意的缺陷, 多个用逗号分隔")))
    parser.add_argument("--variant", default="", help=str(Said("同样正确的另一种写法")))
    parser.add_argument(
        "--delay-ms", type=int, default=0, help=str(Said("驱动应答与通知应答晚这么多毫秒发出"))
    )
    parser.add_argument("--log", default="", help=str(Said("日志文件, - 为标准输出")))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--with-parent", action="store_true", help=str(Said("标准输入关闭时结束 (由别的进程启动时用)"))
    )
    options = parser.parse_args(arguments)
    try:
        plans = plans_of(options)
        for plan in plans:
            practice_of(plan.mutants, plan.variant)
        asyncio.run(serve(plans, options.host, options.port, with_parent=options.with_parent))
    except ConfigError as problem:
        return _refused(said_of(problem))
    except OSError as problem:
        return _refused(Said("--port {}: 端口不可用: {}", options.port, problem.strerror or problem))
    except KeyboardInterrupt:
        pass
    return 0


def _refused(why: Text) -> int:
    """Say a user's mistake: to people on stderr, to whoever waits for the ready line in its place."""
    print(why, file=sys.stderr)
    print(json.dumps({"ready": False, **stored("error", why)}), flush=True)
    return 2


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
