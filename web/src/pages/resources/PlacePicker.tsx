import Select from '@cloudscape-design/components/select';
import { resources } from '../../strings/resources';
import { absolute } from '../../ui/format';
import { clipped, visible } from '../../ui/foreignText';
import type { TakenSnapshot } from './usePlace';

interface Props {
  accounts: Map<string, string>;
  account: string;
  snapshots: TakenSnapshot[];
  snapshot: string;
  onAccount: (id: string) => void;
  onSnapshot: (id: string) => void;
}

const nameChars = 60;

/** Where and when: an account, and of an account one of its snapshots. */
export function PlacePicker(props: Props) {
  const everywhere = { value: '', label: resources.allAccounts };
  const accounts = [...props.accounts].map(([value, name]) => ({
    value,
    label: clipped(visible(name), nameChars),
  }));
  const now = { value: '', label: resources.now };
  const times = props.snapshots.map(({ id, at }) => ({
    value: id,
    label: resources.snapshotAt(absolute(at)),
  }));
  const account = accounts.find(({ value }) => value === props.account);
  const time = times.find(({ value }) => value === props.snapshot);
  return (
    <>
      <div className="place">
        <Select
          ariaLabel={resources.where}
          options={[everywhere, ...accounts]}
          selectedOption={account ?? everywhere}
          filteringType="auto"
          onChange={({ detail }) => props.onAccount(detail.selectedOption.value ?? '')}
        />
      </div>
      {props.account !== '' && (
        <div className="place">
          <Select
            ariaLabel={resources.when}
            options={[now, ...times]}
            selectedOption={time ?? now}
            onChange={({ detail }) => props.onSnapshot(detail.selectedOption.value ?? '')}
          />
        </div>
      )}
    </>
  );
}
