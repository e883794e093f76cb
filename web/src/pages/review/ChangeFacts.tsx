import type { Change } from '../../api/drift';
import { review } from '../../strings/review';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { RelativeTime } from '../../ui/RelativeTime';
import { ActorLine } from './ActorLine';

function Past({ decision }: { decision: S['PastDecision'] }) {
  return (
    <div>
      {review.previously}: {review.stateNames[decision.state]} {review.by}{' '}
      <Foreign text={decision.by} most={80} />, <RelativeTime at={decision.at} />
      {decision.note && (
        <>
          {' — '}
          <Foreign text={decision.note} most={300} />
        </>
      )}
    </div>
  );
}

/** Who, when, and what is known beside the values. */
export function ChangeFacts({ change }: { change: Change }) {
  return (
    <div className="change-facts">
      <div>
        <ActorLine actor={change.actor} />
        <span className="muted">
          {' · '}
          {review.seen} <RelativeTime at={change.first_seen} />
        </span>
      </div>
      {change.unknown_since && (
        <div>
          {review.unknownSince} <RelativeTime at={change.unknown_since} />. {review.unknownText}
        </div>
      )}
      {change.assignee && (
        <div>
          {review.assigned} <Foreign text={change.assignee} most={100} />
        </div>
      )}
      {change.note && (
        <div className="notes">
          {review.noteLabel}: <Foreign text={change.note} most={1000} />
        </div>
      )}
      {change.previously.slice(0, 3).map((decision, index) => (
        <Past key={index} decision={decision} />
      ))}
    </div>
  );
}
