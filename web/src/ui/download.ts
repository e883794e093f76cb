/** Hands a file to the browser. */
const nameMost = 100;

/** A name that every file system takes, made of text that strangers chose. */
export function fileName(parts: string[], ending: string): string {
  const name = parts
    .join('-')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, nameMost);
  return `${name || 'export'}.${ending}`;
}

export function download(name: string, type: string, pieces: string[]): void {
  const address = URL.createObjectURL(new Blob(pieces, { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
