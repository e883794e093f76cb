// The wizard and the palette with the keyboard alone: no pointer, and the focus can always be seen.
import assert from 'node:assert/strict';

export const always = false;

/** Tab until the focused element has this name; fails where it cannot be reached. */
async function tabTo(page, name, key = 'Tab') {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press(key);
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    // The first line is the element itself; what it holds comes below.
    const [own = ''] = (await focused.first().ariaSnapshot()).split('\n');
    if (name.test(own)) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

export const cases = [
  [
    'the palette opens, finds an account, goes there, and Escape closes it at once',
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/scans`);
      await page.getByRole('heading', { name: 'Scans' }).waitFor();
      await page.keyboard.press('Control+k');
      const dialog = page.getByRole('dialog', { name: 'Search or jump to' });
      await dialog.waitFor();
      await browser.shot('palette');
      assert.deepEqual(await browser.violations(), []);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
      await page.keyboard.type('acme-prod');
      await page.getByRole('option', { name: /acme-production/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'acme-production' }).waitFor();
    },
  ],
  [
    'chords go to pages and stay quiet while somebody types',
    async ({ page }) => {
      await page.locator('body').press('g');
      await page.keyboard.press('s');
      await page.getByRole('heading', { name: 'Scans' }).waitFor();
      const filter = page.getByRole('combobox', { name: 'Filter scans' });
      await filter.focus();
      await page.keyboard.type('ga');
      await page.getByRole('heading', { name: 'Scans' }).waitFor();
      assert.equal(await filter.inputValue(), 'ga');
    },
  ],
  [
    'the wizard from its first field to a pending account',
    async ({ page, server }) => {
      await page.goto(`${server.url}/accounts/new`);
      await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
      await tabTo(page, /radio "AWS/);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await tabTo(page, /textbox "Name"/);
      await page.keyboard.type('by-keyboard');
      await tabTo(page, /button "Next"/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Grant access' }).waitFor();
      await tabTo(page, /radio "Patrol-hosted/);
      await tabTo(page, /button "Generate setup command"/);
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'setup command' }).waitFor();
      await tabTo(page, /textbox "Role ARN"/);
      await page.keyboard.type('arn:aws:iam::111122223333:role/ByKeyboard');
      await tabTo(page, /button "Next"/);
      await page.keyboard.press('Enter');
      await page.getByText(/The connection (works|does not work yet)/).waitFor({ timeout: 60_000 });
      await tabTo(page, /button "Save without scanning"/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'by-keyboard' }).waitFor();
    },
  ],
];
