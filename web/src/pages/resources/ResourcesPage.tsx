/** All resources, or those of one account at the time of one of its snapshots. */
import { useMemo } from 'react';
import { everyAccount, useAccounts } from '../../api/accounts';
import { resources } from '../../strings/resources';
import { shell } from '../../strings/shell';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { Explorer } from './Explorer';
import { PlacePicker } from './PlacePicker';
import { usePlace } from './usePlace';
import { useResourcePanel } from './useResourcePanel';

function NoneYet() {
  return (
    <EmptyState
      title={resources.noneTitle}
      text={resources.noneText}
      action={<AppButton href="/accounts/new">{shell.addAccount}</AppButton>}
    />
  );
}

export function Component() {
  const list = useListUrl();
  const accounts = useAccounts(everyAccount);
  const place = usePlace(list.get('account'), list.get('snapshot'));
  const panel = useResourcePanel(list, place.at);
  usePage([{ text: resources.title, href: '/resources' }], 'table', panel);
  const names = useMemo(
    () => new Map((accounts.data?.items ?? []).map(({ id, name }) => [id, name])),
    [accounts.data],
  );
  return (
    <Explorer
      title={resources.title}
      place={place.at}
      list={list}
      accounts={names}
      manyAccounts={place.account === ''}
      exportName={['resources', names.get(place.account) ?? 'all']}
      picker={
        <PlacePicker
          accounts={names}
          account={place.account}
          snapshots={place.snapshots}
          snapshot={list.get('snapshot')}
          onAccount={(account) => list.narrow({ account, snapshot: null, q: null })}
          onSnapshot={(snapshot) => list.narrow({ snapshot })}
        />
      }
      empty={<NoneYet />}
    />
  );
}
