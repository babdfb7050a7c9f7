-- +goose Up

-- What is sending stands in the launch that committed it, one row for all its calls, and no more in the rows of the deliveries,
-- which changed twice for each message. Launch n has the ids of attempts from 1024 n on.
CREATE TABLE launches (
    oa_id      text NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    size       integer NOT NULL, -- how many calls; the launch goes when all their results are there
    calls      json NOT NULL,
    started_at timestamptz NOT NULL,
    deadline   timestamptz NOT NULL,
    PRIMARY KEY (oa_id, id)
);
SELECT setval(pg_get_serial_sequence('launches', 'id'), (SELECT COALESCE(max(id), 0) / 1024 + 1 FROM attempts));
ALTER TABLE attempts ALTER COLUMN id DROP IDENTITY;

-- The calls whose results are not there. An echo may be, before our own answer. LIMIT has each looked up by its key: a planner
-- would rather read all attempts.
CREATE VIEW sending AS
SELECT l.oa_id, l.id * 1024 + c.place AS id, c.delivery_id, c.user_id, c.part, c.parts, c.text_key, c.channel, c.vnd, c.included,
    COALESCE(c.lacks_picture, false) AS lacks_picture, COALESCE(c.lacks_file, false) AS lacks_file, l.started_at, l.deadline
FROM launches l CROSS JOIN LATERAL json_to_recordset(l.calls) AS c(place bigint, delivery_id bigint, user_id text, part integer,
    parts integer, text_key text, channel text, vnd bigint, included boolean, lacks_picture boolean, lacks_file boolean)
WHERE (SELECT 1 FROM attempts a WHERE a.oa_id = l.oa_id AND a.id = l.id * 1024 + c.place AND a.outcome <> '' LIMIT 1) IS NULL;

-- Of those that a program of before left behind nobody knows the outcome.
UPDATE deliveries SET state = 'unsure', reason = 'interrupted', not_before = (SELECT max(a.deadline) + interval '10 seconds'
    FROM attempts a WHERE a.oa_id = deliveries.oa_id AND a.user_id = deliveries.user_id AND a.delivery_id = deliveries.id)
WHERE state = 'sending';
UPDATE attempts SET outcome = 'unsure' WHERE outcome = '';
DROP INDEX deliveries_open;
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id)
    WHERE state = 'unsure' OR (state = 'planned' AND announcement_id = '');

-- +goose Down
DROP INDEX deliveries_open;
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id)
    WHERE state IN ('sending', 'unsure') OR (state = 'planned' AND announcement_id = '');
UPDATE deliveries SET state = 'sending', parts = s.parts, channel = s.channel, vnd = deliveries.vnd + s.vnd
FROM sending s WHERE s.oa_id = deliveries.oa_id AND s.delivery_id = deliveries.id;
INSERT INTO attempts (oa_id, id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included)
SELECT oa_id, id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included FROM sending
ON CONFLICT (oa_id, id) DO NOTHING;
DROP VIEW sending;
DROP TABLE launches;
ALTER TABLE attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('attempts', 'id'), (SELECT COALESCE(max(id), 0) + 1 FROM attempts));
