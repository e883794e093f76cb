/** What each page asks first, by the same lists as the page itself: see api/ahead.ts. */
import { accountQuery, accountsQuery, everyAccount } from '../api/accounts';
import type { Ask } from '../api/ahead';
import { customersQuery, everyCustomer } from '../api/customers';
import { changeSetsQuery, groupsQuery, setChangesQuery } from '../api/drift';
import { resourcesQuery } from '../api/resources';
import { scanQuery, scansQuery } from '../api/scans';
import { todayQuery } from '../api/today';
import { listOf } from '../ui/useListUrl';
import { accountsOf, activeScans } from './accounts/accountLists';
import { chosenSet, reviewedSets, setsOf } from './review/reviewedSets';
import { todayOf } from './today/todayOf';

export const askToday: Ask = (ask, { search }) => {
  void ask.one(customersQuery(everyCustomer));
  return ask.one(todayQuery(todayOf(search)));
};

export const askAccounts: Ask = (ask, { search }) =>
  Promise.all([
    ask.one(accountsQuery(accountsOf(listOf(search)))),
    ask.one(customersQuery(everyCustomer)),
    ask.one(scansQuery(activeScans)),
  ]);

export const askAccount: Ask = (ask, { id }) => ask.one(accountQuery(id));

export const askDrift: Ask = async (ask, { search }) => {
  if (search.get('group') === 'account') return;
  const { q, cursor, size } = listOf(search);
  await ask.one(groupsQuery({ q, cursor, limit: size }));
};

function resourceList(search: URLSearchParams) {
  const { q, sort, cursor, size } = listOf(search);
  return { q, sort, cursor, limit: size };
}

export const askResources: Ask = async (ask, { search }) => {
  void ask.one(accountsQuery(everyAccount));
  // Of one account the newest snapshot has to be found first: the page does that.
  if (search.get('account')) return;
  await ask.one(resourcesQuery({}, resourceList(search)));
};

export const askSnapshot: Ask = async (ask, { search, id }) => {
  const scan = await ask.one(scanQuery(id));
  if (!scan?.snapshot_id) return;
  void ask.one(accountQuery(scan.account_id));
  await ask.one(resourcesQuery({ snapshot: scan.snapshot_id }, resourceList(search)));
};

export const askScans: Ask = (ask, { search }) => {
  const { q, sort, cursor, size } = listOf(search);
  return Promise.all([
    ask.one(scansQuery({ q, sort, cursor, limit: size })),
    ask.one(accountsQuery(everyAccount)),
  ]);
};

/** The set under review is chosen among the account's. */
export const askReview: Ask = async (ask, { search, id }) => {
  void ask.one(accountQuery(id));
  const named = search.get('set') ?? '';
  const sets = await ask.one(changeSetsQuery(setsOf(id)));
  const set = chosenSet(reviewedSets(sets?.items ?? [], named), named);
  if (set) await ask.firstOf(setChangesQuery(set.id));
};

export const askScan: Ask = (ask, { id }) => ask.one(scanQuery(id));
