import { contrastOf, leastContrast, shadesOf } from '@fanfare/identity/colours'
import {
  ActionIcon,
  Badge,
  Button,
  Card,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  type MantineThemeOverride,
  Modal,
  Table,
  Tooltip,
} from '@mantine/core'

const ownAccent: MantineColorsTuple = [
  '#f3f2fd',
  '#e4e2f9',
  '#c7c2f2',
  '#a89fec',
  '#8d82e6',
  '#7064db',
  '#5b4fcf',
  '#4a3fb5',
  '#3c3394',
  '#2e2873',
]
const gray: MantineColorsTuple = [
  '#fafafb',
  '#f4f4f6',
  '#e9e9ed',
  '#dcdce2',
  '#c5c5ce',
  '#9f9fac',
  '#6f6f7d',
  '#51515e',
  '#363641',
  '#1d1d25',
]
const dark: MantineColorsTuple = [
  '#d7d7de',
  '#b4b4bf',
  '#9292a0',
  '#62626f',
  '#3b3b46',
  '#2c2c35',
  '#1f1f27',
  '#17171d',
  '#121217',
  '#0d0d11',
]

const teal: MantineColorsTuple = [
  '#eef8f2',
  '#dff1e7',
  '#bfe3cf',
  '#93d0b0',
  '#64b98e',
  '#3fa574',
  '#2b9a66',
  '#217c52',
  '#1a6342',
  '#144c33',
]
const orange: MantineColorsTuple = [
  '#fdf6e9',
  '#faecd1',
  '#f3d8a2',
  '#ecc06b',
  '#e5a93d',
  '#dd951c',
  '#c97f0a',
  '#a36607',
  '#7f5006',
  '#5f3c05',
]
const red: MantineColorsTuple = [
  '#fdf1f1',
  '#fbe3e3',
  '#f5c3c4',
  '#ee9c9e',
  '#e67579',
  '#d1434a',
  '#d1434a',
  '#b2343b',
  '#902a30',
  '#6e2025',
]

const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent: ownAccent, gray, dark, teal, orange, red },
  black: '#1d1d25',
  defaultRadius: 'md',
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.844rem', md: '0.938rem', lg: '1.063rem', xl: '1.25rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.063rem', lineHeight: '1.4' },
      h3: { fontSize: '0.938rem', lineHeight: '1.45' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } }),
    Button: Button.extend({ defaultProps: { fw: 550 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } }),
    Drawer: Drawer.extend({
      defaultProps: {
        position: 'right',
        size: 'lg',
        padding: 'lg',
        styles: { title: { fontWeight: 600 } },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, padding: 'lg', radius: 'lg', closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'lg', highlightOnHover: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } }),
  },
})

/** The theme with somebody's own accent, in shades that read wherever the theme puts them. */
export function themeOf({ accent, accentDark }: { accent: string; accentDark: string | null }): MantineThemeOverride {
  if (accent === ownAccent[6] && accentDark === null) return theme
  const shades = shadesOf(accent, accentDark ?? undefined) as unknown as MantineColorsTuple
  // White stands on the filled shade: a lighter one on dark pages only if that still reads.
  const dark = contrastOf(shades[5], '#ffffff') >= leastContrast ? 5 : 6
  return { ...theme, primaryShade: { light: 6, dark }, colors: { ...theme.colors, accent: shades } }
}
