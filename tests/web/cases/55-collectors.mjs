// On-site collectors: adding one, its command shown once, an account that it reads, revoking.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { addAccount } from './30-states.mjs';

export const routes = ({ facts }) => [
  { name: 'collectors', path: '/collectors' },
  { name: 'account-on-site', path: `/accounts/${facts.onSite}/connection` },
];

const run = promisify(execFile);
const next = (page) => page.getByRole('button', { name: 'Next' });

/** The command of the dialog that shows it once; afterwards it is nowhere. */
async function takeCommand(page) {
  const region = page.getByRole('region', {
    name: 'Command for the site’s machine',
  });
  const command = (await region.innerText()).trim();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await region.waitFor({ state: 'detached' });
  const html = await page.evaluate(() => document.documentElement.outerHTML);
  assert.ok(!html.includes(/pce_\w+/.exec(command)[0]));
  return command;
}

export const cases = [
  [
    'a collector is added, and its command is shown once',
    async ({ browser, page, server, facts }) => {
      await page.goto(`${server.url}/collectors`);
      await page.getByText('No collectors yet').waitFor();
      await page.getByRole('button', { name: 'Add collector' }).first().click();
      await page.getByRole('button', { name: 'Add collector' }).last().click();
      await page.getByText('Enter a name').waitFor();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('<b>muc</b>-01');
      await page.getByRole('button', { name: 'Add collector' }).last().click();
      await page.getByText('patrol collector enrol').first().waitFor();
      await browser.shot('collector-command');
      facts.enrolment = await takeCommand(page);
      assert.match(facts.enrolment, /patrol collector enrol --server \S+ --token pce_\w+/);
      await page.getByText('<b>muc</b>-01').waitFor();
      await page.getByText('Not enrolled yet').waitFor();
    },
  ],
  [
    'its command enrols it, and the fingerprints are the same',
    async ({ page, server, facts }) => {
      const [, ...given] = /patrol (collector enrol .*)/.exec(facts.enrolment)[1].split(' ');
      const state = path.join(mkdtempSync(path.join(tmpdir(), 'patrol-web-')), 'state');
      const { stdout } = await run(server.patrol, ['collector', ...given, '--state', state]);
      const fingerprint = /Fingerprint of its key: (\S+)/.exec(stdout)[1];
      await page.goto(`${server.url}/collectors`);
      await page.getByText(fingerprint).waitFor();
    },
  ],
  [
    'the wizard asks which collector reads the account, and with which credential',
    async ({ browser, page, server, facts }) => {
      browser.allow(/422/);
      facts.onSite = await addAccount(page, server, 'initech-on-site', 'aws');
      await page.getByRole('radio', { name: /On-site collector/ }).click();
      await next(page).click();
      await page.getByText('Choose a collector', { exact: true }).last().waitFor();
      await page.getByText('Enter the name of the credential').waitFor();
      await page.getByRole('button', { name: /^Collector/ }).click();
      await page.getByRole('option', { name: /muc/ }).click();
      await page.getByLabel('Credential', { exact: true }).fill('Not A Name');
      await next(page).click();
      await page
        .getByText(/name of a credential/)
        .last()
        .waitFor();
      await page.getByLabel('Credential', { exact: true }).fill('initech');
      await browser.shot('wizard-2-on-site');
      await next(page).click();
      await page.getByRole('heading', { name: 'Connection test' }).waitFor();
      await page.getByRole('button', { name: 'Save without scanning' }).click();
      await page.getByRole('heading', { name: 'initech-on-site' }).waitFor();
      await page
        .getByText(/collector is offline/)
        .first()
        .waitFor();
      await page.getByRole('tab', { name: 'Connection' }).click();
      await page.getByRole('heading', { name: 'On-site access' }).waitFor();
      assert.equal(await page.getByLabel('Credential', { exact: true }).inputValue(), 'initech');
    },
  ],
  [
    'a collector that reads accounts is revoked, not deleted',
    async ({ browser, page, server }) => {
      browser.allow(/409/);
      await page.goto(`${server.url}/collectors`);
      const actions = page.getByRole('button', { name: /Actions for/ });
      await actions.click();
      await page.getByRole('menuitem', { name: 'New enrolment command' }).click();
      await takeCommand(page);
      await actions.click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page
        .getByRole('dialog')
        .getByText(/still read by this/)
        .waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await actions.click();
      await page.getByRole('menuitem', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('The collector is revoked').waitFor();
      await page.getByText('Revoked', { exact: true }).waitFor();
    },
  ],
];
