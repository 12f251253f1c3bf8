"""Outcomes with figures: a line for each check, and a last line that `cargo xtask` counts."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
PLUGINS = ["proscenium-strip", "proscenium-glue", "proscenium-distance", "proscenium-space"]


def bundle(plugin, extension):
    path = TARGET / "bundled" / f"{plugin}.{extension}"
    if not path.exists():
        sys.exit(f"{path} is not there: run `cargo xtask bundle` first")
    return path


def wanted(arguments):
    """The plugins that the command line names, or all."""
    return [plugin for plugin in PLUGINS if not arguments or any(a in plugin for a in arguments)]


class Failed(Exception):
    """Nothing after this can be tried. `counted`: a check has said so."""

    def __init__(self, what, counted=False):
        super().__init__(what)
        self.counted = counted


class Report:
    def __init__(self, host):
        self.host, self.prefix, self.passed, self.failed = host, "", 0, 0

    def about(self, plugin):
        self.prefix = f"{plugin}: "

    def check(self, holds, what, figures="", needed=False):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
        print(f"{'PASS' if holds else 'FAIL'}  {self.prefix}{what}" + (f"  [{figures}]" if figures else ""), flush=True)
        if needed and not holds:
            raise Failed(what, counted=True)
        return bool(holds)

    def stopped(self, error):
        """What has ended the checks of a plugin early is a failure, once."""
        if not error.counted:
            self.check(False, "its checks come to their end", str(error))

    def note(self, what, figures):
        print(f"NOTE  {self.prefix}{what}  [{figures}]", flush=True)

    def finish(self):
        outcome = "FAILED" if self.failed else "ok"
        print(f"test result: {outcome}. {self.passed} passed; {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)
