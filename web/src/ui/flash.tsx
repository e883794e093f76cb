/** Messages above the page: what a press of a button did. Those that need no answer leave by themselves. */
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { common } from '../strings/common';
import { shell } from '../strings/shell';

export type Flash = Pick<FlashbarProps.MessageDefinition, 'type' | 'header' | 'content'> & {
  /** What can be done about it; a function gets what takes the message away. */
  action?: ReactNode | ((close: () => void) => ReactNode);
};

const shownMost = 4;
const leavesAfter = 8_000;

interface Flashes {
  items: FlashbarProps.MessageDefinition[];
  flash: (message: Flash) => void;
}

const FlashContext = createContext<Flashes>({ items: [], flash: () => undefined });
let lastId = 0;

export function FlashProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const flash = useCallback((message: Flash) => {
    const id = `flash-${++lastId}`;
    const close = () => setItems((before) => before.filter((item) => item.id !== id));
    const { action, ...rest } = message;
    const item = {
      ...rest,
      ...(action ? { action: typeof action === 'function' ? action(close) : action } : {}),
      id,
      dismissible: true,
      dismissLabel: common.close,
      onDismiss: close,
    };
    setItems((before) => [item, ...before].slice(0, shownMost));
    if (message.type !== 'error' && message.type !== 'warning') setTimeout(close, leavesAfter);
  }, []);
  const value = useMemo(() => ({ items, flash }), [items, flash]);
  return <FlashContext.Provider value={value}>{children}</FlashContext.Provider>;
}

export function useFlash(): (message: Flash) => void {
  return useContext(FlashContext).flash;
}

/** `first` stands before the messages: a banner that is there as long as its reason. */
export function Flashes({ first }: { first?: FlashbarProps.MessageDefinition | undefined }) {
  const { items } = useContext(FlashContext);
  const shown = first ? [first, ...items] : items;
  return <Flashbar items={shown} i18nStrings={{ ariaLabel: shell.notifications }} />;
}
