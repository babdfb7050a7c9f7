-- +goose Up

ALTER TABLE announcements ADD COLUMN schedule text NOT NULL DEFAULT ''; -- as bot/schedule writes it; '' = at most once
ALTER TABLE announcements ADD COLUMN fires_after timestamptz; -- its fires up to then are settled; NULL = none is ahead
UPDATE announcements SET fires_after = created_at WHERE state = 'scheduled';

ALTER TABLE runs ADD COLUMN fire_at timestamptz; -- NULL = begun by a person

-- What became of the fires of announcements, each once.
CREATE TABLE fires (
    oa_id           text NOT NULL,
    announcement_id text NOT NULL,
    fire_at         timestamptz NOT NULL,
    outcome         text NOT NULL, -- run, skipped
    run             integer NOT NULL DEFAULT 0, -- its number; 0 = skipped
    older           integer NOT NULL DEFAULT 0, -- how many more before this one were skipped without a row
    settled_at      timestamptz NOT NULL,
    PRIMARY KEY (oa_id, announcement_id, fire_at)
);

-- +goose Down
DROP TABLE fires;
ALTER TABLE runs DROP COLUMN fire_at;
ALTER TABLE announcements DROP COLUMN fires_after;
ALTER TABLE announcements DROP COLUMN schedule;
