-- A knowledge base of schema version 1, made by tests/data/bases/make.py. Not to be changed: see there.
PRAGMA page_size = 8192;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1903325817;
BEGIN;
CREATE TABLE quarry_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
INSERT INTO quarry_migrations (version, name, checksum, applied_at, duration_ms, quarry_version) VALUES
    (1, 'knowledge_base', '8f5a542b641f6c5825932678b0bed1ffa44d6acb82a64486c2ffd160cb6b7e44', '2026-11-21T10:00:00Z', 1, '0.1.0');
CREATE TABLE quarry_migration_history (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    run_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
INSERT INTO quarry_migration_history (id, direction, version, name, checksum, run_at, duration_ms, quarry_version) VALUES
    (1, 'up', 1, 'knowledge_base', '8f5a542b641f6c5825932678b0bed1ffa44d6acb82a64486c2ffd160cb6b7e44', '2026-11-21T10:00:00Z', 1, '0.1.0');
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO settings (name, value) VALUES
    ('analyzer', 'quarry-analyzer/1 icu/72.1'),
    ('chunking', 'chunk/1 strategy=auto size=400 overlap=0'),
    ('embedder', 'hash/2');
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
INSERT INTO documents (id, content_hash, media_type, title, language, metadata, chunk_count, text_bytes, blocks, text) VALUES
    (1, '565483d28c4829c5e80ecdd668d39b36', 'text/markdown', 'Harbour', 'en', '{"author":"Ada"}', 2, 77, '[[1,0,9,1,"Harbour"],[0,11,39,0,""],[1,41,50,2,"Lights"],[0,52,76,0,""]]', '# Harbour

The ships wait for the tide.

## Lights

Two lamps burn at night.
'),
    (2, '90c6783412d47adb29738345d2090cba', 'text/plain', 'Hafen', '', '{}', 1, 79, '[[0,0,79,0,""]]', 'Die Schiffe im Hafen warten auf die Flut, und die Lichter brennen in der Nacht.');
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
INSERT INTO sources (id, uri, kind, size, mtime_ns, content_hash, status, error, document_id, metadata, ingested_at) VALUES
    (1, '/notes/harbour.md', 0, 77, 42, 'aecda3dd96ec7bdfe71866ecd63c9bfc', 0, '', 1, '{}', 1600000001),
    (2, 'letters', 1, 0, 0, '3b73fbce2e7976ecaf9c39fdf620dc87', 0, '', 2, '{"year":1843}', 1600000002),
    (3, 'record-7', 2, 0, 0, '6c2d9c08f6fc0cefbb9750551ca3e495', 0, '', 1, '{"tags":["Sea","ships"],"year":1850}', 1600000003),
    (4, '/notes/broken.pdf', 0, 9, 43, 'c2ee0140b8deec3ae563659f23ffe1da', 1, 'it is not a PDF file', NULL, '{}', 1600000004);
CREATE TABLE chunk_texts (
    id   INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE              -- XXH3-128 of the chunk's text
) STRICT;
INSERT INTO chunk_texts (id, hash) VALUES
    (1, 'c13d6a91619b39e69cf78d059d8d4e50'),
    (2, '9f6c977296de2301256d8ac010ff1db6'),
    (3, '0b6fd129e7a076998514b22fd105449b');
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
INSERT INTO chunks (id, document_id, ordinal, start_byte, end_byte, start_line, end_line, heading_path, text_id) VALUES
    (1, 1, 0, 11, 39, 3, 3, '["Harbour"]', 1),
    (2, 1, 1, 52, 76, 7, 7, '["Harbour","Lights"]', 2),
    (3, 2, 0, 0, 79, 1, 1, '[]', 3);
CREATE VIRTUAL TABLE chunk_terms USING fts5 (
    title, headings, body, content = '', tokenize = 'unicode61 remove_diacritics 0'
);
DELETE FROM chunk_terms_data;
INSERT INTO chunk_terms_data (id, block) VALUES
    (1, X'0303031A'),
    (10, X'000000000101010001010101'),
    (137438953473, X'0000011603306174020601020502027566030601020701076272656E6E656E030601020D020375726E02060102040103646572030601020F02026965030A01020208050104666C7574030601020902026F7201060102050105686166656E030802010205030572626F75720108020101020108020101020102696D030601020402016E030601020E01046C616D7002060102030206696368746572030601020C0303676874020601010301056E616368740306010210020469676874020601020601067363686966660306010203020368697001060102030103746865010801020206020369646501060102070202776F02060102020103756E64030601020A010477616974010601020403047274656E03060102060409090E0A0A0B0B090D1309080B0D0A0C0B0D0A0B0A090A0B');
DELETE FROM chunk_terms_idx;
INSERT INTO chunk_terms_idx (segid, term, pgno) VALUES
    (1, X'', 2);
DELETE FROM chunk_terms_docsize;
INSERT INTO chunk_terms_docsize (id, sz) VALUES
    (1, X'010106'),
    (2, X'010205'),
    (3, X'01000F');
DELETE FROM chunk_terms_config;
INSERT INTO chunk_terms_config (k, v) VALUES
    ('version', 4);
CREATE TABLE embedders (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimensions  INTEGER NOT NULL           -- 0 until the first vector
) STRICT;
INSERT INTO embedders (id, fingerprint, dimensions) VALUES
    (1, 'hash/2', 2);
CREATE TABLE vectors (
    id          INTEGER PRIMARY KEY,
    embedder_id INTEGER NOT NULL REFERENCES embedders (id),
    text_id     INTEGER NOT NULL REFERENCES chunk_texts (id),
    vector      BLOB NOT NULL
) STRICT;
INSERT INTO vectors (id, embedder_id, text_id, vector) VALUES
    (1, 1, 1, X'0000803F00000000'),
    (2, 1, 3, X'000000000000803F');
CREATE TABLE models (
    embedder_id INTEGER PRIMARY KEY REFERENCES embedders (id),
    bytes       BLOB NOT NULL
) STRICT;
INSERT INTO models (embedder_id, bytes) VALUES
    (1, X'0102FF');
CREATE INDEX documents_by_hash ON documents (content_hash);
CREATE INDEX sources_by_document ON sources (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX chunks_by_text ON chunks (text_id);
CREATE UNIQUE INDEX vectors_by_text ON vectors (text_id, embedder_id);
COMMIT;
