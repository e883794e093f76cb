// An OpenID Connect provider as small as one can be: discovery, a page that asks who you are, a token that
// is signed. Whom the browser chooses is who comes back; it checks nothing but the proof of the code.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';

const keyId = 'one';
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

export class Provider {
  static clientId = 'patrol';

  /** `people`: addresses that may be chosen on its page. */
  static async start(people) {
    const provider = new Provider();
    provider.people = people;
    provider.codes = new Map();
    provider.keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    provider.server = createServer((request, response) => provider.answer(request, response));
    await new Promise((ready) => provider.server.listen(0, '127.0.0.1', ready));
    provider.issuer = `http://127.0.0.1:${provider.server.address().port}`;
    return provider;
  }

  get settings() {
    return {
      PATROL_OIDC_ISSUER: this.issuer,
      PATROL_OIDC_CLIENT_ID: Provider.clientId,
      PATROL_OIDC_NAME: 'Example ID',
      PATROL_ALLOW_ENDPOINTS: new URL(this.issuer).host,
    };
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const json = (value, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (url.pathname === '/.well-known/openid-configuration') return json(this.discovery());
    if (url.pathname === '/keys') {
      const key = this.keys.publicKey.export({ format: 'jwk' });
      return json({ keys: [{ ...key, kid: keyId, use: 'sig', alg: 'RS256' }] });
    }
    if (url.pathname === '/token') return json(...this.tokenFor(await bodyOf(request)));
    if (url.pathname !== '/authorize') return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(this.page(url.searchParams));
  }

  discovery() {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    };
  }

  page(asked) {
    const back = (answer) => {
      const url = new URL(asked.get('redirect_uri'));
      url.search = new URLSearchParams({ ...answer, state: asked.get('state') });
      return url.href.replaceAll('&', '&amp;');
    };
    const links = this.people.map((email) => {
      const code = randomUUID();
      this.codes.set(code, { email, asked });
      return `<p><a href="${back({ code })}">${email}</a></p>`;
    });
    return `<h1>Who are you?</h1>${links.join('')}<a href="${back({ error: 'access_denied' })}">Leave</a>`;
  }

  tokenFor(form) {
    const known = this.codes.get(form.get('code'));
    this.codes.delete(form.get('code'));
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (known?.asked.get('code_challenge') !== proof) return [{ error: 'invalid_grant' }, 400];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      aud: Provider.clientId,
      sub: known.email,
      email: known.email,
      email_verified: true,
      nonce: known.asked.get('nonce'),
      iat: now,
      exp: now + 300,
    };
    const head = { alg: 'RS256', kid: keyId, typ: 'JWT' };
    const text = `${encoded(head)}.${encoded(claims)}`;
    const signature = sign('sha256', text, this.keys.privateKey).toString('base64url');
    return [{ token_type: 'Bearer', access_token: 'unused', id_token: `${text}.${signature}` }];
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
