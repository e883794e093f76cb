// In which regions a service is known to answer, from the endpoints.json of botocore (Apache-2.0):
// "all", "all but a b", "a b" or "global:r" by partition; no entry = unknown. The table lags behind
// the cloud: readers treat what it does not name as worth a try.
const ours = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'];

export function availabilityOf(endpoints, prefix) {
  const out = {};
  for (const partition of endpoints.partitions.filter((p) => ours.includes(p.partition))) {
    const service = partition.services[prefix];
    if (!service) continue;
    if (service.isRegionalized === false && service.partitionEndpoint) {
      const at = service.endpoints[service.partitionEndpoint]?.credentialScope?.region ?? service.partitionEndpoint;
      out[partition.partition] = `global:${at}`;
      continue;
    }
    const all = Object.keys(partition.regions);
    const here = all.filter((region) => service.endpoints[region]);
    const absent = all.filter((region) => !service.endpoints[region]);
    if (!here.length) continue;
    out[partition.partition] = !absent.length ? 'all'
      : absent.length < here.length ? `all but ${absent.sort().join(' ')}` : here.sort().join(' ');
  }
  return out;
}
