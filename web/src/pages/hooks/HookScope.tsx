import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { everyAccount, useAccounts } from '../../api/accounts';
import { useCustomers } from '../../api/customers';
import { hooks } from '../../strings/hooks';
import { clipped, visible } from '../../ui/foreignText';
import { OptionalLabel } from '../../ui/OptionalLabel';
import { TextAreaField } from '../../ui/TextAreaField';
import { TextField } from '../../ui/TextField';
import type { HookDraft } from './hookDraft';

interface Props {
  draft: HookDraft;
  badTag: string | undefined;
  put: (part: Partial<HookDraft>) => void;
}

const most = 500;
const everyCustomer = { value: '', label: hooks.everyCustomer };

const named = (items: { id: string; name: string }[] = []) =>
  items.map(({ id, name }) => ({ value: id, label: clipped(visible(name), 60) }));

function Places({ draft, put }: Omit<Props, 'badTag'>) {
  const customers = [everyCustomer, ...named(useCustomers({ limit: most }).data?.items)];
  const accounts = named(useAccounts(everyAccount).data?.items);
  return (
    <SpaceBetween size="m">
      <FormField label={<OptionalLabel text={hooks.customer} />}>
        <Select
          options={customers}
          filteringType="auto"
          selectedOption={customers.find(({ value }) => value === draft.customer) ?? null}
          onChange={({ detail }) => put({ customer: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      <FormField label={<OptionalLabel text={hooks.accounts} />}>
        <Multiselect
          options={accounts}
          filteringType="auto"
          placeholder={hooks.everyAccount}
          selectedOptions={accounts.filter(({ value }) => draft.accounts.includes(value))}
          onChange={({ detail }) =>
            put({ accounts: detail.selectedOptions.map(({ value }) => value ?? '') })
          }
        />
      </FormField>
    </SpaceBetween>
  );
}

/** Which changes the runs of the hook may explain. */
export function HookScope({ draft, badTag, put }: Props) {
  return (
    <SpaceBetween size="m">
      <Places draft={draft} put={put} />
      <TextField
        label={hooks.regions}
        optional
        help={hooks.regionsHelp}
        spellcheck={false}
        value={draft.regions}
        onText={(regions) => put({ regions })}
      />
      <TextAreaField
        label={hooks.tags}
        optional
        help={hooks.tagsHelp}
        error={badTag}
        rows={2}
        value={draft.tags}
        onText={(tags) => put({ tags })}
      />
      <TextField
        label={hooks.principal}
        optional
        help={hooks.principalHelp}
        spellcheck={false}
        value={draft.principal}
        onText={(principal) => put({ principal })}
      />
    </SpaceBetween>
  );
}
