-- quarry:up
-- What was asked and answered in a chat, so that it can be gone on with.

CREATE TABLE conversations (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,           -- seconds since 1970
    summary    TEXT NOT NULL,              -- of the turns up to `summarised`, '' for none
    summarised INTEGER NOT NULL            -- number of the last turn that the summary holds, 0 for none
) STRICT;

-- A question and its answer. Written when it is asked, and again when it is answered.
CREATE TABLE conversation_turns (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,      -- 1, 2, 3, … in the conversation
    state           INTEGER NOT NULL,      -- 0 not finished, 1 answered, 2 stopped, 3 failed
    asked_at        INTEGER NOT NULL,      -- seconds since 1970
    answered_at     INTEGER,               -- the same, when it was finished
    question        TEXT NOT NULL,
    stand_alone     TEXT NOT NULL,         -- the question that was looked for, '' when it was the same
    answer          TEXT NOT NULL,         -- as far as it came
    record          TEXT NOT NULL,         -- JSON: the answer with its citations as `ask --json` prints it, or the error
    UNIQUE (conversation_id, number)
) STRICT;

-- quarry:down
DROP TABLE conversation_turns;
DROP TABLE conversations;
