package bot

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/loalang/loalang/zalo"
)

// Message is what we say to a resident, before it takes Zalo's form.
type Message struct {
	Text    string   `json:"text"`
	Choices []Choice `json:"choices,omitempty"`
	// Others are the text in other languages than Vietnamese, by BCP 47 without a variant.
	Others  map[string]string `json:"others,omitempty"`
	Picture string            `json:"picture,omitempty"` // the link of a picture that stands with the first part
	// Spelled says that the text itself tells what to write for each choice: they stand as buttons alone, without numbers,
	// which would mean something else to whoever is in the middle of a talk.
	Spelled bool        `json:"spelled,omitempty"`
	Image   *Attachment `json:"image,omitempty"` // such a picture that is kept with us, instead of Picture
	File    *Attachment `json:"file,omitempty"`  // goes after the text, as a message of its own
}

// Choice is one thing to tap. Exactly one of Payload, URL and Phone is set. A payload comes back as the resident's text.
type Choice struct {
	Title   string `json:"title"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Line    string `json:"line,omitempty"` // what stands beside its number in the text, where a button's title has no room for it
	Word    string `json:"word,omitempty"` // what to type instead of tapping, where a number would mean nothing by then
}

// fullText is the text with its choices as numbers, since buttons may be refused or not shown: text alone always works.
func (m Message) fullText() string {
	if len(m.Choices) == 0 || m.Spelled {
		return m.Text
	}
	var b strings.Builder
	b.WriteString(m.Text)
	b.WriteString("\n")
	asks := false
	for i, c := range m.Choices {
		if c.Word != "" {
			fmt.Fprintf(&b, "\nAnh/chị bấm nút \"%s\" hoặc nhắn \"%s\".", c.Title, c.Word)
			continue
		}
		fmt.Fprintf(&b, "\n%d. %s", i+1, cmp.Or(c.Line, c.Title))
		switch {
		case c.URL != "":
			b.WriteString(": " + c.URL)
		case c.Phone != "":
			if !strings.Contains(digits(c.Title), digits(c.Phone)) {
				b.WriteString(": " + c.Phone)
			}
		default:
			asks = true
		}
	}
	if asks {
		b.WriteString("\n\nAnh/chị bấm nút hoặc nhắn lại con số.")
	}
	return b.String()
}

// parts are the texts to send one after the other, each within Zalo's limit. There is always one, if without a word.
func (m Message) parts() []string {
	if parts := zalo.SplitText(m.fullText(), zalo.MaxTextRunes); len(parts) > 0 {
		return parts
	}
	return []string{""}
}

// Parts is how many messages it takes, its file's included.
func (m Message) Parts() int {
	if m.File != nil {
		return len(m.parts()) + 1
	}
	return len(m.parts())
}

// hasPicture tells whether a picture goes with the first part.
func (m Message) hasPicture() bool { return m.Picture != "" || m.Image != nil }

// attachments are its picture and its file, as far as they are kept with us.
func (m Message) attachments() []Attachment {
	var list []Attachment
	for _, a := range []*Attachment{m.Image, m.File} {
		if a != nil {
			list = append(list, *a)
		}
	}
	return list
}

// zaloMessage is part n (from 0) in Zalo's form. Buttons go with the last part.
func (m Message) zaloMessage(parts []string, n int, textOnly bool) zalo.Message {
	out := zalo.Message{Text: parts[n]}
	if textOnly || n != len(parts)-1 {
		return out
	}
	for _, c := range m.Choices {
		if len(out.Buttons) == zalo.MaxButtons {
			break
		}
		out.Buttons = append(out.Buttons, c.button())
	}
	return out
}

func (c Choice) button() zalo.Button {
	b := zalo.Button{Title: cut(c.Title, zalo.MaxButtonTitleRunes)}
	switch {
	case c.URL != "":
		b.Action = zalo.Action{Type: zalo.ActionOpenURL, URL: c.URL}
	case c.Phone != "":
		b.Action = zalo.Action{Type: zalo.ActionOpenPhone, PhoneCode: internationalPhone(c.Phone)}
	default:
		b.Action = zalo.Action{Type: zalo.ActionQueryHide, Payload: c.Payload}
	}
	return b
}

// internationalPhone writes a Vietnamese number as Zalo wants it (84…); short and service numbers stay as they are.
func internationalPhone(phone string) string {
	d := digits(phone)
	if strings.HasPrefix(d, "0") && len(d) >= 10 {
		return "84" + d[1:]
	}
	return d
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes-1]) + "…"
}
