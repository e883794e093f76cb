import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useCustomers } from '../../api/customers';
import { useChannels, useCreateRoute, useUpdateRoute } from '../../api/notifications';
import { common, severityNames } from '../../strings/common';
import { notifications as text } from '../../strings/notifications';
import type { S, Severity } from '../../types';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import { FormDialog } from '../../ui/FormDialog';
import { severities } from '../../ui/severity';
import { TextField } from '../../ui/TextField';

type Kind = S['NoticeKind'];
type Route = S['NotificationRoute'];
interface Option {
  value: string;
  label: string;
}

const levels = severities.map((value) => ({ value, label: severityNames[value] }));
const notices = Object.entries(text.noticeKinds).map(([value, label]) => ({ value, label }));
const everyCustomer = { value: '', label: text.everyCustomer };
const usualHour = '7';

const named = (items: { id: string; name: string }[]): Option[] =>
  items.map(({ id, name }) => ({ value: id, label: clipped(visible(name), 60) }));

interface ChooseProps {
  label: string;
  options: Option[];
  value: string;
  error?: string | undefined;
  onChoose: (value: string) => void;
}

function Choose({ label, options, value, error, onChoose }: ChooseProps) {
  return (
    <FormField label={label} errorText={error}>
      <Select
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

function Notices({ kinds, onChange }: { kinds: Kind[]; onChange: (kinds: Kind[]) => void }) {
  return (
    <FormField label={text.notices}>
      <Multiselect
        options={notices}
        placeholder={text.every}
        selectedOptions={notices.filter(({ value }) => kinds.includes(value as Kind))}
        onChange={({ detail }) =>
          onChange(detail.selectedOptions.map(({ value }) => value as Kind))
        }
      />
    </FormField>
  );
}

interface Draft {
  channel: string;
  kinds: Kind[];
  least: Severity;
  customer: string;
  hour: string;
}

function draftOf(route?: Route): Draft {
  return {
    channel: route?.channel_id ?? '',
    kinds: route?.kinds ?? [],
    least: route?.min_severity ?? 'high',
    customer: route?.customer_id ?? '',
    hour: String(route?.digest_hour ?? usualHour),
  };
}

/** As a new route and as a merge patch: what is not chosen is null in both. */
function routeOf({ channel, kinds, least, customer, hour }: Draft) {
  return {
    channel_id: channel,
    kinds,
    min_severity: least,
    customer_id: customer || null,
    digest_hour: kinds.includes('digest') ? Number(hour) : null,
  };
}

function useSave(route: Route | undefined, onSaved: () => void) {
  const create = useCreateRoute();
  const update = useUpdateRoute();
  const flash = useFlash();
  const done = (content: string) => () => {
    flash({ type: 'success', content });
    onSaved();
  };
  const save = (draft: Draft) => {
    const written = routeOf(draft);
    if (!route) return create.mutate(written, { onSuccess: done(text.routeAdded) });
    return update.mutate({ id: route.id, patch: written }, { onSuccess: done(text.routeSaved) });
  };
  return {
    save,
    error: create.error ?? update.error,
    pending: create.isPending || update.isPending,
  };
}

interface Props {
  /** The one to change; absent: a new one. */
  route?: Route;
  onClose: () => void;
}

export function RouteDialog({ route, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(route));
  const [tried, setTried] = useState(false);
  const channels = useChannels();
  const customers = useCustomers({ limit: 500 });
  const { save, error, pending } = useSave(route, onClose);
  const put = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const send = () => {
    setTried(true);
    if (draft.channel) save(draft);
  };
  return (
    <FormDialog
      title={route ? text.editRoute : text.addRoute}
      submit={route ? common.save : text.addRoute}
      pending={pending}
      error={error}
      onSubmit={send}
      onClose={onClose}
    >
      <Choose
        label={text.channel}
        options={named(channels.data?.items ?? [])}
        value={draft.channel}
        error={tried && !draft.channel ? text.missing : undefined}
        onChoose={(channel) => put({ channel })}
      />
      <Notices kinds={draft.kinds} onChange={(kinds) => put({ kinds })} />
      <Choose
        label={text.least}
        options={levels}
        value={draft.least}
        onChoose={(value) => put({ least: value as Severity })}
      />
      <Choose
        label={text.customer}
        options={[everyCustomer, ...named(customers.data?.items ?? [])]}
        value={draft.customer}
        onChoose={(customer) => put({ customer })}
      />
      {draft.kinds.includes('digest') && (
        <TextField
          label={text.digestHour}
          type="number"
          inputMode="numeric"
          value={draft.hour}
          onText={(hour) => put({ hour })}
        />
      )}
    </FormDialog>
  );
}
