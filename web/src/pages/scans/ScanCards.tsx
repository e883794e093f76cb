import Cards, { type CardsProps } from '@cloudscape-design/components/cards';
import type { ReactNode } from 'react';
import { common } from '../../strings/common';
import { scans } from '../../strings/scans';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { duration } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { ScanState } from '../../ui/ScanState';
import { changesText } from './scanColumns';

interface Props {
  items: S['Scan'][];
  loading: boolean;
  names?: Map<string, string>;
  header: ReactNode;
  filter?: ReactNode;
  pagination: ReactNode;
  empty: ReactNode;
  variant: 'full-page' | 'container';
}

const nameChars = 80;

function definition(names?: Map<string, string>): CardsProps.CardDefinition<S['Scan']> {
  return {
    header: (scan) => (
      <AppLink href={`/scans/${scan.id}`} fontSize="heading-s">
        <RelativeTime at={scan.started_at ?? scan.created_at} />
      </AppLink>
    ),
    sections: [
      ...(names
        ? [
            {
              id: 'account',
              content: ({ account_id: id }: S['Scan']) => (
                <Foreign text={names.get(id) ?? id} most={nameChars} />
              ),
            },
          ]
        : []),
      {
        id: 'state',
        content: (scan) => <ScanState state={scan.state} coverage={scan.coverage} />,
      },
      {
        id: 'facts',
        content: (scan) => (
          <span className="muted">
            {scans.changes}: {changesText(scan)} · {scans.took}:{' '}
            {scan.duration_ms === null ? common.empty : duration(scan.duration_ms)}
            {scan.error && (
              <div>
                <Foreign text={scan.error.message} />
              </div>
            )}
          </span>
        ),
      },
    ],
  };
}

/** Scans on a phone. */
export function ScanCards({ items, names, ...rest }: Props) {
  return (
    <Cards<S['Scan']>
      {...rest}
      items={items}
      trackBy="id"
      loadingText={scans.loading}
      ariaLabels={{
        itemSelectionLabel: (_state, { id }) => id,
        selectionGroupLabel: scans.title,
        cardsLabel: scans.title,
      }}
      cardDefinition={definition(names)}
      cardsPerRow={[{ cards: 1 }]}
    />
  );
}
