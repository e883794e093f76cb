import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { everyAccount, useAccounts } from '../../api/accounts';
import { everyCustomer, useCustomers } from '../../api/customers';
import { rules } from '../../strings/rules';
import { clipped, visible } from '../../ui/foreignText';
import { TextField } from '../../ui/TextField';
import type { ScopeDraft } from './scopeDraft';

interface Props {
  scope: ScopeDraft;
  missing: string | undefined;
  onChange: (scope: ScopeDraft) => void;
}

interface NamedProps {
  label: string;
  items: { id: string; name: string }[];
  value: string;
  onChoose: (id: string) => void;
}

const any = { value: '', label: rules.anything };

function Named({ label, items, value, onChoose }: NamedProps) {
  const options = [
    any,
    ...items.map(({ id, name }) => ({ value: id, label: clipped(visible(name), 60) })),
  ];
  return (
    <FormField label={label}>
      <Select
        options={options}
        filteringType="auto"
        selectedOption={options.find((option) => option.value === value) ?? any}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

const texts = [
  { name: 'type', help: rules.typeHelp },
  { name: 'path', help: rules.pathHelp },
  { name: 'tag', help: rules.tagHelp },
  { name: 'region', help: '' },
] as const;

export function ScopeFields({ scope, missing, onChange }: Props) {
  const accounts = useAccounts(everyAccount);
  const customers = useCustomers(everyCustomer);
  return (
    <FormField label={rules.scope} errorText={missing} stretch>
      <ColumnLayout columns={2}>
        {texts.map(({ name, help }) => (
          <TextField
            key={name}
            label={rules.scopeNames[name]}
            help={help}
            spellcheck={false}
            value={scope[name] ?? ''}
            onText={(text) => onChange({ ...scope, [name]: text })}
          />
        ))}
        <Named
          label={rules.scopeNames.account_id}
          items={accounts.data?.items ?? []}
          value={scope.account_id ?? ''}
          onChoose={(id) => onChange({ ...scope, account_id: id })}
        />
        <Named
          label={rules.scopeNames.customer_id}
          items={customers.data?.items ?? []}
          value={scope.customer_id ?? ''}
          onChoose={(id) => onChange({ ...scope, customer_id: id })}
        />
      </ColumnLayout>
    </FormField>
  );
}
