#!/usr/bin/env python3
"""Writes a base of each version of the schema as SQL: v0001.sql, v0002.sql, ...

usage: make.py [VERSION]...

Writes the files that are missing, and those of the versions that are named. A version's file is written when its
migration is finished, and should not be written again: it stands for bases that people have. Its tables are made with
the migrations up to it; its rows are one small collection, as far as that version could hold it.
tests/unit/store/upgrade_test.cpp upgrades each file and compares it with a new base that was given the same collection.

Needs Python with FTS5 and libxxhash, on which quarry depends too.
"""

import ctypes
import hashlib
import json
import re
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MIGRATIONS = sorted((ROOT / "migrations").glob("*.sql"))
QUARRY_VERSION = re.search(r"project\(quarry VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]

# The ledger as quarry makes it (core/migrate/sqlite_ledger.cpp). Bases of version 1 have an older one.
LEDGER = """
CREATE TABLE quarry_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
CREATE TABLE quarry_migration_history (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    run_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL"""
LEDGER_1 = LEDGER + "\n);\n"
LEDGER_2 = LEDGER + """,
    script TEXT
);
CREATE TABLE quarry_migration_repeatables (
    name TEXT PRIMARY KEY,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
CREATE TABLE quarry_migration_progress (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    statements_done INTEGER NOT NULL,
    done_checksum TEXT NOT NULL,
    running INTEGER NOT NULL
);
"""

# The collection. upgrade_test.cpp has the same: change both, or neither.
HARBOUR = "# Harbour\n\nThe ships wait for the tide.\n\n## Lights\n\nTwo lamps burn at night.\n"
HAFEN = "Die Schiffe im Hafen warten auf die Flut, und die Lichter brennen in der Nacht."
TIDES = "High water at six.\nLow water at noon."


class Chunk:
    def __init__(self, text, part, line, headings, title, body, **spans):
        self.part = part
        self.start = text.encode().index(part.encode())
        self.end = self.start + len(part.encode())
        self.line = line
        self.headings = headings
        self.terms = (title, " ".join(headings).lower().replace("lights", "light"), body)
        self.spans = spans


GERMAN = "die schiff im haf wart auf die flut und die licht brenn in der nacht"
STEMMED_AS_ENGLISH = {
    "haf": "hafen",
    GERMAN: "die schiff im hafen warten auf die flut und die lichter brennen in der nacht",
}

DOCUMENTS = [
    {"since": 1, "media_type": "text/markdown", "title": "Harbour", "language": "en", "metadata": {"author": "Ada"},
     "text": HARBOUR, "page_starts": [],
     "blocks": [[1, 0, 9, 1, "Harbour"], [0, 11, 39, 0, ""], [1, 41, 50, 2, "Lights"], [0, 52, 76, 0, ""]],
     "chunks": [
         Chunk(HARBOUR, "The ships wait for the tide.", 3, ["Harbour"], "harbour", "the ship wait for the tide",
               start_char=11, end_char=39, tokens=7),
         Chunk(HARBOUR, "Two lamps burn at night.", 7, ["Harbour", "Lights"], "harbour", "two lamp burn at night",
               start_char=52, end_char=76, tokens=6)]},
    {"since": 1, "media_type": "text/plain", "title": "Hafen", "language": "de", "metadata": {},
     "text": HAFEN, "page_starts": [], "blocks": [[0, 0, 79, 0, ""]],
     "chunks": [
         Chunk(HAFEN, HAFEN, 1, [], "haf", GERMAN, start_char=0, end_char=79, tokens=18)]},
    {"since": 2, "media_type": "application/pdf", "title": "Tide table", "language": "en", "metadata": {},
     "text": TIDES, "page_starts": [0, 19], "blocks": [[0, 0, 37, 0, ""]],
     "chunks": [
         Chunk(TIDES, "High water at six.", 1, [], "tide tabl", "high water at six",
               start_char=0, end_char=18, start_page=1, end_page=1, tokens=5, parent_end=37),
         Chunk(TIDES, "Low water at noon.", 2, [], "tide tabl", "low water at noon",
               start_char=19, end_char=37, start_page=2, end_page=2, tokens=5, parent_end=37,
               symbol_path='["Tides","low"]', table_header="| day | tide |")]},
]  # fmt: skip

# uri, kind, size, time, status, error, document, metadata; from version 2 on a validator, and web pages.
SOURCES = [
    (1, "/notes/harbour.md", 0, len(HARBOUR), 42, 0, "", 1, {}, "git 1f0c"),
    (1, "letters", 1, 0, 0, 0, "", 2, {"year": 1843}, ""),
    (1, "record-7", 2, 0, 0, 0, "", 1, {"tags": ["Sea", "ships"], "year": 1850}, ""),
    (1, "/notes/broken.pdf", 0, 9, 43, 1, "it is not a PDF file", None, {}, ""),
    (2, "https://example.org/tides.pdf", 3, 0, 0, 0, "", 3, {}, '"abc"'),
]

# Of the metadata above, by source.
SOURCE_VALUES = [
    ("author", "Ada", 1), ("year", 1843, 2),
    ("#", "sea", 3), ("#", "ships", 3), ("author", "Ada", 3), ("tags", "Sea", 3), ("tags", "ships", 3), ("year", 1850, 3),
]  # fmt: skip

EMBEDDER = "hash/2"
# By the text of the chunk.
VECTORS = {HARBOUR[11:39]: (1.0, 0.0), HAFEN: (0.0, 1.0)}

# From version 11 on: a collection beside main, the source that is in it, and what the conversation was about.
COLLECTION = {"id": 2, "name": "letters", "description": "Letters of 1843", "created_at": 1600000000}
IN_COLLECTION = "letters"

CONVERSATIONS = """
INSERT INTO conversations (id, name, created_at, summary, summarised) VALUES
    (1, 'harbour', 1600000100, 'About ships.', 1);
INSERT INTO conversation_turns VALUES
    (1, 1, 1, 1, 1600000100, 1600000105, 'What do the ships wait for?', '', 'For the tide [1].', '{"answer":"x"}'),
    (2, 1, 2, 0, 1600000200, NULL, 'And when?', 'When is the tide?', 'At', '{}');
"""
CACHE_AND_RUNS = """
INSERT INTO cached_responses VALUES
    ('0a1b', 0, 'gpt', CAST('{"text":"For the tide [1]."}' AS BLOB), 28, 1600000105, 1600000300, 2),
    ('2c3d', 1, 'hash', x'0000803f00000000', 8, 1600000104, 1600000104, 0);
INSERT INTO runs VALUES
    (1, '0123456789abcdef0123456789abcdef', 'ask', 1600000100000000000, 5000000000, '', 'gpt', 900, 12, 0.25, 1, 0, '[]'),
    (2, 'fedcba9876543210fedcba9876543210', 'chat', 1600000200000000000, 7, 'failed', '', 0, 0, NULL, 0, 0, '[]');
"""


class Canonical(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


def content_hash(text):
    """As core/base/hash.h: XXH3, 128 bits."""
    hasher = ctypes.CDLL("libxxhash.so.0").XXH3_128bits
    hasher.restype = Canonical
    hasher.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    data = text.encode()
    value = hasher(data, len(data))
    return f"{value.high:016x}{value.low:016x}"


def document_hash(document):
    """As core/store/document_hash.h."""
    return content_hash(
        f"{document['media_type']}\n{content_hash(document['title'])}\n{content_hash(document['text'])}"
    )


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def insert(database, table, row):
    places = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))


