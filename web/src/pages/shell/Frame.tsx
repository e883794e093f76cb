/** The frame of every page: bar, navigation, breadcrumbs, messages, palette, sign-in dialog. */
import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useNavigate } from 'react-router';
import { useReach } from '../../api/connection';
import { useSessionState } from '../../api/session';
import { shell } from '../../strings/shell';
import type { S } from '../../types';
import { Flashes } from '../../ui/flash';
import { useTheme } from '../../ui/theme';
import { useFollow } from '../../ui/useFollow';
import { useHotkeys } from '../../ui/useHotkeys';
import { emptyFrame, FrameContext } from '../../ui/usePage';
import { Navigation } from './Navigation';
import { useNavigationPages } from './navigation';
import { TopBar } from './TopBar';

const Palette = lazy(() => import('./Palette'));
const SignInDialog = lazy(() => import('../session/SignInDialog'));
const navigationFitsFrom = 900;

const labels = {
  navigation: shell.navigation,
  navigationToggle: shell.openNavigation,
  navigationClose: shell.closeNavigation,
  notifications: shell.notifications,
};

function unreachableBanner(): FlashbarProps.MessageDefinition {
  return {
    id: 'unreachable',
    type: 'warning',
    loading: true,
    header: shell.unreachableTitle,
    content: shell.unreachableText,
  };
}

function usePalette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return { open, show: () => setOpen(true), close: () => setOpen(false) };
}

function useChords(enabled: boolean) {
  const navigate = useNavigate();
  const chords = useNavigationPages().flatMap(({ key, href }) =>
    key ? [[`g ${key}`, () => void navigate(href)] as const] : [],
  );
  useHotkeys(Object.fromEntries(chords), enabled);
}

/** One element for ever: what the frame does is no reason to draw the page anew. */
const content = <Outlet />;

/** A wizard has the width for itself; leaving it, the navigation is as it was before. */
function useNavigationOpen(inWizard: boolean) {
  const [open, setOpen] = useState(innerWidth > navigationFitsFrom);
  const [openInWizard, setOpenInWizard] = useState(false);
  return inWizard ? { open: openInWizard, set: setOpenInWizard } : { open, set: setOpen };
}

export function Frame({ me }: { me: S['Me'] }) {
  const theme = useTheme();
  const follow = useFollow();
  const reach = useReach();
  const state = useSessionState();
  const palette = usePalette();
  const [frame, setFrame] = useState(emptyFrame);
  const [panelPlace, setPanelPlace] = useState<AppLayoutProps.SplitPanelPreferences>({
    position: 'side',
  });
  const navigation = useNavigationOpen(frame.contentType === 'wizard');
  useChords(theme.shortcuts);
  return (
    <FrameContext.Provider value={setFrame}>
      <TopBar me={me} theme={theme} onSearch={palette.show} />
      <AppLayout
        headerSelector="#top"
        contentType={frame.contentType}
        toolsHide
        stickyNotifications
        navigationWidth={240}
        navigationOpen={navigation.open}
        onNavigationChange={({ detail }) => navigation.set(detail.open)}
        ariaLabels={labels}
        breadcrumbs={
          <BreadcrumbGroup items={frame.crumbs} onFollow={follow} ariaLabel={shell.breadcrumbs} />
        }
        notifications={
          <Flashes first={reach === 'unreachable' ? unreachableBanner() : undefined} />
        }
        navigation={<Navigation organisation={me.tenant.name} />}
        splitPanel={frame.panel?.content}
        splitPanelOpen={frame.panel !== undefined}
        splitPanelPreferences={panelPlace}
        onSplitPanelPreferencesChange={({ detail }) => setPanelPlace(detail)}
        onSplitPanelToggle={({ detail }) => {
          if (!detail.open) frame.panel?.onClose();
        }}
        content={content}
      />
      {palette.open && (
        <Suspense fallback={null}>
          <Palette onClose={palette.close} />
        </Suspense>
      )}
      {state === 'ended' && (
        <Suspense fallback={null}>
          <SignInDialog email={me.email} />
        </Suspense>
      )}
    </FrameContext.Provider>
  );
}
