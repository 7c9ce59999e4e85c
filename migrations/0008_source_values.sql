-- quarry:up
-- Which sources have a value in their metadata: what a filter such as --where year=2020 looks up instead of reading
-- the metadata of every source. Derived from sources.metadata and documents.metadata of sources with a document.

-- A scalar, or an element of a list, by the names above it with dots between. A number is a number, however it was
-- written; everything else is text. An empty BLOB: there is a value that is not here (an object, a long text, …). Tags
-- are those of "tags", "keywords" and "categories", in lower case, under the name '#'.
CREATE TABLE source_values (
    name      TEXT NOT NULL,
    value     ANY NOT NULL,
    source_id INTEGER NOT NULL,            -- no foreign key, which would need an index of its own
    PRIMARY KEY (name, value, source_id)
) STRICT, WITHOUT ROWID;

-- That the table is complete: under which rules it was filled. The rows of an older base come when it is opened for
-- writing; until then filters read the metadata.
INSERT INTO settings (name, value) SELECT 'source_values', '1' WHERE NOT EXISTS (SELECT 1 FROM sources);

-- quarry:down
DELETE FROM settings WHERE name = 'source_values';
DROP TABLE source_values;
