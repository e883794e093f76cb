// Signing in with an identity provider: to the page that was wanted, refused with the reason, and in a tab
// of its own while something is being typed.
import assert from 'node:assert/strict';
import { owner } from './10-first-run.mjs';

export const routes = [];

const withProvider = (page) => page.getByRole('link', { name: 'Sign in with Example ID' });

async function signedOut(page, server, path) {
  await page.context().clearCookies();
  await page.goto(server.url + path);
  await page.getByRole('heading', { name: 'Sign in to Patrol' }).waitFor();
}

export const cases = [
  [
    'the identity provider brings a person in, to the page that was wanted',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await signedOut(page, server, '/scans?q=state%3Dfailed');
      await withProvider(page).waitFor();
      assert.deepEqual(await browser.violations(), []);
      await withProvider(page).click();
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
      await page.getByRole('link', { name: owner.email }).click();
      await page.getByRole('heading', { name: 'Scans' }).waitFor();
      assert.equal(
        new URL(page.url()).pathname + new URL(page.url()).search,
        '/scans?q=state%3Dfailed',
      );
      await page.getByRole('button', { name: 'Mara Keller' }).first().waitFor();
      await page.goto(server.url);
      await page.waitForURL(/\/today$/);
    },
  ],
  [
    'whom the provider does not let in, and who is nobody here, reads why',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await signedOut(page, server, '/');
      for (const [choice, why] of [
        ['stranger@patrol.example', 'There is no user here'],
        ['Leave', 'The provider did not let you in'],
      ]) {
        await withProvider(page).click();
        await page.getByRole('link', { name: choice }).click();
        await page.getByText('Signing in with Example ID failed').waitFor();
        await page.getByText(why).waitFor();
      }
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('login-provider-refused');
      await page.goto(`${server.url}/login?problem=constructor`);
      await page.getByText('Try again, or sign in with your password.').waitFor();
    },
  ],
  [
    'a session that ends in mid-form is renewed in another tab, and nothing is lost',
    async ({ browser, page, server }) => {
      browser.allow(/401/);
      await signedOut(page, server, '/accounts/new');
      await withProvider(page).click();
      await page.getByRole('link', { name: owner.email }).click();
      const name = page.getByLabel('Name', { exact: true });
      await name.fill('half-typed');
      await page.context().clearCookies();
      await page.getByRole('button', { name: 'Next' }).click();
      const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
      await dialog.waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('session-ended-provider');
      const [tab] = await Promise.all([
        page.context().waitForEvent('page'),
        dialog.getByRole('link', { name: /^Sign in with Example ID/ }).click(),
      ]);
      await tab.getByRole('link', { name: owner.email }).click();
      await tab.waitForURL(/\/today$/);
      await tab.close();
      await page.bringToFront();
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await name.inputValue(), 'half-typed');
    },
  ],
];
