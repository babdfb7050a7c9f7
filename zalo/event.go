package zalo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// EventName is Zalo's event_name.
type EventName string

// The events of Zalo's console and documents, read 2026-11-21.
const (
	EventUserSendText         EventName = "user_send_text"
	EventUserSendImage        EventName = "user_send_image"
	EventUserSendLink         EventName = "user_send_link"
	EventUserSendAudio        EventName = "user_send_audio"
	EventUserSendVideo        EventName = "user_send_video"
	EventUserSendSticker      EventName = "user_send_sticker"
	EventUserSendLocation     EventName = "user_send_location"
	EventUserSendFile         EventName = "user_send_file"
	EventUserSendBusinessCard EventName = "user_send_business_card"
	EventUserSendGIF          EventName = "user_send_gif" // sources disagree whether it exists

	EventOASendText     EventName = "oa_send_text"
	EventOASendImage    EventName = "oa_send_image"
	EventOASendGIF      EventName = "oa_send_gif"
	EventOASendList     EventName = "oa_send_list"
	EventOASendFile     EventName = "oa_send_file"
	EventOASendSticker  EventName = "oa_send_sticker"
	EventOASendTemplate EventName = "oa_send_template"

	EventUserSeenMessage     EventName = "user_seen_message"
	EventUserReceivedMessage EventName = "user_received_message"
	EventUserReactedMessage  EventName = "user_reacted_message"
	EventOAReactedMessage    EventName = "oa_reacted_message"
	EventUserClickChatNow    EventName = "user_click_chatnow"

	EventFollow   EventName = "follow"
	EventUnfollow EventName = "unfollow"

	EventUserSubmitInfo      EventName = "user_submit_info"
	EventUpdateUserInfo      EventName = "update_user_info"
	EventUserWithdraw        EventName = "user_withdraw"
	EventAddUserToTag        EventName = "add_user_to_tag"
	EventRemoveUserFromTag   EventName = "remove_user_from_tag"
	EventRemoveTag           EventName = "remove_tag"
	EventPermissionRevoked   EventName = "permission_revoked"
	EventExtensionPurchased  EventName = "extension_purchased"
	EventShopHasOrder        EventName = "shop_has_order"
	EventWidgetAccepted      EventName = "widget_interaction_accepted"
	EventWidgetFailedToSync  EventName = "widget_failed_to_sync_user_external_id"
	EventAnonymousSendText   EventName = "anonymous_send_text"
	EventAnonymousSendImage  EventName = "anonymous_send_image"
	EventAnonymousSendFile   EventName = "anonymous_send_file"
	EventAnonymousSendStick  EventName = "anonymous_send_sticker"
	EventOASendAnonymousText EventName = "oa_send_anonymous_text"
	EventOASendAnonymousImg  EventName = "oa_send_anonymous_image"
	EventOASendAnonymousFile EventName = "oa_send_anonymous_file"
	EventOASendAnonymousStk  EventName = "oa_send_anonymous_sticker"

	EventOASendConsent    EventName = "oa_send_consent"
	EventUserReplyConsent EventName = "user_reply_consent"
	EventUserCallOA       EventName = "user_call_oa"
	EventOACallUser       EventName = "oa_call_user"

	EventCreateGroup            EventName = "create_group"
	EventUserJoinGroup          EventName = "user_join_group"
	EventUserRequestJoinGroup   EventName = "user_request_join_group"
	EventAcceptRequestJoinGroup EventName = "accept_request_join_group"
	EventRejectRequestJoinGroup EventName = "reject_request_join_group"
	EventReactRequestJoinGroup  EventName = "react_request_join_group"
	EventAddGroupAdmin          EventName = "add_group_admin"
	EventRemoveGroupAdmin       EventName = "remove_group_admin"
	EventUpdateGroupInfo        EventName = "update_group_info"
	EventUserOutGroup           EventName = "user_out_group"
	EventDeleteGroup            EventName = "delete_group"
	EventUserSendGroupText      EventName = "user_send_group_text"
	EventUserSendGroupImage     EventName = "user_send_group_image"
	EventUserSendGroupLink      EventName = "user_send_group_link"
	EventUserSendGroupAudio     EventName = "user_send_group_audio"
	EventUserSendGroupLocation  EventName = "user_send_group_location"
	EventUserSendGroupVideo     EventName = "user_send_group_video"
	EventUserSendGroupCard      EventName = "user_send_group_business_card"
	EventUserSendGroupSticker   EventName = "user_send_group_sticker"
	EventUserSendGroupGIF       EventName = "user_send_group_gif"
	EventUserSendGroupFile      EventName = "user_send_group_file"
	EventOASendGroupText        EventName = "oa_send_group_text"
	EventOASendGroupImage       EventName = "oa_send_group_image"
	EventOASendGroupLink        EventName = "oa_send_group_link"
	EventOASendGroupAudio       EventName = "oa_send_group_audio"
	EventOASendGroupLocation    EventName = "oa_send_group_location"
	EventOASendGroupVideo       EventName = "oa_send_group_video"
	EventOASendGroupCard        EventName = "oa_send_group_business_card"
	EventOASendGroupSticker     EventName = "oa_send_group_sticker"
	EventOASendGroupGIF         EventName = "oa_send_group_gif"
	EventOASendGroupFile        EventName = "oa_send_group_file"

	EventUserFeedback            EventName = "user_feedback"
	EventUserClickResponseButton EventName = "user_click_response_button"
	EventChangeOADailyQuota      EventName = "change_oa_daily_quota"
	EventChangeOATemplateTags    EventName = "change_oa_template_tags"
	EventChangeTemplateQuality   EventName = "change_template_quality"
	EventChangeTemplateQuota     EventName = "change_template_quota"
	EventChangeTemplateStatus    EventName = "change_template_status"
	EventJourneyTimeOut          EventName = "event_journey_time_out"
	EventJourneyAcknowledged     EventName = "event_journey_acknowledged"
)

