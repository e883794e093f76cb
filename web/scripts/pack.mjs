// Puts the built files into one file that the server's binary carries; the format is described in
// src/console/console.h. Text is kept as Brotli and gzip; what clients other than browsers read, and
// what is compressed already, also as it is.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const types = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.css': 'text/css;charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain;charset=utf-8',
  '.woff2': 'font/woff2',
};
const alsoPlain = new Set(['.html', '.svg', '.txt']);

function files(dist) {
  return readdirSync(dist, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('.vite') && statSync(path.join(dist, name)).isFile())
    .sort();
}

/** Best first: the server takes the first form that the client accepts. */
function formsOf(ending, bytes) {
  if (ending === '.woff2') return [['identity', bytes]];
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const forms = [
    ['br', brotliCompressSync(bytes, { params })],
    ['gzip', gzipSync(bytes, { level: 9 })],
  ];
  return alsoPlain.has(ending) ? [...forms, ['identity', bytes]] : forms;
}

export function pack(dist, target) {
  const lines = ['patrol-console 1'];
  const contents = [];
  for (const name of files(dist)) {
    const ending = path.extname(name);
    const type = types[ending];
    if (!type) throw new Error(`${name}: no media type for ${ending}`);
    const bytes = readFileSync(path.join(dist, name));
    const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const address = `/${name.split(path.sep).join('/')}`;
    for (const [encoding, content] of formsOf(ending, bytes)) {
      lines.push([address, type, tag, encoding, content.length].join(' '));
      contents.push(content);
    }
  }
  const packed = Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), ...contents]);
  writeFileSync(target, packed);
  console.log(`console: ${lines.length - 1} forms, ${(packed.length / 1000).toFixed(0)} kB`);
}
