"""A virtual X display, the windows on it, and a mouse."""

import os
import re
import signal
import subprocess
import time

import numpy as np


def stop(process, grace_s=5):
    """Ends a process that was started in a session of its own, and its children."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process is None or process.poll() is not None:
            return
        try:
            os.killpg(process.pid, sign)
            process.wait(grace_s)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


class Window:
    def __init__(self, number, title, x, y, width, height):
        self.number, self.title, self.x, self.y, self.width, self.height = number, title, x, y, width, height


class Display:
    """Xvfb on a free display, with a window manager."""

    def __enter__(self):
        quiet = {"stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "start_new_session": True}
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1800x1200x24", "-nolisten", "tcp"], stdout=subprocess.PIPE, text=True, **quiet)
        self.name = ":" + self.server.stdout.readline().strip()
        self.environment = os.environ | {"DISPLAY": self.name, "LIBGL_ALWAYS_SOFTWARE": "1"}
        self.manager = subprocess.Popen(["openbox"], env=self.environment, stdout=subprocess.DEVNULL, **quiet)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        stop(self.manager)
        stop(self.server)

    def run(self, *words):
        command = list(map(str, words))
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=20).stdout.strip()

    def xdo(self, *words):
        return self.run("xdotool", *words)

    def windows(self):
        """The windows that the window manager manages: not those which a plugin has put into one of them."""
        found = []
        for line in self.run("wmctrl", "-l").splitlines():
            # Number, desktop, machine, title.
            number, _, _, *title = line.split(maxsplit=3)
            place = re.findall(r"(?:Absolute upper-left [XY]|Width|Height): +(-?\d+)", self.run("xwininfo", "-id", number))
            if len(place) == 4:
                found.append(Window(int(number, 16), *title or [""], *map(int, place)))
        return found

    def wait(self, is_wanted, limit_s=30):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            for window in self.windows():
                if window.width > 30 and window.height > 20 and is_wanted(window):
                    return window
            time.sleep(0.2)
        return None

    def editor(self, window):
        """The window that the plugin put into the host's: the largest one inside that another client made."""
        found = []
        for line in self.run("xwininfo", "-tree", "-id", window.number).splitlines():
            at = re.match(r"\s+(0x[0-9a-f]+) .*?(\d+)x(\d+)[+-]-?\d+[+-]-?\d+\s+\+(-?\d+)\+(-?\d+)", line)
            if at and (int(at[1], 16) ^ window.number) & ~0x1F_FFFF:
                found.append(Window(int(at[1], 16), "", *(int(at[n]) for n in (4, 5, 2, 3))))
        return max(found, key=lambda inner: inner.width * inner.height, default=None)

    def picture(self, window):
        """Its pixels: (rows, columns, RGB)."""
        command = ["import", "-window", "root", "-crop", f"{window.width}x{window.height}+{window.x}+{window.y}", "-depth", "8", "ppm:-"]
        data = subprocess.run(command, env=self.environment, capture_output=True, timeout=60).stdout
        size = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        columns, rows = int(size[1]), int(size[2])
        return np.frombuffer(data, np.uint8, rows * columns * 3, size.end()).reshape(rows, columns, 3)

    def drag(self, x, y, right, up):
        self.xdo("mousemove", x, y)
        time.sleep(0.05)
        self.xdo("mousedown", 1)
        for step in range(1, 6):
            self.xdo("mousemove", x + right * step // 5, y - up * step // 5)
            time.sleep(0.03)
        self.xdo("mouseup", 1)
        time.sleep(0.1)

    def close(self, window):
        """As a window manager's button does. Whether it has gone."""
        self.run("wmctrl", "-i", "-c", hex(window.number))
        end = time.monotonic() + 8
        while time.monotonic() < end:
            if window.number not in [other.number for other in self.windows()]:
                return True
            time.sleep(0.2)
        return False


def colours(picture):
    """How many colours there are: an editor that was never painted has one or two."""
    return len(np.unique(picture.reshape(-1, 3), axis=0))
