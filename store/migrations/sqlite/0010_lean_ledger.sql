-- +goose Up

-- Every change of a delivery's state writes into all of its indexes, and it changes twice for each message. Those of a run are
-- found by what makes them unique; those under way or in doubt, and replies that wait, are few and share an index. SQLite
-- gives up a table's own UNIQUE only with the table.
CREATE TABLE deliveries_anew (
    oa_id           text NOT NULL,
    id              integer PRIMARY KEY AUTOINCREMENT,
    user_id         text NOT NULL,
    origin          text NOT NULL,
    urgency         integer NOT NULL,
    message         text NOT NULL, -- JSON; of an announcement empty: its run has it
    state           text NOT NULL,
    state_at        datetime NOT NULL,
    part            integer NOT NULL DEFAULT 0,
    parts           integer NOT NULL DEFAULT 1,
    failures        integer NOT NULL DEFAULT 0,
    code            integer NOT NULL DEFAULT 0,
    reason          text NOT NULL DEFAULT '',
    not_before      datetime, -- of an unsure one: when to ask the witnesses; NULL = no more
    asked           integer NOT NULL DEFAULT 0,
    expires_at      datetime NOT NULL,
    created_at      datetime NOT NULL,
    announcement_id text NOT NULL DEFAULT '', -- '' = a reply
    run             integer NOT NULL DEFAULT 0,
    channel         text NOT NULL DEFAULT '',
    vnd             integer NOT NULL DEFAULT 0, -- of its attempts that are not known to have failed
    received_at     datetime,
    post            boolean NOT NULL DEFAULT 0,
    post_id         integer -- the id of the post that covers the recipient
);
INSERT INTO deliveries_anew (oa_id, id, user_id, origin, urgency, message, state, state_at, part, parts, failures, code, reason, not_before, asked,
    expires_at, created_at, announcement_id, run, channel, vnd, received_at, post, post_id)
SELECT oa_id, id, user_id, origin, urgency, message, state, state_at, part, parts, failures, code, reason, not_before, asked,
    expires_at, created_at, announcement_id, run, channel, vnd, received_at, post, post_id FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE deliveries_anew RENAME TO deliveries;
CREATE UNIQUE INDEX deliveries_once ON deliveries (oa_id, announcement_id, run, user_id, origin);
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id)
    WHERE state IN ('sending', 'unsure') OR (state = 'planned' AND announcement_id = '');
CREATE INDEX deliveries_planned ON deliveries (oa_id, announcement_id, run, urgency, id) WHERE state = 'planned';
CREATE INDEX deliveries_paid ON deliveries (oa_id, announcement_id, vnd) WHERE vnd > 0;
CREATE INDEX deliveries_posts ON deliveries (oa_id, announcement_id, run) WHERE post;
CREATE INDEX deliveries_covered ON deliveries (oa_id, post_id) WHERE state = 'covered';

-- An attempt is found by its recipient. Its result then changes no index.
DROP INDEX attempts_of_delivery;
DROP INDEX attempts_by_message;

-- +goose Down
CREATE INDEX attempts_by_message ON attempts (oa_id, msg_id) WHERE msg_id <> '';
CREATE INDEX attempts_of_delivery ON attempts (oa_id, delivery_id, id);
CREATE TABLE deliveries_anew (
    oa_id           text NOT NULL,
    id              integer PRIMARY KEY AUTOINCREMENT,
    user_id         text NOT NULL,
    origin          text NOT NULL,
    urgency         integer NOT NULL,
    message         text NOT NULL, -- JSON; of an announcement empty: its run has it
    state           text NOT NULL,
    state_at        datetime NOT NULL,
    part            integer NOT NULL DEFAULT 0,
    parts           integer NOT NULL DEFAULT 1,
    failures        integer NOT NULL DEFAULT 0,
    code            integer NOT NULL DEFAULT 0,
    reason          text NOT NULL DEFAULT '',
    not_before      datetime, -- of an unsure one: when to ask the witnesses; NULL = no more
    asked           integer NOT NULL DEFAULT 0,
    expires_at      datetime NOT NULL,
    created_at      datetime NOT NULL,
    announcement_id text NOT NULL DEFAULT '', -- '' = a reply
    run             integer NOT NULL DEFAULT 0,
    channel         text NOT NULL DEFAULT '',
    vnd             integer NOT NULL DEFAULT 0, -- of its attempts that are not known to have failed
    received_at     datetime,
    post            boolean NOT NULL DEFAULT 0,
    post_id         integer, -- the id of the post that covers the recipient
    UNIQUE (oa_id, user_id, origin)
);
INSERT INTO deliveries_anew (oa_id, id, user_id, origin, urgency, message, state, state_at, part, parts, failures, code, reason, not_before, asked,
    expires_at, created_at, announcement_id, run, channel, vnd, received_at, post, post_id)
SELECT oa_id, id, user_id, origin, urgency, message, state, state_at, part, parts, failures, code, reason, not_before, asked,
    expires_at, created_at, announcement_id, run, channel, vnd, received_at, post, post_id FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE deliveries_anew RENAME TO deliveries;
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id) WHERE state IN ('planned', 'sending', 'unsure');
CREATE INDEX deliveries_doubtful ON deliveries (oa_id, state, not_before) WHERE state IN ('sending', 'unsure');
CREATE INDEX deliveries_of_run ON deliveries (oa_id, announcement_id, run, state, channel) WHERE announcement_id <> '';
CREATE INDEX deliveries_planned ON deliveries (oa_id, announcement_id, run, urgency, id) WHERE state = 'planned';
CREATE INDEX deliveries_paid ON deliveries (oa_id, announcement_id, vnd) WHERE vnd > 0;
CREATE INDEX deliveries_posts ON deliveries (oa_id, announcement_id, run) WHERE post;
CREATE INDEX deliveries_covered ON deliveries (oa_id, post_id) WHERE state = 'covered';
