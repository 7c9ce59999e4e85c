-- quarry:up
-- Which chunks have a frequent term, and how often, without the places: what scoring needs of chunk_terms, in a quarter
-- of the bytes. Derived from chunk_terms, for its large segments; a term that is missing is read from there.

-- The segments that have been gone through.
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

-- quarry:down
DROP TABLE compact_postings;
DROP TABLE compact_segments;
