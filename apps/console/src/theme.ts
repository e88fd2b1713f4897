import {
  ActionIcon,
  Badge,
  Button,
  Card,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Modal,
  Table,
  Tooltip,
} from '@mantine/core'

const accent: MantineColorsTuple = [
  '#f3f2fd',
  '#e4e2f9',
  '#c7c2f2',
  '#a89fec',
  '#8d82e6',
  '#7468dd',
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

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, gray, dark },
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
    Drawer: Drawer.extend({ defaultProps: { position: 'right', size: 'lg', padding: 'lg' } }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Modal: Modal.extend({ defaultProps: { centered: true, padding: 'lg', radius: 'lg' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md', highlightOnHover: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } }),
  },
})
