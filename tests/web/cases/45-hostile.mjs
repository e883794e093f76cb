// What a customer's cloud may hold: tags with markup, turned directions, ten kilobytes, emoji. The lists,
// the resource, its history and the review show them as text, bounded, and the page keeps its width.
import assert from 'node:assert/strict';
import { phone } from '../harness/browser.mjs';
import { scanNow } from './40-drift.mjs';

export const routes = ({ facts }) => [
  { name: 'resource-hostile', path: `/resources/${facts.hostile}/now` },
];

const name = '🚨 <img src=x onerror=alert(1)> \u202Egnp.exe';
const shownName = /🚨 <img src=x onerror=alert\(1\)> ⟨U\+202E⟩gnp\.exe/;
const tags = [
  { Key: 'Name', Value: name },
  { Key: 'long', Value: 'x'.repeat(10_000) },
  { Key: 'words', Value: 'ä wörd '.repeat(1_400) },
  { Key: '<script>alert(2)</script>', Value: '"><script>alert(3)</script>' },
  { Key: 'direction', Value: '\u2067\u202Eabc\u2069\u200B' },
  { Key: 'family', Value: '👩‍👩‍👧‍👦🏴‍☠️'.repeat(50) },
  { Key: '__proto__', Value: 'constructor' },
];

const instance = {
  account: '210987654321',
  op: 'add',
  type: 'AWS::EC2::Instance',
  region: 'us-east-1',
  document: {
    InstanceId: 'i-0bad00000000beef',
    InstanceType: 't3.micro',
    State: { Code: 16, Name: 'running' },
    SubnetId: 'subnet-0aa0000000000000',
    VpcId: 'vpc-0aa0000000000001',
    PrivateIpAddress: '10.0.1.98',
    Tags: tags,
  },
};

/** Nothing of it became an element, and nothing pushes the page wider than its window. */
async function isHarmless(page) {
  assert.equal(await page.locator('img[src=x]').count(), 0);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `the page is ${width} px too wide`);
  assert.equal(await page.evaluate(() => globalThis.wasRun ?? false), false);
}

export const cases = [
  [
    'a resource with hostile tags is listed, opened and exported as text',
    async ({ browser, page, server, cloud, facts }) => {
      await page.addInitScript(() => {
        globalThis.alert = () => (globalThis.wasRun = true);
      });
      await cloud.control('changes', [instance]);
      await scanNow({ page, server, facts });
      const filter = encodeURIComponent('type=AWS::EC2::Instance and tag.__proto__=constructor');
      await page.goto(`${server.url}/resources?q=${filter}`);
      const link = page.getByRole('link', { name: shownName });
      await link.waitFor();
      await isHarmless(page);
      await link.click();
      await page.waitForURL(/r=res_/);
      facts.hostile = new URL(page.url()).searchParams.get('r');
      const shown = page.getByRole('region', { name: 'Tags' });
      await shown.getByText('<script>alert(2)</script>').waitFor();
      await shown.getByText('⟨U+2067⟩⟨U+202E⟩abc').waitFor();
      const text = await shown.innerText();
      assert.ok(text.length < 2_000, `${text.length} characters are shown`);
      await isHarmless(page);
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('hostile-panel');
      await page.getByRole('tab', { name: 'JSON' }).click();
      await page.getByRole('region', { name: 'Document' }).waitFor();
      await isHarmless(page);
      await browser.at(phone, async () => {
        await isHarmless(page);
        await browser.capture('hostile-panel', phone);
      });
    },
  ],
  [
    'the review of it keeps its width and its keys',
    async ({ browser, page, server, facts }) => {
      await page.goto(`${server.url}/accounts/${facts.account}/drift/review?find=beef`);
      const card = page.getByRole('region', { name: shownName }).first();
      await card.waitFor();
      await isHarmless(page);
      assert.deepEqual(await browser.violations(), []);
      await browser.shot('hostile-review');
      await browser.at(phone, async () => {
        await isHarmless(page);
        await browser.capture('hostile-review', phone);
      });
    },
  ],
];
