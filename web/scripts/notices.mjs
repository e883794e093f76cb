// Writes third-party-notices.txt into the built files: name, version, licence and licence text of every package that
// may be part of what is shipped (all that `dependencies` reach). Fails on a licence that is not known
// to allow it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const allowed = /^\(?(MIT|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|ISC)( OR [^)]+)?\)?$/;
const licenceFile = /^(licen[cs]e|copying|notice|third-party)/i;

function textOf(folder) {
  const names = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort();
  return names.map((name) => readFileSync(path.join(folder, name), 'utf8').trim()).join('\n\n');
}

function shipped(web) {
  const lock = JSON.parse(readFileSync(path.join(web, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder && !entry.dev && !entry.optional)
    .map(([folder, entry]) => ({
      name: folder.replace(/^.*node_modules\//, ''),
      version: entry.version,
      licence: entry.license ?? 'unknown',
      folder: path.join(web, folder),
    }))
    .filter(({ folder }) => existsSync(folder))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

const head = 'Patrol is licensed under Apache-2.0. Its console contains the following software.';
const rule = '='.repeat(78);

/** The font files are inside the package of the global styles, which does not say so. */
function fonts(web) {
  const text = readFileSync(path.join(web, 'licences/OpenSans.txt'), 'utf8').trim();
  return `${rule}\nOpen Sans 3.000 (font files)\nLicence: OFL-1.1\n\n${text}`;
}

function noticeOf({ name, version, licence, folder }) {
  const text = textOf(folder) || 'The package comes without a licence text of its own.';
  return `${rule}\n${name} ${version}\nLicence: ${licence}\n\n${text}`;
}

export function writeNotices(web, dist) {
  const packages = shipped(web);
  const refused = packages.filter(({ licence }) => !allowed.test(licence));
  if (refused.length > 0) {
    const names = refused.map(({ name, licence }) => `${name} (${licence})`);
    throw new Error(`licences that are not known to allow shipping: ${names.join(', ')}`);
  }
  const text = [head, ...packages.map(noticeOf), fonts(web)].join('\n\n');
  writeFileSync(path.join(dist, 'third-party-notices.txt'), `${text}\n`);
  console.log(`notices of ${packages.length} packages`);
}
