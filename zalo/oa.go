package zalo

import (
	"context"
	"fmt"
)

// Zalo's numbers for types of accounts. Source: Zalo OA documents, getoa, read 2026-11-21.
const (
	OATypeBusiness   = 2
	OATypeGovernment = 4
)

// OAInfo is what Zalo tells of an account.
type OAInfo struct {
	ID           string
	Name         string
	Description  string
	Verified     bool
	Type         int // OATypeBusiness, OATypeGovernment or another of Zalo's numbers
	Followers    int
	PackageName  string
	PackageUntil string // as Zalo writes it
}

// OA reads the account that the token is of: a good check that the token works.
func (c *Client) OA(ctx context.Context, accessToken string) (OAInfo, error) {
	const doing = "read account"
	req, err := c.get(ctx, "/v2.0/oa/getoa", nil)
	if err != nil {
		return OAInfo{}, fmt.Errorf("%s: %w", doing, err)
	}
	var data struct {
		OAID         ID     `json:"oaid"`
		OAIDOld      ID     `json:"oa_id"` // some sources name it so
		Name         string `json:"name"`
		Description  string `json:"description"`
		Verified     bool   `json:"is_verified"`
		Type         Int    `json:"oa_type"`
		Followers    Int    `json:"num_follower"`
		PackageName  string `json:"package_name"`
		PackageUntil string `json:"package_valid_through_date"`
	}
	if _, err := c.call(req, accessToken, doing, &data); err != nil {
		return OAInfo{}, err
	}
	return OAInfo{
		ID: first(data.OAID, data.OAIDOld), Name: data.Name, Description: data.Description, Verified: data.Verified,
		Type: int(data.Type), Followers: int(data.Followers), PackageName: data.PackageName, PackageUntil: data.PackageUntil,
	}, nil
}
