-- quarry:up
-- How many terms each chunk has, for a thousand chunks in a row: what scoring needs of every chunk that it looks at.
-- Derived from chunk_terms; a block that is missing is read from there.

CREATE TABLE chunk_lengths (
    block   INTEGER PRIMARY KEY,           -- chunks block * 1000 … block * 1000 + 999
    lengths BLOB NOT NULL                  -- 4 bytes a chunk: title, headings (at most 255), text (16 bits, low first)
) STRICT;

-- quarry:down
DROP TABLE chunk_lengths;
