module tlsward.test/server

go 1.27
