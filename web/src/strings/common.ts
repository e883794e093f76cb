/** Words that many pages use. Every page's own words are in the file of its name beside this one. */
export const common = {
  product: 'Patrol',
  loading: 'Loading',
  cancel: 'Cancel',
  save: 'Save',
  close: 'Close',
  retry: 'Try again',
  reload: 'Reload',
  copied: 'Copied',
  copyFailed: 'Copying failed',
  copyOf: (what: string) => `Copy ${what}`,
  none: 'none',
  never: 'never',
  unknown: 'unknown',
  empty: '—',
  optional: 'optional',
  actions: 'Actions',
  traceId: 'Trace ID',
  updated: 'Updated',
  livePaused: 'live updates are paused',
  clearFilter: 'Clear filter',
  noMatch: 'Nothing matches this filter',
  nextPage: 'Next page',
  previousPage: 'Previous page',
  pageLabel: (page: number) => `Page ${page}`,
  items: (shown: number, total: number) =>
    total > shown ? `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}` : `${shown}`,
  showAll: 'Show all of it',
  matches: (count: number) => (count === 1 ? '1 match' : `${count.toLocaleString('en')} matches`),
  roleNames: { owner: 'Owner', admin: 'Administrator', operator: 'Operator', viewer: 'Viewer' },
};

export const providerNames: Record<string, string> = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
  openstack: 'OpenStack',
  vmware: 'VMware',
  custom: 'Other / Custom',
};

export const severityNames = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

export const roleNeeded = {
  owner: 'Only an owner may do this.',
  admin: 'Only an administrator or owner may do this.',
  operator: 'Your role is viewer: ask an operator or administrator.',
  viewer: '',
};
