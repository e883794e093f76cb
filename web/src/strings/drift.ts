export const drift = {
  title: 'Drift',
  intro: 'Open changes of all accounts, the same cause once.',
  filter: 'Filter drift',
  filterPlaceholder: 'severity=critical – or customer=… and type=AWS::EC2::SecurityGroup',
  groupBy: 'Group by',
  byCause: 'Cause',
  byAccount: 'Account',
  severity: 'Severity',
  what: 'What',
  where: 'Where',
  since: 'Since',
  who: 'Who',
  account: 'Account',
  open: 'Open',
  decidedOf: (rejected: number, snoozed: number) =>
    [
      ...(rejected > 0 ? [`${rejected.toLocaleString('en')} of them rejected`] : []),
      ...(snoozed > 0 ? [`${snoozed.toLocaleString('en')} of them snoozed`] : []),
    ].join(' · '),
  updated: 'Last change',
  kind: 'Explained by',
  kinds: { unexplained: 'nothing', deployment: 'a deployment' },
  actions: 'Actions',
  places: (accounts: number, customers: number) => {
    const first = accounts === 1 ? '1 account' : `${accounts.toLocaleString('en')} accounts`;
    if (customers < 2) return first;
    return `${first}, ${customers.toLocaleString('en')} customers`;
  },
  changes: (count: number) => (count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`),
  review: 'Review',
  reviewOf: (what: string) => `Review ${what}`,
  accept: (count: number) => `Accept ${count.toLocaleString('en')}`,
  reject: (count: number) => `Reject ${count.toLocaleString('en')}`,
  acceptNone: 'Accept',
  rejectNone: 'Reject',
  chooseFirst: 'Choose one or more causes first.',
  acceptTitle: (count: number) => `Accept ${count.toLocaleString('en')} changes?`,
  acceptText:
    'They become part of the baselines of their accounts. Single ones can be taken back in the review.',
  rejectTitle: (count: number) => `Reject ${count.toLocaleString('en')} changes?`,
  rejectText: 'They stay open until a scan finds the resources as they were.',
  reason: 'Reason',
  accepted: (count: number) => `Accepted ${count.toLocaleString('en')} changes`,
  rejected: (count: number) => `Rejected ${count.toLocaleString('en')} changes`,
  reopened: (count: number) =>
    count === 1 ? '1 change is open again' : `${count.toLocaleString('en')} changes are open again`,
  left: (count: number) =>
    count === 1
      ? '1 change has another value or another baseline by now and stays as it is.'
      : `${count.toLocaleString('en')} changes have another value or another baseline by now and stay as they are.`,
  notAllowed: (count: number) =>
    count === 1
      ? '1 change is where you may not decide: it stays.'
      : `${count.toLocaleString('en')} changes are where you may not decide: they stay.`,
  failed: (count: number) =>
    count === 1 ? 'One cause could not be decided' : `${count} causes could not be decided`,
  emptyTitle: 'No open drift',
  emptyText: 'Every account with a baseline matches it, or its changes are explained or decided.',
  staleTitle: (count: number) =>
    count === 1
      ? '1 account was not scanned for 24 hours'
      : `${count} accounts were not scanned for 24 hours`,
  staleText: 'What has changed there is not known:',
  cause: 'The same cause',
  causeGone: 'This cause is not open any more',
  causeGoneText: 'It was decided, reverted, or a scan found something else.',
  example: 'What changed',
  places_: 'Where',
  firstShown: (shown: number, all: number) =>
    `The first ${shown} of ${all.toLocaleString('en')} are listed.`,
};

export const baseline = {
  title: 'Baseline',
  tab: 'Drift',
  none: 'No baseline yet',
  noneText:
    'Accept a snapshot as the baseline: from then on Patrol shows what differs from it, and who did it.',
  acceptedBy: 'Accepted by',
  acceptedAt: 'Accepted',
  snapshot: 'Snapshot',
  resources: 'Resources',
  overrides: 'Accepted since',
  overridesOf: (count: number) =>
    count === 1 ? '1 resource' : `${count.toLocaleString('en')} resources`,
  compared: 'Last compared',
  note: 'Note',
  hidden: 'Hidden by rules',
  hiddenOf: (count: number) =>
    count === 1 ? '1 difference' : `${count.toLocaleString('en')} differences`,
  hiddenOwner: (by: string, owner: string) => (owner ? `${by} (${owner})` : by),
  newlyVisible: (count: number) =>
    count === 1
      ? '1 resource is newly visible'
      : `${count.toLocaleString('en')} resources are newly visible`,
  newlyVisibleText:
    'Patrol could not read their place when the baseline was accepted. They are no drift.',
  addThem: 'Add to the baseline',
  addedThem: 'They are part of the baseline now',
  unknown: (count: number) =>
    count === 1
      ? '1 resource is not known'
      : `${count.toLocaleString('en')} resources are not known`,
  unknownText:
    'The newest scan could not read their place. They are neither called removed nor unchanged.',
  accept: 'Accept as baseline',
  acceptTitle: 'Accept this snapshot as the baseline?',
  acceptText:
    'From now on drift is what differs from this snapshot. Changes that are still open are closed.',
  accepted: 'The snapshot is the baseline now',
  noteHelp: 'Why it is good as it is.',
  history: 'Earlier baselines',
  openSets: 'Open change sets',
  noSets: 'The account matches its baseline',
  active: 'active',
  compare: 'Compare',
};

export const settling = {
  title: 'Settle first',
  offer:
    'A new account has values that move by themselves. Three scans, five minutes apart, show which, before anything is called drift.',
  start: 'Settle first',
  again: 'Settle again',
  running: (done: number, wanted: number) => `Settling: ${done} of ${wanted} snapshots`,
  nextScan: 'Next scan',
  scanning: 'A scan runs or waits.',
  skip: 'Skip',
  done: 'The account has settled',
  ended: 'Settling was ended',
  nothing: 'Nothing moved by itself. Accept the newest snapshot as the baseline.',
  found:
    'These paths moved while nobody was asked. Hide those that nobody needs to look at, then accept the baseline.',
  paths: 'What moved',
  columns: {
    path: 'Path',
    evidence: 'Seen',
    sample: 'For example',
    action: 'Rule',
  },
  evidence: (resources: number, intervals: number) =>
    `${resources === 1 ? '1 resource' : `${resources.toLocaleString('en')} resources`}, ${
      intervals === 1 ? 'once' : `${intervals} times`
    }`,
  hide: 'Hide here',
  hideLabel: (path: string) => `Hide here: changes of ${path} in this account`,
  hideAll: (count: number) => (count === 1 ? 'Hide it' : `Hide all ${count}`),
  hidden: 'hidden',
  weak: 'Moved once only',
  made: (count: number) => (count === 1 ? '1 rule was made' : `${count} rules were made`),
  objects: (type: string, added: number, removed: number) =>
    `${type}: ${added} came, ${removed} went`,
  objectsTitle: 'Objects that came and went',
};
