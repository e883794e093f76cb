/** The cross-account card and everything around it. */
export const access = {
  title: 'Set up cross-account access',
  text: 'Patrol assumes a read-only role with an external ID of its own. It stores no keys and cannot write.',
  methods: 'Ways to create the role',
  cliTab: 'Patrol CLI',
  scriptTab: 'AWS CLI script',
  trustTab: 'Trust policy JSON',
  cliText: (role: string) =>
    `Run this where credentials of the customer’s account are at hand. It shows what it will do, creates or updates ${role}, and reports the role back.`,
  generate: 'Generate setup command',
  generateAgain: 'Generate a new command',
  commandLabel: 'setup command',
  commandOnce: 'The token in it works once.',
  expiresIn: 'It expires in',
  expired: 'This command has expired.',
  loopback:
    'The server’s address is a loopback address: the command works on this machine only. Start the server with --public-url for customers elsewhere.',
  scriptText:
    'No patrol binary at hand? Run this in AWS CloudShell of the customer’s account, then paste the role ARN below.',
  scriptLabel: 'AWS CLI script',
  trustText: 'For your own tooling: a role with this trust policy and these managed policies.',
  trustLabel: 'trust policy',
  policies: 'Managed policies',
  externalId: 'External ID',
  principal: 'Patrol’s principal',
  accessKeys: 'Access keys',
  setupFailed: 'The setup cannot be shown',
  adminsOnly: 'Only an administrator can set up access.',
  setUpAgain: 'Set up again or change the trust policy',
};

export const roleArn = {
  label: 'Role ARN',
  help: 'Fills in by itself when patrol connect has run, or paste it here.',
  waiting: 'Waiting for patrol connect',
  waitingOffline:
    'Waiting for patrol connect (live updates are interrupted; asking every 5 seconds)',
  trying: 'patrol connect reported a role; Patrol is trying it',
  trialFailed: 'The reported role could not be used',
  proposed: (account: string) =>
    `patrol connect reported this role in account ${account}. Save to use it.`,
  saved: (account: string) => `In use, account ${account}`,
  looksRight: (account: string) => `Looks right: account ${account}`,
  changed: 'Not saved yet',
  save: 'Save',
  savedFlash: 'Role saved',
  savedText: 'Test the connection to prove that it works.',
};

export const arnProblems = {
  empty: 'Paste the role ARN that the command printed',
  form: 'Not an ARN. It looks like arn:aws:iam::123456789012:role/PatrolReadOnly',
  user: 'That is a user. Patrol needs the ARN of a role.',
  session: 'That is a session of a role. Patrol needs the role itself: arn:aws:iam::…:role/…',
  policy: 'That is a policy. Patrol needs the ARN of a role.',
  notRole: 'That is not the ARN of an IAM role',
  digits: 'The account number in the ARN has to have 12 digits',
  partition: 'The partition has to be aws, aws-cn or aws-us-gov',
  noName: 'The ARN ends before the name of the role',
};

export const connection = {
  test: 'Test connection',
  testAgain: 'Test again',
  testing: 'Testing: assuming the role and reading a little',
  title: 'Connection test',
  passed: 'The connection works',
  failed: 'The connection does not work yet',
  reading: (what: string) => `Reading: ${what}`,
  failedCheck: (title: string) => `${title}: failed`,
  testFailed: 'The test could not be run',
  at: 'Tested',
};
