/** Everything that people, tokens and hooks did: a list, an entry beside it, the check of the chain. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useRef } from 'react';
import { type AuditEntry, useAudit, useAuditEntry, useVerifyAudit } from '../../api/audit';
import { audit } from '../../strings/audit';
import { EmptyState } from '../../ui/EmptyState';
import { PropertyList } from '../../ui/PropertyList';
import { changed, type ListUrl, useListUrl } from '../../ui/useListUrl';
import { type SidePanel, usePage } from '../../ui/usePage';
import { AuditActions } from './AuditActions';
import { auditColumns } from './auditColumns';
import { auditFields } from './auditFilter';
import { EntryPanel } from './EntryPanel';
import { VerifyResult } from './Verify';

const crumbs = [{ text: audit.title, href: '/audit' }];

const numberOf = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

/** The entry that the address names (`e=`): from the list that is shown, or asked for by its number. */
function useEntryPanel(list: ListUrl, items: AuditEntry[] | undefined): SidePanel | undefined {
  const seq = numberOf(list.get('e'));
  const listed = items?.find((each) => each.seq === seq);
  const asked = useAuditEntry(seq, seq > 0 && items !== undefined && !listed);
  const entry = listed ?? asked.data ?? undefined;
  const { error } = asked;
  const loading = items === undefined || (!listed && asked.isPending);
  const show = useRef(list.show);
  show.current = list.show;
  return useMemo(() => {
    if (!seq) return undefined;
    return {
      content: <EntryPanel seq={seq} entry={entry} error={error} loading={loading} />,
      onClose: () => show.current({ e: null }),
    };
  }, [seq, entry, error, loading]);
}

const columns = auditColumns(
  ({ seq }) => `/audit?${changed(new URLSearchParams(location.search), { e: String(seq) })}`,
);

export function Component() {
  const list = useListUrl();
  const { q, cursor, size } = list;
  const sort = list.sort || '-time';
  const answer = useAudit({ q, sort, cursor, limit: size });
  const verify = useVerifyAudit();
  usePage(crumbs, 'table', useEntryPanel(list, answer.data?.items));
  return (
    <SpaceBetween size="m">
      <VerifyResult verify={verify} />
      <PropertyList<AuditEntry>
        title={audit.title}
        titleAs="h1"
        description={audit.intro}
        actions={<AuditActions q={q} verify={verify} />}
        list={list}
        answer={answer}
        sort={sort}
        columns={columns}
        idOf={({ seq }) => String(seq)}
        filter={{ label: audit.filter, fields: auditFields }}
        empty={<EmptyState title={audit.emptyTitle} text={audit.emptyText} />}
      />
    </SpaceBetween>
  );
}
