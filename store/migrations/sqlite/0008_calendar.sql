-- +goose Up

-- The days on which the bank comes to a commune: the rules of each month, and what holds on single dates.
CREATE TABLE transaction_days (
    oa_id       text NOT NULL,
    unit_code   text NOT NULL, -- a commune's
    point       text NOT NULL, -- '' = the commune's only one
    day         text NOT NULL, -- '15' = of each month, '2027-02-15' = that date
    from_minute integer NOT NULL, -- since midnight; this and the next 0 = nobody comes
    to_minute   integer NOT NULL,
    place       text NOT NULL,
    officers    text NOT NULL, -- JSON
    PRIMARY KEY (oa_id, unit_code, point, day)
);

-- +goose Down
DROP TABLE transaction_days;
