-- +goose Up

-- Persons who may send or answer.
CREATE TABLE operators (
    oa_id           text NOT NULL,
    id              text NOT NULL,
    name            text NOT NULL,
    role            text NOT NULL,
    units           text NOT NULL, -- JSON
    topics          text NOT NULL, -- JSON
    user_id         text NOT NULL DEFAULT '', -- the Zalo user; '' = not bound yet
    code_hash       text NOT NULL, -- of the code that binds
    code_expires_at datetime NOT NULL,
    created_at      datetime NOT NULL,
    bound_at        datetime,
    removed_at      datetime,
    PRIMARY KEY (oa_id, id)
);
CREATE UNIQUE INDEX operators_by_user ON operators (oa_id, user_id) WHERE user_id <> '' AND removed_at IS NULL;
CREATE UNIQUE INDEX operators_by_code ON operators (oa_id, code_hash);

-- Wrong codes that Zalo users have typed.
CREATE TABLE operator_guesses (
    oa_id   text NOT NULL,
    user_id text NOT NULL,
    count   integer NOT NULL,
    since   datetime NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

-- What was done by whom. Lines are only ever added.
CREATE TABLE audit (
    id integer PRIMARY KEY AUTOINCREMENT,
    oa_id           text NOT NULL,
    at              datetime NOT NULL,
    operator_id     text NOT NULL DEFAULT '', -- '' = the command line, or the program itself
    by_name         text NOT NULL,
    role            text NOT NULL DEFAULT '',
    action          text NOT NULL,
    announcement_id text NOT NULL DEFAULT '',
    subject         text NOT NULL DEFAULT '',
    detail          text NOT NULL DEFAULT ''
);
CREATE INDEX audit_by_time ON audit (oa_id, at);
CREATE INDEX audit_by_announcement ON audit (oa_id, announcement_id, id) WHERE announcement_id <> '';
-- +goose StatementBegin
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
-- +goose StatementEnd

ALTER TABLE official_accounts ADD COLUMN approval text NOT NULL DEFAULT ''; -- for what a second person is wanted
ALTER TABLE announcements ADD COLUMN asked_by text NOT NULL DEFAULT ''; -- the operator who asked for an approval
ALTER TABLE announcements ADD COLUMN asked_until datetime;
CREATE INDEX announcements_asked ON announcements (oa_id, asked_by) WHERE state = 'approval';
ALTER TABLE runs ADD COLUMN held_until datetime; -- nothing leaves before
ALTER TABLE runs ADD COLUMN begun_by text NOT NULL DEFAULT ''; -- an operator

-- +goose Down
ALTER TABLE runs DROP COLUMN begun_by;
ALTER TABLE runs DROP COLUMN held_until;
DROP INDEX announcements_asked;
ALTER TABLE announcements DROP COLUMN asked_until;
ALTER TABLE announcements DROP COLUMN asked_by;
ALTER TABLE official_accounts DROP COLUMN approval;
DROP TABLE audit;
DROP TABLE operator_guesses;
DROP TABLE operators;
