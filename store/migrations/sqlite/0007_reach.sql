-- +goose Up

-- Households to which a person has brought an announcement.
CREATE TABLE told (
    oa_id           text NOT NULL,
    announcement_id text NOT NULL,
    household_code  text NOT NULL,
    told_by         text NOT NULL,
    note            text NOT NULL DEFAULT '',
    at              datetime NOT NULL,
    PRIMARY KEY (oa_id, announcement_id, household_code)
);

-- +goose Down
DROP TABLE told;
