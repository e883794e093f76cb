import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { type ApiError, fieldError } from '../../api/problem';
import { environments } from '../../strings/accounts';
import { providerNames } from '../../strings/common';
import { wizard } from '../../strings/wizard';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { OptionalLabel } from '../../ui/OptionalLabel';
import { TextField } from '../../ui/TextField';
import { CustomerField } from './CustomerField';
import { type AccountDraft, isProvider, providers } from './draft';

interface Props {
  draft: AccountDraft;
  onChange: (part: Partial<AccountDraft>) => void;
  tried: boolean;
  error: ApiError | null;
}

const noEnvironment = { value: '', label: wizard.noEnvironment };
const environmentOptions = [
  noEnvironment,
  ...Object.entries(environments).map(([value, label]) => ({ value, label })),
];

export function AccountStep({ draft, onChange, tried, error }: Props) {
  const nameError = tried && !draft.name.trim() ? wizard.missingName : fieldError(error, 'name');
  return (
    <SpaceBetween size="l">
      {error && error.field !== 'name' && <ErrorPanel what={wizard.accountFailed} error={error} />}
      <Container header={<Header variant="h2">{wizard.provider}</Header>}>
        <Tiles
          ariaLabel={wizard.provider}
          columns={3}
          value={draft.provider}
          onChange={({ detail }) =>
            isProvider(detail.value) && onChange({ provider: detail.value })
          }
          items={providers.map((value) => ({
            value,
            label: providerNames[value],
            description: wizard.providerTexts[value],
          }))}
        />
      </Container>
      <Container header={<Header variant="h2">{wizard.nameAndCustomer}</Header>}>
        <SpaceBetween size="m">
          <TextField
            label={wizard.name}
            help={wizard.nameHelp}
            placeholder={wizard.namePlaceholder}
            error={nameError}
            value={draft.name}
            autoComplete={false}
            onText={(name) => onChange({ name })}
          />
          <CustomerField
            value={draft.customerId}
            onChange={(customerId) => onChange({ customerId })}
          />
          <FormField label={<OptionalLabel text={wizard.environment} />}>
            <Select
              options={environmentOptions}
              selectedOption={
                environmentOptions.find(({ value }) => value === draft.environment) ?? noEnvironment
              }
              onChange={({ detail }) =>
                onChange({ environment: detail.selectedOption.value ?? '' })
              }
            />
          </FormField>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
