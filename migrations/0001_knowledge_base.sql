-- quarry:up
-- The knowledge base: documents, where they came from, their chunks, the index of their terms, and vectors.
-- Any sqlite3 can open it. Enumerations are explained at their column; the numbers are fixed.

-- What the base knows of itself: under which analysis, chunking and embedder its content was made.
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A text as it was extracted, stored once however many sources have it.
CREATE TABLE documents (
    id           INTEGER PRIMARY KEY,
    content_hash TEXT NOT NULL,            -- XXH3-128 of media type, title and text; not unique: texts are compared
    media_type   TEXT NOT NULL,
    title        TEXT NOT NULL,
    language     TEXT NOT NULL,            -- ISO 639-1, '' when unknown
    metadata     TEXT NOT NULL,            -- JSON object, from the document itself
    chunk_count  INTEGER NOT NULL,
    text_bytes   INTEGER NOT NULL,
    blocks       TEXT NOT NULL,            -- JSON array of [kind, start, end, level, label], for cutting it anew
    text         TEXT NOT NULL             -- last, so that the columns before it are read without it
) STRICT;
CREATE INDEX documents_by_hash ON documents (content_hash);

-- A path, name or identifier that was read, and what became of it.
CREATE TABLE sources (
    id           INTEGER PRIMARY KEY,
    uri          TEXT NOT NULL UNIQUE,
    kind         INTEGER NOT NULL,         -- 0 file, 1 standard input, 2 JSONL
    size         INTEGER NOT NULL,         -- of the file, 0 for other kinds
    mtime_ns     INTEGER NOT NULL,         -- nanoseconds since 1970, 0 for other kinds
    content_hash TEXT NOT NULL,            -- XXH3-128 of the raw bytes, '' when they were not read
    status       INTEGER NOT NULL,         -- 0 ok, 1 failed
    error        TEXT NOT NULL,            -- why it failed, '' when it did not
    document_id  INTEGER REFERENCES documents (id),
    metadata     TEXT NOT NULL,            -- JSON object, given with the source
    ingested_at  INTEGER NOT NULL          -- seconds since 1970
) STRICT;
CREATE INDEX sources_by_document ON sources (document_id) WHERE document_id IS NOT NULL;

-- Each distinct text of a chunk: what vectors belong to.
CREATE TABLE chunk_texts (
    id   INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE              -- XXH3-128 of the chunk's text
) STRICT;

-- A span of a document: bytes [start_byte, end_byte) of its text.
CREATE TABLE chunks (
    id           INTEGER PRIMARY KEY,
    document_id  INTEGER NOT NULL REFERENCES documents (id),
    ordinal      INTEGER NOT NULL,         -- 0, 1, 2, … in the document
    start_byte   INTEGER NOT NULL,
    end_byte     INTEGER NOT NULL,
    start_line   INTEGER NOT NULL,
    end_line     INTEGER NOT NULL,
    heading_path TEXT NOT NULL,            -- JSON array of the headings above, outermost first
    text_id      INTEGER NOT NULL REFERENCES chunk_texts (id),
    UNIQUE (document_id, ordinal)
) STRICT;
CREATE INDEX chunks_by_text ON chunks (text_id);

-- The lexical index; its rowid is the chunk's id. It holds terms that quarry has analysed already (folded, stemmed,
-- split), separated by spaces, and no text: content is ''.
CREATE VIRTUAL TABLE chunk_terms USING fts5 (
    title, headings, body, content = '', tokenize = 'unicode61 remove_diacritics 0'
);

-- What made vectors: a model with its prompts and dimensions. Vectors of two embedders are never compared.
CREATE TABLE embedders (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimensions  INTEGER NOT NULL           -- 0 until the first vector
) STRICT;

-- The vector of a chunk text: `dimensions` little-endian 32-bit floats.
CREATE TABLE vectors (
    id          INTEGER PRIMARY KEY,
    embedder_id INTEGER NOT NULL REFERENCES embedders (id),
    text_id     INTEGER NOT NULL REFERENCES chunk_texts (id),
    vector      BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX vectors_by_text ON vectors (text_id, embedder_id);

-- An embedder's own table, where it was fitted on this base.
CREATE TABLE models (
    embedder_id INTEGER PRIMARY KEY REFERENCES embedders (id),
    bytes       BLOB NOT NULL
) STRICT;

-- quarry:down
DROP TABLE models;
DROP TABLE vectors;
DROP TABLE embedders;
DROP TABLE chunk_terms;
DROP TABLE chunks;
DROP TABLE chunk_texts;
DROP TABLE sources;
DROP TABLE documents;
DROP TABLE settings;
