export const diff = {
  path: 'Path',
  before: 'Before',
  after: 'After',
  actions: 'Actions',
  whole: 'the whole resource',
  redacted: (print: string) => `(secret, not stored; print ${print})`,
  notThere: 'not there',
};
