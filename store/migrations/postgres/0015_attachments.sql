-- +goose Up

-- Pictures and files of announcements, by their bytes: an upload at Zalo dies after 7 days, a schedule goes on.
CREATE TABLE attachments (
    oa_id      text NOT NULL,
    hash       text NOT NULL, -- SHA-256 of content, in hex
    content    bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (oa_id, hash)
);

-- What Zalo knows them by, or why it does not.
CREATE TABLE uploads (
    oa_id    text NOT NULL,
    hash     text NOT NULL,
    name     text NOT NULL, -- as residents see it
    zalo_id  text NOT NULL, -- '' = none
    at       timestamptz NOT NULL, -- when it was uploaded, or was tried last
    fault    text NOT NULL, -- of the last try; '' = it went well
    refused  boolean NOT NULL, -- until retry_at messages go without it
    failures integer NOT NULL, -- tries in a row that did not go
    retry_at timestamptz NOT NULL,
    PRIMARY KEY (oa_id, hash, name)
);

-- +goose Down
DROP TABLE uploads;
DROP TABLE attachments;
