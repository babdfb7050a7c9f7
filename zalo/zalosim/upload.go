package zalosim

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/loalang/loalang/zalo"
)

// uploaded is what an account has uploaded. Its id works for one kind of message, and for 7 days.
type uploaded struct {
	id       string
	kind     string // image, gif or file
	name     string
	size     int
	checksum string // MD5, as Zalo tells it of files
	content  []byte
	at       time.Time
}

// routeUploads are the calls that upload, and where the phones' page finds what was uploaded.
func (s *Server) routeUploads() {
	for kind, limit := range map[string]int64{"image": zalo.MaxImageBytes, "gif": zalo.MaxGIFBytes, "file": zalo.MaxFileBytes} {
		s.mux.HandleFunc("POST /v2.0/oa/upload/"+kind, func(w http.ResponseWriter, r *http.Request) {
			s.deliver(w, r, "", func() reply { return s.upload(r, kind, limit) })
		})
	}
	s.mux.HandleFunc("GET "+s.uploadsPath()+"{id}", s.showUpload)
}

// uploadsPath is where uploads can be looked at.
func (s *Server) uploadsPath() string { return strings.TrimSuffix(s.cfg.Prefix, "/") + "/uploads/" }

func (s *Server) upload(r *http.Request, kind string, limit int64) reply {
	a, admitted := s.admit(r)
	if a == nil {
		return admitted
	}
	s.stats.uploads.Add(1)
	file, header, err := r.FormFile("file")
	if err != nil {
		return refuse(-201, "file is invalid")
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil || int64(len(content)) > limit {
		return refuse(-210, "file is too large")
	}
	sum := md5.Sum(content)
	u := &uploaded{
		id: s.newID(), kind: kind, name: path.Base(header.Filename), size: len(content), checksum: hex.EncodeToString(sum[:]),
		content: content, at: s.cfg.Now(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.uploads[u.id] = u
	if kind == "file" {
		return ok(map[string]string{"token": u.id})
	}
	return ok(map[string]string{"attachment_id": u.id})
}

// uploadOf is an upload of a kind that still works; the caller holds the lock. Source: Zalo OA documents, uploads: kept for
// 7 days, then -100, read 2026-11-21. That an id which never was one answers the same is assumed.
func (a *account) uploadOf(kind, id string, now time.Time) (*uploaded, reply) {
	u := a.uploads[id]
	if u == nil || u.kind != kind || now.Sub(u.at) > zalo.UploadLife {
		return nil, refuse(-100, "The attachment has expired")
	}
	return u, reply{}
}

// ForgetUploads lets all uploads of an account expire now.
func (s *Server) ForgetUploads(oaID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.oas[oaID]; a != nil {
		clear(a.uploads)
	}
}

func (s *Server) showUpload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var found *uploaded
	for _, a := range s.oas {
		if u := a.uploads[r.PathValue("id")]; u != nil {
			found = u
		}
	}
	s.mu.Unlock()
	if found == nil {
		http.NotFound(w, r)
		return
	}
	kind := http.DetectContentType(found.content)
	if !strings.HasPrefix(kind, "image/") && kind != "application/pdf" { // nothing that a browser would run
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(found.content) // a browser that has gone needs nothing
}

// attachments are what an event tells of a message's picture or file.
// Source: Zalo OA documents, webhook, attachments; of what the account sent by itself it is assumed to be the same.
func (m *Message) attachments() []map[string]any {
	switch {
	case m.file != nil:
		payload := map[string]any{
			"name": m.FileName, "size": strconv.Itoa(m.file.size), "checksum": m.file.checksum,
			"type": strings.TrimPrefix(path.Ext(m.FileName), "."), "url": m.FileURL,
		}
		return []map[string]any{{"type": "file", "payload": payload}}
	case m.ImageURL != "" && (m.Kind == "image" || m.Kind == "gif"):
		return []map[string]any{{"type": m.Kind, "payload": map[string]any{"thumbnail": m.ImageURL, "url": m.ImageURL}}}
	}
	return nil
}
