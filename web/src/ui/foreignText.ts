/**
 * Text from clouds and people may hold anything: controls that turn the reading direction of the whole
 * line, zero-width characters, ten kilobytes. Controls become visible marks; length is the caller's.
 */
const controls =
  // C0 and C1 controls, bidirectional controls, zero-width and line separators.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

export function visible(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** Cuts between characters, never inside a surrogate pair. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const whole = Array.from(text.slice(0, most + 1));
  return whole.slice(0, Math.max(1, whole.length - 1)).join('') + '…';
}
