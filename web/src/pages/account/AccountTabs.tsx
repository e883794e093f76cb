import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useNavigate, useParams } from 'react-router';
import type { Tagged } from '../../api/client';
import type { TrialReport } from '../../api/live/hooks';
import type { LiveState } from '../../api/live/live';
import { account as text } from '../../strings/account';
import { baseline } from '../../strings/drift';
import type { S } from '../../types';
import { keyAuth, onSiteAuth, roleAuth } from '../access/roleAuth';
import { DriftTab } from '../baseline/DriftTab';
import { AccessKeysCard } from './AccessKeysCard';
import { AccountSettings } from './AccountSettings';
import { CrossAccountCard } from './CrossAccountCard';
import { DeleteAccount } from './DeleteAccount';
import { OnSiteCard } from './OnSiteCard';
import { ScanHistory } from './ScanHistory';

interface Props {
  account: Tagged<S['CloudAccount']>;
  trial: TrialReport | null;
  live: LiveState;
}

/** Only what belongs to the access that the account uses. */
export function Access({ account, trial, live }: Props) {
  const { auth } = account.value;
  if (roleAuth(auth)) return <CrossAccountCard account={account.value} trial={trial} live={live} />;
  if (keyAuth(auth)) return <AccessKeysCard account={account.value} />;
  if (onSiteAuth(auth)) return <OnSiteCard account={account.value} />;
  return null;
}

interface TabsProps extends Props {
  /** While the account is Pending its access stands above the tabs. */
  hideAccess: boolean;
}

export function AccountTabs({ account, trial, live, hideAccess }: TabsProps) {
  const navigate = useNavigate();
  const { tab = 'scans' } = useParams();
  const { id, auth } = account.value;
  const tabs = [
    { id: 'scans', label: text.historyTab, content: <ScanHistory account={id} /> },
    { id: 'drift', label: baseline.tab, content: <DriftTab account={id} /> },
    ...(auth && !hideAccess
      ? [
          {
            id: 'connection',
            label: text.connectionTab,
            content: <Access account={account} trial={trial} live={live} />,
          },
        ]
      : []),
    {
      id: 'settings',
      label: text.settingsTab,
      content: (
        <SpaceBetween size="l">
          <AccountSettings account={account} />
          <DeleteAccount account={account.value} />
        </SpaceBetween>
      ),
    },
  ];
  return (
    <Tabs
      ariaLabel={text.tabs}
      tabs={tabs}
      activeTabId={tab}
      onChange={({ detail }) => void navigate(`/accounts/${id}/${detail.activeTabId}`)}
    />
  );
}
