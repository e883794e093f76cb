import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { resources } from '../../strings/resources';
import { absolute } from '../../ui/format';
import { useSnapshotsOf } from '../resources/usePlace';

interface Pair {
  from: string;
  to: string;
}

interface Props extends Pair {
  account: string;
  onChange: (pair: Pair) => void;
}

interface PickProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChoose: (id: string) => void;
}

function Pick({ label, value, options, onChoose }: PickProps) {
  return (
    <FormField label={label}>
      <Select
        ariaLabel={label}
        placeholder={resources.comparePick}
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

export function SnapshotPair({ account, from, to, onChange }: Props) {
  const snapshots = useSnapshotsOf(account) ?? [];
  const options = snapshots.map(({ id, at }) => ({ value: id, label: absolute(at) }));
  return (
    <div className="pair">
      <Pick
        label={resources.compareFrom}
        value={from}
        options={options}
        onChoose={(id) => onChange({ from: id, to })}
      />
      <Pick
        label={resources.compareTo}
        value={to}
        options={options}
        onChoose={(id) => onChange({ from, to: id })}
      />
      <Button iconName="refresh" onClick={() => onChange({ from: to, to: from })}>
        {resources.compareSwap}
      </Button>
    </div>
  );
}
