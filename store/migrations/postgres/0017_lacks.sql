-- +goose Up

-- What a text has gone without.
ALTER TABLE deliveries ADD COLUMN lacks_picture boolean NOT NULL DEFAULT false;
ALTER TABLE deliveries ADD COLUMN lacks_file boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE deliveries DROP COLUMN lacks_file;
ALTER TABLE deliveries DROP COLUMN lacks_picture;
