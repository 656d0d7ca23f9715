"""The value of an issue or issuewild property (RFC 8659 section 4.2), to the letter.

What does not fit the grammar authorises nobody but restricts all the same, as ";" does. The
parameters that are known are those of RFC 8657.
"""

import re

import msgspec

#: Letters and digits, with hyphens inside: a label, and the tag of a parameter.
_LABEL = "[A-Za-z0-9](?:-*[A-Za-z0-9])*"
_ISSUER = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_TAG = re.compile(_LABEL)
_WSP = " \t"
#: `value`: printable ASCII without blank and semicolon.
_PARAMETER_VALUE = re.compile(r"[\x21-\x3A\x3C-\x7E]*")
#: RFC 8657 section 4: labels of letters, digits and hyphens, divided by commas.
_METHODS = re.compile(r"(?:[A-Za-z0-9-]+,)*[A-Za-z0-9-]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


class MalformedValueError(ValueError):
    """A value outside the grammar; the words say where and are safe to show."""


class IssueValue(msgspec.Struct, frozen=True, kw_only=True):
    """What an issue value says: `issuer` in lower case, empty for nobody.

    `unsatisfiable` says why no request can meet the parameters, and is None where one can.
    """

    issuer: str
    parameters: tuple[tuple[str, str], ...] = ()
    account_uri: str | None = None
    validation_methods: tuple[str, ...] | None = None
    unsatisfiable: str | None = None


def parse_issue_value(value: str) -> IssueValue:
    """Return what the value of an issue or issuewild property says.

    Raises MalformedValueError for what the grammar does not allow.
    """
    head, semicolon, rest = value.partition(";")
    issuer = head.strip(_WSP)
    if issuer and _ISSUER.fullmatch(issuer) is None:
        raise MalformedValueError("the issuer is no domain name")
    parameters: list[tuple[str, str]] = []
    if semicolon and rest.strip(_WSP):
        parameters = [_parameter(text) for text in rest.split(";")]
    return _constrained(issuer.lower(), tuple(parameters))


def _parameter(text: str) -> tuple[str, str]:
    tag, equals, value = text.partition("=")
    tag, value = tag.strip(_WSP), value.strip(_WSP)
    if not equals:
        # Also what a semicolon at the very end leaves: parameters are divided by it, not ended.
        raise MalformedValueError("a parameter is not TAG=VALUE")
    if _TAG.fullmatch(tag) is None:
        raise MalformedValueError("the tag of a parameter is not letters and digits")
    if _PARAMETER_VALUE.fullmatch(value) is None:
        raise MalformedValueError(f"the value of {tag} has a character that it cannot have")
    return tag, value


def _constrained(issuer: str, parameters: tuple[tuple[str, str], ...]) -> IssueValue:
    accounts = [value for tag, value in parameters if tag == "accounturi"]
    methods = [value for tag, value in parameters if tag == "validationmethods"]
    unsatisfiable = None
    # RFC 8657 section 3: with several, or one that is no URI, nothing satisfies it.
    if len(accounts) > 1:
        unsatisfiable = "it has more than one accounturi"
    elif accounts and _URI.fullmatch(accounts[0]) is None:
        unsatisfiable = "its accounturi is no URI"
    elif len(methods) > 1:
        unsatisfiable = "it has more than one validationmethods"
    elif methods and _METHODS.fullmatch(methods[0]) is None:
        unsatisfiable = "its validationmethods is no list of methods"
    return IssueValue(
        issuer=issuer,
        parameters=parameters,
        account_uri=accounts[0] if len(accounts) == 1 else None,
        validation_methods=tuple(methods[0].split(",")) if len(methods) == 1 else None,
        unsatisfiable=unsatisfiable,
    )
