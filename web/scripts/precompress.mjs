// Makes dist/packed/: every file to be served, once as Brotli, once as gzip (or plain where that does
// not help), and the list `packed/index.txt` that the server's build reads, one line a file:
//   <path> <media type> <entity tag> <plain file or -> <br file or -> <gz file or ->
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const packed = path.join(dist, 'packed');
const types = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.css': 'text/css;charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain;charset=utf-8',
  '.woff2': 'font/woff2',
};
const isCompressed = new Set(['.woff2']);

function files() {
  return readdirSync(dist, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('packed') && !name.startsWith('.vite'))
    .filter((name) => statSync(path.join(dist, name)).isFile())
    .sort();
}

function write(number, ending, bytes) {
  const name = `${number}.${ending}`;
  writeFileSync(path.join(packed, name), bytes);
  return name;
}

function pack(name, number) {
  const ending = path.extname(name);
  const type = types[ending];
  if (!type) throw new Error(`dist/${name}: no media type for ${ending}`);
  const bytes = readFileSync(path.join(dist, name));
  const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const plain = isCompressed.has(ending) || ending === '.html';
  const quality = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  return [
    `/${name.split(path.sep).join('/')}`,
    type,
    tag,
    plain ? write(number, 'plain', bytes) : '-',
    isCompressed.has(ending) ? '-' : write(number, 'br', brotliCompressSync(bytes, quality)),
    isCompressed.has(ending) ? '-' : write(number, 'gz', gzipSync(bytes, { level: 9 })),
  ].join(' ');
}

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed);
const lines = files().map(pack);
writeFileSync(path.join(packed, 'index.txt'), lines.join('\n') + '\n');
console.log(`packed ${lines.length} files`);
