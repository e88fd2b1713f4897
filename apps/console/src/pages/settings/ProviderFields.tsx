import { Code, PasswordInput, Select, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core'
import type { useForm } from '@mantine/form'
import type { NewSender, Sender } from '../../api/types.ts'

export type ProviderKind = NonNullable<Sender['provider']>['kind']

/** What the three providers ask for, side by side, so that changing the kind loses nothing that was typed. */
export interface ProviderValues {
  sendgrid: { region: 'global' | 'eu'; verificationKey: string }
  mailgun: { region: 'us' | 'eu'; domain: string; signingKey: string }
  ses: { region: string; accessKeyId: string; configurationSet: string; topicArns: string }
}

export function providerValuesOf(sender: Sender | undefined): ProviderValues {
  const provider = sender?.provider
  return {
    sendgrid: provider?.kind === 'sendgrid' ? provider : { region: 'global', verificationKey: '' },
    mailgun: {
      ...(provider?.kind === 'mailgun' ? provider : { region: 'us' as const, domain: '' }),
      signingKey: '',
    },
    ses:
      provider?.kind === 'ses'
        ? { ...provider, topicArns: provider.topicArns.join('\n') }
        : { region: '', accessKeyId: '', configurationSet: '', topicArns: '' },
  }
}

/** An empty secret stays unsaid: the server keeps the one it has. */
export function providerBodyOf(kind: string, { sendgrid, mailgun, ses }: ProviderValues): Partial<NewSender> {
  switch (kind) {
    case 'sendgrid':
      return { provider: { kind, region: sendgrid.region, verificationKey: sendgrid.verificationKey } }
    case 'mailgun': {
      const { region, domain, signingKey } = mailgun
      return { provider: { kind, region, domain }, ...(signingKey === '' ? {} : { signingKey }) }
    }
    case 'ses': {
      const { region, accessKeyId, configurationSet } = ses
      const topicArns = ses.topicArns.split(/\s+/).filter((arn) => arn !== '')
      return { provider: { kind, region, accessKeyId, configurationSet, topicArns } }
    }
    default:
      return {}
  }
}

export function isProvider(kind: string): kind is ProviderKind {
  return kind === 'sendgrid' || kind === 'mailgun' || kind === 'ses'
}

type Inputs = Pick<ReturnType<typeof useForm<Record<string, unknown>>>, 'getInputProps'>

export function ProviderFields({
  form,
  kind,
  sender,
}: {
  form: Inputs
  kind: ProviderKind
  sender?: Sender | undefined
}) {
  return (
    <>
      <SettingsFields form={form} kind={kind} sender={sender} />
      <PasswordInput
        label={kind === 'ses' ? 'Secret access key' : 'API key'}
        autoComplete="new-password"
        placeholder={sender?.kind === kind && sender.hasPassword ? 'Stays as it is' : ''}
        {...form.getInputProps('password')}
      />
      {sender?.eventsUrl && (
        <Text size="sm">
          Have events sent to <Code>{sender.eventsUrl}</Code>
        </Text>
      )}
    </>
  )
}

function SettingsFields({ form, kind, sender }: { form: Inputs; kind: ProviderKind; sender?: Sender | undefined }) {
  switch (kind) {
    case 'sendgrid':
      return (
        <>
          <Select
            label="Region"
            data={['global', 'eu']}
            allowDeselect={false}
            {...form.getInputProps('provider.sendgrid.region')}
          />
          <TextInput
            label="Verification key of the event webhook"
            description="Without it, events are not taken."
            {...form.getInputProps('provider.sendgrid.verificationKey')}
          />
        </>
      )
    case 'mailgun':
      return (
        <>
          <SimpleGrid cols={2}>
            <Select
              label="Region"
              data={['us', 'eu']}
              allowDeselect={false}
              {...form.getInputProps('provider.mailgun.region')}
            />
            <TextInput
              label="Sending domain"
              placeholder="mg.example.com"
              required
              {...form.getInputProps('provider.mailgun.domain')}
            />
          </SimpleGrid>
          <PasswordInput
            label="Webhook signing key"
            description="Without it, events are not taken."
            autoComplete="new-password"
            placeholder={sender?.hasSigningKey ? 'Stays as it is' : ''}
            {...form.getInputProps('provider.mailgun.signingKey')}
          />
        </>
      )
    case 'ses':
      return (
        <>
          <SimpleGrid cols={2}>
            <TextInput
              label="Region"
              placeholder="eu-central-1"
              required
              {...form.getInputProps('provider.ses.region')}
            />
            <TextInput
              label="Configuration set"
              description="Events come only of messages sent under one."
              {...form.getInputProps('provider.ses.configurationSet')}
            />
          </SimpleGrid>
          <TextInput label="Access key id" required {...form.getInputProps('provider.ses.accessKeyId')} />
          <Textarea
            label="SNS topics"
            description="One ARN a line. Events of any other topic are refused."
            autosize
            minRows={1}
            {...form.getInputProps('provider.ses.topicArns')}
          />
        </>
      )
  }
}
