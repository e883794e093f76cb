import type { S } from '../../types';
import { review } from '../../strings/review';
import { ExternalLink } from '../../ui/ExternalLink';
import { Foreign } from '../../ui/Foreign';
import { RelativeTime } from '../../ui/RelativeTime';

type Actor = S['Actor'];

function Deed({ actor }: { actor: Actor }) {
  const via = review.via[actor.class];
  return (
    <>
      {actor.certainty === 'likely' && `${review.likely} `}
      <strong>
        <Foreign text={actor.name ?? review.whoUnknown} most={120} />
      </strong>
      {via && ` (${via})`}
      {actor.event_name && (
        <>
          {' — '}
          <Foreign text={actor.event_name} />
        </>
      )}
      {actor.event_time && (
        <>
          , <RelativeTime at={actor.event_time} />
        </>
      )}
      {actor.source_ip && (
        <>
          {' '}
          {review.from} <Foreign text={actor.source_ip} />
        </>
      )}
      {actor.link && (
        <>
          {' '}
          <ExternalLink href={actor.link}>{review.event}</ExternalLink>
        </>
      )}
    </>
  );
}

/** Who did it, as far as that is known: null where nobody looked yet. */
export function ActorLine({ actor }: { actor: Actor | null }) {
  if (!actor) return <>{`${review.who}: ${review.whoUnknown}`}</>;
  if (actor.certainty === 'not_found') return <>{`${review.who}: ${review.whoNotFound}`}</>;
  return <Deed actor={actor} />;
}
