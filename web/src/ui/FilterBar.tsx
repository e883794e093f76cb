/** The property filter, reading and writing the filter language: the same text as in the URL and the API. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import PropertyFilter, {
  type PropertyFilterProps,
} from '@cloudscape-design/components/property-filter';
import { common } from '../strings/common';
import { type FilterTerm, fromText, toText } from './filterText';

export interface FilterField {
  key: string;
  label: string;
  operators: PropertyFilterProps.ComparisonOperator[];
  /** What may be chosen; free text is always possible. */
  options?: { value: string; label?: string }[];
}

interface Props {
  label: string;
  text: string;
  fields: FilterField[];
  countText?: string;
  onText: (text: string) => void;
}

function tokenOf({ field, operator, value }: FilterTerm): PropertyFilterProps.Token {
  return { propertyKey: field, operator, value };
}

function termOf(token: PropertyFilterProps.Token): FilterTerm {
  const { propertyKey, operator, value } = token;
  return { ...(propertyKey ? { field: propertyKey } : {}), operator, value: String(value) };
}

export function FilterBar({ label, text, fields, countText = '', onText }: Props) {
  const terms = fromText(text);
  if (!terms) {
    return (
      <Alert type="info" action={<Button onClick={() => onText('')}>{common.clearFilter}</Button>}>
        <code>{text}</code>
      </Alert>
    );
  }
  const options = fields.flatMap(({ key, options: known = [] }) =>
    known.map(({ value, label: name }) => ({ propertyKey: key, value, label: name })),
  );
  return (
    <PropertyFilter
      query={{ tokens: terms.terms.map(tokenOf), operation: terms.operation }}
      onChange={({ detail }) =>
        onText(toText({ terms: detail.tokens.map(termOf), operation: detail.operation }))
      }
      countText={text ? countText : ''}
      filteringPlaceholder={label}
      filteringAriaLabel={label}
      filteringProperties={fields.map(({ key, label: name, operators }) => ({
        key,
        propertyLabel: name,
        groupValuesLabel: name,
        operators,
      }))}
      filteringOptions={options}
    />
  );
}