// aliases are names that some sources give for the same event.
var aliases = map[EventName]EventName{
	"user_leave_group":                EventUserOutGroup,
	"react_request_join_group_accept": EventAcceptRequestJoinGroup,
	"react_request_join_group_reject": EventRejectRequestJoinGroup,
	"disperse_group":                  EventDeleteGroup,
}

// maxID is the longest id taken, in bytes. Zalo's have about 20 digits.
const maxID = 128

// Event is one webhook event, normalised: whichever way it went, OAID is the account and UserID the person.
type Event struct {
	Name            EventName // aliases are folded; an unknown name stays as it came
	AppID           string
	OAID            string
	UserID          string   // of this person for this account; empty when the event is about none or several
	UserIDs         []string // of who joined, left or administers a group: one event may tell of several
	UserIDByApp     string   // the same person for the app: nothing can be sent to it
	GroupID         string   // of a group chat: messages in it, its members, its receipts
	MsgID           string
	MsgIDs          []string // of receipts
	Text            string   // NFC
	QuoteMsgID      string
	Attachments     []Attachment
	Timestamp       time.Time // zero when Zalo gave none that makes sense
	FromOA          bool      // what the account itself did: an echo
	AdminID         string    // set when a person typed it in Zalo's own chat tool
	DeliveryTime    string    // set on receipts of template messages by phone
	SignedTimestamp string    // as in the body, for the signature
	Raw             []byte    // the body as it came
}

// Attachment is what came with a message, flattened.
type Attachment struct {
	Type        string // image, gif, link, audio, video, sticker, location, file, template
	URL         string
	Thumbnail   string
	Description string
	ID          string // of a sticker
	Name        string // of a file
	Size        int64  // of a file, in bytes
	Checksum    string // of a file: its MD5 in lower-case hex, when Zalo tells it
	Latitude    float64
	Longitude   float64
}

// envelope is the JSON of all events together.
type envelope struct {
	EventName   EventName `json:"event_name"`
	AppID       ID        `json:"app_id"`
	OAID        ID        `json:"oa_id"`
	OAIDCamel   ID        `json:"oaId"`
	UserID      ID        `json:"user_id"`
	UserIDByApp ID        `json:"user_id_by_app"`
	GroupID     ID        `json:"group_id"`
	GroupInfo   groupInfo `json:"group_info"`
	Users       people    `json:"users"`
	UserIDs     people    `json:"user_ids"`
	Timestamp   ID        `json:"timestamp"`
	Sender      struct {
		ID      ID `json:"id"`
		AdminID ID `json:"admin_id"`
	} `json:"sender"`
	Recipient struct {
		ID ID `json:"id"`
	} `json:"recipient"`
	Follower struct {
		ID ID `json:"id"`
	} `json:"follower"`
	Message *messageBody `json:"message"`
	Data    struct {
		UserID ID `json:"user_id"`
	} `json:"data"`
}

