package bot

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // to read pictures' sizes
	_ "image/png"
	"io"
	"path"
	"strings"
	"time"

	"github.com/loalang/loalang/zalo"
)

// Attachment is a picture or a file that is kept with us and goes with a message: what is said of it, without its bytes.
type Attachment struct {
	Hash     string `json:"hash"` // SHA-256 of its bytes, by which they are kept
	Name     string `json:"name"` // as residents see it
	Type     string `json:"type"` // by its bytes: image/jpeg, image/png, application/pdf, or Word's
	Size     int    `json:"size"`
	Checksum string `json:"checksum"` // MD5: an echo of Zalo's tells no more of a file
}

// Enclosure is an Attachment with its bytes.
type Enclosure struct {
	Attachment
	Content []byte
}

// Key knows an attachment in its account: the same bytes under another name are uploaded for themselves, since residents
// see the name.
func (a Attachment) Key() string { return a.Hash + " " + a.Name }

// Lack says what a text has gone without.
type Lack struct{ Picture, File bool }

// size counts the attachments that are lacking, none to two.
func (l Lack) size() (n int) {
	if l.Picture {
		n++
	}
	if l.File {
		n++
	}
	return n
}

// Upload is what Zalo knows an attachment by, or why it does not.
type Upload struct {
	ID       string    // empty = none
	At       time.Time // when it was uploaded, or was tried last
	Fault    string    // of the last try, with the next step; empty = it went well
	Refused  bool      // until RetryAt messages go without it
	Failures int       // tries in a row that did not go
	RetryAt  time.Time
}

// uploadMargin is how long before its end an upload is not relied on any more.
const uploadMargin = time.Hour

// Works tells whether a message can go with the upload at a moment.
func (u Upload) Works(now time.Time) bool {
	return u.ID != "" && now.Before(u.At.Add(zalo.UploadLife-uploadMargin))
}

// refused tells whether messages go without at a moment.
func (u Upload) refused(now time.Time) bool { return u.Refused && now.Before(u.RetryAt) }

// attachmentClass is what kind of attachment is wanted.
type attachmentClass struct {
	most    int
	types   map[string]string // of the bytes, with the ending that Zalo wants
	english string
	screen  string
}

const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typePDF  = "application/pdf"
	typeDOC  = "application/msword"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

var (
	pictures = attachmentClass{zalo.MaxImageBytes, map[string]string{typeJPEG: ".jpg", typePNG: ".png"}, "JPEG or PNG", "JPG hoặc PNG"}
	papers   = attachmentClass{zalo.MaxFileBytes, map[string]string{typePDF: ".pdf", typeDOC: ".doc", typeDOCX: ".docx"}, "PDF, DOC or DOCX", "PDF, DOC hoặc DOCX"}
)

// AttachmentError says why something cannot be attached, in English and for people on screen.
type AttachmentError struct{ english, screen string }

func (e *AttachmentError) Error() string { return e.english }

// Screen is the same in Vietnamese.
func (e *AttachmentError) Screen() string { return e.screen }

// ReadPicture takes a JPEG or PNG of at most 1 MB. size is what is known of it before reading; 0 = nothing. A refusal is an
// *AttachmentError.
func ReadPicture(name string, size int64, r io.Reader) (Enclosure, error) {
	e, err := pictures.read(name, size, r)
	if err != nil {
		return e, err
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(e.Content)); err != nil {
		return Enclosure{}, &AttachmentError{
			fmt.Sprintf("the picture %s is broken: open it on a computer, save it anew as JPEG and try again", e.Name),
			"Ảnh này bị hỏng, tôi không mở được. Anh/chị chụp lại hoặc lưu lại ảnh rồi gửi giúp.",
		}
	}
	e.Name = "anh" + pictures.types[e.Type] // nobody sees it, and so the same picture is uploaded once
	return e, nil
}

// ReadFile takes a PDF or Word file of at most 5 MB, in the same way.
func ReadFile(name string, size int64, r io.Reader) (Enclosure, error) {
	e, err := papers.read(name, size, r)
	if err != nil {
		return e, err
	}
	if ending := papers.types[e.Type]; !strings.EqualFold(path.Ext(e.Name), ending) {
		e.Name = strings.TrimSuffix(e.Name, path.Ext(e.Name)) + ending // Zalo goes by the name
	}
	return e, nil
}

func (c attachmentClass) read(name string, size int64, r io.Reader) (Enclosure, error) {
	name = path.Base(strings.ToValidUTF8(strings.ReplaceAll(name, `\`, "/"), ""))
	if size > int64(c.most) {
		return Enclosure{}, c.tooLarge(name, size)
	}
	content, err := io.ReadAll(io.LimitReader(r, int64(c.most)+1))
	if err != nil {
		return Enclosure{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(content) > c.most {
		return Enclosure{}, c.tooLarge(name, 0)
	}
	kind := typeOf(content)
	if c.types[kind] == "" {
		return Enclosure{}, &AttachmentError{
			fmt.Sprintf("%s is no %s by its content, whatever its name, and Zalo takes no other here; save it as one of them", name, c.english),
			fmt.Sprintf("Zalo chỉ nhận %s. Anh/chị lưu lại thành một trong các loại đó rồi gửi giúp.", c.screen),
		}
	}
	sum, check := sha256.Sum256(content), md5.Sum(content)
	return Enclosure{Attachment{
		Hash: hex.EncodeToString(sum[:]), Name: name, Type: kind, Size: len(content), Checksum: hex.EncodeToString(check[:]),
	}, content}, nil
}

// tooLarge is the refusal of something too large; size 0 = nobody knows how large it is.
func (c attachmentClass) tooLarge(name string, size int64) error {
	english, screen := "", ""
	if size > 0 {
		english, screen = fmt.Sprintf(" (it has %.1f MB)", megabytes(size)), fmt.Sprintf(" (tệp này %.1f MB)", megabytes(size))
	}
	return &AttachmentError{
		fmt.Sprintf("%s is larger than the %d MB that Zalo takes%s; make it smaller and try again", name, c.most>>20, english),
		fmt.Sprintf("Zalo chỉ nhận tối đa %d MB%s. Anh/chị giảm dung lượng rồi gửi lại giúp.", c.most>>20, screen),
	}
}

// megabytes never makes what is just too large look as if it fitted.
func megabytes(size int64) float64 { return float64((size*10+(1<<20)-1)>>20) / 10 }

// typeOf tells what bytes are. Names are not asked.
func typeOf(content []byte) string {
	head := content[:min(len(content), 1024)]
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return typeJPEG
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return typePNG
	case bytes.Contains(head, []byte("%PDF-")):
		return typePDF
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && bytes.Contains(content, []byte("W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t")):
		return typeDOC
	case bytes.HasPrefix(content, []byte("PK\x03\x04")) && bytes.Contains(content, []byte("word/document.xml")):
		return typeDOCX
	}
	return ""
}

// fileKey is the TextKey of a file: what an echo of it tells.
func fileKey(checksum string) string { return "file:" + strings.ToLower(checksum) }
