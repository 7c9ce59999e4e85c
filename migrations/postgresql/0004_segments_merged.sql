-- quarry:up
-- The terms of a few new segments are read again when those are merged into one. Rows of a segment are written
-- together, so ranges of pages are enough to find them, and cost next to nothing when they are written.
CREATE INDEX segment_terms_by_segment ON segment_terms USING brin (segment_id) WITH (pages_per_range = 16);

-- quarry:down
DROP INDEX segment_terms_by_segment;
