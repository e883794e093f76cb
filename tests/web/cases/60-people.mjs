// People: an invitation, what a viewer may not do, the second factor, sessions, resets, organisations.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { owner } from './10-first-run.mjs';

export const routes = [
  { name: 'settings-users', path: '/settings/users' },
  { name: 'settings-organisations', path: '/settings/tenants' },
  { name: 'invitation-incomplete', path: '/invitation' },
  { name: 'password-reset-incomplete', path: '/password-reset' },
];

const jon = { email: 'jon@patrol.example', password: 'seven green bottles on a wall' };
const later = 'eight green bottles on a wall';

export async function enter(page, { email, password }) {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signOut(page) {
  await page
    .getByRole('button', { name: /Mara Keller|Jon|jon@/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Patrol' }).waitFor();
}

/** The link of a dialog that shows it once; afterwards it is nowhere. */
export async function takeLink(page) {
  const region = page.getByRole('region', { name: 'Link' });
  const link = (await region.innerText()).trim();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await region.waitFor({ state: 'detached' });
  const html = await page.evaluate(() => document.documentElement.outerHTML);
  assert.ok(!html.includes(link.split('token=')[1]));
  return link;
}

async function chooseOf(page, email, item) {
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** RFC 6238 with the usual numbers: SHA-1, 30 s, six digits. */
export function codeOf(secret, now = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/[\s=]/g, '').toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export const cases = [
  [
    'a person is invited by a link that is shown once',
    async ({ browser, page, server, facts }) => {
      await page.goto(`${server.url}/settings/users`);
      await page.getByRole('button', { name: 'Invite user' }).click();
      const dialog = page.getByRole('dialog', { name: 'Invite user' });
      await dialog.getByRole('button', { name: 'Invite user' }).click();
      await dialog.getByText('Enter an e-mail address').waitFor();
      await dialog.getByLabel('E-mail address').fill(jon.email);
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('user-invite');
      await dialog.getByRole('button', { name: 'Invite user' }).click();
      await page.getByText('whoever opens it first sets the password').waitFor();
      await browser.shot('user-invited');
      facts.invitation = await takeLink(page);
      assert.match(facts.invitation, /\/invitation#token=/);
      const row = page.getByRole('row', { name: new RegExp(jon.email) });
      await row.getByText('Invited').waitFor();
    },
  ],
  [
    'the invited sets a password and is in; the link works once',
    async ({ browser, page, facts }) => {
      browser.allow(/401|404|410|422/);
      await signOut(page);
      await page.goto(facts.invitation);
      await page.getByRole('heading', { name: 'Welcome to Patrol' }).waitFor();
      assert.ok(!page.url().includes('token'));
      await page.getByRole('button', { name: 'Set the password and sign in' }).click();
      await page.getByText('12 more characters').waitFor();
      await page.getByLabel(/Your name/).fill('Jon Weber');
      await page.getByLabel('New password', { exact: true }).fill(jon.password);
      await page.getByLabel('New password again').fill('another');
      await page.getByText('This is not the same').waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('invitation');
      await page.getByLabel('New password again').fill(jon.password);
      await page.getByRole('button', { name: 'Set the password and sign in' }).click();
      await page.getByRole('button', { name: 'Jon Weber' }).first().waitFor();
      await signOut(page);
      await page.goto(facts.invitation);
      await page.getByLabel('New password', { exact: true }).fill(jon.password);
      await page.getByLabel('New password again').fill(jon.password);
      await page.getByRole('button', { name: 'Set the password and sign in' }).click();
      await page.getByRole('alert').or(page.locator('[class*=alert]')).first().waitFor();
    },
  ],
  [
    'a viewer sees why he may not, and not what is none of his business',
    async ({ browser, page, server, facts }) => {
      browser.allow(/401|403/);
      await page.goto(`${server.url}/login`);
      await enter(page, jon);
      await page.getByRole('link', { name: 'Cloud accounts' }).first().click();
      const add = page.getByRole('button', { name: 'Add Cloud Account' });
      await add.waitFor();
      assert.equal(await add.getAttribute('aria-disabled'), 'true');
      await page
        .getByText('Only an administrator or owner may do this.')
        .first()
        .waitFor({ state: 'attached' });
      assert.equal(await page.getByRole('link', { name: 'Audit log' }).count(), 0);
      await page.goto(`${server.url}/settings/users`);
      await page.getByRole('tab', { name: 'Profile' }).waitFor();
      assert.equal(await page.getByRole('tab', { name: 'Users' }).count(), 0);
      assert.equal(await page.getByRole('tab', { name: 'API tokens' }).count(), 0);
      await page.goto(`${server.url}/accounts/${facts.account}`);
      const scan = page.getByRole('button', { name: 'Scan now' });
      await scan.waitFor();
      assert.equal(await scan.getAttribute('aria-disabled'), 'true');
      await browser.shot('viewer-account');
      await page.goto(`${server.url}/audit`);
      await page.getByText('Your role does not allow this').first().waitFor();
    },
  ],
  [
    'an authenticator app is set up; a recovery code signs in once',
    async ({ browser, page, server, facts }) => {
      browser.allow(/401|422/);
      await page.goto(`${server.url}/settings/profile`);
      await page.getByText('Off: the password alone is enough').waitFor();
      await page.getByRole('button', { name: 'Set up', exact: true }).click();
      await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
      await page.getByRole('button', { name: 'It cannot be scanned' }).click();
      const secret = await page.getByRole('region', { name: 'Secret key' }).innerText();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('totp-set-up');
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByText('Enter the six digits').waitFor();
      await page.getByLabel('Code of the app').fill(codeOf(secret));
      await page.getByRole('button', { name: 'Confirm' }).click();
      const codes = page.getByRole('region', { name: 'Recovery codes' });
      await codes.waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('recovery-codes');
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download' }).click(),
      ]);
      const shown = (await codes.innerText()).trim().split(/\s+/);
      const kept = readFileSync(await file.path(), 'utf8');
      assert.ok(shown.every((code) => kept.includes(code)));
      await page.getByRole('button', { name: 'I have kept them' }).click();
      await page.getByText('On: a code is asked for at each sign-in').waitFor();
      facts.recovery = shown;
      await signOut(page);
      await enter(page, jon);
      const code = page.getByLabel('Code of your authenticator app');
      await code.waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('sign-in-code');
      await code.fill('000000');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Sign-in failed').waitFor();
      await code.fill(shown[0]);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Jon Weber' }).first().waitFor();
    },
  ],
  [
    'a password is changed, sessions are listed',
    async ({ browser, page, server }) => {
      browser.allow(/422/);
      await page.goto(`${server.url}/settings/profile`);
      const sessions = page.getByRole('grid', { name: 'Sessions' });
      await sessions.getByText('(this one)').waitFor();
      await page.getByLabel('Current password').fill('wrong password');
      await page.getByLabel('New password', { exact: true }).fill(later);
      await page.getByLabel('New password again').fill(later);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.waitForFunction(() => document.querySelector('[aria-invalid=true]') !== null);
      await page.getByLabel('Current password').fill(jon.password);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('The password is changed').waitFor();
      await browser.shot('profile');
      await signOut(page);
    },
  ],
  [
    'an administrator helps who lost phone and password, then lets the person go',
    async ({ browser, page, server }) => {
      browser.allow(/401|409|422/);
      await enter(page, owner);
      await page.getByRole('button', { name: 'Mara Keller' }).first().waitFor();
      await page.goto(`${server.url}/settings/users`);
      const row = page.getByRole('row', { name: new RegExp(jon.email) });
      await row.getByText('On', { exact: true }).waitFor();
      await chooseOf(page, jon.email, 'Remove the second factor');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Remove the second factor' })
        .click();
      await page.getByText(`The second factor of ${jon.email} is removed`).waitFor();
      await row.getByText('Off', { exact: true }).waitFor();
      await chooseOf(page, jon.email, 'Password reset link');
      await page.getByText('A second factor is still asked for').waitFor();
      const link = await takeLink(page);
      const second = await page.context().newPage();
      await second.goto(link);
      await second.getByLabel('New password', { exact: true }).fill(jon.password);
      await second.getByLabel('New password again').fill(jon.password);
      await second.getByRole('button', { name: 'Set the password' }).click();
      await second.getByText('The new password is set').waitFor();
      await second.close();
      await chooseOf(page, jon.email, 'Edit');
      const edit = page.getByRole('dialog', { name: `Edit ${jon.email}` });
      await edit.getByRole('button', { name: /^Role/ }).click();
      await page.getByRole('option', { name: /^Operator/ }).click();
      assert.deepEqual(await browser.violations(), []);
      await edit.getByRole('button', { name: 'Save' }).click();
      await row.getByText('Operator').waitFor();
      await chooseOf(page, jon.email, 'Disable');
      await row.getByText('Disabled').waitFor();
      await browser.shot('users');
      await chooseOf(page, jon.email, 'Delete');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText(`${jon.email} is deleted`).waitFor();
      await row.waitFor({ state: 'detached' });
    },
  ],
  [
    'a token has scopes and limits',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/settings/tokens`);
      await page.getByRole('button', { name: 'Create token' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create token' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('reader');
      await dialog.getByRole('button', { name: /^Scopes/ }).click();
      await page.getByRole('option', { name: /^Read/ }).click();
      await page.keyboard.press('Escape');
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('token-create');
      await dialog.getByRole('button', { name: 'Create token' }).click();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      const row = page.getByRole('row', { name: /reader/ });
      await row.getByText('Read', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Revoke reader' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await row.waitFor({ state: 'detached' });
    },
  ],
  [
    'the platform owner adds an organisation',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/settings/tenants`);
      await page.getByRole('button', { name: 'Add organisation' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add organisation' });
      await dialog.getByLabel('Organisation', { exact: true }).fill('Second Tenant');
      await dialog.getByLabel('E-mail address of its first owner').fill('second@patrol.example');
      assert.deepEqual(await browser.violations(), []);
      await dialog.getByRole('button', { name: 'Add organisation' }).click();
      assert.match(await takeLink(page), /\/invitation#token=/);
      await page.getByRole('row', { name: /Second Tenant/ }).waitFor();
    },
  ],
];
