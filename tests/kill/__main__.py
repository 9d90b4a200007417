"""`make soak-kill SEED=n`: kills at random instants and full disks, and what the next run makes of them."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.kill.disks import Disk, disk, memory
from tests.kill.town import proxies
from tests.kill.trial import (
    Reference,
    Scene,
    differing,
    kill_after,
    kill_at,
    prepare,
    recovered,
    reference,
    scenes,
)

MOMENTS = ("1", "5", "11", "publishing", "switching")
"""Of a first crawl of the sixteen pages: so many fetches, or a step of the publication."""
WEIGHTS = (6, 6, 4, 4)
"""Shares of the scenes: crawl, crawl again, publish, rebuild."""


def main() -> int:
    """Ends with `kill: K kills, F full disks, D differing`; 1 when anything differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disks", type=int, default=20)
    parser.add_argument(
        "--moments",
        action="store_true",
        help="only a first crawl: killed at a few fixed moments, and on full disks",
    )
    told = parser.parse_args()
    rng = random.Random(told.seed)
    prepare()
    with tempfile.TemporaryDirectory(dir=memory()) as name, proxies(Path(name)) as (sites, found):
        folder = Path(name)
        every = scenes(folder, sites, found)[: 1 if told.moments else None]
        wanted = {scene.name: reference(scene, folder / "quiet") for scene in every}
        for scene in every:
            print(f"{scene.name}: {wanted[scene.name].seconds:.2f} s undisturbed", flush=True)
        if told.moments:
            told.kills = len(MOMENTS)
            bad = fixed_moments(every[0], wanted[every[0].name], folder / "data")
        else:
            bad = kills(rng, told.kills, every, wanted, folder / "data")
        with disk(folder / "disk") as small:
            print(f"full disks by {small.how}", flush=True)
            bad += full_disks(rng, told.disks, every, wanted, small)
    print(f"kill: {told.kills} kills, {told.disks} full disks, {bad} differing")
    return 1 if bad else 0


def fixed_moments(scene: Scene, wanted: Reference, data: Path) -> int:
    """A first crawl killed at each of the moments; how many ended differently."""
    bad = 0
    for moment in MOMENTS:
        for _ in range(5):
            # The last moments are short, and on a busy machine the watcher may come too late.
            scene.begin(data)
            done = scene.call(data, kill_at(data, moment))
            if done.code == -9:
                break
        if done.code != -9:
            print(f"the crawl ended before the moment {moment!r} came: {done.out[-500:]}")
            bad += 1
            continue
        bad += tell(f"killed at {moment}", scene, data, wanted)
    return bad


def kills(
    rng: random.Random, count: int, every: tuple[Scene, ...], wanted: dict[str, Reference], data: Path
) -> int:
    """So many kills, each at an instant of the life of a scene; how many ended differently."""
    done = bad = 0
    while done < count:
        scene = rng.choices(every, WEIGHTS)[0]
        moment = rng.uniform(0, 1.1 * wanted[scene.name].seconds)
        scene.begin(data)
        if scene.call(data, kill_after(moment)).code != -9:
            continue
        done += 1
        bad += tell(f"kill {done} of {scene.name} after {moment:.3f} s", scene, data, wanted[scene.name])
        if done % 20 == 0:
            print(f"{done} kills", flush=True)
    return bad


def full_disks(
    rng: random.Random, count: int, every: tuple[Scene, ...], wanted: dict[str, Reference], small: Disk
) -> int:
    """So many runs that find the disk full; how many ended differently, or did not say what is the matter."""
    done = bad = 0
    share = 1.0
    while done < count:
        scene = rng.choice(every)
        room = int(rng.uniform(0, share) * wanted[scene.name].bytes)
        scene.begin(small.data)
        with small.filled(room) as inside:
            met = scene.call(small.data, inside=inside)
        if met.code in (0, 1):
            share = max(0.3, share * 0.9)  # there was room enough
            continue
        done += 1
        what = f"full disk {done}, {scene.name} with {room} bytes"
        if met.code != 3 or small.says not in met.out or "Traceback" in met.out:
            print(f"{what}: ended with {met.code}: {met.out[-2000:]}", flush=True)
            bad += 1
            continue
        bad += tell(what, scene, small.data, wanted[scene.name])
    return bad


def tell(what: str, scene: Scene, data: Path, wanted: Reference) -> bool:
    """Run again and compare; print what differs."""
    wrong = recovered(scene, data) or differing(scene, data, wanted)
    for line in wrong:
        print(f"{what}: {line}", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
