-- quarry:up
-- Answers of models and vectors of questions that were paid for once, and what was done when a question was asked.

-- What a server said to a request, by the hash of the whole request. Dropped by age, and by last use when it grows.
CREATE TABLE cached_responses (
    request TEXT NOT NULL PRIMARY KEY,     -- SHA-256 of all that the response depends on
    kind    INTEGER NOT NULL,              -- 0 an answer of a chat model, 1 the vector of a query
    model   TEXT NOT NULL,                 -- for people
    value   BLOB NOT NULL,                 -- 0: JSON; 1: little-endian 32-bit floats
    bytes   INTEGER NOT NULL,              -- of value
    made_at INTEGER NOT NULL,              -- seconds since 1970
    used_at INTEGER NOT NULL,              -- the same
    uses    INTEGER NOT NULL               -- how often it was taken instead of asking
) STRICT;
CREATE INDEX cached_responses_by_use ON cached_responses (used_at, bytes);

-- A question that was asked: how long each part took, what it cost, what failed.
CREATE TABLE runs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id      TEXT NOT NULL,           -- 32 hex digits
    name          TEXT NOT NULL,           -- the command: ask, chat, batch
    started_at    INTEGER NOT NULL,        -- nanoseconds since 1970
    duration      INTEGER NOT NULL,        -- nanoseconds
    error         TEXT NOT NULL,           -- what kind of failure, '' for none
    model         TEXT NOT NULL,           -- that was asked, '' for none
    input_tokens  INTEGER NOT NULL,        -- of all calls
    output_tokens INTEGER NOT NULL,
    cost          REAL,                    -- in dollars, null when it is not known
    calls         INTEGER NOT NULL,        -- of models
    cached_calls  INTEGER NOT NULL,        -- of these, answered from the cache
    spans         TEXT NOT NULL            -- JSON array: each part with its times and attributes
) STRICT;

-- quarry:down
DROP TABLE runs;
DROP TABLE cached_responses;
