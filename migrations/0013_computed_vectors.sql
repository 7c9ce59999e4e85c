-- quarry:up
-- Vectors that a model in the base makes again in seconds are not kept in the base: the index beside it has them.

-- Chunk texts with an id up to this one have vectors that are computed with the embedder's model (`models`) whenever
-- they are needed, and no rows in `vectors`; 0 where vectors are kept.
ALTER TABLE embedders ADD COLUMN computed_to INTEGER NOT NULL DEFAULT 0;

-- quarry:down
-- quarry:allow drop-column: vectors that are missing are made by the next quarry embed
ALTER TABLE embedders DROP COLUMN computed_to;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
