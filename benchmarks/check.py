"""`check` on the whole base and on a synthetic one of as many departments as the USA has police agencies.

    python benchmarks/check.py [18000]

Each in a process of its own: seconds, peak memory, and the ratio to our own base in the same run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = "orlando_pd"
"""The department of which the synthetic ones are copies, with ids and names of their own."""
RUN = """
import sys, time, resource
from datetime import date
from pathlib import Path
from bot.knowledge.report import problems_of
began = time.monotonic()
base, problems = problems_of(Path(sys.argv[1]), date.today())
seconds = time.monotonic() - began
status = Path("/proc/self/status").read_text()
peak = int(next(l for l in status.splitlines() if l.startswith("VmHWM")).split()[1]) / 1024
print(len(base.jurisdictions), len(problems), round(seconds, 2), round(peak))
"""


def measure(root: Path) -> tuple[int, int, float, float]:
    """Jurisdictions, problems, seconds, MB."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", RUN, str(root)], env=env, capture_output=True, text=True, check=True)
    places, problems, seconds, peak = done.stdout.split()
    return int(places), int(problems), float(seconds), float(peak)


def synthetic(root: Path, count: int) -> None:
    """Copies of our data with `count` departments more."""
    for folder in ("data", "locales"):
        shutil.copytree(ROOT / folder, root / folder)
    responses = root / "data" / "responses"
    for folder in ("policies", "en", "es"):
        path = responses / folder / "departments" / f"{MODEL}.yaml"
        text = path.read_text(encoding="utf-8")
        for n in range(count):
            made = re.sub(
                r"\borlando_(pd_)?", f"made_{n}_", text.replace(f"jurisdiction: {MODEL}", f"jurisdiction: made_{n}")
            )
            if folder == "policies":
                made = re.sub(r"^(aliases|weak_aliases|neighborhoods):\n(?:  - .*\n)+", "", made, flags=re.MULTILINE)
                made = re.sub(r"^(aliases|weak_aliases|neighborhoods):.*\n", "", made, flags=re.MULTILINE)
                made = re.sub(r"^examples:\n(?:  - .*\n)+", "", made, flags=re.MULTILINE)
                name = f"madeville{letters(n)}"
                made += f"aliases: [{name}]\nexamples: [the police of {name} stopped me]\n"
            (path.parent / f"made_{n}.yaml").write_text(made, encoding="utf-8")


def letters(number: int) -> str:
    """A number in letters, so that names differ as names do."""
    return "".join(chr(ord("a") + int(digit)) * 2 for digit in f"{number:05d}")


def main(count: int) -> None:
    ours = measure(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        synthetic(Path(folder), count)
        print(f"made {count} departments in {time.monotonic() - began:.0f} s", file=sys.stderr)
        large = measure(Path(folder))
    print(f"{'':12}{'jurisdictions':>14}{'problems':>10}{'seconds':>9}{'MB':>7}")
    for name, row in (("our base", ours), ("synthetic", large)):
        print(f"{name:12}{row[0]:>14}{row[1]:>10}{row[2]:>9.1f}{row[3]:>7.0f}")
    print(f"ratio: {large[2] / ours[2]:.0f} times the seconds for {large[0] / ours[0]:.0f} times the jurisdictions")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 18_000)
