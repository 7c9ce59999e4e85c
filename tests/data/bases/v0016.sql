-- A knowledge base of schema version 16, made by tests/data/bases/make.py. Not to be changed: see there.
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
    (1, 'knowledge_base', '8f5a542b641f6c5825932678b0bed1ffa44d6acb82a64486c2ffd160cb6b7e44', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (10, 'row_checksums', '06e804e1244ef051d5cb9591af53f7d24ee8ac8411a450403f53e597650bc665', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (11, 'collections', '9853a4e02c72463c9f50036a56145909c34c2d9d10f17750edfa4c9b219bcb1d', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (12, 'inner_headings', '8ba82c91b7739d00b7dd2165536323d58ccc453f9dbd20425609c9ffd9b59822', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (13, 'computed_vectors', 'f677cdbc1e454d9bec982073b0c8b87efad52caa6bf7eaaef5df0415158e299b', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (14, 'server', '7becf1d981ed2347c1bd64ba258b92b227cc3ac7c95f753c86382ed74233c7c4', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (15, 'agents', 'bcd5e160235e46c5a7bdf1c9b85a97ad6ad3fbef9441565fda27633c766448bf', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (16, 'packed_texts', '1671b793699ad424376dd08afd2a5e9bacbd69d4694cf9abbccad35fefc525d3', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (2, 'spans', '4df85c4eb7216cde0cd51cb611231016ac873f0434513cad1b75145df6c400b5', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (3, 'document_parts', '0fdd2cdcceba9a10c4695c0af4d4e2ad41dc0e96803fb793f851e27375ab835f', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (4, 'chunk_lengths', '49116c522f313220289864c699ec3b56f270b2e7199a6aa93e55191461cd8684', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (5, 'merge_later', 'c6d5a100621e0df848576a4dad55328a38146edda4f2b57bee5ffc359816f552', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (6, 'conversations', '41684bc295c227bb1cfdedada257c31b7029ec649f4ec1931810696125cf5f10', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (7, 'cache_and_runs', 'e9b70cc8f0c82274c069cb0119a51be253544387d9c0a1d36a09e6022d0d5712', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (8, 'source_values', '29829b9ae131c4a0dfcbdf89c4ed235517e5e41efdf1cd65303b5b5abc06dc17', '2026-11-21T10:00:00Z', 1, '0.1.0'),
    (9, 'compact_postings', '255dcf685c259c977e3600244063fcde13035e0ee7adb5ebc322eb45cfb36ca3', '2026-11-21T10:00:00Z', 1, '0.1.0');
CREATE TABLE quarry_migration_history (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    run_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL,
    script TEXT
);
INSERT INTO quarry_migration_history (id, direction, version, name, checksum, run_at, duration_ms, quarry_version, script) VALUES
    (1, 'up', 1, 'knowledge_base', '8f5a542b641f6c5825932678b0bed1ffa44d6acb82a64486c2ffd160cb6b7e44', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (10, 'up', 10, 'row_checksums', '06e804e1244ef051d5cb9591af53f7d24ee8ac8411a450403f53e597650bc665', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (11, 'up', 11, 'collections', '9853a4e02c72463c9f50036a56145909c34c2d9d10f17750edfa4c9b219bcb1d', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (12, 'up', 12, 'inner_headings', '8ba82c91b7739d00b7dd2165536323d58ccc453f9dbd20425609c9ffd9b59822', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (13, 'up', 13, 'computed_vectors', 'f677cdbc1e454d9bec982073b0c8b87efad52caa6bf7eaaef5df0415158e299b', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (14, 'up', 14, 'server', '7becf1d981ed2347c1bd64ba258b92b227cc3ac7c95f753c86382ed74233c7c4', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (15, 'up', 15, 'agents', 'bcd5e160235e46c5a7bdf1c9b85a97ad6ad3fbef9441565fda27633c766448bf', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (16, 'up', 16, 'packed_texts', '1671b793699ad424376dd08afd2a5e9bacbd69d4694cf9abbccad35fefc525d3', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (2, 'up', 2, 'spans', '4df85c4eb7216cde0cd51cb611231016ac873f0434513cad1b75145df6c400b5', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (3, 'up', 3, 'document_parts', '0fdd2cdcceba9a10c4695c0af4d4e2ad41dc0e96803fb793f851e27375ab835f', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (4, 'up', 4, 'chunk_lengths', '49116c522f313220289864c699ec3b56f270b2e7199a6aa93e55191461cd8684', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (5, 'up', 5, 'merge_later', 'c6d5a100621e0df848576a4dad55328a38146edda4f2b57bee5ffc359816f552', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (6, 'up', 6, 'conversations', '41684bc295c227bb1cfdedada257c31b7029ec649f4ec1931810696125cf5f10', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (7, 'up', 7, 'cache_and_runs', 'e9b70cc8f0c82274c069cb0119a51be253544387d9c0a1d36a09e6022d0d5712', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (8, 'up', 8, 'source_values', '29829b9ae131c4a0dfcbdf89c4ed235517e5e41efdf1cd65303b5b5abc06dc17', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL),
    (9, 'up', 9, 'compact_postings', '255dcf685c259c977e3600244063fcde13035e0ee7adb5ebc322eb45cfb36ca3', '2026-11-21T10:00:00Z', 1, '0.1.0', NULL);
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
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO settings (name, value) VALUES
    ('analyzer', 'quarry-analyzer/2 icu/72.1'),
    ('chunking', 'chunk/1 strategy=auto size=400 overlap=0'),
    ('embedder', 'hash/2'),
    ('generation', '0123456789abcdef'),
    ('inner_headings', '1'),
    ('languages', 'en de'),
    ('source_values', '1');
CREATE TABLE documents (
    id           INTEGER PRIMARY KEY,
    content_hash TEXT NOT NULL,            -- XXH3-128 of media type, title and text; not unique: texts are compared
    media_type   TEXT NOT NULL,
    title        TEXT NOT NULL,
    language     TEXT NOT NULL,            -- ISO 639-1, '' when unknown
    metadata     TEXT NOT NULL,            -- JSON object, from the document itself
    chunk_count  INTEGER NOT NULL,
    text_bytes   INTEGER NOT NULL,
    page_starts TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO documents (id, content_hash, media_type, title, language, metadata, chunk_count, text_bytes, page_starts) VALUES
    (1, '565483d28c4829c5e80ecdd668d39b36', 'text/markdown', 'Harbour', 'en', '{"author":"Ada"}', 2, 77, '[]'),
    (2, '90c6783412d47adb29738345d2090cba', 'text/plain', 'Hafen', 'de', '{}', 1, 79, '[]'),
    (3, 'cc8ea48f4c14fceceb2f7d307bc0c789', 'application/pdf', 'Tide table', 'en', '{}', 2, 37, '[0,19]');
CREATE TABLE chunk_texts (
    id   INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE              -- XXH3-128 of the chunk's text
) STRICT;
INSERT INTO chunk_texts (id, hash) VALUES
    (1, 'c13d6a91619b39e69cf78d059d8d4e50'),
    (2, '9f6c977296de2301256d8ac010ff1db6'),
    (3, '0b6fd129e7a076998514b22fd105449b'),
    (4, '722abf9f1521ca8fa63ebecb73438e76'),
    (5, 'fa9addb519529198fe8ed8aba0325889');
CREATE TABLE chunks (
    id           INTEGER PRIMARY KEY,
    document_id  INTEGER NOT NULL REFERENCES documents (id),
    ordinal      INTEGER NOT NULL,         -- 0, 1, 2, … in the document
    start_byte   INTEGER NOT NULL,
    end_byte     INTEGER NOT NULL,
    start_line   INTEGER NOT NULL,
    end_line     INTEGER NOT NULL,
    heading_path TEXT NOT NULL,            -- JSON array of the headings above, outermost first
    text_id      INTEGER NOT NULL REFERENCES chunk_texts (id), start_char INTEGER NOT NULL DEFAULT 0, end_char INTEGER NOT NULL DEFAULT 0, start_page INTEGER NOT NULL DEFAULT 0, end_page INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, symbol_path TEXT NOT NULL DEFAULT '[]', table_header TEXT NOT NULL DEFAULT '', parent_start INTEGER NOT NULL DEFAULT 0, parent_end INTEGER NOT NULL DEFAULT 0,
    UNIQUE (document_id, ordinal)
) STRICT;
INSERT INTO chunks (id, document_id, ordinal, start_byte, end_byte, start_line, end_line, heading_path, text_id, start_char, end_char, start_page, end_page, tokens, symbol_path, table_header, parent_start, parent_end) VALUES
    (1, 1, 0, 11, 39, 3, 3, '["Harbour"]', 1, 11, 39, 0, 0, 7, '[]', '', 0, 0),
    (2, 1, 1, 52, 76, 7, 7, '["Harbour","Lights"]', 2, 52, 76, 0, 0, 6, '[]', '', 0, 0),
    (3, 2, 0, 0, 79, 1, 1, '[]', 3, 0, 79, 0, 0, 18, '[]', '', 0, 0),
    (4, 3, 0, 0, 18, 1, 1, '[]', 4, 0, 18, 1, 1, 5, '[]', '', 0, 37),
    (5, 3, 1, 19, 37, 2, 2, '[]', 5, 19, 37, 2, 2, 5, '["Tides","low"]', '| day | tide |', 0, 37);
CREATE VIRTUAL TABLE chunk_terms USING fts5 (
    title, headings, body, content = '', tokenize = 'unicode61 remove_diacritics 0'
);
DELETE FROM chunk_terms_data;
INSERT INTO chunk_terms_data (id, block) VALUES
    (1, X'05070322'),
    (10, X'000000030101010001010101'),
    (137438953473, X'0000015E0330617402060102050206010204010601020402027566030601020701056272656E6E030601020D020375726E02060102040103646572030601020F02026965030A01020208050104666C7574030601020902026F7201060102050103686166030802010205030572626F7572010802010102010802010102020369676804060102020102696D030601020402016E030601020E01046C616D700206010203020469636874030601020C0303676874020601010302026F77050601020201056E616368740306010210020469676874020601020602036F6F6E0506010205010673636869666603060102030203686970010601020302026978040601020501047461626C04020301020302026865010801020206020369646501060102070302020102020202776F02060102020103756E64030601020A01047761697401060102040302727403060102060303746572040601020301060102030413090C0A0A0B0B090B130A09080B0B0A090C0B0A0D0A090C0A10090A0B09');
DELETE FROM chunk_terms_idx;
INSERT INTO chunk_terms_idx (segid, term, pgno) VALUES
    (1, X'', 2);
DELETE FROM chunk_terms_docsize;
INSERT INTO chunk_terms_docsize (id, sz) VALUES
    (1, X'010106'),
    (2, X'010205'),
    (3, X'01000F'),
    (4, X'020004'),
    (5, X'020004');
DELETE FROM chunk_terms_config;
INSERT INTO chunk_terms_config (k, v) VALUES
    ('automerge', 8),
    ('hashsize', 8388608),
    ('version', 4);
CREATE TABLE embedders (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimensions  INTEGER NOT NULL           -- 0 until the first vector
, computed_to INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO embedders (id, fingerprint, dimensions, computed_to) VALUES
    (1, 'hash/2', 2, 0);
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
CREATE TABLE document_parts (
    id          INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    start_byte  INTEGER NOT NULL,          -- of the document's text
    blocks      TEXT NOT NULL,             -- JSON array of [kind, start, end, level, label], for cutting it anew
    text        TEXT NOT NULL              -- last, so that the columns before it are read without it
, packed BLOB) STRICT;
INSERT INTO document_parts (id, document_id, start_byte, blocks, text, packed) VALUES
    (1, 1, 0, '[[1,0,9,1,"Harbour"],[0,11,39,0,""],[1,41,50,2,"Lights"],[0,52,76,0,""]]', '', X'28B52FFD204D250200D204101590C70D4062C3EEAA5DFE738B56CD9DACD1FA2A9801473A91A6373E2D33E7552071D5CA1D77220D3EC61D3982F64FF6570D6FC5765E9AFC93E56E99328BC04700'),
    (2, 2, 0, '[[0,0,79,0,""]]', '', X'28B52FFD204F2D0200A2040F14B0A903A0F4152C6C2FD36E9D6464D3440053021141225346D1A7BFDEBF11293A91B9E23C15C8940CF59D5AAADE89B5F4B622AA5C6D76C81CF5090101000D619601'),
    (3, 3, 0, '[[0,0,37,0,""]]', '', X'28B52FFD20250D0100D848696768207761746572206174207369782E0A4C6F776E6F6F6E2E01006A9B4D');
CREATE TABLE chunk_lengths (
    block   INTEGER PRIMARY KEY,           -- chunks block * 1000 … block * 1000 + 999
    lengths BLOB NOT NULL                  -- 4 bytes a chunk: title, headings (at most 255), text (16 bits, low first)
) STRICT;
INSERT INTO chunk_lengths (block, lengths) VALUES
    (0, X'00000000010106000102050001000F00020004000200040000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE cached_responses (
    request TEXT NOT NULL PRIMARY KEY,     -- SHA-256 of all that the response depends on
    kind    INTEGER NOT NULL,              -- 0 an answer of a chat model, 1 the vector of a query
    model   TEXT NOT NULL,                 -- for people
    value   BLOB NOT NULL,                 -- 0: JSON; 1: little-endian 32-bit floats
    bytes   INTEGER NOT NULL,              -- of value
    made_at INTEGER NOT NULL,              -- seconds since 1970
    used_at INTEGER NOT NULL,              -- the same
    uses    INTEGER NOT NULL               -- how often it was taken instead of asking
) STRICT;
INSERT INTO cached_responses (request, kind, model, value, bytes, made_at, used_at, uses) VALUES
    ('0a1b', 0, 'gpt', X'7B2274657874223A22466F72207468652074696465205B315D2E227D', 28, 1600000105, 1600000300, 2),
    ('2c3d', 1, 'hash', X'0000803F00000000', 8, 1600000104, 1600000104, 0);
CREATE TABLE runs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id      TEXT NOT NULL,           -- 32 hex digits
    name          TEXT NOT NULL,           -- the command: ask, chat, batch
    started_at    INTEGER NOT NULL,        -- nanoseconds since 1970
    duration      INTEGER NOT NULL,        -- nanoseconds
    error         TEXT NOT NULL,           -- what kind of failure, '' for none
    model         TEXT NOT NULL,           -- that was asked, '' for none
    input_tokens  INTEGER NOT NULL,        -- of all calls
    output_tokens INTEGER NOT NULL,
    cost          REAL,                    -- in dollars, null when it is not known
    calls         INTEGER NOT NULL,        -- of models
    cached_calls  INTEGER NOT NULL,        -- of these, answered from the cache
    spans         TEXT NOT NULL            -- JSON array: each part with its times and attributes
) STRICT;
INSERT INTO runs (id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, cached_calls, spans) VALUES
    (1, '0123456789abcdef0123456789abcdef', 'ask', 1600000100000000000, 5000000000, '', 'gpt', 900, 12, 0.25, 1, 0, '[]'),
    (2, 'fedcba9876543210fedcba9876543210', 'chat', 1600000200000000000, 7, 'failed', '', 0, 0, NULL, 0, 0, '[]');
CREATE TABLE source_values (
    name      TEXT NOT NULL,
    value     ANY NOT NULL,
    source_id INTEGER NOT NULL,            -- no foreign key, which would need an index of its own
    PRIMARY KEY (name, value, source_id)
) STRICT, WITHOUT ROWID;
INSERT INTO source_values (name, value, source_id) VALUES
    ('#', 'sea', 3),
    ('#', 'ships', 3),
    ('author', 'Ada', 1),
    ('author', 'Ada', 3),
    ('tags', 'Sea', 3),
    ('tags', 'ships', 3),
    ('year', 1843, 2),
    ('year', 1850, 3);
CREATE TABLE compact_segments (
    segment INTEGER PRIMARY KEY,           -- its number in the structure record of chunk_terms
    pages   INTEGER NOT NULL,              -- its last leaf page then
    mark    TEXT NOT NULL                  -- a hash of its end: another segment may get the same number later
) STRICT;
CREATE TABLE compact_postings (
    segment  INTEGER NOT NULL,             -- no foreign key: both are written and deleted together
    term     TEXT NOT NULL,
    postings BLOB NOT NULL,                -- core/store/compact_postings.h has the format
    PRIMARY KEY (segment, term)
) STRICT;
CREATE TABLE row_checksums (
    kind     INTEGER NOT NULL,             -- the table: core/store/sqlite/row_checksums.cpp has the numbers
    block    INTEGER NOT NULL,             -- so many rows by their id as are summed up there; 0 where there is one block
    checksum INTEGER NOT NULL,             -- the sum, modulo 2^64, of the rows' XXH3-64
    PRIMARY KEY (kind, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE collections (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL           -- seconds since 1970; 0 for main
) STRICT;
INSERT INTO collections (id, name, description, created_at) VALUES
    (1, 'main', '', 0),
    (2, 'letters', 'Letters of 1843', 1600000000);
CREATE TABLE "sources" (
    id            INTEGER PRIMARY KEY,
    collection_id INTEGER NOT NULL REFERENCES collections (id),
    uri           TEXT NOT NULL,
    kind          INTEGER NOT NULL,        -- 0 file, 1 standard input, 2 JSONL, 3 web page
    size          INTEGER NOT NULL,        -- of the file, 0 for other kinds
    mtime_ns      INTEGER NOT NULL,        -- nanoseconds since 1970, 0 for other kinds
    content_hash  TEXT NOT NULL,           -- XXH3-128 of the raw bytes, '' when they were not read
    status        INTEGER NOT NULL,        -- 0 ok, 1 failed
    error         TEXT NOT NULL,           -- why it failed, '' when it did not
    document_id   INTEGER REFERENCES documents (id),
    metadata      TEXT NOT NULL,           -- JSON object, given with the source
    ingested_at   INTEGER NOT NULL,        -- seconds since 1970
    validator     TEXT NOT NULL,           -- git's blob id; a web page's ETag and date
    UNIQUE (uri, collection_id)
) STRICT;
INSERT INTO sources (id, collection_id, uri, kind, size, mtime_ns, content_hash, status, error, document_id, metadata, ingested_at, validator) VALUES
    (1, 1, '/notes/harbour.md', 0, 77, 42, 'aecda3dd96ec7bdfe71866ecd63c9bfc', 0, '', 1, '{}', 1600000001, 'git 1f0c'),
    (2, 2, 'letters', 1, 0, 0, '3b73fbce2e7976ecaf9c39fdf620dc87', 0, '', 2, '{"year":1843}', 1600000002, ''),
    (3, 1, 'record-7', 2, 0, 0, '6c2d9c08f6fc0cefbb9750551ca3e495', 0, '', 1, '{"tags":["Sea","ships"],"year":1850}', 1600000003, ''),
    (4, 1, '/notes/broken.pdf', 0, 9, 43, 'c2ee0140b8deec3ae563659f23ffe1da', 1, 'it is not a PDF file', NULL, '{}', 1600000004, ''),
    (5, 1, 'https://example.org/tides.pdf', 3, 0, 0, '76e6aa448aaf725a46357cf265d74c5d', 0, '', 3, '{}', 1600000005, '"abc"');
CREATE VIRTUAL TABLE inner_headings USING fts5 (
    headings, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0'
);
DELETE FROM inner_headings_data;
INSERT INTO inner_headings_data (id, block) VALUES
    (1, X''),
    (10, X'00000000000000');
DELETE FROM inner_headings_idx;
DELETE FROM inner_headings_config;
INSERT INTO inner_headings_config (k, v) VALUES
    ('version', 4);
CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,  -- 32 hex digits
    email         TEXT NOT NULL UNIQUE,       -- in lower case
    name          TEXT NOT NULL,
    password      TEXT NOT NULL,              -- argon2id in its own encoding; '' when none is set
    scopes        TEXT NOT NULL,              -- what the user may do: names with blanks between
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER,                    -- null: may sign in
    sessions_from INTEGER NOT NULL,           -- what was issued before is not accepted any more
    max_tokens    INTEGER,                    -- of models in a calendar month; null: no limit
    max_cost      REAL                        -- the same, in the currency of the prices
) STRICT;
CREATE TABLE api_keys (
    id           TEXT NOT NULL PRIMARY KEY,   -- 32 hex digits
    name         TEXT NOT NULL UNIQUE,
    user_id      TEXT REFERENCES users (id) ON DELETE CASCADE,  -- null: it belongs to the owner of the base
    secret       BLOB NOT NULL UNIQUE,        -- SHA-256
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,                     -- null: never
    last_used_at INTEGER,                     -- within some minutes; null: not yet
    max_tokens   INTEGER,                     -- as those of users
    max_cost     REAL
) STRICT;
CREATE TABLE collection_grants (
    principal     TEXT NOT NULL,
    collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    access        INTEGER NOT NULL,           -- 1 read, 2 write too, 3 give it to others too
    PRIMARY KEY (principal, collection_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE spending (
    principal TEXT NOT NULL,
    month     TEXT NOT NULL,                  -- '2026-11', in UTC
    tokens    INTEGER NOT NULL,
    cost      REAL NOT NULL,
    PRIMARY KEY (principal, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_ins (
    secret     BLOB NOT NULL PRIMARY KEY,     -- SHA-256
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       INTEGER NOT NULL,              -- 0 a refresh token, 1 a browser
    family     TEXT NOT NULL,                 -- those that came from one another; one used twice ends all of them
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER                        -- when a refresh token was exchanged; null: not yet
) STRICT, WITHOUT ROWID;
CREATE TABLE signing_keys (
    id         TEXT NOT NULL PRIMARY KEY,     -- the `kid` of a token
    secret     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE audit_log (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    principal TEXT NOT NULL,                  -- who did it, '' for nobody who is known
    action    TEXT NOT NULL,                  -- 'sign-in', 'user.add', 'grant' ...
    subject   TEXT NOT NULL,                  -- what it was done to
    address   TEXT NOT NULL,                  -- where the request came from, '' for the command line
    outcome   TEXT NOT NULL                   -- 'ok', or why not
) STRICT;
CREATE TABLE logged_runs (
    id         TEXT NOT NULL PRIMARY KEY,     -- 32 hex digits
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,                 -- 'ask', 'chat', 'ingest' ...
    background INTEGER NOT NULL,              -- 1: goes on when nobody reads
    state      INTEGER NOT NULL,              -- 0 running, 1 ended
    reserved   INTEGER NOT NULL,              -- no event has a number above it
    kept_from  INTEGER NOT NULL,              -- the first event that is kept; older ones went
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES logged_runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,                  -- from 1 in each run
    name   TEXT NOT NULL,                     -- 'text', 'claim', 'done' ...
    data   TEXT NOT NULL,                     -- JSON on one line
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
    run_id     TEXT NOT NULL PRIMARY KEY REFERENCES logged_runs (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,                 -- 'ingest', 'embed', 'eval', 'batch'
    request    TEXT NOT NULL,                 -- JSON
    state      INTEGER NOT NULL,              -- 0 waiting, 1 running, 2 done, 3 given up, 4 cancelled
    attempts   INTEGER NOT NULL,              -- that were begun
    not_before INTEGER NOT NULL,              -- when it may be tried next
    lease      TEXT NOT NULL,                 -- who works on it, '' for nobody
    lease_until INTEGER NOT NULL,             -- when others may take it
    error      TEXT NOT NULL,                 -- JSON: why the last attempt failed, '' when none has
    result     TEXT NOT NULL                  -- JSON, '' until it is done
) STRICT;
CREATE TABLE originals (
    hash       TEXT NOT NULL PRIMARY KEY,     -- SHA-256, hexadecimal
    bytes      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE original_parts (
    hash   TEXT NOT NULL REFERENCES originals (hash) ON DELETE CASCADE,
    number INTEGER NOT NULL,                  -- from 0
    data   BLOB NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT;
CREATE TABLE source_originals (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    hash      TEXT NOT NULL REFERENCES originals (hash),
    name      TEXT NOT NULL,                  -- of the file, as it was uploaded
    type      TEXT NOT NULL                   -- its media type, as far as it is known
) STRICT;
CREATE TABLE idempotent_requests (
    principal TEXT NOT NULL,
    key       TEXT NOT NULL,                  -- as the client chose it
    request   TEXT NOT NULL,                  -- SHA-256 of the request, hexadecimal
    made_at   INTEGER NOT NULL,
    response  TEXT NOT NULL,                  -- JSON: status, headers and body; '' while it is worked on
    PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE model_responses (
    id         TEXT NOT NULL PRIMARY KEY,     -- 'resp_…'
    principal  TEXT NOT NULL,
    previous   TEXT NOT NULL,                 -- the one that it goes on from, '' for none
    created_at INTEGER NOT NULL,
    input      TEXT NOT NULL,                 -- JSON
    response   TEXT NOT NULL                  -- JSON
) STRICT;
CREATE TABLE "conversations" (
    id          INTEGER PRIMARY KEY,
    principal   TEXT NOT NULL,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    summary     TEXT NOT NULL,                -- of the turns up to `summarised`, '' for none
    summarised  INTEGER NOT NULL,             -- number of the last turn that the summary holds, 0 for none
    collections TEXT NOT NULL DEFAULT '',     -- what its answers were made from: names with blanks between; '' for all
    UNIQUE (principal, name)
) STRICT;
INSERT INTO conversations (id, principal, name, created_at, summary, summarised, collections) VALUES
    (1, 'owner', 'harbour', 1600000100, 'About ships.', 1, 'main letters');
CREATE TABLE "conversation_turns" (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES "conversations" (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,         -- 1, 2, 3, … in the conversation
    state           INTEGER NOT NULL,         -- 0 not finished, 1 answered, 2 stopped, 3 failed
    asked_at        INTEGER NOT NULL,
    answered_at     INTEGER,                  -- when it was finished
    question        TEXT NOT NULL,
    stand_alone     TEXT NOT NULL,            -- the question that was looked for, '' when it was the same
    answer          TEXT NOT NULL,            -- as far as it came
    record          TEXT NOT NULL,            -- JSON: the answer with its citations as `ask --json` prints it, or the error
    UNIQUE (conversation_id, number)
) STRICT;
INSERT INTO conversation_turns (id, conversation_id, number, state, asked_at, answered_at, question, stand_alone, answer, record) VALUES
    (1, 1, 1, 1, 1600000100, 1600000105, 'What do the ships wait for?', '', 'For the tide [1].', '{"answer":"x"}'),
    (2, 1, 2, 0, 1600000200, NULL, 'And when?', 'When is the tide?', 'At', '{}');
CREATE TABLE agent_threads (
    id          INTEGER PRIMARY KEY,
    principal   TEXT NOT NULL,
    name        TEXT NOT NULL,
    agent       TEXT NOT NULL,                -- the name of the root agent
    created_at  INTEGER NOT NULL,             -- seconds since 1970, as all times here
    forked_from TEXT NOT NULL,                -- the name of another thread, '' for none
    forked_step INTEGER NOT NULL,             -- that step of it
    UNIQUE (principal, name)
) STRICT;
CREATE TABLE agent_runs (
    run_id    TEXT NOT NULL PRIMARY KEY REFERENCES logged_runs (id) ON DELETE CASCADE,
    thread_id INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    file      TEXT NOT NULL,                  -- the agent's file, absolute
    digest    TEXT NOT NULL,                  -- SHA-256 of all of its files
    state     INTEGER NOT NULL,               -- 0 running, 1 waiting for a person, 2 done, 3 failed, 4 cancelled
    waiting   TEXT NOT NULL,                  -- JSON: what a person is asked, '' for nothing
    result    TEXT NOT NULL,                  -- JSON, '' until it is done
    error     TEXT NOT NULL,                  -- JSON, '' when it has not failed
    allowed   TEXT NOT NULL                   -- tools that run without a question: names with blanks between
) STRICT;
CREATE TABLE agent_steps (
    thread_id INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,               -- from 0 in each thread
    run_id    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    whole     INTEGER NOT NULL,               -- 1: `delta` has every channel
    delta     TEXT NOT NULL,                  -- JSON
    position  TEXT NOT NULL,                  -- JSON: what runs next
    nodes     TEXT NOT NULL,                  -- those that ran: names with blanks between
    PRIMARY KEY (thread_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE agent_calls (
    thread_id  INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    step       INTEGER NOT NULL,              -- the one that it belongs to
    task       TEXT NOT NULL,                 -- the path of the node, and what is behind it in a map
    number     INTEGER NOT NULL,              -- from 0 in each task
    kind       INTEGER NOT NULL,              -- 0 model, 1 tool, 2 question to a person, 3 approval
    name       TEXT NOT NULL,
    input_hash TEXT NOT NULL,                 -- XXH3-128
    input      TEXT NOT NULL,                 -- JSON; of a model ''
    state      INTEGER NOT NULL,              -- 0 begun, 1 done, 2 failed, 3 to be made again, as a person says
    result     TEXT NOT NULL,                 -- JSON
    began_at   INTEGER NOT NULL,
    ended_at   INTEGER,
    tokens     INTEGER NOT NULL,
    cost       REAL NOT NULL,                 -- in the currency of the prices
    PRIMARY KEY (thread_id, step, task, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE text_dictionaries (
    id    INTEGER PRIMARY KEY,             -- the dictionary's own id, which frames name
    hash  TEXT NOT NULL,                   -- XXH3-128 of the bytes
    bytes BLOB NOT NULL                    -- a dictionary of zstd
) STRICT;
CREATE INDEX documents_by_hash ON documents (content_hash);
CREATE INDEX chunks_by_text ON chunks (text_id);
CREATE UNIQUE INDEX vectors_by_text ON vectors (text_id, embedder_id);
CREATE UNIQUE INDEX document_parts_by_place ON document_parts (document_id, start_byte);
CREATE INDEX cached_responses_by_use ON cached_responses (used_at, bytes);
CREATE INDEX sources_by_document ON sources (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX sources_by_collection ON sources (collection_id, document_id);
CREATE INDEX api_keys_by_user ON api_keys (user_id);
CREATE INDEX collection_grants_by_collection ON collection_grants (collection_id);
CREATE INDEX sign_ins_by_user ON sign_ins (user_id);
CREATE INDEX audit_log_by_time ON audit_log (at);
CREATE INDEX logged_runs_by_principal ON logged_runs (principal, started_at);
CREATE INDEX jobs_by_state ON jobs (state, not_before);
CREATE INDEX source_originals_by_hash ON source_originals (hash);
CREATE INDEX model_responses_by_principal ON model_responses (principal);
CREATE INDEX agent_runs_by_thread ON agent_runs (thread_id);
COMMIT;
