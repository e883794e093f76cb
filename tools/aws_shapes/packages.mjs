// Which npm package carries a service of the catalogue, and operations beside the catalogue's own.
const named = {
  'application-autoscaling': 'application-auto-scaling', apigateway: 'api-gateway', appmesh: 'app-mesh',
  autoscaling: 'auto-scaling', ce: 'cost-explorer', cloudhsmv2: 'cloudhsm-v2',
  'cognito-idp': 'cognito-identity-provider', config: 'config-service',
  cur: 'cost-and-usage-report-service', datapipeline: 'data-pipeline', devicefarm: 'device-farm',
  directconnect: 'direct-connect', dms: 'database-migration-service', ds: 'directory-service',
  elasticbeanstalk: 'elastic-beanstalk', elb: 'elastic-load-balancing',
  elbv2: 'elastic-load-balancing-v2', events: 'eventbridge', globalaccelerator: 'global-accelerator',
  kinesisanalyticsv2: 'kinesis-analytics-v2', kinesisvideo: 'kinesis-video',
  'lexv2-models': 'lex-models-v2', logs: 'cloudwatch-logs',
  resourcegroupstaggingapi: 'resource-groups-tagging-api', route53: 'route-53',
  route53domains: 'route-53-domains', s3control: 's3-control', secretsmanager: 'secrets-manager',
  serverlessrepo: 'serverlessapplicationrepository', servicecatalog: 'service-catalog',
  stepfunctions: 'sfn', storagegateway: 'storage-gateway',
};

export const packageOf = (service) => `@aws-sdk/client-${named[service] ?? service}`;

// Called by the program itself: the connection, its test, attribution, `patrol connect`.
export const extraOperations = {
  sts: ['AssumeRole', 'GetCallerIdentity'],
  iam: ['CreateRole', 'GetRole', 'UpdateRole', 'UpdateAssumeRolePolicy', 'AttachRolePolicy',
    'ListAttachedRolePolicies', 'ListRolePolicies', 'GetRolePolicy', 'PutRolePolicy', 'TagRole', 'ListRoleTags', 'CreatePolicy', 'GetPolicy', 'GetPolicyVersion',
    'ListPolicyVersions', 'CreatePolicyVersion', 'DeletePolicyVersion', 'ListAccountAliases',
    'GetAccountSummary', 'SimulatePrincipalPolicy'],
  resourcegroupstaggingapi: ['GetResources'],
  cloudtrail: ['LookupEvents'],
  ec2: ['DescribeRegions'],
  'timestream-write': ['DescribeEndpoints'],  // tells the host that its other calls must use
  account: ['ListRegions', 'GetRegionOptStatus', 'GetContactInformation', 'GetAlternateContact'],
};
