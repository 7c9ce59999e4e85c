-- quarry:up
-- What a chunk is in, and where, in more units than bytes and lines. Chunks of a base that was made before are cut
-- anew by the next ingest, which fills this in. And what tells without reading that a source is unchanged.

ALTER TABLE sources ADD COLUMN validator TEXT NOT NULL DEFAULT '';         -- git's blob id; a web page's ETag and date

ALTER TABLE documents ADD COLUMN page_starts TEXT NOT NULL DEFAULT '[]';  -- JSON array of byte offsets, one a page

ALTER TABLE chunks ADD COLUMN start_char INTEGER NOT NULL DEFAULT 0;      -- code points before the chunk
ALTER TABLE chunks ADD COLUMN end_char INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chunks ADD COLUMN start_page INTEGER NOT NULL DEFAULT 0;      -- from 1; 0 in a text without pages
ALTER TABLE chunks ADD COLUMN end_page INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chunks ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;          -- in the encoding of the setting "chunking"
ALTER TABLE chunks ADD COLUMN symbol_path TEXT NOT NULL DEFAULT '[]';     -- JSON array, outermost first
ALTER TABLE chunks ADD COLUMN table_header TEXT NOT NULL DEFAULT '';      -- of a part of a table: its header row
ALTER TABLE chunks ADD COLUMN parent_start INTEGER NOT NULL DEFAULT 0;    -- bytes; the larger span it was cut from
ALTER TABLE chunks ADD COLUMN parent_end INTEGER NOT NULL DEFAULT 0;      -- 0: it has no parent

-- Terms are written out after 4 MB of them in memory, not after 1 MB: fewer segments to be merged.
INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('hashsize', 4194304);

-- quarry:down
INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('hashsize', 1048576);
ALTER TABLE chunks DROP COLUMN parent_end;
ALTER TABLE chunks DROP COLUMN parent_start;
ALTER TABLE chunks DROP COLUMN table_header;
ALTER TABLE chunks DROP COLUMN symbol_path;
ALTER TABLE chunks DROP COLUMN tokens;
ALTER TABLE chunks DROP COLUMN end_page;
ALTER TABLE chunks DROP COLUMN start_page;
ALTER TABLE chunks DROP COLUMN end_char;
ALTER TABLE chunks DROP COLUMN start_char;
ALTER TABLE documents DROP COLUMN page_starts;
ALTER TABLE sources DROP COLUMN validator;
