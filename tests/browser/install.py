"""Finds a Chromium for the browser tests, or installs one by the means at hand.

`make test` runs this. An installed browser is taken first; then Playwright's own, which is right
for most machines; then Debian's package, for machines that reach package mirrors only.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """Path of an installed browser: the one that CATALOG_CHROMIUM names, or one on the path."""
    return os.environ.get("CATALOG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _tried(*command: str) -> bool:
    print("browser:", " ".join(command), flush=True)
    try:
        return subprocess.run(command, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _from_debian() -> bool:
    as_root = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
    apt = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    packages = ("chromium", "fonts-dejavu-core")
    return _tried(*apt, "update") and _tried(
        *apt, "install", "-y", "--no-install-recommends", *packages
    )


def main() -> int:
    """Exit code 0 once there is a browser."""
    if found():
        print("browser:", found())
        return 0
    if _tried(sys.executable, "-m", "playwright", "install", "chromium") or _from_debian():
        return 0
    print("browser: none could be installed; install Chromium, or set CATALOG_CHROMIUM to one")
    return 1


if __name__ == "__main__":
    sys.exit(main())
