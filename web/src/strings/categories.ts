/** What happened to a resource, and the catalogue's categories. */
export const opNames = { added: 'Added', removed: 'Removed', modified: 'Modified' };

export const categoryNames: Record<string, string> = {
  analytics: 'Analytics',
  compute: 'Compute',
  container: 'Containers',
  cost: 'Cost',
  database: 'Databases',
  devtools: 'Developer tools',
  iam: 'Identity and access',
  integration: 'Integration',
  iot: 'Internet of things',
  management: 'Management',
  migration: 'Migration',
  ml: 'Machine learning',
  network: 'Network',
  security: 'Security',
  storage: 'Storage',
};

/** A category's name; one that is new to this console is shown as it is. */
export const categoryName = (category: string) => categoryNames[category] ?? category;
