package cell

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"time"
)

// trust is how cells know each other: by a key that comes from the installation's, which all of them have.
type trust struct {
	pair   tls.Certificate
	public ed25519.PublicKey
}

func newTrust(seed []byte) (*trust, error) {
	key := ed25519.NewKeyFromSeed(seed)
	public, _ := key.Public().(ed25519.PublicKey)
	// Nobody looks at what the certificate says; the key is what counts.
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, public, key)
	if err != nil {
		return nil, err
	}
	return &trust{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, public}, nil
}

// config is that of both ends: each shows the key and demands it.
func (t *trust) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{t.pair}, NextProtos: []string{"h2", "http/1.1"},
		ClientAuth:         tls.RequireAnyClientCert,
		InsecureSkipVerify: true, // names and authorities say nothing here: VerifyConnection compares the key
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 1 {
				if k, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey); ok && k.Equal(t.public) {
					return nil
				}
			}
			return errors.New("the other end is no cell of this installation")
		},
	}
}

// listen puts the cells' TLS on a listener.
func (t *trust) listen(l net.Listener) net.Listener { return tls.NewListener(l, t.config()) }

func (t *trust) client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: t.config(), ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute,
		DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext, TLSHandshakeTimeout: 3 * time.Second,
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
