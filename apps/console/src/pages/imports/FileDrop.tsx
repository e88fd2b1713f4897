import { Button, Card, FileButton, Progress, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconFileSpreadsheet } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type DragEvent, useState } from 'react'
import { uploadImport } from '../../api/audience.ts'
import type { Import } from '../../api/types.ts'
import { formatBytes } from '../../format.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

/** Takes one file, dropped or chosen, and sends it. */
export function FileDrop({ onUploaded }: { onUploaded: (found: Import) => void }) {
  const [isOver, setOver] = useState(false)
  const [share, setShare] = useState(0)
  const send = useMutation({ mutationFn: (file: File) => uploadImport(file, setShare), onSuccess: onUploaded })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) send.mutate(file)
  }
  return (
    <Stack>
      <ProblemAlert error={send.error} title="The file was not taken" />
      <Card
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        p={48}
        style={{
          borderStyle: 'dashed',
          borderWidth: 2,
          borderColor: isOver ? 'var(--tone-accent)' : 'var(--mantine-color-default-border)',
          background: isOver ? 'var(--mantine-color-accent-light)' : undefined,
        }}
      >
        {send.isPending ? <Uploading file={send.variables} share={share} /> : <Invitation onFile={send.mutate} />}
      </Card>
    </Stack>
  )
}

function Invitation({ onFile }: { onFile: (file: File) => void }) {
  return (
    <Stack align="center" gap="sm" ta="center">
      <ThemeIcon variant="light" size={52} radius="xl">
        <IconFileSpreadsheet size={26} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600}>Drop a CSV file here</Text>
      <Text size="sm" c="dimmed" maw={440}>
        Exports of Mailchimp, HubSpot, listmonk and Google Contacts are recognised; any other file with a header row
        works too.
      </Text>
      <FileButton onChange={(file) => file && onFile(file)} accept=".csv,.tsv,.txt,text/csv">
        {(props) => (
          <Button {...props} mt="xs">
            Choose a file
          </Button>
        )}
      </FileButton>
    </Stack>
  )
}

function Uploading({ file, share }: { file: File; share: number }) {
  return (
    <Stack gap="xs" maw={480} mx="auto" w="100%" aria-live="polite">
      <Text size="sm" ta="center">
        {share < 1 ? `Sending ${file.name}, ${formatBytes(file.size)}` : 'Reading its columns'}
      </Text>
      <Progress value={share * 100} animated={share >= 1} aria-label="Sent so far" />
    </Stack>
  )
}
