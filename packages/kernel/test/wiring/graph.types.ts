// Checked by the compiler alone: each mistake in a graph must be a type error whose text says what is wrong.
import { defineService, type Running, start, token, type WholeGraph } from '../../src/index.ts'

interface Store {
  read(key: string): Promise<string>
}
interface Bus {
  emit(topic: string): void
}
interface Mail {
  send(address: string): Promise<void>
}
const Store = token<Store>()('store')
const Bus = token<Bus>()('bus')
const Mail = token<Mail>()('mail')
const Left = token<{ left: 1 }>()('left')
const Right = token<{ right: 1 }>()('right')
const Top = token<{ top: 1 }>()('top')

const store = defineService({ provides: Store, start: () => ({ read: async (key) => key }) })
const bus = defineService({ provides: Bus, start: () => ({ emit: () => {} }) })
const mail = defineService({
  provides: Mail,
  needs: { store: Store, bus: Bus },
  start: ({ store, bus }) => ({
    async send(address) {
      bus.emit(await store.read(address))
    },
  }),
})
const top = defineService({ provides: Top, needs: { left: Left }, start: () => ({ top: 1 as const }) })
const left = defineService({ provides: Left, needs: { right: Right }, start: () => ({ left: 1 as const }) })
const right = defineService({ provides: Right, needs: { top: Top }, start: () => ({ right: 1 as const }) })
const self = defineService({ provides: Top, needs: { top: Top }, start: () => ({ top: 1 as const }) })
const optional = defineService({ provides: Store, critical: false, start: () => ({ read: async (key) => key }) })

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function assertType<_T extends true>(): void {}
type WrongIn<L> = L extends { readonly wrong: infer Sentence } ? Sentence : never

type WholeList = readonly [typeof mail, typeof bus, typeof store]
assertType<Equal<WholeGraph<WholeList>, WholeList>>()
assertType<
  Equal<
    WrongIn<WholeGraph<readonly [typeof mail, typeof store]>>,
    "'mail' needs 'bus', which no service in the list provides"
  >
>()
assertType<Equal<WrongIn<WholeGraph<readonly [typeof store, typeof store]>>, "'store' is provided twice">>()
assertType<
  Equal<
    WrongIn<WholeGraph<readonly [typeof top, typeof left, typeof right, typeof store]>>,
    | "'top' needs itself, through others"
    | "'left' needs itself, through others"
    | "'right' needs itself, through others"
  >
>()
assertType<Equal<WrongIn<WholeGraph<readonly [typeof self]>>, "'top' needs itself, through others">>()

export async function aWholeGraphStartsAndGivesEachServiceItsType(): Promise<void> {
  const app: Running<'mail' | 'bus' | 'store'> = await start([mail, bus, store])
  const text: string = await app.get(Store).read('key')
  app.get(Bus).emit(text)
  await start([mail, bus, optional])
}

export async function mistakesAreTypeErrors(): Promise<void> {
  // @ts-expect-error 'mail' needs 'bus', which no service in the list provides
  await start([mail, store])
  // @ts-expect-error 'store' is provided twice
  await start([store, store])
  // @ts-expect-error 'top' needs itself, through others
  await start([top, left, right])
  // @ts-expect-error 'top' needs itself, through others
  await start([self])

  const app = await start([store])
  // @ts-expect-error mail is not part of this app
  app.get(Mail)
  // @ts-expect-error the store has no such method
  app.get(Store).write('key')
}

// @ts-expect-error a read must return a promise of text
export const misShaped = defineService({ provides: Store, start: () => ({ read: async () => 1 }) })

export const lacking = defineService({
  provides: Bus,
  // @ts-expect-error the service lacks `emit`
  start: () => ({}),
})

export const typo = defineService({
  provides: Bus,
  needs: { store: Store },
  // @ts-expect-error there is no need named `stor`
  start: ({ stor }) => ({ emit: (topic: string) => void stor.read(topic) }),
})

// @ts-expect-error a need is a token, not a service
export const needsAService = defineService({ provides: Bus, needs: { store }, start: () => ({ emit: () => {} }) })
