/** Review of an account's drift: /accounts/:id/drift/review?set=&change=. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'react-router';
import { useAccount } from '../../api/accounts';
import type { ChangeSet } from '../../api/drift';
import { accounts } from '../../strings/accounts';
import { review } from '../../strings/review';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';
import { BaselineLine } from './BaselineLine';
import { NothingOpen } from './NothingOpen';
import { ReviewBody } from './ReviewBody';
import { SetDecisions } from './SetDecisions';
import { useAllChanges } from './useAllChanges';
import { useNewerScan } from './useNewerScan';
import { type ReviewUrl, useReviewUrl } from './useReviewUrl';
import { useSets } from './useSets';
import './review.css';

const setName = ({ kind, counts }: ChangeSet) =>
  `${kind === 'unexplained' ? review.unexplained : review.deployment} (${counts.open.toLocaleString('en')})`;

function SetPicker({
  sets,
  chosen,
  url,
}: {
  sets: ChangeSet[];
  chosen: ChangeSet;
  url: ReviewUrl;
}) {
  if (sets.length < 2) return null;
  return (
    <SegmentedControl
      label={review.sets}
      options={sets.map((set) => ({ id: set.id, text: setName(set) }))}
      selectedId={chosen.id}
      onChange={({ detail }) => url.put({ set: detail.selectedId, change: null })}
    />
  );
}

interface SetReviewProps {
  account: string;
  sets: ChangeSet[];
  set: ChangeSet;
  url: ReviewUrl;
}

function SetReview({ account, sets, set, url }: SetReviewProps) {
  const all = useAllChanges(set.id);
  const scan = useNewerScan(account, set.snapshot_id);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={<BaselineLine account={account} set={set} />}
        actions={<SetDecisions set={set} changes={all.changes} complete={all.complete} />}
      >
        {review.title}
      </Header>
      {scan.newer && (
        <Alert
          type="info"
          header={review.newScanTitle}
          action={<Button onClick={scan.refresh}>{review.refresh}</Button>}
        >
          {review.newScanText}
        </Alert>
      )}
      <SetPicker sets={sets} chosen={set} url={url} />
      <ReviewBody key={set.id} set={set} url={url} all={all} />
    </SpaceBetween>
  );
}

export function Component() {
  const { id = '' } = useParams();
  const url = useReviewUrl();
  const account = useAccount(id);
  const { query, sets, chosen } = useSets(id, url.set);
  const name = account.data?.value.name ?? id;
  usePage([
    { text: accounts.title, href: '/accounts' },
    { text: name, href: `/accounts/${id}` },
    { text: review.title, href: `/accounts/${id}/drift/review` },
  ]);
  const error = account.error ?? query.error;
  if (error) return <ErrorPanel error={error} onRetry={() => void query.refetch()} />;
  if (!query.data || !account.data) return <Loading />;
  if (!chosen) return <NothingOpen account={account.data.value} />;
  return <SetReview account={id} sets={sets} set={chosen} url={url} />;
}
