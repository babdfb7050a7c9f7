package zalo

import (
	"context"
	"encoding/json"
	"fmt"
)

// UserDetail is what Zalo tells of a person to an account with the right "user info".
type UserDetail struct {
	UserID          string
	UserIDByApp     string
	DisplayName     string
	Alias           string
	Avatar          string
	IsFollower      bool
	LastInteraction string // dd/MM/yyyy, Zalo's coarse view; our own from events is finer
	Tags            []string
}

// UserDetail reads what Zalo knows of a person.
func (c *Client) UserDetail(ctx context.Context, accessToken, userID string) (UserDetail, error) {
	const doing = "read user detail"
	req, err := c.get(ctx, "/v3.0/oa/user/detail", map[string]string{"user_id": userID})
	if err != nil {
		return UserDetail{}, fmt.Errorf("%s: %w", doing, err)
	}
	var data struct {
		UserID          ID     `json:"user_id"`
		UserIDByApp     ID     `json:"user_id_by_app"`
		DisplayName     string `json:"display_name"`
		Alias           string `json:"user_alias"`
		Avatar          string `json:"avatar"`
		IsFollower      bool   `json:"user_is_follower"`
		LastInteraction string `json:"user_last_interaction_date"`
		Notes           struct {
			Tags []string `json:"tag_names"`
		} `json:"tags_and_notes_info"`
	}
	if _, err := c.call(req, accessToken, doing, &data); err != nil {
		return UserDetail{}, err
	}
	return UserDetail{
		UserID: string(data.UserID), UserIDByApp: string(data.UserIDByApp), DisplayName: data.DisplayName, Alias: data.Alias,
		Avatar: data.Avatar, IsFollower: data.IsFollower, LastInteraction: data.LastInteraction, Tags: data.Notes.Tags,
	}, nil
}

// userIDNumber is a user id as the number that some endpoints document, or as text when it is none.
func userIDNumber(userID string) any {
	if userID == "" || len(userID) > 19 || userID[0] == '0' {
		return userID
	}
	for _, r := range userID {
		if r < '0' || r > '9' {
			return userID
		}
	}
	return json.Number(userID)
}
