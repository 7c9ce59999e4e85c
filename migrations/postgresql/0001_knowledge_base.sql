-- quarry:up
-- The knowledge base in PostgreSQL: documents, where they came from, their chunks, the index of their terms, and
-- vectors. What comes from documents and file names is bytea, since it may hold what text cannot: zero bytes, and names
-- of files that are not UTF-8. Enumerations have the numbers of the base in SQLite.

-- What the base knows of itself: under which analysis, chunking and embedder its content was made.
CREATE TABLE settings (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- The next id of each kind of row. Ids are given in the order of writing, and never twice.
CREATE TABLE counters (
    name    text NOT NULL PRIMARY KEY,
    next_id bigint NOT NULL
);
INSERT INTO counters (name, next_id) VALUES
    ('collections', 2), ('documents', 1), ('sources', 1), ('chunk_texts', 1), ('chunks', 1), ('segments', 1),
    ('embedders', 1);

CREATE TABLE collections (
    id          bigint NOT NULL PRIMARY KEY,
    name        text COLLATE "C" NOT NULL UNIQUE,
    description bytea NOT NULL,
    created_at  bigint NOT NULL                -- seconds since 1970, 0 for main
);
INSERT INTO collections (id, name, description, created_at) VALUES (1, 'main', '', 0);

-- A text as it was extracted, stored once however many sources have it.
CREATE TABLE documents (
    id           bigint NOT NULL PRIMARY KEY,
    content_hash text NOT NULL,                -- XXH3-128 of media type, title and text; not unique: texts are compared
    media_type   bytea NOT NULL,
    title        bytea NOT NULL,
    language     text NOT NULL,                -- ISO 639-1, '' when unknown
    metadata     bytea NOT NULL,               -- JSON object, from the document itself
    chunk_count  bigint NOT NULL,
    text_bytes   bigint NOT NULL,
    page_starts  text NOT NULL                 -- JSON array of byte offsets, one a page
);
CREATE INDEX documents_by_hash ON documents (content_hash);

-- The text of a document in parts, so that a span is read without the rest.
CREATE TABLE document_parts (
    document_id bigint NOT NULL REFERENCES documents (id),
    start_byte  bigint NOT NULL,
    blocks      bytea NOT NULL,                -- JSON array of [kind, start, end, level, label] that begin in the part
    content     bytea NOT NULL,
    PRIMARY KEY (document_id, start_byte)
);

-- A path, name or identifier that was read, and what became of it.
CREATE TABLE sources (
    id            bigint NOT NULL PRIMARY KEY,
    collection_id bigint NOT NULL REFERENCES collections (id),
    uri           bytea NOT NULL UNIQUE,
    kind          integer NOT NULL,            -- 0 file, 1 standard input, 2 JSONL, 3 web address
    size          bigint NOT NULL,             -- of the file, 0 for other kinds
    mtime_ns      bigint NOT NULL,             -- nanoseconds since 1970, 0 for other kinds
    content_hash  text NOT NULL,               -- XXH3-128 of the raw bytes, '' when they were not read
    validator     bytea NOT NULL,              -- git's blob id; a web page's ETag and date
    status        integer NOT NULL,            -- 0 ok, 1 failed
    error         bytea NOT NULL,              -- why it failed, '' when it did not
    document_id   bigint REFERENCES documents (id),
    metadata      bytea NOT NULL,              -- JSON object, given with the source
    ingested_at   bigint NOT NULL              -- seconds since 1970
);
CREATE INDEX sources_by_document ON sources (document_id);
CREATE INDEX sources_by_collection ON sources (collection_id);

-- Each distinct text of a chunk: what vectors belong to.
CREATE TABLE chunk_texts (
    id   bigint NOT NULL PRIMARY KEY,
    hash text NOT NULL UNIQUE                  -- XXH3-128 of the chunk's text
);

-- A span of a document: bytes [start_byte, end_byte) of its text.
CREATE TABLE chunks (
    id           bigint NOT NULL PRIMARY KEY,
    document_id  bigint NOT NULL REFERENCES documents (id),
    ordinal      bigint NOT NULL,              -- 0, 1, 2, ... in the document
    text_id      bigint NOT NULL REFERENCES chunk_texts (id),
    start_byte   bigint NOT NULL,
    end_byte     bigint NOT NULL,
    start_line   bigint NOT NULL,
    end_line     bigint NOT NULL,
    heading_path bytea NOT NULL,               -- JSON array of the headings above, outermost first
    start_char   bigint NOT NULL,
    end_char     bigint NOT NULL,
    start_page   bigint NOT NULL,
    end_page     bigint NOT NULL,
    tokens       bigint NOT NULL,
    symbol_path  bytea NOT NULL,               -- JSON array
    table_header bytea NOT NULL,
    parent_start bigint NOT NULL,
    parent_end   bigint NOT NULL,
    UNIQUE (document_id, ordinal)
);
CREATE INDEX chunks_by_text ON chunks (text_id);

-- The lexical index, in segments: each has the chunks [first_chunk, first_chunk + chunk_count) that one transaction
-- wrote. `lengths` has three little-endian 32-bit numbers for each chunk: how many terms its title, headings and body
-- have; the first is 4294967295 for a chunk that is gone. The other numbers are sums over the chunks that are not.
CREATE TABLE segments (
    id             bigint NOT NULL PRIMARY KEY,
    first_chunk    bigint NOT NULL UNIQUE,
    chunk_count    bigint NOT NULL,
    live_chunks    bigint NOT NULL,
    title_terms    bigint NOT NULL,
    heading_terms  bigint NOT NULL,
    body_terms     bigint NOT NULL,
    change         bigint NOT NULL,            -- another number after each change of the row
    lengths        bytea NOT NULL
);

-- The chunks of a segment that have a term, and where, as SQLite's FTS5 writes it: for each chunk its distance to the
-- one before (the first: to first_chunk), the size of its places twice, and the places, as variable-length integers.
CREATE TABLE segment_terms (
    term       bytea NOT NULL,
    segment_id bigint NOT NULL,
    postings   bytea NOT NULL,
    PRIMARY KEY (term, segment_id)
);

-- What made vectors: a model with its prompts and dimensions. Vectors of two embedders are never compared.
CREATE TABLE embedders (
    id          bigint NOT NULL PRIMARY KEY,
    fingerprint text NOT NULL UNIQUE,
    dimensions  bigint NOT NULL                -- 0 until the first vector
);

-- The vector of a chunk text: `dimensions` little-endian 32-bit floats.
CREATE TABLE vectors (
    embedder_id bigint NOT NULL REFERENCES embedders (id),
    text_id     bigint NOT NULL REFERENCES chunk_texts (id),
    vector      bytea NOT NULL,
    PRIMARY KEY (text_id, embedder_id)
);
CREATE INDEX vectors_by_embedder ON vectors (embedder_id);

-- An embedder's own table, where it was fitted on this base.
CREATE TABLE models (
    embedder_id bigint NOT NULL PRIMARY KEY REFERENCES embedders (id),
    content     bytea NOT NULL
);

-- These are read in slices, or do not shrink.
ALTER TABLE models ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE vectors ALTER COLUMN vector SET STORAGE EXTERNAL;
ALTER TABLE segments ALTER COLUMN lengths SET STORAGE EXTERNAL;
ALTER TABLE segment_terms ALTER COLUMN postings SET STORAGE EXTERNAL;

-- quarry:down
DROP TABLE models;
DROP TABLE vectors;
DROP TABLE embedders;
DROP TABLE segment_terms;
DROP TABLE segments;
DROP TABLE chunks;
DROP TABLE chunk_texts;
DROP TABLE sources;
DROP TABLE document_parts;
DROP TABLE documents;
DROP TABLE collections;
DROP TABLE counters;
DROP TABLE settings;
