// The first run, from the address that the server printed; signing out and in.
import assert from 'node:assert/strict';

export const always = true;
export const owner = { email: 'owner@patrol.example', password: 'correct horse battery staple' };

export async function signIn(page, password = owner.password) {
  await page.getByLabel('E-mail address').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export const routes = [{ name: 'accounts', path: '/accounts' }];

export const cases = [
  [
    'a first visit says what to do and has no form',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await page.goto(server.url);
      await page.getByText('Patrol is not set up yet').waitFor();
      assert.match(page.url(), /\/login/);
      await browser.shot('login-not-set-up');
    },
  ],
  [
    'the setup address fills the token and hides it from the address bar',
    async ({ browser, page, facts }) => {
      assert.ok(facts.setupUrl, 'the server printed a setup address');
      await page.goto(facts.setupUrl);
      const token = page.getByLabel('Setup token');
      await token.waitFor();
      assert.ok((await token.inputValue()).length > 20);
      assert.ok(!page.url().includes('token'));
      await page.getByRole('button', { name: 'Create the owner and sign in' }).click();
      await page.getByText('Enter your e-mail address').waitFor();
      await page.getByText('12 more characters').waitFor();
      await browser.shot('setup');
      assert.deepEqual(await browser.violations(), []);
      await page.getByLabel('E-mail address').fill(owner.email);
      await page.getByLabel('Password', { exact: true }).fill(owner.password);
      await page.getByLabel(/Your name/).fill('Mara Keller');
      await page.getByLabel(/Organisation/).fill('Example Managed Cloud');
      await page.getByRole('button', { name: 'Create the owner and sign in' }).click();
      await page.getByText('Nothing needs you').waitFor();
      await page.getByRole('link', { name: 'Cloud accounts' }).first().click();
      await page.getByRole('heading', { name: 'Cloud accounts' }).waitFor();
      await page.getByText('No cloud accounts yet').waitFor();
      await page.getByText('Example Managed Cloud').waitFor();
    },
  ],
  [
    'signing out, a wrong password, signing in to the page that was wanted',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await page.getByRole('button', { name: 'Mara Keller' }).first().click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to Patrol' }).waitFor();
      await page.goto(`${server.url}/scans`);
      await page.waitForURL(/\/login\?next=%2Fscans/);
      await browser.shot('login');
      assert.deepEqual(await browser.violations(), []);
      await signIn(page, 'not the password at all');
      await page.getByText('Sign-in failed').waitFor();
      await signIn(page);
      await page.getByRole('heading', { name: 'Scans' }).waitFor();
      assert.match(page.url(), /\/scans$/);
    },
  ],
  [
    'the answers carry the strict policy, and a missing asset is no page',
    async ({ page, server }) => {
      const index = await page.request.get(server.url);
      const policy = index.headers()['content-security-policy'];
      assert.match(policy, /script-src 'self'/);
      assert.ok(!policy.includes('unsafe'));
      assert.equal(index.headers()['cache-control'], 'no-cache');
      assert.equal((await page.request.get(`${server.url}/assets/gone.js`)).status(), 404);
      assert.equal((await page.request.get(`${server.url}/api/v1/gone`)).status(), 404);
      const notices = await page.request.get(`${server.url}/third-party-notices.txt`);
      assert.match(await notices.text(), /react-dom/);
    },
  ],
];
