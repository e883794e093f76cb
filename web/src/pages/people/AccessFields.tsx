import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMe } from '../../api/session';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { clipped, visible } from '../../ui/foreignText';
import { OptionalLabel } from '../../ui/OptionalLabel';
import { rolesUpTo } from './roles';
import { useCustomerNames } from './useCustomerNames';

export interface AccessDraft {
  role: S['Role'];
  /** Ids of the customers that are seen; none: all. */
  customers: string[];
}

interface Props {
  access: AccessDraft;
  roleError?: string | undefined;
  customersError?: string | undefined;
  onChange: (part: Partial<AccessDraft>) => void;
}

/** What a person or a token may do, and which customers it sees. */
export function AccessFields({ access, roleError, customersError, onChange }: Props) {
  const me = useMe().data;
  const roles = rolesUpTo(me?.role ?? 'viewer');
  const { customers } = useCustomerNames();
  // Who is limited himself gives no more than that; the server answers only his customers.
  const options = customers.map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), 60),
  }));
  return (
    <SpaceBetween size="m">
      <FormField label={people.role} errorText={roleError}>
        <Select
          options={roles}
          selectedOption={roles.find(({ value }) => value === access.role) ?? null}
          onChange={({ detail }) => onChange({ role: detail.selectedOption.value as S['Role'] })}
        />
      </FormField>
      <FormField
        label={<OptionalLabel text={people.customers} />}
        constraintText={people.customersHelp}
        errorText={customersError}
      >
        <Multiselect
          options={options}
          filteringType="auto"
          placeholder={people.everyCustomer}
          selectedOptions={options.filter(({ value }) => access.customers.includes(value))}
          onChange={({ detail }) =>
            onChange({ customers: detail.selectedOptions.map(({ value }) => value ?? '') })
          }
        />
      </FormField>
    </SpaceBetween>
  );
}

/** The API's word for it: null is all. */
export const customersOf = ({ customers }: AccessDraft) =>
  customers.length > 0 ? customers : null;
