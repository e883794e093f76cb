import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { everyCollector, useCollectors } from '../../api/collectors';
import { collectors } from '../../strings/collectors';
import { AppLink } from '../../ui/AppLink';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { clipped, visible } from '../../ui/foreignText';
import { TextField } from '../../ui/TextField';
import type { OnSite } from './useOnSite';

const nameChars = 80;

/** A revoked one can read nothing any more. */
function useChoices(chosen: string) {
  const { data, isPending } = useCollectors(everyCollector);
  const options = (data?.items ?? [])
    .filter(({ id, state }) => state !== 'revoked' || id === chosen)
    .map(({ id, name, state }) => ({
      value: id,
      label: clipped(visible(name), nameChars),
      description: collectors.states[state],
    }));
  return { options, isPending };
}

export function OnSiteForm({ onSite }: { onSite: OnSite }) {
  const { options, isPending } = useChoices(onSite.collector);
  return (
    <SpaceBetween size="m">
      <span>{collectors.onSiteText}</span>
      {onSite.error && <ErrorPanel error={onSite.error} />}
      <FormField
        label={collectors.collector}
        errorText={onSite.collectorError}
        constraintText={<AppLink href="/collectors">{collectors.manage}</AppLink>}
      >
        <Select
          filteringType="auto"
          placeholder={collectors.choose}
          statusType={isPending ? 'loading' : 'finished'}
          empty={collectors.noneUsable}
          options={options}
          selectedOption={options.find(({ value }) => value === onSite.collector) ?? null}
          onChange={({ detail }) => onSite.change({ collector: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      <TextField
        label={collectors.credential}
        help={collectors.credentialHelp}
        value={onSite.credential}
        autoComplete={false}
        spellcheck={false}
        error={onSite.credentialError}
        onText={(credential) => onSite.change({ credential })}
      />
    </SpaceBetween>
  );
}
