-- +goose Up
-- Every table of an Official Account carries oa_id, and every unique key of it starts with it, so that the tables can
-- be distributed by it one day.

CREATE TABLE official_accounts (
    oa_id            text PRIMARY KEY,
    name             text NOT NULL DEFAULT '',
    type             text NOT NULL,
    package          text NOT NULL DEFAULT '',
    calls_per_minute integer NOT NULL DEFAULT 100,
    oa_secret        bytea, -- this and the tokens are encrypted
    signed_with      text NOT NULL DEFAULT '',
    endpoint         text NOT NULL,
    endpoint_pinned  boolean NOT NULL DEFAULT false,
    text_only        boolean NOT NULL DEFAULT false,
    fault            text NOT NULL DEFAULT '',
    access_token           bytea,
    refresh_token          bytea,
    previous_access_token  bytea,
    previous_refresh_token bytea,
    token_version     bigint NOT NULL DEFAULT 0,
    token_state       text NOT NULL,
    token_fault       text NOT NULL DEFAULT '',
    token_obtained_at timestamptz,
    token_refresh_at  timestamptz,
    token_expires_at  timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL
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
    following        boolean NOT NULL DEFAULT false,
    stopped_at       timestamptz,
    last_interaction timestamptz,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

CREATE TABLE conversations (
    oa_id      text NOT NULL,
    user_id    text NOT NULL,
    choices    text NOT NULL DEFAULT '[]', -- JSON list
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

CREATE TABLE events (
    oa_id       text NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    dedup_key   text NOT NULL,
    user_id     text NOT NULL,
    name        text NOT NULL,
    body        bytea NOT NULL,
    accepted_at timestamptz NOT NULL,
    handled_at  timestamptz,
    decision    text NOT NULL DEFAULT '',
    error       text NOT NULL DEFAULT '',
    PRIMARY KEY (oa_id, id),
    UNIQUE (oa_id, dedup_key)
);
CREATE INDEX events_pending ON events (oa_id, user_id, id) WHERE handled_at IS NULL;
CREATE INDEX events_handled ON events (handled_at) WHERE handled_at IS NOT NULL;

CREATE TABLE handoffs (
    oa_id      text NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    user_id    text NOT NULL,
    event_id   bigint NOT NULL,
    unit_code  text NOT NULL DEFAULT '',
    question   text NOT NULL,
    reason     text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at  timestamptz,
    PRIMARY KEY (oa_id, id)
);

CREATE TABLE deliveries (
    oa_id      text NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    user_id    text NOT NULL,
    origin     text NOT NULL,
    urgency    smallint NOT NULL,
    message    text NOT NULL, -- JSON
    state      text NOT NULL,
    state_at   timestamptz NOT NULL,
    part       smallint NOT NULL DEFAULT 0,
    parts      smallint NOT NULL DEFAULT 1,
    failures   integer NOT NULL DEFAULT 0,
    code       integer NOT NULL DEFAULT 0,
    reason     text NOT NULL DEFAULT '',
    not_before timestamptz, -- of an unsure one: when to ask the witnesses; NULL = no more
    asked      smallint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (oa_id, id),
    UNIQUE (oa_id, user_id, origin)
);
CREATE INDEX deliveries_planned ON deliveries (oa_id, urgency, id) WHERE state = 'planned';
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id) WHERE state IN ('planned', 'sending', 'unsure');
CREATE INDEX deliveries_doubtful ON deliveries (oa_id, state, not_before) WHERE state IN ('sending', 'unsure');

CREATE TABLE attempts (
    oa_id       text NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    delivery_id bigint NOT NULL,
    user_id     text NOT NULL,
    part        smallint NOT NULL,
    text_key    text NOT NULL,
    started_at  timestamptz NOT NULL,
    deadline    timestamptz NOT NULL,
    finished_at timestamptz,
    outcome     text NOT NULL DEFAULT '', -- '' = on its way, accepted, unsure, not_sent
    code        integer NOT NULL DEFAULT 0,
    msg_id      text NOT NULL DEFAULT '', -- by Zalo's answer or its conversation
    echo_id     text NOT NULL DEFAULT '', -- by the echo event
    PRIMARY KEY (oa_id, id)
);
CREATE INDEX attempts_of_delivery ON attempts (oa_id, delivery_id, id);
CREATE INDEX attempts_by_user ON attempts (oa_id, user_id, id);
CREATE INDEX attempts_by_message ON attempts (oa_id, msg_id) WHERE msg_id <> '';

CREATE TABLE lanes (
    oa_id       text NOT NULL,
    kind        text NOT NULL,
    key         text NOT NULL,
    next_at     timestamptz,                -- NULL = nothing to do
    version     bigint NOT NULL DEFAULT 1,  -- bumps
    owner       text NOT NULL DEFAULT '',
    lease_until bigint NOT NULL DEFAULT 0,  -- milliseconds since 1970 by the database's clock; 0 = free
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
    updated_at   timestamptz NOT NULL
);

CREATE TABLE special_lines (
    kind         text PRIMARY KEY, -- none, handoff, smalltalk
    content      text NOT NULL,    -- JSON list
    shipped_hash text NOT NULL DEFAULT ''
);

CREATE TABLE versions (
    name text PRIMARY KEY, -- faq, accounts, units
    n    bigint NOT NULL
);

-- +goose Down
DROP TABLE versions, special_lines, entries, sections, lanes, attempts, deliveries, handoffs, events, conversations,
    residents, units, official_accounts;
