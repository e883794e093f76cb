import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { everyCustomer, useCustomers } from '../../api/customers';
import type { TodayQuery } from '../../api/today';
import { severityNames } from '../../strings/common';
import { today } from '../../strings/today';
import { clipped, visible } from '../../ui/foreignText';
import { severities } from '../../ui/severity';

interface Props {
  wanted: TodayQuery;
  onChange: (values: Record<string, string | null>) => void;
}

const anyCustomer = { value: '', label: today.everyCustomer };
const anySeverity = { value: '', label: today.anySeverity };
const levels = [
  anySeverity,
  ...severities.map((value) => ({ value, label: today.atLeast(severityNames[value]) })),
];

export function TodayFilter({ wanted, onChange }: Props) {
  const { data } = useCustomers(everyCustomer);
  const known = (data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), 60),
  }));
  const customers = [anyCustomer, ...known];
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Select
        ariaLabel={today.customer}
        options={customers}
        filteringType="auto"
        selectedOption={customers.find(({ value }) => value === wanted.customer) ?? anyCustomer}
        onChange={({ detail }) => onChange({ customer: detail.selectedOption.value ?? null })}
      />
      <Select
        ariaLabel={today.severity}
        options={levels}
        selectedOption={levels.find(({ value }) => value === wanted.severity) ?? anySeverity}
        onChange={({ detail }) => onChange({ severity: detail.selectedOption.value ?? null })}
      />
    </SpaceBetween>
  );
}
