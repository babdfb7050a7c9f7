-- +goose Up

-- Every change of a delivery's state writes into all of its indexes, and it changes twice for each message. Those of a run are
-- found by what makes them unique; those under way or in doubt, and replies that wait, are few and share an index.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_oa_id_user_id_origin_key;
CREATE UNIQUE INDEX deliveries_once ON deliveries (oa_id, announcement_id, run, user_id, origin);
DROP INDEX deliveries_of_run, deliveries_open, deliveries_doubtful;
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id)
    WHERE state IN ('sending', 'unsure') OR (state = 'planned' AND announcement_id = '');

-- An attempt is found by its recipient. Its result then changes no index, and finds room on the same page.
DROP INDEX attempts_of_delivery, attempts_by_message;
ALTER TABLE attempts SET (fillfactor = 60);

-- +goose Down
ALTER TABLE attempts RESET (fillfactor);
CREATE INDEX attempts_by_message ON attempts (oa_id, msg_id) WHERE msg_id <> '';
CREATE INDEX attempts_of_delivery ON attempts (oa_id, delivery_id, id);
DROP INDEX deliveries_open, deliveries_once;
CREATE INDEX deliveries_doubtful ON deliveries (oa_id, state, not_before) WHERE state IN ('sending', 'unsure');
CREATE INDEX deliveries_open ON deliveries (oa_id, user_id, id) WHERE state IN ('planned', 'sending', 'unsure');
CREATE INDEX deliveries_of_run ON deliveries (oa_id, announcement_id, run, state, channel) WHERE announcement_id <> '';
ALTER TABLE deliveries ADD CONSTRAINT deliveries_oa_id_user_id_origin_key UNIQUE (oa_id, user_id, origin);
