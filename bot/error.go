package bot

import "errors"

var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrDuplicate says that a row with this key is there already.
	ErrDuplicate = errors.New("already exists")
	// ErrLeaseLost says that a lane was taken by another worker: what was done under the lease must be thrown away.
	ErrLeaseLost = errors.New("lane lease lost")
	// ErrUnavailable says that the database cannot save now. The sender should try again later.
	ErrUnavailable = errors.New("store unavailable")
)
