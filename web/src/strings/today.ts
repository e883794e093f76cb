export const today = {
  title: 'Today',
  needsYou: (count: number) => `Needs you (${count.toLocaleString('en')})`,
  list: 'What needs you',
  customer: 'Customer',
  everyCustomer: 'All customers',
  severity: 'Severity',
  anySeverity: 'Any severity',
  atLeast: (severity: string) => `${severity} and worse`,
  nothingTitle: 'Nothing needs you',
  nothingText: 'Every account is scanned, readable, and as it was accepted.',
  more: (shown: number, all: number) =>
    `The worst ${shown} of ${all.toLocaleString('en')} are listed.`,
  fine: (accounts: number) => {
    if (accounts === 0) return 'No further accounts';
    return accounts === 1
      ? '1 account is fine'
      : `${accounts.toLocaleString('en')} accounts are fine`;
  },
  lastScan: 'last scan',
  scansToday: 'Scans today',
  ok: 'ok',
  partial: 'partial',
  failed: 'failed',
  chart: 'Scans of the last 14 days',
  kinds: {
    drift: '',
    drift_group: '',
    failing: 'Failing',
    stale: 'Stale',
    expires: 'Expires',
    insecure_trust: 'Insecure',
    coverage: 'Gaps',
  },
};
