// What goes wrong: names meant to break pages, refusals, a server that goes away, providers and ways of
// access that come later; and what has to be confirmed.
import assert from 'node:assert/strict';
import { sleep } from '../harness/processes.mjs';
import { signIn } from './10-first-run.mjs';

export const always = true;
const hostile = '<img src=x onerror=alert(1)> \u202Egnp.exe 🚀 ' + 'long'.repeat(20);

const next = (page) => page.getByRole('button', { name: 'Next' });

export async function addAccount(page, server, name, provider) {
  await page.goto(`${server.url}/accounts/new?provider=${provider}`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await next(page).click();
  await page.getByRole('heading', { name: 'Grant access' }).waitFor();
  return new URL(page.url()).searchParams.get('account');
}

export const routes = ({ facts }) => [
  { name: 'account-vmware', path: `/accounts/${facts.vmware}` },
  { name: 'account-keys', path: `/accounts/${facts.keys}/connection` },
];

export const cases = [
  [
    'a name with markup, a turned direction and no end is shown as text, bounded',
    async ({ page, server, facts }) => {
      facts.pending = await addAccount(page, server, hostile, 'aws');
      await page.goto(`${server.url}/accounts`);
      const link = page.getByRole('link', {
        name: /<img src=x onerror=alert\(1\)> ⟨U\+202E⟩gnp\.exe/,
      });
      await link.waitFor();
      assert.equal(await page.getByRole('img', { name: 'x' }).count(), 0);
      await link.click();
      await page.getByRole('heading', { name: /⟨U\+202E⟩/ }).waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `the page is ${width} px too wide`);
    },
  ],
  [
    'VMware goes to the collector and is saved as Pending, with the reason',
    async ({ browser, page, server, facts }) => {
      facts.vmware = await addAccount(page, server, 'vcenter-muc', 'vmware');
      assert.ok(await page.getByRole('radio', { name: /On-site collector/ }).isChecked());
      await page.getByText('Pending: in this version a collector reads AWS accounts only.').waitFor();
      await browser.shot('wizard-2-vmware');
      await next(page).click();
      await page.getByRole('button', { name: 'Save as Pending' }).click();
      await page.getByRole('heading', { name: 'vcenter-muc' }).waitFor();
      await page.getByText('A collector cannot read this provider in this version.').first().waitFor();
      assert.ok(await page.getByRole('button', { name: 'Scan now' }).isDisabled());
    },
  ],
  [
    'access keys are references; a sealed secret is made on the spot',
    async ({ browser, page, server, facts }) => {
      facts.keys = await addAccount(page, server, 'globex-keys', 'aws');
      await page.getByRole('radio', { name: /Access keys/ }).click();
      await next(page).click();
      await page.getByText('Choose or enter a reference').first().waitFor();
      for (const value of ['AKIAACMEPRODUCTADMIN', 'simulated-acme-admin-key']) {
        const button = page.getByRole('button', { name: 'Store a new secret' });
        await button.nth(value.startsWith('AKIA') ? 0 : 1).click();
        const dialog = page.getByRole('dialog', { name: 'Store a new secret' });
        await dialog.getByLabel('Value').fill(value);
        await dialog.getByRole('button', { name: 'Store', exact: true }).click();
        await dialog.waitFor({ state: 'detached' });
      }
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('wizard-2-keys');
      await next(page).click();
      await page.getByRole('heading', { name: 'Test and start' }).waitFor();
      await page.getByText(/The connection (works|does not work yet)/).waitFor({ timeout: 60_000 });
      await browser.shot('wizard-3-keys');
      assert.ok(!(await page.content()).includes('simulated-acme-admin-key'));
      await page.getByRole('button', { name: 'Finish later' }).click();
    },
  ],
  [
    'a failed test says what to do and never traps',
    async ({ browser, page, server, facts }) => {
      await page.goto(`${server.url}/accounts/new?account=${facts.pending}&step=2`);
      const field = page.getByLabel('Role ARN', { exact: true });
      await field.fill('arn:aws:iam::345678901234:role/DoesNotExist');
      await next(page).click();
      await page.getByText('The connection does not work yet').waitFor({ timeout: 60_000 });
      await page
        .getByText(/: failed$/)
        .first()
        .waitFor();
      await browser.shot('wizard-3-failed');
      assert.deepEqual(await browser.violations(), []);
      await page.getByRole('button', { name: 'Save without scanning' }).click();
      await page.getByText('It is not scanned until its connection works.').waitFor();
      await page.getByText('Failing').or(page.getByText('Pending')).first().waitFor();
    },
  ],
  [
    'missing permissions are grouped with the policy that adds them',
    async ({ browser, page, server, cloud, facts }) => {
      await cloud.control('faults', [{ service: 'kms' }]);
      await page.goto(`${server.url}/accounts/${facts.account}`);
      await page.getByRole('button', { name: 'Scan now' }).click();
      const table = page.getByRole('grid', { name: 'Scan history' });
      const partial = table.getByText(/^Partial \d+ %$/);
      await partial.waitFor({ timeout: 120_000 });
      await table.getByRole('link').first().click();
      await page.getByText('Policy that adds what is missing').waitFor();
      await page.getByRole('region', { name: 'policy' }).getByText('kms:').first().waitFor();
      facts.partialScan = page.url().split('/').pop();
      await cloud.control('faults', []);
    },
  ],
  [
    'a refusal of one panel leaves the page alive',
    async ({ browser, page, server, facts }) => {
      browser.allow(/403/);
      await page.route('**/setup', (route) =>
        route.fulfill({
          status: 403,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            type: 'urn:patrol:problem:role',
            title: 'Denied',
            status: 403,
            detail: 'Your role does not allow this.',
            trace_id: 'feedbeef',
          }),
        }),
      );
      await page.goto(`${server.url}/accounts/${facts.account}/connection`);
      await page.getByRole('button', { name: 'Set up again' }).click();
      await page.getByText('The setup cannot be shown').waitFor();
      await page.getByText('feedbeef').waitFor();
      await page.getByText('In use, account 210987654321').waitFor();
      await page.unroute('**/setup');
    },
  ],
  [
    'a session that ends behind a form in a dialog loses nothing that was typed in it',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await page.goto(`${server.url}/customers`);
      await page.getByRole('button', { name: 'Add customer' }).click();
      const form = page.getByRole('dialog', { name: 'Add customer' });
      const name = form.getByRole('textbox', { name: 'Name', exact: true });
      await name.fill('half-typed 🚀');
      await form.getByLabel('Labels').fill('tier=gold');
      await page.context().clearCookies();
      await form.getByRole('button', { name: 'Add customer' }).click();
      const ended = page.getByRole('dialog', { name: 'Your session has ended' });
      await ended.waitFor();
      await signIn(page);
      await ended.waitFor({ state: 'detached' });
      assert.equal(await name.inputValue(), 'half-typed 🚀');
      assert.equal(await form.getByLabel('Labels').inputValue(), 'tier=gold');
      await form.getByRole('button', { name: 'Add customer' }).click();
      await page.getByRole('link', { name: 'half-typed 🚀' }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('The customer is deleted').waitFor();
    },
  ],
  [
    'a server that goes away is said and comes back by itself',
    async ({ browser, page, server }) => {
      browser.allow(/ERR_|Failed to load|50\d/);
      await page.goto(`${server.url}/accounts`);
      await page.getByRole('link', { name: 'acme-production' }).waitFor();
      await server.kill();
      await page.getByRole('link', { name: 'acme-production' }).click();
      await page.getByText('The server does not answer').first().waitFor({ timeout: 20_000 });
      await browser.shot('server-away');
      await server.start();
      await page
        .getByText('Patrol tries again by itself')
        .waitFor({ state: 'detached', timeout: 20_000 });
      await page.getByRole('heading', { name: 'acme-production' }).waitFor();
    },
  ],
  [
    'without live updates a page says how old it is',
    async ({ browser, page, server }) => {
      browser.allow(/ERR_FAILED/);
      await page.route('**/api/v1/events*', (route) => route.abort());
      for (const address of ['/today', '/accounts', '/drift']) {
        await page.goto(server.url + address);
        await page.getByText(/^Updated .* · live updates are paused$/).waitFor();
      }
      assert.deepEqual(await browser.violations(), []);
      await page.unroute('**/api/v1/events*');
      await page.reload();
      await page.getByRole('heading', { name: /^Drift/ }).waitFor();
      await page.waitForTimeout(700);
      assert.equal(await page.getByText('live updates are paused').count(), 0);
    },
  ],
  [
    'an answer that takes long: the rows stay, and a bar says that more comes',
    async ({ page, server }) => {
      await page.goto(`${server.url}/accounts`);
      const row = page.getByRole('link', { name: 'acme-production' });
      await row.waitFor();
      await page.waitForTimeout(500);
      assert.equal(await page.locator('.loading-bar').count(), 0);
      const slow = /cloud-accounts\?.*vcenter/;
      await page.route(slow, async (route) => {
        await sleep(1_500);
        await route.fallback();
      });
      await page.getByRole('combobox', { name: 'Filter accounts' }).fill('Name : vcenter');
      await page.keyboard.press('Enter');
      await page.locator('.loading-bar').waitFor();
      assert.ok(await row.isVisible());
      await page.locator('.loading-bar').waitFor({ state: 'detached' });
      await row.waitFor({ state: 'detached' });
      await page.unroute(slow);
    },
  ],
  [
    'the filter is in the address, and an address is the filter',
    async ({ page, server }) => {
      await page.goto(`${server.url}/accounts?q=${encodeURIComponent('provider=vmware')}`);
      await page.getByRole('link', { name: 'vcenter-muc' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'acme-production' }).count(), 0);
      await page.getByText('1 match').first().waitFor();
      await page
        .getByRole('button', { name: /Remove.*provider|Remove filter/i })
        .first()
        .click();
      await page.getByRole('link', { name: 'acme-production' }).waitFor();
      assert.ok(!page.url().includes('vmware'));
      const filter = page.getByRole('combobox', { name: 'Filter accounts' });
      await filter.click();
      await filter.pressSequentially('Name : globex');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=name%3Aglobex/);
      await page.getByRole('link', { name: 'globex-keys' }).waitFor();
    },
  ],
  [
    'scans start for the accounts that were selected',
    async ({ page, server }) => {
      await page.goto(`${server.url}/accounts`);
      await page.getByRole('checkbox', { name: 'Select acme-production' }).check({ force: true });
      await page.getByRole('button', { name: 'Scan now' }).click();
      await page.getByText('1 scan started').waitFor();
      // The list follows the scan by itself: nothing here reloads it.
      const row = page.getByRole('row', { name: /acme-production/ });
      await row.getByText('Scanning').waitFor();
      await row.getByText('Scanning').waitFor({ state: 'detached', timeout: 120_000 });
      await row.getByText('just now').waitFor();
    },
  ],
  [
    'an account is removed only after its name was typed',
    async ({ browser, page, server }) => {
      const id = await addAccount(page, server, 'to-be-removed', 'custom');
      await page.goto(`${server.url}/accounts/${id}/settings`);
      await page.getByRole('button', { name: 'Remove account' }).click();
      const dialog = page.getByRole('dialog', { name: /Remove to-be-removed/ });
      const remove = dialog.getByRole('button', { name: 'Remove account' });
      assert.ok(await remove.isDisabled());
      await dialog.getByLabel(/Type the name/).fill('to-be-remove');
      assert.ok(await remove.isDisabled());
      await dialog.getByLabel(/Type the name/).fill('to-be-removed');
      assert.deepEqual(await browser.violations(), []);
      await remove.click();
      await page.getByText('to-be-removed was removed').waitFor();
      await page.waitForURL(/\/accounts$/);
    },
  ],
];
