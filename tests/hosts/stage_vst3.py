"""Instances as VST3, in a host that plays in real time and opens no window: how they share a room, and
what the framework's patches mend. Run by `cargo xtask test`.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

from daw.vst3 import MONO, OFFLINE, REALTIME, STEREO, Instance, no_thread_stays_behind, param_id, play_on, play_until


def a_room_is_followed_as_gestures_with_no_window():
    group = [Instance(f"proscenium-{name}") for name in ("distance", "distance", "space")]
    first, second, space = group
    play_on(group, 0.6)
    for instance in group:
        instance.waiting[param_id("room_group")] = 0.25
        play_on(group, 0.2)
    assert space.value("decay") == "2 s", space.value("decay")
    for instance in group:
        instance.edits.clear()
    first.waiting[param_id("room")] = 1 / 7
    taken = play_until("Studio", group, lambda: (second.value("room"), space.value("decay")) == ("Studio", "0.4 s"))
    print(f"followed within {taken * 1e3:.0f} ms")
    play_on(group, 0.3)
    room = param_id("room")
    assert second.edits == [("begin", room), ("set", room), ("end", room)], second.edits
    assert len(space.edits) == 12 and space.value("room") == "Studio", space.edits
    assert first.edits == [], first.edits
    for instance in group:
        instance.close()


def instances_end_while_others_have_them_follow():
    keeper = Instance("proscenium-distance")
    keeper.waiting[param_id("room_group")] = 0.5
    for turn in range(40):
        guest = Instance("proscenium-distance")
        guest.waiting[param_id("room_group")] = 0.5
        for step in range(turn % 8):
            keeper.waiting[param_id("room")] = (step + turn) % 7 / 7
            play_on([keeper, guest], 0.012)
        guest.close()
    # Whoever carries out the edits of all has outlived those who are gone.
    guest = Instance("proscenium-distance")
    guest.waiting[param_id("room_group")] = 0.5
    play_on([keeper, guest], 0.3)
    for name, place in (("Booth", 0), ("Cathedral", 6)):
        guest.waiting[param_id("room")] = place / 7
        play_until(name, [keeper, guest], lambda: keeper.value("room") == name)
    guest.close()
    keeper.close()


def a_first_offline_render_is_one_and_follows_nobody():
    player = Instance("proscenium-distance")
    renders = [Instance("proscenium-distance", mode) for mode in (OFFLINE, REALTIME)]
    group = [player, *renders]
    for instance in group:
        instance.waiting[param_id("room_group")] = 0.75
        play_on(group, 0.3)
    player.waiting[param_id("room")] = 0
    offline, playing = renders
    play_until("Booth", group, lambda: playing.value("room") == "Booth")
    play_on(group, 0.5)
    assert offline.value("room") != "Booth", offline.value("room")
    for instance in group:
        instance.close()


def a_mono_track_may_have_a_stereo_sidechain():
    for bundle in ("proscenium-strip", "proscenium-glue", "proscenium-space"):
        Instance(bundle, arrangement=([MONO, STEREO], [MONO])).close()
    Instance("proscenium-distance", arrangement=([MONO], [MONO, STEREO])).close()


def buses_that_are_not_connected_leave_the_plugin_at_work():
    for bundle in ("proscenium-distance", "proscenium-glue"):
        instance = Instance(bundle)
        instance.waiting[param_id("output")] = 0.25
        outputs = [instance.play(0.25) for _ in range(40)][-1]
        assert max(map(abs, outputs[0])) < 0.1, f"{bundle} passes audio as it is"
        instance.close()


TESTS = [
    a_room_is_followed_as_gestures_with_no_window,
    instances_end_while_others_have_them_follow,
    a_first_offline_render_is_one_and_follows_nobody,
    a_mono_track_may_have_a_stereo_sidechain,
    buses_that_are_not_connected_leave_the_plugin_at_work,
    no_thread_stays_behind,
]


def main():
    if not sys.platform.startswith("linux"):
        sys.exit("this host knows the bundles of Linux alone")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PROSCENIUM_STAGE"] = str(Path(folder) / "stage")
        for test in TESTS:
            try:
                test()
                print(f"test {test.__name__} ... ok", flush=True)
            except Exception:
                failed += 1
                print(f"test {test.__name__} ... FAILED", flush=True)
                traceback.print_exc(file=sys.stdout)
    outcome = "FAILED" if failed else "ok"
    print(f"test result: {outcome}. {len(TESTS) - failed} passed; {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
