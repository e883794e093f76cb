import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useBaseline } from '../../api/drift';
import { review } from '../../strings/review';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { RelativeTime } from '../../ui/RelativeTime';

/** No open set: the account matches its baseline, or has none. */
export function NothingOpen({ account }: { account: S['CloudAccount'] }) {
  const { data: baseline } = useBaseline(account.id);
  const toAccount = <AppButton href={`/accounts/${account.id}`}>{review.toAccount}</AppButton>;
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={
          baseline && (
            <>
              {review.compared} <RelativeTime at={baseline.evaluated_at} />
            </>
          )
        }
      >
        {review.title}
      </Header>
      {baseline === null ? (
        <EmptyState
          title={review.noBaselineTitle}
          text={review.noBaselineText}
          action={toAccount}
        />
      ) : (
        <EmptyState title={review.noneTitle} text={review.noneText} action={toAccount} />
      )}
    </SpaceBetween>
  );
}
