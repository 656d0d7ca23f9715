"""An OpenID provider: oidc-provider on Node.js."""

from servers.laboratory import HERE, INSTALLED, Bench, Launch
from servers.stacks.runtimes import node_program
from servers.stacks.web import Starter

CLIENT_ID = "invoicer"
CLIENT_SECRET = "a secret: of/the+laboratory"


def oidc_provider(redirect_uri: str) -> Starter:
    """Return how to start a provider whose one client is called back at this URI."""

    def start(bench: Bench) -> Launch:
        return Launch(
            command=[
                *(node_program("24"), str(HERE / "oidc" / "provider.mjs"), str(bench.port)),
                *(str(INSTALLED / "oidc-provider" / "node_modules"), redirect_uri),
            ]
        )

    return start
