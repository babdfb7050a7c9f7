-- +goose Up

-- What is sending stands in the launch that committed it, one row for all its calls, and no more in the rows of the deliveries,
-- which changed twice for each message. Launch n has the ids of attempts from 1024 n on.
CREATE TABLE launches (
    oa_id      text NOT NULL,
    id         integer PRIMARY KEY AUTOINCREMENT,
    size       integer NOT NULL, -- how many calls; the launch goes when all their results are there
    calls      text NOT NULL,    -- JSON
    started_at datetime NOT NULL,
    deadline   datetime NOT NULL
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'launches', COALESCE(max(id), 0) / 1024 + 1 FROM attempts;

-- The calls whose results are not there. An echo may be, before our own answer. LIMIT has each looked up by its key: a planner
-- would rather read all attempts.
CREATE VIEW sending AS
SELECT l.oa_id, l.id * 1024 + c.key AS id, c.value ->> '$.delivery_id' AS delivery_id, c.value ->> '$.user_id' AS user_id,
    c.value ->> '$.part' AS part, c.value ->> '$.parts' AS parts, c.value ->> '$.text_key' AS text_key,
    c.value ->> '$.channel' AS channel, c.value ->> '$.vnd' AS vnd, c.value ->> '$.included' AS included,
    COALESCE(c.value ->> '$.lacks_picture', 0) AS lacks_picture, COALESCE(c.value ->> '$.lacks_file', 0) AS lacks_file,
    l.started_at, l.deadline
FROM launches l, jsonb_each(l.calls) c
WHERE (SELECT 1 FROM attempts a WHERE a.oa_id = l.oa_id AND a.id = l.id * 1024 + c.key AND a.outcome <> '' LIMIT 1) IS NULL;

-- Of those that a program of before left behind nobody knows the outcome.
UPDATE deliveries SET state = 'unsure', reason = 'interrupted',
    not_before = (SELECT strftime('%Y-%m-%d %H:%M:%f', max(a.deadline), '+10 seconds')
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
SELECT oa_id, id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included FROM sending WHERE true
ON CONFLICT DO NOTHING;
DROP VIEW sending;
DROP TABLE launches;
