/**
 * CSV as spreadsheets read it (RFC 4180). A cell that a spreadsheet would take for a formula gets an
 * apostrophe before it: names and tags are chosen by strangers.
 */
const formulaStart = /^[=+\-@\t\r]/;

export function csvCell(value: string): string {
  const safe = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csvLine(cells: string[]): string {
  return cells.map(csvCell).join(',') + '\r\n';
}