def number_of(migration):
    return int(migration.stem.partition("_")[0])


def migrate(database, version):
    """Runs the migrations up to `version` and keeps the ledger as quarry does, without the texts in its history."""
    database.executescript(LEDGER_1 if version == 1 else LEDGER_2)
    for path in MIGRATIONS:
        if number_of(path) > version:
            break
        text = path.read_text()
        number, _, name = path.stem.partition("_")
        database.executescript(text.partition("-- quarry:up\n")[2].partition("-- quarry:down\n")[0])
        entry = {"version": int(number), "name": name, "checksum": hashlib.sha256(text.encode()).hexdigest()}
        rest = {"duration_ms": 1, "quarry_version": QUARRY_VERSION}
        insert(database, "quarry_migrations", {**entry, "applied_at": "2026-11-21T10:00:00Z", **rest})
        insert(database, "quarry_migration_history",
               {"direction": "up", **entry, "run_at": "2026-11-21T10:00:00Z", **rest})  # fmt: skip


def fill_settings(database, version):
    settings = {
        # Until then every language was stemmed as English.
        "analyzer": "quarry-analyzer/2 icu/72.1" if version > 8 else "quarry-analyzer/1 icu/72.1",
        "chunking": "chunk/1 strategy=auto size=400 overlap=0",
        "embedder": EMBEDDER,
    }
    if version > 2:
        settings["generation"] = "0123456789abcdef"
    if version > 8:
        settings["languages"] = "en de"
    for name, value in settings.items():
        insert(database, "settings", {"name": name, "value": value})


