-- quarry:up
-- Threads of agents: what they did step by step, and each call of a model, a tool or a person on the way.
-- A run of a thread is a row of logged_runs (kind 'agent') with its events, and one of jobs with its lease.

CREATE TABLE agent_threads (
    id          INTEGER PRIMARY KEY,
    principal   TEXT NOT NULL,
    name        TEXT NOT NULL,
    agent       TEXT NOT NULL,                -- the name of the root agent
    created_at  INTEGER NOT NULL,             -- seconds since 1970, as all times here
    forked_from TEXT NOT NULL,                -- the name of another thread, '' for none
    forked_step INTEGER NOT NULL,             -- that step of it
    UNIQUE (principal, name)
) STRICT;

CREATE TABLE agent_runs (
    run_id    TEXT NOT NULL PRIMARY KEY REFERENCES logged_runs (id) ON DELETE CASCADE,
    thread_id INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    file      TEXT NOT NULL,                  -- the agent's file, absolute
    digest    TEXT NOT NULL,                  -- SHA-256 of all of its files
    state     INTEGER NOT NULL,               -- 0 running, 1 waiting for a person, 2 done, 3 failed, 4 cancelled
    waiting   TEXT NOT NULL,                  -- JSON: what a person is asked, '' for nothing
    result    TEXT NOT NULL,                  -- JSON, '' until it is done
    error     TEXT NOT NULL,                  -- JSON, '' when it has not failed
    allowed   TEXT NOT NULL                   -- tools that run without a question: names with blanks between
) STRICT;
CREATE INDEX agent_runs_by_thread ON agent_runs (thread_id);

-- What a step changed. The state of a thread is that of its last step: the newest whole state and the changes behind.
CREATE TABLE agent_steps (
    thread_id INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,               -- from 0 in each thread
    run_id    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    whole     INTEGER NOT NULL,               -- 1: `delta` has every channel
    delta     TEXT NOT NULL,                  -- JSON
    position  TEXT NOT NULL,                  -- JSON: what runs next
    nodes     TEXT NOT NULL,                  -- those that ran: names with blanks between
    PRIMARY KEY (thread_id, number)
) STRICT, WITHOUT ROWID;

-- The journal: written before a call begins and when it has ended, so that none is made twice.
CREATE TABLE agent_calls (
    thread_id  INTEGER NOT NULL REFERENCES agent_threads (id) ON DELETE CASCADE,
    step       INTEGER NOT NULL,              -- the one that it belongs to
    task       TEXT NOT NULL,                 -- the path of the node, and what is behind it in a map
    number     INTEGER NOT NULL,              -- from 0 in each task
    kind       INTEGER NOT NULL,              -- 0 model, 1 tool, 2 question to a person, 3 approval
    name       TEXT NOT NULL,
    input_hash TEXT NOT NULL,                 -- XXH3-128
    input      TEXT NOT NULL,                 -- JSON; of a model ''
    state      INTEGER NOT NULL,              -- 0 begun, 1 done, 2 failed, 3 to be made again, as a person says
    result     TEXT NOT NULL,                 -- JSON
    began_at   INTEGER NOT NULL,
    ended_at   INTEGER,
    tokens     INTEGER NOT NULL,
    cost       REAL NOT NULL,                 -- in the currency of the prices
    PRIMARY KEY (thread_id, step, task, number)
) STRICT, WITHOUT ROWID;

-- quarry:down
DELETE FROM logged_runs WHERE kind = 'agent';
DROP TABLE agent_calls;
DROP TABLE agent_steps;
DROP TABLE agent_runs;
DROP TABLE agent_threads;
-- The next write sums the rows up again.
DELETE FROM row_checksums;
DELETE FROM settings WHERE name = 'row_checksums';
