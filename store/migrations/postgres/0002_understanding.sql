-- +goose Up

ALTER TABLE conversations ADD COLUMN topic text NOT NULL DEFAULT '{}'; -- JSON

-- What was asked and how it was decided, for those who teach the bot. It says nothing of who asked but the unit.
CREATE TABLE questions (
    oa_id      text NOT NULL,
    event_id   bigint NOT NULL,
    unit_code  text NOT NULL DEFAULT '',
    text       text NOT NULL,
    decision   text NOT NULL,
    entry      text NOT NULL DEFAULT '', -- answered, or the best candidate
    score      double precision NOT NULL DEFAULT 0,
    reason     text NOT NULL DEFAULT '',
    candidates text NOT NULL DEFAULT '[]', -- JSON list
    denied     boolean NOT NULL DEFAULT false,
    asked_at   timestamptz NOT NULL,
    done_at    timestamptz, -- when somebody taught the bot about it
    PRIMARY KEY (oa_id, event_id)
);
CREATE INDEX questions_open ON questions (asked_at)
    WHERE done_at IS NULL AND (denied OR decision IN ('none', 'clarify', 'expired'));
CREATE INDEX questions_age ON questions (asked_at);

CREATE TABLE entry_overrides (
    oa_id     text NOT NULL,
    unit_code text NOT NULL,
    entry_id  text NOT NULL,
    content   text NOT NULL, -- JSON of faq.Override
    PRIMARY KEY (oa_id, unit_code, entry_id)
);

CREATE TABLE models (
    hash       text PRIMARY KEY, -- of the content it was learned from
    data       bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE models, entry_overrides, questions;
ALTER TABLE conversations DROP COLUMN topic;
