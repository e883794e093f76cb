// The audit log: who did what, filtered, one entry with its settings, the check of the chain, as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const routes = [
  { name: 'audit', path: '/audit' },
  { name: 'audit-entry', path: '/audit?q=action%3Dcloud-account.update&e=1' },
];

const headers = { 'X-Patrol-CSRF': 'console', 'content-type': 'application/json' };

function change(page, path, body) {
  return page.evaluate(
    async ([address, given, text]) => {
      const answer = await fetch(`/api/v1${address}`, {
        method: 'PATCH',
        headers: given,
        body: text,
      });
      return answer.status;
    },
    [path, headers, JSON.stringify(body)],
  );
}

async function exported(page, form) {
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: form }).click(),
  ]);
  await page
    .getByText(/^Exported/)
    .first()
    .waitFor();
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

export const cases = [
  [
    'what was changed is found by the filter, with the setting before and after',
    async ({ browser, page, server, facts }) => {
      await page.goto(`${server.url}/audit`);
      await page.getByRole('heading', { name: /^Audit log/ }).waitFor();
      await page.getByRole('link', { name: 'Audit log' }).first().waitFor();
      const path = `/cloud-accounts/${facts.account}`;
      assert.equal(await change(page, path, { owner: 'platform team' }), 200);
      await page.goto(`${server.url}/audit`);
      const filter = page.getByRole('combobox', { name: 'Filter entries' });
      await filter.click();
      await filter.pressSequentially('Action = cloud-account.update');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=action%3Dcloud-account.update/);
      await page
        .getByRole('link', { name: /Show cloud-account.update/ })
        .first()
        .click();
      await page.waitForURL(/e=\d+/);
      const paths = page.getByRole('table', { name: 'What was changed' });
      await paths.getByRole('row', { name: /owner/ }).getByText('platform team').waitFor();
      await page.getByRole('grid').getByText('owner@patrol.example').first().waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('audit-changed');
      await page.reload();
      await paths.waitFor();
    },
  ],
  [
    'an entry of the address is shown though its page of the list is not; one that is none is said',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/audit?q=action%3Dcloud-account.update&e=1`);
      await page.getByRole('heading', { name: /^Entry 1: / }).waitFor();
      assert.deepEqual(await browser.violations(), []);
      await page.goto(`${server.url}/audit?e=999999`);
      await page.getByText('There is no entry with this number.').waitFor();
      await page.goto(`${server.url}/audit?e=x`);
      await page.getByRole('grid').waitFor();
      assert.equal(await page.getByText('There is no entry').count(), 0);
    },
  ],
  [
    'the chain is checked, and holds',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/audit`);
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(/^All [\d,]+ entries hold/).waitFor();
      await page.getByRole('region', { name: /^Head of the chain/ }).waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('audit-verified');
    },
  ],
  [
    'a chain that does not hold names its first bad entry',
    async ({ browser, page, server }) => {
      await page.route('**/api/v1/audit/verify', (route) =>
        route.fulfill({
          contentType: 'application/json',
          body: JSON.stringify({
            ok: false,
            entries: 41,
            first_bad: { seq: 42, reason: 'changed', detail: 'The hash does not match.' },
            head: '41:abc',
          }),
        }),
      );
      await page.goto(`${server.url}/audit`);
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('The log was tampered with at entry 42').waitFor();
      await browser.shot('audit-broken');
      await page.unroute('**/api/v1/audit/verify');
    },
  ],
  [
    'the log as a file, oldest first; that it was taken is in it',
    async ({ page, server }) => {
      await page.goto(`${server.url}/audit`);
      const lines = await exported(page, 'NDJSON');
      assert.equal(lines.name, 'audit-log.ndjson');
      const entries = lines.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        entries.map(({ seq }) => seq),
        entries.map((_, index) => index + 1),
      );
      assert.ok(!lines.text.includes('hunter2') && !lines.text.includes('simulated-acme-admin'));
      const table = await exported(page, 'CSV');
      assert.match(table.text, /^seq,time,actor_kind,/);
      assert.match(table.text, /audit\.export/);
    },
  ],
];
