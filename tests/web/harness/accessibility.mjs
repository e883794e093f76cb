// Every route that a file of cases names: axe-core in light and dark, whether it fits its window, and a
// screenshot at 1440 and 390.
import assert from 'node:assert/strict';
import { desktop, phone } from './browser.mjs';

const modes = ['light', 'dark'];

function routesOf(file, world) {
  const { routes = [] } = file;
  return typeof routes === 'function' ? routes(world) : routes;
}

async function settled(page) {
  await page.getByRole('heading').first().waitFor();
  // What loads late: lists, charts, panels. An open event stream keeps the network from being idle.
  await page.waitForTimeout(700);
}

/**
 * What is wider than its place: the page itself, and a list, which then can be scrolled sideways. Beside an
 * open panel a list keeps its columns.
 */
function tooWide(page) {
  return page.evaluate(() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    const found = over > 0 ? [`the page is ${over} px too wide`] : [];
    if (/[?&][rge]=/.test(location.search)) return found;
    for (const table of document.querySelectorAll('table[role=grid]')) {
      const by = table.offsetWidth - table.parentElement.clientWidth;
      if (by > 1) found.push(`the list ${table.getAttribute('aria-label')} is ${by} px too wide`);
    }
    return found;
  });
}

async function checkPhone(browser, route) {
  const found = await browser.at(phone, async () => {
    await browser.capture(`${route.name}-light`, phone);
    return [...(await browser.violations()), ...(await tooWide(browser.page))];
  });
  return found.map((violation) => `phone ${route.name}: ${violation}`);
}

async function check(world, mode) {
  const { browser, page, server, files } = world;
  const problems = [];
  for (const route of files.flatMap((file) => routesOf(file, world))) {
    // An error that the route is there to show.
    if (route.allow) browser.allow(route.allow);
    await page.goto(server.url + route.path);
    await browser.setMode(mode);
    await page.reload();
    await settled(page);
    const found = [...(await browser.violations()), ...(await tooWide(page))];
    problems.push(...found.map((violation) => `${mode} ${route.name}: ${violation}`));
    await browser.shot(`${route.name}-${mode}`, desktop);
    if (mode === 'light') problems.push(...(await checkPhone(browser, route)));
  }
  await browser.setMode('light');
  assert.deepEqual(problems, []);
}

export function accessibilityCases(files) {
  return modes.map((mode) => [
    `accessibility: every route in ${mode} mode`,
    (world) => check({ ...world, files }, mode),
  ]);
}
