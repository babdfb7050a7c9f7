package zalo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Limits of uploads. Source: Zalo OA documents, uploads, read 2026-11-21.
const (
	MaxImageBytes = 1 << 20 // JPEG and PNG
	MaxGIFBytes   = 5 << 20
	MaxFileBytes  = 5 << 20 // PDF, Word, CSV
	// UploadLife is how long an upload's id works; then it is -100.
	UploadLife = 7 * 24 * time.Hour
)

// uploadTimeout bounds an upload: 5 MB over a village's line take longer than a message.
const uploadTimeout = time.Minute

// upload is a kind of upload with its limits.
type upload struct {
	path       string
	maxBytes   int
	extensions []string
}

var (
	uploadImage = upload{"/v2.0/oa/upload/image", MaxImageBytes, []string{".jpg", ".jpeg", ".png"}}
	uploadGIF   = upload{"/v2.0/oa/upload/gif", MaxGIFBytes, []string{".gif"}}
	uploadFile  = upload{"/v2.0/oa/upload/file", MaxFileBytes, []string{".pdf", ".doc", ".docx", ".csv"}}
)

// UploadImage uploads a JPEG or PNG of at most 1 MB and returns its attachment id.
func (c *Client) UploadImage(ctx context.Context, accessToken, name string, r io.Reader) (string, error) {
	return c.upload(ctx, accessToken, uploadImage, name, r)
}

// UploadGIF uploads a GIF of at most 5 MB and returns its attachment id.
func (c *Client) UploadGIF(ctx context.Context, accessToken, name string, r io.Reader) (string, error) {
	return c.upload(ctx, accessToken, uploadGIF, name, r)
}

// UploadFile uploads a PDF, Word or CSV file of at most 5 MB and returns its token.
func (c *Client) UploadFile(ctx context.Context, accessToken, name string, r io.Reader) (string, error) {
	return c.upload(ctx, accessToken, uploadFile, name, r)
}

func (c *Client) upload(ctx context.Context, accessToken string, u upload, name string, r io.Reader) (string, error) {
	const doing = "upload"
	if ext := strings.ToLower(path.Ext(name)); !slices.Contains(u.extensions, ext) {
		return "", fmt.Errorf("%s %s: Zalo takes only %s here", doing, name, strings.Join(u.extensions, ", "))
	}
	content, err := io.ReadAll(io.LimitReader(r, int64(u.maxBytes)+1))
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", doing, name, err)
	}
	if len(content) > u.maxBytes {
		return "", fmt.Errorf("%s %s: it is larger than the %d MB that Zalo takes", doing, name, u.maxBytes>>20)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	field, err := form.CreateFormFile("file", path.Base(name))
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", doing, name, err)
	}
	_, _ = field.Write(content) // a buffer takes everything
	if err := form.Close(); err != nil {
		return "", fmt.Errorf("%s %s: %w", doing, name, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.APIURL+u.path, &body)
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", doing, name, err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	var data struct {
		AttachmentID ID `json:"attachment_id"`
		Token        ID `json:"token"`
	}
	slow := *c
	slow.cfg.Timeout = max(c.cfg.Timeout, uploadTimeout)
	if _, err := slow.call(req, accessToken, doing, &data); err != nil {
		return "", err
	}
	if id := first(data.AttachmentID, data.Token); id != "" {
		return id, nil
	}
	return "", fmt.Errorf("%s %s: Zalo answered without an id", doing, name)
}
