-- +goose Up

-- Under which units a unit stood before, and until when.
CREATE TABLE former_parents (
    oa_id       text NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    unit_code   text NOT NULL,
    parent_code text NOT NULL, -- '' = at the top
    until       timestamptz NOT NULL,
    PRIMARY KEY (oa_id, id)
);

CREATE TABLE households (
    oa_id     text NOT NULL,
    code      text COLLATE "C" NOT NULL, -- in the order of SQLite
    unit_code text NOT NULL,
    head      text NOT NULL DEFAULT '',
    address   text NOT NULL DEFAULT '',
    phone     text NOT NULL DEFAULT '',
    needs     text NOT NULL DEFAULT '[]', -- JSON list
    helper    text NOT NULL DEFAULT '',
    status    text NOT NULL DEFAULT 'active',
    PRIMARY KEY (oa_id, code)
);
CREATE INDEX households_of_unit ON households (oa_id, unit_code);

ALTER TABLE residents ADD COLUMN household_code text NOT NULL DEFAULT '';
ALTER TABLE residents ADD COLUMN topics text NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE residents ADD COLUMN roles text NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE residents ADD COLUMN consent_at timestamptz;
ALTER TABLE residents ADD COLUMN consent_text text NOT NULL DEFAULT ''; -- version; '' = on paper
-- Counts of audiences read nothing but this.
CREATE INDEX residents_of_unit ON residents (oa_id, unit_code, household_code, topics, roles, language);

CREATE TABLE zalo_groups (
    oa_id     text NOT NULL,
    id        text COLLATE "C" NOT NULL,
    name      text NOT NULL DEFAULT '',
    unit_code text NOT NULL DEFAULT '', -- '' = an association's
    PRIMARY KEY (oa_id, id)
);

CREATE TABLE group_members (
    oa_id    text NOT NULL,
    group_id text NOT NULL,
    user_id  text NOT NULL,
    PRIMARY KEY (oa_id, group_id, user_id)
);
CREATE INDEX group_members_by_user ON group_members (oa_id, user_id);

-- +goose Down
DROP TABLE group_members, zalo_groups, households, former_parents;
DROP INDEX residents_of_unit;
ALTER TABLE residents DROP COLUMN household_code, DROP COLUMN topics, DROP COLUMN roles, DROP COLUMN consent_at, DROP COLUMN consent_text;
