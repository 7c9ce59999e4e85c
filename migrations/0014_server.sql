-- quarry:up
-- Who may use a server of this base and what they did there, and work that goes on when they have left.
-- A principal is 'owner', 'user:ID' or 'key:ID'. All times are seconds since 1970 unless said otherwise.

CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,  -- 32 hex digits
    email         TEXT NOT NULL UNIQUE,       -- in lower case
    name          TEXT NOT NULL,
    password      TEXT NOT NULL,              -- argon2id in its own encoding; '' when none is set
    scopes        TEXT NOT NULL,              -- what the user may do: names with blanks between
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER,                    -- null: may sign in
    sessions_from INTEGER NOT NULL,           -- what was issued before is not accepted any more
    max_tokens    INTEGER,                    -- of models in a calendar month; null: no limit
    max_cost      REAL                        -- the same, in the currency of the prices
) STRICT;

-- A secret that a program has. It may do no more than the user that it belongs to.
CREATE TABLE api_keys (
    id           TEXT NOT NULL PRIMARY KEY,   -- 32 hex digits
    name         TEXT NOT NULL UNIQUE,
    user_id      TEXT REFERENCES users (id) ON DELETE CASCADE,  -- null: it belongs to the owner of the base
    secret       BLOB NOT NULL UNIQUE,        -- SHA-256
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,                     -- null: never
    last_used_at INTEGER,                     -- within some minutes; null: not yet
    max_tokens   INTEGER,                     -- as those of users
    max_cost     REAL
) STRICT;
CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- What a user or key may do in a collection. No row: nothing.
CREATE TABLE collection_grants (
    principal     TEXT NOT NULL,
    collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    access        INTEGER NOT NULL,           -- 1 read, 2 write too, 3 give it to others too
    PRIMARY KEY (principal, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_grants_by_collection ON collection_grants (collection_id);

-- What was spent at models in a calendar month.
CREATE TABLE spending (
    principal TEXT NOT NULL,
    month     TEXT NOT NULL,                  -- '2026-11', in UTC
    tokens    INTEGER NOT NULL,
    cost      REAL NOT NULL,
    PRIMARY KEY (principal, month)
) STRICT, WITHOUT ROWID;

-- Sign-ins that last: refresh tokens and the cookies of browsers.
CREATE TABLE sign_ins (
    secret     BLOB NOT NULL PRIMARY KEY,     -- SHA-256
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       INTEGER NOT NULL,              -- 0 a refresh token, 1 a browser
    family     TEXT NOT NULL,                 -- those that came from one another; one used twice ends all of them
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER                        -- when a refresh token was exchanged; null: not yet
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_by_user ON sign_ins (user_id);

-- The keys that access tokens are signed with. The newest signs; older ones check until their tokens have expired.
CREATE TABLE signing_keys (
    id         TEXT NOT NULL PRIMARY KEY,     -- the `kid` of a token
    secret     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Sign-ins, and what was changed about users, keys, grants and settings. Never a secret.
-- quarry:allow reserved-name: SQLite takes these names without quotes
CREATE TABLE audit_log (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    principal TEXT NOT NULL,                  -- who did it, '' for nobody who is known
    action    TEXT NOT NULL,                  -- 'sign-in', 'user.add', 'grant' ...
    subject   TEXT NOT NULL,                  -- what it was done to
    address   TEXT NOT NULL,                  -- where the request came from, '' for the command line
    outcome   TEXT NOT NULL                   -- 'ok', or why not
) STRICT;
CREATE INDEX audit_log_by_time ON audit_log (at);

-- An answer, job or agent that runs or ran, with the events that its readers get. (The table `runs` has traces.)
CREATE TABLE logged_runs (
    id         TEXT NOT NULL PRIMARY KEY,     -- 32 hex digits
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,                 -- 'ask', 'chat', 'ingest' ...
    background INTEGER NOT NULL,              -- 1: goes on when nobody reads
    state      INTEGER NOT NULL,              -- 0 running, 1 ended
    reserved   INTEGER NOT NULL,              -- no event has a number above it
    kept_from  INTEGER NOT NULL,              -- the first event that is kept; older ones went
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX logged_runs_by_principal ON logged_runs (principal, started_at);
CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES logged_runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,                  -- from 1 in each run
    name   TEXT NOT NULL,                     -- 'text', 'claim', 'done' ...
    data   TEXT NOT NULL,                     -- JSON on one line
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- Work that a server does in the background, again when it was killed or failed for a while.
CREATE TABLE jobs (
    run_id     TEXT NOT NULL PRIMARY KEY REFERENCES logged_runs (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,                 -- 'ingest', 'embed', 'eval', 'batch'
    request    TEXT NOT NULL,                 -- JSON
    state      INTEGER NOT NULL,              -- 0 waiting, 1 running, 2 done, 3 given up, 4 cancelled
    attempts   INTEGER NOT NULL,              -- that were begun
    not_before INTEGER NOT NULL,              -- when it may be tried next
    lease      TEXT NOT NULL,                 -- who works on it, '' for nobody
    lease_until INTEGER NOT NULL,             -- when others may take it
    error      TEXT NOT NULL,                 -- JSON: why the last attempt failed, '' when none has
    result     TEXT NOT NULL                  -- JSON, '' until it is done
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, not_before);

-- Files that were uploaded, by content, in parts.
CREATE TABLE originals (
    hash       TEXT NOT NULL PRIMARY KEY,     -- SHA-256, hexadecimal
    bytes      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE original_parts (
    hash   TEXT NOT NULL REFERENCES originals (hash) ON DELETE CASCADE,
    number INTEGER NOT NULL,                  -- from 0
    data   BLOB NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT;
CREATE TABLE source_originals (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    hash      TEXT NOT NULL REFERENCES originals (hash),
    name      TEXT NOT NULL,                  -- of the file, as it was uploaded
    type      TEXT NOT NULL                   -- its media type, as far as it is known
) STRICT;
CREATE INDEX source_originals_by_hash ON source_originals (hash);

-- What a request that creates was answered with, so that it can be repeated safely.
-- quarry:allow reserved-name: SQLite takes these names without quotes
CREATE TABLE idempotent_requests (
    principal TEXT NOT NULL,
    key       TEXT NOT NULL,                  -- as the client chose it
    request   TEXT NOT NULL,                  -- SHA-256 of the request, hexadecimal
    made_at   INTEGER NOT NULL,
    response  TEXT NOT NULL,                  -- JSON: status, headers and body; '' while it is worked on
    PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

-- Answers in OpenAI's form, which a later request may go on from.
CREATE TABLE model_responses (
    id         TEXT NOT NULL PRIMARY KEY,     -- 'resp_…'
    principal  TEXT NOT NULL,
    previous   TEXT NOT NULL,                 -- the one that it goes on from, '' for none
    created_at INTEGER NOT NULL,
    input      TEXT NOT NULL,                 -- JSON
    response   TEXT NOT NULL                  -- JSON
) STRICT;
CREATE INDEX model_responses_by_principal ON model_responses (principal);

-- A conversation belongs to somebody, and its name is unique among theirs only.
CREATE TABLE owned_conversations (
    id          INTEGER PRIMARY KEY,
    principal   TEXT NOT NULL,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    summary     TEXT NOT NULL,                -- of the turns up to `summarised`, '' for none
    summarised  INTEGER NOT NULL,             -- number of the last turn that the summary holds, 0 for none
    collections TEXT NOT NULL DEFAULT '',     -- what its answers were made from: names with blanks between; '' for all
    UNIQUE (principal, name)
) STRICT;
INSERT INTO owned_conversations (id, principal, name, created_at, summary, summarised, collections)
SELECT id, 'owner', name, created_at, summary, summarised, collections FROM conversations ORDER BY id;
CREATE TABLE owned_turns (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES owned_conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,         -- 1, 2, 3, … in the conversation
    state           INTEGER NOT NULL,         -- 0 not finished, 1 answered, 2 stopped, 3 failed
    asked_at        INTEGER NOT NULL,
    answered_at     INTEGER,                  -- when it was finished
    question        TEXT NOT NULL,
    stand_alone     TEXT NOT NULL,            -- the question that was looked for, '' when it was the same
    answer          TEXT NOT NULL,            -- as far as it came
    record          TEXT NOT NULL,            -- JSON: the answer with its citations as `ask --json` prints it, or the error
    UNIQUE (conversation_id, number)
) STRICT;
INSERT INTO owned_turns (id, conversation_id, number, state, asked_at, answered_at, question, stand_alone, answer,
    record)
SELECT id, conversation_id, number, state, asked_at, answered_at, question, stand_alone, answer, record
FROM conversation_turns ORDER BY id;
DROP TABLE conversation_turns;
DROP TABLE conversations;
ALTER TABLE owned_conversations RENAME TO conversations;
ALTER TABLE owned_turns RENAME TO conversation_turns;

-- quarry:down
CREATE TABLE conversations_of_all (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    summary     TEXT NOT NULL,
    summarised  INTEGER NOT NULL,
    collections TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO conversations_of_all (id, name, created_at, summary, summarised, collections)
SELECT id, name, created_at, summary, summarised, collections FROM conversations WHERE principal = 'owner' ORDER BY id;
CREATE TABLE turns_of_all (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations_of_all (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    asked_at        INTEGER NOT NULL,
    answered_at     INTEGER,
    question        TEXT NOT NULL,
    stand_alone     TEXT NOT NULL,
    answer          TEXT NOT NULL,
    record          TEXT NOT NULL,
    UNIQUE (conversation_id, number)
) STRICT;
INSERT INTO turns_of_all (id, conversation_id, number, state, asked_at, answered_at, question, stand_alone, answer,
    record)
SELECT id, conversation_id, number, state, asked_at, answered_at, question, stand_alone, answer, record
FROM conversation_turns WHERE conversation_id IN (SELECT id FROM conversations_of_all) ORDER BY id;
DROP TABLE conversation_turns;
DROP TABLE conversations;
ALTER TABLE conversations_of_all RENAME TO conversations;
ALTER TABLE turns_of_all RENAME TO conversation_turns;
DROP TABLE model_responses;
DROP TABLE idempotent_requests;
DROP TABLE source_originals;
DROP TABLE original_parts;
DROP TABLE originals;
DROP TABLE jobs;
DROP TABLE run_events;
DROP TABLE logged_runs;
DROP TABLE audit_log;
DROP TABLE signing_keys;
DROP TABLE sign_ins;
DROP TABLE spending;
DROP TABLE collection_grants;
DROP TABLE api_keys;
DROP TABLE users;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
