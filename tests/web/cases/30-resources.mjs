// What a scan found: the explorer, one resource, snapshots compared, exports.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const always = true;

export const routes = ({ facts }) => [
  { name: 'resources', path: '/resources' },
  { name: 'resources-account', path: `/resources?account=${facts.account}` },
  { name: 'resource-panel', path: `/resources?q=name%3Ddatabase&r=${facts.resource}` },
  { name: 'resource', path: `/resources/${facts.resource}/history` },
  { name: 'resources-refused', path: '/resources?q=type%3D(', allow: /422/ },
  { name: 'snapshot', path: `/scans/${facts.scan}/resources` },
  { name: 'compare-nothing', path: '/compare' },
];

const filter = (page) => page.getByRole('combobox', { name: 'Filter resources' });

/** What is typed before the page has shown the filter of its address would be replaced by it. */
async function apply(page, text) {
  await page.waitForFunction(
    (label) =>
      document.querySelector(`input[aria-label="${label}"]`)?.value ===
      (new URLSearchParams(location.search).get('q') ?? ''),
    'Filter resources',
  );
  await filter(page).fill(text);
  await filter(page).press('Enter');
}

/** What the page asked of the API since the call, without the event stream. */
function listening(page) {
  const asked = [];
  const hear = (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/') && !pathname.endsWith('/events'))
      asked.push(pathname + search);
  };
  page.on('request', hear);
  return { asked, stop: () => page.off('request', hear) };
}

export const cases = [
  [
    'a press asks at once for what the page shows, and nothing is asked twice',
    async ({ page, server, facts }) => {
      const elsewhere = { from: '/settings/profile', ready: 'Settings' };
      for (const { from, ready, link, first } of [
        { ...elsewhere, link: 'Today', first: /\/v1\/today$/ },
        { ...elsewhere, link: 'Drift', first: /\/drift\/groups\?/ },
        { ...elsewhere, link: 'Cloud accounts', first: /\/cloud-accounts\?/ },
        { ...elsewhere, link: 'Resources', first: /\/v1\/resources\?/ },
        { ...elsewhere, link: 'Scans', first: /\/v1\/scans\?limit/ },
        {
          from: `/scans/${facts.scan}`,
          ready: 'Coverage',
          link: 'Resources of this snapshot',
          first: /\/snapshots\/snp_\w+\/resources\?/,
        },
      ]) {
        await page.goto(server.url + from);
        await page.getByRole('heading', { name: ready }).first().waitFor();
        await page.waitForTimeout(700);
        const { asked, stop } = listening(page);
        // The page before is still there when its successor's list is asked for.
        const askedAt = [];
        await page.route(first, (route) => {
          askedAt.push(new URL(page.url()).pathname);
          return route.fallback();
        });
        await page.getByRole('link', { name: link, exact: true }).first().click();
        await page.waitForTimeout(1_000);
        stop();
        await page.unroute(first);
        assert.deepEqual(askedAt, [from], link);
        assert.deepEqual(asked, [...new Set(asked)], `${link}: asked twice`);
      }
    },
  ],
  [
    'the explorer lists all accounts and narrows by a facet',
    async ({ page, server }) => {
      await page.goto(`${server.url}/resources`);
      await page.getByRole('heading', { name: /^Resources \(\d+\)/ }).waitFor();
      const facets = page.getByRole('navigation', { name: 'Narrow down' });
      await facets.getByRole('button', { name: /^AWS::EC2::Instance/ }).click();
      await page.waitForURL(/q=type%3DAWS/);
      await page.getByRole('gridcell', { name: 'AWS::EC2::Instance' }).first().waitFor();
      const others = page.getByRole('gridcell', { name: 'AWS::EC2::Volume' });
      await others.first().waitFor({ state: 'detached' });
      await facets.getByRole('button', { name: /^AWS::EC2::Instance/ }).click();
      await page.waitForURL((url) => !url.search.includes('q='));
    },
  ],
  [
    'a filter that cannot be read is marked at its place',
    async ({ browser, page }) => {
      browser.allow(/422/);
      await apply(page, 'type=AWS::EC2::VPC and (name');
      const refusal = page.getByRole('alert').filter({ hasText: 'cannot be read' });
      await refusal.waitFor();
      assert.equal(await refusal.locator('mark').innerText(), '(');
    },
  ],
  [
    'a link shows a colleague the same: filter, resource and tab',
    async ({ page, server, facts }) => {
      await apply(page, 'type=AWS::EC2::SecurityGroup and name=database');
      await page.getByRole('link', { name: 'database' }).first().click();
      await page.getByRole('tab', { name: 'JSON' }).click();
      await page.getByRole('region', { name: 'Document' }).waitFor();
      const url = new URL(page.url());
      facts.resource = url.searchParams.get('r');
      assert.match(facts.resource, /^res_/);
      await page.goto(server.url);
      await page.goto(url.href);
      await page.getByRole('region', { name: 'Document' }).waitFor();
    },
  ],
  [
    'now, history and relations of a resource',
    async ({ page }) => {
      await page.getByRole('tab', { name: 'Now' }).click();
      await page.getByText('sg-0aa0000000000002').first().waitFor();
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByText('First seen by Patrol').waitFor();
      await page.getByRole('tab', { name: 'Relations' }).click();
      await page.getByRole('region', { name: 'It names' }).getByRole('link').first().waitFor();
      await page.getByRole('button', { name: 'Close panel' }).click();
      await page.waitForURL((url) => !url.searchParams.has('r'));
    },
  ],
  [
    'pages go forward and back, also after a reload',
    async ({ page, server }) => {
      await page.goto(`${server.url}/resources?n=50`);
      const rows = page.getByRole('grid', { name: 'Resources' }).getByRole('row');
      await rows.nth(50).waitFor();
      const first = await rows.nth(1).innerText();
      await page.getByRole('button', { name: 'Next page' }).click();
      await page.getByText('Page 2').waitFor();
      await page.waitForFunction(
        (text) => !document.querySelector('tbody')?.innerText.startsWith(text.slice(0, 30)),
        first,
      );
      await page.reload();
      await page.getByText('Page 2').waitFor();
      await page.getByRole('button', { name: 'Previous page' }).click();
      await page.getByText('Page 1').waitFor();
      await page.getByText(first.split('\n')[0]).first().waitFor();
    },
  ],
  [
    'the export holds the filtered rows, and no formula',
    async ({ page, server }) => {
      await page.goto(`${server.url}/resources?q=type%3DAWS%3A%3AEC2%3A%3AVPC`);
      await page.getByRole('button', { name: 'Export' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'CSV' }).click(),
      ]);
      assert.equal(file.suggestedFilename(), 'resources-all.csv');
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\r\n');
      assert.match(lines[0], /^id,type,name/);
      assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('AWS::EC2::VPC')));
      assert.ok(lines.every((line) => !/(^|,)[=+@-]/.test(line)));
      await page.getByText(/^Exported/).waitFor();
    },
  ],
];