type messageBody struct {
	MsgID        ID           `json:"msg_id"`
	MsgIDs       []ID         `json:"msg_ids"`
	Text         string       `json:"text"`
	QuoteMsgID   ID           `json:"quote_msg_id"`
	GroupID      ID           `json:"group_id"`
	DeliveryTime ID           `json:"delivery_time"`
	Attachments  []attachment `json:"attachments"`
}

type attachment struct {
	Type    string  `json:"type"`
	Payload payload `json:"payload"`
}

type payload struct {
	URL         string `json:"url"`
	LinkURL     string `json:"link_url"`
	Thumbnail   string `json:"thumbnail"`
	Description string `json:"description"`
	ID          ID     `json:"id"`
	Name        string `json:"name"`
	Size        Int    `json:"size"`
	Checksum    string `json:"checksum"`
	Coordinates struct {
		Latitude  float `json:"latitude"`
		Longitude float `json:"longitude"`
	} `json:"coordinates"`
}

// UnmarshalJSON takes what it can read: a payload in a form of its own must not cost the whole event.
func (p *payload) UnmarshalJSON(data []byte) error {
	type plain payload // without this method
	_ = json.Unmarshal(data, (*plain)(p))
	return nil
}

// float is a number that Zalo writes as a number or as a string.
type float float64

// UnmarshalJSON takes 10.5 and "10.5".
func (f *float) UnmarshalJSON(data []byte) error {
	text, err := stringOrNumber(data)
	if err != nil || text == "" {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	*f = float(v)
	return err
}

// ParseEvent is ParseEventFor for a receiver that does not know its accounts' ids.
func ParseEvent(body []byte) (Event, error) { return ParseEventFor(body, nil) }

// ParseEventFor reads a webhook body. isOA tells an account's id from a person's: sources disagree which side of a
// receipt is which; without it the sender of a receipt counts as the account. Errors wrap ErrMalformed.
func ParseEventFor(body []byte, isOA func(id string) bool) (Event, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("%w: %s", ErrMalformed, reason(err))
	}
	if e.EventName == "" {
		return Event{}, fmt.Errorf("%w: no event_name", ErrMalformed)
	}
	ev := Event{
		Name: e.EventName, AppID: string(e.AppID), UserIDByApp: string(e.UserIDByApp),
		AdminID: string(e.Sender.AdminID), SignedTimestamp: string(e.Timestamp), Raw: body,
	}
	if canonical, ok := aliases[e.EventName]; ok {
		ev.Name = canonical
	}
	ev.GroupID = e.group(ev.Name)
	ev.OAID, ev.UserID = sides(ev.Name, e, isOA)
	ev.FromOA = strings.HasPrefix(string(ev.Name), "oa_send_") && ev.Name != EventOASendConsent || ev.Name == EventOAReactedMessage
	if ev.aboutGroup() {
		ev.takeMembers(e)
	}
	if ms, err := strconv.ParseInt(ev.SignedTimestamp, 10, 64); err == nil && ms > 1e12 && ms < 1e13 {
		ev.Timestamp = time.UnixMilli(ms).UTC()
	}
	ev.takeMessage(e.Message)
	if ev.OAID == "" {
		return Event{}, fmt.Errorf("%w: no account id", ErrMalformed)
	}
	ids := []string{ev.AppID, ev.OAID, ev.UserID, ev.GroupID, ev.MsgID, string(ev.Name)}
	for _, id := range slices.Concat(ids, ev.MsgIDs, ev.UserIDs) {
		if len(id) > maxID {
			return Event{}, fmt.Errorf("%w: an id is longer than %d bytes", ErrMalformed, maxID)
		}
	}
	return ev, nil
}

// reason is a JSON error without the text around it.
func reason(err error) string {
	return strings.SplitN(err.Error(), "\n", 2)[0]
}

