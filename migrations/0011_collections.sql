-- quarry:up
-- Collections: sources that belong together, and that the same people may read. Each source is in exactly one.

CREATE TABLE collections (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL           -- seconds since 1970; 0 for main
) STRICT;
INSERT INTO collections (id, name, description, created_at) VALUES (1, 'main', '', 0);

-- The sources as they were, each in `main`. The key has the collection's id, so that a distributed engine can shard by
-- it; whoever writes sees to it that a URI is in one collection only.
CREATE TABLE sources_of_collections (
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
INSERT INTO sources_of_collections (id, collection_id, uri, kind, size, mtime_ns, content_hash, status, error,
    document_id, metadata, ingested_at, validator)
SELECT id, 1, uri, kind, size, mtime_ns, content_hash, status, error, document_id, metadata, ingested_at, validator
FROM sources ORDER BY id;
-- quarry:allow drop-table: the table above has taken its rows over, and no older program writes to this schema
DROP TABLE sources;
ALTER TABLE sources_of_collections RENAME TO sources;
CREATE INDEX sources_by_document ON sources (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX sources_by_collection ON sources (collection_id, document_id);

-- What the answers of a conversation were made from: the names of collections with blanks between; '' for all.
ALTER TABLE conversations ADD COLUMN collections TEXT NOT NULL DEFAULT '';

-- quarry:down
ALTER TABLE conversations DROP COLUMN collections;
CREATE TABLE sources_without_collections (
    id           INTEGER PRIMARY KEY,
    uri          TEXT NOT NULL UNIQUE,
    kind         INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    mtime_ns     INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    status       INTEGER NOT NULL,
    error        TEXT NOT NULL,
    document_id  INTEGER REFERENCES documents (id),
    metadata     TEXT NOT NULL,
    ingested_at  INTEGER NOT NULL,
    validator    TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO sources_without_collections (id, uri, kind, size, mtime_ns, content_hash, status, error, document_id,
    metadata, ingested_at, validator)
SELECT id, uri, kind, size, mtime_ns, content_hash, status, error, document_id, metadata, ingested_at, validator
FROM sources ORDER BY id;
DROP TABLE sources;
ALTER TABLE sources_without_collections RENAME TO sources;
CREATE INDEX sources_by_document ON sources (document_id) WHERE document_id IS NOT NULL;
DROP TABLE collections;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
