-- quarry:up
-- The headings that begin within a chunk, but for those above all of it, which chunk_terms has: what a search for
-- heading:WORD looks up instead of reading the blocks of documents. Derived from document_parts.blocks.

-- Its rowid is the chunk's id. Terms as in chunk_terms, separated by spaces; U+E000 between two headings is a word of
-- its own, so that no phrase goes from one to the next.
CREATE VIRTUAL TABLE inner_headings USING fts5 (
    headings, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0'
);

-- That the table is complete: under which rules it was filled. The rows of an older base come when it is opened for
-- writing; until then the blocks are read.
INSERT INTO settings (name, value) SELECT 'inner_headings', '1' WHERE NOT EXISTS (SELECT 1 FROM documents);

-- quarry:down
DELETE FROM settings WHERE name = 'inner_headings';
DROP TABLE inner_headings;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
