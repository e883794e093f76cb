import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useCreateHook } from '../../api/deployments';
import { fieldError } from '../../api/problem';
import { hooks } from '../../strings/hooks';
import { FormDialog } from '../../ui/FormDialog';
import { readLabels } from '../../ui/labelsText';
import { TextField } from '../../ui/TextField';
import { CreatedHook } from './CreatedHook';
import {
  emptyHook,
  type HookDraft,
  type HookKind,
  hookOf,
  isUnbounded,
  namesAccounts,
} from './hookDraft';
import { HookScope } from './HookScope';

const kinds = (Object.keys(hooks.kinds) as HookKind[]).map((value) => ({
  value,
  label: hooks.kinds[value],
  description: hooks.kindTexts[value],
}));

function Kind({ kind, onKind }: { kind: HookKind; onKind: (kind: HookKind) => void }) {
  return (
    <FormField label={hooks.kind}>
      <Select
        options={kinds}
        selectedOption={kinds.find(({ value }) => value === kind) ?? null}
        onChange={({ detail }) => onKind(detail.selectedOption.value as HookKind)}
      />
    </FormField>
  );
}

export function HookDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyHook);
  const [tried, setTried] = useState(false);
  const create = useCreateHook();
  const put = (part: Partial<HookDraft>) => setDraft((before) => ({ ...before, ...part }));
  const { badLine } = readLabels(draft.tags);
  if (create.data) return <CreatedHook hook={create.data} onClose={onClose} />;
  const send = () => {
    setTried(true);
    if (draft.name.trim() && badLine === 0) create.mutate(hookOf(draft));
  };
  const refused = fieldError(create.error, 'name');
  return (
    <FormDialog
      title={hooks.add}
      submit={hooks.add}
      pending={create.isPending}
      error={refused ? null : create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={hooks.name}
        help={hooks.nameHelp}
        value={draft.name}
        autoFocus
        error={tried && !draft.name.trim() ? hooks.missingName : refused}
        onText={(name) => put({ name })}
      />
      <Kind kind={draft.kind} onKind={(kind) => put({ kind })} />
      <HookScope
        draft={draft}
        badTag={tried && badLine > 0 ? hooks.badTag(badLine) : undefined}
        put={put}
      />
      {isUnbounded(draft) && <Alert type="warning">{hooks.scopeWarning}</Alert>}
      <Checkbox
        checked={draft.scanAfter && namesAccounts(draft)}
        disabled={!namesAccounts(draft)}
        description={namesAccounts(draft) ? undefined : hooks.scanAfterNeeds}
        onChange={({ detail }) => put({ scanAfter: detail.checked })}
      >
        {hooks.scanAfterText}
      </Checkbox>
    </FormDialog>
  );
}
