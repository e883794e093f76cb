// Chromium with one page, whose console errors are failures, and whose accessibility axe-core judges.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const packages = createRequire(new URL('../../../web/package.json', import.meta.url));
const { chromium } = packages('playwright-core');
const axe = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const types = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain',
};

/** A file of the folder; any other address is a page, as the server sees it. */
function answerOf(dist, pathname) {
  const named = path.join(dist, pathname);
  const isFile = statSync(named, { throwIfNoEntry: false })?.isFile();
  const file = isFile ? named : path.join(dist, 'index.html');
  return {
    responseCode: 200,
    responseHeaders: [{ name: 'content-type', value: types[path.extname(file)] }],
    body: readFileSync(file).toString('base64'),
  };
}

/**
 * The component library's phone toolbar is a <nav> with aria-orientation, which the role does not have.
 * Screen readers ignore it there. No property of the library takes it away: this one attribute of this one
 * element is left out, everything else of it is judged.
 */
function isUpstream(rule, { html }) {
  return rule === 'aria-allowed-attr' && /^<nav [^>]*mobile-toolbar-nav/.test(html);
}

export class Browser {
  /** `dist`: a folder whose files are shown in place of those of the server at `url`. */
  static async start({ artefacts, dist, url }) {
    const browser = new Browser();
    browser.artefacts = artefacts;
    browser.profile = mkdtempSync(path.join(tmpdir(), 'patrol-profile-'));
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: flags,
      viewport: desktop,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    browser.context.setDefaultTimeout(15_000);
    browser.page = browser.context.pages()[0];
    browser.errors = [];
    browser.allowed = [];
    browser.page.on('pageerror', (error) => browser.errors.push(error.message));
    browser.page.on('console', (message) => browser.heard(message));
    if (dist) await browser.serve(dist, url);
    mkdirSync(artefacts, { recursive: true });
    return browser;
  }

  heard(message) {
    if (message.type() !== 'error') return;
    const text = `${message.text()} (${message.location().url})`;
    if (!this.allowed.some((form) => form.test(text))) this.errors.push(text);
  }

  /** Errors that a case provokes, such as the 401 of a session that ended. */
  allow(form) {
    this.allowed.push(form);
  }

  /** The errors since the last call. */
  takeErrors() {
    this.allowed = [];
    return this.errors.splice(0);
  }

  /**
   * For work on the console: the pages of a folder in place of the binary's. Calls of the API are not
   * touched, so that they take no longer than they do without it.
   */
  async serve(dist, url) {
    const devtools = await this.context.newCDPSession(this.page);
    devtools.on('Fetch.requestPaused', ({ requestId, request }) => {
      const { pathname } = new URL(request.url);
      const answered = pathname.startsWith('/api/')
        ? devtools.send('Fetch.continueRequest', { requestId })
        : devtools.send('Fetch.fulfillRequest', { requestId, ...answerOf(dist, pathname) });
      // The page may have gone on meanwhile: nobody waits for the answer then.
      answered.catch(() => undefined);
    });
    const kinds = ['Document', 'Script', 'Stylesheet', 'Font', 'Image'];
    await devtools.send('Fetch.enable', {
      patterns: kinds.map((resourceType) => ({ urlPattern: `${url}/*`, resourceType })),
    });
  }

  /** Runs `what` while the page has another size. */
  async at(size, what) {
    await this.page.setViewportSize(size);
    await this.page.waitForTimeout(250);
    try {
      return await what();
    } finally {
      await this.page.setViewportSize(desktop);
    }
  }

  async capture(name, size) {
    const file = path.join(this.artefacts, `${name}-${size.width}.png`);
    // A whole page is taken by resizing it, which turns tables into cards: a dialog in one would go.
    const hasDialog = (await this.page.locator('[role=dialog]:visible').count()) > 0;
    await this.page.screenshot({ path: file, fullPage: !hasDialog });
  }

  shot(name, size = desktop) {
    return this.at(size, () => this.capture(name, size));
  }

  async setMode(mode) {
    await this.page.evaluate((wanted) => localStorage.setItem('patrol.mode', wanted), mode);
  }

  /** One line for each violation. Evaluated in the page, so that the content security policy stays. */
  async violations() {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(
      (tags) => globalThis.axe.run(document, { runOnly: tags }),
      rules,
    );
    const own = found.violations
      .map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => !isUpstream(id, node)) }))
      .filter(({ nodes }) => nodes.length > 0);
    return own.map(({ id, nodes }) => {
      const [first] = nodes;
      const why = first.any[0]?.message ?? first.all[0]?.message ?? '';
      return `${id} ×${nodes.length}: ${first.target.join(' ')} – ${why}\n      ${first.html.slice(0, 300)}`;
    });
  }

  async stop() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}
