import { ActionIcon, Button, Menu, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { campaignQuery, deleteCampaign, updateCampaign } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Campaign } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

/** Rename and delete, while it is a draft. */
export function CampaignMenu({ campaign }: { campaign: Campaign }) {
  const mayWrite = useMay()('campaigns.write')
  const navigate = useNavigate()
  const [isNaming, naming] = useDisclosure()
  const remove = useAct(() => deleteCampaign(campaign.id), {
    done: `“${campaign.name}” was deleted.`,
    refresh: [pagesOf('/v1/campaigns')],
    onDone: () => navigate({ to: paths.campaigns }),
  })
  if (!mayWrite || campaign.state !== 'draft') return null
  return (
    <>
      <Confirm
        title={`Delete “${campaign.name}”?`}
        text="The brief and its draft go. Emails that were made of it stay under Emails."
        action="Delete campaign"
        busy={remove.isPending}
        onConfirm={() => remove.mutateAsync()}
      >
        {(ask) => (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={36} variant="default" aria-label="More for this campaign">
                <IconDots size={18} stroke={1.6} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={naming.open}>
                Rename
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Confirm>
      <Modal opened={isNaming} onClose={naming.close} title={<Text fw={600}>Rename</Text>}>
        <RenameForm campaign={campaign} onDone={naming.close} />
      </Modal>
    </>
  )
}

function RenameForm({ campaign, onDone }: { campaign: Campaign; onDone: () => void }) {
  const form = useForm({ initialValues: { name: campaign.name } })
  const { submit, isPending, problem } = useSubmit(form, ({ name }) => updateCampaign(campaign.id, { name }), {
    refresh: [campaignQuery(campaign.id).queryKey, pagesOf('/v1/campaigns')],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Rename
        </Button>
      </Stack>
    </form>
  )
}
