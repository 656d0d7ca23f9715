"""The primer: worked examples that teach the ground under TLS, on any numbers.

`substitution`, `frequency`, `seal`, `primes`, `euclid`, `diffie_hellman` and `rsa` are the
arithmetic; `certificates` and `sessions` look at real chains and recorded sessions;
`lessons` tells each as a `model.lesson.Lesson`. Nothing here touches the network: what is
live is brought by the caller.
"""
