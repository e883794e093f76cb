import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from 'react-router';
import { useResource } from '../../api/resources';
import { resources } from '../../strings/resources';
import { Foreign } from '../../ui/Foreign';
import { TypeName } from '../../ui/TypeName';
import { usePage } from '../../ui/usePage';
import { ResourceDetail } from './ResourceDetail';

const here = {};

export function Component() {
  const { id = '', tab = '' } = useParams();
  const navigate = useNavigate();
  const { data } = useResource(id);
  const name = data?.name || data?.native_id || resources.one;
  usePage([
    { text: resources.title, href: '/resources' },
    { text: name, href: `/resources/${id}` },
  ]);
  return (
    <SpaceBetween size="m">
      <Header variant="h1" description={data && <TypeName type={data.type} />}>
        <Foreign text={name} most={160} />
      </Header>
      <ResourceDetail
        id={id}
        tab={tab}
        place={here}
        onTab={(next) => void navigate(`/resources/${id}/${next}`, { replace: true })}
      />
    </SpaceBetween>
  );
}
