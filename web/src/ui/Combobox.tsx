/** A text field with a list below it, moved through by the arrow keys: the palette's. Escape is left to its owner. */
import Input, { type InputProps } from '@cloudscape-design/components/input';
import { useEffect, useId, useRef, useState } from 'react';

const focusAfter = 50;

export interface ComboboxOption {
  id: string;
  kind: string;
  text: string;
  note?: string;
}

interface Props {
  label: string;
  placeholder: string;
  options: ComboboxOption[];
  value: string;
  nothing: string;
  announce: (count: number) => string;
  onChange: (value: string) => void;
  onChoose: (option: ComboboxOption) => void;
}

export function Combobox(props: Props) {
  const { options, value } = props;
  const listId = useId();
  const [marked, setMarked] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<InputProps.Ref>(null);
  useEffect(() => {
    // A dialog around it takes the focus first.
    const timer = setTimeout(() => input.current?.focus(), focusAfter);
    return () => clearTimeout(timer);
  }, []);
  const at = Math.min(marked, Math.max(0, options.length - 1));
  const markedId = options[at] ? `${listId}-${at}` : undefined;
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const choose = (index: number) => {
    const option = options[index];
    if (option) props.onChoose(option);
  };
  const pressed = (key: string) => {
    if (key === 'ArrowDown') setMarked(Math.min(at + 1, options.length - 1));
    if (key === 'ArrowUp') setMarked(Math.max(at - 1, 0));
    if (key === 'Enter') choose(at);
  };
  return (
    <div>
      <Input
        type="search"
        ref={input}
        ariaLabel={props.label}
        placeholder={props.placeholder}
        value={value}
        nativeInputAttributes={{
          role: 'combobox',
          'aria-expanded': true,
          'aria-controls': listId,
          'aria-activedescendant': markedId,
          'aria-autocomplete': 'list',
        }}
        onChange={({ detail }) => {
          setMarked(0);
          props.onChange(detail.value);
        }}
        onKeyDown={({ detail }) => pressed(detail.key)}
      />
      <ul id={listId} ref={list} role="listbox" aria-label={props.label} className="options">
        {options.map((option, index) => (
          <li
            key={option.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setMarked(index)}
            onClick={() => choose(index)}
          >
            <span>{option.text}</span>
            <span className="muted small">{option.note ?? option.kind}</span>
          </li>
        ))}
      </ul>
      <div role="status" className={options.length > 0 ? 'only-heard' : 'muted'}>
        {options.length > 0 ? props.announce(options.length) : props.nothing}
      </div>
    </div>
  );
}
