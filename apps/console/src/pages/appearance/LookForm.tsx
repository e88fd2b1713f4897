import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { checkSenderDomain, type PictureKind } from '../../api/appearance.ts'
import type { Appearance, AppearanceSettings } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { ColourField } from './ColourField.tsx'
import { DomainProof } from './DomainProof.tsx'
import { LookPreview } from './LookPreview.tsx'
import { appearanceOf, nothingChosen, previewOf, valuesOf } from './look-values.ts'
import { PictureField } from './PictureField.tsx'

export interface LookFormProps {
  settings: AppearanceSettings
  /** Whose look it is. */
  place: 'workspace' | 'system'
  mayWrite: boolean
  save: (wanted: Appearance) => Promise<AppearanceSettings>
  /** Puts a reply where the look is taken from. */
  keep: (kept: AppearanceSettings) => void
}

export function LookForm({ settings, place, mayWrite, save, keep }: LookFormProps) {
  /** What was kept before each change made on this page, the last one at the end. */
  const [former, setFormer] = useState<readonly Appearance[]>([])
  const form = useForm({ initialValues: valuesOf(settings.own) })
  const inputOf = (name: 'accent' | 'accentDark' | PictureKind) => ({
    value: form.values[name],
    error: form.errors[name],
    onChange: (value: string) => form.setFieldValue(name, value),
  })
  const take = (kept: AppearanceSettings) => {
    keep(kept)
    form.setInitialValues(valuesOf(kept.own))
    form.setValues(valuesOf(kept.own))
  }
  const remember = (kept: AppearanceSettings) => {
    setFormer((all) => [...all, settings.own])
    take(kept)
  }
  const { submit, isPending, problem } = useSubmit(form, (values) => save(appearanceOf(values)), {
    done: 'The look is saved.',
    onDone: remember,
  })
  const reset = useAct(() => save(nothingChosen), { done: 'Back to the default.', onDone: remember })
  const undo = useAct(() => save(former.at(-1) ?? nothingChosen), {
    done: 'The last change is undone.',
    onDone: (kept) => {
      setFormer((all) => all.slice(0, -1))
      take(kept)
    },
  })
  const isDefault = Object.values(settings.own).every((choice) => choice === null)
  const { inherited } = settings
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
        <Stack>
          <TextInput
            label="Product name"
            placeholder={inherited.productName}
            maxLength={60}
            disabled={!mayWrite}
            {...form.getInputProps('productName')}
          />
          <ColourField
            label="Accent colour"
            description="Buttons, links and marks."
            scheme="light"
            placeholder={inherited.accent}
            disabled={!mayWrite}
            {...inputOf('accent')}
          />
          <ColourField
            label="Accent on dark pages"
            description="Empty: a lighter shade of the accent colour."
            scheme="dark"
            placeholder="Made from the accent"
            disabled={!mayWrite || form.values.accent === ''}
            {...inputOf('accentDark')}
          />
          <PictureField
            label="Logo"
            description="PNG, JPEG, WebP or SVG, at most 1 MB. In an SVG, make text into outlines."
            kind="logo"
            place={place}
            disabled={!mayWrite}
            {...inputOf('logo')}
          />
          <PictureField
            label="Logo on dark pages"
            description="Empty: the logo."
            kind="logoDark"
            place={place}
            disabled={!mayWrite}
            {...inputOf('logoDark')}
          />
          <PictureField
            label="Icon"
            description="Square: on the tab of the browser, and beside the name where there is no logo."
            kind="icon"
            place={place}
            disabled={!mayWrite}
            {...inputOf('icon')}
          />
          <TextInput
            label="Sender of system mails"
            description="The name on invitations, confirmations and notices."
            placeholder={form.values.productName || inherited.productName}
            maxLength={100}
            disabled={!mayWrite}
            {...form.getInputProps('senderName')}
          />
          <TextInput
            label="Address of system mails"
            description={
              place === 'workspace'
                ? 'Used once its domain is proven. Empty: the address of the installation.'
                : 'Your mail server must be allowed to send from it. Empty: the one of FANFARE_IDENTITY_MAIL_FROM.'
            }
            type="email"
            disabled={!mayWrite}
            {...form.getInputProps('senderAddress')}
          />
          {settings.senderDomain && (
            <DomainProof domain={settings.senderDomain} check={checkSenderDomain} mayWrite={mayWrite} />
          )}
        </Stack>
        <LookPreview look={previewOf(form.values, settings)} />
      </SimpleGrid>
      {mayWrite && (
        <Stack mt="lg">
          <ProblemAlert error={problem} />
          <Group>
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save the look
            </Button>
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} />}
              disabled={former.length === 0}
              loading={undo.isPending}
              onClick={() => undo.mutate()}
            >
              Undo the last change
            </Button>
            <Button variant="subtle" disabled={isDefault} loading={reset.isPending} onClick={() => reset.mutate()}>
              Reset to default
            </Button>
          </Group>
        </Stack>
      )}
    </form>
  )
}
