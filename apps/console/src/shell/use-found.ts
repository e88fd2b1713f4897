import { useDebouncedValue } from '@mantine/hooks'
import { type Icon, IconMail, IconSpeakerphone, IconUser } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { contactMatchesQuery } from '../api/audience.ts'
import { newestCampaignsQuery } from '../api/campaigns.ts'
import { emailMatchesQuery } from '../api/content.ts'
import type { Campaign, Contact, EmailSummary } from '../api/types.ts'
import { campaignAddress } from '../parts/campaign-address.ts'
import { paths } from '../paths.ts'
import { useMay } from '../session.ts'
import { campaignStates } from '../words.ts'
import { type Command, commandsFor, fits } from './commands.ts'

export interface Found {
  key: string
  label: string
  note?: string
  to: string
  icon: Icon
}

const most = 5

/** What the palette shows for a text, in groups: commands at once, names as the server finds them. */
export function useFound(text: string) {
  const typed = text.trim()
  const commands = commandsFor(typed, useMay())
  const names = useNames(typed)
  const groups = [
    { label: 'Begin', rows: commands.begin.map(foundCommand) },
    { label: 'Go to', rows: commands.go.map(foundCommand) },
    ...(typed === '' ? [] : names.groups),
  ]
  return { groups: groups.filter(({ rows }) => rows.length > 0), isSearching: names.isSearching }
}

function useNames(typed: string) {
  const may = useMay()
  const [search] = useDebouncedValue(typed, 200)
  const isAsked = search !== ''
  const campaigns = useQuery({ ...newestCampaignsQuery, enabled: isAsked && may('campaigns.read') })
  const contacts = useQuery({
    ...contactMatchesQuery(search, most),
    enabled: isAsked && may('contacts.read'),
    placeholderData: keepPreviousData,
  })
  const emails = useQuery({
    ...emailMatchesQuery(search, most),
    enabled: isAsked && may('content.read'),
    placeholderData: keepPreviousData,
  })
  const fitting = campaigns.data?.rows.filter(({ name }) => fits(name, typed)).slice(0, most)
  const groups = [
    { label: 'Campaigns', rows: fitting?.map(foundCampaign) ?? [] },
    { label: 'Contacts', rows: contacts.data?.rows.map(foundContact) ?? [] },
    { label: 'Emails', rows: emails.data?.rows.map(foundEmail) ?? [] },
  ]
  const isSearching = typed !== search || campaigns.isFetching || contacts.isFetching || emails.isFetching
  return { groups, isSearching }
}

function foundCommand({ label, to, icon }: Command): Found {
  return { key: to, label, to, icon }
}

function foundCampaign(campaign: Campaign): Found {
  const note = campaignStates[campaign.state].label
  return { key: campaign.id, label: campaign.name, note, ...campaignAddress(campaign), icon: IconSpeakerphone }
}

function foundContact({ id, firstName, lastName, email }: Contact): Found {
  const name = `${firstName} ${lastName}`.trim()
  return { key: id, label: name || email, note: name && email, to: paths.contact(id), icon: IconUser }
}

function foundEmail({ id, name, subject }: EmailSummary): Found {
  return { key: id, label: name, note: subject, to: paths.email(id), icon: IconMail }
}
