-- +goose Up

ALTER TABLE announcements ADD COLUMN issuer text NOT NULL DEFAULT ''; -- who answers for it; '' = nobody is named
ALTER TABLE announcements ADD COLUMN document_number text NOT NULL DEFAULT '';
ALTER TABLE announcements ADD COLUMN valid_until timestamptz; -- NULL = as long as its latest run
ALTER TABLE announcements ADD COLUMN code text NOT NULL DEFAULT ''; -- '' = it was made before there were codes
CREATE UNIQUE INDEX announcements_by_code ON announcements (oa_id, code) WHERE code <> '';
CREATE INDEX announcements_correcting ON announcements (oa_id, corrects) WHERE corrects <> '';
CREATE INDEX runs_by_start ON runs (oa_id, started_at);

-- +goose Down
DROP INDEX runs_by_start;
DROP INDEX announcements_correcting;
DROP INDEX announcements_by_code;
ALTER TABLE announcements DROP COLUMN code;
ALTER TABLE announcements DROP COLUMN valid_until;
ALTER TABLE announcements DROP COLUMN document_number;
ALTER TABLE announcements DROP COLUMN issuer;
