// Writes dist/third-party-notices.txt: name, version, licence and licence text of every package that
// may be part of what is shipped (all that `dependencies` reach). Fails on a licence that is not known
// to allow it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const allowed = /^\(?(MIT|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|ISC)( OR [^)]+)?\)?$/;
const licenceFile = /^(licen[cs]e|copying|notice|third-party)/i;

function textOf(folder) {
  const names = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort();
  return names.map((name) => readFileSync(path.join(folder, name), 'utf8').trim()).join('\n\n');
}

function shipped() {
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder && !entry.dev && !entry.optional)
    .map(([folder, entry]) => ({
      name: folder.replace(/^.*node_modules\//, ''),
      version: entry.version,
      licence: entry.license ?? 'unknown',
      folder: path.join(root, folder),
    }))
    .filter(({ folder }) => existsSync(folder))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

const packages = shipped();
const refused = packages.filter(({ licence }) => !allowed.test(licence));
for (const { name, licence } of refused)
  console.error(`${name}: the licence ${licence} is not known here`);
if (refused.length > 0) process.exit(1);

const head = 'Patrol is licensed under Apache-2.0. Its console contains the following software.';
const parts = packages.map(({ name, version, licence, folder }) => {
  const text = textOf(folder) || 'The package comes without a licence text of its own.';
  return `${'='.repeat(78)}\n${name} ${version}\nLicence: ${licence}\n\n${text}`;
});
const fonts = `${'='.repeat(78)}\nOpen Sans (font files)\nCopyright 2020 The Open Sans Project Authors\nLicence: OFL-1.1 (SIL Open Font License, https://openfontlicense.org)`;
writeFileSync(
  path.join(root, 'dist/third-party-notices.txt'),
  [head, ...parts, fonts].join('\n\n') + '\n',
);
console.log(`notices of ${packages.length} packages`);