def packed(text):
    """A frame of zstd, as quarry asks for it."""
    command = ["zstd", "-3", "--no-check", f"--stream-size={len(text)}", "--stdout"]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True).stdout


def fill_document(database, version, number, document):
    row = {
        "id": number, "content_hash": document_hash(document), "media_type": document["media_type"],
        "title": document["title"], "language": document["language"], "metadata": compact(document["metadata"]),
        "chunk_count": len(document["chunks"]), "text_bytes": len(document["text"].encode()),
    }  # fmt: skip
    # The language of a text that does not say it was first found by the analysis of version 9.
    if version < 9 and document["media_type"] == "text/plain":
        row["language"] = ""
    if version > 1:
        row["page_starts"] = compact(document["page_starts"])
    content = {"blocks": compact(document["blocks"]), "text": document["text"]}
    if version > 15:
        content.update(text="", packed=packed(document["text"].encode()))
    if version < 3:
        row.update(content)
    insert(database, "documents", row)
    if version > 2:
        insert(database, "document_parts", {"document_id": number, "start_byte": 0, **content})


def fill_chunk(database, version, document, ordinal, chunk):
    """Returns the chunk's terms in each field."""
    text_hash = content_hash(chunk.part)
    database.execute("INSERT OR IGNORE INTO chunk_texts (hash) VALUES (?)", [text_hash])
    text_id = database.execute("SELECT id FROM chunk_texts WHERE hash = ?", [text_hash]).fetchone()[0]
    row = {
        "document_id": document, "ordinal": ordinal, "start_byte": chunk.start, "end_byte": chunk.end,
        "start_line": chunk.line, "end_line": chunk.line, "heading_path": compact(chunk.headings), "text_id": text_id,
    }  # fmt: skip
    insert(database, "chunks", {**row, **(chunk.spans if version > 1 else {})})
    chunk_id = database.execute("SELECT max(id) FROM chunks").fetchone()[0]
    title, headings, body = chunk.terms
    if version < 9:
        title, body = (STEMMED_AS_ENGLISH.get(terms, terms) for terms in (title, body))
    insert(database, "chunk_terms", {"rowid": chunk_id, "title": title, "headings": headings, "body": body})
    vector = VECTORS.get(chunk.part)
    if vector:
        insert(database, "vectors", {"embedder_id": 1, "text_id": text_id, "vector": struct.pack("<2f", *vector)})
    return [len(field.split()) for field in chunk.terms]


