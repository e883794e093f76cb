/** The pages of the left navigation and of the palette. A page joins here when it exists. */
import { shell } from '../../strings/shell';

export interface NavigationPage {
  text: string;
  href: string;
  /** Second key of the chord "g …". */
  key?: string;
}

export const navigationGroups: NavigationPage[][] = [
  [],
  [
    { text: shell.cloudAccounts, href: '/accounts', key: 'a' },
    { text: shell.scans, href: '/scans', key: 's' },
  ],
  [],
];

export const navigationPages = navigationGroups.flat();

export interface PaletteAction {
  text: string;
  href: string;
}

export const paletteActions: PaletteAction[] = [{ text: shell.addAccount, href: '/accounts/new' }];
