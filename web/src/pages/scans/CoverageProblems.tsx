import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCoverageProblems } from '../../api/scans';
import { coverage as text } from '../../strings/scans';
import { CodeBlock } from '../../ui/CodeBlock';
import { CoverageGroupRow } from '../../ui/CoverageGroupRow';
import { coverageGroups, missingPolicy } from '../../ui/coverageGroups';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';

const shownAtOnce = 20;

/** What could not be read, by what would have to be done about it. */
export function CoverageProblems({ scan }: { scan: string }) {
  const { data, error, refetch } = useCoverageProblems(scan, true);
  if (error) {
    return <ErrorPanel what={text.problemsFailed} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Loading what={text.problemsLoading} />;
  const groups = coverageGroups(data.lines);
  if (groups.length === 0) return <span>{text.noProblems}</span>;
  const policy = missingPolicy(groups);
  const rest = groups.slice(shownAtOnce);
  return (
    <SpaceBetween size="m">
      <Header variant="h3" counter={`(${groups.length})`}>
        {text.problems}
      </Header>
      {data.truncated && <Alert type="info">{text.truncated}</Alert>}
      {groups.slice(0, shownAtOnce).map((group) => (
        <CoverageGroupRow key={`${group.status} ${group.action} ${group.reason}`} group={group} />
      ))}
      {rest.length > 0 && (
        <ExpandableSection headerText={text.more(rest.length)}>
          <SpaceBetween size="m">
            {rest.map((group) => (
              <CoverageGroupRow
                key={`${group.status} ${group.action} ${group.reason}`}
                group={group}
              />
            ))}
          </SpaceBetween>
        </ExpandableSection>
      )}
      {policy && (
        <SpaceBetween size="xs">
          <Header variant="h3" description={text.policyText}>
            {text.policyTitle}
          </Header>
          <CodeBlock text={policy} label={text.policyLabel} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
