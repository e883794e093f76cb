// Writes catalogue/aws/shapes.json and endpoints.json: the API table that the catalogue is checked
// against and the wire protocols read.
//   catalogue_pack --operations catalogue/aws | node tools/aws_shapes/generate.mjs \
//       --botocore <folder of an installed botocore> [--cache <folder>] [--out catalogue/aws]
//       [--only ecs,backup]: these services anew, the others as the table has them
// Packages are fetched with `npm pack` (nothing is installed or run) into the cache and kept there.
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { availabilityOf } from './availability.mjs';
import { endpointOf, rulesFrom, rulesOf, signingNameOf } from './endpoints.mjs';
import { extraOperations, packageOf } from './packages.mjs';
import { constantsOf, readPackage } from './schema.mjs';
import { compactBotocore, compactV3 } from './table.mjs';

const run = promisify(execFile);
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const cache = path.resolve(option('cache', path.join(os.tmpdir(), 'aws_shapes')));
const out = path.resolve(option('out', 'catalogue/aws'));
const botocore = option('botocore', '');
const only = option('only', '').split(',').filter(Boolean);

async function fetch(name) {
  const folder = path.join(cache, name.replace('/', '+'));
  const kept = () => (fs.existsSync(folder) ? fs.readdirSync(folder).find((f) => f.endsWith('.tgz')) : null);
  if (!kept()) {
    fs.mkdirSync(folder, { recursive: true });
    try {
      await run('npm', ['pack', '--silent', name], { cwd: folder });
    } catch {
      return null;
    }
  }
  const archive = path.join(folder, kept());
  if (!fs.existsSync(path.join(folder, 'package'))) await run('tar', ['xzf', archive, '-C', folder]);
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package/package.json'), 'utf8'));
  const sum = crypto.createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  return { folder, record: [name, version, `sha512-${sum}`] };
}

async function inParallel(items, width, work) {
  const queue = [...items];
  await Promise.all(Array.from({ length: width }, async () => {
    while (queue.length) await work(queue.shift());
  }));
}

function botocoreFile(service, name) {
  const folder = path.join(botocore, 'data', service);
  const versions = botocore && fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  if (!versions.length) return null;
  const file = path.join(folder, versions.at(-1), name);
  const text = fs.existsSync(file) ? fs.readFileSync(file) : zlib.gunzipSync(fs.readFileSync(`${file}.gz`));
  return JSON.parse(text);
}

function wantedOperations(text) {
  const wanted = new Map();
  const add = (service, operation) => {
    if (!wanted.has(service)) wanted.set(service, new Set());
    wanted.get(service).add(operation);
  };
  for (const line of text.split('\n').filter(Boolean)) add(...line.trim().split('.'));
  for (const [service, names] of Object.entries(extraOperations)) names.forEach((name) => add(service, name));
  return wanted;
}

