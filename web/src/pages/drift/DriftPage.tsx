/** The inbox: what has changed anywhere, the same cause once; or account by account. */
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLiveDrift } from '../../api/drift';
import { drift } from '../../strings/drift';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { AccountSets } from './AccountSets';
import { Causes } from './Causes';
import { StaleAccounts } from './StaleAccounts';
import { useCausePanel } from './useCausePanel';

const options = [
  { id: 'cause', text: drift.byCause },
  { id: 'account', text: drift.byAccount },
];

export function Component() {
  const list = useListUrl();
  const byAccount = list.get('group') === 'account';
  const panel = useCausePanel(list);
  const live = useLiveDrift();
  usePage([{ text: drift.title, href: '/drift' }], 'table', byAccount ? undefined : panel);
  const grouping = (
    <SegmentedControl
      label={drift.groupBy}
      options={options}
      selectedId={byAccount ? 'account' : 'cause'}
      onChange={({ detail }) =>
        list.narrow({ group: detail.selectedId === 'account' ? 'account' : null, q: null, g: null })
      }
    />
  );
  return (
    <SpaceBetween size="m">
      <StaleAccounts />
      {byAccount ? (
        <AccountSets list={list} grouping={grouping} paused={live === 'polling'} />
      ) : (
        <Causes list={list} grouping={grouping} paused={live === 'polling'} />
      )}
    </SpaceBetween>
  );
}
