import Button from '@cloudscape-design/components/button';
import { review } from '../../strings/review';
import { EmptyState } from '../../ui/EmptyState';
import type { ReviewUrl } from './useReviewUrl';

/** Nothing to show: nothing there, nothing left, or nothing that matches. */
export function ReviewEmpty({ url, total }: { url: ReviewUrl; total: number }) {
  const isNarrowed = url.find !== '' || url.severities.length > 0;
  const showAll = (
    <Button onClick={() => url.put({ find: null, severity: null, show: 'all', change: null })}>
      {review.showEverything}
    </Button>
  );
  if (total === 0) return <EmptyState title={review.noneTitle} text={review.noneText} />;
  if (isNarrowed) return <EmptyState title={review.noMatch} action={showAll} />;
  return <EmptyState title={review.allDoneTitle} action={showAll} />;
}
