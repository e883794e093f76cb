// Reads the schemas that an unpacked @aws-sdk/client-* package embeds (dist-es/schemas/schemas_0.js).
// A schema is an array: [9,ns,name,traits,in,out] operation, [3,ns,name,traits,[members],[schemas],
// required count] structure (4 union, -3 error), [1,…,element] list, [2,…,key,value] map,
// [0,ns,name,traits,base] a scalar with traits. Scalars are small numbers; 64|x and 128|x are a list
// and a map of scalar x. [schema, traits] puts traits on a member; traits are an object or bits.
import fs from 'node:fs';
import path from 'node:path';

const traitBits = ['httpLabel', 'idempotent', 'idempotencyToken', 'sensitive', 'httpPayload',
  'httpResponseCode', 'httpQueryParams'];

export function traitsOf(value) {
  if (value === undefined || value === 0) return {};
  if (typeof value === 'number')
    return Object.fromEntries(traitBits.filter((_, bit) => value >> bit & 1).map((name) => [name, 1]));
  return value;
}

// Runs a module of plain constants without its imports and returns them by name.
export function constantsOf(file) {
  let text = fs.readFileSync(file, 'utf8');
  const imported = [...text.matchAll(/^import \{([^}]*)\}/gm)]
    .flatMap((match) => match[1].split(',').map((name) => name.trim().split(' as ').pop().trim()))
    .filter(Boolean);
  text = text.replace(/^import .*$/gm, '').replace(/^export (?=(var|const|let|function))/gm, '')
    .replace(/^export \{.*$/gm, '');
  const names = [...text.matchAll(/^(?:var|const) ([\w$]+) = /gm)].map((match) => match[1]);
  const Stub = class {
    static for() { return new this(); }
    static from(...args) { return args; }
    registerError() {}
    register() {}
    getSchema() {}
  };
  return new Function(...new Set(imported), `${text}\nreturn {${names.join(',')}};`)(
    ...[...new Set(imported)].map(() => Stub));
}

export function readPackage(folder) {
  const at = (name) => path.join(folder, 'package/dist-es', name);
  if (!fs.existsSync(at('schemas/schemas_0.js'))) return null;
  const settings = fs.readFileSync(at('runtimeConfig.shared.js'), 'utf8');
  const word = (pattern) => settings.match(pattern)?.[1] ?? '';
  const schemas = constantsOf(at('schemas/schemas_0.js'));
  const operations = {};
  for (const schema of Object.values(schemas))
    if (Array.isArray(schema) && schema[0] === 9) operations[schema[2]] = schema;
  const enums = fs.existsSync(at('models/enums.js')) ? constantsOf(at('models/enums.js')) : {};
  return {
    protocol: word(/protocol \?\? (\w+)/), version: word(/\bversion: "(.*?)"/) || word(/apiVersion: "(.*?)"/),
    target: word(/serviceTarget: "(.*?)"/), namespace: word(/xmlNamespace: "(.*?)"/),
    operations, enums,
  };
}
