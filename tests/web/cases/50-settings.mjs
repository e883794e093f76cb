// Customers, secrets, tokens and the profile.
import assert from 'node:assert/strict';

export const routes = ({ facts }) => [
  { name: 'customers', path: '/customers' },
  { name: 'customer', path: `/customers/${facts.customer}` },
  { name: 'secrets', path: '/secrets' },
  { name: 'settings-profile', path: '/settings/profile' },
  { name: 'settings-tokens', path: '/settings/tokens' },
  { name: 'settings-notifications', path: '/settings/notifications' },
  { name: 'settings-scanner', path: '/settings/scanner' },
  { name: 'deployments', path: '/deployments' },
];

const heavy = `<img src=x onerror=alert(1)> \u202Egnp ${'ä'.repeat(60)}`;

export const cases = [
  [
    'a customer is added, changed and deleted; one with accounts is not',
    async ({ browser, page, server, facts }) => {
      browser.allow(/409/);
      await page.goto(`${server.url}/customers`);
      await page.getByRole('button', { name: 'Add customer' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill(heavy);
      await page.getByLabel('Labels').fill('tier');
      await page.getByRole('button', { name: 'Add customer' }).last().click();
      await page.getByText('Line 1 is no key=value').waitFor();
      await page.getByLabel('Labels').fill('tier=gold');
      await page.getByRole('button', { name: 'Add customer' }).last().click();
      await page.getByRole('link', { name: /onerror/ }).click();
      await page.getByRole('heading', { name: /⟨U\+202E⟩/ }).waitFor();
      assert.equal(await page.locator('img[src=x]').count(), 0);
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByLabel('Notes').fill('first line\nsecond line');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('second line').waitFor();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('The customer is deleted').waitFor();
      await page.getByRole('link', { name: /Acme/ }).click();
      await page.waitForURL(/customers\/cus_/);
      facts.customer = new URL(page.url()).pathname.split('/').at(-1);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page
        .getByRole('dialog')
        .getByText(/account/)
        .first()
        .waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    },
  ],
  [
    'a sealed secret goes in and never comes out',
    async ({ page, server }) => {
      await page.goto(`${server.url}/secrets`);
      await page.getByRole('button', { name: 'Add secret' }).first().click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('billing-key');
      await page.getByLabel('Value', { exact: true }).fill('hunter2-very-secret');
      await page.getByRole('button', { name: 'Add secret' }).last().click();
      await page.getByText('billing-key is added').waitFor();
      const actions = page.getByRole('button', {
        name: 'Actions for billing-key',
      });
      await actions.click();
      await page.getByRole('menuitem', { name: 'Test' }).click();
      await page.getByText('The value of billing-key can be read').waitFor();
      await actions.click();
      await page.getByRole('menuitem', { name: 'Replace the value' }).click();
      assert.equal(await page.getByLabel('Value', { exact: true }).inputValue(), '');
      await page.getByLabel('Value', { exact: true }).fill('another-secret');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').waitFor();
      const text = await page.evaluate(() => document.documentElement.outerHTML);
      assert.ok(!text.includes('hunter2') && !text.includes('another-secret'));
      await actions.click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('The secret is deleted').waitFor();
    },
  ],
  [
    'a token is shown once, and revoked',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/settings/tokens`);
      await page.getByRole('button', { name: 'Create token' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('pipeline');
      await page.getByRole('button', { name: 'Create token' }).last().click();
      const token = page.getByRole('region', { name: 'Token' });
      await token.waitFor();
      const text = (await token.innerText()).trim();
      assert.match(text, /^pat_/);
      assert.deepEqual(await browser.violations(), []);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('button', { name: 'Revoke pipeline' }).waitFor();
      const html = await page.evaluate(() => document.documentElement.outerHTML);
      assert.ok(!html.includes(text));
      const answer = () =>
        fetch(`${server.url}/api/v1/me`, {
          headers: { authorization: `Bearer ${text}` },
        });
      assert.equal((await answer()).status, 200);
      await page.getByRole('button', { name: 'Revoke pipeline' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('The token is revoked').waitFor();
      assert.equal((await answer()).status, 401);
    },
  ],
  [
    'a channel that cannot be reached says so; a route leads to it',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/settings/notifications`);
      await page.getByRole('button', { name: 'Add channel' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('duty');
      await page.getByRole('textbox', { name: 'Mail server' }).fill('mail.invalid');
      await page.getByRole('textbox', { name: 'From', exact: true }).fill('patrol@example.com');
      await page.getByRole('button', { name: 'Add channel' }).last().click();
      await page.getByText('This is needed').waitFor();
      await page.getByRole('textbox', { name: 'To', exact: true }).fill('duty@example.com');
      assert.deepEqual(await browser.violations(), []);
      await page.getByRole('button', { name: 'Add channel' }).last().click();
      await page.getByText('The channel is added').waitFor();
      await page.getByRole('button', { name: 'Send test to duty' }).click();
      await page.getByText('The test to duty was not sent').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Add route' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Channel/ })
        .click();
      await page.getByRole('option', { name: 'duty' }).click();
      await page.getByRole('button', { name: 'Add route' }).last().click();
      await page.getByRole('button', { name: 'Delete the route to duty' }).waitFor();
    },
  ],
  [
    'a planned window is opened and ended',
    async ({ page, server }) => {
      await page.goto(`${server.url}/deployments`);
      await page.getByRole('button', { name: 'Open a window' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Friday maintenance');
      await page.getByRole('button', { name: 'Open a window' }).last().click();
      await page.getByText('The window is open').waitFor();
      await page.getByRole('button', { name: 'End Friday maintenance' }).click();
      await page.getByText('It has ended').waitFor();
      await page.getByText('Succeeded').first().waitFor();
    },
  ],
  [
    'the profile sets mode and density for every place at once',
    async ({ page, server }) => {
      await page.goto(`${server.url}/settings/profile`);
      const dark = page.getByRole('checkbox', { name: 'Dark mode' });
      await dark.check();
      await page.waitForFunction(() => document.body.classList.contains('awsui-dark-mode'));
      await page.reload();
      assert.ok(await dark.isChecked());
      await dark.uncheck();
      await page.waitForFunction(() => !document.body.classList.contains('awsui-dark-mode'));
    },
  ],
];
