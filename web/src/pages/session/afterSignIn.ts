/**
 * Where somebody wanted to go when the sign-in came between. By password the page knows it itself; an
 * identity provider sends the browser back to the front door, so the tab keeps it until then.
 */
const kept = 'patrol.next';

/** Only addresses of this console: a link must not lead elsewhere after signing in. */
export function safeNext(next: string | null): string {
  if (!next || !/^\/(?![/\\])/.test(next)) return '/';
  return next;
}

export function keepNext(next: string | null): void {
  if (safeNext(next) === '/') sessionStorage.removeItem(kept);
  else sessionStorage.setItem(kept, safeNext(next));
}

/** Once: a later visit of the front door is meant for itself. */
export function takeNext(): string | null {
  const next = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return next === null ? null : safeNext(next);
}
