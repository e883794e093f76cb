import { useState } from 'react';
import { useBaseline } from '../../api/drift';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { baseline } from '../../strings/drift';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { type Action, Actions } from '../../ui/Actions';
import { AcceptDialog } from './AcceptBaseline';

/** What can be done with what a scan found; nothing where it found nothing. */
export function ScanActions({ scan }: { scan: S['Scan'] }) {
  const { data } = useBaseline(scan.account_id);
  const [accepting, setAccepting] = useState(false);
  const mayAccept = useMay('operator');
  const snapshot = scan.snapshot_id;
  if (!snapshot) return null;
  const isBaseline = data?.snapshot_id === snapshot;
  const from = data && !isBaseline ? `from=${data.snapshot_id}&` : '';
  const accept: Action = {
    id: 'accept',
    text: baseline.accept,
    refusedBecause: mayAccept ? undefined : roleNeeded.operator,
    onClick: () => setAccepting(true),
  };
  return (
    <>
      <Actions
        actions={[
          { id: 'compare', text: baseline.compare, href: `/compare?${from}to=${snapshot}` },
          ...(isBaseline ? [] : [accept]),
          {
            id: 'resources',
            text: resources.title,
            primary: true,
            href: `/scans/${scan.id}/resources`,
          },
        ]}
      />
      {accepting && <AcceptDialog snapshot={snapshot} onClose={() => setAccepting(false)} />}
    </>
  );
}
