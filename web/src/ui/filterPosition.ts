/** Where in the text of a filter the server stopped reading. It counts bytes of UTF-8 from 1. */
const position = /at position (\d+)/;
const encoder = new TextEncoder();

/** The index into the text (UTF-16), or null where the message names no position. */
export function errorIndex(text: string, message: string): number | null {
  const found = position.exec(message);
  if (!found) return null;
  const bytes = Number(found[1]) - 1;
  let counted = 0;
  let index = 0;
  for (const character of text) {
    if (counted >= bytes) break;
    counted += encoder.encode(character).length;
    index += character.length;
  }
  return index;
}

/** The text around the place: before it, the character there ("" at the end), after it. */
export function aroundError(text: string, index: number): [string, string, string] {
  const [there = ''] = text.slice(index);
  return [text.slice(0, index), there, text.slice(index + there.length)];
}
