// The compact form of a service: operations and the shapes they reach, nothing else.
//   operation  [method, uri, input, output, host prefix]      (trailing empty fields left out)
//   shape      {n: name, s: {member: ref | [ref, traits]}} | {n, l: ref, e: element name}
//              | {n, m: ref, k: key ref, kn, vn} | {n, x: [values]}
//   ref        an index, or a scalar: s string, n number, b boolean, t timestamp, td date-time,
//              th http date, te epoch seconds, x blob, d document; a trailing ! marks it sensitive;
//              [] after it = a list of it, {} = a map of it
//   traits     w wire name, q EC2 query name, l location, ln its name, f flattened, a attribute,
//              r required, h host label
import { traitsOf } from './schema.mjs';

const scalars = { 0: 's', 1: 'n', 2: 'b', 4: 't', 5: 'td', 6: 'th', 7: 'te', 15: 'd', 17: 'n', 19: 'n', 21: 'x', 42: 'x' };
const protocols = { AwsEc2QueryProtocol: 'ec2', AwsQueryProtocol: 'query', AwsJson1_0Protocol: 'json10',
  AwsJson1_1Protocol: 'json11', AwsRestJsonProtocol: 'rest-json', AwsRestXmlProtocol: 'rest-xml',
  S3RestXmlProtocol: 'rest-xml' };

export class Table {
  constructor() { this.shapes = []; this.index = new Map(); }
  // Reserves the place first: shapes may be recursive.
  place(key, make) {
    if (this.index.has(key)) return this.index.get(key);
    const at = this.shapes.push(null) - 1;
    this.index.set(key, at);
    this.shapes[at] = make();
    return at;
  }
}

const unwrap = (schema) => Array.isArray(schema) && schema.length === 2 && typeof schema[0] !== 'string'
  ? [schema[0], traitsOf(schema[1])] : [schema, {}];

export function compactV3(model, wanted) {
  const table = new Table();
  const xml = !/Json/.test(model.protocol);

  function ref(schema, extra = {}) {
    if (typeof schema === 'function') schema = schema();
    const mark = extra.sensitive ? '!' : '';
    if (typeof schema === 'number') {
      if (schema & 128) return scalars[schema & 63] + mark + '{}';
      if (schema & 64) return scalars[schema & 63] + mark + '[]';
      return scalars[schema] + mark;
    }
    if (!Array.isArray(schema)) return 'd';
    if (Array.isArray(schema[0]) || typeof schema[0] === 'function') return ref(...unwrap(schema));
    const [kind, , name, rawTraits] = schema;
    const traits = { ...traitsOf(rawTraits), ...extra };
    if (kind === 0) return ref(schema[4], traits);
    if (kind === 1) return table.place(schema, () => listShape(name, schema[4], traits));
    if (kind === 2) return table.place(schema, () => mapShape(name, schema[4], schema[5], traits));
    return table.place(schema, () => structShape(name, schema));
  }
  function listShape(name, element, traits) {
    const [inner, own] = unwrap(element);
    const shape = { n: name, l: ref(inner, { ...own, ...pick(traits, 'sensitive') }) };
    if (own.xmlName && xml) shape.e = own.xmlName;
    return shape;
  }
  function mapShape(name, key, value, traits) {
    const [k, kt] = unwrap(key);
    const [v, vt] = unwrap(value);
    const shape = { n: name, m: ref(v, { ...vt, ...pick(traits, 'sensitive') }) };
    if (xml && kt.xmlName) shape.kn = kt.xmlName;
    if (xml && vt.xmlName) shape.vn = vt.xmlName;
    void k;
    return shape;
  }
  function structShape(name, [, , , , names = [], schemas = [], required = 0]) {
    const members = {};
    names.forEach((member, at) => {
      const [inner, traits] = unwrap(schemas[at]);
      const t = memberTraits(member, traits, xml);
      if (at < required) t.r = 1;
      const target = ref(inner, pick(traits, 'sensitive'));
      members[member] = Object.keys(t).length ? [target, t] : target;
    });
    return { n: name, s: members };
  }
  const operations = {};
  for (const name of [...wanted].sort()) {
    const schema = model.operations[name];
    if (!schema) throw new Error(`no operation ${name}`);
    const traits = traitsOf(schema[3]);
    const [method, uri] = traits.http ?? ['POST', '/'];
    const io = (x) => (x === undefined || (Array.isArray(x) && x.length < 5) ? '' : ref(x));
    operations[name] = trimmed([method, uri.replace(/\?x-id=\w+$/, '').replace(/&x-id=\w+/, ''), io(schema[4]), io(schema[5]), traits.endpoint?.[0] ?? '']);
  }
  return { protocol: protocols[model.protocol], version: model.version, target: model.target,
    namespace: model.namespace, operations, shapes: table.shapes };
}

