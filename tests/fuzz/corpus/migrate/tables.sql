-- quarry:up
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    mail TEXT NOT NULL CHECK (mail <> ';') -- a comment; with a semicolon
);
INSERT INTO users VALUES (1, 'it''s; here'), (2, "quoted;name"), (3, `b;`), ([x;]);
-- quarry:down
DROP TABLE users;
