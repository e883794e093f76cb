// Where a service answers: evaluates the endpoint rules of its package (bdd.js, or ruleset.js in older
// ones) for one region of each partition and generalises the answers into host templates.
import fs from 'node:fs';
import path from 'node:path';
import { constantsOf } from './schema.mjs';

const result = 100_000_000;

class Evaluation {
  constructor(partitions, region) {
    this.partitions = partitions;
    this.values = { Region: region, UseFIPS: false, UseDualStack: false, UseGlobalEndpoint: false, ApiType: 'ControlPlane' };
  }
  value(x) {
    if (typeof x === 'string') return this.text(x);
    if (x === null || typeof x !== 'object') return x;
    if ('ref' in x) return this.values[x.ref];
    if ('fn' in x) return this.call(x.fn, x.argv);
    return x;
  }
  text(x) {
    return x.replace(/\{([^{}]+)\}/g, (_, inner) => {
      const [name, attribute] = inner.split('#');
      const value = this.values[name];
      return attribute ? value?.[attribute] : value;
    });
  }
  call(fn, argv) {
    const args = argv.map((x) => this.value(x));
    switch (fn) {
      case 'isSet': return args[0] !== undefined && args[0] !== null;
      case 'not': return !args[0];
      case 'booleanEquals': case 'stringEquals': return args[0] === args[1];
      case 'getAttr': return String(args[1]).split('.').reduce((value, key) => value?.[key], args[0]);
      case 'aws.partition': return this.partition(args[0]);
      case 'isValidHostLabel': return /^[a-zA-Z0-9-]{1,63}$/.test(args[0]);
      case 'coalesce': return args.find((x) => x !== undefined && x !== null);
      case 'ite': return args[0] ? args[1] : args[2];
      case 'split': return String(args[0] ?? '').split(args[1]);
      case 'substring': case 'parseURL': case 'aws.parseArn': case 'uriEncode': return undefined;
      case 'aws.isVirtualHostableS3Bucket': return false;
      default: throw new Error(`endpoint function ${fn}`);
    }
  }
  partition(region) {
    const found = this.partitions.find((p) => p.regions[region] || new RegExp(p.regionRegex).test(region));
    return found && { ...found.outputs };
  }
  holds({ fn, argv, assign }) {
    const value = this.call(fn, argv);
    if (assign) this.values[assign] = value;
    return value !== undefined && value !== null && value !== false;
  }
}

function decideByDiagram([nodes, root, conditions, results], evaluation) {
  let at = root;
  while (at !== 1 && at !== -1 && at < result) {
    const node = 3 * (Math.abs(at) - 1);
    const [fn, argv, assign] = conditions[nodes[node]];
    at = (at >= 0) === evaluation.holds({ fn, argv, assign }) ? nodes[node + 1] : nodes[node + 2];
  }
  const found = at >= result ? results[at - result] : [-1];
  return found[0] === -1 ? null : { url: evaluation.value(found[0]), properties: found[1] ?? {} };
}

function decideByRules(rules, evaluation) {
  for (const rule of rules) {
    if (!(rule.conditions ?? []).every((condition) => evaluation.holds(condition))) continue;
    if (rule.type === 'tree') return decideByRules(rule.rules, evaluation);
    if (rule.type === 'error') return null;
    return { url: evaluation.value(rule.endpoint.url), properties: rule.endpoint.properties ?? {} };
  }
  return null;
}

// The rules of a package as one function: region → {host, signingRegion, signingName} or null.
export function rulesOf(folder, partitions) {
  const file = (name) => path.join(folder, 'package/dist-es/endpoint', name);
  if (fs.existsSync(file('bdd.js'))) {
    const { bdd } = constantsOf(file('bdd.js'));
    return decider((evaluation) => decideByDiagram(bdd, evaluation), partitions);
  }
  return rulesFrom(constantsOf(file('ruleset.js')).ruleSet, partitions);
}

export const rulesFrom = (ruleSet, partitions) =>
  decider((evaluation) => decideByRules(ruleSet.rules, evaluation), partitions);

const decider = (rules, partitions) => (region) => {
  const evaluation = new Evaluation(partitions, region);
  const answer = rules(evaluation);
  if (!answer) return null;
  const scheme = (answer.properties.authSchemes ?? []).find((x) => x.name === 'sigv4') ?? {};
  return { host: answer.url.replace(/^https:\/\//, ''),
    signingRegion: scheme.signingRegion ? evaluation.text(scheme.signingRegion) : '',
    signingName: scheme.signingName ?? '' };
};

export function signingNameOf(folder) {
  const parameters = path.join(folder, 'package/dist-es/endpoint/EndpointParameters.js');
  return fs.readFileSync(parameters, 'utf8').match(/defaultSigningName: "(.*?)"/)[1];
}

// Two regions tell a template from a fixed host; a partition of one region is fixed unless it
// follows the template of the first.
function generalise(partition, samples) {
  const answers = samples.map(({ region, answer }) => ({ region, ...answer }));
  const templates = new Set(answers.map(({ host, region }) => host.replace(region, '{region}')));
  const fixed = new Set(answers.map(({ host }) => host));
  const host = templates.size === 1 && [...templates][0].includes('{region}') && (fixed.size > 1 || samples.length === 1)
    ? [...templates][0] : answers[0].host;
  const regions = new Set(answers.map((x) => x.signingRegion));
  const signed = regions.size === 1 && answers[0].signingRegion !== answers[0].region ? answers[0].signingRegion
    : !host.includes('{region}') ? answers[0].signingRegion || partition.outputs.implicitGlobalRegion : '';
  return { host, signingRegion: signed, signingName: answers[0].signingName };
}

const ours = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'];

export function endpointOf(decide, signingName, partitions) {
  const found = {};
  for (const partition of partitions.filter((p) => ours.includes(p.id))) {
    const regions = Object.keys(partition.regions).filter((r) => !r.includes('global'));
    const samples = (partition.id === 'aws' ? ['us-east-1', 'eu-west-1', 'ap-south-1'] : regions)
      .map((region) => ({ region, answer: decide(region) })).filter((x) => x.answer);
    if (samples.length) found[partition.id] = generalise(partition, samples);
  }
  const suffixed = (id, host) => host.replace(new RegExp(`\\.${partitions.find((p) => p.id === id).outputs.dnsSuffix.replaceAll('.', '\\.')}$`), '.{dnsSuffix}');
  const first = { ...found.aws, host: suffixed('aws', found.aws.host) };
  const out = { host: first.host, signingName: first.signingName || signingName };
  if (first.signingRegion) out.signingRegion = first.signingRegion;
  for (const id of ours.slice(1)) {
    if (!found[id]) continue;
    const same = suffixed(id, found[id].host) === first.host && (found[id].signingRegion || '') === (first.signingRegion || '');
    if (same) continue;
    (out.partitions ??= {})[id] = { host: found[id].host };
    if (found[id].signingRegion) out.partitions[id].signingRegion = found[id].signingRegion;
  }
  return out;
}
