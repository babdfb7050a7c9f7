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
    code_expires_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    bound_at        timestamptz,
    removed_at      timestamptz,
    PRIMARY KEY (oa_id, id)
);
CREATE UNIQUE INDEX operators_by_user ON operators (oa_id, user_id) WHERE user_id <> '' AND removed_at IS NULL;
CREATE UNIQUE INDEX operators_by_code ON operators (oa_id, code_hash);

-- Wrong codes that Zalo users have typed.
CREATE TABLE operator_guesses (
    oa_id   text NOT NULL,
    user_id text NOT NULL,
    count   integer NOT NULL,
    since   timestamptz NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

-- What was done by whom. Lines are only ever added.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY,
    oa_id           text NOT NULL,
    at              timestamptz NOT NULL,
    operator_id     text NOT NULL DEFAULT '', -- '' = the command line, or the program itself
    by_name         text NOT NULL,
    role            text NOT NULL DEFAULT '',
    action          text NOT NULL,
    announcement_id text NOT NULL DEFAULT '',
    subject         text NOT NULL DEFAULT '',
    detail          text NOT NULL DEFAULT '',
    PRIMARY KEY (oa_id, id)
);
CREATE INDEX audit_by_time ON audit (oa_id, at);
CREATE INDEX audit_by_announcement ON audit (oa_id, announcement_id, id) WHERE announcement_id <> '';
-- +goose StatementBegin
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

ALTER TABLE official_accounts ADD COLUMN approval text NOT NULL DEFAULT ''; -- for what a second person is wanted
ALTER TABLE announcements ADD COLUMN asked_by text NOT NULL DEFAULT ''; -- the operator who asked for an approval
ALTER TABLE announcements ADD COLUMN asked_until timestamptz;
CREATE INDEX announcements_asked ON announcements (oa_id, asked_by) WHERE state = 'approval';
ALTER TABLE runs ADD COLUMN held_until timestamptz; -- nothing leaves before
ALTER TABLE runs ADD COLUMN begun_by text NOT NULL DEFAULT ''; -- an operator

-- +goose Down
ALTER TABLE runs DROP COLUMN begun_by;
ALTER TABLE runs DROP COLUMN held_until;
DROP INDEX announcements_asked;
ALTER TABLE announcements DROP COLUMN asked_until;
ALTER TABLE announcements DROP COLUMN asked_by;
ALTER TABLE official_accounts DROP COLUMN approval;
DROP TABLE audit;
DROP FUNCTION refuse_audit_change;
DROP TABLE operator_guesses;
DROP TABLE operators;
