// Fails when src/api/schema.d.ts is not what `npm run gen:api` makes of ../api/openapi.yaml.
import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = new URL('../../api/openapi.yaml', import.meta.url);
const kept = new URL('../src/api/schema.d.ts', import.meta.url);

const generated = astToString(await openapiTS(contract, { defaultNonNullable: false }));
const committed = readFileSync(kept, 'utf8').replace(/^\/\*\*[\s\S]*?\*\/\s*/, '');
if (generated.trim() !== committed.trim()) {
  console.error('src/api/schema.d.ts is stale: run `npm run gen:api` and commit it.');
  process.exit(1);
}
