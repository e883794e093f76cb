// The console in a real browser against the real `patrol server` and the simulated cloud:
//   node tests/web/console.mjs [--patrol FILE] [--only TEXT] [--dist FOLDER] [--stop]
//     [--quick]
// Cases are the files of tests/web/cases, in the order of their names. A file exports `cases`, a list of
// [title, async (world) => …]; `routes`, the addresses that it adds to the accessibility check and the
// screenshots, as a list or a function of the world; and `always` where later files need what it makes.
// The world: browser, page, server, cloud, facts (what earlier cases left for later ones). Screenshots
// go to $PATROL_WEB_ARTIFACTS, else build/web-artifacts.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accessibilityCases } from './harness/accessibility.mjs';
import { Browser } from './harness/browser.mjs';
import { Cloud, Server } from './harness/processes.mjs';
import { Provider } from './harness/provider.mjs';
import { loadFiles, runFiles } from './harness/suite.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    patrol: { type: 'string', default: path.join(root, 'build/release/src/patrol') },
    only: { type: 'string', default: '' },
    dist: { type: 'string' },
    stop: { type: 'boolean', default: false },
    // Without the walk through every route for accessibility and screenshots: the longer half of the time.
    quick: { type: 'boolean', default: false },
  },
});
const patrol = path.resolve(values.patrol);
const artefacts = process.env.PATROL_WEB_ARTIFACTS ?? path.join(root, 'build/web-artifacts');

const cloud = await Cloud.start(patrol);
const provider = await Provider.start(['owner@patrol.example', 'stranger@patrol.example']);
const server = new Server(patrol, cloud, provider.settings);
const setupUrl = await server.start();
const browser = await Browser.start({
  artefacts,
  dist: values.dist && path.resolve(values.dist),
  url: server.url,
});
const world = {
  browser,
  page: browser.page,
  server,
  cloud,
  facts: { setupUrl },
  stopsAtFailure: values.stop,
};

let failed = 1;
try {
  const files = await loadFiles(path.join(root, 'tests/web/cases'), values.only);
  const every = values.quick ? [] : [{ cases: accessibilityCases(files) }];
  failed = await runFiles([...files, ...every], world);
} finally {
  await browser.stop();
  await server.stop();
  await cloud.stop();
  provider.stop();
}
process.exit(failed > 0 ? 1 : 0);
