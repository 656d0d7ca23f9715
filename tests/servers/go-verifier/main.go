// Judges chains with crypto/x509 as it comes: a JSON list of cases in, a list of verdicts out.
package main

import (
	"crypto/x509"
	"encoding/json"
	"log"
	"os"
	"runtime"
	"time"
)

// A test case: DER in Base64, leaf first; the moment in seconds since 1970.
type question struct {
	Chain    [][]byte `json:"chain"`
	Roots    [][]byte `json:"roots"`
	Hostname string   `json:"hostname"`
	Moment   int64    `json:"moment"`
}

type answer struct {
	Accepted bool   `json:"accepted"`
	Words    string `json:"words"`
}

type answers struct {
	Version  string   `json:"version"`
	Verdicts []answer `json:"verdicts"`
}

func main() {
	var asked []question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	said := answers{Version: runtime.Version()}
	for _, one := range asked {
		verdict := answer{Accepted: true}
		if err := judge(one); err != nil {
			verdict = answer{Words: err.Error()}
		}
		said.Verdicts = append(said.Verdicts, verdict)
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		log.Fatal(err)
	}
}

// As crypto/tls does: a certificate of the peer that cannot be parsed ends the handshake.
func judge(asked question) error {
	var chain []*x509.Certificate
	for _, encoded := range asked.Chain {
		parsed, err := x509.ParseCertificate(encoded)
		if err != nil {
			return err
		}
		chain = append(chain, parsed)
	}
	// As a file of roots is read: one that cannot be parsed is passed over.
	roots := x509.NewCertPool()
	for _, encoded := range asked.Roots {
		if parsed, err := x509.ParseCertificate(encoded); err == nil {
			roots.AddCert(parsed)
		}
	}
	others := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		others.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName:       asked.Hostname,
		Roots:         roots,
		Intermediates: others,
		CurrentTime:   time.Unix(asked.Moment, 0),
	})
	return err
}
