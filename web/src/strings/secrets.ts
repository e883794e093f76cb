export const secretRefs = {
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  keysText:
    'Patrol keeps references, not keys: each is resolved just before it is used. Use an IAM user that can only read.',
  manager: 'Kept in',
  reference: 'Reference',
  choose: 'Choose a stored secret',
  make: 'Store a new secret',
  makeTitle: 'Store a new secret',
  makeText:
    'The value is sealed with the server’s master key. It goes in and is never shown again, to anybody.',
  name: 'Name',
  value: 'Value',
  missingName: 'Give the secret a name',
  missingValue: 'Enter the value',
  missingReference: 'Choose or enter a reference',
  store: 'Store',
  noSecrets: 'No sealed secrets yet',
  managers: {
    sealed: 'Patrol (sealed)',
    env: 'Environment variable of the server',
    file: 'File below the secrets folder',
    vault: 'HashiCorp Vault',
    aws_secrets_manager: 'AWS Secrets Manager',
    aws_ssm: 'AWS SSM Parameter Store',
    gcp_secret_manager: 'Google Secret Manager',
    azure_key_vault: 'Azure Key Vault',
  } as Record<string, string>,
  referenceHelp: {
    env: 'A variable named PATROL_SECRET_…',
    file: 'A path below PATROL_SECRETS_DIR',
  } as Record<string, string>,
};
/** Managers that this version can read; the others are known words for later ones. */
export const managers = [
  {
    value: 'sealed',
    label: 'Sealed in Patrol',
    description: 'Encrypted with this server’s key. Nobody can read it back.',
  },
  {
    value: 'env',
    label: 'Environment variable',
    description: 'Of the server’s process: PATROL_SECRET_…',
  },
  {
    value: 'file',
    label: 'File',
    description: 'Below the server’s secrets folder.',
  },
];

export const secrets = {
  title: 'Secrets',
  intro: 'Keys and passwords by name. Values go in and never come out.',
  name: 'Name',
  manager: 'Kept in',
  ref: 'Reference',
  value: 'Value',
  valueHelp: 'It is encrypted at once and never shown again.',
  hasValue: 'value is set',
  used: 'Last used',
  updated: 'Last changed',
  add: 'Add secret',
  actions: (name: string) => `Actions for ${name}`,
  actionsHead: 'Actions',
  test: 'Test',
  rotate: 'Replace the value',
  rotateRef: 'Change the reference',
  remove: 'Delete',
  removeTitle: 'Delete the secret?',
  removeText: (name: string) => `${name} is deleted. This cannot be undone.`,
  removed: 'The secret is deleted',
  saved: 'Saved',
  added: (name: string) => `${name} is added`,
  testPassed: (name: string) => `The value of ${name} can be read`,
  testFailed: (name: string) => `The value of ${name} cannot be read`,
  envHelp: 'The name of the variable, which begins with PATROL_SECRET_.',
  fileHelp: 'A path below the secrets folder of the server.',
  missingName: 'Enter a name',
  missingValue: 'Enter the value',
  missingRef: 'Enter where the value is kept',
  filter: 'Filter secrets',
  filterPlaceholder: 'A name – or manager=sealed',
  emptyTitle: 'No secrets yet',
  emptyText: 'Accounts with access keys take them from here, so that no key is in a settings page.',
};

export const managerName = (manager: string): string =>
  managers.find(({ value }) => value === manager)?.label ?? manager;
