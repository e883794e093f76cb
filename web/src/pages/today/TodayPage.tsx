/** What needs the person now, worst first; and that the rest is fine. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import { useToday } from '../../api/today';
import { today } from '../../strings/today';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { Stale } from '../../ui/Stale';
import { useFirstRows } from '../../ui/useFirstRows';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { Fine } from './Fine';
import { TodayFilter } from './TodayFilter';
import { todayOf } from './todayOf';
import { TodayRow } from './TodayRow';
import './today.css';

const none: never[] = [];
const idOf = ({ kind, action, title }: S['TodayItem']) => `${kind} ${action.href} ${title}`;

export function Component() {
  usePage([{ text: today.title, href: '/today' }]);
  const list = useListUrl();
  const [search] = useSearchParams();
  const wanted = todayOf(search);
  const { data, error, refetch, live, dataUpdatedAt } = useToday(wanted);
  const items = useFirstRows(data?.items ?? none, idOf);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={data && live === 'polling' ? <Stale at={dataUpdatedAt} /> : undefined}
          actions={<TodayFilter wanted={wanted} onChange={list.narrow} />}
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
