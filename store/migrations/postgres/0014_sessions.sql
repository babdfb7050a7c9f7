-- +goose Up

-- What operators are composing in the chat, and what they did last.
CREATE TABLE operator_sessions (
    oa_id      text NOT NULL,
    user_id    text NOT NULL,
    state      text NOT NULL, -- JSON
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (oa_id, user_id)
);

-- +goose Down
DROP TABLE operator_sessions;
