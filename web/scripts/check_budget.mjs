// What the browser loads, in gzip bytes, against the budgets: the main route with everything that it
// needs, and what every other route adds to it. Prints the figures; fails when one is over.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const mainRoute = 'src/pages/accounts/AccountsPage.tsx';
const budgets = { mainJs: 400_000, mainCss: 120_000, routeJs: 60_000 };

class Built {
  constructor(dist) {
    this.dist = dist;
    this.manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'));
    this.entry = Object.keys(this.manifest).find((key) => this.manifest[key].isEntry);
    this.routes = Object.keys(this.manifest).filter((key) => this.manifest[key].isDynamicEntry);
  }

  /** Files of a chunk and of everything that it imports at once. */
  filesOf(key, into = new Set()) {
    const chunk = this.manifest[key];
    if (into.has(chunk.file)) return into;
    into.add(chunk.file);
    for (const sheet of chunk.css ?? []) into.add(sheet);
    for (const next of chunk.imports ?? []) this.filesOf(next, into);
    return into;
  }

  bytes(files, ending) {
    return [...files]
      .filter((file) => file.endsWith(ending))
      .map((file) => gzipSync(readFileSync(path.join(this.dist, file)), { level: 9 }).length)
      .reduce((sum, size) => sum + size, 0);
  }
}

function measure(built) {
  const main = built.filesOf(mainRoute, built.filesOf(built.entry));
  const lines = [
    ['main route, JS', built.bytes(main, '.js'), budgets.mainJs],
    ['main route, CSS', built.bytes(main, '.css'), budgets.mainCss],
  ];
  for (const route of built.routes.filter((key) => key !== mainRoute)) {
    const added = [...built.filesOf(route)].filter((file) => !main.has(file));
    lines.push([route.replace(/^src\//, ''), built.bytes(added, '.js'), budgets.routeJs]);
  }
  return lines;
}

export function checkBudget(dist) {
  let over = 0;
  for (const [name, bytes, budget] of measure(new Built(dist))) {
    if (bytes > budget) over += 1;
    const size = (bytes / 1000).toFixed(1).padStart(6);
    console.log(`${bytes > budget ? 'OVER' : 'ok  '} ${size} of ${budget / 1000} kB gzip  ${name}`);
  }
  if (over > 0) throw new Error(`${over} budgets of the console are exceeded`);
}
