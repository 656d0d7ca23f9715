// An OpenID provider on loopback: oidc-provider with one client and people who need no password.
// Its own pages for developers ask for a name, which becomes the subject and the address.
import { pathToFileURL } from 'node:url';

const [port, modules, redirect] = process.argv.slice(2);
const { default: Provider } = await import(
  pathToFileURL(`${modules}/oidc-provider/lib/index.js`)
);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'invoicer',
    client_secret: 'a secret: of/the+laboratory',
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.com`,
      email_verified: !id.startsWith('unverified'),
      name: `${id} <script>alert(1)</script>`,
    }),
  }),
});
provider.listen(Number(port), '127.0.0.1');
