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
