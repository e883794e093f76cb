/** The filter language as text, with suggestions; what the server cannot read is marked at its place. */
import Autosuggest from '@cloudscape-design/components/autosuggest';
import { useEffect, useState } from 'react';
import { lists } from '../strings/lists';
import { FilterHelp } from './FilterHelp';
import { aroundError, errorIndex } from './filterPosition';
import { type FilterField, suggestFilter } from './suggestFilter';

interface Props {
  label: string;
  placeholder: string;
  /** What is applied: the text of the address. */
  value: string;
  fields: FilterField[];
  /** The server's words about this filter, where it refused it. */
  refusal?: { detail: string; hint?: string | undefined } | undefined;
  onApply: (text: string) => void;
}

export function FilterLine({ label, placeholder, value, fields, refusal, onApply }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const options = suggestFilter(text, fields).map((each) => ({ value: each }));
  return (
    <div className="filter-line" role="search" aria-label={label}>
      <div className="filter-input">
        <Autosuggest
          value={text}
          options={options}
          filteringType="manual"
          ariaLabel={label}
          placeholder={placeholder}
          invalid={refusal !== undefined}
          enteredTextLabel={lists.suggestion}
          onChange={({ detail }) => {
            setText(detail.value);
            if (detail.value === '') onApply('');
          }}
          onSelect={({ detail }) => {
            setText(detail.value);
            if (!/[=.]$/.test(detail.value)) onApply(detail.value.trim());
          }}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter') onApply(text.trim());
          }}
        />
        <FilterHelp fields={fields} />
      </div>
      {refusal && <Refusal text={value} refusal={refusal} />}
    </div>
  );
}

function Refusal({ text, refusal }: { text: string; refusal: NonNullable<Props['refusal']> }) {
  const index = errorIndex(text, refusal.detail);
  const [before, there, after] = index === null ? [text, '', ''] : aroundError(text, index);
  return (
    <div className="filter-refusal" role="alert">
      <code>
        <bdi>
          {before}
          {index !== null && <mark>{there || '␣'}</mark>}
          {after}
        </bdi>
      </code>
      <div>
        {refusal.detail} {refusal.hint}
      </div>
    </div>
  );
}
