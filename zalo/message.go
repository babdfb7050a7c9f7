package zalo

import "encoding/json"

// Limits of a consultation message. Source: Zalo OA documents, consultation messages, read 2026-11-21.
const (
	MaxTextRunes         = 2000 // characters after NFC
	MaxButtons           = 5
	MaxButtonTitleRunes  = 100
	MaxPayloadRunes      = 1000
	MaxListItems         = 5
	MaxListTitleRunes    = 100
	MaxListSubtitleRunes = 500
)

// Message is the content of a consultation message. Set the text, and at most one of buttons, list, image and file.
type Message struct {
	Text       string
	QuoteMsgID string // quotes a message; with text only
	Buttons    []Button
	List       []ListItem // with Buttons below it
	Image      *Image
	FileToken  string // of UploadFile
}

// Button stands under a text or a list. Zalo documents it for v2 only, so the text must do without.
type Button struct {
	Title  string
	Action Action
}

// ActionType is what tapping does.
type ActionType string

// The actions. A query's payload comes back as the person's text; QueryHide does not show it in the chat.
const (
	ActionOpenURL   ActionType = "oa.open.url"
	ActionQueryShow ActionType = "oa.query.show"
	ActionQueryHide ActionType = "oa.query.hide"
	ActionOpenSMS   ActionType = "oa.open.sms"
	ActionOpenPhone ActionType = "oa.open.phone"
)

// Action is what tapping a button or a list item does.
type Action struct {
	Type       ActionType
	URL        string // of ActionOpenURL
	Payload    string // of the queries
	PhoneCode  string // of ActionOpenPhone and ActionOpenSMS, like 84912345678
	SMSContent string // of ActionOpenSMS
}

func (a Action) payload() any {
	switch a.Type {
	case ActionOpenURL:
		return map[string]string{"url": a.URL}
	case ActionOpenPhone:
		return map[string]string{"phone_code": a.PhoneCode}
	case ActionOpenSMS:
		return map[string]string{"phone_code": a.PhoneCode, "content": a.SMSContent}
	}
	return a.Payload
}

// MarshalJSON writes Zalo's form of a button.
func (b Button) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"title": b.Title, "type": b.Action.Type, "payload": b.Action.payload()})
}

// ListItem is one element of a list; the first needs a subtitle or an image.
type ListItem struct {
	Title    string
	Subtitle string
	ImageURL string
	Action   *Action
}

// MarshalJSON writes Zalo's form of a list element.
func (i ListItem) MarshalJSON() ([]byte, error) {
	out := map[string]any{"title": i.Title}
	if i.Subtitle != "" {
		out["subtitle"] = i.Subtitle
	}
	if i.ImageURL != "" {
		out["image_url"] = i.ImageURL
	}
	if i.Action != nil {
		action := map[string]any{"type": i.Action.Type}
		if i.Action.Type == ActionOpenURL {
			action["url"] = i.Action.URL
		} else {
			action["payload"] = i.Action.payload()
		}
		out["default_action"] = action
	}
	return json.Marshal(out)
}

// Image is a picture by its URL or by the id of an upload.
type Image struct {
	URL           string
	AttachmentID  string
	GIF           bool
	Width, Height int // of a GIF, in pixels
}

// MarshalJSON writes Zalo's form of a media element.
func (i Image) MarshalJSON() ([]byte, error) {
	out := map[string]any{"media_type": "image"}
	if i.GIF {
		out["media_type"], out["width"], out["height"] = "gif", i.Width, i.Height
	}
	if i.AttachmentID != "" {
		out["attachment_id"] = i.AttachmentID
	} else {
		out["url"] = i.URL
	}
	return json.Marshal(out)
}

// MarshalJSON writes Zalo's "message" object.
func (m Message) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Text       string `json:"text,omitempty"`
		QuoteMsgID string `json:"quote_message_id,omitempty"`
		Attachment any    `json:"attachment,omitempty"`
	}{m.Text, m.QuoteMsgID, m.attachment()})
}

// attachment is what goes with the text; nil for nothing.
func (m Message) attachment() any {
	template := func(payload map[string]any) any { return map[string]any{"type": "template", "payload": payload} }
	switch {
	case m.FileToken != "":
		return map[string]any{"type": "file", "payload": map[string]string{"token": m.FileToken}}
	case m.Image != nil:
		return template(map[string]any{"template_type": "media", "elements": []Image{*m.Image}})
	case len(m.List) > 0:
		payload := map[string]any{"template_type": "list", "elements": m.List}
		if len(m.Buttons) > 0 {
			payload["buttons"] = m.Buttons
		}
		return template(payload)
	case len(m.Buttons) > 0:
		return template(map[string]any{"buttons": m.Buttons})
	}
	return nil
}

// to is the body of a call that sends the message to a person or a group: {"recipient": {field: id}, "message": …}. It is
// put together by hand, since encoding/json reads again whatever a MarshalJSON has written, at each level.
func (m Message) to(field, id string) ([]byte, error) {
	message, err := m.MarshalJSON()
	if err != nil {
		return nil, err
	}
	recipient, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	body := make([]byte, 0, len(message)+len(recipient)+64)
	body = append(body, `{"recipient":{"`+field+`":`...)
	body = append(body, recipient...)
	body = append(body, `},"message":`...)
	body = append(body, message...)
	return append(body, '}'), nil
}
