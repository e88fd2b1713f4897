import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem } from '@fanfare/kernel'
import { isPublicAddress } from '../../src/egress/addresses.ts'
import { checkTarget } from '../../src/egress/targets.ts'

const refusedUrls = [
  // No http.
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'ws://example.com/',
  'not a url',
  '',
  '//example.com/',
  // User names hide the host from a reader.
  'http://user@example.com/',
  'http://user:password@example.com/',
  'http://example.com@127.0.0.1/',
  // Ports.
  'http://example.com:22/',
  'http://example.com:25/',
  'http://example.com:6379/',
  'https://example.com:8443/',
  // This machine, in every spelling.
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://127.255.255.254/',
  'http://0/',
  'http://0.0.0.0/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://１２７.0.0.1/',
  'http://127.0.0.1./',
  'http://%31%32%37.0.0.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  // This network.
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://100.100.100.200/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  // Where clouds keep their secrets.
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  // Another address in disguise.
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:53aa:64c::1]/',
  'http://192.88.99.1/',
  // Reserved, documentation, many at once.
  'http://192.0.2.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[5f00::1]/',
  'http://[4000::1]/',
]

const takenUrls = [
  'http://example.com/',
  'https://example.com:443/path?query#fragment',
  'http://example.com:80',
  'https://EXAMPLE.com/',
  'https://bücher.example/',
  'https://8.8.8.8/',
  'https://172.15.0.1/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
  'https://[2606:4700:4700::1111]/',
  'https://example.com:8443/',
]

test('a URL that could reach anything but the internet is refused', () => {
  for (const url of refusedUrls) {
    const extraPorts: number[] = []
    assert.throws(
      () => checkTarget(url, 'public', extraPorts),
      (error) => isProblem(error, 'egress.blocked'),
      url,
    )
  }
})

test('a URL of the internet on the ports of the web, or on one the operator added, is taken', () => {
  for (const url of takenUrls) assert.equal(checkTarget(url, 'public', [8443]).protocol.startsWith('http'), true, url)
})

test('an operator may call a private address and any port, but neither another scheme nor with a password', () => {
  assert.equal(checkTarget('http://127.0.0.1:11434/', 'operator', []).host, '127.0.0.1:11434')
  for (const url of ['file:///etc/passwd', 'http://user:password@127.0.0.1/']) {
    assert.throws(
      () => checkTarget(url, 'operator', []),
      (error) => isProblem(error, 'egress.blocked'),
      url,
    )
  }
})

test('a refusal shows the host alone: paths and queries may hold secrets', () => {
  assert.throws(
    () => checkTarget('http://10.0.0.1/hook?token=hunter2', 'public', []),
    (error) => error instanceof Error && !error.message.includes('hunter2') && error.message.includes('10.0.0.1'),
  )
})

test('what is no address is no public address', () => {
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '::g', '1.2.3.4/8']) {
    assert.equal(isPublicAddress(text), false, text)
  }
})
