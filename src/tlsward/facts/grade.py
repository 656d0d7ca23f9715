"""The tables of a rating guide: scores, weights, letters and what caps a grade."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class Steps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A score for sizes below each limit, and one for all above."""

    below_bits: tuple[tuple[int, int], ...]
    otherwise: int

    def score(self, bits: int) -> int:
        """Return the score of a size in bits."""
        for limit, score in self.below_bits:
            if bits < limit:
                return score
        return self.otherwise


class KeyExchangeScores(Steps, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scores of key exchanges: by size, and for the two kinds that size does not tell of."""

    anonymous: int
    export: int


class Cap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A circumstance that keeps a grade from being better than `cap`."""

    id: str
    cap: str
    text: str


class RatingGuide(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a rating guide. `weights` are per cent; `letters` hold the least score."""

    guide: str
    weights: dict[str, int]
    protocol_scores: dict[str, int]
    key_exchange_scores: KeyExchangeScores
    cipher_scores: Steps
    rsa_equivalent_bits: tuple[tuple[int, int], ...]
    letters: tuple[tuple[str, int], ...]
    worst_first: tuple[str, ...]
    caps: tuple[Cap, ...]

    def letter(self, score: int) -> str:
        """Return the letter of a total score before any cap."""
        return next(letter for letter, least in self.letters if score >= least)

    def is_worse(self, letter: str, other: str) -> bool:
        """Tell whether a letter is worse than another; T and M are the worst of all."""
        return self.worst_first.index(letter) < self.worst_first.index(other)

    def rsa_equivalent(self, curve_bits: int) -> int:
        """Return the size in bits of an RSA key as strong as a curve of this size."""
        equivalent = 0
        for least, bits in self.rsa_equivalent_bits:
            if curve_bits >= least:
                equivalent = bits
        return equivalent


@cache
def rating_guide() -> RatingGuide:
    """Return SSL Labs' rating guide 2009r."""
    return read_data_file("grade-2009r.json", RatingGuide)
