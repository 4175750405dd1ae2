"""Builds the independent vendors of this folder: `npm ci` for Node, `javac` for Java. Idempotent.

A missing tool is a printed skip; under the gate (LIANTIAO_CI=1) it is an error.
Run: python tests/interop/prepare.py
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE / "node"
JAVA = HERE / "java"
CSHARP = HERE / "csharp"
WECHAT = HERE / "wechat"
WECHAT_PYTHON = WECHAT / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
BUILD = JAVA / "build"
# Debian's libbcprov-java; another place can be named for other systems.
BCPROV = Path(os.environ.get("LIANTIAO_BCPROV", "/usr/share/java/bcprov.jar"))
LIMIT_S = 300


def missing_node() -> str:
    """What Node lacks here, or the empty text."""
    return next((f"没有命令 {name}" for name in ("node", "npm") if not shutil.which(name)), "")


def missing_java() -> str:
    """What Java lacks here, or the empty text."""
    for name in ("java", "javac"):
        if not shutil.which(name):
            return f"没有命令 {name}"
    return "" if BCPROV.exists() else f"没有 {BCPROV} (Debian: libbcprov-java; 别处用 LIANTIAO_BCPROV 指明)"


def missing_php() -> str:
    """What PHP lacks here, or the empty text."""
    if not shutil.which("php"):
        return "没有命令 php (Debian: php-cli)"
    known = subprocess.run(
        ["php", "-m"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=LIMIT_S,
        check=False,
    )
    return "" if "gmp" in known.stdout.split() else "没有 PHP 扩展 gmp (Debian: php-gmp)"


def missing_csharp() -> str:
    """What C# lacks here, or the empty text."""
    absent = [name for name in ("mono", "mcs") if not shutil.which(name)]
    return (
        f"没有命令 {absent[0]} (Debian: mono-mcs, mono-runtime, libmono-system-numerics4.0-cil)"
        if absent
        else ""
    )


def _no_module(name: str) -> str:
    return "" if importlib.util.find_spec(name) else f"没有 Python 包 {name}"


def missing_gmssl() -> str:
    """What the gmssl client lacks here, or the empty text."""
    return _no_module("gmssl")


def missing_gmalg() -> str:
    """What the gmalg client lacks here, or the empty text."""
    return _no_module("gmalg")


def classpath() -> str:
    """The class path of the Java vendor."""
    return os.pathsep.join((str(BCPROV), str(BUILD)))


def digest(paths: list[Path]) -> str:
    """One digest of the contents, so that an unchanged vendor is not built again."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def run(command: list[str], folder: Path) -> None:
    """Runs one build command; its whole output is shown only when it fails."""
    program = shutil.which(command[0]) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        errors="replace", timeout=LIMIT_S, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(command)} 失败 ({done.returncode}):\n{done.stdout}{done.stderr}")


def build_node() -> None:
    """`node_modules` exactly as the lock file says."""
    stamp, wanted = (
        NODE / "node_modules" / ".built",
        digest([NODE / "package.json", NODE / "package-lock.json"]),
    )
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        run(["npm", "ci", "--no-progress"], NODE)
        stamp.write_text(wanted, encoding="utf-8")


def build_java() -> None:
    """Class files of `src` in `build`, and `build/java.args` with the class path for `java @build/java.args`."""
    sources = list((JAVA / "src").glob("*.java"))
    stamp, wanted = BUILD / ".built", digest(sources)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir(parents=True)
        run(
            [
                "javac",
                "-encoding",
                "UTF-8",
                "-cp",
                str(BCPROV),
                "-d",
                "build",
                *(f"src/{path.name}" for path in sources),
            ],
            JAVA,
        )
        stamp.write_text(wanted, encoding="utf-8")
    quoted = classpath().replace("\\", "\\\\")
    (BUILD / "java.args").write_text(
        f'-Dfile.encoding=UTF-8\n-XX:TieredStopAtLevel=1\n-Xmx256m\n-cp "{quoted}"\n', encoding="utf-8"
    )


def build_csharp() -> None:
    """`build/hospital.exe` of `src`."""
    sources = sorted((CSHARP / "src").glob("*.cs"))
    build = CSHARP / "build"
    stamp, wanted = build / ".built", digest(sources)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        build.mkdir(exist_ok=True)
        libraries = [f"-r:{name}.dll" for name in ("System", "System.Core", "System.Numerics")]
        run(
            [
                "mcs",
                "-nologo",
                *libraries,
                "-out:build/hospital.exe",
                *(f"src/{one.name}" for one in sources),
            ],
            CSHARP,
        )
        stamp.write_text(wanted, encoding="utf-8")


def build_nothing() -> None:
    """Runs as it is."""


def missing_wechatpayv3() -> str:
    """What the Python client of WeChat Pay lacks here, or the empty text."""
    return (
        ""
        if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
        else "没有 Python 模块 venv"
    )


def build_wechatpayv3() -> None:
    """An environment of its own with exactly what `requirements.txt` says."""
    listed = WECHAT / "requirements.txt"
    stamp, wanted = WECHAT / ".venv" / ".built", digest([listed])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        run([sys.executable, "-m", "venv", "--clear", str(WECHAT / ".venv")], WECHAT)
        run([str(WECHAT_PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(listed)], WECHAT)
        stamp.write_text(wanted, encoding="utf-8")


def build_wechat_axios() -> None:
    """`node_modules` exactly as the lock file says."""
    stamp, wanted = (
        WECHAT / "node_modules" / ".built",
        digest([WECHAT / "package.json", WECHAT / "package-lock.json"]),
    )
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        run(["npm", "ci", "--no-progress"], WECHAT)
        stamp.write_text(wanted, encoding="utf-8")


TOOLS = (
    ("node", missing_node, build_node),
    ("java", missing_java, build_java),
    ("csharp", missing_csharp, build_csharp),
    ("php", missing_php, build_nothing),
    ("gmssl", missing_gmssl, build_nothing),
    ("gmalg", missing_gmalg, build_nothing),
    ("wechatpayv3", missing_wechatpayv3, build_wechatpayv3),
    ("wechatpay-axios-plugin", missing_node, build_wechat_axios),
)


def main() -> int:
    """Builds what can be built here. Returns 1 under the gate when a tool is missing."""
    lacking = 0
    for name, missing, build in TOOLS:
        why = missing()
        if why:
            lacking += 1
            print(f"interop: {name} 跳过: {why}")
        else:
            build()
            print(f"interop: {name} 就绪")
    return 1 if lacking and os.environ.get("LIANTIAO_CI") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
