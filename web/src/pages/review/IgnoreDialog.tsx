import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import { useDeferredValue, useState } from 'react';
import type { Change } from '../../api/drift';
import { shownError } from '../../api/problem';
import { useCreateRule, useDeleteRule } from '../../api/rules';
import { ignore, review } from '../../strings/review';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { type IgnoreWhere, ignoreRule } from './ignoreRule';
import { RulePreview } from './RulePreview';
import { nameOf } from './useDecide';

interface Props {
  change: Change;
  path: string;
  customer: string | null;
  onClose: () => void;
}

const expiries = [0, 30, 90, 365].map((days) => ({
  value: String(days),
  label: days === 0 ? ignore.never : ignore.days(days),
}));

function places(change: Change, customer: string | null): { value: IgnoreWhere; label: string }[] {
  const { type } = change.resource;
  return [
    { value: 'one', label: ignore.whereOne(nameOf(change)) },
    { value: 'account', label: ignore.whereAccount(type) },
    ...(customer ? [{ value: 'customer' as const, label: ignore.whereCustomer(type) }] : []),
    { value: 'all', label: ignore.whereAll(type) },
  ];
}

/** The rule was made a moment ago: taking it back leaves nothing of it. The dialog is closed by then. */
function useUndo() {
  const { mutateAsync } = useDeleteRule();
  const flash = useFlash();
  return (id: string) =>
    void mutateAsync(id).then(
      () => flash({ type: 'info', content: ignore.takenBack }),
      (error: unknown) => {
        const { title, detail } = shownError(error);
        flash({ type: 'error', header: title, content: detail });
      },
    );
}

export function IgnoreDialog({ change, path: given, customer, onClose }: Props) {
  const [path, setPath] = useState(given);
  const [where, setWhere] = useState<IgnoreWhere>('account');
  const [days, setDays] = useState('0');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [now] = useState(() => Date.now());
  const create = useCreateRule();
  const undo = useUndo();
  const flash = useFlash();
  const rule = ignoreRule(change, customer, { where, path, reason, days: Number(days) }, now);
  const previewed = useDeferredValue(path);
  const send = () => {
    setTried(true);
    if (!reason.trim()) return;
    create.mutate(rule, {
      onSuccess: ({ id }) => {
        flash({
          type: 'success',
          content: ignore.added,
          action: (close) => (
            <Button
              onClick={() => {
                close();
                undo(id);
              }}
            >
              {review.undo}
            </Button>
          ),
        });
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={ignore.title}
      submit={ignore.add}
      pending={create.isPending}
      error={create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField label={ignore.path} value={path} spellcheck={false} onText={setPath} />
      <FormField label={ignore.where}>
        <RadioGroup
          value={where}
          items={places(change, customer)}
          onChange={({ detail }) => setWhere(detail.value as IgnoreWhere)}
        />
      </FormField>
      <RulePreview rule={{ ...rule, reason: null, scope: { ...rule.scope, path: previewed } }} />
      <FormField label={ignore.expiry}>
        <Select
          options={expiries}
          selectedOption={expiries.find(({ value }) => value === days) ?? null}
          onChange={({ detail }) => setDays(detail.selectedOption.value ?? '0')}
        />
      </FormField>
      <TextField
        label={ignore.reason}
        autoFocus
        value={reason}
        error={tried && !reason.trim() ? ignore.missingReason : undefined}
        onText={setReason}
      />
    </FormDialog>
  );
}
