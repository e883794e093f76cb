// Which folder of src/ may import which: api and ui know only themselves and what stands beside them
// (types, strings); pages use both. Also refused everywhere: `any`, switched-off checks, raw HTML.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));
const allowed = {
  api: ['api', 'strings', 'types'],
  ui: ['ui', 'strings', 'types'],
  pages: ['api', 'ui', 'pages', 'strings', 'types'],
  strings: ['strings'],
};
const networkOnlyInApi = ['openapi-fetch', '@tanstack/react-query'];
const refused = [
  [/:\s*any\b|\bas any\b|<any>/, 'any'],
  [/@ts-ignore|@ts-nocheck|eslint-disable/, 'a check that is switched off'],
  [/dangerouslySetInnerHTML/, 'raw HTML'],
];
const importOf = /(?:from|import)\s*\(?\s*'([^']+)'/g;

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
}

function layerOf(name) {
  const [first] = name.split(path.sep);
  return first.replace(/\.tsx?$/, '');
}

function problemsOf(name) {
  const text = readFileSync(path.join(source, name), 'utf8');
  const layer = layerOf(name);
  const problems = refused.filter(([form]) => form.test(text)).map(([, what]) => `uses ${what}`);
  for (const [, target] of text.matchAll(importOf)) {
    if (target.startsWith('.')) {
      const reached = layerOf(path.relative(source, path.join(source, path.dirname(name), target)));
      if (allowed[layer] && !allowed[layer].includes(reached)) problems.push(`imports ${target}`);
    } else if (layer === 'ui' && networkOnlyInApi.includes(target)) {
      problems.push(`imports ${target}: fetching is not for ui`);
    }
  }
  return problems.map((problem) => `src/${name}: ${problem}`);
}

const problems = files(source).flatMap(problemsOf);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
