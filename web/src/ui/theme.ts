/**
 * Dark or light, compact or comfortable, single-key shortcuts or none: kept in this browser, applied
 * before the first paint by theme.js, one state for every place of a page that shows or changes it.
 */
import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`patrol.${name}`, value);
  } catch {
    // A browser that keeps nothing still shows what was chosen, until the page is closed.
  }
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`patrol.${name}`);
  } catch {
    return null;
  }
}

interface Choices {
  dark: boolean;
  compact: boolean;
  shortcuts: boolean;
}

let choices: Choices | undefined;
const listeners = new Set<() => void>();

function read(): Choices {
  choices ??= {
    dark: document.body.classList.contains('awsui-dark-mode'),
    compact: document.body.classList.contains('awsui-compact-mode'),
    shortcuts: kept('shortcuts') !== 'off',
  };
  return choices;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function choose(change: Partial<Choices>): void {
  const now = { ...read(), ...change };
  choices = now;
  applyMode(now.dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = now.dark ? 'dark' : 'light';
  applyDensity(now.compact ? Density.Compact : Density.Comfortable);
  if (change.dark !== undefined) keep('mode', change.dark ? 'dark' : 'light');
  if (change.compact !== undefined) keep('density', change.compact ? 'compact' : 'comfortable');
  if (change.shortcuts !== undefined) keep('shortcuts', change.shortcuts ? 'on' : 'off');
  for (const listener of [...listeners]) listener();
}

export function useTheme() {
  const now = useSyncExternalStore(subscribe, read);
  return {
    ...now,
    toggleDark: () => choose({ dark: !now.dark }),
    toggleCompact: () => choose({ compact: !now.compact }),
    toggleShortcuts: () => choose({ shortcuts: !now.shortcuts }),
  };
}

export type Theme = ReturnType<typeof useTheme>;
