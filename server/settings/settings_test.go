package settings_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"assay/server/account/accounttest"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
)

const maria = "maria@northwind.example"

func house(t testing.TB) *accounttest.House {
	return accounttest.New(t, func(h *accounttest.House) []op.Module {
		return []op.Module{member.Module(h.Door), settings.Module()}
	})
}

func get(b *accounttest.Browser) (s settings.Settings) {
	b.Must("GET", "/settings", nil, &s)
	return s
}

func patch(b *accounttest.Browser, body map[string]any) int {
	c := b.With("If-Match", fmt.Sprintf("%q", fmt.Sprint(get(b).Version)))
	defer func() { b.Body = c.Body }()
	return c.Do("PATCH", "/settings", body, nil)
}

func TestProfile(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	s := get(b)
	if s.Name != "Northwind" || s.Zone != "UTC" || s.Currency != "USD" || s.AuthLogDays != 365 || s.Logo != "" {
		t.Errorf("%+v", s)
	}
	for field, value := range map[string]any{
		"name": " ", "website": "northwind", "contact_email": "nobody", "zone": "Mars/Olympus", "currency": "XXX", "color": "#ffffff", "auth_log_days": 5,
	} {
		if got := patch(b, map[string]any{field: value}); got != 422 || !b.Says("body."+field) {
			t.Errorf("%s: %d %s", field, got, b.Body)
		}
	}
	for _, color := range []string{"red", "#12345", "#gggggg", "#ffff00", "javascript"} {
		if got := patch(b, map[string]any{"color": color}); got != 422 {
			t.Errorf("%s: %d", color, got)
		}
	}
	if got := patch(b, map[string]any{"name": "Northwind Health", "website": "https://northwind.example", "industry": "Health", "address": "1 Main St\nOslo",
		"contact_email": "hello@northwind.example", "zone": "Europe/Oslo", "currency": "NOK", "color": "#0F5C4D", "auth_log_days": 90}); got != 200 {
		t.Fatalf("%d %s", got, b.Body)
	}
	s = get(b)
	if s.Name != "Northwind Health" || s.Zone != "Europe/Oslo" || s.Currency != "NOK" || s.Color != "#0f5c4d" || s.AuthLogDays != 90 || s.Address != "1 Main St\nOslo" {
		t.Errorf("%+v", s)
	}
	if b.Must("GET", "/session", nil, nil); !b.Says(`"name":"Northwind Health"`) || !b.Says("#0f5c4d") {
		t.Errorf("the session says %s", b.Body)
	}
	b.With("If-Match", `"1"`).Want(412, "PATCH", "/settings", map[string]any{"industry": "x"})
	b.Want(428, "PATCH", "/settings", map[string]any{"industry": "x"})
	// Absent fields stay as they are.
	if patch(b, map[string]any{"color": ""}); get(b).Name != "Northwind Health" || get(b).Color != "" {
		t.Errorf("%+v", get(b))
	}
}

func TestSlug(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	h.Found("Contoso", "eve@contoso.example")
	for _, bad := range []string{"", "a", "-a", "A-b", "a--b", "contoso", "a_b", "../x", strings.Repeat("a", 41)} {
		b.Want(422, "POST", "/settings/slug", map[string]any{"slug": bad})
	}
	b.Must("POST", "/settings/slug", map[string]any{"slug": "northwind-2"}, nil)
	if b.Must("GET", "/session", nil, nil); !b.Says(`"slug":"northwind-2"`) {
		t.Errorf("%s", b.Body)
	}
}

// upload sends a file as a browser does.
func upload(t testing.TB, b *accounttest.Browser, name string, content []byte) int {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(content)
	w.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", b.URL+"/api/v1/settings/logo", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Send(r, nil)
}

func TestLogo(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	b.Want(404, "GET", "/settings/logo", nil)
	var pic, jpg bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 64, 32))
	png.Encode(&pic, img)
	jpeg.Encode(&jpg, img, nil)
	for name, content := range map[string][]byte{
		"logo.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"logo.png": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"logo.pdf": []byte("%PDF-1.7\n"),
		"big.png":  append(pic.Bytes(), make([]byte, 2<<20)...),
	} {
		if got := upload(t, b, name, content); got != 422 && got != 413 {
			t.Errorf("%s: %d %s", name, got, b.Body)
		} else {
			t.Logf("%s: %s", name, b.Body)
		}
	}
	for name, content := range map[string][]byte{"logo.png": pic.Bytes(), "logo.jpg": jpg.Bytes()} {
		if got := upload(t, b, name, content); got != 200 {
			t.Fatalf("%s: %d %s", name, got, b.Body)
		}
		s := get(b)
		b.Must("GET", strings.TrimPrefix(s.Logo, "/api/v1"), nil, nil)
		if kind := b.Last.Header.Get("Content-Type"); kind != map[string]string{"logo.png": "image/png", "logo.jpg": "image/jpeg"}[name] {
			t.Errorf("%s is sent as %s", name, kind)
		}
		if d := b.Last.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "inline") || b.Last.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", b.Last.Header)
		}
		if _, _, err := image.Decode(bytes.NewReader(b.Body)); err != nil {
			t.Error(err)
		}
	}
	eve, _ := h.Found("Contoso", "eve@contoso.example")
	eve.Want(404, "GET", "/settings/logo", nil)
	b.Must("DELETE", "/settings/logo", nil, nil)
	if get(b).Logo != "" {
		t.Error("the logo is still there")
	}
	b.Want(404, "GET", "/settings/logo", nil)
}
