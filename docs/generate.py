"""Write the generated pages below docs/. Run it after changing a table: `python docs/generate.py`."""

from __future__ import annotations

from pathlib import Path

from simulator.protocol.docs_text import pages


def main() -> None:
    """Write every page and remove code pages whose code is gone."""
    home = Path(__file__).parent
    texts = pages()
    (home / "codes").mkdir(exist_ok=True)
    for old in (home / "codes").glob("*.md"):
        if f"codes/{old.name}" not in texts:
            old.unlink()
    for name, text in texts.items():
        (home / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
