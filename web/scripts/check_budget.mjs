// What the browser loads, in gzip bytes, against the budgets: the main route with everything that it
// needs, and what every other route adds to it. Prints the figures; fails when one is over.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const mainRoute = 'src/pages/accounts/AccountsPage.tsx';
const budgets = { mainJs: 400_000, mainCss: 120_000, routeJs: 60_000 };

const sizes = new Map();
function size(file) {
  if (!sizes.has(file))
    sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
}

/** Files of a chunk and of everything that it imports at once. */
function filesOf(key, into = new Set()) {
  const chunk = manifest[key];
  if (into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const sheet of chunk.css ?? []) into.add(sheet);
  for (const next of chunk.imports ?? []) filesOf(next, into);
  return into;
}

function total(files, ending) {
  return [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + size(file), 0);
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const main = filesOf(mainRoute, filesOf(entry));
const lines = [
  ['main route, JS', total(main, '.js'), budgets.mainJs],
  ['main route, CSS', total(main, '.css'), budgets.mainCss],
];
for (const key of Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry)) {
  if (key === mainRoute) continue;
  const added = [...filesOf(key)].filter((file) => !main.has(file));
  lines.push([key.replace(/^.*\/src\//, ''), total(added, '.js'), budgets.routeJs]);
}

let over = 0;
for (const [name, bytes, budget] of lines) {
  if (bytes > budget) over += 1;
  const mark = bytes > budget ? 'OVER' : 'ok';
  console.log(
    `${mark.padEnd(5)}${(bytes / 1000).toFixed(1).padStart(7)} of ${budget / 1000} kB gzip  ${name}`,
  );
}
if (over > 0) process.exit(1);
