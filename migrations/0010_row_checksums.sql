-- quarry:up
-- Checksums of the rows that nothing else in the base could prove: `docs verify` computes them anew, and a part of a
-- text is compared before it is shown. Whoever writes keeps them; the setting "row_checksums" says that all are there.

CREATE TABLE row_checksums (
    kind     INTEGER NOT NULL,             -- the table: core/store/sqlite/row_checksums.cpp has the numbers
    block    INTEGER NOT NULL,             -- so many rows by their id as are summed up there; 0 where there is one block
    checksum INTEGER NOT NULL,             -- the sum, modulo 2^64, of the rows' XXH3-64
    PRIMARY KEY (kind, block)
) STRICT, WITHOUT ROWID;

-- quarry:down
DELETE FROM settings WHERE name = 'row_checksums';
DROP TABLE row_checksums;
