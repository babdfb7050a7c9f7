-- +goose Up

ALTER TABLE announcements ADD COLUMN also_corrects text NOT NULL DEFAULT '[]'; -- JSON: ids

-- The reminders of an account's bank days.
CREATE TABLE reminders (
    oa_id        text PRIMARY KEY,
    off          boolean NOT NULL,
    budget       bigint NOT NULL, -- VND that one of them may cost
    paid_before  text NOT NULL, -- JSON: of how many days before the day those are that may cost
    looked_until datetime -- those of before are settled; NULL = never looked
);

-- What became of each reminder, and of each correction of what it said.
CREATE TABLE bank_notices (
    oa_id           text NOT NULL,
    unit_code       text NOT NULL, -- a commune's
    point           text NOT NULL,
    day             text NOT NULL, -- '2027-02-15'
    reader          text NOT NULL, -- borrowers, leaders; '' = it is for nobody
    number          integer NOT NULL, -- -3 = three days before, 0 = on the day, 1 = the first correction
    outcome         text NOT NULL, -- run, nobody, doubt, skipped, off
    announcement_id text NOT NULL DEFAULT '',
    from_minute     integer NOT NULL, -- what it says; this and the next 0 = nobody comes
    to_minute       integer NOT NULL,
    place           text NOT NULL,
    settled_at      datetime NOT NULL,
    PRIMARY KEY (oa_id, unit_code, point, day, reader, number)
);
CREATE INDEX bank_notices_by_day ON bank_notices (oa_id, day);

-- Whom the proxies of households were asked to tell, in which run.
CREATE TABLE asks (
    oa_id           text NOT NULL,
    announcement_id text NOT NULL,
    run             integer NOT NULL,
    household_code  text NOT NULL,
    user_id         text NOT NULL, -- the proxy's
    asked_at        datetime NOT NULL,
    PRIMARY KEY (oa_id, announcement_id, run, household_code)
);
CREATE INDEX asks_of_user ON asks (oa_id, user_id);
CREATE INDEX asks_of_household ON asks (oa_id, household_code);
ALTER TABLE runs ADD COLUMN asked boolean NOT NULL DEFAULT 0; -- it is settled which proxies are asked
ALTER TABLE deliveries ADD COLUMN aside boolean NOT NULL DEFAULT 0; -- to a proxy or an officer who is not of the audience
ALTER TABLE told ADD COLUMN proxy text NOT NULL DEFAULT ''; -- the user id of the proxy who has told; '' = a visit
CREATE INDEX residents_of_household ON residents (oa_id, household_code) WHERE household_code <> '';
CREATE INDEX households_of_helper ON households (oa_id, helper) WHERE helper <> '';

-- What became of the steps of announcements' ladders, each once.
CREATE TABLE rungs (
    oa_id           text NOT NULL,
    announcement_id text NOT NULL,
    number          integer NOT NULL, -- from 1
    kind            text NOT NULL, -- channel, proxy, visit
    outcome         text NOT NULL, -- run, nobody, skipped, cancelled
    run             integer NOT NULL DEFAULT 0, -- its number; 0 = none
    settled_at      datetime NOT NULL,
    PRIMARY KEY (oa_id, announcement_id, number)
);
ALTER TABLE announcements ADD COLUMN escalate text NOT NULL DEFAULT ''; -- 2h:channel,6h:proxy,12h:visit
ALTER TABLE deliveries ADD COLUMN avoid text NOT NULL DEFAULT ''; -- consultation, template, both: ways taken before

-- Whoever has bank days is looked after from the upgrade on.
INSERT INTO lanes (oa_id, kind, key, next_at) SELECT DISTINCT oa_id, 'calendar', '', strftime('%Y-%m-%d %H:%M:%f', 'now') FROM transaction_days;

-- +goose Down
DELETE FROM lanes WHERE kind = 'calendar';
ALTER TABLE deliveries DROP COLUMN avoid;
ALTER TABLE announcements DROP COLUMN escalate;
DROP TABLE rungs;
DROP INDEX households_of_helper;
DROP INDEX residents_of_household;
ALTER TABLE told DROP COLUMN proxy;
ALTER TABLE deliveries DROP COLUMN aside;
ALTER TABLE runs DROP COLUMN asked;
DROP TABLE asks;
DROP TABLE bank_notices;
DROP TABLE reminders;
ALTER TABLE announcements DROP COLUMN also_corrects;
