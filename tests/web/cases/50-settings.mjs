// Customers, secrets, tokens and the profile.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

export const routes = ({ facts }) => [
  { name: 'customers', path: '/customers' },
  { name: 'customer', path: `/customers/${facts.customer}` },
  { name: 'secrets', path: '/secrets' },
  { name: 'settings-profile', path: '/settings/profile' },
  { name: 'settings-tokens', path: '/settings/tokens' },
  { name: 'settings-notifications', path: '/settings/notifications' },
  { name: 'settings-scanner', path: '/settings/scanner' },
  { name: 'deployments', path: '/deployments' },
  { name: 'deployment-hooks', path: '/deployments/hooks' },
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
      const choose = async (menu, item) => {
        await page.getByRole('button', { name: menu, exact: true }).click();
        await page.getByRole('menuitem', { name: item }).click();
      };
      await choose('Actions for duty', 'Send test');
      await page.getByText('The test to duty was not sent').waitFor({ timeout: 60_000 });
      await choose('Actions for duty', 'Edit');
      const channel = page.getByRole('dialog', { name: 'Edit the channel' });
      assert.equal(await channel.getByLabel('Mail server').inputValue(), 'mail.invalid');
      await channel.getByRole('textbox', { name: 'Name', exact: true }).fill('night duty');
      await channel.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The channel is saved').waitFor();
      await page.getByRole('button', { name: 'Add route' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Channel/ })
        .click();
      await page.getByRole('option', { name: 'night duty' }).click();
      await page.getByRole('button', { name: 'Add route' }).last().click();
      await choose('Actions for the route to night duty', 'Edit');
      const route = page.getByRole('dialog', { name: 'Edit the route' });
      await route.getByRole('button', { name: /^From severity/ }).click();
      await page.getByRole('option', { name: 'Critical' }).click();
      await route.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The route is saved').waitFor();
      await page
        .getByRole('cell', { name: 'Critical' })
        .or(page.getByRole('gridcell', { name: 'Critical' }))
        .first()
        .waitFor();
      await choose('Actions for the route to night duty', 'Switch off');
      await page.getByText('It is off').waitFor();
    },
  ],
  [
    'a hook shows its address and secret once, with what to do, and is deleted',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/deployments`);
      await page
        .getByRole('button', { name: 'Hooks' })
        .or(page.getByRole('link', { name: 'Hooks' }))
        .first()
        .click();
      await page.getByText('No hooks yet').waitFor();
      await page.getByRole('button', { name: 'Create hook' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Create hook' });
      await dialog.getByRole('button', { name: 'Create hook' }).click();
      await dialog.getByText('Enter a name').waitFor();
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('web pipeline');
      await dialog.getByText('explain changes everywhere').waitFor();
      await dialog.getByLabel('Tags').fill('env');
      await dialog.getByRole('button', { name: 'Create hook' }).click();
      await dialog.getByText('Line 1 is no key=value').waitFor();
      await dialog.getByLabel('Tags').fill('env=prod');
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('hook-create');
      await dialog.getByRole('button', { name: 'Create hook' }).click();
      const created = page.getByRole('dialog', { name: 'Copy address and secret now' });
      const address = (await created.getByRole('region', { name: 'Address' }).innerText()).trim();
      const secret = (await created.getByRole('region', { name: 'Secret' }).innerText()).trim();
      await created.getByText('Workflow runs').waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('hook-created');
      const body = JSON.stringify({ zen: 'Design for failure.' });
      const answer = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'ping',
          'x-github-delivery': 'one',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
        body,
      });
      assert.equal(answer.status, 200, await answer.text());
      await created.getByRole('button', { name: 'I have copied them' }).click();
      const html = await page.evaluate(() => document.documentElement.outerHTML);
      assert.ok(!html.includes(secret) && !html.includes(address));
      await page.getByText('env=prod').waitFor();
      await page.getByRole('button', { name: 'Delete web pipeline' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('The hook is deleted').waitFor();
    },
  ],
  [
    'a rule is changed; what the form has no field for stays',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/rules`);
      await page.getByRole('button', { name: 'New rule' }).click();
      const dialog = page.getByRole('dialog', { name: 'New rule' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('quiet logs');
      await dialog.getByRole('textbox', { name: 'Type' }).fill('AWS::Logs::LogGroup');
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('rotated nightly');
      await dialog.getByRole('button', { name: 'New rule' }).click();
      await page.getByText('The rule is added').waitFor();
      await page.getByRole('button', { name: 'Actions for quiet logs' }).click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
      const edit = page.getByRole('dialog', { name: 'Edit the rule' });
      await edit.getByRole('textbox', { name: 'Type' }).fill('');
      await edit.getByRole('textbox', { name: 'Region' }).fill('eu-west-1');
      await edit.getByRole('button', { name: /^Expires/ }).click();
      await page.getByRole('option', { name: 'in 30 days' }).click();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('rule-edit');
      await edit.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The rule is saved').waitFor();
      const row = page.getByRole('row', { name: /quiet logs/ });
      await row.getByText('eu-west-1').waitFor();
      await row.getByText('in 30 d').waitFor();
      assert.equal(await row.getByText('LogGroup').count(), 0);
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
