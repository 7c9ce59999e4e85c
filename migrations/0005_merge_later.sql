-- quarry:up
-- Terms are written out after 8 MB of them in memory, which is about once a transaction of ingest, and merged when
-- eight segments of a size have come together, not four. Merging took a quarter of the time of writing the index.

INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('hashsize', 8388608);
INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('automerge', 8);

-- quarry:down
INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('automerge', 4);
INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('hashsize', 4194304);
