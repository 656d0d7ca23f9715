// A TLS server with crypto/tls as it comes: no cipher suite, group or order is configured.
package main

import (
	"crypto/tls"
	"flag"
	"log"
	"net/http"
	"strings"
)

func main() {
	address := flag.String("address", "", "host:port to listen on")
	pairs := flag.String("certificates", "", "certificate.pem:key.pem,...")
	flag.Parse()
	config := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	for _, pair := range strings.Split(*pairs, ",") {
		certificate, key, _ := strings.Cut(pair, ":")
		loaded, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			log.Fatal(err)
		}
		config.Certificates = append(config.Certificates, loaded)
	}
	listener, err := tls.Listen("tcp", *address, config)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, http.NotFoundHandler()))
}
