// How long the console takes from a click to painted content, in a real browser against the real server
// with invented accounts: Today, the list of accounts, a page of resources. Prints, for each, the median of
// --rounds and how much of it the server took.
//   node bench/console_paint.mjs --patrol build/release/src/patrol --bench build/release/bench/store_bench
//     [--accounts 300] [--per-account 10000] [--rounds 9] [--dist web/dist]
// Needs Chromium and sqlite3; the budget is 300 ms.
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Browser } from '../tests/web/harness/browser.mjs';
import { Server } from '../tests/web/harness/processes.mjs';

const budget = 300;
const owner = { email: 'bench@patrol.example', password: 'a password for a bench' };

const { values } = parseArgs({
  options: {
    patrol: { type: 'string', default: 'build/release/src/patrol' },
    bench: { type: 'string', default: 'build/release/bench/store_bench' },
    accounts: { type: 'string', default: '300' },
    'per-account': { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '9' },
    dist: { type: 'string' },
  },
});

function invent(folder) {
  const numbers = ['--resources', '0', '--accounts', values.accounts];
  execFileSync(
    path.resolve(values.bench),
    [...numbers, '--per-account', values['per-account'], '--folder', folder],
    { env: { ...process.env, KEEP: '1' }, stdio: 'inherit' },
  );
}

function sql(folder, text) {
  return execFileSync('sqlite3', [path.join(folder, 'patrol.db'), text], {
    encoding: 'utf8',
  }).trim();
}

/** The invented accounts belong to a tenant of their own: the owner of the first run moves there. */
async function adopt(server, setupUrl, folder) {
  const token = setupUrl.split('token=')[1];
  const answer = await fetch(`${server.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-patrol-csrf': 'bench' },
    body: JSON.stringify({ setup_token: token, ...owner }),
  });
  if (!answer.ok) throw new Error(`setup: ${answer.status} ${await answer.text()}`);
  await server.kill();
  sql(
    folder,
    `PRAGMA foreign_keys = OFF; DELETE FROM session;
     UPDATE tenant_user SET tenant = (SELECT id FROM tenant WHERE name = 'bench');
     UPDATE cloud_account SET status = 'failing', status_reason = 'AccessDenied: not authorized'
       WHERE number % 3 = 0;`,
  );
  await server.start();
}

async function signIn(page, url) {
  await page.goto(`${url}/login`);
  await page.getByLabel('E-mail address').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Cloud accounts' }).first().waitFor();
}

/**
 * Runs in the page: clicks, waits until what is wanted is in the document and the frame after it is
 * drawn. The time that the server took is that of the slowest of the calls.
 */
function timed({ link, wanted, least }) {
  performance.clearResourceTimings();
  const target = [...document.querySelectorAll('nav a')].find((each) => each.textContent === link);
  const begin = performance.now();
  target.click();
  return new Promise((resolve) => {
    const painted = () =>
      requestAnimationFrame(() =>
        setTimeout(() => {
          const calls = performance
            .getEntriesByType('resource')
            .filter(({ name }) => name.includes('/api/v1/') && !name.includes('/events'));
          const server = Math.max(0, ...calls.map((call) => call.responseEnd - call.requestStart));
          resolve({ total: performance.now() - begin, server, calls: calls.length });
        }),
      );
    const look = () => {
      if (document.querySelectorAll(wanted).length < least) return false;
      observer.disconnect();
      painted();
      return true;
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  });
}

const pages = [
  { title: 'Today', link: 'Today', wanted: '[aria-label="What needs you"] > li', least: 20 },
  {
    title: 'Cloud accounts',
    link: 'Cloud accounts',
    wanted: 'tbody tr a[href^="/accounts/"]',
    least: 100,
  },
  { title: 'Resources, 100 rows', link: 'Resources', wanted: 'tbody tr a', least: 100 },
];

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Processor time of the page's main thread: other load on the machine does not count. */
async function processorClock(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
}

/** Every round asks the server anew: what the browser kept of the page is forgotten by loading it. */
async function measure(page, url, what) {
  const found = [];
  const processor = await processorClock(page);
  for (let count = 0; count <= Number(values.rounds); count += 1) {
    await page.goto(`${url}/settings/profile`);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.waitForTimeout(500);
    const before = await processor();
    const round = await page.evaluate(timed, what);
    found.push({ ...round, processor: (await processor()) - before });
  }
  // The first round loads the page's own files.
  const [first, ...rest] = found;
  const total = median(rest.map((each) => each.total));
  const server = median(rest.map((each) => each.server));
  const own = median(rest.map((each) => each.processor));
  const words = [
    `${total <= budget ? 'ok  ' : 'OVER'} ${what.title.padEnd(22)}`,
    `${total.toFixed(0).padStart(5)} ms click to paint (budget ${budget})`,
    `of which server ${server.toFixed(0).padStart(4)} ms, page ${(total - server).toFixed(0).padStart(4)} ms`,
    `processor of the page ${own.toFixed(0)} ms`,
    `first time ${first.total.toFixed(0)} ms`,
  ];
  console.log(words.join(', '));
}

const none = { identity: () => ({}) };
const server = new Server(path.resolve(values.patrol), none);
const folder = path.join(server.folder, 'data');
invent(folder);
const setupUrl = await server.start();
await adopt(server, setupUrl, folder);
const browser = await Browser.start({
  artefacts: path.join(tmpdir(), 'patrol-paint'),
  dist: values.dist && path.resolve(values.dist),
});
try {
  await signIn(browser.page, server.url);
  for (const what of pages) await measure(browser.page, server.url, what);
} finally {
  await browser.stop();
  await server.stop();
}