// S3 puts the bucket into the path here (its packages leave that to the endpoint rules), and
// S3 Control the account into the host.
function adjust(service, compact) {
  if (service === 's3')
    for (const operation of Object.values(compact.operations)) {
      const input = compact.shapes[operation[2]];
      if (input?.s?.Bucket?.[1]?.l === 'uri' && !operation[1].includes('{Bucket}'))
        operation[1] = operation[1].replace(/^\//, '/{Bucket}');
    }
  if (service === 's3control')
    for (const operation of Object.values(compact.operations))
      if (compact.shapes[operation[2]]?.s?.AccountId) {
        while (operation.length < 5) operation.push('');
        operation[4] = '{AccountId}.';
      }
}

const rows = (object) => Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
const block = (lines, open, close) => `${open}\n${lines.join(',\n')}\n${close}`;

function serviceText([id, service]) {
  const { operations, shapes, ...head } = service;
  return `${JSON.stringify(id)}:{${rows(head).join(',')},"operations":${block(rows(operations), '{', '}')},` +
    `"shapes":${block(shapes.map((shape) => JSON.stringify(shape)), '[', ']')}}`;
}

const wanted = wantedOperations(fs.readFileSync(0, 'utf8'));
const kept = (file, part) => (only.length ? JSON.parse(fs.readFileSync(path.join(out, file), 'utf8'))[part] : {});
const services = kept('shapes.json', 'services');
const endpoints = kept('endpoints.json', 'services');
const packages = kept('shapes.json', 'packages');
const known = botocore ? JSON.parse(fs.readFileSync(path.join(botocore, 'data/endpoints.json'), 'utf8')) : null;
const partitions = constantsOf(path.join((await fetch('@aws-sdk/core')).folder,
  'package/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js')).partitionsInfo.partitions;

const botocoreVersion = botocore
  ? fs.readFileSync(path.join(botocore, '__init__.py'), 'utf8').match(/__version__ = '(.*?)'/)[1] : '';

function modelOf(id, pack) {
  const model = pack && readPackage(pack.folder);
  if (model) {
    const compact = compactV3(model, wanted.get(id));
    const names = id === 'application-autoscaling' ? ['ServiceNamespace'] : [];
    for (const name of names) compact.shapes.push({ n: name, x: Object.values(model.enums[name]) });
    return [compact, pack.record];
  }
  const reference = botocoreFile(id, 'service-2.json');
  if (!reference) throw new Error(`${id}: its package has no schemas; pass --botocore`);
  const sum = crypto.createHash('sha512').update(JSON.stringify(reference)).digest('base64');
  return [compactBotocore(reference, wanted.get(id)), [`botocore ${id}`, botocoreVersion, `sha512-${sum}`]];
}

function hostOf(id, pack) {
  if (id === 's3' || id === 's3control')
    return { host: `${id === 's3' ? 's3' : 's3-control'}.{region}.{dnsSuffix}`, signingName: 's3' };
  if (pack) return endpointOf(rulesOf(pack.folder, partitions), signingNameOf(pack.folder), partitions);
  const { metadata } = botocoreFile(id, 'service-2.json');
  return endpointOf(rulesFrom(botocoreFile(id, 'endpoint-rule-set-1.json'), partitions),
    metadata.signingName ?? metadata.endpointPrefix, partitions);
}

const renewed = (id) => only.length === 0 || only.includes(id);
await inParallel([...wanted.keys()].filter(renewed).sort(), 4, async (id) => {
  try {
    const pack = await fetch(packageOf(id));
    [services[id], packages[id]] = modelOf(id, pack);
    adjust(id, services[id]);
    endpoints[id] = hostOf(id, pack);
    const prefix = botocoreFile(id, 'service-2.json')?.metadata.endpointPrefix;
    const available = known && prefix ? availabilityOf(known, prefix) : {};
    if (Object.keys(available).length) endpoints[id].available = available;
  } catch (error) {
    console.error(`${id}: ${error.message}`);
    process.exitCode = 1;
  }
});

const sorted = (object) => Object.fromEntries(Object.keys(object).sort().map((key) => [key, object[key]]));
const notice = 'Generated by tools/aws_shapes from the packages named below, which are licensed under the ' +
  'Apache License 2.0, copyright Amazon.com, Inc. or its affiliates. Changed: reduced to the operations Patrol uses.';
const ids = Object.keys(sorted(services));
fs.writeFileSync(path.join(out, 'shapes.json'), `{"notice":${JSON.stringify(notice)},\n"packages":` +
  `${block(rows(sorted(packages)), '{', '}')},\n"services":{\n${ids.map((id) => serviceText([id, services[id]])).join(',\n')}\n}}\n`);

const described = partitions.filter((p) => ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'].includes(p.id)).map((p) => ({
  id: p.id, dnsSuffix: p.outputs.dnsSuffix, regionRegex: p.regionRegex, defaultRegion: p.outputs.implicitGlobalRegion,
  regions: Object.keys(p.regions).filter((region) => !region.includes('global')).sort(),
  // Regions that the availability below knows about: of others it says nothing.
  listed: Object.keys(known?.partitions.find((k) => k.partition === p.id)?.regions ?? {}).sort(),
}));
fs.writeFileSync(path.join(out, 'endpoints.json'), `{"notice":${JSON.stringify(`${notice} Region availability: botocore ${botocoreVersion} (Apache-2.0).`)},\n"partitions":` +
  `${block(described.map((p) => JSON.stringify(p)), '[', ']')},\n"services":${block(rows(sorted(endpoints)), '{', '}')}}\n`);
console.error(`${ids.length} services, ${ids.reduce((sum, id) => sum + Object.keys(services[id].operations).length, 0)} operations, ` +
  `${ids.reduce((sum, id) => sum + services[id].shapes.length, 0)} shapes`);
