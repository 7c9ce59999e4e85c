-- quarry:up
-- What a search needs of the postings of a term that many chunks have: the chunks and how often, without the places, a
-- quarter of the bytes (lexical::CompactPostings). NULL: the postings are to be read, as those of rows that are older.
ALTER TABLE segment_terms ADD COLUMN counts bytea;
ALTER TABLE segment_terms ALTER COLUMN counts SET STORAGE EXTERNAL;
-- Nearly all vectors are of one embedder: the server took it for a way to few rows.
DROP INDEX vectors_by_embedder;

-- quarry:down
CREATE INDEX vectors_by_embedder ON vectors (embedder_id);
ALTER TABLE segment_terms DROP COLUMN counts;
