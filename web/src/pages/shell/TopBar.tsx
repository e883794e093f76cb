import TopNavigation, {
  type TopNavigationProps,
} from '@cloudscape-design/components/top-navigation';
import type { S } from '../../types';
import { useSignOut } from '../../api/session';
import { common } from '../../strings/common';
import { shell } from '../../strings/shell';
import { clipped, visible } from '../../ui/foreignText';
import type { Theme } from '../../ui/theme';
import { useFollow } from '../../ui/useFollow';
import { LoadingBar } from './LoadingBar';

interface Props {
  me: S['Me'];
  theme: Theme;
  onSearch: () => void;
}

const nameChars = 40;

function displayMenu(theme: Theme): TopNavigationProps.Utility {
  const actions: Record<string, () => void> = {
    mode: theme.toggleDark,
    density: theme.toggleCompact,
    shortcuts: theme.toggleShortcuts,
  };
  return {
    type: 'menu-dropdown',
    iconName: 'settings',
    title: shell.display,
    ariaLabel: shell.display,
    items: [
      { id: 'mode', text: theme.dark ? shell.light : shell.dark },
      { id: 'density', text: theme.compact ? shell.comfortable : shell.compact },
      { id: 'shortcuts', text: theme.shortcuts ? shell.shortcutsOff : shell.shortcutsOn },
    ],
    onItemClick: ({ detail }) => actions[detail.id]?.(),
  };
}

function personMenu(me: S['Me'], signOut: () => void): TopNavigationProps.Utility {
  return {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text: clipped(visible(me.name || me.email), nameChars),
    description: clipped(visible(me.email), nameChars),
    items: [
      { id: 'notices', text: shell.notices, href: '/third-party-notices.txt', external: true },
      { id: 'sign-out', text: shell.signOut },
    ],
    onItemClick: ({ detail }) => {
      if (detail.id === 'sign-out') signOut();
    },
  };
}

/** Signing out loads the page anew: nothing of the session stays in memory. */
export function TopBar({ me, theme, onSearch }: Props) {
  const follow = useFollow();
  const { mutate } = useSignOut();
  const signOut = () => mutate(undefined, { onSettled: () => location.assign('/login') });
  return (
    <div id="top">
      <TopNavigation
        identity={{
          href: '/',
          title: common.product,
          logo: { src: '/favicon.svg', alt: '' },
          onFollow: (event) => {
            event.preventDefault();
            follow({ preventDefault: () => undefined, detail: { href: '/' } });
          },
        }}
        utilities={[
          {
            type: 'button',
            iconName: 'search',
            text: shell.search,
            title: shell.searchKeys,
            ariaLabel: shell.searchKeys,
            onClick: onSearch,
          },
          displayMenu(theme),
          personMenu(me, signOut),
        ]}
      />
      <LoadingBar />
    </div>
  );
}
