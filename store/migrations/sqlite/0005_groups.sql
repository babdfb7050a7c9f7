-- +goose Up

ALTER TABLE announcements ADD COLUMN all_or_nothing boolean NOT NULL DEFAULT 0;
ALTER TABLE announcements ADD COLUMN group_use text NOT NULL DEFAULT '';
ALTER TABLE announcements ADD COLUMN also_covered boolean NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN posted boolean NOT NULL DEFAULT 0; -- its group posts are in the ledger
ALTER TABLE runs ADD COLUMN called_off boolean NOT NULL DEFAULT 0; -- the budget does not pay for all

-- A post in a Zalo group is a delivery whose user_id is the group's id. Whom it covers is in state 'covered', which stands
-- for the state of the post.
ALTER TABLE deliveries ADD COLUMN post boolean NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN post_id integer; -- the id of the post that covers the recipient
CREATE INDEX deliveries_posts ON deliveries (oa_id, announcement_id, run) WHERE post;
CREATE INDEX deliveries_covered ON deliveries (oa_id, post_id) WHERE state = 'covered';

-- The ZBS template that an account has named for a kind of announcements.
CREATE TABLE templates (
    oa_id       text NOT NULL,
    kind        text NOT NULL,
    template_id text NOT NULL, -- Zalo's
    vnd         integer NOT NULL, -- of one message by user id
    data        text NOT NULL, -- JSON: the values of its parameters
    fault       text NOT NULL DEFAULT '', -- why Zalo refuses it
    PRIMARY KEY (oa_id, kind)
);

-- +goose Down
DROP TABLE templates;
DELETE FROM deliveries WHERE post OR state = 'covered'; -- what the older version could not understand
DROP INDEX deliveries_covered;
DROP INDEX deliveries_posts;
ALTER TABLE deliveries DROP COLUMN post_id;
ALTER TABLE deliveries DROP COLUMN post;
ALTER TABLE runs DROP COLUMN called_off;
ALTER TABLE runs DROP COLUMN posted;
ALTER TABLE announcements DROP COLUMN also_covered;
ALTER TABLE announcements DROP COLUMN group_use;
ALTER TABLE announcements DROP COLUMN all_or_nothing;
