-- +goose Up
-- The same tables as on Postgres. Times are text in UTC; SQLite wants the id alone as the key for it to count up.

CREATE TABLE official_accounts (
    oa_id            text PRIMARY KEY,
    name             text NOT NULL DEFAULT '',
    type             text NOT NULL,
    package          text NOT NULL DEFAULT '',
    calls_per_minute integer NOT NULL DEFAULT 100,
    oa_secret        blob, -- this and the tokens are encrypted
    signed_with      text NOT NULL DEFAULT '',
    endpoint         text NOT NULL,
    endpoint_pinned  boolean NOT NULL DEFAULT 0,
    text_only        boolean NOT NULL DEFAULT 0,
    fault            text NOT NULL DEFAULT '',
    access_token           blob,
    refresh_token          blob,
    previous_access_token  blob,
    previous_refresh_token blob,
    token_version     integer NOT NULL DEFAULT 0,
    token_state       text NOT NULL,
    token_fault       text NOT NULL DEFAULT '',
    token_obtained_at datetime,
    token_refresh_at  datetime,
    token_expires_at  datetime,
    created_at        datetime NOT NULL,
    updated_at        datetime NOT NULL
);

CREATE TABLE units (
    oa_id       text NOT NULL,
    code        text NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    parent_code text NOT NULL DEFAULT '',
    old_names   text NOT NULL DEFAULT '[]', -- JSON list
    phone       text NOT NULL DEFAULT '',
    address     text NOT NULL DEFAULT '',
    hours       text NOT NULL DEFAULT '',
    PRIMARY KEY (oa_id, code)
);

CREATE TABLE residents (
    oa_id            text NOT NULL,
    user_id          text NOT NULL,
    name             text NOT NULL DEFAULT '',
    unit_code        text NOT NULL DEFAULT '',
    language         text NOT NULL DEFAULT '',
    following        boolean NOT NULL DEFAULT 0,
    stopped_at       datetime,
    last_interaction datetime,
    created_at       datetime NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

CREATE TABLE conversations (
    oa_id      text NOT NULL,
    user_id    text NOT NULL,
    choices    text NOT NULL DEFAULT '[]', -- JSON list
    expires_at datetime NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

CREATE TABLE events (
    oa_id       text NOT NULL,
    id          integer PRIMARY KEY AUTOINCREMENT,
    dedup_key   text NOT NULL,
    user_id     text NOT NULL,
    name        text NOT NULL,
    body        blob NOT NULL,
    accepted_at datetime NOT NULL,
    handled_at  datetime,
    decision    text NOT NULL DEFAULT '',
    error       text NOT NULL DEFAULT '',
    UNIQUE (oa_id, dedup_key)
);
CREATE INDEX events_pending ON events (oa_id, user_id, id) WHERE handled_at IS NULL;
CREATE INDEX events_handled ON events (handled_at) WHERE handled_at IS NOT NULL;

CREATE TABLE handoffs (
    oa_id      text NOT NULL,
    id         integer PRIMARY KEY AUTOINCREMENT,
    user_id    text NOT NULL,
    event_id   integer NOT NULL,
    unit_code  text NOT NULL DEFAULT '',
    question   text NOT NULL,
    reason     text NOT NULL,
    created_at datetime NOT NULL,
    closed_at  datetime
);

CREATE TABLE deliveries (
    oa_id      text NOT NULL,
    id         integer PRIMARY KEY AUTOINCREMENT,
    user_id    text NOT NULL,
    origin     text NOT NULL,
    urgency    integer NOT NULL,
    message    text NOT NULL, -- JSON
    state      text NOT NULL,
    state_at   datetime NOT NULL,
    part       integer NOT NULL DEFAULT 0,
    parts      integer NOT NULL DEFAULT 1,
    failures   integer NOT NULL DEFAULT 0,
    code       integer NOT NULL DEFAULT 0,
    reason     text NOT NULL DEFAULT '',
    not_before datetime, -- of an unsure one: when to ask the witnesses; NULL = no more
    asked      integer NOT NULL DEFAULT 0,
    expires_at datetime NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (oa_id, user_id, origin)
);
CREATE INDEX deliveries_planned ON deliveries (oa_id, urgency, id) WHERE state = 'planned';
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id) WHERE state IN ('planned', 'sending', 'unsure');
CREATE INDEX deliveries_doubtful ON deliveries (oa_id, state, not_before) WHERE state IN ('sending', 'unsure');

CREATE TABLE attempts (
    oa_id       text NOT NULL,
    id          integer PRIMARY KEY AUTOINCREMENT,
    delivery_id integer NOT NULL,
    user_id     text NOT NULL,
    part        integer NOT NULL,
    text_key    text NOT NULL,
    started_at  datetime NOT NULL,
    deadline    datetime NOT NULL,
    finished_at datetime,
    outcome     text NOT NULL DEFAULT '', -- '' = on its way, accepted, unsure, not_sent
    code        integer NOT NULL DEFAULT 0,
    msg_id      text NOT NULL DEFAULT '', -- by Zalo's answer or its conversation
    echo_id     text NOT NULL DEFAULT '' -- by the echo event
);
CREATE INDEX attempts_of_delivery ON attempts (oa_id, delivery_id, id);
CREATE INDEX attempts_by_user ON attempts (oa_id, user_id, id);
CREATE INDEX attempts_by_message ON attempts (oa_id, msg_id) WHERE msg_id <> '';

CREATE TABLE lanes (
    oa_id       text NOT NULL,
    kind        text NOT NULL,
    key         text NOT NULL,
    next_at     datetime,                -- NULL = nothing to do
    version     integer NOT NULL DEFAULT 1,  -- bumps
    owner       text NOT NULL DEFAULT '',
    lease_until integer NOT NULL DEFAULT 0,  -- milliseconds since 1970 by the database's clock; 0 = free
    failures    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (oa_id, kind, key)
);
CREATE INDEX lanes_due ON lanes (kind, next_at) WHERE next_at IS NOT NULL;

CREATE TABLE sections (
    id       text PRIMARY KEY,
    title    text NOT NULL,
    position integer NOT NULL
);

CREATE TABLE entries (
    id           text PRIMARY KEY,
    section      text NOT NULL,
    position     integer NOT NULL,
    content      text NOT NULL, -- JSON of faq.Entry
    shipped_hash text NOT NULL DEFAULT '', -- of the content the program came with; '' = it came with none
    updated_at   datetime NOT NULL
);

CREATE TABLE special_lines (
    kind         text PRIMARY KEY, -- none, handoff, smalltalk
    content      text NOT NULL,    -- JSON list
    shipped_hash text NOT NULL DEFAULT ''
);

CREATE TABLE versions (
    name text PRIMARY KEY, -- faq, accounts, units
    n    integer NOT NULL
);

-- +goose Down
DROP TABLE versions;
DROP TABLE special_lines;
DROP TABLE entries;
DROP TABLE sections;
DROP TABLE lanes;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE handoffs;
DROP TABLE events;
DROP TABLE conversations;
DROP TABLE residents;
DROP TABLE units;
DROP TABLE official_accounts;
