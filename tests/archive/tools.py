"""Programs of the system that tests run."""

import shutil
import subprocess


def run_tool(name: str, *arguments: object) -> int:
    """Run a program of the system and return its exit code; one that is not there has failed."""
    path = shutil.which(name)
    if path is None:
        return 1
    return subprocess.run([path, *map(str, arguments)], capture_output=True, check=False).returncode  # noqa: S603
