/** What needs the person now, worst first; and that the rest is fine. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type TodayQuery, useToday } from '../../api/today';
import { today } from '../../strings/today';
import type { S, Severity } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { severities } from '../../ui/severity';
import { useFirstRows } from '../../ui/useFirstRows';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { Fine } from './Fine';
import { TodayFilter } from './TodayFilter';
import { TodayRow } from './TodayRow';
import './today.css';

function queryOf(customer: string, severity: string): TodayQuery {
  const known = severities.find((each) => each === severity);
  return {
    ...(customer ? { customer } : {}),
    ...(known ? { severity: known satisfies Severity } : {}),
  };
}

const none: never[] = [];
const idOf = ({ kind, action, title }: S['TodayItem']) => `${kind} ${action.href} ${title}`;

export function Component() {
  usePage([{ text: today.title, href: '/today' }]);
  const list = useListUrl();
  const customer = list.get('customer');
  const severity = list.get('severity');
  const { data, error, refetch } = useToday(queryOf(customer, severity));
  const items = useFirstRows(data?.items ?? none, idOf);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={<TodayFilter customer={customer} severity={severity} onChange={list.narrow} />}
        >
          {data ? today.needsYou(data.total) : today.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Loading />}
        {data && data.items.length === 0 && (
          <EmptyState title={today.nothingTitle} text={today.nothingText} />
        )}
        {data && data.items.length > 0 && (
          <ul className="today" aria-label={today.list}>
            {items.map((item, index) => (
              <TodayRow key={`${item.action.href} ${index}`} item={item} />
            ))}
          </ul>
        )}
        {data && data.total > data.items.length && (
          <span className="muted">{today.more(data.items.length, data.total)}</span>
        )}
        {data && <Fine today={data} />}
      </SpaceBetween>
    </ContentLayout>
  );
}
