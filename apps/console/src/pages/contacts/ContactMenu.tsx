import { ActionIcon, Menu, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots, IconListDetails, IconPencil, IconTrash } from '@tabler/icons-react'
import { contactCountsQuery, deleteContact } from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Contact } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { AddToListForm } from './AddToListForm.tsx'

export interface ContactMenuProps {
  contact: Contact
  onEdit: () => void
  onDeleted?: () => void
}

export function ContactMenu({ contact, onEdit, onDeleted }: ContactMenuProps) {
  const may = useMay()
  const [isListing, listing] = useDisclosure()
  const remove = useAct(() => deleteContact(contact.id), {
    done: `${contact.email} was deleted.`,
    refresh: [pagesOf('/v1/contacts'), contactCountsQuery.queryKey],
    ...(onDeleted === undefined ? {} : { onDone: onDeleted }),
  })
  if (!may('contacts.write')) return null
  return (
    <>
      <Confirm
        title="Delete this contact?"
        text={`${contact.email} and what is known of them go for good. If they are suppressed, they stay suppressed.`}
        action="Delete contact"
        busy={remove.isPending}
        onConfirm={() => remove.mutateAsync()}
      >
        {(ask) => (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={`More for ${contact.email}`}>
                <IconDots size={18} stroke={1.6} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
                Edit
              </Menu.Item>
              <Menu.Item leftSection={<IconListDetails size={16} />} onClick={listing.open}>
                Add to a list
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Confirm>
      <Modal opened={isListing} onClose={listing.close} title={<Text fw={600}>Add to a list</Text>}>
        <AddToListForm contactIds={[contact.id]} onDone={listing.close} />
      </Modal>
    </>
  )
}
