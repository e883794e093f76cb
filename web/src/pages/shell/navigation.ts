/** The pages of the left navigation and of the palette. A page joins here when it exists. */
import { useMay } from '../../api/session';
import { shell } from '../../strings/shell';

export interface NavigationPage {
  text: string;
  href: string;
  /** Second key of the chord "g …". */
  key?: string;
  /** Only administrators may see it. */
  adminOnly?: boolean;
}

const groups: NavigationPage[][] = [
  [
    { text: shell.today, href: '/today', key: 't' },
    { text: shell.drift, href: '/drift', key: 'd' },
  ],
  [
    { text: shell.customers, href: '/customers', key: 'c' },
    { text: shell.cloudAccounts, href: '/accounts', key: 'a' },
    { text: shell.resources, href: '/resources', key: 'r' },
    { text: shell.scans, href: '/scans', key: 's' },
    { text: shell.deployments, href: '/deployments' },
  ],
  [
    { text: shell.collectors, href: '/collectors' },
    { text: shell.secrets, href: '/secrets', adminOnly: true },
    { text: shell.rules, href: '/rules' },
    { text: shell.auditLog, href: '/audit', key: 'l', adminOnly: true },
    { text: shell.settings, href: '/settings' },
  ],
];

/** What the person may not see is not there. */
export function useNavigationGroups(): NavigationPage[][] {
  const isAdmin = useMay('admin');
  return groups.map((group) => group.filter(({ adminOnly }) => isAdmin || !adminOnly));
}

export const useNavigationPages = () => useNavigationGroups().flat();

export interface PaletteAction {
  text: string;
  href: string;
}

export const paletteActions: PaletteAction[] = [{ text: shell.addAccount, href: '/accounts/new' }];
