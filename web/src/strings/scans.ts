export const scans = {
  title: 'Scans',
  loading: 'Loading scans',
  loadingFailed: 'The scans could not be loaded',
  emptyTitle: 'No scans yet',
  emptyText: 'A scan reads everything in an account and keeps it as a snapshot.',
  filter: 'Filter scans',
  account: 'Account',
  started: 'Started',
  state: 'Result',
  trigger: 'Trigger',
  changes: 'Changes',
  resources: 'Resources',
  took: 'Took',
  note: 'Note',
  coverage: 'Coverage',
  requestedBy: 'Requested by',
  noChanges: 'none',
  firstInventory: 'first inventory',
  scan: 'Scan',
  scanOf: (name: string) => `Scan of ${name}`,
  noSnapshot: 'No snapshot',
  snapshot: 'Snapshot',
  resourcesLink: 'Resources of this snapshot',
  stop: 'Stop scan',
  stopping: 'Stopping',
  failed: 'Scan failed',
  running: 'Scan in progress',
  queued: 'Scan queued',
  queuedText: 'It starts when a worker is free.',
  progress: 'Scan progress',
  progressText: (resources: string, calls: string) => `${resources} resources · ${calls} calls`,
  planning: 'Finding out what there is to read',
  byServiceAndRegion: 'By service and region',
  grid: 'Scan progress per service and region',
  service: 'Service',
  liveInterrupted: 'Live updates are interrupted: asking every 5 seconds.',
  history: 'Scan history',
  chart: 'Changes per scan',
  added: 'Added',
  modified: 'Modified',
  removed: 'Removed',
  toAccounts: 'Go to the cloud accounts',
};

export const scanStates: Record<string, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Complete',
  partial: 'Partial',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const triggers: Record<string, string> = {
  manual: 'By hand',
  schedule: 'Schedule',
  deployment: 'Deployment',
  api: 'API',
  collector: 'Collector',
  push: 'Push',
};

/** What a cell of the grid says instead of a number. */
export const cellTexts: Record<string, string> = {
  queued: 'queued',
  running: '…',
  denied: '✕ denied',
  failed: '✕ failed',
  throttled: '↻ throttled',
  partial: '◐ partial',
  not_granted: 'not granted',
  not_enabled: '·',
  not_read: 'not read',
};

export const cellTitle = (
  service: string,
  scope: string,
  what: string,
  done: number,
  slices: number,
) => `${service} in ${scope}: ${what}, ${done} of ${slices} lists read`;

export const coverage = {
  title: 'Coverage',
  complete: 'Everything that the granted permissions allow was read.',
  partialTitle: (percent: number) => `${percent} % of the lists were read completely`,
  partialText:
    'What could not be read is not known: nothing in it is called deleted, its resources are kept and marked stale.',
  problems: 'What could not be read',
  problemsLoading: 'Loading the coverage',
  problemsFailed: 'The coverage could not be loaded',
  noProblems: 'Nothing was refused, throttled or failed.',
  missing: 'Missing permission',
  affects: (types: number, places: number) =>
    `${types} resource type${types === 1 ? '' : 's'} in ${places} place${places === 1 ? '' : 's'}`,
  types: 'Resource types',
  regions: 'Regions',
  reason: 'Reason',
  policyTitle: 'Policy that adds what is missing',
  policyText:
    'Attach it to Patrol’s role in the customer’s account (inline or managed), then scan again. All of it only reads.',
  policyLabel: 'policy',
  notGranted: (count: number) =>
    `${count} list${count === 1 ? '' : 's'} belong${count === 1 ? 's' : ''} to types that the two AWS policies do not grant. “patrol connect aws --extended” adds them.`,
  more: (count: number) => `and ${count} more`,
  truncated: 'Only the first lists are shown here; the command line has them all.',
  states: {
    complete: 'Complete',
    partial: 'Partial',
    denied: 'Denied',
    not_granted: 'Not granted',
    not_enabled: 'Not enabled',
    throttled: 'Throttled',
    failed: 'Failed',
    not_read: 'Not read',
  } as Record<string, string>,
};

/** The journal: what Patrol asked of the customer's cloud. */
export const calls = {
  title: 'Calls to the cloud',
  text: 'Every call that Patrol made in the account for this scan, to be compared with the account’s own audit log by its request ID. Kept for 30 days.',
  show: 'Show the calls',
  hide: 'Hide the calls',
  time: 'Time',
  call: 'Call',
  region: 'Region',
  answer: 'Answer',
  attempts: (attempts: number) => `${attempts} attempts`,
  requestId: 'Request ID',
  emptyTitle: 'No calls are kept for this scan',
  emptyText: 'The calls of a scan are kept for 30 days.',
  exportCut: (rows: number) =>
    `The export holds the first ${rows.toLocaleString('en')} calls. “patrol scan calls” writes all of them.`,
};
