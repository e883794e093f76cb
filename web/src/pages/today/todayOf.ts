import type { TodayQuery } from '../../api/today';
import { severities } from '../../ui/severity';

/** What the address narrows the page to. */
export function todayOf(search: URLSearchParams): TodayQuery {
  const customer = search.get('customer');
  const severity = severities.find((each) => each === search.get('severity'));
  return { ...(customer ? { customer } : {}), ...(severity ? { severity } : {}) };
}
