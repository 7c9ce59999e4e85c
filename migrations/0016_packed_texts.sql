-- quarry:up
-- Texts of documents are stored packed. The parts of an older base stay as they are, and readable, until quarry docs
-- gc packs them.

-- What texts of this base have in common: with it zstd packs short texts twice as well as by themselves.
CREATE TABLE text_dictionaries (
    id    INTEGER PRIMARY KEY,             -- the dictionary's own id, which frames name
    hash  TEXT NOT NULL,                   -- XXH3-128 of the bytes
    bytes BLOB NOT NULL                    -- a dictionary of zstd
) STRICT;

-- The text as one frame of zstd, of at most 64 kB when it is unpacked; then the column `text` is ''. NULL: the text is
-- in the column `text`. The whole text of a document: quarry docs show NAME.
ALTER TABLE document_parts ADD COLUMN packed BLOB;

-- quarry:down
-- quarry_unpacked(packed) is a function of quarry's own.
UPDATE document_parts SET text = quarry_unpacked(packed) WHERE packed IS NOT NULL;
-- quarry:allow drop-column: the column text has taken it over
ALTER TABLE document_parts DROP COLUMN packed;
DROP TABLE text_dictionaries;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
