-- +goose Up

-- Why an announcement may hold something private, in the words of the one who made it; empty = it holds nothing such.
ALTER TABLE announcements ADD COLUMN private_because text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE announcements DROP COLUMN private_because;
