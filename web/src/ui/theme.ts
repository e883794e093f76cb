/** Dark or light, compact or comfortable: kept in this browser, applied before the first paint by theme.js. */
import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';

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

export function useTheme() {
  const [dark, setDark] = useState(document.body.classList.contains('awsui-dark-mode'));
  const [compact, setCompact] = useState(document.body.classList.contains('awsui-compact-mode'));
  const [shortcuts, setShortcuts] = useState(kept('shortcuts') !== 'off');
  useEffect(() => {
    applyMode(dark ? Mode.Dark : Mode.Light);
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [dark]);
  useEffect(() => applyDensity(compact ? Density.Compact : Density.Comfortable), [compact]);
  return {
    dark,
    compact,
    shortcuts,
    toggleDark: () => {
      keep('mode', dark ? 'light' : 'dark');
      setDark(!dark);
    },
    toggleCompact: () => {
      keep('density', compact ? 'comfortable' : 'compact');
      setCompact(!compact);
    },
    toggleShortcuts: () => {
      keep('shortcuts', shortcuts ? 'off' : 'on');
      setShortcuts(!shortcuts);
    },
  };
}

export type Theme = ReturnType<typeof useTheme>;
