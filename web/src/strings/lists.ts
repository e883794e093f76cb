/** Lists, filters, exports: what all of them say. */
export const lists = {
  pageSize: 'Items on a page',
  perPage: (size: number) => `${size} a page`,
  somePage: 'Further page',
  filterHelp: 'How to filter',
  filterForms: [
    ['type=AWS::S3::Bucket', 'equal; != for not equal'],
    ['name:web', 'contains, whatever the case'],
    ['name^web', 'starts with'],
    ['tag.env=prod', 'a tag of the resource'],
    ['last_changed>2026-11-01', 'later; also >=, <, <='],
    ['region in (eu-west-1, eu-central-1)', 'one of several'],
    ['(name:web or name:api) and tag.env=prod', 'joined by and, or; parentheses'],
  ],
  filterFields: 'Fields',
  unreadable: 'Correct the filter, or clear it',
  suggestion: (text: string) => `Filter: ${text}`,
  loadingFailed: 'The list could not be loaded',
  export: 'Export',
  exportCsv: 'CSV',
  exportJson: 'JSON',
  exportNdjson: 'NDJSON',
  exporting: (rows: number) => `Exporting: ${rows.toLocaleString('en')} rows`,
  exported: (rows: number) => `Exported ${rows.toLocaleString('en')} rows`,
  exportCut: (rows: number) =>
    `The export holds the first ${rows.toLocaleString('en')} rows. Narrow the filter for the rest, or use “patrol resources list”.`,
  exportFailed: 'The export failed',
  selectAll: 'Select all',
  select: (name: string) => `Select ${name}`,
  more: 'Load more',
  loadingMore: (loaded: number, total: number) =>
    `Loading: ${loaded.toLocaleString('en')} of ${total.toLocaleString('en')}`,
};
