import Toggle from '@cloudscape-design/components/toggle';
import { useMay } from '../../api/session';
import { useTenantSettings, useUpdateTenantSettings } from '../../api/tenants';
import { people } from '../../strings/people';
import { useFlash } from '../../ui/flash';

/** Whether the organisation asks everybody for a second factor. Its owners decide; nobody locks himself out. */
export function SecondFactorSwitch() {
  const { data } = useTenantSettings();
  const { mutate, isPending } = useUpdateTenantSettings();
  const mayDecide = useMay('owner');
  const flash = useFlash();
  if (!data) return null;
  const change = (required: boolean) =>
    mutate(
      { require_second_factor: required },
      {
        onSuccess: () =>
          flash({ type: 'success', content: required ? people.required : people.notRequired }),
        onError: ({ detail, hint }) =>
          flash({
            type: 'error',
            header: people.requireFailed,
            content: hint ? `${detail} ${hint}` : detail,
          }),
      },
    );
  return (
    <Toggle
      checked={data.require_second_factor}
      disabled={!mayDecide || isPending}
      description={people.requireText}
      onChange={({ detail }) => change(detail.checked)}
    >
      {people.require}
    </Toggle>
  );
}