const pick = (object, key) => (object[key] ? { [key]: object[key] } : {});
const trimmed = (list) => { while (list.length && list.at(-1) === '') list.pop(); return list; };

function memberTraits(name, traits, xml) {
  const out = {};
  const wire = xml ? traits.xmlName : traits.jsonName;
  if (wire && wire !== name) out.w = wire;
  if (traits.ec2QueryName) out.q = traits.ec2QueryName;
  const at = (location, where) => { out.l = location; if (where && where !== name) out.ln = where; };
  if (traits.httpLabel) at('uri');
  if (traits.httpQuery) at('query', traits.httpQuery);
  if (traits.httpQueryParams) at('query_map');
  if (traits.httpHeader) at('header', traits.httpHeader);
  if (traits.httpPrefixHeaders) at('header_map', traits.httpPrefixHeaders);
  if (traits.httpResponseCode) at('status');
  if (traits.httpPayload) at('payload');
  if (traits.xmlFlattened) out.f = 1;
  if (traits.xmlAttribute) out.a = 1;
  if (traits.hostLabel) out.h = 1;
  return out;
}

// A service-2.json of botocore: for services whose package carries no schemas.
const kinds = { string: 's', character: 's', integer: 'n', long: 'n', float: 'n', double: 'n', boolean: 'b',
  timestamp: 't', blob: 'x' };
const times = { iso8601: 'td', rfc822: 'th', unixTimestamp: 'te' };
const places = { uri: 'uri', querystring: 'query', header: 'header', headers: 'header_map', statusCode: 'status' };

export function compactBotocore(model, wanted) {
  const { metadata, shapes } = model;
  const table = new Table();
  const protocol = metadata.protocol === 'json' ? `json${metadata.jsonVersion.replace('.', '')}` : metadata.protocol;
  if (!/json/.test(protocol)) throw new Error('only the JSON protocols');
  function ref(name, member = {}) {
    const shape = shapes[name];
    const mark = shape.sensitive || member.sensitive ? '!' : '';
    if (shape.document) return 'd';
    if (shape.type === 'timestamp') return times[member.timestampFormat ?? shape.timestampFormat] ?? 't';
    if (kinds[shape.type]) return kinds[shape.type] + mark;
    return table.place(name, () => {
      if (shape.type === 'list') return { n: name, l: ref(shape.member.shape, shape.member) };
      if (shape.type === 'map') return { n: name, m: ref(shape.value.shape, shape.value) };
      return { n: name, s: structure(shape) };
    });
  }
  function structure(shape) {
    const out = {};
    for (const [name, member] of Object.entries(shape.members ?? {})) {
      const t = {};
      if (member.location) {
        t.l = member.location === 'querystring' && shapes[member.shape].type === 'map' ? 'query_map' : places[member.location];
        if (member.locationName && member.locationName !== name) t.ln = member.locationName;
      } else if (member.locationName && member.locationName !== name) t.w = member.locationName;
      if (shape.payload === name) t.l = 'payload';
      if (member.hostLabel) t.h = 1;
      if (shape.required?.includes(name)) t.r = 1;
      const target = ref(member.shape, member);
      out[name] = Object.keys(t).length ? [target, t] : target;
    }
    return out;
  }
  const operations = {};
  for (const name of [...wanted].sort()) {
    const operation = model.operations[name];
    if (!operation) throw new Error(`no operation ${name}`);
    const io = (x) => (x ? ref(x.shape) : '');
    operations[name] = trimmed([operation.http.method, operation.http.requestUri, io(operation.input),
      io(operation.output), operation.endpoint?.hostPrefix ?? '']);
  }
  return { protocol, version: metadata.apiVersion, target: metadata.targetPrefix ?? '', namespace: '',
    operations, shapes: table.shapes };
}
