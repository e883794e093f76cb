// An AWS account from the wizard to its first scan, with the real `patrol connect aws`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { signIn } from './10-first-run.mjs';

export const always = true;
const role = 'arn:aws:iam::210987654321:role/PatrolReadOnly';

export const routes = ({ facts }) => [
  { name: 'wizard-1', path: '/accounts/new' },
  { name: 'wizard-2', path: `/accounts/new?account=${facts.pending}&step=2` },
  { name: 'account', path: `/accounts/${facts.account}` },
  { name: 'account-pending', path: `/accounts/${facts.pending}` },
  { name: 'account-connection', path: `/accounts/${facts.account}/connection` },
  { name: 'account-settings', path: `/accounts/${facts.account}/settings` },
  { name: 'scans', path: '/scans' },
  { name: 'scan', path: `/scans/${facts.scan}` },
  { name: 'scan-partial', path: `/scans/${facts.partialScan ?? facts.scan}` },
  { name: 'not-found', path: '/nowhere' },
];

const next = (page) => page.getByRole('button', { name: 'Next' });

export const cases = [
  [
    'step 1 asks for a name, makes a customer on the spot and a pending account',
    async ({ page, facts }) => {
      await page.getByRole('link', { name: 'Cloud accounts' }).first().click();
      await page.getByRole('link', { name: 'Add Cloud Account' }).first().click();
      await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
      await next(page).click();
      await page.getByText('Give the account a name').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('acme-production');
      await page.getByRole('button', { name: 'New customer' }).click();
      await page.getByLabel('Name of the new customer').fill('Acme <b>GmbH</b> 🚀');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('button', { name: /Customer.*Acme <b>GmbH<\/b> 🚀/ }).waitFor();
      await next(page).click();
      await page.getByRole('heading', { name: 'Grant access' }).waitFor();
      facts.account = new URL(page.url()).searchParams.get('account');
      assert.match(facts.account, /^acc_/);
    },
  ],
  [
    'leaving and coming back resumes the pending account',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Finish later' }).click();
      await page.getByRole('heading', { name: 'acme-production' }).waitFor();
      await page.getByText('Pending').first().waitFor();
      await page.getByRole('link', { name: 'Continue setup' }).click();
      await page.getByRole('heading', { name: 'Grant access' }).waitFor();
      await page.getByRole('button', { name: 'Back' }).click();
      assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'acme-production');
      await next(page).click();
    },
  ],
  [
    'a pasted ARN is checked as it is typed',
    async ({ browser, page }) => {
      const field = page.getByLabel('Role ARN', { exact: true });
      for (const [text, says] of [
        ['nonsense', 'Not an ARN'],
        ['arn:aws:iam::210987654321:user/admin', 'That is a user'],
        ['arn:aws:sts::210987654321:assumed-role/x/y', 'That is a session of a role'],
        ['arn:aws:iam::2109:role/x', '12 digits'],
      ]) {
        await field.fill(text);
        await page.getByText(says).first().waitFor();
      }
      await browser.shot('wizard-2-wrong-arn');
      await field.fill('');
      await page.getByText('Waiting for patrol connect').waitFor();
    },
  ],
  [
    'a session that ends in mid-form loses nothing that was typed',
    async ({ browser, page }) => {
      browser.allow(/401/);
      await page.getByLabel('Role ARN', { exact: true }).fill(role);
      await page.context().clearCookies();
      await page.getByRole('button', { name: 'Generate setup command' }).click();
      const ended = page.getByRole('dialog', { name: 'Your session has ended' });
      await ended.waitFor();
      await browser.shot('session-ended');
      // Nothing but signing in ends it.
      assert.deepEqual(await ended.getByRole('button').allInnerTexts(), ['Sign in']);
      assert.deepEqual(await browser.violations(), []);
      await signIn(page);
      await page
        .getByRole('dialog', { name: 'Your session has ended' })
        .waitFor({ state: 'detached' });
      assert.equal(await page.getByLabel('Role ARN', { exact: true }).inputValue(), role);
      await page.getByLabel('Role ARN', { exact: true }).fill('');
    },
  ],
  [
    'the setup command is run by the customer, and the field fills by itself',
    async ({ browser, page, server }) => {
      await page.getByRole('button', { name: 'Generate setup command' }).click();
      const command = page.getByRole('region', { name: 'setup command' });
      await command.waitFor();
      await page.getByText(/It expires in/).waitFor();
      await browser.shot('wizard-2-command');
      await page.getByRole('tab', { name: 'AWS CLI script' }).click();
      await page.getByText('aws iam create-role').first().waitFor();
      await page.getByRole('tab', { name: 'Trust policy JSON' }).click();
      await page.getByText('sts:ExternalId').first().waitFor();
      await page.getByRole('tab', { name: 'Patrol CLI' }).click();
      await server.connect(await command.innerText());
      await page.getByText('In use, account 210987654321').waitFor({ timeout: 30_000 });
      assert.equal(await page.getByLabel('Role ARN', { exact: true }).inputValue(), role);
      await browser.shot('wizard-2-connected');
    },
  ],
  [
    'the test shows its checks, and saving starts the first scan with live progress',
    async ({ browser, page, cloud, facts }) => {
      await cloud.control('settings', { latency_ms: 40 });
      await next(page).click();
      await page.getByText('The connection works').waitFor({ timeout: 60_000 });
      await browser.shot('wizard-3');
      assert.deepEqual(await browser.violations(), []);
      await page.getByRole('button', { name: 'Save and scan' }).click();
      await page.waitForURL(new RegExp(`/accounts/${facts.account}$`));
      const grid = page.getByRole('region', { name: 'Scan progress per service and region' });
      await grid.waitFor({ timeout: 30_000 });
      const bar = page.getByRole('progressbar', { name: 'Scan progress' });
      const before = Number(await bar.getAttribute('value'));
      await browser.shot('account-scanning');
      assert.deepEqual(await browser.violations(), []);
      await page.waitForFunction(
        (value) => Number(document.querySelector('progress')?.value ?? 100) > value,
        before,
      );
      await cloud.control('settings', { latency_ms: 0 });
      await page.getByText('Three next steps').waitFor({ timeout: 120_000 });
      await page.getByText('Connected').first().waitFor();
    },
  ],
  [
    'Scan now adds scans, and the history shows a chart and a table',
    async ({ browser, page, cloud, facts }) => {
      const table = page.getByRole('grid', { name: 'Scan history' });
      await table.getByText('first inventory').waitFor();
      const changes = table.getByText(/^\+\d+ −\d+ ~\d+$/);
      for (const [count, step] of ['open-database', 'close-database'].entries()) {
        await cloud.control(`steps/${step}`);
        await page.getByRole('button', { name: 'Scan now' }).click();
        await changes.nth(count).waitFor({ timeout: 120_000 });
      }
      await page
        .getByRole('button', { name: /Changes per scan/ })
        .or(page.getByRole('application'))
        .first()
        .waitFor();
      await browser.shot('account-history');
      const link = table.getByRole('link').first();
      facts.scan = (await link.getAttribute('href')).split('/').pop();
      await link.click();
      await page.getByRole('heading', { name: 'Coverage' }).waitFor();
    },
  ],
  [
    'every call of a scan is listed and handed out as a file, none of them a write',
    async ({ browser, page }) => {
      await page.getByRole('button', { name: 'Show the calls' }).click();
      await page.waitForURL(/calls=1/);
      const table = page.getByRole('grid', { name: 'Calls to the cloud' });
      await table
        .getByText('sts:AssumeRole')
        .or(table.getByText(/^ec2:Describe/))
        .first()
        .waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('scan-calls');
      await page.getByRole('button', { name: 'Next page' }).click();
      await page.waitForURL(/p=/);
      const { total } = await page.evaluate(async () => {
        const scan = location.pathname.split('/').pop();
        return (await fetch(`/api/v1/scans/${scan}/calls?limit=1`)).json();
      });
      assert.ok(total > 100);
      await page.getByRole('button', { name: 'Export' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'NDJSON' }).click(),
      ]);
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\n')
        .map(JSON.parse);
      assert.equal(lines.length, total);
      assert.ok(
        lines.every(({ action }) => !/^(Create|Put|Delete|Update|Attach|Run)/.test(action)),
      );
    },
  ],
];
