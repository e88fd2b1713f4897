import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { isProblem } from '@fanfare/kernel'
import sharp from 'sharp'
import { createPictures } from '../src/white-label/pictures.ts'

const pictures = createPictures({ timeoutMs: 20_000 })
const box = { width: 640, height: 160, exact: false }
const square = { width: 256, height: 256, exact: true }

const red = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#d1434a' } })
const png = await red(800, 400).png().toBuffer()
const jpeg = await red(80, 40)
  .withExif({ IFD0: { Copyright: 'A secret place', ImageDescription: 'GPS' } })
  .jpeg()
  .toBuffer()
const webp = await red(80, 40).webp().toBuffer()
const svgOf = (inside: string, attributes = 'width="80" height="40"') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`,
  )
const svg = svgOf('<rect width="80" height="40" fill="#d1434a"/>')

/** The code that a picture is refused with; 'taken' when it is not. */
async function codeOf(bytes: Buffer, declared: string): Promise<string> {
  return pictures.draw(bytes, declared, box).then(
    () => 'taken',
    (error) => (isProblem(error) ? error.code : String(error)),
  )
}

test('pictures of each kind come out as PNG of their colour, made to fit', async () => {
  const sizes = [
    [png, 'image/png', 320, 160],
    [jpeg, 'image/jpeg', 80, 40],
    [webp, 'image/webp', 80, 40],
    [svg, 'image/svg+xml', 320, 160],
  ] as const
  for (const [bytes, type, width, height] of sizes) {
    const drawn = await pictures.draw(bytes, type, box)
    assert.deepEqual([drawn.width, drawn.height], [width, height], type)
    const { format } = await sharp(drawn.bytes).metadata()
    assert.equal(format, 'png')
    const { dominant } = await sharp(drawn.bytes).stats()
    assert.ok(dominant.r > 180 && dominant.g < 90, type)
  }
  const icon = await pictures.draw(png, 'image/png', square)
  assert.deepEqual([icon.width, icon.height], [256, 256])
})

test('FI-02: metadata, comments and what else a picture carries do not come out', async () => {
  const drawn = await pictures.draw(jpeg, 'image/jpeg', box)
  const { exif, icc, xmp, comments } = await sharp(drawn.bytes).metadata()
  assert.deepEqual([exif, icc, xmp, comments], [undefined, undefined, undefined, undefined])
  const commented = withPngText(png, '<script>alert(1)</script><?php system($_GET[0]) ?>')
  const clean = await pictures.draw(commented, 'image/png', box)
  for (const word of ['script', 'php', 'secret']) assert.ok(!clean.bytes.includes(word), word)
})

test('FI-01: what is no picture, and what is another than it was declared, is refused', async () => {
  const others: [string, Buffer][] = [
    ['page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['page with a drawing', Buffer.from('<html><svg xmlns="http://www.w3.org/2000/svg"/></html>')],
    ['gif', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['bmp', Buffer.from(`BM${'\0'.repeat(60)}`)],
    ['tiff', Buffer.from('II*\0\b\0\0\0')],
    ['pdf', Buffer.from('%PDF-1.7\n')],
    ['postscript', Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n')],
    ['mvg of ImageMagick', Buffer.from("push graphic-context\nfill 'url(https://x/)'\npop graphic-context")],
    ['wave', Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
    ['utf-16 drawing', Buffer.from(`\ufeff${svg}`, 'utf16le')],
    ['nothing', Buffer.alloc(0)],
  ]
  for (const [name, bytes] of others)
    for (const declared of ['image/png', 'image/svg+xml'])
      assert.equal(await codeOf(bytes, declared), 'identity.picture_type', name)
  for (const [bytes, declared] of [
    [png, 'image/jpeg'],
    [svg, 'image/png'],
    [webp, 'image/png'],
    [jpeg, 'text/html'],
  ] as const)
    assert.equal(await codeOf(bytes, declared), 'identity.picture_mismatch')
})

test('FI-01: a file that is a picture and something else is refused', async () => {
  const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex')
  const tails = [zip, Buffer.from('<script>alert(1)</script>'), Buffer.from('%PDF-1.7'), Buffer.from('\0')]
  for (const [bytes, type] of [
    [png, 'image/png'],
    [jpeg, 'image/jpeg'],
    [webp, 'image/webp'],
  ] as const)
    for (const tail of tails)
      assert.equal(await codeOf(Buffer.concat([bytes, tail]), type), 'identity.picture_refused', type)
  assert.equal(
    await codeOf(Buffer.concat([svg, Buffer.from('<script>x</script>')]), 'image/svg+xml'),
    'identity.picture_refused',
  )
})

test('a drawing with script, with something from outside or with entities is refused', async () => {
  const drawings = [
    '<script>alert(1)</script>',
    '<svg:script xmlns:svg="http://www.w3.org/2000/svg">alert(1)</svg:script>',
    '<SCRIPT href="https://x.example/a.js"/>',
    '<rect onload="alert(1)"/>',
    '<rect\nonclick = "alert(1)"/>',
    '<g/onmouseover=alert(1)>x</g>',
    '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
    '<a href="&#106;avascript:alert(1)"><text>x</text></a>',
    '<a href="https://x.example/"><text>x</text></a>',
    '<image href="file:///etc/passwd" width="9" height="9"/>',
    '<image href="http://169.254.169.254/latest/meta-data/" width="9" height="9"/>',
    '<image href="data:image/png;base64,AAAA" width="9" height="9"/>',
    '<use href="https://x.example/a.svg#b"/>',
    '<use xlink:href="//x.example/a.svg#b"/>',
    '<filter id="f"><feImage href="https://x.example/"/></filter>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="x"/></body></foreignObject>',
    '<style>@import url("https://x.example/a.css")</style>',
    '<style>rect{fill:url(https://x.example/a)}</style>',
    '<rect fill="url( https://x.example/a )"/>',
    '<rect style="fill:&#117;rl(//x.example)"/>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    '<?xml-stylesheet href="https://x.example/a.xsl"?>',
    '<![CDATA[<script>]]>',
  ]
  for (const inside of drawings)
    assert.equal(await codeOf(svgOf(inside), 'image/svg+xml'), 'identity.picture_refused', inside)
  const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>`
  assert.notEqual(await codeOf(Buffer.from(bomb), 'image/svg+xml'), 'taken')
  const xxe = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>`
  assert.notEqual(await codeOf(Buffer.from(xxe), 'image/svg+xml'), 'taken')
})

test('an ordinary drawing with gradients, styles, references to itself and an editor’s words is taken', async () => {
  const drawing = svgOf(`
    <!-- Generator: an editor, not a <script> -->
    <title>Logo on stage</title><metadata>only = words</metadata>
    <defs><linearGradient id="g"><stop stop-color="red"/></linearGradient><path id="p" d="M0 0h9v9z"/></defs>
    <style>.a{fill:url(#g)}</style>
    <rect class="a" fill="url('#g')" width="40" height="40"/><use href="#p"/><use xlink:href="#p"/>`)
  const declared = Buffer.concat([
    Buffer.from(
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">\n',
    ),
    drawing,
    Buffer.from('\n'),
  ])
  assert.equal(await codeOf(drawing, 'image/svg+xml'), 'taken')
  assert.equal(await codeOf(declared, 'image/svg+xml'), 'taken')
})

test('a megabyte of anything that looks like the start of something is read in one go', async () => {
  const million = 1_000_000
  for (const part of ['<!--', '<a', '<a "', '<a \'"', 'url( ', ' on', 'href=', '&#', '<?', ' ', '<svg ', "=' "]) {
    const text = part.repeat(Math.floor(million / part.length))
    for (const inside of [text, `<g a="${text}"/>`, `<style>url(${text}`])
      assert.match(await codeOf(svgOf(inside), 'image/svg+xml'), /^taken$|^identity\./, part)
  }
})

test('FI-02: a small file that claims many pixels is refused before it is decoded', async () => {
  for (const [width, height] of [
    [4_097, 10],
    [10, 4_097],
    [60_000, 60_000],
    [2_147_483_647, 2_147_483_647],
  ] as const) {
    const code = await codeOf(pngClaiming(width, height), 'image/png')
    assert.ok(['identity.picture_too_large', 'identity.picture_unreadable'].includes(code), `${width}: ${code}`)
  }
  assert.equal(await codeOf(pngClaiming(5_000, 5_000), 'image/png'), 'identity.picture_too_large')
  assert.equal(
    await codeOf(svgOf('<rect/>', 'width="100000" height="100000"'), 'image/svg+xml'),
    'identity.picture_too_large',
  )
})

test('FI-02: a drawing that would be drawn for ever is given up, and the next one is drawn', async () => {
  const levels = Array.from({ length: 18 }, (_, at) => `<g id="a${at + 1}">${`<use href="#a${at}"/>`.repeat(2)}</g>`)
  const path = `M0 0${'c1 9 3-9 7 4'.repeat(4_000)}`
  const bomb = svgOf(
    `<defs><path id="a0" d="${path}" stroke="red" filter="blur(3px)"/>${levels.join('')}</defs><use href="#a18"/>`,
  )
  const hasty = createPictures({ timeoutMs: 2_500 })
  await assert.rejects(hasty.draw(bomb, 'image/svg+xml', box), (error) =>
    isProblem(error, 'identity.picture_unreadable'),
  )
  assert.equal((await pictures.draw(svg, 'image/svg+xml', box)).width, 320)
})

test('broken pictures are refused, not shown in part', async () => {
  const cut = Buffer.concat([png.subarray(0, png.length - 40), png.subarray(png.length - 12)])
  for (const [bytes, type] of [
    [cut, 'image/png'],
    [svgOf('<rect'), 'image/svg+xml'],
    [pngClaiming(20, 20), 'image/png'],
  ] as const)
    assert.notEqual(await codeOf(bytes, type), 'taken')
})

function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A well-formed PNG of a few bytes whose header says how large it is. */
function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = deflateSync(Buffer.alloc(1_000))
  return Buffer.concat([start, pngChunk('IHDR', header), pngChunk('IDAT', pixels), pngChunk('IEND', Buffer.alloc(0))])
}

function withPngText(picture: Buffer, words: string): Buffer {
  const at = 8 + 25
  return Buffer.concat([
    picture.subarray(0, at),
    pngChunk('tEXt', Buffer.from(`Comment\0${words}`)),
    picture.subarray(at),
  ])
}
