import { ActionIcon, Button, FileButton, Group, Input, Loader, Text, Tooltip } from '@mantine/core'
import { useId } from '@mantine/hooks'
import { IconTrash, IconUpload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type DragEvent, useEffect, useState } from 'react'
import { type PictureKind, uploadPicture } from '../../api/appearance.ts'
import { urlOfPicture } from './look-values.ts'

const types = 'image/png,image/jpeg,image/webp,image/svg+xml'

export interface PictureFieldProps {
  label: string
  description: string
  kind: PictureKind
  place: 'workspace' | 'system'
  /** The key of the picture; empty for none. */
  value: string
  disabled: boolean
  error?: React.ReactNode
  onChange: (key: string) => void
}

/** A picture, dropped or chosen. It is sent and drawn anew at once, and shows nowhere until the form is saved. */
export function PictureField({ label, description, kind, place, value, disabled, error, onChange }: PictureFieldProps) {
  const [isOver, setOver] = useState(false)
  const id = useId()
  const send = useMutation({
    mutationFn: (file: File) => uploadPicture(place, kind, file),
    onSuccess: ({ key }) => onChange(key),
  })
  const { reset } = send
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture leaves the refusal of the last one behind
  useEffect(reset, [value])
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file && !disabled) send.mutate(file)
  }
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id }}
      description={description}
      inputContainer={(children) => <div style={{ marginBottom: 5 }}>{children}</div>}
      error={error ?? send.error?.message}
      errorProps={{ role: 'alert' }}
    >
      <Group
        role="group"
        aria-labelledby={id}
        className="picture-drop"
        data-over={isOver || undefined}
        data-dark={kind === 'logoDark' || undefined}
        gap="sm"
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <div className="picture-shown" aria-live="polite">
          {send.isPending ? (
            <Loader size="sm" aria-label="Sending the picture" />
          ) : value === '' ? (
            <Text size="sm" c="dimmed">
              {disabled ? 'None' : 'Drop a picture here'}
            </Text>
          ) : (
            <img src={urlOfPicture(value)} alt={`${label}, as it is shown`} />
          )}
        </div>
        {!disabled && (
          <FileButton onChange={(file) => file && send.mutate(file)} accept={types}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                leftSection={<IconUpload size={14} />}
                aria-describedby={id}
              >
                Choose a file
              </Button>
            )}
          </FileButton>
        )}
        {!disabled && value !== '' && (
          <Tooltip label="Take it away">
            <ActionIcon aria-label={`Take away: ${label}`} onClick={() => onChange('')}>
              <IconTrash size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Input.Wrapper>
  )
}
