module tlsward.test/verifier

go 1.27
