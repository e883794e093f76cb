// A second factor for everybody: nobody locks himself out, who has none is asked to set one up, and recovery
// codes are made anew.
import assert from 'node:assert/strict';
import { owner } from './10-first-run.mjs';
import { codeOf, enter, signOut, takeLink } from './60-people.mjs';

export const routes = [];

const kim = { email: 'kim@patrol.example', password: 'nine green bottles on a wall' };

/** Sets an authenticator app up in the dialog that is open or opened by `button`; answers the recovery codes. */
async function enrol(page, button) {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('button', { name: 'It cannot be scanned' }).click();
  const secret = await page.getByRole('region', { name: 'Secret key' }).innerText();
  await page.getByLabel('Code of the app').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Confirm' }).click();
  return keep(page);
}

async function keep(page) {
  const codes = page.getByRole('region', { name: 'Recovery codes' });
  await codes.waitFor();
  const shown = (await codes.innerText()).trim().split(/\s+/);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await codes.waitFor({ state: 'detached' });
  return shown;
}

const everybody = (page) => page.getByRole('checkbox', { name: 'Second factor for everybody' });

export const cases = [
  [
    'an owner without a second factor cannot ask others for one',
    async ({ browser, page, server }) => {
      browser.allow(/409/);
      await page.goto(`${server.url}/settings/users`);
      await everybody(page).click({ force: true });
      await page.getByText('Nothing was changed').waitFor();
      assert.ok(!(await everybody(page).isChecked()));
    },
  ],
  [
    'recovery codes are made anew, against the password',
    async ({ browser, page, server, facts }) => {
      browser.allow(/422/);
      await page.goto(`${server.url}/settings/profile`);
      const first = await enrol(page, 'Set up');
      await page.getByRole('button', { name: 'New recovery codes' }).click();
      const dialog = page.getByRole('dialog', { name: 'Make new recovery codes?' });
      await dialog.getByLabel('Current password').fill('not the password');
      await dialog.getByRole('button', { name: 'New recovery codes' }).click();
      await page.waitForFunction(() => document.querySelector('[aria-invalid=true]') !== null);
      assert.deepEqual(await browser.violations(), []);
      await dialog.getByLabel('Current password').fill(owner.password);
      await dialog.getByRole('button', { name: 'New recovery codes' }).click();
      facts.ownerCodes = await keep(page);
      assert.ok(facts.ownerCodes.every((code) => !first.includes(code)));
    },
  ],
  [
    'who has no second factor gets no further than to setting one up',
    async ({ browser, page, server }) => {
      browser.allow(/401|403/);
      await page.goto(`${server.url}/settings/users`);
      await everybody(page).click({ force: true });
      await page.getByText('Everybody is asked for a second factor now').waitFor();
      await browser.shot('second-factor-required');
      await page.getByRole('button', { name: 'Invite user' }).click();
      const dialog = page.getByRole('dialog', { name: 'Invite user' });
      await dialog.getByLabel('E-mail address').fill(kim.email);
      await dialog.getByRole('button', { name: 'Invite user' }).click();
      const invitation = await takeLink(page);
      await signOut(page);
      await page.goto(invitation);
      await page.getByLabel('New password', { exact: true }).fill(kim.password);
      await page.getByLabel('New password again').fill(kim.password);
      await page.getByRole('button', { name: 'Set the password and sign in' }).click();
      await page.getByRole('heading', { name: 'One more step' }).waitFor();
      await page.goto(`${server.url}/accounts`);
      await page.getByRole('heading', { name: 'One more step' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Cloud accounts' }).count(), 0);
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('second-factor-needed');
      await enrol(page, 'Set up an authenticator app');
      await page.getByRole('heading', { name: /^Cloud accounts/ }).waitFor();
    },
  ],
  [
    'it is everybody’s own choice again',
    async ({ browser, page, server, facts }) => {
      browser.allow(/401/);
      await page.getByRole('button', { name: 'kim' }).first().click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await enter(page, owner);
      await page.getByLabel('Code of your authenticator app').fill(facts.ownerCodes[0]);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Mara Keller' }).first().waitFor();
      await page.goto(`${server.url}/settings/users`);
      await everybody(page).click({ force: true });
      await page.getByText('A second factor is everybody’s own choice now').waitFor();
      await page.goto(`${server.url}/settings/profile`);
      await page.getByRole('button', { name: 'Switch off' }).click();
      const dialog = page.getByRole('dialog', { name: 'Switch off the authenticator app?' });
      await dialog.getByLabel('Current password').fill(owner.password);
      await dialog.getByRole('button', { name: 'Switch off' }).click();
      await page.getByText('The authenticator app is switched off').waitFor();
    },
  ],
];
