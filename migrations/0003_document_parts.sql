-- quarry:up
-- Texts of documents in parts, so that neither writing a long one nor reading a passage of it takes it whole.

-- A stretch of a document's text, with the blocks that begin in it. The parts of a document follow each other without
-- gaps, from byte 0; each has whole characters. A document without text has one empty part.
-- The whole text: SELECT group_concat(text, '') FROM
--     (SELECT text FROM document_parts WHERE document_id = … ORDER BY start_byte)
CREATE TABLE document_parts (
    id          INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    start_byte  INTEGER NOT NULL,          -- of the document's text
    blocks      TEXT NOT NULL,             -- JSON array of [kind, start, end, level, label], for cutting it anew
    text        TEXT NOT NULL              -- last, so that the columns before it are read without it
) STRICT;

INSERT INTO document_parts (document_id, start_byte, blocks, text)
SELECT id, 0, blocks, text FROM documents WHERE text_bytes <= 65536;

-- A longer text is halved, as bytes, until its pieces are short enough: in turn a piece is given the place of its cut
-- (before a byte that continues no character) and makes way for its two halves. The blocks go with its first piece.
WITH RECURSIVE pieces (document_id, start_byte, bytes, cut) AS (
    SELECT id, 0, CAST(text AS BLOB), NULL FROM documents WHERE text_bytes > 65536
    UNION ALL
    SELECT document_id, start_byte, bytes, length(bytes) / 2 - CASE
            WHEN substr(bytes, length(bytes) / 2 + 1, 1) NOT BETWEEN x'80' AND x'BF' THEN 0
            WHEN substr(bytes, length(bytes) / 2, 1) NOT BETWEEN x'80' AND x'BF' THEN 1
            WHEN substr(bytes, length(bytes) / 2 - 1, 1) NOT BETWEEN x'80' AND x'BF' THEN 2
            ELSE 3 END
        FROM pieces WHERE cut IS NULL AND length(bytes) > 65536
    UNION ALL
    SELECT document_id, start_byte, substr(bytes, 1, cut), NULL FROM pieces WHERE cut IS NOT NULL
    UNION ALL
    SELECT document_id, start_byte + cut, substr(bytes, cut + 1), NULL FROM pieces WHERE cut IS NOT NULL
    ORDER BY 1, 2
)
INSERT INTO document_parts (document_id, start_byte, blocks, text)
SELECT p.document_id, p.start_byte, CASE p.start_byte WHEN 0 THEN d.blocks ELSE '[]' END, CAST(p.bytes AS TEXT)
FROM pieces p JOIN documents d ON d.id = p.document_id WHERE p.cut IS NULL AND length(p.bytes) <= 65536;

CREATE UNIQUE INDEX document_parts_by_place ON document_parts (document_id, start_byte);

-- quarry:allow drop-column: the rows above have taken it over, and no older program writes to this schema
ALTER TABLE documents DROP COLUMN text;
-- quarry:allow drop-column: the same
ALTER TABLE documents DROP COLUMN blocks;

-- quarry:down
ALTER TABLE documents ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN text TEXT NOT NULL DEFAULT '';
UPDATE documents SET
    blocks = '[' || (
        SELECT coalesce(group_concat(substr(blocks, 2, length(blocks) - 2), ','), '') FROM (
            SELECT blocks FROM document_parts WHERE document_id = documents.id AND blocks <> '[]' ORDER BY start_byte
        )) || ']',
    text = (
        SELECT coalesce(group_concat(text, ''), '') FROM (
            SELECT text FROM document_parts WHERE document_id = documents.id ORDER BY start_byte
        ));
DROP TABLE document_parts;
