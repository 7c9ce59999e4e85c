-- quarry:up
-- What people said of answers: questions with what a good answer to them has. A principal is 'owner', 'user:ID' or
-- 'key:ID'.

CREATE TABLE answer_feedback (
    id         INTEGER PRIMARY KEY,
    principal  TEXT NOT NULL,                 -- who said it
    question   TEXT NOT NULL,                 -- as it can be asked alone
    good       INTEGER NOT NULL,              -- 1 a good answer, 0 a bad one
    answer     TEXT NOT NULL,                 -- that was judged
    answerable INTEGER NOT NULL,              -- 0: the documents do not say
    facts      TEXT NOT NULL,                 -- JSON: what a good answer says, a list of texts
    comment    TEXT NOT NULL,                 -- '' for none
    given_at   INTEGER NOT NULL,              -- seconds since 1970
    UNIQUE (principal, question)
) STRICT;

-- What the answer cited.
CREATE TABLE feedback_sources (
    feedback_id INTEGER NOT NULL REFERENCES answer_feedback (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,             -- from 0
    uri         TEXT NOT NULL,                -- as in sources
    quote       TEXT NOT NULL,
    PRIMARY KEY (feedback_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX feedback_sources_by_uri ON feedback_sources (uri);

-- quarry:down
DROP TABLE feedback_sources;
DROP TABLE answer_feedback;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
