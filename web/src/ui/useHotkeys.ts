import { useEffect, useRef } from 'react';

const chordTime = 900;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
}

/** A dialog has the keyboard for itself. */
function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/**
 * Single keys ("j", "/") and chords ("g a"), while nobody types. `keys` maps them to what they do; a
 * person may switch them all off (WCAG 2.1.4).
 */
export function useHotkeys(keys: Record<string, () => void>, enabled = true): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    if (!enabled) return;
    let first = '';
    let firstAt = 0;
    const pressed = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event.target) || dialogIsOpen()) return;
      const chord = Date.now() - firstAt < chordTime ? `${first} ${event.key}` : '';
      const action = current.current[chord] ?? current.current[event.key];
      first = event.key;
      firstAt = Date.now();
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [enabled]);
}
