import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useCustomers } from '../../api/customers';
import { useChannels, useCreateRoute } from '../../api/notifications';
import { severityNames } from '../../strings/common';
import { notifications as text } from '../../strings/notifications';
import type { S, Severity } from '../../types';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import { FormDialog } from '../../ui/FormDialog';
import { severities } from '../../ui/severity';
import { TextField } from '../../ui/TextField';

type Kind = S['NoticeKind'];
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

export function RouteDialog({ onClose }: { onClose: () => void }) {
  const [channel, setChannel] = useState('');
  const [kinds, setKinds] = useState<Kind[]>([]);
  const [least, setLeast] = useState<Severity>('high');
  const [customer, setCustomer] = useState('');
  const [hour, setHour] = useState(usualHour);
  const [tried, setTried] = useState(false);
  const channels = useChannels();
  const customers = useCustomers({ limit: 500 });
  const create = useCreateRoute();
  const flash = useFlash();
  const digests = kinds.includes('digest');
  const send = () => {
    setTried(true);
    if (!channel) return;
    create.mutate(
      {
        channel_id: channel,
        kinds,
        min_severity: least,
        ...(customer ? { customer_id: customer } : {}),
        ...(digests ? { digest_hour: Number(hour) } : {}),
      },
      { onSuccess: () => (flash({ type: 'success', content: text.routeAdded }), onClose()) },
    );
  };
  return (
    <FormDialog
      title={text.addRoute}
      submit={text.addRoute}
      pending={create.isPending}
      error={create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <Choose
        label={text.channel}
        options={named(channels.data?.items ?? [])}
        value={channel}
        error={tried && !channel ? text.missing : undefined}
        onChoose={setChannel}
      />
      <Notices kinds={kinds} onChange={setKinds} />
      <Choose
        label={text.least}
        options={levels}
        value={least}
        onChoose={(value) => setLeast(value as Severity)}
      />
      <Choose
        label={text.customer}
        options={[everyCustomer, ...named(customers.data?.items ?? [])]}
        value={customer}
        onChoose={setCustomer}
      />
      {digests && (
        <TextField
          label={text.digestHour}
          type="number"
          inputMode="numeric"
          value={hour}
          onText={setHour}
        />
      )}
    </FormDialog>
  );
}
