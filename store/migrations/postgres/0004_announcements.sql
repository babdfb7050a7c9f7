-- +goose Up

CREATE TABLE announcements (
    oa_id        text NOT NULL,
    id           text NOT NULL,
    title        text NOT NULL,
    kind         text NOT NULL DEFAULT '',
    urgency      smallint NOT NULL,
    message      text NOT NULL, -- JSON
    audience     text NOT NULL, -- JSON
    corrects     text NOT NULL DEFAULT '', -- the id of another one
    budget       bigint NOT NULL DEFAULT 0, -- VND
    unlimited    boolean NOT NULL DEFAULT false,
    scheduled_at timestamptz,
    state        text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (oa_id, id)
);
CREATE INDEX announcements_by_id ON announcements (id); -- commands name no account

-- The text of a run stands here once; its deliveries have none of their own.
CREATE TABLE runs (
    oa_id           text NOT NULL,
    announcement_id text NOT NULL,
    number          integer NOT NULL,
    reason          text NOT NULL,
    state           text NOT NULL,
    message         text NOT NULL, -- JSON
    parts           smallint NOT NULL,
    position        text NOT NULL DEFAULT '', -- the last user id in the ledger
    frozen          boolean NOT NULL DEFAULT false,
    started_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    done_at         timestamptz,
    PRIMARY KEY (oa_id, announcement_id, number)
);
CREATE INDEX runs_open ON runs (oa_id, started_at) WHERE state IN ('planning', 'sending', 'paused');

ALTER TABLE deliveries ADD COLUMN announcement_id text NOT NULL DEFAULT ''; -- '' = a reply
ALTER TABLE deliveries ADD COLUMN run integer NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN channel text NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN vnd bigint NOT NULL DEFAULT 0; -- of its attempts that are not known to have failed
ALTER TABLE deliveries ADD COLUMN received_at timestamptz;
-- What is paused or held is a run of its own, which no look at the others reads.
DROP INDEX deliveries_planned;
CREATE INDEX deliveries_planned ON deliveries (oa_id, announcement_id, run, urgency, id) WHERE state = 'planned';
CREATE INDEX deliveries_of_run ON deliveries (oa_id, announcement_id, run, state, channel) WHERE announcement_id <> '';
CREATE INDEX deliveries_paid ON deliveries (oa_id, announcement_id, vnd) WHERE vnd > 0;

ALTER TABLE attempts ADD COLUMN vnd bigint NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN included boolean NOT NULL DEFAULT false; -- paid by the account's package
CREATE INDEX attempts_included ON attempts (oa_id, started_at) WHERE included;

-- Receipts of messages whose ids the ledger does not know yet.
CREATE TABLE early_receipts (
    oa_id   text NOT NULL,
    msg_id  text NOT NULL,
    user_id text NOT NULL,
    seen    boolean NOT NULL DEFAULT false,
    at      timestamptz NOT NULL,
    PRIMARY KEY (oa_id, msg_id)
);

ALTER TABLE residents ADD COLUMN refused_at timestamptz;
ALTER TABLE residents ADD COLUMN refused_for text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE residents DROP COLUMN refused_at;
ALTER TABLE residents DROP COLUMN refused_for;
DROP TABLE early_receipts;
DROP INDEX attempts_included;
ALTER TABLE attempts DROP COLUMN vnd;
ALTER TABLE attempts DROP COLUMN included;
DROP INDEX deliveries_paid;
DROP INDEX deliveries_of_run;
DROP INDEX deliveries_planned;
CREATE INDEX deliveries_planned ON deliveries (oa_id, urgency, id) WHERE state = 'planned';
ALTER TABLE deliveries DROP COLUMN received_at;
ALTER TABLE deliveries DROP COLUMN vnd;
ALTER TABLE deliveries DROP COLUMN channel;
ALTER TABLE deliveries DROP COLUMN run;
ALTER TABLE deliveries DROP COLUMN announcement_id;
DROP TABLE runs;
DROP TABLE announcements;
