import Input from '@cloudscape-design/components/input';
import { useEffect, useRef, useState } from 'react';
import { review } from '../../strings/review';

interface Props {
  value: string;
  onFind: (text: string) => void;
}

const settlesAfter = 200;

/** What is typed is shown at once and put into the address when the typing pauses. */
export function FindField({ value, onFind }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const find = useRef(onFind);
  find.current = onFind;
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      find.current(text);
    }, settlesAfter);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Input
      type="search"
      ariaLabel={review.find}
      placeholder={review.findKeys}
      value={text}
      onChange={({ detail }) => setText(detail.value)}
    />
  );
}