def fill(database, version):
    fill_settings(database, version)
    insert(database, "embedders", {"id": 1, "fingerprint": EMBEDDER, "dimensions": 2})
    insert(database, "models", {"embedder_id": 1, "bytes": b"\x01\x02\xff"})
    if version > 10:
        insert(database, "collections", COLLECTION)
    lengths = bytearray(4 * 1000)
    chunk_id = 0
    for number, document in enumerate(DOCUMENTS, 1):
        if document["since"] > version:
            continue
        fill_document(database, version, number, document)
        for ordinal, chunk in enumerate(document["chunks"]):
            chunk_id += 1
            counts = fill_chunk(database, version, number, ordinal, chunk)
            struct.pack_into("<BBH", lengths, 4 * chunk_id, *counts)
    for number, source in enumerate(SOURCES, 1):
        since, uri, kind, size, mtime, status, error, document, metadata, validator = source
        if since > version:
            continue
        row = {
            "id": number, "uri": uri, "kind": kind, "size": size, "mtime_ns": mtime, "content_hash": content_hash(uri),
            "status": status, "error": error, "document_id": document, "metadata": compact(metadata),
            "ingested_at": 1600000000 + number,
        }  # fmt: skip
        if version > 1:
            row["validator"] = validator
        if version > 10:
            row["collection_id"] = 2 if uri == IN_COLLECTION else 1
        insert(database, "sources", row)
    if version > 3:
        insert(database, "chunk_lengths", {"block": 0, "lengths": bytes(lengths)})
    later = [CONVERSATIONS] * (version > 5) + [CACHE_AND_RUNS] * (version > 6)
    for statement in "".join(later).split(";\n"):
        if version > 13:
            statement = statement.replace("conversations (id,", "conversations (principal, id,").replace("(1, 'harbour'", "('owner', 1, 'harbour'")
        database.execute(statement)
    if version > 10:
        database.execute("UPDATE conversations SET collections = 'main letters'")
    if version > 7:
        database.executemany("INSERT INTO source_values VALUES (?, ?, ?)", SOURCE_VALUES)


# The tables of FTS5, and those that it keeps their content in.
SHADOWS = {"chunk_terms": ("data", "idx", "docsize", "config"), "inner_headings": ("data", "idx", "config")}


def rows_of(database, table):
    """The rows of a table as one INSERT statement."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    quoted = ", ".join(f"quote({column})" for column in columns)
    rows = [f"    ({', '.join(row)})" for row in database.execute(f"SELECT {quoted} FROM {table} ORDER BY 1, 2")]
    if rows:
        yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES\n" + ",\n".join(rows) + ";"


def dump(database, version):
    """The base as SQL. Tables of FTS5 are written as the rows of their shadow tables, byte for byte."""
    yield f"-- A knowledge base of schema version {version}, made by tests/data/bases/make.py. Not to be changed: see there."
    yield "PRAGMA page_size = 8192;\nPRAGMA auto_vacuum = INCREMENTAL;\nPRAGMA journal_mode = WAL;"
    yield f"PRAGMA application_id = {0x71727279};\nBEGIN;"
    schema = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    for kind, name, sql in schema:
        if kind != "table" or name.startswith(("chunk_terms_", "inner_headings_", "sqlite_")):
            continue
        yield sql + ";"
        if name not in SHADOWS:
            yield from rows_of(database, name)
            continue
        for shadow in SHADOWS[name]:
            yield f"DELETE FROM {name}_{shadow};"
            yield from rows_of(database, f"{name}_{shadow}")
    yield from (f"{sql};" for kind, _, sql in schema if kind != "table")
    yield "COMMIT;"


def main(arguments):
    for version in map(number_of, MIGRATIONS):
        path = HERE / f"v{version:04}.sql"
        if path.exists() and str(version) not in arguments:
            continue
        database = sqlite3.connect(":memory:", isolation_level=None)
        migrate(database, version)
        database.execute("BEGIN")
        fill(database, version)
        database.execute("COMMIT")
        path.write_text("\n".join(dump(database, version)) + "\n")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
