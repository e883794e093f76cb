import { shell } from './shell';

/** The label of the button that starts everything. */
const addAccount = shell.addAccount;

export const accounts = {
  title: shell.cloudAccounts,
  add: addAccount,
  loading: 'Loading cloud accounts',
  loadingFailed: 'The cloud accounts could not be loaded',
  emptyTitle: 'No cloud accounts yet',
  emptyText: 'Connect one read-only; the first inventory takes a few minutes.',
  filter: 'Filter accounts',
  scanNow: 'Scan now',
  scanSelected: (count: number) => (count > 1 ? `Scan now (${count})` : 'Scan now'),
  selectFirst: 'Select accounts in the table first.',
  scansStarted: (count: number) => (count === 1 ? '1 scan started' : `${count} scans started`),
  scansNotStarted: (count: number) =>
    count === 1 ? '1 scan could not be started' : `${count} scans could not be started`,
  selectAll: 'Select all accounts',
  select: (name: string) => `Select ${name}`,
  selection: 'Select accounts',
  name: 'Name',
  status: 'Status',
  drift: 'Open drift',
  customer: 'Customer',
  noCustomer: 'No customer',
  provider: 'Provider',
  environment: 'Environment',
  resources: 'Resources',
  lastScan: 'Last scan',
  owner: 'Owner',
  mode: 'Connection',
  summary: (failing: number, pending: number, open: number, critical: number) => {
    const parts: string[] = [];
    if (failing > 0) parts.push(`${failing} need${failing === 1 ? 's' : ''} attention`);
    if (pending > 0) parts.push(`${pending} pending`);
    if (parts.length === 0) parts.push('All connected');
    if (open > 0) parts.push(`${open} open changes`);
    if (critical > 0) parts.push(`${critical} critical`);
    return parts.join(' · ');
  },
};

export const accountStates: Record<string, string> = {
  pending: 'Pending',
  connected: 'Connected',
  degraded: 'Degraded',
  failing: 'Failing',
  paused: 'Paused',
  insecure_trust: 'Insecure trust',
  scanning: 'Scanning',
};

export const environments: Record<string, string> = {
  development: 'Development',
  staging: 'Staging',
  qa: 'QA',
  preproduction: 'Pre-production',
  production: 'Production',
};

export const modes: Record<string, string> = {
  pull: 'Patrol-hosted scanning (pull)',
  collector: 'On-site collector',
  push: 'Push',
};
