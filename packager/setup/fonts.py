"""Fira Sans from KERN in the four cuts that the pages use, cut down to Latin letters (SIL Open Font License 1.1)."""

import logging
import shutil
import sys
from pathlib import Path

from fontTools import subset

SOURCE = Path("node_modules/@kern-ux/native/dist/fonts/fira-sans")
LICENCE = Path(__file__).parent / "OFL.txt"

# Cut in the package -> file name; KERN uses the weights 400, 500 and 600, italic only for running text.
CUTS = {
    "Regular": "fira-sans-400.woff2",
    "Italic": "fira-sans-400-italic.woff2",
    "Medium": "fira-sans-500.woff2",
    "SemiBold": "fira-sans-600.woff2",
}
# Basic Latin to Latin Extended-B, general punctuation, arrows; then euro, numero, minus, not equal, at most, at least,
# check mark and ballot x.
CHARACTERS = [
    *range(0x20, 0x250),
    *range(0x2000, 0x2070),
    *range(0x2190, 0x21A0),
    *(0x20AC, 0x2116, 0x2212, 0x2260, 0x2264, 0x2265, 0x2713, 0x2717),
]
# What running text needs: kerning, ligatures, accents, local forms. Small capitals and old-style figures stay behind.
FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl"]


def cut_down(source: Path, target: Path) -> int:
    """Write the Latin part of one font file as WOFF2; return its size in bytes."""
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = FEATURES
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    subset.save_font(font, target, options)
    return target.stat().st_size


def stage(folder: Path) -> None:
    """Fill `folder` with the four cuts and their licence."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for cut, name in CUTS.items():
        size = cut_down(SOURCE / f"FiraSans-{cut}.woff2", folder / name)
        print(f"  {name}: {size / 1000:.0f} kB")
    shutil.copyfile(LICENCE, folder / LICENCE.name)


if __name__ == "__main__":
    # Fira's OS/2 table sets three bits that its version does not define; fontTools drops them and says so four times.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    stage(Path(sys.argv[1]))
