package webhook

import (
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// The file name by which Zalo asks whether the domain is ours: /zalo_verifier<token>.html.
const (
	verifierPrefix = "/zalo_verifier"
	verifierSuffix = ".html"
)

// Verifier answers Zalo's question whether the domain is ours, for the tokens of Zalo's console.
func Verifier(tokens []string) gin.HandlerFunc {
	return func(c *gin.Context) {
		path := c.Request.URL.Path
		if strings.HasPrefix(path, verifierPrefix) && strings.HasSuffix(path, verifierSuffix) {
			asked := strings.TrimSuffix(strings.TrimPrefix(path, verifierPrefix), verifierSuffix)
			for _, token := range tokens {
				if token == asked {
					c.Header("Content-Type", "text/html; charset=utf-8")
					c.Status(http.StatusOK)
					_ = verifierPage.Execute(c.Writer, token) // a caller that has gone needs no page
					return
				}
			}
		}
		c.String(http.StatusNotFound, "not found")
	}
}

var verifierPage = template.Must(template.New("verifier").Parse(`<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="zalo-platform-site-verification" content="{{.}}"></head>
<body></body></html>
`))

var messagePage = template.Must(template.New("message").Parse(`<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p></body></html>
`))

// page shows a person one sentence.
func page(c *gin.Context, status int, title, text string) {
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Status(status)
	_ = messagePage.Execute(c.Writer, struct{ Title, Text string }{title, text}) // a caller that has gone needs no page
}
