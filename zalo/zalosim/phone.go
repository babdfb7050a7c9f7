package zalosim

import (
	"cmp"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

var phonePage = template.Must(template.ParseFS(pageFiles, "page/index.html"))

// routePhone serves the page that looks like a phone, and what it asks for.
func (s *Server) routePhone() {
	prefix := strings.TrimSuffix(s.cfg.Prefix, "/")
	s.mux.HandleFunc("GET "+prefix, s.phone)
	s.mux.HandleFunc("GET "+prefix+"/{$}", s.phone)
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is embedded
	}
	static := http.StripPrefix(prefix, http.FileServerFS(files))
	s.mux.Handle("GET "+prefix+"/phone.css", static)
	s.mux.Handle("GET "+prefix+"/phone.js", static)
	s.mux.HandleFunc("GET "+prefix+"/api/state", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.state()) })
	s.mux.HandleFunc("GET "+prefix+"/api/chat", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, map[string]any{"messages": s.shown(r.URL.Query().Get("oa"), r.URL.Query().Get("user"))})
	})
	s.mux.HandleFunc("POST "+prefix+"/api/send", control(func(say Say) (any, error) {
		id, err := s.Say(say)
		return map[string]string{"id": id}, err
	}))
	s.mux.HandleFunc("POST "+prefix+"/api/follow", control(func(f followBody) (any, error) { return f, s.Follow(f.OA, f.User, f.Follow) }))
	s.mux.HandleFunc("POST "+prefix+"/api/seen", control(func(f followBody) (any, error) { s.See(f.OA, f.User); return f, nil }))
	s.mux.HandleFunc("GET "+prefix+"/api/stream", s.streams.serve)
	s.mux.HandleFunc("POST "+prefix+"/clock", s.moveClock)
}

func (s *Server) phone(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' http: https: data:")
	_ = phonePage.Execute(w, map[string]string{"Prefix": strings.TrimSuffix(s.cfg.Prefix, "/"), "Title": s.cfg.Title}) // a browser that has gone needs no page
}

func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	if s.cfg.MoveClock == nil {
		http.NotFound(w, r)
		return
	}
	control(func(body struct {
		Now time.Time `json:"now"`
	}) (any, error) {
		s.cfg.MoveClock(body.Now)
		s.ClockMoved()
		s.streams.publish(change{Type: "state"})
		return map[string]time.Time{"now": s.cfg.Now()}, nil
	})(w, r)
}

type phoneState struct {
	Now   time.Time   `json:"now"`
	Clock bool        `json:"clock"`
	OAs   []phoneOA   `json:"oas"`
	Users []phoneUser `json:"users"`
}

type phoneOA struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	AvatarText string       `json:"avatar_text"`
	Groups     []phoneGroup `json:"groups,omitempty"`
}

type phoneGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type phoneUser struct {
	OA        string     `json:"oa"`
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	About     string     `json:"about"`
	List      string     `json:"list,omitempty"`
	Examples  []string   `json:"examples,omitempty"`
	Following bool       `json:"following"`
	Groups    []string   `json:"groups,omitempty"` // ids of the groups he is in
	Unread    int        `json:"unread"`
	Last      *phoneLast `json:"last,omitempty"`
}

type phoneLast struct {
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	FromOA bool      `json:"from_oa"`
}

func (s *Server) state() phoneState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := phoneState{Now: s.cfg.Now(), Clock: s.cfg.MoveClock != nil, OAs: []phoneOA{}, Users: []phoneUser{}}
	for _, a := range s.sorted() {
		oa, memberOf := phoneOA{ID: a.ID, Name: a.Name, AvatarText: initials(a.Name)}, make(map[string][]string)
		for _, g := range a.sortedGroups() {
			oa.Groups = append(oa.Groups, phoneGroup{ID: g.ID, Name: g.Name})
			for _, userID := range g.Members {
				memberOf[userID] = append(memberOf[userID], g.ID)
			}
		}
		out.OAs = append(out.OAs, oa)
		var users []phoneUser
		for _, u := range a.users {
			one := u.shown()
			one.Groups = memberOf[u.ID]
			users = append(users, one)
		}
		slices.SortFunc(users, func(a, b phoneUser) int { return cmp.Compare(a.ID, b.ID) })
		out.Users = append(out.Users, users...)
	}
	return out
}

func (u *user) shown() phoneUser {
	out := phoneUser{OA: u.OA, ID: u.ID, Name: u.Name, About: u.About, List: u.List, Examples: u.Examples, Following: u.Following}
	for _, m := range u.chat {
		if m.FromOA && !m.Seen {
			out.Unread++
		}
		if !m.Hidden {
			out.Last = &phoneLast{Text: m.Text, At: m.At, FromOA: m.FromOA}
		}
	}
	return out
}

// shown are the messages that a phone shows: the chat with the account and the posts in the resident's groups.
func (s *Server) shown(oaID, userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Message{}
	u := s.user(oaID, userID)
	if u == nil {
		return list
	}
	list = append(list, copies(u.chat)...)
	for _, g := range s.oas[oaID].sortedGroups() {
		if slices.Contains(g.Members, userID) {
			list = append(list, copies(g.posts)...)
		}
	}
	slices.SortStableFunc(list, func(a, b Message) int { return a.At.Compare(b.At) })
	return slices.DeleteFunc(list, func(m Message) bool { return m.Hidden })
}

// initials are the first letters of a name's last two words.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 {
		words = words[len(words)-2:]
	}
	var out strings.Builder
	for _, w := range words {
		out.WriteRune([]rune(w)[0])
	}
	return strings.ToUpper(out.String())
}
