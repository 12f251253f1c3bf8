"""The files that `cargo xtask mix --export` writes, held against their formats: `exported.py [FOLDER]`.

Run by `cargo xtask test` on what `mix/tests/exported.rs` has left in cargo's folder for what tests write: the Reaper
project by a parser of PyPI's and by the rules of its chunks, the DAWproject by schema (Bitwig's own too, if
DAWPROJECT_SCHEMAS names their folder).
"""

import base64
import json
import os
import re
import sys
import zipfile
from pathlib import Path

import rpp
import xmlschema

from daw.report import TARGET, Report

HERE = Path(__file__).resolve().parent
# How many words come after the first one, by Cockos' "State Chunk Definitions" and by projects that Reaper 6 and 7 saved.
WORDS = {
    # VOLPAN: of an item, of a track.
    "TEMPO": [3], "NAME": [1], "PEAKCOL": [1], "VOLPAN": [4, 5], "NCHAN": [1], "FX": [1], "MAINSEND": [2], "AUXRECV": [12], "POSITION": [1],
    "LENGTH": [1], "LOOP": [1], "FILE": [1], "BYPASS": [3], "CFG": [4], "FLOATPOS": [4], "FXID": [1], "WAK": [2], "PT": [3], "ACT": [2],
}
# What stands around each plugin, in this order, automation between the last two.
AROUND = ["BYPASS", "CLAP", "FLOATPOS", "FXID", "WAK"]
IDENTITY = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")

report = Report("exports")


def lines_of(block):
    """The lines of a block and of the blocks inside, as words."""
    for line in block:
        yield from lines_of(line) if isinstance(line, rpp.Element) else [line]


def word(line):
    return line.tag if isinstance(line, rpp.Element) else line[0]


def state_of(plugin):
    """The state's bytes: lines of 128 characters of base64, then one that is shorter or as long."""
    lines = [line if isinstance(line, str) else " ".join(line) for line in plugin.find("STATE")]
    whole = all(len(line) == 128 for line in lines[:-1]) and 0 < len(lines[-1]) <= 128
    return base64.b64decode("".join(lines), validate=True) if whole else b""


def is_saved_by_plugin(state):
    """As the plugins save: the length of the JSON (64 bits, little-endian), and the JSON."""
    return int.from_bytes(state[:8], "little") == len(state) - 8 and "params" in json.loads(state[8:])


def reaper(folder):
    file = next(folder.glob("*.rpp"))
    text = file.read_text("utf-8")
    project = rpp.loads(text)
    tracks, plugins = project.findall(".//TRACK"), project.findall(".//CLAP")
    report.check(project.tag == "REAPER_PROJECT" and len(tracks) > 10, "the Reaper project is read by rpp", f"{len(tracks)} tracks, {len(plugins)} plugins")
    depth, odd = 0, []
    for number, line in enumerate(text.splitlines(), 1):
        depth -= line.strip() == ">"
        if line != "  " * depth + line.strip() or not line.isprintable():
            odd.append(number)
        depth += line.strip().startswith("<")
    report.check(depth == 0 and not odd, "every block is closed, and every line as deep as its block", f"lines {odd[:3]}" if odd else f"{number} lines")
    off = [line for line in lines_of(project) if isinstance(line, list) and len(line) - 1 not in WORDS.get(line[0], [len(line) - 1])]
    report.check(not off, "every line has the words that its kind has", str(off[:3]) if off else f"{len(WORDS)} kinds")
    chains = project.findall(".//FXCHAIN") + project.findall(".//MASTERFXLIST")
    orders = [[word(line) for line in chain if word(line) in AROUND] for chain in chains]
    report.check(orders and all(order == AROUND * (len(order) // 5) for order in orders), "every plugin stands between its lines", f"{len(chains)} chains")
    heads = [plugin.attrib for plugin in plugins]
    named = all(len(head) == 3 and head[0].startswith("CLAP: Proscenium ") and head[1].startswith("audio.proscenium.") for head in heads)
    report.check(named, "every plugin is named by title and CLAP id", f"{sorted({head[1] for head in heads})}")
    states = [state_of(plugin) for plugin in plugins]
    report.check(states and all(map(is_saved_by_plugin, states)), "every state is whole, in lines of 128 characters of base64", f"{sum(map(len, states))} bytes")
    ids = re.findall(r"^ *(?:TRACKID|FXID|EGUID) (\S+)$", text, re.M)
    report.check(len(ids) == len(set(ids)) and all(map(IDENTITY.fullmatch, ids)), "every identity is one, and there once", f"{len(ids)}")
    sources = [line[1] for source in project.findall(".//SOURCE") for line in source if line[0] == "FILE"]
    lost = [name for name in sources if not (folder / name).is_file()]
    report.check(sources and not lost, "every stem that it names is beside it", ", ".join(lost) or f"{len(sources)} files")
    receives = [int(line[1]) for line in lines_of(project) if line[0] == "AUXRECV"]
    report.check(receives and all(0 <= track < len(tracks) for track in receives), "every receive comes from a track that is there", f"{len(receives)}")


def dawproject(folder):
    with zipfile.ZipFile(next(folder.glob("*.dawproject"))) as archive:
        report.check(archive.testzip() is None, "the DAWproject is a whole zip", f"{len(archive.namelist())} files")
        documents = {name: archive.read(name).decode("utf-8") for name in ("project.xml", "metadata.xml")}
        own = xmlschema.XMLSchema(HERE / "dawproject.xsd")
        schemas = {"project.xml": [own], "metadata.xml": [own]}
        published = os.environ.get("DAWPROJECT_SCHEMAS")
        if published:
            schemas["project.xml"].append(xmlschema.XMLSchema(Path(published) / "Project.xsd"))
            schemas["metadata.xml"].append(xmlschema.XMLSchema(Path(published) / "MetaData.xsd"))
        else:
            report.note("Bitwig's own schemas are not tried", "DAWPROJECT_SCHEMAS names no folder")
        for name, text in documents.items():
            for schema in schemas[name]:
                errors = [f"{error.path}: {error.reason}" for error in schema.iter_errors(text)]
                what = "the part of the schema that we use" if schema is own else "Bitwig's schema"
                report.check(not errors, f"{name} holds by {what}", "; ".join(errors[:2]) or f"{len(text)} characters")
        root = xmlschema.XMLResource(documents["project.xml"]).root
        named = [element.get("path") for element in root.iter() if element.get("path")]
        lost = sorted(set(archive.namelist()) ^ {*named, *documents})
        report.check(not lost, "it holds the files that it names, and no others", ", ".join(lost) or f"{len(named)} files")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET / "tmp/export"
    try:
        if report.check(list(folder.glob("*.rpp")) and list(folder.glob("*.dawproject")), "both projects are there", str(folder)):
            reaper(folder)
            dawproject(folder)
    except Exception as error:
        report.check(False, "the script comes to its end", f"{type(error).__name__}: {error}")
    report.finish()


if __name__ == "__main__":
    main()
