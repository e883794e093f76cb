/** What moved while an account settled, with its evidence and the rule that would hide it. */
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { useMay } from '../../api/session';
import { type Settling, useMakeSuggestedRules } from '../../api/settling';
import { roleNeeded } from '../../strings/common';
import { settling as text } from '../../strings/drift';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { Foreign } from '../../ui/Foreign';
import { type Column, ListTable } from '../../ui/ListTable';
import { TypeName } from '../../ui/TypeName';
import { useFlash } from '../../ui/flash';

type Moving = S['MovingPath'];
const keyOf = ({ type, path }: Moving) => `${type} ${path}`;
const valueText = (value: unknown) => (value === null ? '' : JSON.stringify(value));

function useHide() {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const make = useMakeSuggestedRules();
  const flash = useFlash();
  const hide = (paths: Moving[]) => {
    const rules = paths.flatMap(({ rule }) => (rule ? [rule] : []));
    make.mutate(rules, {
      onSuccess: (count) => {
        setHidden(new Set([...hidden, ...paths.map(keyOf)]));
        flash({ type: 'success', content: text.made(count) });
      },
      onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
    });
  };
  return { hidden, hide, pending: make.isPending };
}

function Objects({ settling }: { settling: Settling }) {
  if (settling.objects.length === 0) return null;
  return (
    <Box>
      <strong>{text.objectsTitle}</strong>
      <ul className="plain-list">
        {settling.objects.map(({ type, added, removed }) => (
          <li key={type}>{text.objects(type, added, removed)}</li>
        ))}
      </ul>
    </Box>
  );
}

const columns: Column<Moving>[] = [
  {
    id: 'path',
    header: text.columns.path,
    heading: true,
    width: 260,
    cell: ({ type, path }) => (
      <>
        <TypeName type={type} /> <Foreign text={path} most={200} />
      </>
    ),
  },
  {
    id: 'evidence',
    header: text.columns.evidence,
    cell: ({ resources, intervals }) => text.evidence(resources, intervals),
  },
  {
    id: 'sample',
    header: text.columns.sample,
    width: 200,
    cell: ({ sample: { name, before, after } }) => (
      <Foreign text={`${name}: ${valueText(before)} → ${valueText(after)}`} most={120} />
    ),
  },
];

export function MovingPaths({ settling }: { settling: Settling }) {
  const { hidden, hide, pending } = useHide();
  const mayHide = useMay('operator');
  const refusedBecause = mayHide ? undefined : roleNeeded.operator;
  if (settling.snapshots.length < 2) return null;
  if (settling.moving.length === 0 && settling.objects.length === 0)
    return <Box>{text.nothing}</Box>;
  const action: Column<Moving> = {
    id: 'action',
    header: text.columns.action,
    width: 110,
    cell: (each) => {
      if (!each.rule) return text.weak;
      if (hidden.has(keyOf(each))) return text.hidden;
      return (
        <AppButton
          variant="inline-link"
          ariaLabel={text.hideLabel(each.path)}
          refusedBecause={refusedBecause}
          onClick={() => hide([each])}
        >
          {text.hide}
        </AppButton>
      );
    },
  };
  const open = settling.moving.filter((each) => each.rule && !hidden.has(keyOf(each)));
  return (
    <>
      <Box>{text.found}</Box>
      <ListTable<Moving>
        title={text.paths}
        variant="embedded"
        items={settling.moving}
        idOf={keyOf}
        loading={false}
        empty={null}
        columns={[...columns, action]}
      />
      {open.length > 0 && (
        <AppButton loading={pending} refusedBecause={refusedBecause} onClick={() => hide(open)}>
          {text.hideAll(open.length)}
        </AppButton>
      )}
      <Objects settling={settling} />
    </>
  );
}
