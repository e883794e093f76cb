// Everything that a build of the console is: `node scripts/build.mjs [folder]` makes <folder>/dist (the
// files), its notices, the check of the budgets, and <folder>/console.pack for the server's binary.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { checkBudget } from './check_budget.mjs';
import { writeNotices } from './notices.mjs';
import { pack } from './pack.mjs';

const web = fileURLToPath(new URL('..', import.meta.url));
const folder = path.resolve(process.argv[2] ?? web);
const dist = path.join(folder, 'dist');

await import('./check_api.mjs');
await import('./check_layers.mjs');
await build({ root: web, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
writeNotices(web, dist);
checkBudget(dist);
pack(dist, path.join(folder, 'console.pack'));
