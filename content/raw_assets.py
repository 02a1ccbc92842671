"""First pass over the files in `assets/`: each with what its folder says of it, and what that leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from content.assets import DESCRIPTIONS, OPEN_LICENCES, AssetEntry, asset_files, entry_for, inspected
from content.raw import RawAsset
from content.source import Document, SourceFault, read_text

if TYPE_CHECKING:
    from content.reading import Reader

WEB = ("https://", "http://")


def read_assets(reader: Reader, folders: Sequence[str]) -> Iterator[RawAsset]:
    """The sound files in `folders`, the `assets/` of the curriculum and of its modules; faults go to the reader."""
    for folder in folders:
        base = reader.root / folder
        if not base.is_dir():
            continue
        document = reader.document(f"{folder}/{DESCRIPTIONS}") if (base / DESCRIPTIONS).exists() else None
        entries = reader.shape(dict[str, AssetEntry], document) or {}
        found = _files(reader, folder)
        if document:
            _check_entries(reader, document, entries, [*found])
        for inside, path in found.items():
            name = f"{folder}/{inside}"
            looks, faults = inspected(path, name, reader.root)
            reader.findings += faults
            entry = entry_for(inside, entries)
            if entry is None:
                reader.report(name, 0, "asset-licence-missing", file=f"{folder}/{DESCRIPTIONS}")
            elif looks and not any(fault.severity == "error" for fault in faults):
                line = document.line(path.name) if document else 0
                yield RawAsset(name, path, looks, entry, line, f"{folder}/{DESCRIPTIONS}")


def _files(reader: Reader, folder: str) -> dict[str, Path]:
    try:
        return dict(asset_files(reader.root / folder))
    except (OSError, RecursionError) as error:  # a folder that may not be read, or more of them than a path can name
        reader.report(folder, 0, "file-unreadable", reason=getattr(error, "strerror", None) or type(error).__name__)
        return {}


def _check_entries(reader: Reader, document: Document, entries: Mapping[str, AssetEntry], names: Sequence[str]) -> None:
    for key, entry in entries.items():
        line = document.line(key)
        if key not in names and "*" not in key:
            reader.report(document.path, line, "asset-entry", name=key)
        if not OPEN_LICENCES.fullmatch(entry.licence):
            reader.report(document.path, line, "licence", licence=entry.licence)
        if not entry.author.strip():
            reader.report(document.path, line, "field-empty", field=f"{key}.author")
        if entry.source and not entry.source.startswith(WEB):
            reader.report(document.path, line, "address", href=entry.source)
        if entry.captions and not (entry.captions in names and entry.captions.endswith(".vtt")):
            reader.report(document.path, line, "captions-file", name=entry.captions)


def transcript(reader: Reader, asset: RawAsset) -> str:
    """The text of a transcript beside the file."""
    name = f"{asset.path.rpartition('/')[0]}/{asset.entry.transcript}"
    try:
        return read_text(reader.inside(name), name)
    except SourceFault as fault:
        reader.findings.append(fault.finding)
        return ""
