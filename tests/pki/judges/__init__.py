"""Other programs' verdicts on the chains of the set. Each judge sees all of them in one run."""
