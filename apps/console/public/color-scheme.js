// Runs before the first paint so that a dark page never flashes white; a file, because the page's policy allows no inline script.
const chosen = localStorage.getItem('fanfare.color-scheme') ?? 'auto'
const dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
// The name that this address had last, until the server says it again.
const look = JSON.parse(localStorage.getItem('fanfare.look') ?? 'null')
if (typeof look?.productName === 'string') document.title = look.productName
document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
