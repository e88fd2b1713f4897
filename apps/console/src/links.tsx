import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  type ElementProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core'
import { createLink } from '@tanstack/react-router'

type AnchorLinkProps = AnchorProps & ElementProps<'a', keyof AnchorProps>
type ButtonLinkProps = ButtonProps & ElementProps<'a', keyof ButtonProps>
type NavLinkLinkProps = NavLinkProps & ElementProps<'a', keyof NavLinkProps>

/** Mantine's parts as router links: a click moves inside the page, a middle click opens a tab. */
export const TextLink = createLink((props: AnchorLinkProps) => <Anchor {...props} />)
export const ButtonLink = createLink((props: ButtonLinkProps) => <Button component="a" {...props} />)
export const MenuLink = createLink((props: NavLinkLinkProps) => <NavLink {...props} />)
