import { type DrawOrder, drawPicture } from './draw-picture.ts'

/** A process of its own for one picture: what decodes a stranger's bytes holds no secret and can be ended at any moment. */
process.once('message', async (order: DrawOrder) => {
  const drawn = await drawPicture(order)
  process.send?.(drawn, () => process.disconnect?.())
})