// sides finds the account and the person.
func sides(name EventName, e envelope, isOA func(string) bool) (oa, user string) {
	sender, recipient, own := string(e.Sender.ID), string(e.Recipient.ID), first(e.OAID, e.OAIDCamel)
	text := string(name)
	switch {
	case name == EventUserReceivedMessage || name == EventUserSeenMessage:
		return receiptSides(e, isOA)
	case strings.HasPrefix(text, "oa_send_group_"):
		return orElse(own, sender), ""
	case strings.HasPrefix(text, "user_send_group_"):
		return own, sender
	case strings.HasPrefix(text, "oa_send_") && sender != "", name == EventOAReactedMessage:
		return sender, recipient
	case own != "":
		return own, first(ID(sender), e.Follower.ID, e.UserID, e.Data.UserID)
	}
	return recipient, first(ID(sender), e.Follower.ID, e.UserID)
}

// receiptSides finds who got or saw a message of which account; in a group, one side may be the group.
func receiptSides(e envelope, isOA func(string) bool) (oa, user string) {
	oa = first(e.OAID, e.OAIDCamel, e.Sender.ID)
	if e.OAID == "" && e.OAIDCamel == "" && isOA != nil && isOA(string(e.Recipient.ID)) && !isOA(oa) {
		oa = string(e.Recipient.ID)
	}
	group := e.group(e.EventName)
	for _, id := range []ID{e.Recipient.ID, e.Sender.ID, e.UserID} {
		if id != "" && string(id) != oa && string(id) != group {
			return oa, string(id)
		}
	}
	return oa, ""
}

func first(ids ...ID) string {
	for _, id := range ids {
		if id != "" {
			return string(id)
		}
	}
	return ""
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (e *Event) takeMessage(m *messageBody) {
	if m == nil {
		return
	}
	e.MsgID, e.QuoteMsgID, e.DeliveryTime = string(m.MsgID), string(m.QuoteMsgID), string(m.DeliveryTime)
	e.Text = norm.NFC.String(strings.ReplaceAll(strings.ToValidUTF8(m.Text, ""), "\x00", ""))
	for _, id := range m.MsgIDs {
		e.MsgIDs = append(e.MsgIDs, string(id))
	}
	if e.Name == EventUserReceivedMessage && e.MsgID != "" && len(e.MsgIDs) == 0 {
		e.MsgIDs = []string{e.MsgID}
	}
	for _, a := range m.Attachments {
		e.Attachments = append(e.Attachments, Attachment{
			Type: a.Type, URL: orElse(a.Payload.URL, a.Payload.LinkURL), Thumbnail: a.Payload.Thumbnail,
			Description: a.Payload.Description, ID: string(a.Payload.ID), Name: a.Payload.Name, Size: int64(a.Payload.Size),
			Checksum: strings.ToLower(a.Payload.Checksum),
			Latitude: float64(a.Payload.Coordinates.Latitude), Longitude: float64(a.Payload.Coordinates.Longitude),
		})
	}
}

// FromUser tells whether a person wrote to the account, outside a group: something to be answered.
func (e Event) FromUser() bool {
	return strings.HasPrefix(string(e.Name), "user_send_") && !e.InGroup()
}

// InGroup tells whether the event is a message in a group chat.
func (e Event) InGroup() bool {
	return e.Name.inGroup()
}

// Interaction tells whether the event opens Zalo's windows of 48 hours and 7 days.
// Source: Zalo's consultation policy as read 2026-11-21: following, writing (also in a group of the account), calling,
// tapping the chat button, the menu or a button. Reactions are not named there and do not count.
func (e Event) Interaction() bool {
	switch e.Name {
	case EventFollow, EventUserClickChatNow, EventUserCallOA, EventUserSubmitInfo:
		return true
	}
	return strings.HasPrefix(string(e.Name), "user_send_")
}

// DedupKey is the same for repeated deliveries of one event of an account. Messages and received receipts are known by
// their message id, which an echo and a receipt share; all others by their time and body.
func (e Event) DedupKey() string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
	}
	put(string(e.Name), e.UserID)
	byMessage := strings.Contains(string(e.Name), "_send_") || e.Name == EventUserReceivedMessage
	if byMessage && e.MsgID != "" {
		put("message", e.MsgID)
	} else {
		put("body", e.SignedTimestamp)
		h.Write(e.Raw)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]) // 128 bits: it stands in an index of every event
}
