"""What the hospital leaves behind in files: its log, and the configuration and source that it would go live with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from conformance.reference.books import HospitalOrder
from conformance.reference.config import Config
from conformance.reference.hospital_values import Patient

LOG, CONFIGURATION, SOURCE = "app.log", "production.properties", "src"
SHOWN: Final = 2


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened: the action with its outcome, for whom, about which order."""

    what: str
    outcome: str
    config: Config
    patient: Patient | None = None
    order: HospitalOrder | None = None


@dataclass(slots=True)
class Logbook:
    """Writes lines to where the log goes; to nowhere when nobody asked for one."""

    target: TextIO | None = None
    lines: int = field(default=0)

    def write(self, line: str) -> None:
        """One line, at once: who reads the log does not wait for us to end."""
        if self.target is not None:
            self.lines += 1
            print(line, file=self.target, flush=True)

    def close(self) -> None:
        """Close a file of our own."""
        if self.target not in (None, sys.stdout):
            self.target.close()


def opened(name: str) -> Logbook:
    """The log of this name: a file, `-` for the standard output, empty for none. Raises OSError."""
    if not name:
        return Logbook()
    return Logbook(sys.stdout if name == "-" else Path(name).open("a", encoding="utf-8"))


def leave_files(
    folder: Path, config: Config, configuration: Callable[[Config], str], source: Callable[[Config], str]
) -> None:
    """Write what the hospital would go live with below `folder`. Raises OSError."""
    (folder / SOURCE).mkdir(parents=True, exist_ok=True)
    (folder / CONFIGURATION).write_text(configuration(config), encoding="utf-8")
    (folder / SOURCE / "pay.py").write_text(source(config), encoding="utf-8")


def masked(value: str, shown: int = SHOWN) -> str:
    """The beginning of a value and asterisks."""
    return f"{value[:shown]}***" if value else ""


def masked_line(entry: LogEntry) -> str:
    """A line that finds the case again and tells nothing of the person."""
    who, order = entry.patient, entry.order
    said = [f"{entry.what} {entry.outcome}"]
    if who is not None:
        said.append(f"patient={masked(who.name, 1)} id=***{who.id_no[-4:]} phone={masked(who.phone, 3)}")
    if order is not None:
        said.append(
            f"order={order.med_org_ord} payOrdId={order.pay_ord_id} payToken={masked(order.pay_token)}"
        )
        said.append(f"credential={masked(order.credential)} state={order.state}")
    return " ".join(said)


def production(config: Config) -> str:
    """The configuration that production would have: keys by name, addresses of production."""
    return (
        f"orgCodg={config.code}\ncenter.base=https://center.example/org\n"
        "appSecret=${APP_SECRET}\nprivateKey=${file:/run/secrets/institution-key}\nprofiles.active=prod\n"
    )


def code(config: Config) -> str:
    """Source that reads its keys from the environment."""
    del config
    return 'import os\n\nSECRET = os.environ["APP_SECRET"]\n'
